// Package tax tracks the lots of one account: which shares a sale takes, their cost
// basis and holding period, which losses are disallowed, and which tax falls due when.
// Money and shares are the books' integers; every split of an amount adds up exactly.
package tax

import (
	"fmt"
	"math"

	"evenkeel/data"
	"evenkeel/sim"
)

// Rules are how an account is taxed.
type Rules struct {
	Lots        Order
	First       []Choice // of Specific: lots that are sold before all others, in this order
	Short, Long float64  // rates, parts of a net gain, 0 to 1
	LongAfter   int      // months: a gain is long when the shares were held for longer
	Wash        bool     // losses on shares that are replaced within Window days are disallowed
	Month, Day  int      // when the tax of a calendar year falls due in the next
	Keep        bool     // sales are kept one by one; years always are
}

// Window is how many days before and after a sale at a loss a purchase of the
// same asset replaces the shares that were sold.
const Window = 30

// MaxMonths is the longest holding period that rules may ask for.
const MaxMonths = 1200

// Standard are the rules that an experiment has when it says no more than that
// there is tax.
var Standard = Rules{Short: 0.37, Long: 0.20, LongAfter: 12, Wash: true, Month: 4, Day: 15}

// Account is a sim.Tax. It is one account's own and may be used again: Begin
// forgets all that was and keeps the memory.
type Account struct {
	Rules
	panel    *data.Panel
	first    int
	assets   []holding
	choices  [][]Choice // by asset
	bought   int32      // purchases so far
	year     int        // of the last sale, place in years
	closed   int        // years whose tax has fallen due
	beyond   sim.Micros // the first sum that went beyond what can be counted; 0: none
	years    []Year
	ends     []int  // of each year: one past its last session
	due      []int  // of each year: the session at which its tax falls due
	lost     []loss // by the sale that is being made
	room     []rank // to order lots in
	sales    []Sale
	memo     data.Date // a date
	memoLong data.Date // and from when shares bought on it are long
}

// holding is what an account has of one asset: lots[head:] in order of purchase,
// and losses whose shares may still be replaced, in order of the sales.
type holding struct {
	lots   []lot
	head   int
	losses []loss
}

// lot is shares of one purchase that are alike.
type lot struct {
	units      sim.Units
	basis      sim.Micros
	cost       float64   // basis/units
	held, long data.Date // the holding period begins after held; a gain is long from long on
	session    int32     // of the purchase
	purchase   int32     // its number: lots that a purchase was split into share it
	used       bool      // the shares replace others that were sold at a loss
}

// New makes an account. The error says which rule is out of its range.
func New(r Rules) (*Account, error) {
	due := data.NewDate(2023, r.Month, r.Day) // a year of 365 days: the day is in every year
	_, month, day := due.Civil()
	switch {
	case !(r.Short >= 0 && r.Short <= 1 && r.Long >= 0 && r.Long <= 1):
		return nil, fmt.Errorf("tax rates of %v and %v are not 0 to 1", r.Short, r.Long)
	case r.LongAfter < 0 || r.LongAfter > MaxMonths:
		return nil, fmt.Errorf("long after %d months is not 0 to %d", r.LongAfter, MaxMonths)
	case r.Lots > Specific:
		return nil, fmt.Errorf("no order of lots %d", r.Lots)
	case month != r.Month || day != r.Day:
		return nil, fmt.Errorf("no day %02d-%02d in every year", r.Month, r.Day)
	case due <= data.NewDate(2023, 1, Window):
		return nil, fmt.Errorf("tax due on %02d-%02d: a loss of December may be disallowed until 01-%d", r.Month, r.Day, Window)
	}
	return &Account{Rules: r, memo: data.NoDate}, nil
}

// Begin forgets what was and prepares for a run over a panel from a session on.
func (a *Account) Begin(p *data.Panel, first int) {
	if a.panel != p || a.first != first {
		a.panel, a.first = p, first
		a.calendar()
		a.choose()
	}
	for len(a.assets) < p.Assets() {
		a.assets = append(a.assets, holding{})
	}
	for i := range a.assets {
		h := &a.assets[i]
		h.lots, h.head, h.losses = h.lots[:0], 0, h.losses[:0]
	}
	for i := range a.years {
		a.years[i] = Year{Year: a.years[i].Year, DueSession: a.years[i].DueSession}
	}
	a.bought, a.year, a.closed, a.beyond = 0, 0, 0, 0
	a.sales = a.sales[:0]
}

// Buy is a purchase of u > 0 with what it cost in all. Shares that replace others
// sold at a loss in the days before take the loss into their basis and the others'
// holding period before their own.
func (a *Account) Buy(session, asset int, u sim.Units, cost sim.Micros) {
	h := &a.assets[asset]
	date := a.panel.Date(session)
	a.bought++
	rest := lot{units: u, basis: cost, held: date, long: a.longFrom(date), session: int32(session), purchase: a.bought}
	if len(h.losses) > 0 {
		a.replace(h, asset, session, &rest)
	}
	if rest.units > 0 {
		rest.cost = rest.perUnit()
		h.push(rest)
	}
}

