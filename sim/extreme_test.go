package sim_test

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"runtime/debug"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/audit"
	"evenkeel/sim/cost"
	"evenkeel/sim/ledger"
	"evenkeel/sim/metric"
	"evenkeel/sim/tax"
	"evenkeel/strategies"
)

// extreme draws accounts whose values lie at the ends of what is allowed.
type extreme struct{ *rand.Rand }

func oneOf[T any](r extreme, values ...T) T { return values[r.IntN(len(values))] }

// size is a value between 10^lo and 10^hi, any power as likely as another.
func (r extreme) size(lo, hi float64) float64 {
	return min(max(math.Pow(10, lo+(hi-lo)*r.Float64()), math.Pow(10, lo)), math.Pow(10, hi))
}

// panel is a market of 1 to 4 assets: quiet, or from the least price to the largest
// from one session to the next.
func (r extreme) panel(t require.TestingT) *data.Panel {
	n, sessions := 1+r.IntN(4), 2+r.IntN(40)
	x := data.Table{Kind: oneOf(r, data.Adjusted, data.Raw)}
	lo, hi := oneOf(r, -9.0, -9, 0, 3, 11), 0.0
	hi = oneOf(r, lo, lo+1, 12)
	wild, acts := oneOf(r, 0, 0.02, 0.5), oneOf(r, 0, 0.05, 0.3)
	price := make([]float64, n)
	for i := range n {
		x.Symbols = append(x.Symbols, string(rune('A'+i)))
		price[i] = r.size(lo, hi)
	}
	for s := range sessions {
		x.Dates = append(x.Dates, data.NewDate(2020, 1, 1)+data.Date(20*s))
		for i := range n {
			if price[i] = min(max(price[i]*(0.9+0.2*r.Float64()), data.MinPrice), data.MaxPrice); r.Float64() < wild {
				price[i] = r.size(lo, hi)
			}
			if x.Kind == data.Raw && s > 0 && r.Float64() < acts {
				x.Actions = append(x.Actions, data.DatedAction{Date: x.Dates[s], Asset: i,
					Split: oneOf(r, 1, 2, 1e6, 1e-6, r.size(-6, 6)), Dividend: oneOf(r, 0, price[i]/100, data.MaxPrice, r.size(-12, 12))})
			}
			x.Close = append(x.Close, price[i])
			x.Open = append(x.Open, min(max(price[i]*(0.5+r.Float64()), data.MinPrice), data.MaxPrice))
			x.Volume = append(x.Volume, oneOf(r, 0, 1, 1e6, data.MaxVolume))
			x.Spread = append(x.Spread, oneOf(r, 0, 10, data.MaxSpread))
		}
	}
	if r.IntN(3) == 0 {
		r.gaps(&x)
		met := map[int]bool{} // two actions that meet after a hole could be beyond the limits of one
		x.Actions = slices.DeleteFunc(x.Actions, func(a data.DatedAction) bool { was := met[a.Asset]; met[a.Asset] = true; return was })
		require.NoError(t, x.Carry())
	}
	p, err := data.Make(x)
	require.NoError(t, err)
	return p
}

// gaps takes prices away: before an asset's listing, after its end, and in holes.
func (r extreme) gaps(x *data.Table) {
	n, sessions := len(x.Symbols), len(x.Dates)
	for i := range n {
		first, end := 0, sessions
		if i > 0 && sessions > 4 { // the first asset lives throughout
			first, end = oneOf(r, 0, 0, 1, sessions/3), oneOf(r, sessions, sessions, sessions-1, 2*sessions/3)
		}
		holes := oneOf(r, 0, 0, 0.05, 0.5)
		for s := range sessions {
			if k := s*n + i; s < first || s >= end || s > first && s < end-1 && r.Float64() < holes {
				x.Close[k], x.Open[k] = math.NaN(), math.NaN()
			} else if r.Float64() < holes/4 {
				x.Open[k] = math.NaN()
			}
		}
	}
}

