package main

import (
	"github.com/spf13/cobra"

	"evenkeel/cmd/evenkeel/experiment"
)

func newSchema(c *console) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of experiment files",
		Long: `Schema prints the JSON Schema (draft 2020-12) of experiment files. Editors use it
to complete keys and mark mistakes while you type. Save it beside the file and
begin the file with

    # yaml-language-server: $schema=` + experiment.SchemaName,
		Example: `  evenkeel schema > ` + experiment.SchemaName,
		GroupID: "look",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			say(c.out, "%s", experiment.Schema())
			return nil
		},
	}
}
