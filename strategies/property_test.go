package strategies_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/sim/ledger"
	"evenkeel/strategies"
)

// experiment is a random panel and everything needed to run a policy over it.
type experiment struct {
	dates      []data.Date
	symbols    []string
	closes     [][]float64 // [session][asset]
	targets    []float64
	cash       float64
	fill       sim.FillTime
	look       data.Schedule
	band, rail float64
	rate       float64
	flows      []sim.Flow
	changes    []change
	windows    bool
	delay      int
	terms      func(*sim.Terms) // further terms
}

// change is new targets by the experiment's own order of assets.
type change struct {
	session int
	targets []float64
}

func draw(t *rapid.T) *experiment {
	n := rapid.IntRange(2, 7).Draw(t, "assets")
	sessions := rapid.IntRange(3, 150).Draw(t, "sessions")
	x := &experiment{
		cash: 1 << 20,
		fill: rapid.SampledFrom([]sim.FillTime{sim.SameClose, sim.NextClose}).Draw(t, "fill"),
		look: rapid.SampledFrom([]data.Schedule{data.EverySession, {Every: 3, Offset: 1}, {Days: 0b101010}, {Period: data.Month, Last: true}}).Draw(t, "look"),
		band: rapid.SampledFrom([]float64{0, 0.01, 0.03, 0.08}).Draw(t, "band"),
		rate: rapid.SampledFrom([]float64{0, 10}).Draw(t, "rate"),
	}
	x.rail = x.band * rapid.SampledFrom([]float64{0, 0.5, 1}).Draw(t, "rail ratio")
	seed := rapid.Uint64().Draw(t, "seed")
	random := func() float64 { // xorshift: rapid's own draws would be slow for whole panels
		seed ^= seed<<13 | 1
		seed ^= seed >> 7
		seed ^= seed << 17
		return float64(seed>>11) / (1 << 53)
	}
	price := make([]float64, n)
	left := 1.0
	for i := range n {
		x.symbols = append(x.symbols, fmt.Sprintf("S%d", i))
		price[i] = math.Round(1000*random()) + 1
		part := float64(int(256*left*random()/2)) / 256
		x.targets = append(x.targets, part)
		left -= part
	}
	x.targets[n-1] += left
	if rapid.Bool().Draw(t, "flows") {
		for s := 1 + int(10*random()); s < sessions; s += 1 + int(20*random()) {
			f := sim.Flow{Session: s, Amount: math.Round(1e5 * (random() - 0.4))}
			if random() < 0.3 {
				f = sim.Flow{Session: s, Percent: 0.1 * (random() - 0.5)}
			}
			x.flows = append(x.flows, f)
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "changes") == 0 {
		for s := 1 + int(20*random()); s < sessions; s += 1 + int(40*random()) {
			moved := slices.Clone(x.targets)
			i, j := int(float64(n)*random()), int(float64(n)*random())
			moved[j] += moved[i] / 2
			moved[i] /= 2
			if i == j {
				moved = slices.Clone(x.targets)
			}
			x.changes = append(x.changes, change{s, moved})
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "market") == 0 {
		x.windows, x.delay = true, int(3*random())
	}
	for d := range sessions {
		x.dates = append(x.dates, data.NewDate(2020, 1, 1)+data.Date(d*7/5))
		for i := range price {
			price[i] = math.Max(0.01, math.Round(price[i]*(1+0.06*(random()-0.49))*1e4)/1e4)
		}
		x.closes = append(x.closes, slices.Clone(price))
	}
	return x
}

func (x *experiment) panel(t require.TestingT) *data.Panel {
	var closes []float64
	for _, row := range x.closes {
		closes = append(closes, row...)
	}
	p, err := data.NewPanel(data.Adjusted, slices.Clone(x.dates), slices.Clone(x.symbols), closes, nil)
	require.NoError(t, err)
	return p
}

func (x *experiment) bands() *strategies.Bands {
	b := strategies.NewBands()
	b.Look = x.look
	b.Band, b.Rail = strategies.Both(strategies.Relative(x.band)), strategies.Both(strategies.Relative(x.rail))
	return b
}

func (x *experiment) mandate(t require.TestingT, p *data.Panel, policy strategies.Strategy) *sim.Mandate {
	by := func(own []float64) []float64 {
		targets := make([]float64, p.Assets())
		for i, w := range own {
			targets[p.Symbol(x.symbols[i])] = w
		}
		return targets
	}
	targets := by(x.targets)
	require.NoError(t, policy.Bind(p, targets))
	terms := &sim.Terms{Fill: x.fill, Delay: x.delay}
	if x.windows {
		terms.Windows = p.Calendar(data.Schedule{Days: 0b101010})
	}
	if x.terms != nil {
		x.terms(terms)
	}
	var changes []sim.Change
	for _, c := range x.changes {
		if c.session < p.Sessions() {
			changes = append(changes, sim.Change{Session: c.session, Targets: by(c.targets)})
		}
	}
	if x.rate > 0 {
		c := cost.NewBPS(x.rate, cost.Everywhere)
		require.NoError(t, c.Bind(p))
		terms.Costs = append(terms.Costs, c)
	}
	return &sim.Mandate{Policy: policy, Targets: targets, Terms: terms, Cash: x.cash, Flows: x.flows, Changes: changes}
}

// outcome is what a run left, copied out of its runner.
type outcome struct {
	NAV   []float64
	Flow  []float64
	Drift []float64
	Tally sim.Tally
	Units []sim.Units
	Log   sim.Log
}

func (x *experiment) run(t require.TestingT, policy strategies.Strategy) outcome {
	p := x.panel(t)
	r, err := sim.NewRunner(p, 1, sim.KeepDrift|sim.KeepLog)
	require.NoError(t, err)
	require.NoError(t, r.Set(0, x.mandate(t, p, policy)))
	r.Run()
	rec := r.Record(0)
	require.NoError(t, rec.Err)
	_, err = ledger.Replay(&rec)
	require.NoError(t, err)
	return take(r, 0)
}

func take(r *sim.Runner, lane int) outcome {
	rec := r.Record(lane)
	o := outcome{NAV: slices.Clone(rec.NAV), Flow: slices.Clone(rec.Flow), Tally: rec.Tally, Units: slices.Clone(rec.Units)}
	if rec.DriftHalf != nil {
		o.Drift = slices.Clone(rec.DriftHalf[1:])
	}
	if rec.Log != nil {
		o.Log = sim.Log{Decisions: slices.Clone(rec.Log.Decisions), Orders: slices.Clone(rec.Log.Orders), Entries: slices.Clone(rec.Log.Entries), Waits: slices.Clone(rec.Log.Waits)}
	}
	return o
}

// blind is a policy that keeps its promises to itself: it is asked at every look.
type blind struct{ *strategies.Bands }

func (b blind) Watch(v *sim.View, w *sim.Watch) {
	b.Bands.Watch(v, w)
	w.Lo, w.Hi = nil, nil
}

// A policy that is asked only when its limits are breached does what it would do
// if asked at every look, to the bit.
func TestWatchedIsAsked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := draw(t)
		require.Equal(t, plain(x.run(t, x.bands())), plain(x.run(t, blind{x.bands()})))
	})
}

