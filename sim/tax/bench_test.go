package tax_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/tax"
)

// BenchmarkYears is what twenty years of ten assets ask of an account: 240 monthly
// purchases of each, 340 rebalances that sell four and buy five, and the taxes.
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
