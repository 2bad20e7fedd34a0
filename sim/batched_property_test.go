package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/internal/simtest"
	"evenkeel/sim"
	"evenkeel/sim/audit"
	"evenkeel/strategies"
)

// What waits in the batch keeps what it is for, whatever flows, new targets, holes and
// limits meet it: no sound run is taken for a broken one.
func TestAnyBatchIsSound(t *testing.T) {
	queued := 0
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPanel(rt, 3, 40)
		m := drawMandate(rt, t, p)
		m.Cash = rapid.SampledFrom([]float64{3000, 1e5}).Draw(rt, "money")
		m.Terms.Minimum = m.Cash * rapid.SampledFrom([]float64{0.003, 0.02, 0.1}).Draw(rt, "part that is small")
		every := rapid.IntRange(2, 12).Draw(rt, "sessions between releases")
		m.Terms.Batch = &sim.Batch{Release: p.Calendar(data.Schedule{Every: every}), Urgent: rapid.SampledFrom([]float64{0, 0.1, 0.3}).Draw(rt, "urgent")}
		m.Flows, m.Changes = nil, nil
		for s := 1; s < p.Sessions(); s += rapid.IntRange(1, 9).Draw(rt, "sessions to the next flow") {
			part := rapid.SampledFrom([]float64{0.001, 0.007, 0.05, 0.4, -0.001, -0.02, -0.3}).Draw(rt, "flow")
			m.Flows = append(m.Flows, sim.Flow{Session: s, Amount: m.Cash * part})
			if rapid.IntRange(0, 3).Draw(rt, "new targets") == 0 {
				m.Changes = append(m.Changes, sim.Change{Session: s, Targets: rapid.SampledFrom([][]float64{{0.2, 0.3, 0.5}, {0.45, 0.35, 0.2}, {0, 0.5, 0.5}}).Draw(rt, "targets")})
			}
		}
		rec := simtest.Run(rt, p, m)
		if rec.Err != nil {
			return
		}
		require.NoError(rt, audit.Check(&rec))
		for _, o := range rec.Log.Orders {
			if o.State == sim.StateQueued || o.State == sim.StateBatched {
				queued++
			}
		}
	})
	require.Positive(t, queued)
}

// What waits to be bought in the batch is not bought while a restriction forbids it, also when
// the asset has left the targets: a deposit of 100 waits as 50 and 50 from session 1 on, and
// new targets of session 2, at which nothing trades, drop A. The batch goes at session 4.
func TestTheBatchBuysNothingThatIsForbidden(t *testing.T) {
	p := calm(t, 8, 1, 1)
	for _, forbidden := range []bool{false, true} {
		terms := &sim.Terms{Fill: sim.SameClose, Minimum: 1000, Batch: &sim.Batch{Release: data.NewCalendar(8, func(s int) bool { return s == 4 })}}
		want := []float64{450, 450}
		if forbidden {
			terms.Rules = []sim.Restriction{{Asset: 0, Rule: sim.NoBuy, From: 3, Until: 7}}
			want[0] = 400
		}
		rec := checked(t, p, &sim.Mandate{
			Policy: bound(t, p, half, strategies.NewBuyAndHold()), Targets: half, Terms: terms, Holdings: holding(400, 400),
			Flows: []sim.Flow{{Session: 1, Amount: 100}}, Changes: []sim.Change{{Session: 2, Targets: []float64{0, 1}}},
		})
		require.InDeltaSlice(t, want, []float64{rec.Units[0].Shares(), rec.Units[1].Shares()}, 1e-5)
	}
}
