package village

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/internal/simtest"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/strategies"
)

// drawRows draws what members bring and take: the first row of each is money, or shares at
// the opening.
func drawRows(rt *rapid.T, sessions, assets, members int) (names []string, rows []row) {
	first := make([]int, members)
	for j := range first {
		if j > 0 {
			first[j] = rapid.IntRange(first[j-1], min(sessions-1, first[j-1]+10)).Draw(rt, "joins")
		}
		names = append(names, string(rune('a'+j)))
		x := row{session: int32(first[j]), member: int32(j), asset: -1, money: sim.ToMicros(rapid.Float64Range(1, 1e5).Draw(rt, "brings"))}
		if rapid.IntRange(0, 4).Draw(rt, "shares") == 0 {
			x.asset, x.money, x.units = int16(rapid.IntRange(0, assets-1).Draw(rt, "asset")), 0, sim.Units(rapid.Int64Range(1, 1e12).Draw(rt, "units"))
		}
		rows = append(rows, x)
		for range rapid.IntRange(0, 4).Draw(rt, "rows") {
			x := row{session: int32(rapid.IntRange(first[j], sessions-1).Draw(rt, "on")), member: int32(j), asset: -1}
			if x.money = sim.ToMicros(rapid.Float64Range(-3e4, 3e4).Draw(rt, "amount")); x.money != 0 {
				rows = append(rows, x)
			}
		}
		if rapid.IntRange(0, 2).Draw(rt, "leaves") == 0 {
			at := int32(rapid.IntRange(first[j], sessions-1).Draw(rt, "at"))
			rows = slices.DeleteFunc(rows, func(x row) bool { return int(x.member) == j && x.session > at })
			rows = append(rows, row{session: at, member: int32(j), asset: -1, leaves: true})
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return int(a.session - b.session) })
	return names, rows
}

// drawTerms draws what a village may trade on.
func drawTerms(rt *rapid.T, t *testing.T, p *data.Panel) *sim.Terms {
	terms := &sim.Terms{Fill: rapid.SampledFrom([]sim.FillTime{sim.NextClose, sim.SameClose}).Draw(rt, "fill")}
	switch rapid.IntRange(0, 3).Draw(rt, "costs") {
	case 1:
		terms.Costs = simtest.Costs(t, p, &cost.BPS{Rate: 20})
	case 2:
		terms.Costs = simtest.Costs(t, p, &cost.BPS{Rate: 7}, &cost.Fixed{Amount: 3})
	}
	if rapid.IntRange(0, 3).Draw(rt, "settles") == 0 {
		terms.Settle = make([]int, p.Assets())
		for i := range terms.Settle {
			terms.Settle[i] = rapid.IntRange(0, 3).Draw(rt, "days")
		}
	}
	terms.Delay = rapid.SampledFrom([]int{0, 0, 0, 2}).Draw(rt, "delay")
	if rapid.IntRange(0, 4).Draw(rt, "small") == 0 {
		terms.Minimum = 500
	}
	return terms
}

func drawPolicy(rt *rapid.T, t *testing.T, p *data.Panel, targets []float64) sim.Policy {
	if rapid.Bool().Draw(rt, "bands") {
		return simtest.Bound(t, p, targets, simtest.Bands(0.1, 0.05, data.EverySession))
	}
	plug, _ := strategies.Catalog.Find("rebalance")
	made, _ := plug.New()
	r := made.(*strategies.Rebalance)
	r.Look = data.Schedule{Period: data.Month, Last: true}
	r.Funding = rapid.SampledFrom([]strategies.Funding{strategies.SelfFinancing, strategies.Reduction, strategies.Growth}).Draw(rt, "funding")
	return simtest.Bound[strategies.Strategy](t, p, targets, r)
}

// Whoever comes, goes, takes and brings: the books of the members are the account's.
func TestMembersAddUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(rt, "assets")
		p := simtest.Swinging(t, n, 60)
		names, rows := drawRows(rt, 60, n, rapid.IntRange(1, 6).Draw(rt, "members"))
		terms := drawTerms(rt, t, p)
		ros := newRoster(names, p, rows, terms)
		targets := make([]float64, n)
		for i := range targets {
			targets[i] = 1 / float64(n)
		}
		r, err := sim.NewRunner(p, 1, sim.KeepDrift|sim.KeepLog)
		require.NoError(rt, err)
		require.NoError(rt, r.Set(0, &sim.Mandate{Policy: drawPolicy(rt, t, p, targets), Targets: targets, Terms: terms, Owners: ros}))
		r.Run()
		ros.endSession()
		require.NoError(rt, r.Record(0).Err)
	})
}
