package compare

import (
	"fmt"
	"math"
	"strings"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/reports/run"
	"evenkeel/sim/evidence"
)

// jsonDifference is a measure whose differences to the base have intervals.
type jsonDifference struct {
	key, title, unit string
	scale            float64
	digits           int
	of               func(*Difference) evidence.Interval
}

var jsonDifferences = []jsonDifference{
	{"cagr", "CAGR", "bp", 1e4, 1, func(a *Difference) evidence.Interval { return a.CAGR }},
	{"sharpe", "Sharpe ratio", "", 1, 3, func(a *Difference) evidence.Interval { return a.Sharpe }},
}

// name is the title with its unit.
func (d *jsonDifference) name() string {
	if d.unit == "" {
		return d.title
	}
	return d.title + ", " + d.unit
}

// htmlForest are the differences of a measure to the base on one scale, each with
// its interval.
type htmlForest struct {
	Title, Note string
	Ticks       []page.Tick
	Rows        []jsonSpan
}

// jsonSpan is a line of it, places in per cent of the width. Luck: the interval
// holds 0; Bare: there is none.
type jsonSpan struct {
	Key               page.Key
	Text, Reach, Told string
	At, Low, End      string
	Luck, Bare        bool
}

func (v *Comparison) forests() (all []htmlForest) {
	for _, d := range jsonDifferences {
		if f, ok := v.forest(&d); ok {
			all = append(all, f)
		}
	}
	return all
}

// forest draws a measure's differences; false when none is defined.
func (v *Comparison) forest(d *jsonDifference) (htmlForest, bool) {
	lo, hi := 0.0, 0.0
	some := false
	for i := range v.Differences {
		if x := d.of(&v.Differences[i]); i != v.Base {
			lo, hi = draw.Extent(lo, hi, x.Difference*d.scale, x.Low*d.scale, x.High*d.scale)
			some = some || data.Finite(x.Difference)
		}
	}
	s := draw.Padded(lo, hi, 0.05)
	f := htmlForest{Title: d.name(), Note: "policy minus " + draw.Clean(v.Entrants[v.Base].Name, 100)}
	// Zero is in the range and a multiple of every step, so it has a line.
	for _, t := range draw.LinearTicks(s, 6, func(x, step float64) string { return draw.Signed(x, draw.DigitsFor(step)) }) {
		f.Ticks = append(f.Ticks, page.Tick{At: run.Part(100 * s.At(t.At)), Label: t.Label, Zero: t.At == 0})
	}
	for i, key := range v.run.HTMLKeys() {
		if i == v.Base {
			continue
		}
		x := d.of(&v.Differences[i])
		row := jsonSpan{Key: key, Text: draw.Signed(x.Difference*d.scale, d.digits), Reach: intervalText(x, d.scale, d.digits), Told: luck(x), Luck: !x.Tells(), Bare: !data.Finite(x.Low)}
		if data.Finite(x.Difference) {
			row.At = run.Part(100 * s.At(x.Difference*d.scale))
		}
		if !row.Bare {
			row.Low, row.End = run.Part(100*s.At(x.Low*d.scale)), run.Part(100*s.At(x.High*d.scale))
		}
		f.Rows = append(f.Rows, row)
	}
	return f, some
}

// luck returns in words what an interval says.
func luck(x evidence.Interval) string {
	switch {
	case !data.Finite(x.Low):
		return "nothing can be told"
	case x.Tells():
		return "differs, in these sessions"
	case x.Low == 0 && x.High == 0:
		return "the same returns"
	}
	return "may be luck"
}

// verdicts say of each measure how many differences can be told from chance.
func (v *Comparison) verdicts() (all []string) {
	base := draw.Clean(v.Entrants[v.Base].Name, 100)
	for _, d := range jsonDifferences {
		var n verdictCount
		for i := range v.Differences {
			if i != v.Base {
				n.add(d.of(&v.Differences[i]))
			}
		}
		all = append(all, d.title+": "+n.line(base))
	}
	return all
}

// verdictCount counts intervals: those that do not hold 0, that do, of the same returns,
// and undefined ones.
type verdictCount struct{ told, holds, same, open int }

