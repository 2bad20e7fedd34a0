package tax

import (
	"math"
	"math/bits"
	"slices"

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
	at          int    // the lot that is sold from
	taken       int    // lots sold out
	heap        []rank // of the orders that must compare: the lots not yet sold, the first on top
}

// rank is a lot's place in the order: the least key first, of equal ones the first
// in the list.
type rank struct {
	key float64
	at  int
}

func (r rank) before(o rank) bool { return r.key < o.key || r.key == o.key && r.at < o.at }

func (a *Account) walk(session, asset int, per float64) walk {
	w := walk{order: a.Rules.Lots, date: a.panel.Date(session), per: per, short: a.Short, long: a.Long, panel: a.panel}
	if a.choices != nil {
		w.choices = a.choices[asset]
	}
	if w.order == Specific && len(w.choices) == 0 {
		w.order = FIFO
	}
	return w
}

// rank is the place of lot i.
func (w *walk) rank(l *lot, i int) rank {
	switch w.order {
	case LIFO:
		return rank{float64(-i), i}
	case HighestCost:
		return rank{-l.cost, i}
	case LowestTax:
		rate := w.short
		if w.date >= l.long {
			rate = w.long
		}
		return rank{(w.per - l.cost) * rate, i}
	case Specific:
		for k, c := range w.choices {
			if c.Acquired == w.panel.Date(int(l.session)) && (c.Sold == data.NoDate || c.Sold == w.date) {
				return rank{float64(k), i}
			}
		}
		return rank{float64(len(w.choices)), i}
	}
	return rank{0, i}
}

// scans is how many lots of a sale are looked for one by one: most sales take few.
// For those after them the lots are ordered in a heap.
const scans = 4

// begin finds the first lot to sell from; room is memory to compare lots in.
func (w *walk) begin(h *holding, room []rank) {
	w.heap = room[:0]
	switch w.order {
	case FIFO:
		w.at = h.head
	case LIFO:
		w.at = len(h.lots) - 1
	default:
		w.scan(h)
	}
}

// next goes on to the lot after the one that is sold out. Beyond the last, at is no
// lot's place.
func (w *walk) next(h *holding) {
	switch w.taken++; {
	case w.order == FIFO:
		w.at++
	case w.order == LIFO:
		w.at--
	case w.taken < scans:
		w.scan(h)
	case w.taken == scans:
		for i := h.head; i < len(h.lots); i++ {
			if l := &h.lots[i]; l.units > 0 {
				w.heap = append(w.heap, w.rank(l, i))
			}
		}
		for i := len(w.heap)/2 - 1; i >= 0; i-- {
			w.sink(i)
		}
		w.top(h)
	default:
		last := len(w.heap) - 1
		w.heap[0], w.heap = w.heap[last], w.heap[:last]
		w.sink(0)
		w.top(h)
	}
}

// scan finds the first of the lots that are not sold out.
func (w *walk) scan(h *holding) {
	w.at = len(h.lots)
	first := rank{math.Inf(1), 0}
	for i := h.head; i < len(h.lots); i++ {
		if l := &h.lots[i]; l.units > 0 {
			if r := w.rank(l, i); r.before(first) {
				first, w.at = r, i
			}
		}
	}
}

func (w *walk) top(h *holding) {
	w.at = len(h.lots)
	if len(w.heap) > 0 {
		w.at = w.heap[0].at
	}
}

// sink moves rank i of the heap down to where it belongs.
func (w *walk) sink(i int) {
	for {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < len(w.heap); c++ {
			if w.heap[c].before(w.heap[least]) {
				least = c
			}
		}
		if least == i {
			return
		}
		w.heap[i], w.heap[least] = w.heap[least], w.heap[i]
		i = least
	}
}

// push appends a lot, reusing the room of lots that were sold from the front.
func (h *holding) push(l lot) {
	if len(h.lots) == cap(h.lots) && h.head > len(h.lots)/2 {
		h.lots = h.lots[:copy(h.lots, h.lots[h.head:])]
		h.head = 0
	}
	h.lots = append(h.lots, l)
}

// tidy takes out the lots that a sale in some order left empty.
func (h *holding) tidy(o Order) {
	for h.head < len(h.lots) && h.lots[h.head].units == 0 {
		h.head++
	}
	for len(h.lots) > h.head && h.lots[len(h.lots)-1].units == 0 {
		h.lots = h.lots[:len(h.lots)-1]
	}
	if o != FIFO && o != LIFO {
		h.lots = h.lots[:h.head+len(slices.DeleteFunc(h.lots[h.head:], func(l lot) bool { return l.units == 0 }))]
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
