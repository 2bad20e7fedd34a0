package reports

import (
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// stair is what holds for an asset between two places of a panel: its target and
// limits. NaN: none.
type stair struct {
	from, to       vg.Length
	target         float64
	lo, hi         float64 // of the band, within the panel; NaN without a band
	railLo, railHi float64 // likewise; NaN outside the panel, too
}

// stairs are an asset's targets and limits along a panel. Of the sets of targets
// that share one of the places along the axis the last is drawn.
func (w *weights) stairs(p *panel, i, places int) []stair {
	var all []stair
	least := (p.box.Max.X - p.box.Min.X) / vg.Length(places)
	r := w.p.Record
	for k, x := range w.spans {
		s := stair{from: p.box.Min.X, to: p.box.Max.X, target: x.Targets[i], lo: math.NaN(), hi: math.NaN()}
		if k > 0 {
			s.from = p.atX(float64(r.Panel.Date(x.From)))
		}
		if l, h, ok := x.Limits.band(i); ok {
			s.lo, s.hi = max(l, p.y.lo), min(h, p.y.hi)
		}
		s.railLo, s.railHi = x.Limits.rails(i, x.Targets[i])
		for _, rail := range []*float64{&s.railLo, &s.railHi} {
			if *rail < p.y.lo || *rail > p.y.hi {
				*rail = math.NaN() // above or below all that the panel shows
			}
		}
		if n := len(all); n > 0 {
			if last := &all[n-1]; s.from-last.from < least {
				s.from = last.from
				all = all[:n-1]
			} else {
				last.to = s.from
			}
		}
		all = append(all, s)
	}
	return all
}

// bands shades between lo and hi, one polygon for each stretch without a gap.
func (p *panel) bands(steps []stair) {
	for k := 0; k < len(steps); {
		var above, below []vg.Point
		for ; k < len(steps) && !math.IsNaN(steps[k].lo); k++ {
			s := &steps[k]
			below = append(below, vg.Point{X: s.from, Y: p.atY(s.lo)}, vg.Point{X: s.to, Y: p.atY(s.lo)})
			above = append(above, vg.Point{X: s.from, Y: p.atY(s.hi)}, vg.Point{X: s.to, Y: p.atY(s.hi)})
		}
		if below == nil {
			k++
			continue
		}
		for j := len(above) - 1; j >= 0; j-- {
			below = append(below, above[j])
		}
		p.c.FillPolygon(bandShade, below)
	}
}

// staircase draws one of the values of steps; NaN interrupts it, and steps of the
// same value are one.
func (p *panel) staircase(sty draw.LineStyle, steps []stair, of func(*stair) float64) {
	var line []vg.Point
	end := func() {
		if len(line) > 1 {
			p.c.StrokeLines(sty, line)
		}
		line = nil
	}
	for k := range steps {
		s := &steps[k]
		v := of(s)
		if math.IsNaN(v) {
			end()
			continue
		}
		y := p.atY(v)
		if n := len(line); n > 1 && line[n-1].Y == y {
			line[n-1].X = s.to
			continue
		}
		line = append(line, vg.Point{X: s.from, Y: y}, vg.Point{X: s.to, Y: y})
	}
	end()
}