// Sell is a sale of u > 0, at most what is held, with what it brought after costs.
func (a *Account) Sell(session, asset int, u sim.Units, proceeds sim.Micros) {
	h := &a.assets[asset]
	for session >= a.ends[a.year] {
		a.year++
	}
	w := a.walk(session, asset, float64(proceeds)/float64(u))
	w.begin(h, a.room)
	a.lost = a.lost[:0]
	for u > 0 {
		if w.at < h.head || w.at >= len(h.lots) {
			panic(fmt.Sprintf("tax: %s: %d units of %s sold beyond the lots", w.date, u, a.panel.Symbols()[asset]))
		}
		l := &h.lots[w.at]
		n := min(u, l.units)
		p, b := part(proceeds, int64(n), int64(u)), part(l.basis, int64(n), int64(l.units))
		a.realise(session, asset, w.date, l, n, p, b)
		proceeds, u = proceeds-p, u-n
		l.units, l.basis = l.units-n, l.basis-b
		if l.units == 0 {
			w.next(h)
		}
	}
	h.tidy(w.order)
	a.room = w.heap[:0]
	for i := range a.lost {
		if x := &a.lost[i]; a.replaced(h, x) {
			h.losses = append(h.losses, *x)
		}
	}
}

// realise counts n shares of a lot as sold.
func (a *Account) realise(session, asset int, date data.Date, l *lot, n sim.Units, proceeds, basis sim.Micros) {
	gain, long := proceeds-basis, date >= l.long
	a.gain(a.year, gain, long)
	sale := -1
	if a.Keep {
		sale = len(a.sales)
		a.sales = append(a.sales, Sale{
			Session: session, Asset: asset, Acquired: int(l.session), Held: l.held, Units: n,
			Proceeds: proceeds, Basis: basis, Gain: gain, Long: long, Replaces: l.used,
		})
	}
	if a.Wash && gain < 0 {
		a.lost = append(a.lost, loss{date: date, days: date - l.held, amount: -gain, units: n, session: session, year: a.year, sale: sale, purchase: l.purchase, long: long})
	}
}

// Split multiplies the lots so that they hold after units in all; bases and
// holding periods stay. A holding that comes to nothing is sold for nothing.
func (a *Account) Split(session, asset int, before, after sim.Units) {
	h := &a.assets[asset]
	if after == 0 && before > 0 {
		a.Sell(session, asset, before, 0)
		return
	}
	var was, is sim.Units // of the lots so far, before and after
	var basis sim.Micros  // of lots too small to be left
	keep := h.head
	for i := h.head; i < len(h.lots); i++ {
		l := h.lots[i]
		was += l.units
		now := share(was, after, before)
		l.units, is = now-is, now
		if l.units == 0 {
			basis += l.basis
			continue
		}
		l.basis, basis = l.basis+basis, 0
		l.cost = l.perUnit()
		h.lots[keep] = l
		keep++
	}
	h.lots = h.lots[:keep]
	if basis > 0 {
		l := &h.lots[keep-1]
		l.basis += basis
		l.cost = l.perUnit()
	}
}

// Free is how many units can be sold at a price, in the order of the lots, before
// the first that would bring a short-term gain.
func (a *Account) Free(session, asset int, price float64) sim.Units {
	h := &a.assets[asset]
	w := a.walk(session, asset, price/100) // micros a unit: 1e6/1e8
	first := rank{math.Inf(1), 0}          // of those that would
	for i := h.head; i < len(h.lots); i++ {
		if l := &h.lots[i]; w.date < l.long && w.per > l.cost {
			if r := w.rank(l, i); r.before(first) {
				first = r
			}
		}
	}
	var free sim.Units
	for i := h.head; i < len(h.lots); i++ {
		if l := &h.lots[i]; w.rank(l, i).before(first) {
			free += l.units
		}
	}
	return free
}

// Lot is shares that are held.
type Lot struct {
	Acquired int       // session of the purchase
	Held     data.Date // the holding period begins after it: earlier than the purchase where it was carried over
	LongFrom data.Date // a gain is long from this date on
	Units    sim.Units
	Basis    sim.Micros
	Replaces bool // a disallowed loss is in its basis
}

// Open calls f with the lots of an asset in order of purchase.
func (a *Account) Open(asset int, f func(Lot)) {
	h := &a.assets[asset]
	for _, l := range h.lots[h.head:] {
		f(Lot{Acquired: int(l.session), Held: l.held, LongFrom: l.long, Units: l.units, Basis: l.basis, Replaces: l.used})
	}
}

// Sale is a part of a sale that took shares of one lot.
type Sale struct {
	Session, Asset, Acquired int       // session of the purchase
	Held                     data.Date // the holding period began after it
	Units                    sim.Units
	Proceeds, Basis          sim.Micros // after the sale's costs; with the purchase's
	Gain                     sim.Micros // Proceeds - Basis
	Disallowed               sim.Micros // of a loss, 0 or more: Gain + Disallowed counts
	Long                     bool
	Replaces                 bool // a disallowed loss was in the basis
}

// Sales are the parts of all sales in order, when Keep is set; valid until Begin.
func (a *Account) Sales() []Sale { return a.sales }
