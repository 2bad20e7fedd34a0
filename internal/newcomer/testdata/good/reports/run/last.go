package run

import (
	"fmt"
	"io"

	"evenkeel/reports/draw"
)

func init() {
	add("last", "final NAV of every policy, a line each", "last.txt", lastValues)
}

func lastValues(dir draw.Dir, run *Run) error {
	return dir.Write("last.txt", func(w io.Writer) error {
		for i := range run.Policies {
			if _, err := fmt.Fprintf(w, "%s %.2f\n", run.Policies[i].Name, run.Policies[i].Value("final_nav")); err != nil {
				return err
			}
		}
		return nil
	})
}
