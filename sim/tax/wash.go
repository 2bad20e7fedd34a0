package tax

import (
	"cmp"
	"math"
	"slices"

	"evenkeel/data"
	"evenkeel/sim"
)

// loss is what is left of a sale at a loss whose shares may be replaced.
type loss struct {
	date     data.Date  // of the sale
	days     data.Date  // for which the shares were held
	amount   sim.Micros // 0 or more
	units    sim.Units
	session  int // of the sale; once a split has multiplied units, of the split
	year     int // of the sale, place in years
	sale     int // place in sales, -1: not kept
	purchase int32
	long     bool
}

// replaced looks for purchases in the days before a sale that replace its shares:
// those still held after it, of other purchases than the shares themselves, the
// earliest first. It says whether shares are left that later purchases may replace.
func (a *Account) replaced(h *holding, x *loss) bool {
	from := len(h.lots)
	for from > h.head && a.panel.Date(int(h.lots[from-1].session)) >= x.date-Window {
		from--
	}
	for i := from; i < len(h.lots) && x.units > 0; i++ {
		if l := &h.lots[i]; l.used || l.purchase == x.purchase {
			continue
		}
		h.divide(i, x.units)
		a.disallow(&h.lots[i], x)
	}
	return x.units > 0
}

// replace matches a purchase with the losses of the days before it, the earliest
// first. Shares that replace others become lots of their own; rest keeps the others.
func (a *Account) replace(h *holding, asset, session int, rest *lot) {
	gone := 0
	for gone < len(h.losses) && h.losses[gone].date < rest.held-Window {
		gone++
	}
	h.losses = slices.Delete(h.losses, 0, gone)
	done := 0
	for done < len(h.losses) && rest.units > 0 {
		x := &h.losses[done]
		a.multiply(x, asset, session)
		if x.units > 0 {
			l := *rest
			if x.units < l.units {
				l = rest.split(x.units)
			} else {
				rest.units, rest.basis = 0, 0
			}
			a.disallow(&l, x)
			h.push(l)
		}
		if x.units == 0 {
			done++
		}
	}
	h.losses = slices.Delete(h.losses, 0, done)
}

// multiply counts a loss's shares in those of a session: splits since the sale
// multiply them, even when none are held.
func (a *Account) multiply(x *loss, asset, session int) {
	actions := a.panel.Actions()
	if len(actions) == 0 || x.session == session {
		return
	}
	at, _ := slices.BinarySearchFunc(actions, x.session+1, func(c data.Action, s int) int { return cmp.Compare(c.Session, s) })
	ratio := 1.0
	for ; at < len(actions) && actions[at].Session <= session; at++ {
		if actions[at].Asset == asset {
			ratio *= actions[at].Split
		}
	}
	if ratio != 1 {
		x.units = sim.Units(min(math.RoundToEven(float64(x.units)*ratio), 1<<62))
	}
	x.session = session
}

// disallow lets the shares of a lot, no more than a loss has left, replace as many
// of those sold: their part of the loss goes into the lot's basis, their holding
// period before the lot's own.
func (a *Account) disallow(l *lot, x *loss) {
	d := part(x.amount, int64(l.units), int64(x.units))
	x.amount, x.units = x.amount-d, x.units-l.units
	a.add(&l.basis, d)
	l.cost = l.perUnit()
	l.held -= x.days
	l.long = LongFrom(l.held, a.LongAfter)
	l.used = true
	a.add(&a.years[x.year].Disallowed, d)
	a.gain(x.year, d, x.long)
	if x.sale >= 0 {
		a.sales[x.sale].Disallowed += d
	}
}
