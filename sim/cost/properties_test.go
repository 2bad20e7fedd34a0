package cost_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
)

// anyCost is one of the models with a formula, with parameters of any size.
func anyCost(t *rapid.T, s cost.Scope) cost.Cost {
	num := func(name string, low, high float64) float64 { return rapid.Float64Range(low, high).Draw(t, name) }
	limits := cost.Limits{}
	if rapid.Bool().Draw(t, "limited") {
		limits.Min = num("min", 0, 50)
		limits.Max = limits.Min + num("above", 0.001, 500)
	}
	impact := cost.Impact{Scope: s, Unknown: num("unknown", 0, 2_500), Untraded: true}
	switch rapid.IntRange(0, 6).Draw(t, "model") {
	case 0:
		c := cost.NewBPS(num("rate", 0, 5_000), s)
		c.Limits = limits
		return c
	case 1:
		c := cost.NewPerShare(num("amount", 0, 10), limits, s)
		if rapid.Bool().Draw(t, "parted") {
			c.MaxPart = num("part", 1e-6, cost.Ceiling)
		}
		return c
	case 2:
		return cost.NewSpreadColumn(s)
	case 3:
		return cost.NewSquareRoot(num("y", 0, 100), impact)
	case 4:
		c := cost.NewAlmgren(num("theta", 1, 1e15), impact)
		c.Days, c.Gamma, c.Eta = num("days", 0.001, 100), num("gamma", 0, 100), num("eta", 0, 100)
		return c
	case 5:
		c := cost.NewIStar(num("pov", 0, 1), impact)
		c.A1, c.A2, c.B1 = num("a1", 0, 10_000), num("a2", 0, 1), num("b1", 0, 1)
		return c
	}
	return cost.NewStampDuty(num("duty", 0, 2_500), s)
}

func anyFill(t *rapid.T) sim.Fill {
	return sim.Fill{
		Date: data.Date(rapid.IntRange(0, 59).Draw(t, "date")), Asset: rapid.IntRange(0, 2).Draw(t, "asset"), Buy: rapid.Bool().Draw(t, "buy"),
		Price: rapid.Float64Range(1e-6, 1e6).Draw(t, "price"), Volume: rapid.Float64Range(0, 1e12).Draw(t, "volume"),
		Sigma: rapid.Float64Range(0, 1).Draw(t, "sigma"), Spread: rapid.Float64Range(0, 1e4).Draw(t, "spread"),
	}
}

// Whatever the model: a cost is 0 or more, grows with the value, and one more unit
// of money costs less than half of it; nothing is charged outside its scope.
func TestCostsGrow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scope := cost.Scope{
			Side: rapid.SampledFrom([]string{"both", "buy", "sell"}).Draw(t, "side"), Symbols: rapid.SampledFrom([][]string{nil, {"A"}, {"B", "C"}}).Draw(t, "assets"),
			From: rapid.SampledFrom([]data.Date{data.NoDate, 10}).Draw(t, "from"), Until: rapid.SampledFrom([]data.Date{data.NoDate, 40}).Draw(t, "until"),
		}
		c := anyCost(t, scope)
		bound(t, c)
		f := anyFill(t)
		if !covered(c, scope, f) {
			f.Value = 1e6
			require.Zero(t, total(c, f))
			return
		}
		last, value := total(c, f), 0.0
		for _, step := range rapid.SliceOfN(rapid.Float64Range(0, 1e7), 1, 20).Draw(t, "steps") {
			value += step
			f.Value = value
			fixed, rate := c.Charge(&f)
			require.GreaterOrEqual(t, fixed, 0.0)
			require.GreaterOrEqual(t, rate, 0.0)
			now := fixed + rate*value
			require.GreaterOrEqual(t, now, last-1e-9*value)
			require.LessOrEqual(t, now-last, step/2+1e-9*value)
			last = now
		}
	})
}

// covered returns what the scope says, by itself.
func covered(c cost.Cost, s cost.Scope, f sim.Fill) bool {
	if c.Name() == "stamp_duty" && s.Side == "both" {
		s.Side = "buy"
	}
	side := s.Side == "both" || s.Side == "buy" == f.Buy
	assets := len(s.Symbols) == 0 || (s.Symbols[0] == "A") == (f.Asset == 0)
	return side && assets && (s.From == data.NoDate || f.Date >= 10) && (s.Until == data.NoDate || f.Date <= 40)
}

// Four times the size, twice the impact on each share, at any size, price and
// volatility.
func TestQuadrupleDoubles(t *testing.T) {
	c := bound(t, cost.NewSquareRoot(0.7, anywhere))
	rapid.Check(t, func(t *rapid.T) {
		f := trade(rapid.Float64Range(1e-6, 1).Draw(t, "part"), rapid.Float64Range(1e-5, 0.1).Draw(t, "sigma"))
		one := total(c, f) / f.Value
		f.Value *= 4
		require.InEpsilon(t, 2, total(c, f)/f.Value/one, 1e-12)
	})
}

// perTrade are all costs of the catalog as their examples have them.
func perTrade(t testing.TB) (all []cost.Cost) {
	for _, plug := range cost.Catalog.All() {
		c, err := exampleOf(plug)
		require.NoError(t, err, plug.Name)
		all = append(all, c)
	}
	return all
}

func TestChargeAllocatesNothing(t *testing.T) {
	f := trade(0.01, 0.02)
	for _, c := range perTrade(t) {
		require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = c.Charge(&f) }), c.Name())
	}
}

func BenchmarkCharge(b *testing.B) {
	f := trade(0.01, 0.02)
	for _, c := range perTrade(b) {
		b.Run("model="+c.Name(), func(b *testing.B) {
			b.ReportAllocs()
			sum := 0.0
			for b.Loop() {
				fixed, rate := c.Charge(&f)
				sum += fixed + rate
			}
			require.NotZero(b, sum)
		})
	}
}
