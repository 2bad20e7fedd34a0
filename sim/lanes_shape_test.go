package sim_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/sim/internal/kernel"
	"evenkeel/sim/metric"
	"evenkeel/strategies"
)

// outcome is everything that a run without a log leaves, in bits.
type outcome struct {
	First, End int
	NAV        []uint64
	Half, Most []uint64
	Tally      sim.Tally
	Turnover   uint64
	Units      []sim.Units
	Err        string
}

func outcomeOf(r *sim.Runner, lane int) outcome {
	rec := r.Record(lane)
	o := outcome{First: rec.First, End: rec.End, NAV: bits(rec.NAV[rec.First:rec.End]), Tally: rec.Tally, Units: slices.Clone(rec.Units)}
	if rec.DriftHalf != nil {
		o.Half, o.Most = numbers(rec.DriftHalf[rec.First+1:rec.End]), numbers(rec.DriftMost[rec.First+1:rec.End])
	}
	o.Turnover = math.Float64bits(rec.Tally.Turnover)
	if rec.Err != nil {
		o.Err = rec.Err.Error()
	}
	return o
}

// numbers are bits in which one NaN is as good as another.
func numbers(x []float64) []uint64 {
	b := bits(x)
	for i, v := range x {
		if v != v {
			b[i] = 0
		}
	}
	return b
}

// walk is a random panel: prices of every size that move by jumps.
func walk(r *rand.Rand, n, sessions int, jump float64) *data.Panel {
	symbols, dates := make([]string, n), make([]data.Date, sessions)
	for i := range symbols {
		symbols[i] = fmt.Sprintf("S%03d", i)
	}
	px := make([]float64, n*sessions)
	for s := range dates {
		dates[s] = data.NewDate(2004, 1, 5) + data.Date(s+s/5*2)
		common := r.NormFloat64()
		for i := range n {
			if s == 0 {
				px[i] = 100 * math.Exp(3*r.NormFloat64())
				continue
			}
			px[s*n+i] = min(1e12, max(1e-9, px[(s-1)*n+i]*math.Exp(jump*(common+r.NormFloat64()))))
		}
	}
	p, err := data.NewPanel(data.Adjusted, dates, symbols, px, nil)
	if err != nil {
		panic(err)
	}
	return p
}

// experiment draws an account of which most are of the common shape.
type experiment struct {
	r *rand.Rand
	p *data.Panel
}

func (x *experiment) pick(of ...float64) float64 { return of[x.r.IntN(len(of))] }

func (x *experiment) targets() []float64 {
	targets, sum := make([]float64, x.p.Assets()), 0.0
	for i := range targets {
		if targets[i] = x.r.Float64(); i > 0 && x.r.IntN(8) == 0 {
			targets[i] = 0
		}
		sum += targets[i]
	}
	for i := range targets {
		targets[i] /= sum
	}
	return targets
}

func (x *experiment) look() data.Schedule {
	looks := []data.Schedule{data.EverySession, data.EverySession, {Every: 5}, {Every: 3, Offset: 1}, {Period: data.Month, Last: true}, {Every: 63}}
	return looks[x.r.IntN(len(looks))]
}

func (x *experiment) policy() strategies.Strategy {
	if x.r.IntN(6) == 0 {
		return strategies.NewCalendar(x.look())
	}
	half := func() strategies.Half {
		switch x.r.IntN(6) {
		case 0:
			return strategies.Absolute(x.pick(0, 0.01, 0.05))
		case 1:
			return strategies.Relative(x.pick(0, 1, 0.999))
		}
		return strategies.Relative(x.pick(0.001, 0.02, 0.05, 0.2, 0.5))
	}
	b := strategies.NewBands()
	b.Look, b.Band = x.look(), strategies.Limit{Up: half(), Down: half()}
	b.OfBand, b.RailRatio = true, x.pick(0, 0.3, 0.5, 0.9, 1)
	b.Aim.To = strategies.To(x.r.IntN(3))
	if x.r.IntN(8) == 0 {
		b.Aim.Share = strategies.ShareDeficit
	}
	return b
}

// common reports whether an account that was drawn is of the common shape.
func common(m *sim.Mandate) bool {
	b, ok := m.Policy.(*strategies.Bands)
	return !ok || b.Aim.Share != strategies.ShareDeficit
}