// plain leaves out the looks at which nothing fired: who is asked more logs more.
func plain(o outcome) outcome {
	at := map[int32]int32{} // leaving some out moves the places of the others
	var kept []sim.Decision
	for i, d := range o.Log.Decisions {
		if d.State != sim.StateInBand {
			at[int32(i)] = int32(len(kept))
			kept = append(kept, d)
		}
	}
	o.Log.Decisions = kept
	for i := range o.Log.Orders {
		o.Log.Orders[i].Decision = at[o.Log.Orders[i].Decision]
	}
	return o
}

// Alone or together, with the journal on or off, a lane's bits are the same.
func TestLanesDoNotTouch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := draw(t)
		p := x.panel(t)
		policies := func() []strategies.Strategy {
			tight := x.bands()
			tight.Band = strategies.Both(strategies.Relative(x.band / 2))
			tight.Rail = strategies.Both(strategies.Relative(x.rail / 2))
			return []strategies.Strategy{x.bands(), strategies.NewBuyAndHold(), tight, strategies.NewCalendar(x.look)}
		}
		together, err := sim.NewRunner(p, 4, 0)
		require.NoError(t, err)
		for lane, policy := range policies() {
			require.NoError(t, together.Set(lane, x.mandate(t, p, policy)))
		}
		together.Run()
		for lane, policy := range policies() {
			alone := x.run(t, policy)
			got := take(together, lane)
			require.Equal(t, alone.NAV, got.NAV)
			require.Equal(t, alone.Tally, got.Tally)
			require.Equal(t, alone.Units, got.Units)
		}
	})
}

