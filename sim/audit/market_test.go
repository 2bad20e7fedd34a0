package audit_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/audit"
	"evenkeel/sim/cost"
	"evenkeel/sim/ledger"
	"evenkeel/sim/tax"
	"evenkeel/strategies"
)

const days = 700

// rough holds four raw assets with splits, dividends, volumes, spreads and sessions
// without prices.
func rough(t testing.TB) *data.Panel {
	x := data.Table{Kind: data.Raw, Symbols: []string{"A", "B", "C", "D"}}
	by := []float64{1, 1, 1, 1}
	splits := map[[2]int]float64{{60, 0}: 2, {140, 1}: 0.1, {200, 2}: 1.5, {310, 0}: 3, {420, 3}: 0.25}
	for s := range days {
		date := data.Date(12_000 + s + s/5*2)
		x.Dates = append(x.Dates, date)
		y := float64(s)
		for i, p := range []float64{50 + 15*math.Sin(y/30), 20 + 6*math.Cos(y/17), 130 + 0.1*y + 20*math.Sin(y/11), 80 * math.Exp(0.3*math.Sin(y/45))} {
			if k, ok := splits[[2]int{s, i}]; ok {
				by[i] *= k
				x.Actions = append(x.Actions, data.DatedAction{Date: date, Asset: i, Split: k})
			}
			if s > 0 && (s+13*i)%63 == 0 {
				x.Actions = append(x.Actions, data.DatedAction{Date: date, Asset: i, Split: 1, Dividend: math.Round(p/by[i]*0.7) / 100})
			}
			p = math.Round(p/by[i]*1e4) / 1e4
			x.Close = append(x.Close, p)
			x.Open = append(x.Open, math.Round(p*(1+0.004*math.Sin(y+float64(i)))*1e4)/1e4)
			x.Volume = append(x.Volume, math.Round(by[i]*(900+float64((s*37+i*101)%800))))
			x.Spread = append(x.Spread, 2+float64((s+i)%5))
			x.Stale = append(x.Stale, s > 1 && (s*7+i*11)%41 == 0 && splits[[2]int{s, i}] == 0)
		}
	}
	for k := 4; k < len(x.Close); k++ { // a carried price is the one before it
		if x.Stale[k] {
			x.Close[k], x.Open[k] = x.Close[k-4], x.Close[k-4]
		}
	}
	p, err := data.Make(x)
	require.NoError(t, err)
	return p
}

func lots(t testing.TB) sim.Tax {
	r := tax.Standard
	a, err := tax.New(r)
	require.NoError(t, err)
	return a
}

// everything are terms with all of it on.
func everything(t testing.TB, p *data.Panel) *sim.Terms {
	buys := cost.Everywhere
	buys.Side = "buy"
	return &sim.Terms{
		Fill: sim.NextClose,
		Costs: costs(t, p, cost.NewBPS(3, cost.Everywhere), cost.NewFixed(1, cost.Everywhere), cost.NewBPS(5, buys),
			cost.NewPerShare(0.004, cost.Limits{Min: 0.5, Max: 40}, cost.Everywhere), cost.NewSpreadColumn(cost.Everywhere),
			cost.NewSquareRoot(0.8, cost.Impact{Scope: cost.Everywhere})),
		Reserve: 500, Settle: []int{2, 1, 2, 3}, Participation: 0.2, Lot: 1, Minimum: 150, MaxTurnover: 0.15,
		Rules: []sim.Restriction{
			{Asset: 1, Rule: sim.NoBuy, From: 40, Until: 90}, {Asset: 2, Rule: sim.NoSell, From: 120, Until: 170},
			{Asset: 3, Rule: sim.Hold, From: 260, Until: 300}, {Asset: 0, Rule: sim.LockUp, From: 350, Until: 450},
		},
	}
}

func everyOther(t testing.TB, p *data.Panel) *sim.Mandate {
	return &sim.Mandate{
		Targets: []float64{0.3, 0.3, 0.2, 0.2}, Cash: 100_000, Terms: everything(t, p), Tax: lots(t),
		Flows:   []sim.Flow{{Session: 33, Amount: 4000}, {Session: 100, Amount: -9000}, {Session: 230, Percent: 0.05}, {Session: 400, Percent: -0.1}},
		Changes: []sim.Change{{Session: 333, Targets: []float64{0.25, 0.25, 0.25, 0.25}}},
		Endings: []sim.Ending{{Session: 600, Asset: 1, Price: 12.5}},
	}
}

func sound(t require.TestingT, rec *sim.Record) {
	_, err := ledger.Replay(rec)
	require.NoError(t, err)
	require.NoError(t, audit.Check(rec))
}

// With everything on, the decimal ledger is equal to the books to the last digit
// and no rule is broken.
func TestEverythingOn(t *testing.T) {
	p := rough(t)
	kinds := map[sim.Kind]int{}
	for _, fill := range []sim.FillTime{sim.SameClose, sim.NextClose, sim.NextOpen} {
		for _, bridge := range []bool{false, true} {
			m := everyOther(t, p)
			m.Terms.Fill, m.Terms.Bridge = fill, bridge
			rec := ran(t, p, m)
			require.Greater(t, rec.Tally.Rebalances, 5)
			require.Positive(t, rec.Tally.Tax)
			require.Positive(t, rec.Tally.Dividends)
			for _, e := range rec.Log.Entries {
				kinds[e.Kind]++
			}
			sound(t, &rec)
		}
	}
	for _, k := range []sim.Kind{sim.EntrySettle, sim.EntrySplit, sim.EntryFraction, sim.EntryDividend, sim.EntryEnd, sim.EntryTax} {
		require.Positive(t, kinds[k], k)
	}
}

