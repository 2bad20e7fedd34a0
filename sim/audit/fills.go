package audit

import (
	"math"
	"slices"

	"evenkeel/data"
	"evenkeel/sim"
)

// trade checks entries [from, to): one fill of one order with its costs, and books
// them. The money of a sale comes before its costs, that of a purchase after them.
func (c *checker) trade(from, to int) error {
	entries := c.r.Log.Entries
	at, trades := from, 0
	for i := from; i < to; i++ {
		if entries[i].Kind != sim.EntryCost {
			at = i
			trades++
		}
	}
	e := &entries[at]
	c.at = at
	if trades != 1 || e.Order < 0 || int(e.Order) >= len(c.fills) || e.Asset < 0 {
		return c.breach(Posting, "%d trades of one order in a row, or costs without a trade", trades)
	}
	o := &c.r.Log.Orders[e.Order]
	if e.Asset != o.Asset || (e.Kind == sim.EntryBuy) != (o.Units > 0) {
		return c.breach(Posting, "%s of asset %d for an order of %d units of asset %d", e.Kind, e.Asset, o.Units, o.Asset)
	}
	if e.Kind == sim.EntryBuy && at != to-1 || e.Kind == sim.EntrySell && at != from {
		return c.breach(Sequence, "the costs of a purchase come before it, those of a sale after it")
	}
	if err := c.fair(from, to, at, e, o); err != nil {
		return err
	}
	c.round(e, o)
	before := c.cash
	for i := from; i < to; i++ {
		c.at = i
		if err := c.post(&entries[i]); err != nil {
			return err
		}
		if err := c.mature(&entries[i], e.Kind == sim.EntrySell); err != nil {
			return err
		}
	}
	c.at = at
	c.rounds[o.Decision].last, c.rounds[o.Decision].cash = c.s, c.cash
	cost := sim.Micros(0)
	for _, x := range c.booked {
		cost += x
	}
	if value := -(e.Cash + e.Due); value > 0 {
		d := &c.rounds[o.Decision]
		d.costly = max(d.costly, cost.Money()/value.Money())
	}
	c.follow(e, cost)
	if err := c.locked(e, o); err != nil {
		return err
	}
	if c.cash < before && c.t.Reserve > 0 && c.cash < sim.ToMicros(c.t.Reserve) && e.Kind == sim.EntryBuy && c.sum.deposits == 0 {
		return c.breach(Reserve, "a purchase leaves %d millionths of settled cash, and the reserve is %v", c.cash, c.t.Reserve)
	}
	return c.whole(e)
}

// locked checks that what was bought while a lock-up is in force stays.
func (c *checker) locked(e *sim.Entry, o *sim.Order) error {
	for k, r := range c.t.Rules {
		if r.Rule != sim.LockUp || r.Asset != int(e.Asset) || c.s < r.From {
			continue
		}
		if e.Kind == sim.EntryBuy && c.s < r.Until {
			c.locks[k] = append(c.locks[k], lock{c.s, e.Units})
		}
		if e.Kind != sim.EntrySell || int(o.Session) < r.From || int(o.Session) >= r.Until {
			continue
		}
		kept, cut := 0.0, 0.0
		for _, l := range c.locks[k] {
			ratio, least, n := c.splits(l.session, c.s, r.Asset)
			kept += float64(l.units) * ratio
			cut += 1 + float64(n)*ratio/least // every split leaves less than a unit out
		}
		if float64(c.units[r.Asset])+cut < kept*(1-1e-15) {
			return c.breach(Restriction, "%d units of %s stay, and %.0f are locked up until session %d", c.units[r.Asset], c.symbol(e), kept, r.Until)
		}
	}
	return nil
}

// lock is a purchase while a lock-up was in force.
type lock struct {
	session int
	units   sim.Units
}

// fair checks a fill before it is booked.
func (c *checker) fair(from, to, at int, e *sim.Entry, o *sim.Order) error {
	if err := c.timely(e, o); err != nil {
		return err
	}
	if err := c.priced(e, o); err != nil {
		return err
	}
	if err := c.allowed(e, o); err != nil {
		return err
	}
	if err := c.costs(from, to, at, e, o); err != nil {
		return err
	}
	if int(o.Session) == c.s { // what fills at its decision is checked before it fills
		return c.kept()
	}
	return nil
}

