// Package columnar moves tables between files and memory: Parquet, Arrow IPC
// (file and stream) and CSV, in and out. ReadPanel makes a checked data.Panel of
// a file of prices, Inspect describes one in full, ReadTable and Table.Write convert
// any flat table. It is the only package that imports Arrow.
//
// Files are untrusted: every allocation is bounded by Limits, library code runs
// in goroutines that recover, and faults are returned as findings.
package columnar