func (x *experiment) mandate(t require.TestingT) *sim.Mandate {
	targets := x.targets()
	m := &sim.Mandate{Targets: targets, Cash: x.pick(0.05, 1, 300, 1e4, 1e6, 1e6, 1e6, 1e9, 9e11)}
	m.Terms = &sim.Terms{Fill: []sim.FillTime{sim.NextClose, sim.SameClose}[x.r.IntN(2)]}
	if x.r.IntN(4) == 0 {
		m.Terms.Delay = x.r.IntN(3)
	}
	if x.r.IntN(6) == 0 {
		m.Terms.Windows = x.p.Calendar(data.Schedule{Every: 2 + x.r.IntN(8)})
	}
	m.Terms.FreeOpening, m.Terms.OpeningTurnover = x.r.IntN(4) == 0, x.r.IntN(4) == 0
	if x.r.IntN(4) > 0 {
		scope := cost.Everywhere
		if x.r.IntN(4) == 0 {
			scope.Side = []string{"buy", "sell"}[x.r.IntN(2)]
		}
		c := cost.NewBPS(x.pick(0, 1, 10, 10, 10, 250, 4900), scope)
		require.NoError(t, c.Bind(x.p))
		m.Terms.Costs = []sim.Cost{c}
	}
	policy := x.policy()
	require.NoError(t, policy.Bind(x.p, targets))
	m.Policy = policy
	if sessions := x.p.Sessions(); x.r.IntN(4) == 0 {
		m.Open = x.r.IntN(sessions)
		m.Close = min(sessions, m.Open+1+x.r.IntN(sessions))
	}
	return m
}

// An account leaves the same record to the bit whether it has a journal or not,
// alone or beside others, in vectors or without: journals are written by the
// ordinary code alone.
func TestSameBits(t *testing.T) {
	count, tight := map[string]int{}, map[kernel.Path]int{}
	rapid.Check(t, func(t *rapid.T) {
		x := &experiment{r: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))}
		n, sessions := rapid.IntRange(1, 40).Draw(t, "assets"), rapid.IntRange(1, 150).Draw(t, "sessions")
		if rapid.IntRange(0, 9).Draw(t, "many") == 0 { // where purchases are shared until some are dust
			n, sessions = 4*n, sessions/4+1
		}
		x.p = walk(x.r, n, sessions, x.pick(0.005, 0.02, 0.02, 0.1, 2))
		lanes := rapid.IntRange(1, sim.MaxLanes).Draw(t, "lanes")
		keep := rapid.SampledFrom([]sim.Keep{0, sim.KeepDrift}).Draw(t, "keep")
		logged, err := sim.NewRunner(x.p, 1, keep|sim.KeepLog)
		require.NoError(t, err)
		plain, err := sim.NewRunner(x.p, lanes, keep)
		require.NoError(t, err)
		for range 2 { // a runner may be used again
			var want []outcome
			for l := range lanes {
				m := x.mandate(t)
				require.NoError(t, logged.Set(0, m))
				logged.Run()
				want = append(want, outcomeOf(logged, 0))
				require.NoError(t, plain.Set(l, m))
				count["rebalances"] += want[l].Tally.Rebalances
				count["unfunded"] += want[l].Tally.Unfunded
			}
			for p := kernel.Plain; p <= kernel.Best(); p++ {
				was := kernel.Use(p)
				for l := range lanes {
					require.NoError(t, plain.Set(l, plain.Record(l).Mandate))
				}
				plain.Run()
				kernel.Use(was)
				for l := range lanes {
					ran, rebalances, alone := plain.Tight(l)
					require.Equal(t, common(plain.Record(l).Mandate), ran, "in the loop of the lanes")
					require.Zero(t, alone&p.Vectors(), "without vectors on path %d", p)
					tight[p] += rebalances
					require.Equal(t, want[l], outcomeOf(plain, l), "path %d, lane %d of %d", p, l, lanes)
				}
			}
		}
	})
	for p := kernel.Plain; p <= kernel.Best(); p++ { // the ordinary code decides some and all that the others decide
		require.Greater(t, tight[p], count["rebalances"]/2, "rebalances that the loop of the lanes decided on path %d", p)
	}
	t.Log(count, tight)
}

