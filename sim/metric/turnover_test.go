package metric_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/sim"
	"evenkeel/sim/metric"
)

// One-way turnover follows from the trades alone: half of what each fill session
// traded over what the account was worth before its first trade, at the fill's prices.
func TestTurnoverFollowsFromTheTrades(t *testing.T) {
	for _, fill := range []sim.FillTime{sim.NextClose, sim.NextOpen, sim.SameClose} {
		p := wander(t, 5, 4, 300)
		r := replayed(t, p, &sim.Mandate{Policy: sway{7, 6}, Targets: equal(4), Cash: 1e6, Terms: &sim.Terms{Fill: fill, Costs: []sim.Cost{bill{rate: 0.003}}}})
		units, cash := make([]float64, 4), 0.0
		sum, bought, sold, session, before := 0.0, 0.0, 0.0, int32(-1), 0.0
		for i := range r.Log.Entries {
			e := &r.Log.Entries[i]
			if trade := e.Kind == sim.EntryBuy || e.Kind == sim.EntrySell || e.Kind == sim.EntryCost; trade && !r.IsOpening(e) {
				if e.Session != session {
					prices := p.Close(int(e.Session))
					if fill == sim.NextOpen {
						prices = p.Open(int(e.Session))
					}
					session, before = e.Session, cash
					for k, u := range units {
						before += u * prices[k]
					}
				}
				switch value := e.Units.Shares() * e.Price; e.Kind {
				case sim.EntryBuy:
					sum += value / 2 / before
					bought += value
				case sim.EntrySell:
					sum -= value / 2 / before
					sold -= value
				}
			}
			cash += (e.Cash + e.Due).Money()
			if e.Asset >= 0 {
				units[e.Asset] += e.Units.Shares()
			}
		}
		require.InDelta(t, r.Tally.Turnover, sum, 1e-9)
		in := &metric.Input{Record: r, PeriodsPerYear: 252}
		m, mean, years := measured(in), metric.Mean(r.NAV), 299/365.25
		require.InDelta(t, sum/years, m["turnover_per_year"], 1e-9)
		require.InDelta(t, min(bought, sold)/mean/years, m["turnover_lesser_per_year"], 1e-9)
		require.InDelta(t, (bought+sold)/mean/years, m["turnover_two_way_per_year"], 1e-9)
	}
}
