package run

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/sim"
)

// Why money waits, in the words of a sentence.
var whySentences = []struct {
	why  sim.Why
	text string
}{
	{sim.WhyNoBuy, "purchases were restricted"},
	{sim.WhyHole, "there was no price of the session"},
	{sim.WhyTargets, "the targets changed before the fill"},
	{sim.WhyListing, "its asset left the targets before its listing"},
	{sim.WhyEnded, "the asset ended"},
	{sim.WhyNoSell, "sales were restricted"},
	{sim.WhySettlement, "proceeds had not settled"},
	{sim.WhyOrders, "sales were not filled yet"},
	{sim.WhyGain, "sales would have realised short-term gains"},
	{sim.WhySmall, "minimum, lots or costs left no sale"},
	{sim.WhyNothing, "nothing was left to sell"},
}

func whyText(w sim.Why) string {
	var all []string
	for _, x := range whySentences {
		if w&x.why != 0 {
			all = append(all, x.text)
		}
	}
	return strings.Join(all, "; ")
}

// symbolsOf are the symbols of assets, joined.
func symbolsOf(p *data.Panel, assets []int16, by string) string {
	var all []string
	for _, i := range assets {
		all = append(all, draw.Clean(p.Symbols()[i], 40))
	}
	return strings.Join(all, by)
}

// waits say what still waits to be invested at the end. What is owed, fates say.
func (run *Run) waits() (all []string) {
	for i := range run.Policies {
		p := &run.Policies[i]
		r := p.Record
		for _, w := range r.Waiting {
			all = append(all, fmt.Sprintf("%s: %s for %s still waited to be invested at the end, since %s: %s.",
				draw.Clean(p.Name, 60), run.amount(w.Amount), symbolsOf(r.Panel, w.Assets, ", "), r.Panel.Date(int(w.Since)), whyText(w.Why)))
		}
	}
	return all
}

// tellWaits writes what waits at the end into summary.json, when something does.
func (p *Policy) tellWaits(o *page.Object) {
	r := p.Record
	put := func(w *sim.Waiting) *page.Object {
		x := &page.Object{}
		x.Put("amount", w.Amount.Money())
		x.Put("since", r.Panel.Date(int(w.Since)).String())
		x.Put("reason", w.Why.String())
		if len(w.Assets) > 0 {
			x.Put("assets", strings.Split(symbolsOf(r.Panel, w.Assets, "\n"), "\n"))
		}
		return x
	}
	if len(r.Waiting) > 0 {
		all := &page.Array{}
		for i := range r.Waiting {
			all.Add(put(&r.Waiting[i]))
		}
		o.Put("waiting", all)
	}
	if r.Owing.Amount > 0 {
		o.Put("owed", put(&r.Owing))
	}
}

// queue is what waits, session by session, as the notes of a log tell it.
type queue struct {
	notes []sim.Wait
	left  []sim.Wait // what waits now, the oldest first
	owed  sim.Wait
	begun bool // something began to wait at the last session
}

// at follows the notes up to session s.
func (q *queue) at(s int) {
	owedNew, first := false, int32(math.MaxInt32) // what begins and ends at one session has not waited
	for ; len(q.notes) > 0 && int(q.notes[0].Session) <= s; q.notes = q.notes[1:] {
		n := q.notes[0]
		if n.Owed {
			owedNew = owedNew || q.owed.Amount == 0 && n.Amount > 0
			q.owed = n
			continue
		}
		at := -1
		for i := range q.left {
			if q.left[i].First == n.First {
				at = i
			}
		}
		switch {
		case at < 0 && n.Amount > 0:
			q.left = append(q.left, n)
			first = min(first, n.First)
		case at >= 0 && n.Amount == 0:
			q.left = append(q.left[:at], q.left[at+1:]...)
		case at >= 0:
			q.left[at] = n
		}
	}
	q.begun = owedNew && q.owed.Amount > 0 || len(q.left) > 0 && q.left[len(q.left)-1].First >= first
}

// waitColumns are the columns of looks.parquet about money that waits.
type waitColumns struct {
	amount, owed     []float64
	since, owedSince []data.Date
	symbols          words
	why, owedWhy     words
}

// add appends what waits after a session.
func (c *waitColumns) add(p *data.Panel, q *queue) {
	sum, since, why := sim.Micros(0), data.NoDate, sim.Why(0)
	var assets []int16
	for i := range p.Assets() {
		for _, w := range q.left {
			if slices.Contains(w.Assets, int16(i)) {
				assets = append(assets, int16(i))
				break
			}
		}
	}
	for _, w := range q.left {
		if sum == 0 {
			since = p.Date(int(w.Since))
		}
		sum += w.Amount
		why |= w.Why
	}
	c.amount = append(c.amount, sum.Money())
	c.since = append(c.since, since)
	c.symbols.add(symbolsOf(p, assets, " "))
	c.why.add(why.String())
	c.owed = append(c.owed, q.owed.Amount.Money())
	since = data.NoDate
	if q.owed.Amount > 0 {
		since = p.Date(int(q.owed.Since))
	}
	c.owedSince = append(c.owedSince, since)
	c.owedWhy.add(q.owed.Why.String())
}

// put adds the columns to a table.
func (c *waitColumns) put(t *sheet) {
	t.put(columnar.Floats("waiting", c.amount), "money that waits to be invested after the session, in account currency; 0 when none does")
	t.put(columnar.Dates("waiting_since", c.since), "session from which the oldest of it waits; null when none does")
	t.put(c.why.column("waiting_reason"), "what keeps it, joined by +: no_buy, hole (no price of the session), target_change, left_targets (before the asset's listing), ended (what an ended asset paid, and purchases of it); null when none does")
	t.put(c.symbols.column("waiting_for"), "the assets whose purchases it is the money of, joined by spaces; null when none does")
	t.put(columnar.Floats("owed", c.owed), "money owed that could not be raised, in account currency; 0 when none")
	t.put(columnar.Dates("owed_since", c.owedSince), "session from which it could not be raised; null when none")
	t.put(c.owedWhy.column("owed_reason"), "what keeps it, joined by +: no_sell, hole, settlement, open_orders, short_term_gain, too_small (minimum, lots or costs leave no sale), nothing_left (all is sold); null when none")
}
