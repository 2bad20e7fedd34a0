package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"
)

func newList(c *console) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list [strategies|costs|measures|reports]",
		Short: "List strategies, costs, measures and reports",
		Example: `  evenkeel list
  evenkeel list measures
  evenkeel list --json`,
		GroupID:   "look",
		Args:      cobra.MatchAll(cobra.MaximumNArgs(1), cobra.OnlyValidArgs),
		ValidArgs: kinds(),
		RunE: func(_ *cobra.Command, args []string) error {
			shown := everything()
			if len(args) == 1 {
				shown = only(shown, args[0])
			}
			if asJSON {
				return writeJSON(c.out, shown)
			}
			for i, g := range shown {
				if i > 0 {
					say(c.out, "\n")
				}
				printGroup(c.out, g)
			}
			if len(args) == 0 {
				say(c.out, "\n\"evenkeel describe NAME\" tells more about each.\n")
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func only(groups []group, kind string) []group {
	for _, g := range groups {
		if g.Kind == kind {
			return []group{g}
		}
	}
	return nil
}

func printGroup(w io.Writer, g group) {
	say(w, "%s\n", strings.ToUpper(g.Kind[:1])+g.Kind[1:])
	var rows [][]string
	for _, p := range g.Plugs {
		rows = append(rows, []string{p.Name, p.Doc})
	}
	columns(w, "  ", "", rows)
}
