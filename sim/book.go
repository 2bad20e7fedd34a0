package sim

import (
	"fmt"

	"evenkeel/data"
)

// book is what an account owns: integers. post alone changes it. h, hi and lo
// mirror the shares for the leaf: h in whole shares, hi and lo over the limits of
// the weights.
type book struct {
	cash         Micros // settled
	unsettled    Micros // the sum of dues
	dues         []due  // by session
	units        []Units
	h            []float64
	hi, lo       []float64
	limits       Watch     // whose Lo and Hi the mirrors follow
	batchPending bool      // the mirrors are such that every look is one that a limit was crossed at
	iHi          []float64 // 1/Hi, 0 for none
	iLo          []float64 // 1/Lo
}

// due is money that becomes cash at a session.
type due struct {
	session int
	amount  Micros
}

// empty clears the book.
func (b *book) empty() {
	b.cash, b.unsettled, b.dues, b.batchPending = 0, 0, b.dues[:0], false
	clear(b.units)
}

// money is all cash, settled or not.
func (b *book) money() float64 { return (b.cash + b.unsettled).Money() }

// Breach is the panic of a broken invariant of the books: a bug, never a matter
// of the input. It carries the entry that would have broken it.
type Breach struct {
	Rule  string
	Date  data.Date
	Entry Entry
	Cash  Micros
	Due   Micros
	Units Units
}

func (b *Breach) Error() string {
	return fmt.Sprintf("books broken on %s: %s: cash %d micros, unsettled %d, units %d after %+v", b.Date, b.Rule, b.Cash, b.Due, b.Units, b.Entry)
}

// cashEntry is an entry of settled money alone.
func cashEntry(kind Kind, s int, cash Micros) *Entry {
	return &Entry{Kind: kind, Session: int32(s), Order: -1, Asset: -1, Part: -1, Cash: cash}
}

// assetEntry is an entry of shares of asset i, or of settled money for what is held of it,
// that no order asked for.
func assetEntry(kind Kind, s, i int, u Units, cash Micros, price float64) *Entry {
	return &Entry{Kind: kind, Session: int32(s), Order: -1, Asset: int16(i), Part: -1, Units: u, Cash: cash, Price: price}
}

// post books an entry: the one entry to money and shares.
func (a *account) post(e *Entry) {
	if a.err != nil { // nothing is booked any more
		return
	}
	a.cash += e.Cash
	a.unsettled += e.Due
	whole := a.cash >= 0 && a.unsettled >= 0 && a.cash+a.unsettled <= maxMicros && a.cash+a.unsettled >= 0
	if e.Asset >= 0 {
		u := a.units[e.Asset] + e.Units
		whole = whole && u >= 0 && u <= maxUnits
		a.units[e.Asset] = u
	}
	if !whole {
		a.refuseEntry(*e)
		return
	}
	if a.log != nil {
		a.log.Entries = append(a.log.Entries, *e)
	}
	if f := a.mandate.Follower; f != nil {
		a.posted = *e
		f.Posted(&a.posted)
	}
	if a.owners != nil {
		a.posted = *e
		a.owners.Posted(&a.posted)
	}
}

// refuseEntry takes back an entry that the books cannot hold. One that outgrows them
// ends the account's trading; any other is a broken invariant.
func (a *account) refuseEntry(e Entry) {
	s := int(e.Session)
	cash, due := a.cash-e.Cash, a.unsettled-e.Due // as they were: what wrapped around wraps back
	if money := cash.Plus(due).Plus(e.Cash).Plus(e.Due); money > maxMicros {
		a.cash, a.unsettled = cash, due
		if e.Asset >= 0 {
			a.units[e.Asset] -= e.Units
		}
		what := "would hold cash of"
		if e.Kind == EntryFlow || e.Kind == EntryDividend {
			what = fmt.Sprintf("receives a %s of %.6g and would hold cash of", arrivalWord(e.Kind), e.Cash.Money())
		}
		a.overflow(s, what, money.Money(), maxMoney)
		return
	}
	if e.Asset >= 0 {
		if u := a.units[e.Asset]; u > maxUnits {
			a.cash, a.unsettled, a.units[e.Asset] = cash, due, u-e.Units
			a.overflow(s, "would hold shares of "+a.panel.Symbols()[e.Asset], u.Shares(), maxUnits.Shares())
			return
		}
	}
	a.broken(e)
}

// arrivalWord names money that arrives.
func arrivalWord(k Kind) string {
	if k == EntryFlow {
		return "deposit"
	}
	return k.String()
}

// broken panics with the rule that an entry broke.
func (a *account) broken(e Entry) {
	b := &Breach{Rule: "neither settled nor unsettled cash is ever negative", Date: a.panel.Date(int(e.Session)), Entry: e, Cash: a.cash, Due: a.unsettled}
	if e.Asset >= 0 {
		b.Units = a.units[e.Asset]
	}
	if a.cash >= 0 && a.unsettled >= 0 {
		b.Rule = "shares are neither negative nor beyond what can be counted"
	}
	panic(b)
}

// follow sets the limits that the mirrors follow.
func (b *book) follow(w Watch) {
	b.limits = w
	for i := range b.h {
		b.iHi[i], b.iLo[i] = 0, 0
		if w.Lo != nil && w.Hi[i] > 0 && w.Hi[i] < None {
			b.iHi[i] = 1 / w.Hi[i]
		}
		if w.Lo != nil && w.Lo[i] > 0 {
			b.iLo[i] = 1 / w.Lo[i]
		}
		b.mirror(i)
	}
}

// mirror writes asset i's shares for the leaf.
func (b *book) mirror(i int) {
	h := b.units[i].Shares()
	b.h[i] = h
	if b.batchPending {
		b.hi[i], b.lo[i] = None, None
		return
	}
	if b.limits.Lo == nil {
		return
	}
	b.hi[i] = h * b.iHi[i]
	if h > 0 && b.limits.Hi[i] <= 0 {
		b.hi[i] = None
	}
	switch l := b.limits.Lo[i]; {
	case l >= 0 && h == 0: // below every limit, also when nothing is invested
		b.lo[i] = -1
	case l > 0:
		b.lo[i] = h * b.iLo[i]
	default:
		b.lo[i] = None
	}
}
