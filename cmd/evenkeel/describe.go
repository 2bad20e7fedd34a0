package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"evenkeel/data/fault"
)

func newDescribe(c *console) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "describe NAME",
		Short: "Explain a strategy, cost, measure or report in full",
		Example: `  evenkeel describe bands
  evenkeel describe tracking_error`,
		GroupID: "look",
		Args:    cobra.ExactArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return plugNames(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			found := 0
			for _, g := range everything() {
				for _, p := range g.Plugs {
					if p.Name != args[0] {
						continue
					}
					if asJSON {
						return writeJSON(c.out, p)
					}
					if found++; found > 1 {
						say(c.out, "\n")
					}
					printPlug(c.out, g.Kind, p)
				}
			}
			if found > 0 {
				return nil
			}
			hint := `"evenkeel list" shows the names`
			if near, ok := fault.Nearest(args[0], plugNames()); ok {
				hint = fmt.Sprintf("did you mean %q?", near)
			}
			return usage(cmd, fmt.Errorf("unknown name %s; %s", fault.Quote(args[0]), hint))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func plugNames() (names []string) {
	for _, g := range everything() {
		for _, p := range g.Plugs {
			names = append(names, p.Name)
		}
	}
	return names
}

// pageWidth is how wide explanations are set, in characters.
const pageWidth = 92

func printPlug(w io.Writer, kind string, p plug) {
	one := map[string]string{"strategies": "strategy", "costs": "cost", "measures": "measure", "reports": "report"}[kind]
	say(w, "%s (%s): %s\n", p.Name, one, p.Doc)
	if p.Title != "" {
		about := "on paper: " + p.Title + "; unit: " + p.Unit
		if p.Better != "" {
			about += "; " + p.Better + " is better"
		}
		say(w, "%s\n", about)
	}
	if p.Details != "" {
		say(w, "\n%s", wrap(p.Details, "", pageWidth))
	}
	if len(p.Keys) > 0 {
		say(w, "\nKeys:\n")
	}
	for _, k := range p.Keys {
		head := "  " + k.Name
		if k.Default != "" {
			head += ": " + k.Default
		}
		say(w, "%s\n", head)
		say(w, "%s", wrap(k.Doc, "      ", pageWidth))
		say(w, "%s", wrap(keyFacts(k), "      ", pageWidth))
	}
	if p.Example != "" {
		say(w, "\nExample:\n%s", indented(p.Example, "  "))
	}
}

// keyFacts is what a key takes, in which unit, and whether a sweep may vary it.
func keyFacts(k key) string {
	var facts []string
	if k.Takes != "" {
		facts = append(facts, "takes "+k.Takes)
	}
	if k.Unit != "" {
		facts = append(facts, "in "+k.Unit)
	}
	if k.Sweep {
		facts = append(facts, "may be varied")
	}
	return strings.Join(facts, "; ")
}

func indented(text, by string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimRight(text, "\n") + "\n") {
		b.WriteString(by + line)
	}
	return b.String()
}
