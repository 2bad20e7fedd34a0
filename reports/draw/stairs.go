package draw

import (
	"math"

	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"
)

// Stair is what holds for an asset between two places of a panel: its target and
// limits. NaN: none.
type Stair struct {
	From, To       vg.Length
	Target         float64
	Lo, Hi         float64 // of the band, within the panel; NaN without a band
	RailLo, RailHi float64 // likewise; NaN outside the panel, too
}

// Bands shades between lo and hi, one polygon for each stretch without a gap.
func (p *Panel) Bands(steps []Stair) {
	for k := 0; k < len(steps); {
		var above, below []vg.Point
		for ; k < len(steps) && !math.IsNaN(steps[k].Lo); k++ {
			s := &steps[k]
			below = append(below, vg.Point{X: s.From, Y: p.AtY(s.Lo)}, vg.Point{X: s.To, Y: p.AtY(s.Lo)})
			above = append(above, vg.Point{X: s.From, Y: p.AtY(s.Hi)}, vg.Point{X: s.To, Y: p.AtY(s.Hi)})
		}
		if below == nil {
			k++
			continue
		}
		for j := len(above) - 1; j >= 0; j-- {
			below = append(below, above[j])
		}
		p.C.FillPolygon(BandShade, below)
	}
}

// Staircase draws one of the values of steps; NaN interrupts it, and steps of the
// same value are one.
func (p *Panel) Staircase(sty vgdraw.LineStyle, steps []Stair, of func(*Stair) float64) {
	var line []vg.Point
	end := func() {
		if len(line) > 1 {
			p.C.StrokeLines(sty, line)
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
		y := p.AtY(v)
		if n := len(line); n > 1 && line[n-1].Y == y {
			line[n-1].X = s.To
			continue
		}
		line = append(line, vg.Point{X: s.From, Y: y}, vg.Point{X: s.To, Y: y})
	}
	end()
}
