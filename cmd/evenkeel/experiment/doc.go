// Package experiment reads an experiment file: one YAML document becomes a tree
// of nodes with their places, the tree becomes a checked File, and a File bound
// to a panel of prices becomes mandates for the simulation. It runs nothing.
//
// The keys come from tables: the file's own sections (sections.go) and the knobs
// of the catalogs of strategies and costs. Reading, defaults, the canonical text
// and the JSON Schema all follow from them, so a plug-in's key is entered once,
// in the plug-in.
//
// Files are untrusted: nothing is expanded, included or executed, every size has
// a limit, and all faults are returned as findings at once.
package experiment
