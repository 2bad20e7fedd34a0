package village_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/internal/simtest"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/sim/village"
	"evenkeel/strategies"
)

// drawPolicy draws a policy of a village and what counts as a deviation for it.
func drawPolicy(rt *rapid.T, p *data.Panel, targets []float64) sim.Policy {
	r := &strategies.Rebalance{Bands: *strategies.NewBands()}
	r.If = &strategies.Band{All: strategies.Both(strategies.Relative(rapid.SampledFrom([]float64{0.02, 0.05, 0.2}).Draw(rt, "percent"))), Named: "deviation"}
	r.Aim.To = strategies.ToTarget
	r.Aim.Scope = rapid.SampledFrom([]strategies.Scope{strategies.ScopeAll, strategies.ScopeBreached}).Draw(rt, "scope")
	r.Rail = strategies.Both(strategies.Relative(0))
	r.Look = data.Schedule{Every: rapid.IntRange(1, 7).Draw(rt, "look")}
	if rapid.IntRange(0, 2).Draw(rt, "mini") == 0 {
		r.Mini = &strategies.Mini{Look: data.EverySession, Deviation: 0.1, Major: 0.05, Largest: 2}
	}
	r.Funding = rapid.SampledFrom([]strategies.Funding{strategies.SelfFinancing, strategies.SelfFinancing, strategies.FlowsOnly, strategies.ContributionsFirst}).Draw(rt, "funding")
	require.NoError(rt, r.Bind(p, targets))
	return r
}

func drawTargets(rt *rapid.T, n int) []float64 {
	targets, sum := make([]float64, n), 0.0
	for i := range targets {
		targets[i] = float64(rapid.IntRange(1, 5).Draw(rt, "target"))
		sum += targets[i]
	}
	for i := range targets {
		targets[i] /= sum
	}
	return targets
}

func drawTerms(rt *rapid.T, p *data.Panel) *sim.Terms {
	terms := &sim.Terms{Fill: rapid.SampledFrom([]sim.FillTime{sim.NextClose, sim.SameClose}).Draw(rt, "fill")}
	switch rapid.IntRange(0, 2).Draw(rt, "costs") {
	case 1:
		terms.Costs = simtest.Costs(rt, p, cost.NewBPS(15, cost.Everywhere))
	case 2:
		terms.Costs = simtest.Costs(rt, p, cost.NewBPS(7, cost.Everywhere), cost.NewFixed(1.5, cost.Everywhere))
	}
	if rapid.IntRange(0, 3).Draw(rt, "small") == 0 {
		terms.Minimum = 300
		if rapid.Bool().Draw(rt, "batch") {
			terms.Batch = &sim.Batch{Release: p.Calendar(data.Schedule{Every: 9}), Urgent: 0.3}
		}
	}
	return terms
}

