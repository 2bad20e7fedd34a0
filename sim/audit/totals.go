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
	order, last := 0, -1
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
		flowed := 0.0
		if d.State == sim.StateTraded || d.Turnover != 0 || got.turnover != 0 {
			flowed = c.flowed(k, last)
			last = c.s
		}
		if err := c.turned(k, d, got, flowed); err != nil {
			return err
		}
		asked, until := 0.0, busy
		for ; order < len(orders) && int(orders[order].Decision) <= k; order++ {
			o := &orders[order]
			if int(o.Decision) < k {
				return c.breach(Order, "order %d is of decision %d, after those of decision %d", order, o.Decision, k-1)
			}
			asked += abs(o.Done).Shares() * c.p.Close(int(o.Session))[o.Asset] // a release from the batch has another price
			if o.Done != 0 && o.Session < busy {
				return c.breach(Sequence, "order %d is decided in session %d, and earlier ones work until session %d", order, o.Session, busy)
			}
			until = max(until, o.Filled)
		}
		busy = until
		if most := c.t.MaxTurnover; most > 0 && d.Cause != sim.CauseOpening && asked/2 > most*d.NAV*(1+1e-9)+flowed/2+c.room() {
			return c.breach(Turnover, "decision %d trades %v of NAV %v at its own prices, and the most is %v of it one way", k, asked, d.NAV, most)
		}
	}
	return nil
}

// room is what rounding to lots can add to the value of a decision's orders.
func (c *checker) room() float64 {
	room := sim.Dust
	if c.lot > 1 {
		for _, p := range c.p.Close(c.s) {
			room += p * c.lot.Shares()
		}
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
	if d.Turnover > want+slack || d.Turnover < want-paid-slack {
		return c.breach(Turnover, "decision %d has a turnover of %v, and its trades %v, of which flows explain at most %v", k, d.Turnover, want, paid)
	}
	return nil
}

// moves are the journal's flows, with sums up to each.
type moves struct {
	sessions []int
	gross    []float64 // of what came in and went out
	out      []float64 // of what went out
}

func (c *checker) movesOf() (m moves) {
	gross, out := 0.0, 0.0
	for i := range c.r.Log.Entries {
		if e := &c.r.Log.Entries[i]; e.Kind == sim.EntryFlow {
			gross += math.Abs(e.Cash.Money())
			out += max(0, -e.Cash.Money())
			m.sessions, m.gross, m.out = append(m.sessions, int(e.Session)), append(m.gross, gross), append(m.out, out)
		}
	}
	return m
}

// before is the sum of what moved before session s.
func (m *moves) before(sums []float64, s int) float64 {
	if i, _ := slices.BinarySearch(m.sessions, s); i > 0 {
		return sums[i-1]
	}
	return 0
}

// flowed is an upper bound of the money of flows that the trades of decision k may
// be for: deposits since the decision before it, what is owed at it, and what comes
// and goes until the next, or until its sales have settled: what is unsettled at the
// end of the data may be to leave.
func (c *checker) flowed(k, last int) float64 {
	d := &c.r.Log.Decisions[k]
	if d.Cause == sim.CauseOpening || len(c.m.Flows) == 0 && len(c.flowsMoved.sessions) == 0 && c.due <= 0 {
		return 0
	}
	next := c.r.End
	for _, x := range c.r.Log.Decisions[k+1:] {
		if x.State == sim.StateTraded && x.Session > d.Session {
			next = int(x.Session) + 1
			break
		}
	}
	if c.t.Settle != nil {
		next += slices.Max(c.t.Settle)
	}
	m := &c.flowsMoved
	sum := m.before(m.gross, next) - m.before(m.gross, c.s)
	if next > c.r.End {
		sum += max(0, c.due.Money())
	}
	asked := 0.0
	for _, f := range c.m.Flows {
		if f.Session > c.s {
			break
		}
		money := f.Amount
		if money == 0 {
			money = f.Percent * c.r.NAV[f.Session] * 1.5 // of the NAV before the session's trades
		}
		asked += max(0, -money)
		if f.Session > last {
			sum += max(0, money)
		}
	}
	return sum + max(0, asked-m.before(m.out, c.s))
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
		if o := &c.r.Log.Orders[j]; o.Done != 0 && !c.isOpening(o) {
			trades++
		}
	}
	for k := range c.r.Log.Decisions {
		turnover += c.r.Log.Decisions[k].Turnover
	}
	if y.Trades != trades {
		return c.breach(Tally, "%d trades, and %d orders were filled", y.Trades, trades)
	}
	if y.Triggers != y.Rebalances+y.Unfunded || y.Looks < 0 || y.Unfunded < 0 {
		return c.breach(Tally, "%d triggers, %d rebalances and %d unfunded", y.Triggers, y.Rebalances, y.Unfunded)
	}
	if !(math.Abs(y.Turnover-turnover) <= 1e-12*(1+turnover)) {
		return c.breach(Turnover, "a turnover of %v, and the decisions have %v", y.Turnover, turnover)
	}
	return nil
}

// identity checks that NAV changed by the gain of prices, dividends, flows, costs
// and taxes, and nothing else. What it allows is rounding: half a millionth for
// each trade, reinvested dividend and payment for shares, and what float64 loses in sums.
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
	want := opened + gain + (c.sum.dividends + c.sum.deposits - c.sum.withdrawals - c.sum.cost - c.sum.tax).Money()
	if off := c.r.NAV[last] - want; !(math.Abs(off) <= 1e-6*float64(1+c.sum.rounded)+1e-11*peak*float64(1+c.sum.rounded)) {
		return c.breach(Identity, "NAV ends at %v, and prices, dividends, flows, costs and taxes make %v: %v are unexplained", c.r.NAV[last], want, off)
	}
	return nil
}
