package tax

import (
	"math/bits"

	"evenkeel/data"
	"evenkeel/sim"
)

// Order is which lots a sale takes first. Of equal ones it is the earlier
// purchase.
type Order uint8

const (
	FIFO        Order = iota // the earliest purchase
	LIFO                     // the latest purchase
	HighestCost              // the largest basis a share: the largest loss, else the smallest gain
	LowestTax                // the least tax a share at the sale's price and the rates; a loss counts as negative tax
	Specific                 // those of a table, then the earliest purchase
)

// OrderWords are the orders in the words of an experiment file.
var OrderWords = []string{"fifo", "lifo", "highest_cost", "lowest_tax", "specific"}

func (o Order) String() string { return OrderWords[o] }

// Choice is a row of the table of a Specific order: sales of an asset take its
// lots of a date of purchase before those of the rows after it.
type Choice struct {
	Symbol   string
	Acquired data.Date
	Sold     data.Date // the row holds for sales of this date alone; data.NoDate: for all
}

// choose sorts the choices by asset; those of other assets are left out.
func (a *Account) choose() {
	a.choices = nil
	if a.Lots != Specific {
		return
	}
	a.choices = make([][]Choice, a.panel.Assets())
	for _, c := range a.First {
		if i := a.panel.Symbol(c.Symbol); i >= 0 {
			a.choices[i] = append(a.choices[i], c)
		}
	}
}

// walk is the order in which one sale takes lots. Every sale, and every question
// what a sale would take, goes through it.
type walk struct {
	order       Order
	date        data.Date
	per         float64 // proceeds, in micros a unit
	short, long float64 // rates
	choices     []Choice
	panel       *data.Panel
}

func (a *Account) walk(session, asset int, per float64) walk {
	w := walk{order: a.Rules.Lots, date: a.panel.Date(session), per: per, short: a.Short, long: a.Long, panel: a.panel}
	if a.choices != nil {
		w.choices = a.choices[asset]
	}
	return w
}

// key orders lots: the least is sold first, of equal ones the first in the list.
func (w *walk) key(l *lot, i int) float64 {
	switch w.order {
	case LIFO:
		return float64(-i)
	case HighestCost:
		return -l.cost
	case LowestTax:
		if w.date >= l.long {
			return (w.per - l.cost) * w.long
		}
		return (w.per - l.cost) * w.short
	case Specific:
		for k, c := range w.choices {
			if c.Acquired == w.panel.Date(int(l.session)) && (c.Sold == data.NoDate || c.Sold == w.date) {
				return float64(k)
			}
		}
		return float64(len(w.choices))
	}
	return 0
}

// next is the place of the lot to sell from, -1 when there is none.
func (w *walk) next(h *holding) int {
	switch last := len(h.lots) - 1; {
	case last < h.head:
		return -1
	case w.order == FIFO:
		return h.head
	case w.order == LIFO:
		return last
	}
	at := h.head
	least := w.key(&h.lots[at], at)
	for i := at + 1; i < len(h.lots); i++ {
		if k := w.key(&h.lots[i], i); k < least {
			least, at = k, i
		}
	}
	return at
}

// push appends a lot, reusing the room of lots that were sold from the front.
func (h *holding) push(l lot) {
	if len(h.lots) == cap(h.lots) && h.head > len(h.lots)/2 {
		h.lots = h.lots[:copy(h.lots, h.lots[h.head:])]
		h.head = 0
	}
	h.lots = append(h.lots, l)
}

// remove takes lot i out.
func (h *holding) remove(i int) {
	switch {
	case i == h.head:
		h.head++
	default:
		h.lots = h.lots[:i+copy(h.lots[i:], h.lots[i+1:])]
	}
	if h.head == len(h.lots) {
		h.lots, h.head = h.lots[:0], 0
	}
}

// divide splits n units off the front of lot i, which become lot i; the rest is lot
// i+1. It does nothing when the lot has no more.
func (h *holding) divide(i int, n sim.Units) {
	l := h.lots[i]
	if n >= l.units {
		return
	}
	h.lots = append(h.lots, lot{})
	copy(h.lots[i+2:], h.lots[i+1:])
	first := l.split(n)
	h.lots[i], h.lots[i+1] = first, l
}

// split takes n of a lot's units, fewer than it has, with their part of the basis.
func (l *lot) split(n sim.Units) lot {
	first := *l
	first.units, first.basis = n, part(l.basis, int64(n), int64(l.units))
	l.units, l.basis = l.units-n, l.basis-first.basis
	return first
}

func (l *lot) perUnit() float64 { return float64(l.basis) / float64(l.units) }

// part is n/of of an amount, to the nearest, half away from 0; 0 <= n <= of. Who
// takes part by part subtracts each from amount and of: then the last takes the
// rest and the parts add up.
func part(amount sim.Micros, n, of int64) sim.Micros {
	if n == of {
		return amount
	}
	if amount < 0 {
		return -part(-amount, n, of)
	}
	hi, lo := bits.Mul64(uint64(amount), uint64(n))
	lo, carry := bits.Add64(lo, uint64(of)/2, 0)
	q, _ := bits.Div64(hi+carry, lo, uint64(of))
	return sim.Micros(q)
}

// share is floor(u x after / before); u <= before.
func share(u, after, before sim.Units) sim.Units {
	hi, lo := bits.Mul64(uint64(u), uint64(after))
	q, _ := bits.Div64(hi, lo, uint64(before))
	return sim.Units(q)
}
