package columnar

import (
	"fmt"
	"slices"

	"evenkeel/data"
	"evenkeel/data/fault"
)

// checkOpens looks for an open wherever there is a close: nothing is filled at one that
// is missing. Opens that are given and wrong are an error.
func (g *grid) checkOpens(f *findings) {
	holes, first := g.checkCells(opens, "open", data.MinPrice, data.MaxPrice, f)
	if holes == 0 {
		return
	}
	g.whole = false
	f.add(fault.Finding{Code: fault.EmptyBeside, Warning: true, What: fmt.Sprintf("%d opens are missing, first %s", holes, g.cell(first)),
		Rule: "an open beside every close; with execution.fill: next_open an order whose open is missing waits for the next one", Remedy: "fill them in, or fill at closes"})
}

// someOpen reports whether there is any open at all.
func (g *grid) someOpen() bool {
	return slices.ContainsFunc(g.beside[opens], func(v float64) bool { return v == v })
}

// missingOpens counts the opens of an asset that are missing beside a close.
func (g *grid) missingOpens(a int) (n int) {
	for at := a; at < len(g.beside[opens]); at += len(g.symbols) {
		if v, close := g.beside[opens][at], g.close[at]; v != v && close == close {
			n++
		}
	}
	return n
}

// checkVolumes looks for a volume wherever there is a close: one that is missing is 0,
// with a warning, so that nothing is filled by it.
func (g *grid) checkVolumes(f *findings) {
	holes, first := g.checkCells(volumes, "volume", 0, data.MaxVolume, f)
	if holes > 0 {
		g.whole = false
		f.add(fault.Finding{Code: fault.EmptyBeside, Warning: true, What: fmt.Sprintf("%d volumes are missing, first %s: they are taken as 0", holes, g.cell(first)),
			Rule: "a volume beside every close", Remedy: "fill them in"})
	}
}

// checkSpreads demands a spread wherever there is a close; where holes are allowed,
// the last one is carried forward, and there is one at least.
func (g *grid) checkSpreads(s *survey, o Options, f *findings) {
	holes, first := g.checkCells(spreads, "spread", 0, data.MaxSpread, f)
	if holes == 0 {
		return
	}
	g.whole = false
	f.add(fault.Finding{Code: fault.EmptyBeside, Warning: o.Missing != "" && o.Missing != MissingError, What: fmt.Sprintf("%d spreads are missing, first %s", holes, g.cell(first)),
		Rule: "a spread beside every close; with data.missing: ffill the last one is carried forward", Remedy: "fill them in"})
	n := len(g.symbols)
	for a, name := range g.symbols {
		some := s.of[a].first < 0
		for k := a; k < len(g.close) && !some; k += n {
			v := g.beside[spreads][k]
			some = v == v
		}
		if !some {
			f.add(fault.Finding{Code: fault.NoPrice, Place: column(name), What: "no spread at all", Rule: "at least one", Remedy: "leave it out"})
		}
	}
}

// checkCells reports values of a column beside the closes that are out of their
// range (E322), and counts those that are missing where there is a close.
func (g *grid) checkCells(k int, what string, lo, hi float64, f *findings) (holes, first int) {
	n := len(g.symbols)
	for at, v := range g.beside[k] {
		switch {
		case v != v:
			if g.close[at] == g.close[at] {
				if holes == 0 {
					first = at
				}
				holes++
			}
		case !(v >= lo && v <= hi) && !f.full(fault.OutOfRange):
			if k == opens {
				f.add(badPrice(g.symbols[at%n], g.dates[at/n], what, v))
				continue
			}
			f.add(fault.Finding{Code: fault.OutOfRange, What: fmt.Sprintf("%s: %s %v", g.cell(at), what, v), Rule: fmt.Sprintf("must be between %g and %g", lo, hi), Remedy: "correct the value"})
		}
	}
	return holes, first
}

// cell names a cell for a message.
func (g *grid) cell(at int) string {
	n := len(g.symbols)
	return fault.Clean(g.symbols[at%n]) + " " + g.dates[at/n].String()
}
