package audit

import (
	"math"
	"slices"

	"evenkeel/sim"
)

// decisions checks the turnover of every decision, and that decisions come one
// after the other: the orders of one have ended before the next one trades.
func (c *checker) decisions() error {
	busy := int32(-1) // the session until which orders are open
	order, last, most := 0, -1, c.t.MaxTurnover
	behind := 0.0 // flows that what waits in the batch may be for
	c.flowsMoved = c.movesOf()
	orders := c.r.Log.Orders
	for k := range c.r.Log.Decisions {
		d, got := &c.r.Log.Decisions[k], &c.rounds[k]
		c.s = int(d.Session)
		if c.s < c.r.First || c.s >= c.r.End || k > 0 && d.Session < c.r.Log.Decisions[k-1].Session {
			return c.breach(Sequence, "decision %d is of session %d", k, d.Session)
		}
		if !(d.NAV >= 0) || math.IsInf(d.NAV, 0) || !(d.Turnover >= 0) || math.IsInf(d.Turnover, 0) || d.Dev != d.Dev || d.Limit != d.Limit {
			return c.breach(Finite, "decision %d has NAV %v, turnover %v, deviation %v of limit %v", k, d.NAV, d.Turnover, d.Dev, d.Limit)
		}
		flowed, queues := 0.0, c.queues(k, order)
		if d.State == sim.StateTraded || d.Turnover != 0 || got.turnover != 0 || queues {
			if flowed = c.flowed(k, last, false); got.turnover-d.Turnover > flowed/2/got.least { // what is owed may wait long for sales and their money
				flowed = c.flowed(k, last, true)
			}
			flowed += c.waits.ending[c.s].Money()
			if d.Cause != sim.CauseListing { // which leaves deposits to the next
				last = c.s
			}
		}
		paid := 2*got.least*(got.turnover-d.Turnover) - got.cost.Money() // by flows, which sales may exceed by their costs
		if own := flowed; queues {
			flowed += behind
			behind = max(0, flowed-paid)
		} else { // what came since the decision before is for this one first
			flowed += behind
			behind = max(0, behind-max(0, paid-own))
		}
		if err := c.turned(k, d, got, flowed); err != nil {
			return err
		}
		asked, fell, raising, until := 0.0, 0.0, 0.0, busy
		for ; order < len(orders) && int(orders[order].Decision) <= k; order++ {
			o := &orders[order]
			if int(o.Decision) < k {
				return c.breach(Order, "order %d is of decision %d, after those of decision %d", order, o.Decision, k-1)
			}
			value := abs(o.Done).Shares() * c.p.Close(int(o.Session))[o.Asset] // a release from the batch has another price
			asked += value
			fell += max(0, value-c.fills[order].value)
			if o.Units < 0 && most > 0 {
				raising += c.planned(o)
			}
			if o.Done != 0 && o.Session < busy {
				return c.breach(Sequence, "order %d is decided in session %d, and earlier ones work until session %d", order, o.Session, busy)
			}
			until = max(until, o.Filled)
		}
		busy = until
		free := flowed + c.raised(d, max(raising, got.cost.Money()))
		if flowed > 0 { // what a reduction lets leave, or growth brings, is money of the fills
			free += fell
		}
		if allowed := most*d.NAV*(1+1e-9) + c.room(); most > 0 && d.Cause != sim.CauseOpening && asked/2 > allowed+free/2 && asked/2 > allowed+(free+c.flowed(k, last, true)+got.cost.Money())/2 {
			return c.breach(Turnover, "decision %d trades %v of NAV %v at its own prices, and the most is %v of it one way", k, asked, d.NAV, most)
		}
	}
	return nil
}

// queues reports whether an order of decision k, of those from a place on, went into the batch.
func (c *checker) queues(k, from int) bool {
	if c.t.Batch == nil {
		return false
	}
	for j := from; j < len(c.r.Log.Orders) && int(c.r.Log.Orders[j].Decision) <= k; j++ {
		switch o := &c.r.Log.Orders[j]; {
		case int(o.Decision) == k && (o.State == sim.StateQueued || o.State == sim.StateBatched || o.Reason == sim.ReasonNetted):
			return true
		}
	}
	return false
}

// raised is what a decision may sell for money owed beside what the owner takes, whatever
// the largest turnover: for taxes, up to the minimum, and for its costs.
func (c *checker) raised(d *sim.Decision, costs float64) float64 {
	if !c.mayOwe(int(d.Session)) {
		return 0
	}
	m := &c.flowsMoved
	return (m.before(m.tax, c.r.End) - m.before(m.tax, int(d.Session))).Money() + c.r.Tally.TaxUnpaid.Money() + c.t.Minimum + costs
}

