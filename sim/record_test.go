package sim_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/strategies"
)

var moments = []sim.FillTime{sim.NextClose, sim.NextOpen, sim.SameClose}

// busy is a run that trades often, for every way to fill.
func busy(t *testing.T, fill sim.FillTime) sim.Record {
	p := swinging(t, 4, 250)
	targets := []float64{0.4, 0.3, 0.2, 0.1}
	terms := &sim.Terms{Fill: fill, Costs: costs(t, p, cost.NewBPS(10, cost.Everywhere))}
	rec := run(t, p, &sim.Mandate{Policy: bound(t, p, targets, bands(0.1, 0.05, data.Schedule{Every: 2})), Targets: targets, Cash: 1e6, Terms: terms})
	require.Greater(t, rec.Tally.Rebalances, 10)
	return rec
}

// holdings are the shares after the entries that before chooses.
func holdings(rec *sim.Record, before func(e *sim.Entry) bool) []float64 {
	units := make([]sim.Units, rec.Panel.Assets())
	for i := range rec.Log.Entries {
		if e := &rec.Log.Entries[i]; e.Asset >= 0 && before(e) {
			units[e.Asset] += e.Units
		}
	}
	h := make([]float64, len(units))
	for i, u := range units {
		h[i] = u.Shares()
	}
	return h
}

func weights(h, p []float64) []float64 {
	w, sum := make([]float64, len(h)), 0.0
	for i := range h {
		w[i] = h[i] * p[i]
		sum += w[i]
	}
	for i := range w {
		w[i] /= sum
	}
	return w
}

func TestWeights(t *testing.T) {
	for _, fill := range moments {
		rec := busy(t, fill)
		next := rec.First
		rec.Weights(func(s int, w []float64) {
			require.Equal(t, next, s)
			next++
			sum := 0.0
			for _, x := range w {
				sum += x
			}
			require.InDelta(t, 1, sum, 1e-12)
			require.InDeltaSlice(t, weights(holdings(&rec, func(e *sim.Entry) bool { return int(e.Session) <= s }), rec.Panel.Close(s)), w, 1e-15)
		})
		require.Equal(t, rec.End, next)
	}
}

// Drift is that of the close before the session's own trades at it: orders that
// fill at the open have been filled by then.
func TestDrift(t *testing.T) {
	for _, fill := range moments {
		t.Run(fill.String(), func(t *testing.T) {
			rec := busy(t, fill)
			for s := rec.First + 1; s < rec.End; s++ {
				h := holdings(&rec, func(e *sim.Entry) bool {
					return int(e.Session) < s || fill == sim.NextOpen && int(e.Session) == s
				})
				half, most := 0.0, 0.0
				for i, w := range weights(h, rec.Panel.Close(s)) {
					d := math.Abs(w - rec.Mandate.Targets[i])
					half += d / 2
					most = max(most, d)
				}
				require.InDelta(t, half, rec.DriftHalf[s], 1e-14, "session %d", s)
				require.InDelta(t, most, rec.DriftMost[s], 1e-14, "session %d", s)
			}
		})
	}
}

// NAV is that after the session's last fill, whatever was glided over.
func TestNAV(t *testing.T) {
	for _, fill := range moments {
		rec := busy(t, fill)
		for s := rec.First; s < rec.End; s++ {
			nav := 0.0
			for _, e := range rec.Log.Entries {
				if int(e.Session) <= s {
					nav += e.Cash.Money()
				}
			}
			for i, h := range holdings(&rec, func(e *sim.Entry) bool { return int(e.Session) <= s }) {
				nav += h * rec.Panel.Close(s)[i]
			}
			require.InEpsilon(t, nav, rec.NAV[s], 1e-12, "%s, session %d", fill, s)
		}
	}
}

