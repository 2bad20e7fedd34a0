package cost_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
)

// requests is a policy that asks for given amounts at every look.
type wishes []float64

func (wishes) Watch(v *sim.View, w *sim.Watch) { w.Looks = v.Calendar(data.EverySession) }

func (q wishes) Decide(v *sim.View, want []float64) sim.Verdict {
	for i := range want {
		want[i] = q[(v.Session*len(want)+i)%len(q)] * v.NAV()
	}
	return sim.Verdict{Act: true, Cause: sim.CauseCalendar, Asset: -1}
}

// What a run books is what the models charge for the trades that were made, to
// half a millionth, with what was known before their sessions; whatever is asked
// for, the cash pays for it.
func TestRunsBookWhatIsCharged(t *testing.T) {
	p := market(t, 1)
	rapid.Check(t, func(t *rapid.T) {
		terms := &sim.Terms{Fill: rapid.SampledFrom([]sim.FillTime{sim.NextClose, sim.SameClose}).Draw(t, "fill")}
		for range rapid.IntRange(1, 3).Draw(t, "costs") {
			c := anyCost(t, cost.Everywhere)
			require.NoError(t, c.Bind(p))
			terms.Costs = append(terms.Costs, c)
		}
		m := &sim.Mandate{
			Policy:  wishes(rapid.SliceOfN(rapid.Float64Range(-0.3, 0.3), 7, 7).Draw(t, "wishes")),
			Targets: []float64{0.5, 0.3, 0.2}, Terms: terms, Cash: math.Pow(10, rapid.Float64Range(2, 11).Draw(t, "log cash")),
		}
		r, err := sim.NewRunner(p, 1, sim.KeepLog)
		require.NoError(t, err)
		require.NoError(t, r.Set(0, m))
		r.Run()
		record := r.Record(0)
		require.NoError(t, record.Err)
		proven(t, p, terms, record.Log.Entries)
	})
}

// proven charges every trade of a journal again.
func proven(t *rapid.T, p *data.Panel, terms *sim.Terms, entries []sim.Entry) {
	type trade struct{ order, session int32 }
	want, values := map[trade][]float64{}, map[trade]float64{}
	for _, e := range entries {
		if e.Kind != sim.EntryBuy && e.Kind != sim.EntrySell {
			continue
		}
		volume, sigma := p.Liquidity(int(e.Session))
		f := sim.Fill{
			Session: int(e.Session), Date: p.Date(int(e.Session)), Asset: int(e.Asset), Buy: e.Kind == sim.EntryBuy, Price: e.Price, Value: math.Abs(e.Cash.Money()),
			Volume: volume[e.Asset], Sigma: sigma[e.Asset], Spread: p.Spread(int(e.Session))[e.Asset],
		}
		k := trade{e.Order, e.Session}
		values[k] = f.Value
		for _, c := range terms.Costs {
			want[k] = append(want[k], total(c, f))
		}
	}
	cash := sim.Micros(0)
	for _, e := range entries {
		cash += e.Cash
		if e.Kind == sim.EntryCost {
			k := trade{e.Order, e.Session}
			require.InDelta(t, want[k][e.Part], -e.Cash.Money(), 0.51e-6+1e-12*values[k], "%s of a trade of %v", terms.Costs[e.Part].Name(), values[k])
			want[k][e.Part] = 0
		}
	}
	require.GreaterOrEqual(t, cash, sim.Micros(0))
	for _, all := range want {
		for part, left := range all {
			require.LessOrEqual(t, left, 0.51e-6, "%s was not booked", terms.Costs[part].Name())
		}
	}
}