func (t *verdictCount) add(x evidence.Interval) {
	switch {
	case !data.Finite(x.Low):
		t.open++
	case x.Tells():
		t.told++
	case x.Low == 0 && x.High == 0:
		t.same++
	default:
		t.holds++
	}
}

// line returns what they say of the differences to the base.
func (t *verdictCount) line(base string) string {
	n := t.told + t.holds + t.same + t.open
	switch {
	case t.open == n:
		return "there are no intervals; any difference may be luck."
	case t.same == n:
		return fmt.Sprintf("the same returns as those of %s.", base)
	case t.told == 1 && n == 1:
		return fmt.Sprintf("the interval does not hold 0; the policy differs from %s in these sessions.", base)
	case t.told == n:
		return fmt.Sprintf("no interval holds 0; %s policies differ from %s in these sessions.", allOf(n), base)
	case t.holds == 1 && n == 1:
		return fmt.Sprintf("the interval holds 0; the difference to %s may be luck.", base)
	case t.holds == n:
		return fmt.Sprintf("%s intervals hold 0; each of the differences to %s may be luck.", allOf(n), base)
	}
	var parts []string
	put := func(n int, one, many string) {
		if n > 0 {
			parts = append(parts, draw.Plural(n, one, many))
		}
	}
	of := fmt.Sprintf("of %d policies", n)
	put(t.told, of+" differs from "+base+" in these sessions", of+" differ from "+base+" in these sessions")
	put(t.holds, "interval holds 0: the difference may be luck", "intervals hold 0: each of these differences may be luck")
	put(t.same, "policy has the same returns", "policies have the same returns")
	put(t.open, "policy has no interval", "policies have no interval")
	return strings.Join(parts, "; ") + "."
}

func allOf(n int) string {
	if n == 2 {
		return "both"
	}
	return "all " + draw.Count(n)
}

// intervalTerms define what is said of differences, under the keys of compare.json.
func (v *Comparison) intervalTerms() []page.Term {
	level := draw.Percent(v.Bootstrap.Level, 0)
	return []page.Term{
		{Title: "Difference", Key: "difference", Doc: "policy minus base, both over the common sessions"},
		{Title: level + " interval", Key: "low, high", Doc: "the middle " + level + " of the differences in the resamples", Details: "Blocks of sessions are drawn for policy and base together, anywhere, of geometric lengths, until there are as many returns as there were."},
		{Title: "Above 0", Key: "above_0", Doc: "part of the resamples in which the difference is above 0"},
		{Title: "May be luck", Key: "told_apart", Doc: "the interval holds 0, or there is none: the sessions cannot tell policy and base apart"},
	}
}

// htmlDifferences are the differences with their intervals in numbers.
func (v *Comparison) htmlDifferences() page.Table {
	level := draw.Percent(v.Bootstrap.Level, 0)
	t := page.Table{ID: "differences", Sort: true, Head: []page.Head{{Text: "Policy"}}}
	for _, d := range jsonDifferences {
		t.Head = append(t.Head, page.Head{Text: d.name()}, page.Head{Text: "from", Doc: "lower end of the " + level + " interval"}, page.Head{Text: "to", Doc: "upper end of the " + level + " interval"},
			page.Head{Text: "Above 0", Doc: "part of the resamples in which the difference is above 0"}, page.Head{Text: "What that says", Left: true})
	}
	for i, key := range v.run.HTMLKeys() {
		if i == v.Base {
			continue
		}
		row := page.Row{Key: key, K: i}
		for _, d := range jsonDifferences {
			x := d.of(&v.Differences[i])
			put := func(name, text string, value float64) {
				c := page.CellOf(text, value)
				c.Key = "against_base." + d.key + "." + name
				row.Cells = append(row.Cells, c)
			}
			put("difference", draw.Signed(x.Difference*d.scale, d.digits), x.Difference)
			put("low", draw.Signed(x.Low*d.scale, d.digits), x.Low)
			put("high", draw.Signed(x.High*d.scale, d.digits), x.High)
			put("above_0", draw.Percent(x.Above, 1), x.Above)
			c := page.CellOf(luck(x), math.NaN())
			if c.Left = true; !math.IsNaN(x.Low) {
				c = page.CellOf(luck(x), map[bool]float64{true: 1}[x.Tells()])
				c.Left = true
			}
			row.Cells = append(row.Cells, c)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
