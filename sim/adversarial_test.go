package sim_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/sim/ledger"
)

var daily = data.EverySession

// adversarial asks for whatever it was told to, at every look.
type adversarial struct {
	want func(v *sim.View, want []float64)
	fund sim.Funding
}

func (w *adversarial) Watch(v *sim.View, watch *sim.Watch) {
	watch.Looks, watch.Lo, watch.Hi = v.Calendar(daily), nil, nil
}

func (w *adversarial) Decide(v *sim.View, want []float64) sim.Verdict {
	w.want(v, want)
	return sim.Verdict{Act: true, Cause: sim.CauseCalendar, Asset: -1, Funding: w.fund}
}

// odd are amounts that no sane policy asks for.
var odd = []float64{
	0, 0.009, -0.009, 0.01, -0.01, 1, -1, 123.456, -123.456, 1e4, -1e4, 1e6, -1e6, 1e9, -1e9, 1e12, -1e12, 1e15, -1e15, 1e300, -1e300,
	math.MaxFloat64, -math.MaxFloat64, math.Inf(1), math.Inf(-1), math.NaN(), math.SmallestNonzeroFloat64, math.Copysign(0, -1),
}

// Whatever a policy asks for, nothing is sold that is not held and nothing bought
// that cannot be paid: the ledger proves every run.
func TestWildWishes(t *testing.T) {
	p := swinging(t, 3, 30)
	charged := [][]sim.Cost{nil, costs(t, p, cost.NewBPS(50, cost.Everywhere), cost.NewFixed(3, cost.Everywhere)), costs(t, p, cost.NewFixed(700, cost.Everywhere)), costs(t, p, cost.NewBPS(10_000, cost.Everywhere))}
	rapid.Check(t, func(rt *rapid.T) {
		asks := 0
		asked := rapid.SliceOfN(rapid.SampledFrom(odd), 90, 90).Draw(rt, "wishes")
		m := &sim.Mandate{
			Targets: []float64{0.5, 0.3, 0.2}, Cash: rapid.SampledFrom([]float64{0.02, 1000, 1e6, sim.MaxMoney}).Draw(rt, "cash"),
			Terms: &sim.Terms{
				Fill: rapid.SampledFrom(moments).Draw(rt, "fill"), Costs: rapid.SampledFrom(charged).Draw(rt, "costs"),
				Reserve: rapid.SampledFrom([]float64{0, 100, 1e6}).Draw(rt, "reserve"), FreeOpening: rapid.Bool().Draw(rt, "free opening"),
			},
			Policy: &adversarial{want: func(v *sim.View, want []float64) {
				asks++
				for i := range want {
					require.Zero(rt, want[i], "want arrives zeroed")
					want[i] = asked[v.Session*3+i]
				}
			}},
		}
		r, err := sim.NewRunner(p, 1, sim.KeepDrift|sim.KeepLog)
		require.NoError(rt, err)
		require.NoError(rt, r.Set(0, m))
		r.Run()
		rec := r.Record(0)
		_, err = ledger.Replay(&rec)
		require.NoError(rt, err)
		require.Equal(rt, asks, rec.Tally.Triggers)
		require.Equal(rt, asks, rec.Tally.Rebalances+rec.Tally.Unfunded)
		if slices.Max(rec.Units) > 0 { // else it may have nothing to trade
			require.Equal(rt, 29, asks)
		}
		for _, o := range rec.Log.Orders {
			require.True(rt, o.Done == 0 || (o.Done > 0) == (o.Units > 0) && o.Done/o.Units <= 1, "%+v", o)
		}
		for _, x := range rec.NAV {
			require.True(rt, x >= 0 && data.Finite(x))
		}
	})
}

func TestWildWishesOneByOne(t *testing.T) {
	p := market(t, [][]float64{{100, 100}, {100, 100}, {100, 100}}, nil)
	for _, c := range []struct {
		name string
		want []float64
		a, b float64 // shares after
	}{
		{"nothing", []float64{0, 0}, 50, 40},
		{"dust", []float64{0.0099, -0.0099}, 50, 40},
		{"no number", []float64{math.NaN(), math.NaN()}, 50, 40},
		{"sell more than is held", []float64{-1e9, 0}, 0, 40},
		{"sell without end", []float64{math.Inf(-1), 0}, 0, 40},
		{"sell all to the last unit", []float64{-5000, 0}, 0, 40},
		{"buy more than the cash", []float64{5000, 0}, 60, 40},
		{"buy without end", []float64{math.Inf(1), 0}, 60, 40},
		{"buy both beyond the cash", []float64{3000, 1000}, 57.5, 42.5},
		{"buy the one with the other", []float64{1e9, -1e9}, 100, 0},
		{"a number and none", []float64{math.NaN(), 500}, 50, 45},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &sim.Mandate{
				Targets: []float64{0.5, 0.5}, Cash: 10_000, Terms: &sim.Terms{Fill: sim.SameClose},
				Policy: &adversarial{want: func(v *sim.View, want []float64) {
					switch v.Session {
					case 1: // 1,000 in cash beside 5,000 and 4,000
						want[1] = -1000
					case 2:
						copy(want, c.want)
					}
				}},
			}
			rec := run(t, p, m)
			require.InDelta(t, c.a, rec.Units[0].Shares(), 1e-6)
			require.InDelta(t, c.b, rec.Units[1].Shares(), 1e-6)
		})
	}
}

// A policy that does not watch is never asked.
func TestWhoDoesNotWatchIsNotAsked(t *testing.T) {
	p := swinging(t, 2, 20)
	asked := 0
	m := hold(1000, &sim.Terms{})
	m.Policy = struct{ sim.Policy }{&adversarial{want: func(*sim.View, []float64) { asked++ }}}
	rec := run(t, p, m)
	require.Zero(t, asked)
	require.Zero(t, rec.Tally.Looks)
}

// What a policy sees is the session's close and nothing later.
func TestWhatAPolicySees(t *testing.T) {
	p := swinging(t, 2, 20)
	charged := costs(t, p, cost.NewBPS(10, cost.Everywhere), cost.NewFixed(1, cost.Scope{Side: "buy", From: p.Date(10), Until: data.NoDate}))
	seen := 0
	m := hold(1000, &sim.Terms{Costs: charged, Reserve: 50})
	m.Policy = &adversarial{want: func(v *sim.View, want []float64) {
		seen++
		require.Equal(t, seen, v.Session)
		require.Equal(t, p.Date(seen), v.Date())
		require.Equal(t, p.Close(seen), v.Price)
		require.Equal(t, v.Value[0]+v.Value[1], v.Invested)
		require.InDelta(t, 50, v.AllCash-v.Cash, 1e-9)
		fixed := 0.0
		if seen >= 10 {
			fixed = 1
		}
		require.Equal(t, []sim.Charge{{Fixed: fixed, Rate: 0.001}, {Fixed: fixed, Rate: 0.001}}, v.Buy)
		require.Equal(t, []sim.Charge{{Rate: 0.001}, {Rate: 0.001}}, v.Sell)
		require.InDelta(t, v.Invested+max(0, v.Cash)/1.001, v.Power(), 1e-9)
		require.InDelta(t, 6e-6, v.HoldBack(), 1e-18)
	}}
	run(t, p, m)
	require.Equal(t, 19, seen)
}