// Moments are those of the columns, to the bit.
func TestMoments(t *testing.T) {
	measured := 0
	rapid.Check(t, func(t *rapid.T) {
		x := &experiment{r: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))}
		x.p = walk(x.r, rapid.IntRange(1, 4).Draw(t, "assets"), rapid.IntRange(1, 90).Draw(t, "sessions"), 0.01)
		lanes := rapid.IntRange(1, sim.MaxLanes).Draw(t, "lanes")
		r, err := sim.NewRunner(x.p, lanes, rapid.SampledFrom([]sim.Keep{0, sim.KeepDrift}).Draw(t, "keep"))
		require.NoError(t, err)
		for l := range lanes {
			m := x.mandate(t)
			if rapid.Bool().Draw(t, "whole") {
				m.Open, m.Close = 0, 0
			}
			require.NoError(t, r.Set(l, m))
		}
		r.Run()
		even, spans := true, map[[2]int]bool{} // of lanes of the common shape
		for l := range lanes {
			if rec := r.Record(l); common(rec.Mandate) {
				spans[[2]int{rec.First, rec.End}] = true
				even = len(spans) == 1
			}
		}
		reference := metric.PolicyReturns(x.p, x.targets())
		for _, ref := range [][]float64{reference, nil, reference} {
			for l := range lanes {
				got, ok := r.RunStats(l, ref)
				require.Equal(t, even && common(r.Record(l).Mandate), ok, "measured at once")
				if !ok {
					continue
				}
				measured++
				rec := r.Record(l)
				returns := metric.Returns(rec.NAV[rec.First:rec.End])
				active := slices.Clone(returns)
				for i := range active {
					active[i] = math.NaN()
					if ref != nil {
						active[i] = returns[i] - ref[rec.First+1+i]
					}
				}
				square := metric.TrackingRMS(active, 1)
				same := func(want, got float64) {
					t.Helper()
					require.True(t, want == got || want != want && got != got, "%v, want %v", got, want)
				}
				same(metric.Mean(rec.NAV[rec.First:rec.End]), got.NAV)
				same(metric.Mean(returns), got.Return)
				same(metric.Deviation(returns), got.Deviation)
				same(metric.MaxDrawdown(rec.NAV[rec.First:rec.End]), got.Drawdown)
				same(metric.Mean(active), got.Active)
				same(metric.Deviation(active), got.ActiveDeviation)
				same(square, math.Sqrt(got.ActiveSquare))
				values := metric.Compute(&metric.Input{Record: &rec})
				same(metric.Find(values, "drift_mean"), got.Drift)
				same(metric.Find(values, "drift_max"), got.DriftMost)
			}
		}
	})
	require.Positive(t, measured)
}

// contrary wraps a policy of the common shape, and decides in its own way.
type contrary struct{ *strategies.Bands }

func (contrary) Decide(*sim.View, []float64) sim.Verdict { return sim.Verdict{Asset: -1} }

// A policy that wraps one of the common shape is asked itself.
func TestWrapped(t *testing.T) {
	p := swinging(t, 3, 120)
	targets := []float64{0.5, 0.3, 0.2}
	b := bands(0.02, 0.01, data.EverySession)
	require.NoError(t, b.Bind(p, targets))
	r, err := sim.NewRunner(p, 1, 0)
	require.NoError(t, err)
	for _, c := range []struct {
		policy sim.Policy
		trades bool
	}{{b, true}, {contrary{b}, false}} {
		require.NoError(t, r.Set(0, &sim.Mandate{Policy: c.policy, Targets: targets, Terms: &sim.Terms{}, Cash: 1e6}))
		r.Run()
		require.Equal(t, c.trades, r.Record(0).Tally.Rebalances > 0)
	}
}

// What is added to the words of an account must be thought of in common, and here.
func TestCommonKnowsEveryTerm(t *testing.T) {
	names := func(of any) (list []string) {
		for f := range reflect.TypeOf(of).Fields() {
			list = append(list, f.Name)
		}
		return list
	}
	require.ElementsMatch(t, []string{
		"Fill", "Costs", "Delay", "Windows", "Reserve", "ReserveFraction", "FreeOpening", "OpeningTurnover", "Settle", "Bridge", "Participation",
		"Lot", "Minimum", "MaxTurnover", "Batch", "Rules", "KeepShort", "Reinvest",
	}, names(sim.Terms{}))
	require.ElementsMatch(t, []string{
		"Policy", "Targets", "Terms", "Cash", "Changes", "Flows", "Tax", "Holdings", "Listings", "Endings", "Follower", "Owners", "Open", "Close",
	}, names(sim.Mandate{}))
	require.ElementsMatch(t, []string{"Dated", "Sized", "Implicit"}, names(sim.Traits{}))
}
