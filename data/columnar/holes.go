package columnar

import (
	"fmt"

	"evenkeel/data"
	"evenkeel/data/fault"
)

// longHole is the number of sessions without a price after which another company
// may have the symbol.
const longHole = 60

// hole is a run of sessions [from, to) without price inside a series; rows of them
// are in the file without a price.
type hole struct{ from, to, rows int }

func (g *grid) holes(a int, x *series) (list []hole) {
	n := len(g.symbols)
	for t := x.first; t <= x.last; t++ {
		if v := g.close[t*n+a]; v == v {
			continue
		}
		h := hole{from: t}
		for ; g.close[t*n+a] != g.close[t*n+a]; t++ {
			if !isNoRow(g.close[t*n+a]) {
				h.rows++
			}
		}
		h.to = t
		list = append(list, h)
	}
	return list
}

// reportHoles names every run of sessions without price inside a series, or counts
// them where they are filled.
func (g *grid) reportHoles(a int, x *series, missing string, f *findings) {
	name := fault.Clean(g.symbols[a])
	if missing == MissingFfill {
		longest, carried := hole{}, 0
		for _, h := range g.holes(a, x) {
			carried += h.to - h.from
			if h.to-h.from > longest.to-longest.from {
				longest = h
			}
		}
		if carried == 0 {
			return // what is no price is said elsewhere, and no hole
		}
		f.add(fault.Finding{Code: fault.Hole, Warning: true, What: fmt.Sprintf("%s: %d prices are carried forward, the longest run %s..%s%s", name, carried, g.dates[longest.from], g.dates[longest.to-1], longest.doubt()),
			Rule: "data.missing: ffill; nothing is filled at such a price", Remedy: "drop leaves such sessions out"})
		return
	}
	const remedy = "set data.missing: drop to leave such sessions out, ffill to carry the last price forward, or leave the asset out"
	for _, h := range g.holes(a, x) {
		switch length := h.to - h.from; {
		case length == 1 && h.rows == 1:
			if !f.full(fault.EmptyBeside) {
				f.add(fault.Finding{Code: fault.EmptyBeside, What: fmt.Sprintf("%s %s: price is missing (the row is there)", name, g.dates[h.from]), Rule: "a price on every session", Remedy: remedy})
			}
		case length == 1:
			if !f.full(fault.EmptyBeside) {
				f.add(fault.Finding{Code: fault.EmptyBeside, What: fmt.Sprintf("%s %s: no row", name, g.dates[h.from]), Rule: "a price on every session", Remedy: remedy})
			}
		case !f.full(fault.Hole):
			what := "rows"
			if h.rows > 0 {
				what = "prices"
			}
			f.add(fault.Finding{Code: fault.Hole, What: fmt.Sprintf("%s: no %s for %d sessions %s..%s%s", name, what, length, g.dates[h.from], g.dates[h.to-1], h.doubt()), Rule: "a price on every session", Remedy: remedy})
		}
	}
}

// doubt asks what a long hole may be.
func (h hole) doubt() string {
	if h.to-h.from < longHole {
		return ""
	}
	return ": renamed, or another company under the symbol?"
}

// dropHoles leaves out every session on which an asset has no price between its
// first and its last one, and says so; false when none is left.
func (g *grid) dropHoles(f *findings) bool {
	n, all := len(g.symbols), len(g.dates)
	firstDropped := data.NoDate
	first, last := g.spans()
	kept := 0
	for t := range g.dates {
		hole := false
		for a, v := range g.close[t*n : t*n+n] {
			if v != v && t > first[a] && t < last[a] {
				hole = true
				break
			}
		}
		if hole {
			if firstDropped == data.NoDate {
				firstDropped = g.dates[t]
			}
			continue
		}
		g.dates[kept] = g.dates[t]
		copy(g.close[kept*n:], g.close[t*n:t*n+n])
		for _, v := range g.beside {
			if v != nil {
				copy(v[kept*n:], v[t*n:t*n+n])
			}
		}
		kept++
	}
	g.dates, g.close = g.dates[:kept], g.close[:kept*n]
	for k, v := range g.beside {
		if v != nil {
			g.beside[k] = v[:kept*n]
		}
	}
	if kept < all {
		f.add(fault.Finding{Code: fault.Hole, Warning: kept > 0, What: fmt.Sprintf("%d of %d sessions are left out because an asset has no price (first %s)", all-kept, all, firstDropped),
			Rule: "data.missing: drop", Remedy: "leave out the assets with holes instead"})
	}
	return kept > 0
}

// spans are the first and last sessions on which each asset has a price.
func (g *grid) spans() (first, last []int) {
	n := len(g.symbols)
	first, last = make([]int, n), make([]int, n)
	for a := range first {
		first[a] = len(g.dates)
		last[a] = -1
	}
	for t := range g.dates {
		for a, v := range g.close[t*n : t*n+n] {
			if v == v {
				first[a], last[a] = min(first[a], t), t
			}
		}
	}
	return first, last
}