func (c *checker) isOpening(o *sim.Order) bool {
	return c.r.Log.Decisions[o.Decision].Cause == sim.CauseOpening
}

// earliest is the first session at which orders decided at session s can fill.
func (c *checker) earliest(s int, opening bool) int {
	if opening {
		return s
	}
	if s += c.t.Delay; c.t.Fill != sim.SameClose {
		s++
	}
	if c.t.Windows != nil {
		s = c.t.Windows.Next(s)
	}
	return s
}

// timely checks that a fill is on a session that follows from its decision, and
// that sales come before purchases.
func (c *checker) timely(e *sim.Entry, o *sim.Order) error {
	first := c.earliest(int(o.Session), c.isOpening(o))
	if c.s < first {
		return c.breach(Causality, "decided in session %d and filled in session %d, and the first it can fill in is %d", o.Session, c.s, first)
	}
	opening := c.isOpening(o)
	if !opening && c.t.Windows != nil && !c.t.Windows.Has(c.s) {
		return c.breach(Causality, "filled in session %d, which is not in the trading windows", c.s)
	}
	could := c.firstPriced(first, int(o.Asset), opening)
	waits := c.t.Participation > 0 || o.Units > 0 && (c.maturing != nil || !c.p.AllFresh() || !c.p.AllOpened())
	if c.s < could || c.s > could && !waits {
		return c.breach(Causality, "decided in session %d and filled in session %d; it could first fill in session %d", o.Session, c.s, could)
	}
	if int(o.First) < could || int(o.First) > c.s || o.First != int32(could) && !waits {
		return c.breach(Causality, "order %d could first fill in session %d and says session %d", e.Order, could, o.First)
	}
	if e.Kind == sim.EntrySell {
		for i := c.at - 1; i >= 0 && int(c.r.Log.Entries[i].Session) == c.s; i-- {
			b := &c.r.Log.Entries[i]
			if b.Kind == sim.EntryBuy && c.r.Log.Orders[b.Order].Decision == o.Decision {
				return c.breach(Sales, "a sale after entry %d, a purchase of the same decision", i)
			}
		}
	}
	return nil
}

// firstPriced is the first session from s on, in the windows, at which asset i can be
// filled.
func (c *checker) firstPriced(s, i int, opening bool) int {
	for s < c.r.End && c.unpriced(s, i, opening) {
		if s++; c.t.Windows != nil {
			s = c.t.Windows.Next(s)
		}
	}
	return s
}

// unpriced reports whether asset i has no price of its own in session s: its close was
// carried forward, or its open, at which orders fill, is missing.
func (c *checker) unpriced(s, i int, opening bool) bool {
	return !c.p.Fresh(s, i) || c.t.Fill == sim.NextOpen && !(opening && s == c.r.First) && !c.p.Opened(s, i)
}

// priced checks the market price and the value of a fill.
func (c *checker) priced(e *sim.Entry, o *sim.Order) error {
	if c.unpriced(c.s, int(e.Asset), c.isOpening(o)) {
		return c.breach(Price, "%s has no price of its own in this session", c.symbol(e))
	}
	if want := c.market(int(e.Asset), c.isOpening(o)); e.Price != want {
		return c.breach(Price, "%s of %s at %v, and its price is %v", e.Kind, c.symbol(e), e.Price, want)
	}
	u, money := e.Units, e.Cash+e.Due
	if e.Kind == sim.EntryBuy {
		money = -money
	} else {
		u = -u
	}
	if money != worth(u, e.Price) {
		return c.breach(Posting, "%d units at %v are worth %d millionths, and %d are booked", u, e.Price, worth(u, e.Price), money)
	}
	return nil
}