// A village of one member without neighbours is the account, byte for byte.
func TestAVillageOfOneIsTheAccount(t *testing.T) {
	traded := 0
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(rt, "assets")
		p := simtest.Swinging(rt, n, 60)
		targets, terms := drawTargets(rt, n), drawTerms(rt, p)
		opening := sim.Micros(rapid.Int64Range(1e9, 1e12).Draw(rt, "cash"))
		v := village.Village{Name: "v", Targets: targets, Terms: terms, Rows: []village.Row{{Member: "only", Money: opening}}}
		var flows []sim.Flow
		for s := 1; s < 60; s += rapid.IntRange(1, 20).Draw(rt, "gap") {
			x := sim.Micros(rapid.Int64Range(-5e10, 5e10).Draw(rt, "flow"))
			if x != 0 {
				flows = append(flows, sim.Flow{Session: s, Amount: x.Money()})
				v.Rows = append(v.Rows, village.Row{Session: s, Member: "only", Money: sim.ToMicros(x.Money())})
			}
		}
		rule := sim.Restriction{Asset: 0, Rule: sim.Rule(rapid.IntRange(0, 2).Draw(rt, "rule")), From: 10, Until: rapid.IntRange(10, 30).Draw(rt, "until")}
		terms.Rules = []sim.Restriction{rule}
		made := drawPolicy(rt, p, targets)
		v.Policy = made
		w := &village.World{Panel: p, Villages: []village.Village{v}, Routes: []sim.Venue{village.CrossRoute, village.MarketRoute}}
		require.NoError(rt, w.Run())
		got := w.Runner().Record(0)
		r, err := sim.NewRunner(p, 1, sim.KeepDrift|sim.KeepLog)
		require.NoError(rt, err)
		require.NoError(rt, r.Set(0, &sim.Mandate{Policy: made, Targets: targets, Terms: terms, Cash: opening.Money(), Flows: flows}))
		r.Run()
		want := r.Record(0)
		require.Equal(rt, want.NAV, got.NAV)
		require.Equal(rt, want.Tally, got.Tally)
		require.Equal(rt, want.Log.Entries, got.Log.Entries)
		require.Equal(rt, want.Log.Orders, got.Log.Orders)
		require.Equal(rt, want.Log.Decisions, got.Log.Decisions)
		require.Equal(rt, want.Units, got.Units)
		traded += got.Tally.Trades
	})
	require.Positive(t, traded)
}

// drawWorld draws villages, a pool, routes and restrictions.
func drawWorld(rt *rapid.T) *village.World {
	n, sessions := rapid.IntRange(2, 4).Draw(rt, "assets"), 50
	p := simtest.Swinging(rt, n, sessions)
	w := &village.World{Panel: p, KeepTrades: true, Limits: village.Limits{Money: 1000, Percent: 0.05}}
	w.Routes = []sim.Venue{village.CrossRoute, village.MarketRoute}
	if rapid.IntRange(0, 3).Draw(rt, "pool") > 0 {
		w.Routes = rapid.SampledFrom([][]sim.Venue{
			{village.CrossRoute, village.ExchangeRoute, village.PoolRoute, village.MarketRoute}, {village.PoolRoute, village.CrossRoute}, {village.ExchangeRoute, village.PoolRoute},
		}).Draw(rt, "routes")
		w.Pool = &village.Pool{Cash: sim.Micros(rapid.Int64Range(0, 1e11).Draw(rt, "pool cash")), Holdings: make([]sim.Units, n), Spread: float64(rapid.IntRange(0, 50).Draw(rt, "spread"))}
		w.Pool.Holdings[0] = sim.Units(rapid.Int64Range(0, 1e12).Draw(rt, "held"))
		w.Pool.Reserve = w.Pool.Cash / 10
		w.Pool.Limit = rapid.SampledFrom([]float64{0, 0.3, 0.7}).Draw(rt, "limit")
		w.Pool.Priority = rapid.SampledFrom([]village.Priority{village.ByDeviation, village.ProRata}).Draw(rt, "priority")
	}
	w.Capacity = sim.Micros(rapid.SampledFrom([]int64{0, 2e9, 1e10}).Draw(rt, "capacity"))
	w.CrossFee = float64(rapid.IntRange(0, 5).Draw(rt, "fee"))
	if rapid.Bool().Draw(rt, "restricted") {
		w.Restrictions = append(w.Restrictions, village.Restriction{
			Asset: rapid.IntRange(0, n-1).Draw(rt, "which"), Rule: sim.Rule(rapid.IntRange(0, 2).Draw(rt, "rule")), From: 10, Until: 25,
			Routes: rapid.SampledFrom([][]sim.Venue{nil, {village.MarketRoute}}).Draw(rt, "closed"),
		})
	}
	terms := drawTerms(rt, p)
	for l := range rapid.IntRange(1, 3).Draw(rt, "villages") {
		v := village.Village{Name: fmt.Sprint("v", l), Targets: drawTargets(rt, n), Terms: terms}
		v.Policy = drawPolicy(rt, p, v.Targets)
		for m := range rapid.IntRange(1, 5).Draw(rt, "members") {
			name := fmt.Sprint("m", m)
			at := rapid.SampledFrom([]int{0, 0, 7, 20}).Draw(rt, "joins")
			v.Rows = append(v.Rows, village.Row{Session: at, Member: name, Money: sim.Micros(rapid.Int64Range(1, 1e11).Draw(rt, "brings"))})
			for range rapid.IntRange(0, 3).Draw(rt, "rows") {
				r := village.Row{Session: rapid.IntRange(at, sessions-1).Draw(rt, "on"), Member: name}
				if rapid.IntRange(0, 3).Draw(rt, "kind") == 0 {
					r.Asset, r.Units = rapid.IntRange(0, n-1).Draw(rt, "what"), sim.Units(rapid.Int64Range(1, 1e11).Draw(rt, "units"))
				} else if r.Money = sim.Micros(rapid.Int64Range(-4e10, 4e10).Draw(rt, "amount")); r.Money == 0 {
					continue
				}
				v.Rows = append(v.Rows, r)
			}
			if rapid.IntRange(0, 2).Draw(rt, "leaves") == 0 {
				v.Rows = append(v.Rows, village.Row{Session: rapid.IntRange(at, sessions-1).Draw(rt, "leaves on"), Member: name, Leaves: true})
			}
		}
		if rapid.IntRange(0, 2).Draw(rt, "taxes") == 0 {
			v.TaxAware, v.Long = true, func(bought, session int) bool { return session-bought > 10 }
		}
		w.Villages = append(w.Villages, v)
	}
	return w
}

