package main

import (
	"github.com/spf13/cobra"

	"evenkeel/data/store"
)

func newVerify(c *console) *cobra.Command {
	return &cobra.Command{
		Use:   "verify DIR",
		Short: "Check that an output is as its run wrote it",
		Long: `Verify reads every file that DIR/manifest.json lists and compares its size and
SHA-256. Missing and changed files are errors (exit code 4); files that the
manifest does not list are warnings.`,
		Example: `  evenkeel verify evenkeel-demo/report`,
		GroupID: "file",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			out, err := store.Open(args[0])
			if err != nil {
				return err
			}
			defer func() { _ = out.Close() }()
			found := out.Verify()
			if err := found.Err(); err != nil {
				return err
			}
			if len(found) > 0 {
				c.findings(found)
			}
			files, err := out.Files()
			if err != nil {
				return err
			}
			say(c.out, "%s: %d files are as the run wrote them\n", args[0], len(files))
			return nil
		},
	}
}