func (r extreme) terms(t require.TestingT, p *data.Panel) *sim.Terms {
	x := &sim.Terms{
		Fill: oneOf(r, sim.NextClose, sim.NextOpen, sim.SameClose), Delay: oneOf(r, 0, 0, 3), Bridge: r.IntN(2) == 0, Reinvest: r.IntN(2) == 0,
		Reserve: oneOf(r, 0, 0, 1e-6, sim.MaxMoney), ReserveFraction: oneOf(r, 0, 0, 0.999999),
		FreeOpening: r.IntN(2) == 0, OpeningTurnover: r.IntN(2) == 0,
		Lot: oneOf(r, 0, 0, 1e-8, 1, 1e9), Minimum: oneOf(r, 0, 0, 1e-6, 1000, sim.MaxMoney), Participation: oneOf(r, 0, 0, 1e-6, 1),
		MaxTurnover: oneOf(r, 0, 0, 1e-6, 1),
	}
	if x.Minimum > 0 && r.IntN(2) == 0 {
		x.Batch = &sim.Batch{Release: p.Calendar(data.Schedule{Every: 5}), Urgent: oneOf(r, 0, 1e-6, 1000)}
	}
	if r.IntN(3) == 0 {
		x.Settle = make([]int, p.Assets())
		for i := range x.Settle {
			x.Settle[i] = oneOf(r, 0, 2, 100)
		}
	}
	for range oneOf(r, 0, 1, 3, 12) {
		var c cost.Cost
		switch r.IntN(6) {
		case 0:
			c = cost.NewBPS(oneOf(r, 0.0, 1e-6, 10, 10_000), cost.Everywhere)
		case 1:
			c = cost.NewFixed(oneOf(r, 1e-6, 5, 1e9), cost.Everywhere)
		case 2:
			c = cost.NewPerShare(oneOf(r, 1e-9, 0.01, 1e9), cost.Limits{Min: oneOf(r, 0, 1, 1e9)}, cost.Everywhere)
		case 3:
			c = cost.NewSpreadColumn(cost.Everywhere)
		case 4:
			c = cost.NewSquareRoot(oneOf(r, 1e-6, 1, 100), cost.Impact{Scope: cost.Everywhere, Untraded: true, Unknown: oneOf(r, 0, 2500.0)})
		default:
			c = cost.NewAlmgren(oneOf(r, 1, 1e15), cost.Impact{Scope: cost.Everywhere, Untraded: true})
		}
		require.NoError(t, c.Bind(p))
		x.Costs = append(x.Costs, c)
	}
	return x
}

func (r extreme) flows(sessions int) (out []sim.Flow) {
	often := oneOf(r, 0, 0, 0.1, 1)
	for s := 1; s < sessions; s++ {
		for range oneOf(r, 0, 1, 1, 3) {
			if r.Float64() < often {
				out = append(out, oneOf(r, sim.Flow{Session: s, Amount: oneOf(r, 1, -1.0) * r.size(-6, 12)},
					sim.Flow{Session: s, Amount: oneOf(r, 1, -1.0) * sim.MaxMoney}, sim.Flow{Session: s, Percent: oneOf(r, 1, -1, 1e-9, -1e-9, 0.5)}))
			}
		}
	}
	return out
}