// What is counted is what the log holds.
func TestTallyIsTheLogSummed(t *testing.T) {
	for _, fill := range moments {
		rec := busy(t, fill)
		var want sim.Tally
		for k, d := range rec.Log.Decisions[1:] {
			want.Triggers++
			switch d.State {
			case sim.StateTraded:
				want.Rebalances++
				for i := range rec.Log.Orders {
					if o := &rec.Log.Orders[i]; int(o.Decision) == k+1 && o.Done != 0 {
						want.Filled++
						break
					}
				}
			case sim.StateUnfunded:
				want.Unfunded++
			default:
				t.Fatalf("a decision that is %s", d.State)
			}
		}
		traded, openingCost := map[int32]float64{}, sim.Micros(0)
		for i := range rec.Log.Entries {
			e := &rec.Log.Entries[i]
			want.Cash += e.Cash
			switch {
			case e.Kind == sim.EntryCost:
				want.Cost -= e.Cash
				if rec.IsOpening(e) {
					openingCost -= e.Cash
				}
			case e.Kind != sim.EntryCash && !rec.IsOpening(e):
				want.Trades++
				traded[e.Session] += math.Abs(e.Cash.Money())
			}
		}
		want.CostInitial = openingCost
		want.Looks = rec.Panel.Calendar(data.Schedule{Every: 2}).Count(1, rec.End)
		want.Turnover = rec.Tally.Turnover
		require.Equal(t, want, rec.Tally)

		turnover := 0.0
		for s, money := range traded {
			p := rec.Panel.Close(int(s))
			if fill == sim.NextOpen {
				p = rec.Panel.Open(int(s))
			}
			before := 0.0
			for i, h := range holdings(&rec, func(e *sim.Entry) bool { return e.Session < s }) {
				before += h * p[i]
			}
			for _, e := range rec.Log.Entries {
				if e.Session < s {
					before += e.Cash.Money()
				}
			}
			turnover += money / 2 / before
		}
		require.InEpsilon(t, turnover, rec.Tally.Turnover, 1e-9)
	}
}

// Looks are counted by the calendar, from the session after the first, whether
// the policy trades or not.
func TestLooksAreCounted(t *testing.T) {
	p := swinging(t, 2, 100)
	targets := []float64{0.6, 0.4}
	for _, c := range []struct {
		look        data.Schedule
		open, close int
		want        int
	}{
		{data.EverySession, 0, 0, 99},
		{data.EverySession, 10, 20, 9},
		{data.EverySession, 99, 0, 0},
		{data.Schedule{Every: 10}, 0, 0, 9},
		{data.Schedule{Every: 10, Offset: 9}, 0, 0, 10},
		{data.Schedule{Every: 10}, 10, 21, 1},                    // session 10 is the initial purchase
		{data.Schedule{Period: data.Month, Last: true}, 0, 0, 3}, // 31 January, 29 February, 31 March
		{data.Schedule{Period: data.Year, Last: true}, 0, 0, 0},
	} {
		rec := run(t, p, &sim.Mandate{Policy: bound(t, p, targets, strategies.NewCalendar(c.look)), Targets: targets, Cash: 1e6, Terms: &sim.Terms{}, Open: c.open, Close: c.close})
		require.Equal(t, c.want, rec.Tally.Looks, c.look)
		require.Equal(t, c.want, rec.Tally.Triggers, c.look)
		wide := run(t, p, &sim.Mandate{Policy: bound(t, p, targets, bands(3, 0, c.look)), Targets: targets, Cash: 1e6, Terms: &sim.Terms{}, Open: c.open, Close: c.close})
		require.Equal(t, c.want, wide.Tally.Looks, c.look)
		require.Zero(t, wide.Tally.Triggers)
	}
	never := run(t, p, &sim.Mandate{Policy: still{}, Targets: targets, Cash: 1e6, Terms: &sim.Terms{}})
	require.Zero(t, never.Tally.Looks)
}

func TestWords(t *testing.T) {
	for want, word := range map[string]interface{ String() string }{
		"next_close": sim.NextClose, "next_open": sim.NextOpen, "same_close": sim.SameClose,
		"": sim.CauseNone, "opening": sim.CauseOpening, "above_band": sim.CauseAbove, "below_band": sim.CauseBelow, "calendar": sim.CauseCalendar,
		"traded": sim.StateTraded, "unfunded": sim.StateUnfunded, "pending": sim.StatePending, "filled": sim.StateFilled, "part": sim.StatePart, "missed": sim.StateMissed,
		"cash": sim.ReasonCash, "cost": sim.ReasonCost, "end_of_data": sim.ReasonEnd, "buy": sim.EntryBuy, "sell": sim.EntrySell,
	} {
		require.Equal(t, want, word.String())
	}
	require.Equal(t, "cash", sim.EntryCash.String())
	require.Equal(t, "cost", sim.EntryCost.String())
}
