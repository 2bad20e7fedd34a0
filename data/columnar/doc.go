// Package columnar moves tables between files and memory: Parquet, Arrow IPC
// (file and stream) and CSV, in and out. ReadPanel makes a checked data.Panel of
// a file of prices, Inspect says everything about one, ReadTable and Table.Write
// carry any flat table. It is the only package that knows Arrow.
//
// Files are untrusted: every allocation is bounded by Limits, library code runs
// in goroutines that recover, and what is wrong comes back as findings.
package columnar