// allowed checks what the terms forbid.
func (c *checker) allowed(e *sim.Entry, o *sim.Order) error {
	size, asset := max(e.Units, -e.Units), int(e.Asset)
	if c.t.Participation > 0 && !c.isOpening(o) {
		if most := c.t.Participation * c.p.Volume(c.s)[asset] * 1e8; float64(size) > most*(1+1e-12)+1 {
			return c.breach(Participation, "%d units are traded, and the most is %.0f", size, most)
		}
	}
	rounding := 2e-6*float64(1+len(c.t.Costs)) + 1e-8*o.Price // of the order's value, its costs and its last unit
	if least := c.t.Minimum - rounding - c.lot.Shares()*o.Price; c.t.Batch == nil && !c.isOpening(o) && !(o.Units < 0 && c.mayOwe(int(o.Session))) && abs(o.Units).Shares()*o.Price < least*(1-1e-12) {
		return c.breach(Minimum, "an order of %d units at %v is traded, and the minimum is %v", o.Units, o.Price, c.t.Minimum)
	}
	for _, r := range c.t.Rules {
		if r.Asset != asset || int(o.Session) < r.From || int(o.Session) >= r.Until {
			continue
		}
		if e.Kind == sim.EntryBuy && (r.Rule == sim.NoBuy || r.Rule == sim.Hold) || e.Kind == sim.EntrySell && (r.Rule == sim.NoSell || r.Rule == sim.Hold) {
			return c.breach(Restriction, "%s of %s, decided in session %d, and %s is in force from %d until %d", e.Kind, c.symbol(e), o.Session, r.Rule, r.From, r.Until)
		}
	}
	return nil
}

// mayOwe reports whether money may be owed at session s: sales that raise it may be small.
func (c *checker) mayOwe(s int) bool {
	asked := func(f sim.Flow) bool { return f.Session <= s && (f.Amount < 0 || f.Percent < 0) }
	return c.m.Tax != nil || c.sum.withdrawals > 0 || slices.ContainsFunc(c.m.Flows, asked)
}

// whole checks lots, after the trade: what is sold whole may be a part of a lot, also
// when a dividend has bought more since the decision.
func (c *checker) whole(e *sim.Entry) error {
	if e.Units%c.lot != 0 && c.units[e.Asset] != 0 && !c.fills[e.Order].whole {
		return c.breach(Lot, "%s of %d units, and a lot is %d", e.Kind, max(e.Units, -e.Units), c.lot)
	}
	return nil
}

// costs checks the components of a fill against the terms'.
func (c *checker) costs(from, to, at int, e *sim.Entry, o *sim.Order) error {
	clear(c.booked)
	for i := from; i < to; i++ {
		x := &c.r.Log.Entries[i]
		if x.Kind != sim.EntryCost {
			continue
		}
		c.at = i
		if x.Part < 0 || int(x.Part) >= len(c.booked) || c.booked[x.Part] != 0 || x.Asset != e.Asset {
			return c.breach(Cost, "component %d of asset %d, twice or of no such cost", x.Part, x.Asset)
		}
		c.booked[x.Part] = -(x.Cash + x.Due)
	}
	c.at = at
	free := c.isOpening(o) && c.t.FreeOpening
	c.fillOf(e)
	f := &c.fill
	for k, cost := range c.t.Costs {
		want := sim.Micros(0)
		if !free {
			t := c.ticket(k, cost, e.Order)
			fixed, rate := t.Charge(cost, f)
			want = max(0, sim.ToMicros(fixed+float64(rate*f.Value)))
			t.Add(f.Value, f.Price, want)
		}
		if c.booked[k] != want {
			return c.breach(Cost, "%s of %s costs %d millionths of %s, and %d are booked", e.Kind, c.symbol(e), want, cost.Name(), c.booked[k])
		}
	}
	return nil
}

// ticket is what component k has charged on an order so far: of a cost that each fill
// pays for itself, nothing.
func (c *checker) ticket(k int, cost sim.Cost, order int32) *sim.Ticket {
	if o, ok := cost.(sim.Once); !ok || !o.Once() || c.t.Participation <= 0 {
		return &sim.Ticket{}
	}
	if c.tickets[order] == nil {
		c.tickets[order] = make([]sim.Ticket, len(c.t.Costs))
	}
	return &c.tickets[order][k]
}

