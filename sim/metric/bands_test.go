package metric_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

// A and B, half each, of which A is worth 1, 2, 3, 1, 1, 3: weights of A of 1/2,
// 2/3, 3/4, 1/2, 1/2 and 3/4.
func TestOutsideBandsByHand(t *testing.T) {
	p, err := data.NewPanel(data.Adjusted, []data.Date{0, 1, 2, 3, 4, 5}, []string{"A", "B"}, []float64{1, 1, 2, 1, 3, 1, 1, 1, 1, 1, 3, 1}, nil)
	require.NoError(t, err)
	r := replayed(t, p, &sim.Mandate{Policy: sway{1, 1000}, Targets: equal(2), Cash: 1e6, Terms: &sim.Terms{}})
	at := func(lo, hi float64) []sim.Edges {
		return []sim.Edges{{Lo: []float64{lo, lo}, Hi: []float64{hi, hi}}}
	}
	require.Equal(t, metric.Outside{Sessions: 3, Alerts: 4, Longest: 2}, metric.OutsideBands(r, at(0.4, 0.6)))
	require.Equal(t, metric.Outside{Sessions: 3, Alerts: 2, Longest: 2}, metric.OutsideBands(r, at(-1, 0.6)))
	require.Equal(t, metric.Outside{Sessions: 2, Alerts: 2, Longest: 1}, metric.OutsideBands(r, at(-1, 0.7)))
	require.Equal(t, metric.Outside{}, metric.OutsideBands(r, at(0.25, 0.75)), "on the limit is inside")
	require.Equal(t, metric.Outside{}, metric.OutsideBands(r, at(math.NaN(), math.NaN())), "no limit")
	require.Equal(t, metric.Outside{Sessions: 3, Alerts: 2, Longest: 2}, metric.OutsideBands(r, []sim.Edges{{Lo: []float64{0.4, 0.4}}}))

	in := &metric.Input{Record: r, PeriodsPerYear: 252, Limits: at(0.4, 0.6)}
	m := measured(in)
	require.Equal(t, []float64{3, 4}, []float64{m["sessions_outside_band"], m["alerts"]})
	for name, change := range map[string]func(){
		"no limits": func() { in.Limits = nil }, "a policy without bands": func() { in.Limits = []sim.Edges{{}} },
		"no journal": func() { in.Limits = at(0.4, 0.6); short := *r; short.Log = nil; in.Record = &short },
	} {
		change()
		m = measured(in)
		require.True(t, math.IsNaN(m["sessions_outside_band"]) && math.IsNaN(m["alerts"]), name)
	}
}

// While B, half of the targets, waits for its listing on the fourth session, A is all
// there is and on its target. The limits of each set of targets are those of its time.
func TestOutsideBandsBeforeAListing(t *testing.T) {
	p, err := data.NewPanel(data.Adjusted, []data.Date{0, 1, 2, 3, 4}, []string{"A", "B"}, []float64{1, 1, 2, 1, 2, 1, 2, 1, 2, 1}, nil)
	require.NoError(t, err)
	r := replayed(t, p, &sim.Mandate{
		Policy: sway{1, 1000}, Targets: equal(2), Cash: 1e6, Terms: &sim.Terms{Fill: sim.SameClose}, Listings: []sim.Listing{{Session: 3, Asset: 1}},
	})
	in := &metric.Input{Record: r, PeriodsPerYear: 252, Limits: []sim.Edges{
		{Lo: []float64{0.9, 0}, Hi: []float64{1, 0}}, {Lo: []float64{0.4, 0.4}, Hi: []float64{0.6, 0.6}},
	}}
	m := measured(in)
	require.Equal(t, []float64{2, 2}, []float64{m["sessions_outside_band"], m["alerts"]}, "of the fourth session, before its trade, and the last, of both")
	in = &metric.Input{Record: r, PeriodsPerYear: 252, Limits: in.Limits[1:]}
	require.True(t, math.IsNaN(measured(in)["alerts"]), "limits of one of two sets")
}

// The weights that are checked against the bands are those that the drift is of:
// limits at a distance from the targets are crossed exactly where the largest drift
// is beyond it.
func TestOutsideBandsIsTheDrift(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawEverything(t)
		width := rapid.Float64Range(0.001, 0.2).Draw(t, "width")
		var limits []sim.Edges
		for _, targets := range append([][]float64{r.Mandate.Targets}, changes(r)...) {
			l := sim.Edges{}
			for _, x := range targets {
				l.Lo, l.Hi = append(l.Lo, x-width), append(l.Hi, x+width)
			}
			limits = append(limits, l)
		}
		sessions := 0
		for s := r.First + 1; s < r.End; s++ {
			if d := r.DriftMost[s]; d > width+1e-9 {
				sessions++
			} else if d > width-1e-9 {
				return // on the limit
			}
		}
		o := metric.OutsideBands(r, limits)
		require.Equal(t, sessions, o.Sessions)
		require.LessOrEqual(t, o.Longest, o.Sessions)
		require.True(t, (o.Alerts == 0) == (o.Sessions == 0))
	})
}

func changes(r *sim.Record) (all [][]float64) {
	for _, c := range r.Mandate.Changes {
		all = append(all, c.Targets)
	}
	return all
}
