package reports

import (
	"fmt"
	"slices"
	"strings"

	"evenkeel/sim/metric"
)

// fates say which accounts were ruined or have not paid what they owed, and which
// measures have no one value.
func (run *Run) fates() (all []string) {
	for i := range run.Policies {
		p := &run.Policies[i]
		r := p.Record
		unpaid := metric.Unpaid(r)
		amount := strings.TrimSuffix(money(unpaid.Money())+" "+clean(run.Currency, 12), " ")
		if s := r.Tally.Ruined; s > 0 {
			all = append(all, fmt.Sprintf("%s was ruined on %s: less than 0.01 was left while something was owed, and %s could not be paid. Its measures of returns are those up to that session.",
				clean(p.Name, 60), r.Panel.Date(s), amount))
		} else if unpaid > 0 {
			all = append(all, fmt.Sprintf("%s still owed %s at the end: it was not ruined, but this has not been paid.", clean(p.Name, 60), amount))
		}
		for _, n := range p.notes() {
			if n.Measure != "" {
				all = append(all, fmt.Sprintf("%s: %s is %s.", clean(p.Name, 60), n.Measure, n.Text))
			}
		}
	}
	return all
}

// ruinNote stands under returns by year.
const ruinNote = "Returns of an account that was ruined end with the session of its ruin: those of that year and of all years are up to it, later ones are undefined (" + undefined + ")."

// ruined says whether some account was.
func (run *Run) ruined() bool {
	return slices.ContainsFunc(run.Policies, func(p Policy) bool { return p.Record.Tally.Ruined > 0 })
}

// notes are what a reader of the policy's measures must know.
func (p *Policy) notes() []metric.Note { return metric.Notes(&metric.Input{Record: p.Record}) }

// tellFate writes when the account was ruined, and the notes by their measures.
func (p *Policy) tellFate(o *object) {
	if s := p.Record.Tally.Ruined; s > 0 {
		o.put("ruined_on", p.Record.Panel.Date(s).String())
	} else {
		o.put("ruined_on", nil)
	}
	notes := &object{}
	for _, n := range p.notes() {
		notes.put(orElse(n.Measure, "returns"), n.Text)
	}
	o.put("notes", notes)
}