// fillOf makes fill the trade as a cost sees it.
func (c *checker) fillOf(e *sim.Entry) {
	i := int(e.Asset)
	value := e.Cash + e.Due
	c.fill = sim.Fill{
		Session: c.s, Date: c.p.Date(c.s), Asset: i, Buy: e.Kind == sim.EntryBuy, Price: e.Price,
		Value: max(value, -value).Money(), Volume: math.NaN(), Sigma: math.NaN(), Spread: math.NaN(),
	}
	f := &c.fill
	if c.sized {
		volume, sigma := c.p.Liquidity(c.s)
		f.Sigma = sigma[i]
		if volume != nil {
			f.Volume = volume[i]
		}
	}
	if spread := c.p.Spread(c.s); spread != nil {
		f.Spread = spread[i]
	}
}

// open is the decision whose fills of this session are being added up.
type open struct {
	decision int32 // -1: none
	before   float64
	traded   sim.Micros
}

// round adds a fill to its order and to the turnover of its decision.
func (c *checker) round(e *sim.Entry, o *sim.Order) {
	if c.open.decision != o.Decision {
		c.flush()
		var held sim.Sum
		opening := c.isOpening(o)
		for i, h := range c.h {
			if h != 0 {
				held.Add(i, h*c.market(i, opening))
			}
		}
		c.open = open{decision: o.Decision, before: held.Total() + (c.cash + c.due).Money()}
	}
	value := max(e.Cash+e.Due, -(e.Cash + e.Due))
	c.open.traded += value
	f := &c.fills[e.Order]
	ratio, least, splits := c.splits(int(o.Session), c.s, int(o.Asset))
	if f.fills++; f.fills == 1 {
		f.first = e.Session
		f.low = e.Price * ratio
	}
	f.low, f.high = min(f.low, e.Price*ratio), max(f.high, e.Price*ratio)
	f.last = e.Session
	f.units += e.Units
	f.done += float64(e.Units) / ratio
	f.value += value.Money()
	if f.splits = splits; f.least == 0 || least < f.least {
		f.least = least
	}
}

// flush ends the addition of a decision's fills of one session.
func (c *checker) flush() {
	if c.open.decision >= 0 {
		d := &c.rounds[c.open.decision]
		if c.open.before > 0 { // else new money alone was traded
			d.turnover += c.open.traded.Money() / 2 / c.open.before
			if d.least == 0 || c.open.before < d.least {
				d.least = c.open.before
			}
		}
	}
	c.open.decision = -1
}

// ratio is the shares at session to for one at session from.
func (c *checker) ratio(from, to, asset int) float64 {
	ratio, _, _ := c.splits(from, to, asset)
	return ratio
}

// oddLots is what whole lots take from an order at the most, in shares of its
// session: less than a lot at each split on the way, or at once.
func (c *checker) oddLots(o *sim.Order) float64 {
	sum := 0.0
	for s := int(o.Session) + 1; s <= int(o.Ended); s++ {
		if was, is := c.ratio(int(o.Session), s-1, int(o.Asset)), c.ratio(int(o.Session), s, int(o.Asset)); is != was {
			sum += float64(c.lot) / is
		}
	}
	if sum == 0 {
		return float64(c.lot)
	}
	return sum
}

// splits is the ratio, the least that it was on the way, and how many there were.
func (c *checker) splits(from, to, asset int) (ratio, least float64, n int) {
	ratio, least = 1, 1
	actions := c.p.Actions()
	if len(actions) == 0 {
		return 1, 1, 0
	}
	at, _ := slices.BinarySearchFunc(actions, from+1, func(a data.Action, s int) int { return a.Session - s })
	for ; at < len(actions) && actions[at].Session <= to; at++ {
		if x := &actions[at]; x.Asset == asset && x.Split != 1 {
			ratio *= x.Split
			least, n = min(least, ratio), n+1
		}
	}
	return ratio, least, n
}