// What a cross or an exchange gives it takes, and what villages get of the pool is the
// pool's, to the last integer; the pool never has less than nothing.
func TestNothingIsMadeOrLost(t *testing.T) {
	var venues [4]int
	rapid.Check(t, func(rt *rapid.T) {
		w := drawWorld(rt)
		require.NoError(rt, w.Run())
		n := w.Panel.Assets()
		crossed := make(map[int32]*[8]sims)
		pool := make([]sim.Units, n)
		cash := sim.Micros(0)
		for l := range w.Villages {
			for _, e := range w.Runner().Record(l).Log.Entries {
				if e.Kind != sim.EntryBuy && e.Kind != sim.EntrySell && e.Kind != sim.EntryCost {
					continue
				}
				venues[e.Venue]++
				switch e.Venue {
				case village.CrossRoute:
					if e.Kind == sim.EntryCost {
						continue
					}
					if crossed[e.Session] == nil {
						crossed[e.Session] = &[8]sims{}
					}
					c := &crossed[e.Session][e.Asset]
					c.units += e.Units
					c.value += e.Cash + e.Due
				case village.ExchangeRoute, village.PoolRoute:
					pool[e.Asset] -= e.Units
					cash -= e.Cash + e.Due
				}
			}
		}
		for s, row := range crossed {
			for i, c := range row {
				require.Equal(rt, sims{}, c, "cross of session %d asset %d", s, i)
			}
		}
		if w.Pool != nil {
			for i, u := range w.PoolUnits() {
				require.Equal(rt, w.Pool.Holdings[i]+pool[i], u, "pool's asset %d", i)
				require.GreaterOrEqual(rt, u, sim.Units(0))
			}
			last := w.PoolRows[len(w.PoolRows)-1]
			require.Equal(rt, w.Pool.Cash+cash, last.Cash)
		}
	})
	for venue, n := range venues {
		require.Positive(t, n, "nothing went by %s", village.RouteWords[venue])
	}
}

type sims struct {
	units sim.Units
	value sim.Micros
}

// A run leaves the same records again.
func TestAWorldRunsAgain(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := drawWorld(rt)
		require.NoError(rt, w.Run())
		first := fmt.Sprint(w.Deviations, w.Attempts, w.PoolRows, w.Roster(0).Payments)
		require.NoError(rt, w.Run())
		require.Equal(rt, first, fmt.Sprint(w.Deviations, w.Attempts, w.PoolRows, w.Roster(0).Payments))
	})
}
