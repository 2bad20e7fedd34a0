package tax_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/tax"
)

// step is a movement of one of three assets.
type step struct {
	session, asset int
	kind           byte // b, s, x
	units, after   sim.Units
	amount         sim.Micros
}

// course draws a course of movements that never sells more than is held.
func course(t *rapid.T, sessions int, splits bool) (steps []step, held [3]sim.Units) {
	s := 0
	units := func(most sim.Units, name string) sim.Units {
		return sim.Units(rapid.Int64Range(1, int64(most)).Draw(t, name))
	}
	for range rapid.IntRange(1, 60).Draw(t, "steps") {
		s = min(sessions-1, s+rapid.IntRange(0, 60).Draw(t, "days"))
		x := step{session: s, asset: rapid.IntRange(0, 2).Draw(t, "asset"), kind: 'b'}
		have := &held[x.asset]
		what := rapid.IntRange(0, 9).Draw(t, "what")
		switch {
		case *have == 0 || what < 5:
			x.units, x.amount = units(1e12, "bought"), sim.Micros(rapid.Int64Range(0, 1e13).Draw(t, "cost"))
			*have += x.units
		case splits && what == 9 && *have < 1e15:
			x.kind, x.units, x.after = 'x', *have, units(4**have, "after")
			*have = x.after
		default:
			x.kind, x.units, x.amount = 's', units(*have, "sold"), sim.Micros(rapid.Int64Range(-1e6, 1e13).Draw(t, "proceeds"))
			*have -= x.units
		}
		steps = append(steps, x)
	}
	return steps, held
}

func (x step) do(a *tax.Account) {
	switch x.kind {
	case 'b':
		a.Buy(x.session, x.asset, x.units, x.amount)
	case 's':
		a.Sell(x.session, x.asset, x.units, x.amount)
	case 'x':
		a.Split(x.session, x.asset, x.units, x.after)
	}
}

func rules(t *rapid.T) tax.Rules {
	return tax.Rules{
		Lots: tax.Order(rapid.IntRange(0, 4).Draw(t, "order")), Wash: rapid.Bool().Draw(t, "wash"),
		Short: rapid.Float64Range(0, 1).Draw(t, "short"), Long: rapid.Float64Range(0, 1).Draw(t, "long"),
		LongAfter: rapid.IntRange(0, 30).Draw(t, "months"), Month: 4, Day: 15, Keep: true,
		First: []tax.Choice{{"B", 18_100, data.NoDate}, {"B", 18_030, data.NoDate}},
	}
}

// Nothing is lost and nothing is made: units, and every micro of basis, proceeds,
// gain and loss.
func TestAllAddsUp(t *testing.T) {
	p := days(t, 18_000, 20_000, 3)
	rapid.Check(t, func(t *rapid.T) {
		a, err := tax.New(rules(t))
		require.NoError(t, err)
		a.Begin(p, 0)
		steps, held := course(t, p.Sessions(), true)
		var paid, brought, sold, taken, gain, disallowed sim.Micros
		for _, x := range steps {
			x.do(a)
			switch x.kind {
			case 'b':
				paid += x.amount
			case 's':
				brought += x.amount
			}
		}
		for _, s := range a.Sales() {
			require.Positive(t, s.Units)
			require.Equal(t, s.Proceeds-s.Basis, s.Gain)
			require.True(t, s.Disallowed == 0 || s.Disallowed <= -s.Gain, "%+v", s)
			require.True(t, s.Held <= p.Date(s.Acquired))
			sold, taken = sold+s.Proceeds, taken+s.Basis
			gain, disallowed = gain+s.Gain, disallowed+s.Disallowed
		}
		require.Equal(t, brought, sold)
		var left sim.Micros
		for i, want := range held {
			var units sim.Units
			last := -1
			a.Open(i, func(l tax.Lot) {
				require.Positive(t, l.Units)
				require.GreaterOrEqual(t, l.Basis, sim.Micros(0))
				require.GreaterOrEqual(t, l.Acquired, last)
				last = l.Acquired
				units, left = units+l.Units, left+l.Basis
			})
			require.Equal(t, want, units)
		}
		require.Equal(t, paid+disallowed, taken+left, "bases")
		short, long, d := a.Realised()
		require.Equal(t, disallowed, d)
		require.Equal(t, gain+disallowed, short+long)
	})
}

