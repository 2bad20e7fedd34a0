// Package benchmarks measures the speed of the simulator on grids of policies.
package benchmarks

import (
	"evenkeel/benchmarks/workload"
	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/sim/metric"
	"evenkeel/sim/sweep"
	"evenkeel/strategies"
)

// Grid is a sweep of bands, rails and looks over one panel: a cost of 10 basis
// points, 1,000,000 at the start, fills at the close of the decision.
type Grid struct {
	Prices  *data.Panel
	Targets []float64
	Looks   []int     // every so many sessions
	Bands   []float64 // parts of the targets
	Rails   []float64 // parts of the band

	reference []float64
	terms     *sim.Terms
}

// W2 is 1,000 points on 10 assets x 5,040 sessions: 5 looks x 20 bands x 10 rails.
func W2() (*Grid, error) {
	g := &Grid{}
	g.Prices, g.Targets = workload.W1()
	for r := range 10 {
		g.Rails = append(g.Rails, float64(r)*0.1)
	}
	return g, g.ready()
}

// W3 is 100 points on 500 assets x 2,520 sessions: 5 looks x 20 bands, with rails
// of half the band.
func W3() (*Grid, error) {
	g := &Grid{Rails: []float64{0.5}}
	g.Prices, g.Targets = workload.W3()
	return g, g.ready()
}

func (g *Grid) ready() error {
	g.Looks = []int{1, 5, 10, 21, 63}
	for b := range 20 {
		g.Bands = append(g.Bands, 0.05+float64(b)*(0.45/19))
	}
	g.reference = metric.PolicyReturns(g.Prices, g.Targets)
	c := cost.NewBPS(10, cost.Everywhere)
	g.terms = &sim.Terms{Fill: sim.SameClose, Costs: []sim.Cost{c}}
	return c.Bind(g.Prices)
}

// Points is the number of points, rails innermost, looks outermost.
func (g *Grid) Points() int { return len(g.Looks) * len(g.Bands) * len(g.Rails) }

// Measures are those of the yardsticks, and tracking error.
func (g *Grid) Measures() (list []metric.Measure) {
	want := map[string]bool{
		"final_nav": true, "turnover_total": true, "cost_total": true, "triggers": true, "unfunded_triggers": true,
		"rebalances": true, "trades": true, "volatility": true, "max_drawdown": true, "tracking_error": true,
	}
	for _, m := range metric.All() {
		if want[m.Name] {
			list = append(list, m)
		}
	}
	return list
}

// at is the look, the band and the rail as a part of it of a point.
func (g *Grid) at(point int) (every int, band, rail float64) {
	rails, bands := len(g.Rails), len(g.Bands)
	return g.Looks[point/rails/bands], g.Bands[point/rails%bands], g.Rails[point%rails]
}

// Maker is a maker of the grid's accounts.
func (g *Grid) Maker() sweep.Maker {
	m := &maker{grid: g}
	for k := range m.policies {
		m.policies[k] = strategies.NewBands()
	}
	return m
}

type maker struct {
	grid     *Grid
	policies [sim.MaxLanes]*strategies.Bands
	mandates [sim.MaxLanes]sim.Mandate
}

// Affinity puts looks first, then what is near in band and rail.
func (m *maker) Affinity(point int) uint64 {
	rails, bands := len(m.grid.Rails), len(m.grid.Bands)
	return uint64(point/rails/bands)<<32 | sweep.Near(point/rails%bands, point%rails)
}

func (m *maker) Panel(int) (*data.Panel, error) { return m.grid.Prices, nil }

func (m *maker) Account(slot, point int) (sweep.Account, error) {
	g, b := m.grid, m.policies[slot]
	every, band, rail := g.at(point)
	b.Band, b.Rail = strategies.Both(strategies.Relative(band)), strategies.Both(strategies.Relative(band*rail))
	b.Look = data.Schedule{Every: every}
	m.mandates[slot] = sim.Mandate{Policy: b, Targets: g.Targets, Terms: g.terms, Cash: 1e6}
	return sweep.Account{Mandate: &m.mandates[slot], Reference: g.reference, PeriodsPerYear: 252}, b.Bind(g.Prices, g.Targets)
}

// Rows collects the values of a sweep.
type Rows struct{ Values []float64 }

// Take keeps the rows of a block.
func (r *Rows) Take(b *sweep.Block) error {
	r.Values = append(r.Values, b.Values...)
	return nil
}
