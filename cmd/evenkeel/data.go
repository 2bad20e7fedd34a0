package main

import "github.com/spf13/cobra"

// newData is the parent of what looks at data without running anything.
func newData(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "data",
		Short:   "Look at a file of prices",
		GroupID: "file",
		Args:    noSuchCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newInspect(c))
	return cmd
}
