package run

import (
	"fmt"

	"evenkeel/reports/draw"
	"evenkeel/reports/page"
)

// mostWarnings is how many warnings on the data are shown; the rest are counted.
const mostWarnings = 30

// doubted notes that the data have warnings, for the top of a report.
func (run *Run) doubted() string {
	return "The prices come with " + draw.Plural(len(run.DataWarnings), "warning", "warnings")
}

// shownWarnings are the warnings as they are printed.
func (run *Run) shownWarnings() (all []string) {
	for i, x := range run.DataWarnings {
		if i == mostWarnings {
			return append(all, fmt.Sprintf("and %d more", len(run.DataWarnings)-mostWarnings))
		}
		all = append(all, draw.Clean(x, 400))
	}
	return all
}

// dataWarnings lists the warnings in Markdown.
func (run *Run) dataWarnings(d *page.Document) {
	if len(run.DataWarnings) == 0 {
		return
	}
	d.Line("## Data")
	d.Line("Nothing of this has stopped the run, but it may have moved its results:")
	for _, x := range run.shownWarnings() {
		fmt.Fprintf(&d.B, "- %s\n", page.Escape(x))
	}
	d.B.WriteByte('\n')
}