// The order in which assets are given does not matter.
func TestAssetsMayComeInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := draw(t)
		want := x.run(t, x.bands())
		order := rapid.Permutation(seq(len(x.symbols))).Draw(t, "order")
		y := *x
		y.symbols, y.targets, y.closes, y.changes = pick(x.symbols, order), pick(x.targets, order), nil, nil
		for _, c := range x.changes {
			y.changes = append(y.changes, change{c.session, pick(c.targets, order)})
		}
		for _, row := range x.closes {
			y.closes = append(y.closes, pick(row, order))
		}
		require.Equal(t, want, y.run(t, y.bands()))
	})
}

func seq(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return s
}

func pick[T any](v []T, order []int) []T {
	out := make([]T, len(order))
	for i, o := range order {
		out[i] = v[o]
	}
	return out
}

// Eight times the capital is eight times the NAV, and the same decisions. Both
// accounts are so large that a cent, the smallest order, weighs nothing.
func TestCapitalScales(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := draw(t)
		times := func(k float64) outcome {
			y := *x
			y.cash *= k
			y.flows = slices.Clone(x.flows)
			for i := range y.flows {
				y.flows[i].Amount *= k
			}
			return y.run(t, y.bands())
		}
		one, eight := times(1<<10), times(1<<13)
		if one.Tally.Trades != eight.Tally.Trades {
			return // a weight within rounding of its limit
		}
		for s := range one.NAV {
			require.InEpsilon(t, 8*one.NAV[s], eight.NAV[s], 1e-9)
		}
	})
}

// One asset quoted in another unit changes its shares and nothing else.
func TestPriceUnitDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := draw(t)
		one := x.run(t, x.bands())
		y := *x
		y.closes = nil
		for _, row := range x.closes {
			row = slices.Clone(row)
			row[0] *= 4
			y.closes = append(y.closes, row)
		}
		four := y.run(t, y.bands())
		if one.Tally.Trades != four.Tally.Trades {
			return
		}
		for s := range one.NAV {
			require.InEpsilon(t, one.NAV[s], four.NAV[s], 1e-9)
		}
		require.InDelta(t, one.Units[0].Shares(), 4*four.Units[0].Shares(), 1e-5+1e-8*one.Units[0].Shares())
	})
}

// The Gregorian calendar repeats after 400 years: weekdays, months and leap years.
func TestFourHundredYearsLater(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := draw(t)
		want := x.run(t, x.bands())
		y := *x
		y.dates = slices.Clone(x.dates)
		for i := range y.dates {
			y.dates[i] += 146_097
		}
		require.Equal(t, want, y.run(t, y.bands()))
	})
}

// An asset that is never held changes nothing.
func TestAssetWithoutTarget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := draw(t)
		want := x.run(t, x.bands())
		y := *x
		y.symbols, y.targets, y.closes = append(slices.Clone(x.symbols), "Z"), append(slices.Clone(x.targets), 0), nil
		for s, row := range x.closes {
			y.closes = append(y.closes, append(slices.Clone(row), float64(1+s%7)))
		}
		got := y.run(t, y.bands())
		require.Equal(t, want.NAV, got.NAV)
		require.Equal(t, want.Tally, got.Tally)
	})
}

