package run

import (
	"fmt"

	"evenkeel/reports/draw"
	"evenkeel/reports/page"
)

// mostDoubts is how many warnings on the data are shown; the rest are counted.
const mostDoubts = 30

// doubted says that the data are not beyond doubt, for the top of a report.
func (run *Run) doubted() string {
	return "The prices come with " + draw.Plural(len(run.Doubts), "warning", "warnings")
}

// shownDoubts are the warnings as they are printed.
func (run *Run) shownDoubts() (all []string) {
	for i, x := range run.Doubts {
		if i == mostDoubts {
			return append(all, fmt.Sprintf("and %d more", len(run.Doubts)-mostDoubts))
		}
		all = append(all, draw.Clean(x, 400))
	}
	return all
}

// doubts lists the warnings in Markdown.
func (run *Run) doubts(d *page.Document) {
	if len(run.Doubts) == 0 {
		return
	}
	d.Line("## Data")
	d.Line("Nothing of this has stopped the run, but it may have moved its results:")
	for _, x := range run.shownDoubts() {
		fmt.Fprintf(&d.B, "- %s\n", page.Escape(x))
	}
	d.B.WriteByte('\n')
}
