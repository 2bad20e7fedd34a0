package columnar

import (
	"fmt"

	"evenkeel/data/fault"
)

// checkCoverage finds series without any price (E328), that begin late (E326),
// end early (E327) or have holes (E321 for one session, E325 for more). With a policy
// late series are no finding, ends and holes a warning: they may be mistakes in the data.
func (g *grid) checkCoverage(s *survey, o Options, f *findings) {
	if s.clean {
		return
	}
	n, end := len(g.symbols), len(g.dates)-1
	wait, outlive := o.Late != "" && o.Late != LateError, o.Ended != "" && o.Ended != EndedError
	empty, late, last := false, 0, 0
	for a := range s.of {
		x := &s.of[a]
		name := fault.Clean(g.symbols[a])
		if x.first < 0 {
			if x.bad == 0 {
				f.add(fault.Finding{Code: fault.NoPrice, Place: column(g.symbols[a]), What: "no price at all", Rule: "at least one price", Remedy: "leave it out"})
			}
			empty = true
			continue
		}
		if x.first > 0 && !g.hasValue(a, 0, x.first) {
			if late++; !wait {
				f.add(fault.Finding{Code: fault.ListedLate, What: fmt.Sprintf("%s first priced %s, after the start %s", name, g.dates[x.first], g.dates[0]), Rule: "every asset from the first session on",
					Remedy: fmt.Sprintf("set data.start: %s, set data.late, or leave it out", g.dates[x.first])})
			}
		}
		if x.last < end && !g.hasValue(a, x.last+1, end+1) {
			last++
			f.add(fault.Finding{Code: fault.EndedEarly, Warning: outlive, What: fmt.Sprintf("%s last priced %s, before the end %s", name, g.dates[x.last], g.dates[end]), Rule: either(outlive, "data.ended: "+o.Ended, "every asset to the last session"),
				Remedy: either(outlive, "", fmt.Sprintf("set data.end: %s, set data.ended, or leave it out", g.dates[x.last]))})
		}
		if x.missing > 0 {
			g.reportHoles(a, x, o.Missing, f)
		}
	}
	if wait && late == n {
		f.add(fault.Finding{Code: fault.ListedLate, What: "no asset is priced on the first session " + g.dates[0].String(), Rule: "one at least", Remedy: "set data.start"})
	}
	if outlive && last == n {
		f.add(fault.Finding{Code: fault.EndedEarly, What: "no asset is priced on the last session " + g.dates[end].String(), Rule: "one at least", Remedy: "set data.end"})
	}
	if !empty && !wait && !outlive {
		g.checkCommon(n, f)
	}
}

func either(asked bool, a, b string) string {
	if asked {
		return a
	}
	return b
}

// hasValue reports whether any cell of sessions [from, to) holds a value at all,
// even a wrong one (which is reported as such).
func (g *grid) hasValue(a, from, to int) bool {
	n := len(g.symbols)
	for t := from; t < to; t++ {
		if v := g.close[t*n+a]; v == v {
			return true
		}
	}
	return false
}

// checkCommon looks for two assets that never have a price on the same session.
func (g *grid) checkCommon(n int, f *findings) {
	const most = 300 // pairs grow with the square; beyond this the other findings say enough
	for t := range g.dates {
		whole := true
		for _, v := range g.close[t*n : t*n+n] {
			if v != v {
				whole = false
				break
			}
		}
		if whole {
			return
		}
	}
	if n > most {
		return
	}
	for a := range n {
		for b := a + 1; b < n; b++ {
			if !g.meet(a, b) {
				f.add(fault.Finding{Code: fault.NoPrice, What: fmt.Sprintf("%s and %s share 0 dates", fault.Clean(g.symbols[a]), fault.Clean(g.symbols[b])), Rule: "common sessions", Remedy: "leave one out"})
			}
		}
	}
}

func (g *grid) meet(a, b int) bool {
	n := len(g.symbols)
	for t := range g.dates {
		if x, y := g.close[t*n+a], g.close[t*n+b]; x == x && y == y {
			return true
		}
	}
	return false
}