// What happens after a session changes nothing at or before it.
func TestNoFuture(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := draw(t)
		if x.look.Period != 0 {
			x.look = data.EverySession // whether a session is a month's last shows one session later
		}
		want := x.run(t, x.bands())
		cut := rapid.IntRange(1, len(x.dates)-1).Draw(t, "cut")
		y := *x
		y.dates, y.closes = x.dates[:cut], x.closes[:cut]
		prefix := y.run(t, y.bands())
		require.Equal(t, want.NAV[:cut], prefix.NAV)
		require.Equal(t, want.Drift[:cut-1], prefix.Drift)
		z := *x
		z.closes = slices.Clone(x.closes)
		for s := cut; s < len(z.closes); s++ {
			z.closes[s] = slices.Clone(x.closes[s])
			for i := range z.closes[s] {
				z.closes[s][i] *= 1 + 0.05*float64((s+i)%3) // another path, of the same size
			}
		}
		other := z.run(t, z.bands())
		require.Equal(t, want.NAV[:cut], other.NAV[:cut])
		for i, e := range want.Log.Entries {
			if int(e.Session) < cut {
				require.Equal(t, e, other.Log.Entries[i])
			}
		}
	})
}

// A calendar is bands whose trigger always fires and whose rail is 0; bands of 0
// differ only in looks without drift, which trade nothing. No band never trades.
func TestFamily(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := draw(t)
		x.band, x.rail = 0, 0
		x.flows = nil                                                                                       // at a look without drift, a calendar still trades for money that comes in
		x.changes = slices.DeleteFunc(x.changes, func(c change) bool { return slices.Max(c.targets) == 1 }) // nor is there drift of one asset, when a sale has left cash
		calendar, zero := x.run(t, strategies.NewCalendar(x.look)), x.run(t, x.bands())
		require.Equal(t, calendar.NAV, zero.NAV)
		require.Equal(t, calendar.Units, zero.Units)
		require.Equal(t, calendar.Tally.Rebalances, zero.Tally.Rebalances)
		require.Equal(t, calendar.Tally.Turnover, zero.Tally.Turnover)

		none := x.bands()
		inf := math.Inf(1)
		none.Band = strategies.Both(strategies.Half{Rel: inf, Abs: inf})
		held, hold := x.run(t, none), x.run(t, strategies.NewBuyAndHold())
		require.Equal(t, hold.NAV, held.NAV)
		require.Equal(t, hold.Units, held.Units)
		require.Zero(t, held.Tally.Rebalances)
		require.Equal(t, hold.Tally.Trades, held.Tally.Trades) // for flows alone
	})
}

// Rail 0 is to target, rail = band to the edge.
func TestRailsBetweenTargetAndEdge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := draw(t)
		x.rail = 0
		target := x.bands()
		target.Rail, target.Aim.To = strategies.Both(strategies.Relative(x.band/2)), strategies.ToTarget
		require.Equal(t, x.run(t, x.bands()), x.run(t, target))
		x.rail = x.band
		edge := x.bands()
		edge.Rail, edge.Aim.To = strategies.Both(strategies.Relative(x.band/2)), strategies.ToEdge
		require.Equal(t, x.run(t, x.bands()), x.run(t, edge))
	})
}

// The date of the first trigger never comes earlier when the band is wider.
func TestFirstTriggerIsMonotone(t *testing.T) {
	first := func(o outcome) int {
		for _, d := range o.Log.Decisions {
			if d.Cause != sim.CauseOpening {
				return int(d.Session)
			}
		}
		return math.MaxInt
	}
	rapid.Check(t, func(t *rapid.T) {
		x := draw(t)
		last := -1
		for _, band := range []float64{0, 0.01, 0.02, 0.05, 0.1, 0.3} {
			x.band, x.rail = band, 0
			at := first(x.run(t, x.bands()))
			require.GreaterOrEqual(t, at, last)
			last = at
		}
	})
}

// A constant mix of an asset that doubles and halves with one that stands still:
// 1.125 every two periods, where holding gains nothing.
func TestShannonsDemon(t *testing.T) {
	x := &experiment{symbols: []string{"A", "CASH"}, targets: []float64{0.5, 0.5}, cash: 1e6, fill: sim.SameClose, look: data.EverySession}
	price := 1.0
	for d := range 5 {
		x.dates = append(x.dates, data.Date(d))
		x.closes = append(x.closes, []float64{price, 1})
		if price = 2; d%2 == 1 {
			price = 1
		}
	}
	mix := x.run(t, strategies.NewCalendar(data.EverySession))
	require.InEpsilon(t, 1.265625e6, mix.NAV[4], 1e-9)
	require.InEpsilon(t, 1e6, x.run(t, strategies.NewBuyAndHold()).NAV[4], 1e-9)
}