// planned is what the sale of an order costs at the close of its decision, in money: what it
// was to raise beside what is owed, filled or not.
func (c *checker) planned(o *sim.Order) (sum float64) {
	was := c.s
	c.s = int(o.Session)
	defer func() { c.s = was }()
	e := sim.Entry{Session: o.Session, Asset: o.Asset, Kind: sim.EntrySell, Price: o.Price, Cash: worth(abs(o.Units), o.Price)}
	c.fillOf(&e)
	for _, cost := range c.t.Costs {
		fixed, rate := cost.Charge(&c.fill)
		sum += fixed + float64(rate*c.fill.Value)
	}
	return sum
}

// room is what rounding, to lots or to the smallest part of a share, can add to the
// value of a decision's orders.
func (c *checker) room() float64 {
	room := sim.Dust
	for _, p := range c.p.Close(c.s) {
		room += p * max(c.lot, 1).Shares()
	}
	return room
}

// turned compares a decision's turnover with its fills.
func (c *checker) turned(k int, d *sim.Decision, got *round, flowed float64) error {
	want := got.turnover
	if d.Cause == sim.CauseOpening && !c.t.OpeningTurnover {
		want = 0
	}
	paid := 0.0 // trades that flows pay for, or that pay for them, are none
	if got.least > 0 {
		if flowed > 0 { // sales raise what leaves and their own costs, to the millionth
			flowed += got.cost.Money() + 1e-6
		}
		paid = flowed / 2 / got.least
	}
	slack := 1e-12 + 1e-12*want
	most := want // of NAV without what only passes through
	if flowed > 0 {
		most *= got.least / max(got.least-flowed, 1e-300)
	}
	if d.Turnover > most+slack || d.Turnover < want-paid-slack {
		return c.breach(Turnover, "decision %d has a turnover of %v, and its trades %v, of which flows explain at most %v", k, d.Turnover, want, paid)
	}
	return nil
}

// moves are the journal's flows and taxes, with sums up to each.
type moves struct {
	sessions []int
	in       []sim.Micros // of what the owner brought
	out      []sim.Micros // of what the owner took
	tax      []sim.Micros
}

func (c *checker) movesOf() (m moves) {
	var in, out, tax sim.Micros // whole numbers: the difference of two large sums may be small
	for i := range c.r.Log.Entries {
		e := &c.r.Log.Entries[i]
		switch e.Kind {
		case sim.EntryFlow:
			in += max(0, e.Cash)
			out += max(0, -e.Cash)
		case sim.EntryTax:
			tax -= e.Cash
		default:
			continue
		}
		m.sessions, m.in, m.out, m.tax = append(m.sessions, int(e.Session)), append(m.in, in), append(m.out, out), append(m.tax, tax)
	}
	return m
}

// before is the sum of what moved before session s.
func (m *moves) before(sums []sim.Micros, s int) sim.Micros {
	if i, _ := slices.BinarySearch(m.sessions, s); i > 0 {
		return sums[i-1]
	}
	return 0
}

// flowed is an upper bound of the money of flows that the trades of decision k may
// be for: deposits since the decision before it, what is owed at it, and what comes
// and goes until the next, or until its sales have settled. Taxes may take what was to
// leave; and where the data end first, what has not settled then may be to leave.
// With all, until the end of the data.
func (c *checker) flowed(k, last int, all bool) float64 {
	d := &c.r.Log.Decisions[k]
	if d.Cause == sim.CauseOpening || len(c.m.Flows) == 0 && c.sum.deposits == 0 && c.sum.withdrawals == 0 && c.due == 0 {
		return 0
	}
	next := c.r.End
	for _, x := range c.r.Log.Decisions[k+1:] {
		if !all && x.State == sim.StateTraded && x.Session > d.Session {
			next = int(x.Session) + 1
			break
		}
	}
	if c.t.Settle != nil {
		next += slices.Max(c.t.Settle)
	}
	m := &c.flowsMoved
	during := func(sums []sim.Micros) float64 { return (m.before(sums, next) - m.before(sums, c.s)).Money() }
	sum := during(m.in) + during(m.out) + during(m.tax)
	if next > c.r.End {
		sum += c.due.Money()
	}
	asked, lately := 0.0, 0.0
	for _, f := range c.m.Flows {
		if f.Session > c.s {
			break
		}
		money := f.Amount
		if money == 0 {
			before := max(c.r.NAV[f.Session], c.r.NAV[f.Session-1]) // about the NAV before the session's trades
			money = f.Percent * before * 1.5
		}
		asked += max(0, -money)
		if f.Session > last {
			sum += max(0, money)
			lately += max(0, -money)
		}
	}
	if sum += max(lately, asked-m.before(m.out, c.s).Money()); sum > 0 { // what left before may be what nobody asked for
		sum += sim.Dust // of what was to leave, less than that may stay
	}
	return sum
}

