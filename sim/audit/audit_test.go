package audit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/internal/simtest"
	"evenkeel/sim"
	"evenkeel/sim/audit"
	"evenkeel/sim/cost"
	"evenkeel/strategies"
)

const sessions = 400

// swinging holds three assets that swing against one another, with opens.
func swinging(t testing.TB) *data.Panel { return simtest.Waves(t, sessions) }

func ran(t testing.TB, p *data.Panel, m *sim.Mandate) sim.Record {
	if m.Targets == nil {
		m.Targets = []float64{0.5, 0.3, 0.2}
	}
	if m.Cash == 0 && m.Holdings == nil {
		m.Cash = 1e5
	}
	if m.Policy == nil {
		b := strategies.NewBands()
		require.NoError(t, b.Bind(p, m.Targets))
		m.Policy = b
	}
	rec := simtest.Run(t, p, m)
	require.NoError(t, rec.Err)
	return rec
}

var costs = simtest.Costs

func usual(t testing.TB, p *data.Panel) []sim.Cost {
	return costs(t, p, cost.NewBPS(10, cost.Everywhere), cost.NewFixed(1.25, cost.Everywhere))
}

// Runs of every moment, delay, window and flow are sound.
func TestSoundRuns(t *testing.T) {
	p := swinging(t)
	weekly := p.Calendar(data.Schedule{Every: 5})
	for _, fill := range []sim.FillTime{sim.SameClose, sim.NextClose, sim.NextOpen} {
		for name, terms := range map[string]sim.Terms{
			"plain":   {},
			"costs":   {Costs: usual(t, p)},
			"free":    {Costs: usual(t, p), FreeOpening: true, OpeningTurnover: true},
			"delay":   {Costs: usual(t, p), Delay: 2},
			"window":  {Windows: weekly, Reserve: 1000},
			"reserve": {Costs: usual(t, p), ReserveFraction: 0.03},
		} {
			for flow, flows := range map[string][]sim.Flow{
				"none": nil,
				"some": {{Session: 3, Amount: 500}, {Session: 50, Amount: -20_000}, {Session: 90, Percent: 0.1}, {Session: 91, Amount: 7}, {Session: 200, Percent: -0.3}},
			} {
				terms.Fill = fill
				rec := ran(t, p, &sim.Mandate{Terms: &terms, Flows: flows, Changes: []sim.Change{{Session: 120, Targets: []float64{0.2, 0.3, 0.5}}}})
				require.Greater(t, rec.Tally.Rebalances, 4)
				require.NoError(t, audit.Check(&rec), "%s %s %s", fill, name, flow)
			}
		}
	}
}
