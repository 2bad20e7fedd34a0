package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"evenkeel/data/fault"
)

// notRead refuses an output folder that is one of the folders which are read: with
// --force it would take the place of what it is made from.
func notRead(cmd *cobra.Command, out string, read ...string) error {
	for _, folder := range read {
		if same(out, folder) {
			return usage(cmd, fmt.Errorf("--out %s: is the folder that is read", fault.Quote(out)))
		}
	}
	return nil
}

// holdsNone refuses an output folder in which a file lies that the run reads: a
// table of the run may have its name.
func holdsNone(out string, inputs []string) error {
	for _, path := range inputs {
		if same(out, filepath.Dir(path)) {
			return fault.One(fault.Finding{
				Code: fault.FolderTaken, File: out, What: "the output folder holds " + fault.Quote(filepath.Base(path)) + ", which the run reads",
				Rule: "a run writes into a folder of its own", Remedy: "Choose another --out",
			})
		}
	}
	return nil
}

// same reports whether two paths name one folder, also by way of links.
func same(a, b string) bool {
	x, err1 := filepath.Abs(a)
	y, err2 := filepath.Abs(b)
	if err1 == nil && err2 == nil && x == y {
		return true
	}
	i, err1 := os.Stat(a)
	j, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(i, j)
}