// tally compares the sums and counts of the run with the journal's.
func (c *checker) tally() error {
	c.s = c.r.End - 1
	y := &c.r.Tally
	for _, x := range []struct {
		what      string
		got, want sim.Micros
	}{
		{"settled cash", y.Cash, c.cash},
		{"unsettled cash", y.Unsettled, c.due},
		{"costs", y.Cost, c.sum.cost},
		{"costs of the initial purchase", y.CostInitial, c.sum.initial},
		{"dividends", y.Dividends, c.sum.dividends},
		{"taxes", y.Tax, c.sum.tax},
		{"taxes that are not paid", y.TaxUnpaid, c.tax.owed},
		{"deposits", y.Deposits, c.sum.deposits},
		{"withdrawals", y.Withdrawals, c.sum.withdrawals},
	} {
		if x.got != x.want {
			return c.breach(Tally, "%s of %d millionths, and the journal has %d", x.what, x.got, x.want)
		}
	}
	for i, u := range c.units {
		if c.r.Units[i] != u {
			return c.breach(Tally, "%d units of %s, and the journal has %d", c.r.Units[i], c.p.Symbols()[i], u)
		}
	}
	trades, turnover := 0, 0.0
	for j := range c.r.Log.Orders {
		if o := &c.r.Log.Orders[j]; c.fills[j].fills > 0 && !c.isOpening(o) {
			trades++
		}
	}
	triggers, rebalances := 0, 0
	for k := range c.r.Log.Decisions {
		d := &c.r.Log.Decisions[k]
		turnover += d.Turnover
		switch d.State {
		case sim.StateInBand, sim.StatePaused, sim.StateOrdersOpen: // looks at which nothing fired
			continue
		}
		if d.Cause.OfPolicy() {
			if triggers++; d.State == sim.StateTraded {
				rebalances++
			}
		}
	}
	if y.Trades != trades {
		return c.breach(Tally, "%d trades, and %d orders were filled", y.Trades, trades)
	}
	if y.Triggers != triggers || y.Rebalances != rebalances || y.Unfunded != triggers-rebalances || y.Looks < triggers {
		return c.breach(Tally, "%d looks, %d triggers, %d rebalances and %d unfunded, and the decisions have %d triggers and %d rebalances",
			y.Looks, y.Triggers, y.Rebalances, y.Unfunded, triggers, rebalances)
	}
	if !(math.Abs(y.Turnover-turnover) <= 1e-12*(1+turnover)) {
		return c.breach(Turnover, "a turnover of %v, and the decisions have %v", y.Turnover, turnover)
	}
	return nil
}

// identity checks that NAV changed by the gain of prices, dividends, flows, costs
// and taxes, and nothing else. What it allows is rounding: half a millionth for
// each trade, reinvested dividend and payment for shares, and what float64 loses in sums,
// those of what only went through among them.
func (c *checker) identity() error {
	last := c.r.End - 1
	opened := c.m.Cash
	for i, u := range c.m.Holdings {
		opened += u.Shares() * c.p.Close(c.r.First)[i]
	}
	peak := opened
	for s := c.r.First; s < c.r.End; s++ {
		peak = max(peak, c.r.NAV[s])
		if c.r.NAV[s] < 0 {
			c.s = s
			return c.breach(Finite, "NAV is %v", c.r.NAV[s])
		}
	}
	gain := c.gain
	for i, p := range c.p.Close(last) {
		gain += c.h[i] * (p - c.mark[i])
	}
	through := (c.sum.dividends + c.sum.cost + c.sum.tax).Money() + c.sum.deposits.Money() + c.sum.withdrawals.Money()
	want := opened + gain + (c.sum.dividends + c.sum.deposits - c.sum.withdrawals - c.sum.cost - c.sum.tax).Money()
	if off := c.r.NAV[last] - want; !(math.Abs(off) <= 1e-6*float64(1+c.sum.rounded)+(1e-11*peak+1e-15*through)*float64(1+c.sum.rounded)) {
		return c.breach(Identity, "NAV ends at %v, and prices, dividends, flows, costs and taxes make %v: %v are unexplained", c.r.NAV[last], want, off)
	}
	return nil
}
