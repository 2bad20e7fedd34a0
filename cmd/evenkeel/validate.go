package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newValidate(c *console) *cobra.Command {
	var sets []string
	var alone, canonical bool
	cmd := &cobra.Command{
		Use:   "validate FILE",
		Short: "Check an experiment file and its prices without running it",
		Long: `Validate finds everything that would stop a run: in the file, in its prices, and
between the two.`,
		Example: `  evenkeel validate experiment.yaml
  evenkeel validate experiment.yaml --file-only
  evenkeel validate experiment.yaml --canonical   # all defaults filled in`,
		GroupID: "work",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := open(cmd, args[0], sets)
			if err != nil {
				return err
			}
			if err := f.Load(cmd.Context()); err != nil {
				return err
			}
			found := f.Warnings
			good := fmt.Sprintf("%s is good: %s, %s", args[0], policies(len(f.Policies)), count(len(f.Targets), "asset"))
			if !alone {
				l, err := load(cmd.Context(), f)
				if err != nil {
					return err
				}
				found = l.warnings
				p := l.x.Panel
				good += fmt.Sprintf("; %s has %s from %s to %s", l.source.File, count(p.Sessions(), "session"), p.Date(0), p.Date(p.Sessions()-1))
			}
			if len(found) > 0 {
				c.findings(found)
			}
			if canonical {
				say(c.out, "%s", f.Canonical())
				return nil
			}
			say(c.out, "%s\n", good)
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&sets, "set", nil, "replace a value of the file, as path=value; may be repeated")
	flags.BoolVar(&alone, "file-only", false, "do not read the prices")
	flags.BoolVar(&canonical, "canonical", false, "print the experiment with every default filled in, as JSON")
	return cmd
}

func policies(n int) string {
	if n == 1 {
		return "1 policy"
	}
	return fmt.Sprintf("%d policies", n)
}
