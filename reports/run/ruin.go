package run

import (
	"fmt"
	"slices"
	"strings"

	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

// fates say which accounts were ruined or have not paid what they owed, and which
// measures have no one value.
func (run *Run) fates() (all []string) {
	for i := range run.Policies {
		p := &run.Policies[i]
		r := p.Record
		unpaid := metric.Unpaid(r)
		amount := run.amount(unpaid)
		if s := r.Tally.Ruined; s > 0 {
			all = append(all, fmt.Sprintf("%s was ruined on %s: less than 0.01 was left while something was owed, and %s could not be paid. Its measures of returns are those up to that session.",
				draw.Clean(p.Name, 60), r.Panel.Date(s), amount))
		} else if unpaid > 0 {
			all = append(all, fmt.Sprintf("%s still owed %s at the end: it was not ruined, but this has not been paid%s.", draw.Clean(p.Name, 60), amount, run.whyUnpaid(r)))
		}
		for _, n := range p.notes() {
			if n.Measure != "" {
				all = append(all, fmt.Sprintf("%s: %s is %s.", draw.Clean(p.Name, 60), n.Measure, n.Text))
			}
		}
	}
	return all
}

// whyUnpaid tells since when and why what is owed could not be raised, and how much of
// it when not all; "" when that is not known.
func (run *Run) whyUnpaid(r *sim.Record) string {
	w := &r.Owing
	if w.Amount == 0 {
		return ""
	}
	part := ""
	if w.Amount != metric.Unpaid(r) {
		part = run.amount(w.Amount) + " of it "
	}
	return fmt.Sprintf("; %scould not be raised since %s: %s", part, r.Panel.Date(int(w.Since)), whyText(w.Why))
}

// amount is money with the run's currency.
func (run *Run) amount(x sim.Micros) string {
	return strings.TrimSuffix(draw.Money(x.Money())+" "+draw.Clean(run.Currency, 12), " ")
}

// ruinNote stands under returns by year.
const ruinNote = "Returns of an account that was ruined end with the session of its ruin: those of that year and of all years are up to it, later ones are undefined (" + draw.Undefined + ")."

// ruined reports whether some account was.
func (run *Run) ruined() bool {
	return slices.ContainsFunc(run.Policies, func(p Policy) bool { return p.Record.Tally.Ruined > 0 })
}

// notes are what a reader of the policy's measures must know.
func (p *Policy) notes() []metric.Note { return metric.Notes(&metric.Input{Record: p.Record}) }

// tellFate writes when the account was ruined, and the notes by their measures.
func (p *Policy) tellFate(o *page.Object) {
	if s := p.Record.Tally.Ruined; s > 0 {
		o.Put("ruined_on", p.Record.Panel.Date(s).String())
	} else {
		o.Put("ruined_on", nil)
	}
	notes := &page.Object{}
	for _, n := range p.notes() {
		notes.Put(page.OrElse(n.Measure, "returns"), n.Text)
	}
	o.Put("notes", notes)
}