// drawn is an account under random terms on the rough panel.
func drawn(t *rapid.T, all testing.TB, p *data.Panel) *sim.Mandate {
	full := everything(all, p)
	x := &sim.Terms{Fill: rapid.SampledFrom([]sim.FillTime{sim.SameClose, sim.NextClose, sim.NextOpen}).Draw(t, "fill")}
	on := func(what string) bool { return rapid.IntRange(0, 2).Draw(t, what) == 0 }
	if on("costs") {
		x.Costs = full.Costs
	}
	if on("settle") {
		x.Settle, x.Bridge = full.Settle, rapid.Bool().Draw(t, "bridge")
	}
	if on("participation") {
		x.Participation = rapid.SampledFrom([]float64{0.01, 0.05, 0.5}).Draw(t, "part")
	}
	if on("lot") {
		x.Lot = rapid.SampledFrom([]float64{1, 10, 0.01}).Draw(t, "size")
	}
	if on("minimum") {
		x.Minimum = rapid.SampledFrom([]float64{50, 1000, 5000}).Draw(t, "money")
		if on("batch") {
			x.Batch = &sim.Batch{Urgent: rapid.SampledFrom([]float64{0, 0.2}).Draw(t, "urgent")}
			if on("release") {
				x.Batch.Release = p.Calendar(data.Schedule{Period: data.Month, Last: true})
			}
		}
	}
	if on("turnover") {
		x.MaxTurnover = rapid.SampledFrom([]float64{0.01, 0.05}).Draw(t, "most")
	}
	if on("rules") {
		x.Rules = full.Rules
	}
	if on("reserve") {
		x.Reserve = 2000
	}
	if on("window") {
		x.Windows = p.Calendar(data.Schedule{Every: 3})
	}
	if on("delay") {
		x.Delay = rapid.IntRange(0, 3).Draw(t, "sessions")
	}
	x.Reinvest = on("reinvest")
	m := &sim.Mandate{Targets: []float64{0.3, 0.3, 0.2, 0.2}, Cash: rapid.SampledFrom([]float64{20_000, 1e6}).Draw(t, "cash"), Terms: x}
	other := everyOther(all, p)
	if on("tax") {
		m.Tax, x.KeepShort = other.Tax, rapid.Bool().Draw(t, "keep short")
	}
	if on("flows") {
		m.Flows = other.Flows
	}
	if on("changes") {
		m.Changes = other.Changes
	}
	if on("endings") {
		m.Endings = other.Endings
	}
	if on("holdings") {
		m.Holdings = []sim.Units{30_000_000_000, 0, 1_234_567_890, 5_000_000_000}
	}
	b := strategies.NewBands()
	b.Look = data.Schedule{Every: rapid.SampledFrom([]int{1, 5}).Draw(t, "look")}
	require.NoError(t, b.Bind(p, m.Targets))
	m.Policy = b
	return m
}

// Whatever the terms, the ledger is equal to the books and no rule is broken.
func TestAnyTermsAreSound(t *testing.T) {
	p := rough(t)
	rapid.Check(t, func(rt *rapid.T) {
		rec := ran(t, p, drawn(rt, t, p))
		sound(rt, &rec)
	})
}

// Dividends beyond the 53 bits of a float buy shares that are worth up to a rounding
// more than was paid; no more than the dividend is booked for them.
func TestLargeDividendsAreReinvested(t *testing.T) {
	x := data.Table{Kind: data.Raw, Symbols: []string{"A"}}
	for s := range 12 {
		x.Dates = append(x.Dates, data.Date(12_000+s))
		x.Close = append(x.Close, 3000+math.Sqrt(float64(s)))
		if s > 0 {
			x.Actions = append(x.Actions, data.DatedAction{Date: x.Dates[s], Split: 1, Dividend: 300 + math.Sqrt(float64(s))})
		}
	}
	p, err := data.Make(x)
	require.NoError(t, err)
	for k := range 50 {
		r := ran(t, p, &sim.Mandate{Targets: []float64{1}, Cash: 1.5e11 + 1.234567891e9*float64(k), Terms: &sim.Terms{Reinvest: true}})
		require.Positive(t, find(t, &r, sim.EntryReinvest, 1))
		sound(t, &r)
	}
}

// Each reinvested dividend of a small account is rounded to a millionth, as its trades
// are: many of them explain more than a few trades would.
func TestManySmallDividends(t *testing.T) {
	x := data.Table{Kind: data.Raw, Symbols: []string{"A"}}
	for s := range 400 {
		x.Dates = append(x.Dates, data.Date(12_000+s))
		x.Close = append(x.Close, 77.77+math.Sqrt(float64(s)))
		if s > 0 {
			x.Actions = append(x.Actions, data.DatedAction{Date: x.Dates[s], Split: 1, Dividend: 0.0123})
		}
	}
	p, err := data.Make(x)
	require.NoError(t, err)
	for k := range 20 {
		r := ran(t, p, &sim.Mandate{Targets: []float64{1}, Cash: 1000 + 77*float64(k), Terms: &sim.Terms{Reinvest: true}})
		sound(t, &r)
	}
}