func (r extreme) targets(n int) []float64 {
	out, sum := make([]float64, n), 0.0
	for i := range out {
		out[i] = oneOf(r, 1, r.Float64(), 1e-9, 1e-300)
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}

func (r extreme) policy(t require.TestingT, p *data.Panel, targets []float64) sim.Policy {
	var s strategies.Strategy
	switch r.IntN(6) {
	case 0:
		s = strategies.NewBuyAndHold()
	case 1:
		s = strategies.NewCalendar(oneOf(r, data.EverySession, data.Schedule{Every: 3}))
	case 2:
		fund := oneOf(r, sim.FundSelf, sim.FundSelf, sim.FundLeave, sim.FundBring)
		return &adversarial{fund: fund, want: func(_ *sim.View, want []float64) {
			for i := range want {
				switch want[i] = oneOf(r, odd...); fund {
				case sim.FundLeave: // sells only, as a reduction does
					want[i] = -math.Abs(want[i])
				case sim.FundBring: // buys only, as growth does
					want[i] = math.Abs(want[i])
				}
			}
		}}
	default:
		b := bands(oneOf(r, 0, 0.05, 1000), 0, data.EverySession)
		b.Funding = strategies.Funding(r.IntN(5))
		s = b
	}
	require.NoError(t, s.Bind(p, targets))
	return s
}

func (r extreme) mandate(t require.TestingT, p *data.Panel) *sim.Mandate {
	targets := r.targets(p.Assets())
	m := &sim.Mandate{Targets: targets, Terms: r.terms(t, p), Cash: oneOf(r, 1e-6, 0.01, 1000, 1e6, sim.MaxMoney, r.size(-6, 12)), Flows: r.flows(p.Sessions())}
	if m.Policy = r.policy(t, p, targets); r.IntN(3) == 0 {
		rules := tax.Standard
		rules.Short, rules.Long, rules.Lots = oneOf(r, 0.37, 1), oneOf(r, 0.2, 1), oneOf(r, tax.FIFO, tax.LowestTax)
		lots, err := tax.New(rules)
		require.NoError(t, err)
		m.Tax = lots
	}
	if r.IntN(4) == 0 && m.Cash < sim.MaxMoney/2 {
		m.Holdings = make([]sim.Units, p.Assets())
		for i, price := range p.Close(0) {
			m.Holdings[i] = sim.Units(min(r.size(-6, 11)/price, 1e10) * 1e8)
		}
	}
	unlisted := 0.0
	for i := range targets {
		first, end := p.Life(i)
		if first > 0 {
			unlisted += targets[i]
		}
		if first > 0 && unlisted <= 1-1e-9 {
			m.Listings = append(m.Listings, sim.Listing{Session: first, Asset: i})
		}
		if end < p.Sessions() {
			m.Endings = append(m.Endings, sim.Ending{Session: end, Asset: i, Price: oneOf(r, p.Close(end)[i], 0, data.MinPrice, data.MaxPrice)})
		}
	}
	slices.SortStableFunc(m.Listings, func(a, b sim.Listing) int { return a.Session - b.Session })
	slices.SortStableFunc(m.Endings, func(a, b sim.Ending) int { return a.Session - b.Session })
	if s := 1 + r.IntN(p.Sessions()-1); r.IntN(4) == 0 {
		m.Changes = append(m.Changes, sim.Change{Session: s, Targets: r.targets(p.Assets())})
	}
	return m
}

// How many accounts TestExtremes draws: more by hand.
var (
	extremes     = flag.Uint64("extremes", 6000, "accounts of TestExtremes")
	extremeFirst = flag.Uint64("extreme-first", 0, "number of the first account of TestExtremes")
	extremeSeed  = flag.Uint64("extreme-seed", 77, "seed of TestExtremes")
)

// ended is what the error of an account that outgrew its books must say: when, what and
// how much.
var ended = regexp.MustCompile(`^on \d{4}-\d\d-\d\d the account .* -?\d\S*, and the books count up to \d\S*$`)

// An account whose values lie at the ends of what is allowed ends well (the ledger and
// the audit pass, every measure is a number or null), or with an error that says when
// and what the books could not count.
func TestExtremes(t *testing.T) {
	counts := map[string]int{}
	for k := *extremeFirst; k < *extremeFirst+*extremes; k++ {
		how, err := lived(t, k, *extremeSeed)
		if counts[how]++; err != nil {
			t.Errorf("account %d of seed %d: %v", k, *extremeSeed, err)
		}
	}
	t.Log(counts)
	if *extremes >= 1000 {
		require.Greater(t, counts["well"], int(*extremes/4))
		require.Greater(t, counts["outgrown"], int(*extremes/50))
	}
}

// lived runs account k of a seed, and says how it ended and what is wrong with that.
func lived(t *testing.T, k, seed uint64) (how string, err error) {
	defer func() {
		if what := recover(); what != nil {
			how, err = "panic", fmt.Errorf("%v\n%s", what, debug.Stack())
		}
	}()
	r := extreme{rand.New(rand.NewPCG(k, seed))}
	p := r.panel(t)
	m := r.mandate(t, p)
	runner, err := sim.NewRunner(p, 1, sim.KeepDrift|sim.KeepLog)
	require.NoError(t, err)
	if runner.Set(0, m) != nil { // holdings beyond the limits
		return "refused", nil
	}
	runner.Run()
	rec := runner.Record(0)
	if rec.Err != nil {
		if !ended.MatchString(rec.Err.Error()) {
			err = fmt.Errorf("the error says too little: %w", rec.Err)
		}
		return "outgrown", err
	}
	if _, err := ledger.Replay(&rec); err != nil {
		return "ledger", err
	}
	if err := audit.Check(&rec); err != nil {
		return "audit", err
	}
	for _, v := range metric.Compute(&metric.Input{Record: &rec, PeriodsPerYear: 252, Twin: &rec}) {
		if math.IsInf(v.X, 0) {
			return "measures", fmt.Errorf("%+v", v)
		}
	}
	return "well", nil
}
