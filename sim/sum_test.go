package sim_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/strategies"
)

// strided is the definition of a sum over assets, written as it is said.
func strided(n int, term func(i int) float64) float64 {
	var s [8]float64
	for j := range s {
		for i := j; i < n; i += 8 {
			s[j] += float64(term(i))
		}
	}
	return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

// onlooker holds what a policy sees against the definition of sums.
type onlooker struct {
	strategies.Strategy
	t     require.TestingT
	asked int
}

func (o *onlooker) Watch(v *sim.View, w *sim.Watch) { o.Strategy.(sim.Watcher).Watch(v, w) }

func (o *onlooker) Decide(v *sim.View, want []float64) sim.Verdict {
	o.asked++
	invested := strided(len(v.Value), func(i int) float64 { return v.Value[i] })
	require.Equal(o.t, math.Float64bits(invested), math.Float64bits(v.Invested))
	rate := strided(len(v.Targets), func(i int) float64 { return v.Targets[i] * v.Buy[i].Rate })
	if v.Cash > 0 {
		require.Equal(o.t, math.Float64bits(v.Invested+v.Cash/(1+rate)), math.Float64bits(v.Power()))
	}
	return o.Strategy.Decide(v, want)
}

// Whatever an account does, its NAV at every session is to the bit the sum of its shares
// at the closes, as defined, plus its cash; so is what its policy sees.
func TestSumsOfAccounts(t *testing.T) {
	asked, orders := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		x := &experiment{r: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 9))}
		n, sessions := rapid.IntRange(1, 40).Draw(t, "assets"), rapid.IntRange(2, 90).Draw(t, "sessions")
		x.p = walk(x.r, n, sessions, x.pick(0.02, 0.1))
		m := x.mandate(t)
		m.Cash = 1e6
		looking := &onlooker{Strategy: m.Policy.(strategies.Strategy), t: t}
		m.Policy = looking
		if x.r.IntN(2) == 0 {
			for s := m.Open + 1 + x.r.IntN(5); s < sessions; s += 1 + x.r.IntN(20) {
				m.Flows = append(m.Flows, sim.Flow{Session: s, Amount: x.pick(1000, -1000, 5e5, -2e5)})
			}
		}
		r, err := sim.NewRunner(x.p, 1, sim.KeepLog)
		require.NoError(t, err)
		require.NoError(t, r.Set(0, m))
		r.Run()
		rec := r.Record(0)
		units, cash, e := make([]sim.Units, n), sim.Micros(0), 0
		value := func(price []float64) float64 {
			return strided(n, func(i int) float64 { return price[i] * units[i].Shares() }) + cash.Money()
		}
		for s := rec.First; s < rec.End; s++ {
			for ; e < len(rec.Log.Entries) && int(rec.Log.Entries[e].Session) == s; e++ {
				if b := &rec.Log.Entries[e]; b.Asset >= 0 {
					units[b.Asset] += b.Units
				}
				cash += rec.Log.Entries[e].Cash
			}
			inOrder := cash.Money()
			for i, p := range x.p.Close(s) {
				inOrder += float64(p * units[i].Shares())
			}
			require.Equal(t, math.Float64bits(value(x.p.Close(s))), math.Float64bits(rec.NAV[s]), "session %d", s)
			if inOrder != rec.NAV[s] {
				orders++
			}
		}
		asked += looking.asked
	})
	require.Positive(t, asked)
	require.Positive(t, orders, "sums in the order of the assets that differ")
}

// Sums take no memory.
func TestSumsAllocateNothing(t *testing.T) {
	terms, got := make([]float64, 40), 0.0
	require.Zero(t, testing.AllocsPerRun(10, func() {
		var s sim.Sum
		for i, x := range terms {
			s.Add(i, x)
		}
		got += s.Total() + sim.SumOf(terms) + sim.Product(terms, terms)
	}))
	require.Zero(t, got)
}

// A drift trigger and the recorded drift are one sum: it fires at what is recorded.
func TestDriftTriggersByTheRecordedSum(t *testing.T) {
	p := swinging(t, 19, 200)
	targets := make([]float64, 19)
	for i := range targets {
		targets[i] = 1.0 / 19
	}
	policy := strategies.NewBands()
	require.NoError(t, policy.Bind(p, targets))
	policy.Look, policy.If = data.EverySession, &strategies.Drift{Limit: 0.02}
	r, err := sim.NewRunner(p, 1, sim.KeepLog|sim.KeepDrift)
	require.NoError(t, err)
	require.NoError(t, r.Set(0, &sim.Mandate{Policy: policy, Targets: targets, Terms: &sim.Terms{Fill: sim.SameClose}, Cash: 1e6}))
	r.Run()
	rec := r.Record(0)
	fired := 0
	for _, d := range rec.Log.Decisions {
		if d.Cause == sim.CauseDrift {
			fired++
			require.Equal(t, math.Float64bits(rec.DriftHalf[d.Session]), math.Float64bits(d.Dev))
		}
	}
	require.Positive(t, fired)
}
