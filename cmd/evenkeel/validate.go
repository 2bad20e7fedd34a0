package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/data/columnar"
	"evenkeel/data/fault"
)

func newValidate(c *console) *cobra.Command {
	var sets []string
	var alone, canonical, asJSON bool
	cmd := &cobra.Command{
		Use:   "validate FILE",
		Short: "Check an experiment file and its prices without running it",
		Long: `Validate finds everything that would stop a run: in the file, in its prices, and
between the two. With --json an editor can show each finding at its place.`,
		Example: `  evenkeel validate experiment.yaml
  evenkeel validate experiment.yaml --file-only
  evenkeel validate experiment.yaml --json        # findings, for a program
  evenkeel validate experiment.yaml --canonical   # all defaults filled in`,
		GroupID: "work",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if canonical && asJSON {
				return usage(cmd, errors.New("--canonical and --json exclude each other: both print JSON"))
			}
			f, err := open(cmd, args[0], sets)
			v := &validity{}
			if err == nil {
				err = v.check(cmd.Context(), f, alone)
			}
			if asJSON {
				return inJSON(c, v, &v.verdict, err)
			}
			if err != nil {
				return err
			}
			if len(v.Findings) > 0 {
				c.findings(v.Findings)
			}
			if canonical {
				say(c.out, "%s", f.Canonical())
				return nil
			}
			say(c.out, "%s is good: %s\n", args[0], v)
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&sets, "set", nil, "replace a value of the file, as path=value; may be repeated")
	flags.BoolVar(&alone, "file-only", false, "do not read the prices")
	flags.BoolVar(&canonical, "canonical", false, "print the experiment with every default filled in, as JSON")
	flags.BoolVar(&asJSON, "json", false, "print the findings as JSON")
	return cmd
}

// verdict is what a check found, in JSON: also when it ends with an error, so that
// standard output is JSON whatever happens.
type verdict struct {
	Good     bool       `json:"good"`
	Findings fault.List `json:"findings"`
}

// inJSON prints what a check found about something, whose verdict v is, and passes
// its error on.
func inJSON(c *console, about any, v *verdict, err error) error {
	if v.Good = err == nil; !v.Good {
		v.Findings = append(v.Findings, fault.Of(err)...)
	}
	if v.Findings == nil {
		v.Findings = fault.List{}
	}
	if wrote := writeJSON(c.out, about); wrote != nil {
		return wrote
	}
	return err
}

// validity is what is known of an experiment that is checked.
type validity struct {
	verdict
	Experiment string       `json:"experiment,omitempty"`
	Policies   int          `json:"policies,omitempty"`
	Assets     int          `json:"assets,omitempty"`
	Prices     *validPrices `json:"prices,omitempty"`
}

type validPrices struct {
	File     string `json:"file"`
	Sessions int    `json:"sessions"`
	First    string `json:"first"`
	Last     string `json:"last"`
}

func (v *validity) check(ctx context.Context, f *experiment.File, alone bool) error {
	if err := f.Load(ctx, columnar.Files{}); err != nil {
		return err
	}
	v.Findings, v.Experiment, v.Policies, v.Assets = f.Warnings, f.Name, len(f.Policies), len(f.Targets)
	if alone {
		return nil
	}
	l, err := load(ctx, f)
	if err != nil {
		return err
	}
	p := l.x.Panel
	v.Findings = l.warnings
	v.Prices = &validPrices{l.source.File, p.Sessions(), p.Date(0).String(), p.Date(p.Sessions() - 1).String()}
	return nil
}

func (v *validity) String() string {
	s := policies(v.Policies) + ", " + count(v.Assets, "asset")
	if p := v.Prices; p != nil {
		s += fmt.Sprintf("; %s has %s from %s to %s", p.File, count(p.Sessions, "session"), p.First, p.Last)
	}
	return s
}

func policies(n int) string {
	if n == 1 {
		return "1 policy"
	}
	return fmt.Sprintf("%d policies", n)
}
