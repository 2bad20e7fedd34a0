package tax_test

import (
	"maps"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/tax"
)

// The rules once more, slowly: every whole share by itself, in exact fractions. It
// shares no code with the account.

type one struct { // a share that is held
	basis        *big.Rat
	bought, held data.Date
	purchase     int
	replaces     bool
}

type gone struct { // a share that was sold
	sold, bought, held data.Date
	purchase           int
	gain               *big.Rat
	disallowed, long   bool
}

type slow struct {
	rules    tax.Rules
	held     []one
	sold     []gone
	purchase int
}

func each(m sim.Micros, n int) *big.Rat { return big.NewRat(int64(m), int64(n)) }

func (x *slow) buy(d data.Date, n int, cost sim.Micros) {
	x.purchase++
	var replacing, plain []one
	for range n {
		s := one{each(cost, n), d, d, x.purchase, false}
		for i := range x.sold {
			if g := &x.sold[i]; x.rules.Wash && !s.replaces && !g.disallowed && g.gain.Sign() < 0 && g.sold >= d-30 {
				x.match(&s, g)
			}
		}
		if s.replaces {
			replacing = append(replacing, s)
		} else {
			plain = append(plain, s)
		}
	}
	x.held = append(append(x.held, replacing...), plain...)
}

func (x *slow) match(s *one, g *gone) {
	g.disallowed, s.replaces = true, true
	s.basis = new(big.Rat).Sub(s.basis, g.gain)
	s.held -= g.sold - g.held
}

// choose is the share to sell next.
func (x *slow) choose(d data.Date, per *big.Rat) int {
	key := func(s one) *big.Rat {
		gain := new(big.Rat).Sub(per, s.basis)
		rate := new(big.Rat).SetFloat64(x.rules.Short)
		if x.long(s, d) {
			rate.SetFloat64(x.rules.Long)
		}
		return gain.Mul(gain, rate)
	}
	at := 0
	for i, s := range x.held {
		better := false
		switch x.rules.Lots {
		case tax.LIFO:
			better = true // the last
		case tax.HighestCost:
			better = s.basis.Cmp(x.held[at].basis) > 0
		case tax.LowestTax:
			better = key(s).Cmp(key(x.held[at])) < 0
		}
		if better {
			at = i
		}
	}
	return at
}

// long says so by counting: the day of the month after the first, a year on.
func (x *slow) long(s one, d data.Date) bool {
	y, m, day := (s.held + 1).Civil()
	limit := data.NewDate(y+1, m, day) // 29 February runs on into March
	return d >= limit
}

func (x *slow) sell(d data.Date, n int, proceeds sim.Micros) {
	per, from := each(proceeds, n), len(x.sold)
	for range n {
		i := x.choose(d, per)
		s := x.held[i]
		x.held = append(x.held[:i:i], x.held[i+1:]...)
		x.sold = append(x.sold, gone{d, s.bought, s.held, s.purchase, new(big.Rat).Sub(per, s.basis), false, x.long(s, d)})
	}
	for i := from; i < len(x.sold); i++ {
		g := &x.sold[i]
		if !x.rules.Wash || g.gain.Sign() >= 0 {
			continue
		}
		for k := range x.held {
			if s := &x.held[k]; !s.replaces && s.bought >= d-30 && s.purchase != g.purchase {
				x.match(s, g)
				break
			}
		}
	}
	x.settle()
}

// settle puts the replacing shares of a purchase before its others, as lots that
// are split are.
func (x *slow) settle() {
	for swapped := true; swapped; {
		swapped = false
		for i := 1; i < len(x.held); i++ {
			if a, b := &x.held[i-1], &x.held[i]; a.purchase == b.purchase && !a.replaces && b.replaces {
				*a, *b, swapped = *b, *a, true
			}
		}
	}
}

// split makes k shares of each, also of those sold whose loss still waits.
func (x *slow) split(k int) {
	var all []one
	for _, s := range x.held {
		s.basis = new(big.Rat).Quo(s.basis, big.NewRat(int64(k), 1))
		for range k {
			all = append(all, s)
		}
	}
	x.held = all
	var sold []gone
	for _, g := range x.sold {
		g.gain = new(big.Rat).Quo(g.gain, big.NewRat(int64(k), 1))
		for range k {
			sold = append(sold, g)
		}
	}
	x.sold = sold
}

