package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/audit"
	"evenkeel/strategies"
)

// Whatever the account, every amount that waits is free cash, waits for a reason that
// holds, and ends by a decision or stands in the record; the audit replays it.
func TestAnyWaitingIsSound(t *testing.T) {
	waited, owed := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPanel(rt, 3, 40)
		m := drawMandate(rt, t, p)
		r, err := sim.NewRunner(p, 1, sim.KeepDrift|sim.KeepLog)
		require.NoError(rt, err)
		require.NoError(rt, r.Set(0, m))
		r.Run()
		rec := r.Record(0)
		if rec.Err != nil {
			return
		}
		require.NoError(rt, audit.Check(&rec))
		left := map[int32]sim.Micros{}
		for _, w := range rec.Log.Waits {
			if w.Owed {
				owed++
				continue
			}
			waited++
			left[w.First] = w.Amount
		}
		sum := sim.Micros(0)
		for _, x := range left {
			sum += x
		}
		for _, w := range rec.Waiting {
			require.Positive(rt, w.Amount)
			require.NotEmpty(rt, w.Assets)
			sum -= w.Amount
		}
		if sum != 0 { // what withdrawals took of it
			require.Positive(rt, sum)
			require.Equal(rt, sumOf(rec.Waiting), rec.Tally.Cash+rec.Tally.Unsettled)
		}
	})
	require.Positive(t, waited)
	require.Positive(t, owed)
}

// sumOf is all that waits.
func sumOf(all []sim.Waiting) (sum sim.Micros) {
	for _, w := range all {
		sum += w.Amount
	}
	return sum
}

// drawHindered is an account without costs whose restrictions, holes, endings and target
// changes are over some sessions before the data end.
func drawHindered(rt *rapid.T, t testing.TB, over int) (*data.Panel, *sim.Mandate) {
	const n, sessions = 3, 40
	x := data.Table{Kind: data.Adjusted, Stale: make([]bool, n*sessions)}
	price := []float64{10, 10, 10}
	for i := range n {
		x.Symbols = append(x.Symbols, string(rune('A'+i)))
	}
	for s := range sessions {
		x.Dates = append(x.Dates, data.Date(19_000+s))
		for i := range n {
			if hole := s > 0 && s < over && rapid.IntRange(0, 5).Draw(rt, "hole") == 0; hole {
				x.Stale[s*n+i] = true
			} else {
				price[i] *= 1 + rapid.Float64Range(-0.05, 0.05).Draw(rt, "return")
			}
			x.Close = append(x.Close, price[i])
		}
	}
	p, err := data.Make(x)
	require.NoError(t, err)
	sets := [][]float64{{0.5, 0.3, 0.2}, {0.2, 0.3, 0.5}, {0.4, 0.4, 0.2}}
	m := &sim.Mandate{Targets: sets[0], Cash: 1e5, Terms: &sim.Terms{Fill: sim.SameClose}}
	for s := 1; s < over; s += rapid.IntRange(1, 7).Draw(rt, "next") {
		switch rapid.IntRange(0, 3).Draw(rt, "event") {
		case 0, 1:
			m.Flows = append(m.Flows, sim.Flow{Session: s, Amount: rapid.SampledFrom([]float64{100, 5000, 50_000}).Draw(rt, "deposit")})
		case 2:
			m.Changes = append(m.Changes, sim.Change{Session: s, Targets: rapid.SampledFrom(sets).Draw(rt, "targets")})
		}
	}
	for range rapid.IntRange(0, 4).Draw(rt, "restrictions") {
		from := rapid.IntRange(1, over-1).Draw(rt, "from")
		m.Terms.Rules = append(m.Terms.Rules, sim.Restriction{
			Asset: rapid.IntRange(0, n-1).Draw(rt, "asset"), Rule: sim.Rule(rapid.IntRange(0, 3).Draw(rt, "rule")), From: from, Until: rapid.IntRange(from, over).Draw(rt, "until"),
		})
	}
	switch rapid.IntRange(0, 3).Draw(rt, "strategy") {
	case 0:
		m.Policy = bound(t, p, m.Targets, bands(0.05, 0.02, daily))
	case 1:
		m.Policy = bound(t, p, m.Targets, strategies.NewCalendar(data.Schedule{Every: 5}))
	case 2:
		c := strategies.NewCalendar(data.Schedule{Every: 7})
		c.Aim.Share = strategies.Share(rapid.IntRange(0, 4).Draw(rt, "share"))
		m.Policy = bound(t, p, m.Targets, c)
	default:
		m.Policy = bound(t, p, m.Targets, strategies.NewBuyAndHold())
	}
	return p, m
}

// Without costs, whole lots and minimums, with orders that fill at the close they are
// decided on, nothing is ever left over but rounding: so when restrictions, holes and
// target changes are over, no money is left idle, as none would have been without them.
func TestNoMoneyIsLeftIdle(t *testing.T) {
	some := 0
	rapid.Check(t, func(rt *rapid.T) {
		p, m := drawHindered(rt, t, 35)
		r, err := sim.NewRunner(p, 1, sim.KeepLog)
		require.NoError(rt, err)
		require.NoError(rt, r.Set(0, m))
		r.Run()
		rec := r.Record(0)
		require.NoError(rt, audit.Check(&rec))
		require.Empty(rt, rec.Waiting)
		require.Less(rt, rec.Tally.Cash.Money(), 0.05)
		some += len(rec.Log.Waits)
	})
	require.Positive(t, some)
}
