package tax_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/benchmarks/workload"
	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
	"evenkeel/sim/tax"
	"evenkeel/strategies"
)

// BenchmarkRun replays 10 assets x 5,040 sessions through bands of 20 % with rails of
// 10 %, a look every session, with and without tax.
func BenchmarkRun(b *testing.B) {
	p, targets := workload.W1()
	run := func(name string, t sim.Tax) {
		b.Run("lots="+name, func(b *testing.B) {
			plug, _ := strategies.Catalog.Find("bands")
			policy, knobs := plug.New()
			for _, k := range knobs {
				if text, set := map[string]string{"band": "20%", "rail": "10%", "look": "session"}[k.Name]; set {
					store, err := k.Parse(card.T(text))
					require.NoError(b, err)
					store()
				}
			}
			require.NoError(b, policy.Bind(p, targets))
			r, err := sim.NewRunner(p, 1, 0)
			require.NoError(b, err)
			m := &sim.Mandate{Policy: policy, Targets: targets, Terms: &sim.Terms{}, Cash: 1e6, Tax: t}
			b.ReportAllocs()
			for b.Loop() {
				if err := r.Set(0, m); err != nil {
					b.Fatal(err)
				}
				r.Run()
			}
		})
	}
	run("none", nil)
	for order := tax.FIFO; order <= tax.Specific; order++ {
		r := tax.Standard
		r.Lots = order
		a, err := tax.New(r)
		require.NoError(b, err)
		run(order.String(), a)
	}
}

// BenchmarkYears is what twenty years of ten assets ask of an account: 240 monthly
// purchases of each, 340 rebalances that sell four and buy five, and the taxes. Prices
// are noise, so that most sales are wash sales of many parts: a bad case.
func BenchmarkYears(b *testing.B) {
	const sessions = 20 * 252
	dates := make([]data.Date, sessions)
	closes := make([]float64, sessions*10)
	for i := range dates {
		dates[i] = data.Date(12_000 + i*365/252)
	}
	for i := range closes {
		closes[i] = 1
	}
	p, err := data.NewPanel(data.Adjusted, dates, []string{"A", "B", "C", "D", "E", "F", "G", "H", "I", "J"}, closes, nil)
	require.NoError(b, err)
	for order := tax.FIFO; order <= tax.Specific; order++ {
		b.Run("lots="+order.String(), func(b *testing.B) {
			r := tax.Standard
			r.Lots = order
			a, err := tax.New(r)
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				twentyYears(a, p)
			}
		})
	}
}

func twentyYears(a *tax.Account, p *data.Panel) {
	a.Begin(p, 0)
	rnd := rand.New(rand.NewPCG(1, 2))
	var held [10]sim.Units
	buy := func(s, i int, u sim.Units) {
		a.Buy(s, i, u, sim.Micros(float64(u)*(0.5+rnd.Float64())))
		held[i] += u
	}
	next := a.Next(0)
	for s := range p.Sessions() {
		if s == next {
			a.Due(s)
			next = a.Next(s)
		}
		if s%21 == 0 {
			for i := range held {
				buy(s, i, 1e9)
			}
		}
		if s%15 == 14 {
			for i := range held {
				if u := held[i] / 20; i%9 < 4 {
					a.Sell(s, i, u, sim.Micros(float64(u)*(0.5+rnd.Float64())))
					held[i] -= u
				} else {
					buy(s, i, 1e9)
				}
			}
		}
	}
}