// totals are in micros.
type totals struct{ short, long, disallowed, basis float64 }

func (x *slow) totals() totals {
	var short, long, disallowed, basis big.Rat
	for _, g := range x.sold {
		switch {
		case g.disallowed:
			disallowed.Sub(&disallowed, g.gain)
		case g.long:
			long.Add(&long, g.gain)
		default:
			short.Add(&short, g.gain)
		}
	}
	for _, s := range x.held {
		basis.Add(&basis, s.basis)
	}
	f := func(x *big.Rat) float64 { v, _ := x.Float64(); return v }
	return totals{f(&short), f(&long), f(&disallowed), f(&basis)}
}

func (d *desk) totals() (t totals) {
	short, long, disallowed := d.Realised()
	t = totals{float64(short), float64(long), float64(disallowed), 0}
	for _, l := range d.lots() {
		t.basis += float64(l.Basis)
	}
	return t
}

// amount is a whole number of micros a share, also after splits, so that parts need
// no rounding.
func amount(t *rapid.T, shares int, name string) sim.Micros {
	return 216 * sim.Micros(shares) * sim.Micros(rapid.IntRange(50_000, 150_000).Draw(t, name))
}

// ratios draws up to three splits, 2:1 or 3:1, by session.
func ratios(t *rapid.T) map[int]int {
	all := map[int]int{}
	for range rapid.IntRange(0, 3).Draw(t, "splits") {
		all[rapid.IntRange(1, 400).Draw(t, "split at")] = rapid.IntRange(2, 3).Draw(t, "ratio")
	}
	return all
}

// against runs an account and the slow one side by side.
func against(t *rapid.T, r tax.Rules) {
	p, splits := days(t, 18_000, 19_300, 1), ratios(t)
	if len(splits) > 0 {
		var actions []data.DatedAction
		for _, s := range slices.Sorted(maps.Keys(splits)) {
			actions = append(actions, data.DatedAction{Date: p.Date(s), Asset: 0, Split: float64(splits[s])})
		}
		var err error
		p, err = p.WithActions(actions)
		require.NoError(t, err)
	}
	fast, ref := open(t, p, r), &slow{rules: r}
	s := 0
	for range rapid.IntRange(1, 30).Draw(t, "steps") {
		to := s + rapid.IntRange(0, 40).Draw(t, "days")
		for s < to {
			if s++; splits[s] > 0 {
				held := len(ref.held)
				if held > 0 {
					fast.Split(s, 0, sim.Units(held)*share, sim.Units(held*splits[s])*share)
				}
				ref.split(splits[s])
			}
		}
		date, held := p.Date(s), len(ref.held)
		if what := rapid.IntRange(0, 9).Draw(t, "what"); held == 0 || what < 5 && held < 60 {
			n := rapid.IntRange(1, 12).Draw(t, "bought")
			cost := amount(t, n, "cost")
			fast.Buy(s, 0, sim.Units(n)*share, cost)
			ref.buy(date, n, cost)
		} else {
			n := rapid.IntRange(1, min(held, 20)).Draw(t, "sold")
			proceeds := amount(t, n, "proceeds")
			fast.Sell(s, 0, sim.Units(n)*share, proceeds)
			ref.sell(date, n, proceeds)
		}
		units := sim.Units(0)
		for _, l := range fast.lots() {
			units += l.Units
		}
		require.Equal(t, sim.Units(len(ref.held))*share, units)
		require.Equal(t, ref.totals(), fast.totals())
	}
}

func TestSlowReference(t *testing.T) {
	for _, order := range []tax.Order{tax.FIFO, tax.LIFO, tax.HighestCost, tax.LowestTax} {
		for name, wash := range map[string]bool{"": false, " wash": true} {
			t.Run(order.String()+name, func(t *testing.T) {
				r := tax.Standard
				r.Lots, r.Wash = order, wash
				rapid.Check(t, func(t *rapid.T) { against(t, r) })
			})
		}
	}
}
