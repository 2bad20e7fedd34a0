package main

import (
	"github.com/spf13/cobra"

	"evenkeel/data/store"
)

func newVerify(c *console) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify DIR",
		Short: "Check an output against its manifest",
		Long: `Verify compares every file that DIR/manifest.json lists: its size first, and its
SHA-256 if the size is right. Missing and changed files, and links, pipes and devices in
their place, are errors (exit code 4); files that the manifest does not list cause
warnings.`,
		Example: `  evenkeel verify evenkeel-demo/report
  evenkeel verify evenkeel-demo/report --json`,
		GroupID: "file",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			v := &wholeness{}
			err := v.check(args[0])
			if asJSON {
				return inJSON(c, v, &v.verdict, err)
			}
			if err != nil {
				return err
			}
			if len(v.Findings) > 0 {
				c.findings(v.Findings)
			}
			say(c.out, "%s: %d files are as the run wrote them\n", args[0], v.Files)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the findings as JSON")
	return cmd
}

// wholeness is what is known of an output that is checked.
type wholeness struct {
	verdict
	Files int `json:"files"`
}

func (v *wholeness) check(dir string) error {
	out, err := store.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = out.Close() }()
	found := out.Verify()
	if err := found.Err(); err != nil {
		return err
	}
	v.Findings = found
	files, err := out.Files()
	v.Files = len(files)
	return err
}