// Once all is sold, every order has realised the same.
func TestOrdersAgreeInTheEnd(t *testing.T) {
	p := days(t, 18_000, 20_000, 3)
	rapid.Check(t, func(t *rapid.T) {
		r := rules(t)
		r.Wash = false
		steps, held := course(t, p.Sessions(), true)
		for i, u := range held {
			if u > 0 {
				steps = append(steps, step{p.Sessions() - 1, i, 's', u, 0, 12_345_678})
			}
		}
		var want sim.Micros
		for order := tax.FIFO; order <= tax.Specific; order++ {
			r.Lots = order
			a, err := tax.New(r)
			require.NoError(t, err)
			a.Begin(p, 0)
			for _, x := range steps {
				x.do(a)
			}
			short, long, _ := a.Realised()
			if order == tax.FIFO {
				want = short + long
			}
			require.Equal(t, want, short+long, order)
		}
	})
}

// Of a single sale no order pays less than the lowest tax.
func TestLowestTaxOfASale(t *testing.T) {
	p := days(t, 18_000, 19_000, 3)
	rapid.Check(t, func(t *rapid.T) {
		r := rules(t)
		r.Wash = false
		var buys []step
		var held sim.Units
		for range rapid.IntRange(1, 12).Draw(t, "lots") {
			u := sim.Units(rapid.Int64Range(1e6, 1e10).Draw(t, "units"))
			buys = append(buys, step{rapid.IntRange(0, 900).Draw(t, "session"), 1, 'b', u, 0, sim.Micros(float64(u) * rapid.Float64Range(0.05, 0.2).Draw(t, "price"))})
			held += u
		}
		sold := sim.Units(rapid.Int64Range(1, int64(held)).Draw(t, "sold"))
		due := map[tax.Order]float64{}
		for order := tax.FIFO; order <= tax.Specific; order++ {
			r.Lots = order
			a, err := tax.New(r)
			require.NoError(t, err)
			a.Begin(p, 0)
			for _, x := range buys {
				x.do(a)
			}
			a.Sell(950, 1, sold, sim.Micros(float64(sold)*0.1))
			for _, s := range a.Sales() {
				rate := r.Short
				if s.Long {
					rate = r.Long
				}
				due[order] += float64(s.Gain) * rate
			}
		}
		for order, x := range due {
			require.LessOrEqual(t, due[tax.LowestTax], x+30, order) // micros
		}
	})
}

// What Free says can be sold brings no short-term gain, and one share more does.
func TestFreeIsFree(t *testing.T) {
	p := days(t, 18_000, 20_000, 3)
	rapid.Check(t, func(t *rapid.T) {
		r := rules(t)
		a, err := tax.New(r)
		require.NoError(t, err)
		a.Begin(p, 0)
		steps, held := course(t, p.Sessions(), true)
		for _, x := range steps {
			x.do(a)
		}
		s := min(p.Sessions()-1, steps[len(steps)-1].session+rapid.IntRange(0, 100).Draw(t, "later"))
		const price = 4.0
		for i, have := range held {
			free, wash := a.Free(s, i, price), sim.Micros(0)
			require.LessOrEqual(t, free, have)
			if free > 0 {
				n := len(a.Sales())
				a.Sell(s, i, free, sim.Micros(float64(free)*price/100))
				for _, x := range a.Sales()[n:] {
					require.True(t, x.Long || x.Gain <= 100, "%+v", x) // rounding of parts
					wash += x.Disallowed
				}
			}
			rest := have - free
			a.Open(i, func(l tax.Lot) { rest = min(rest, l.Units) })
			if rest > 1e7 && wash == 0 { // a wash sale makes other lots of those that are left
				n := len(a.Sales())
				a.Sell(s, i, rest, sim.Micros(float64(rest)*price/100))
				require.False(t, a.Sales()[n].Long)
				require.Less(t, float64(a.Sales()[n].Basis), float64(rest)*price/100+100)
			}
		}
	})
}
