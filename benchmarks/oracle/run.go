package oracle

import (
	"fmt"

	"github.com/shopspring/decimal"
)

// account is the state of a run.
type account struct {
	in      Input
	targets []decimal.Decimal // of the assets that are listed
	given   []decimal.Decimal // of all
	waiting decimal.Decimal   // sum of those of the assets that are not
	toBuy   []int             // newly listed assets that are not bought yet
	cash    decimal.Decimal
	shares  []decimal.Decimal
	now     int // the session that is being replayed
	out     Output

	due      map[int]decimal.Decimal // unsettled cash by the session it is paid at
	fresh    decimal.Decimal         // deposits that no decision has seen
	kept     decimal.Decimal         // the reserve as of the last decision
	owed     decimal.Decimal         // withdrawals that are not paid yet
	unseen   decimal.Decimal         // withdrawals that no decision has seen
	price    []decimal.Decimal       // what trades are priced at now
	size     map[int]decimal.Decimal // of the trades that are being considered, by asset
	paid     decimal.Decimal         // by deposits, of the open purchases
	meant    decimal.Decimal         // for withdrawals, of the open sales
	idle     []amount                // what waits to be placed
	aside    decimal.Decimal         // of cancelled purchases, which no decision has seen
	netted   decimal.Decimal         // deposits against withdrawals of the same session, which no decision has seen
	crossed  decimal.Decimal         // the same, of the open orders
	gone     []bool                  // lives that have ended
	until    int                     // open orders are tried at this session
	toPay    decimal.Decimal         // costs of what waits, taken off the cash while it is looked at as if traded
	earlier  map[ticket]fills        // of the open orders
	queue    []decimal.Decimal       // shares that wait in the batch by asset, + to buy, - to sell
	purposes []purpose               // of what waits, by asset
	released map[int]parcel          // what the batch let go today, by asset

	inRow      int  // of Input.Segments; -1: none yet
	rebalanced int  // session of the last decision of the policy that led to orders; 0: none
	forced     bool // the targets are new
	mini       bool // a mini-rebalance is being planned
	asked      bool // by the policy, for the open orders, of which nothing is filled

	opening   bool              // the initial purchase is being made
	wake      bool              // the policy must be asked, look or not
	covered   decimal.Decimal   // withdrawals that the proceeds of the open sales of a reduction still pay
	going     decimal.Decimal   // of what is owed, proceeds of reductions that have not settled
	leaves    decimal.Decimal   // what the sales of this session's fills let leave
	there     decimal.Decimal   // cash of the decision, without what waits in the batch
	uncut     decimal.Decimal   // what the largest turnover took from what the orders bring
	held      []decimal.Decimal // shares of the decision, without what waits in the batch
	endowed   decimal.Decimal   // new money for the purchases of this session alone
	growing   bool              // purchases of the decision bring their money
	paying    bool              // what is owed is being raised or paid
	releasing bool              // the batch goes, today or once no orders are open
	fills     bool              // something is filled or paid at session until
}

// Run replays the input.
func Run(in Input) Output {
	check(in)
	in.Costs = append([]Cost(nil), in.Costs...)
	in.Trigger = in.Trigger.unheard()
	for k := range in.Costs {
		in.Costs[k].place = k
	}
	a := &account{in: in, inRow: -1, earlier: map[ticket]fills{}, cash: toMicros(number(in.Cash)), due: map[int]decimal.Decimal{}}
	for _, t := range in.Targets {
		a.given = append(a.given, number(t))
		a.shares = append(a.shares, zero)
	}
	for i, n := range in.Holdings {
		a.shares[i] = number(n)
	}
	a.aimAtListed()
	var open []Order
	decided := 0
	a.gone = make([]bool, len(in.Targets))
	for s := range in.Dates {
		a.now = s
		if s > 0 {
			open = a.end(a.act(open))
			a.fills = a.fills && (len(open) > 0 || a.paying)
			a.settle()
			due := a.fills && s >= a.until // what is filled, or paid, comes after the day's flows
			a.fills = a.fills && (!due || len(open) > 0)
			if !due {
				a.payOut()
			}
			a.list()
			a.flow()
			if due && !a.fills {
				a.payOut()
			}
		}

		// Orders of an earlier session are filled first, at this session's open
		// or close, once what they wait for has settled. Orders of the last
		// session stay pending.
		if a.fills && s >= a.until {
			price := a.closes(s)
			if in.Fill == "next_open" {
				price = a.row(in.Open, s)
			}
			open = a.rebalance(decided, open, price)
		}
		if s > 0 {
			open = a.change(open)
		}

		// The first session buys the targets at its close, in every fill
		// mode. Looks start with session 1.
		if s == 0 {
			a.initialPurchase()
		} else if made, some := a.look(); some {
			open, decided, a.until, a.fills = made, s, s+1, true
			if in.Fill == "same_close" {
				open = a.rebalance(s, open, a.closes(s))
			}
		}
		a.record(s)
	}
	a.out.Queue, a.out.Owed = a.queue, a.owed
	return a.out
}

// look asks the policy once and counts what came of it. While orders are open it
// decides nothing. A flow is put before it at the first close without open orders,
// look or not. It says whether there is something to fill or to pay.
func (a *account) look() (orders []Order, some bool) {
	a.there, a.held = a.cash.Add(a.unsettled()), a.shares
	a.releasing = a.waits() && (a.releasing || a.in.Release[a.now])
	a.forgetListed()
	today := a.session()
	isLook := today == fullLook || today == miniLook
	if (isLook || today == pausedLook) && a.emptied() {
		today, isLook = noLook, false
	}
	a.mini = today == miniLook
	if isLook {
		a.out.Looks++
	} else if today == pausedLook {
		a.out.Paused++
	}
	if a.fills {
		return nil, false
	}
	a.earlier = map[ticket]fills{}
	if len(a.toBuy) > 0 {
		a.paid, a.meant, a.crossed, a.covered, a.asked = zero, zero, zero, zero, false
		orders = a.buyListed()
		for _, o := range orders { // what cancelled purchases had set aside pays it first
			free := decimal.Min(a.aside, o.Aside)
			a.paid, a.aside = a.paid.Add(free), a.aside.Sub(free)
		}
		a.out.Orders = append(a.out.Orders, orders...)
		return orders, len(orders) > 0
	}
	ready := a.ready()
	if !isLook && !a.wake && !a.waits() && len(ready) == 0 {
		return nil, false
	}
	defer func() { a.releasing, a.forced = false, false }()
	woken, paying := a.wake || len(ready) > 0, a.paying
	put := a.putBefore(ready)
	a.asked = false
	a.wake, a.paying = false, a.owed.IsPositive()
	orders, triggered := a.decide(isLook, woken, put)
	if !triggered && !woken {
		a.paying = paying // it goes on as before
		a.out.Orders = append(a.out.Orders, orders...)
		return orders, len(orders) > 0
	}
	if triggered {
		a.out.Triggers++
		a.out.Decided = append(a.out.Decided, Decision{a.now, len(orders) == 0})
		// Unfunded: triggered and no order of at least 0.01, or the minimum,
		// results. Counted, nothing trades.
		if len(orders) == 0 {
			a.out.Unfunded++
		} else {
			a.out.Rebalances++
			a.rebalanced, a.asked = a.now, true
		}
	}
	a.out.Orders = append(a.out.Orders, orders...)
	if !woken && len(orders) == 0 {
		a.paying = paying // it goes on as before
		return nil, false
	}
	return orders, len(orders) > 0 || a.paying && a.cash.GreaterThan(a.fresh) // proceeds on their way pay as they settle
}

// emptied says whether nothing is held and nothing can be bought: such an account has no
// weights to look at.
func (a *account) emptied() bool {
	for _, n := range a.shares {
		if n.IsPositive() {
			return false
		}
	}
	return !a.waits() && a.isDust(a.spendable(a.reserve(a.closes(a.now))))
}

// change puts new targets in force, after the session's fills. They cancel what is still
// open; what cancelled purchases had set aside is decided on anew, as deposits are.
func (a *account) change(open []Order) []Order {
	for _, x := range a.in.Changes {
		if x.Session != a.now {
			continue
		}
		left := a.leftBeforeListing(x.Targets)
		a.given = nil
		for _, t := range x.Targets {
			a.given = append(a.given, number(t))
		}
		a.aimAtListed()
		a.wait(left...)
		for _, o := range open {
			if o.Buy {
				a.aside = a.aside.Add(o.Aside)
			}
		}
		a.forced, a.wake, open = a.in.Strategy != "buy_and_hold", true, nil
		a.fills = false
	}
	return open
}

// rebalance fills the orders of one decision and adds its one-way turnover:
// the sum of shares x fill price / 2, less purchases that deposits pay and sales that
// pay withdrawals, over NAV at the fill session before its first trade. What is owed
// is paid next. Deposits and withdrawals of one session are netted first. It returns the orders that stay open.
func (a *account) rebalance(decision int, orders []Order, price []decimal.Decimal) []Order {
	before := a.worth(price).Sub(decimal.Min(a.crossed, a.owed)) // what only passes through is no part of it
	a.endow(orders, price)
	trades, waiting := a.fill(decision, orders, price)
	a.takeBack()
	a.meant = a.meant.Add(atLeastZero(leavingOf(trades).Sub(a.covered))) // what leaves beyond what is owed
	sum := zero
	for _, t := range trades {
		flow := &a.meant
		if t.Buy {
			flow = &a.paid
		}
		part := decimal.Min(t.Value, *flow)
		*flow = flow.Sub(part)
		sum = sum.Add(t.Value).Sub(part)
		if !t.Again {
			a.out.TradesCount++
		}
		a.out.CostTotal = a.out.CostTotal.Add(total(t.Costs))
	}
	if before.IsPositive() {
		x := quotient(sum, before.Mul(two))
		a.out.Turnover = a.out.Turnover.Add(x)
		a.out.Turned = append(a.out.Turned, Turned{decision, a.now, x})
	}
	if a.asked && len(trades) > 0 {
		a.out.Filled++
		a.asked = false
	}
	a.out.Trades = append(a.out.Trades, trades...)
	a.fills = len(waiting) > 0
	a.leave(trades, waiting)
	a.payOut()
	return waiting
}

// initialPurchase buys t_i K / p_i shares at the close of the first session,
// where K is cash less reserve with its costs paid out of it. It is no look,
// trigger, rebalance or trade; its cost is part of the total cost.
func (a *account) initialPurchase() {
	if a.in.Holdings != nil {
		return // then nothing is bought at the start
	}
	price := a.closes(0)
	a.price, a.opening = price, true
	defer func() { a.opening = false }()
	a.kept = a.reserve(price)
	free := atLeastZero(a.spendable(a.kept))
	sizes := map[int]decimal.Decimal{}
	for try := 0; ; try++ {
		orders := a.openingOrders(free, price)
		if a.settled(orders, price, &sizes, try) {
			a.keepForbidden(orders)
			a.out.Initial, _ = a.fill(0, a.finish(orders, price), price)
			a.earlier = map[ticket]fills{}
			break
		}
	}
	for _, t := range a.out.Initial {
		a.out.CostInitial = a.out.CostInitial.Add(total(t.Costs))
	}
	a.out.CostTotal = a.out.CostInitial
}

// openingOrders are the purchases of the first session, at what purchases of the
// sizes that are being considered cost.
func (a *account) openingOrders(free decimal.Decimal, price []decimal.Decimal) []Order {

	var intended []int
	blended := zero // the purchase rates averaged by target weight
	for i, t := range a.targets {
		if t.IsPositive() {
			intended = append(intended, i)
			blended = blended.Add(t.Mul(a.rate("buy", i)))
		}
	}
	for len(intended) > 0 {
		k := quotient(a.afterFixedParts(free, intended), one.Add(blended))
		amount := map[int]decimal.Decimal{}
		for _, i := range intended {
			amount[i] = atLeastZero(a.targets[i].Mul(k))
		}
		drop := a.smallestDust(intended, amount, a.targets)
		if drop < 0 {
			var orders []Order
			for _, i := range intended {
				orders = a.appendPurchase(orders, i, amount[i], price[i])
			}
			return orders
		}
		intended = without(intended, drop)
	}
	return nil
}

// settled says whether orders are of the sizes whose costs they were made for; if
// not, those of their own sizes are considered next.
func (a *account) settled(orders []Order, price []decimal.Decimal, sizes *map[int]decimal.Decimal, try int) bool {
	cost := func(size map[int]decimal.Decimal) (all []decimal.Decimal) {
		a.consider(size)
		for _, o := range orders {
			side := "sell"
			if o.Buy {
				side = "buy"
			}
			all = append(all, a.rate(side, o.Asset), a.fixedPart(side, o.Asset))
		}
		return all
	}
	next := map[int]decimal.Decimal{} // what is not ordered any more keeps the size it had
	for i, size := range *sizes {
		next[i] = size
	}
	for _, o := range orders {
		next[o.Asset] = o.Shares.Mul(price[o.Asset])
	}
	was, is := cost(*sizes), cost(next)
	*sizes = next
	for k := range is {
		if !is[k].Equal(was[k]) {
			if try > 7 {
				a.near() // a limit of a cost lies between
				return true
			}
			return false
		}
	}
	return true
}

// record writes the row of a session, after its last fill.
func (a *account) record(s int) {
	a.out.NAV = append(a.out.NAV, a.worth(a.closes(s)))
	a.out.Cash = append(a.out.Cash, a.cash)
	a.out.Unsettled = append(a.out.Unsettled, a.unsettled())
	a.out.Shares = append(a.out.Shares, append([]decimal.Decimal(nil), a.shares...))
	idle := zero
	for _, x := range a.idle {
		idle = idle.Add(x.money)
	}
	a.out.Idle, a.out.Waits = idle, append(a.out.Waits, idle)
}

// worth is the NAV at given prices: invested value + cash, settled and not.
func (a *account) worth(price []decimal.Decimal) decimal.Decimal {
	nav := a.cash.Add(a.unsettled()).Add(a.toPay)
	for i, n := range a.shares {
		nav = nav.Add(n.Mul(price[i]))
	}
	return nav
}

// near notes that this session was decided by a hair.
func (a *account) near() {
	n := len(a.out.NearTies)
	if n == 0 || a.out.NearTies[n-1] != a.now {
		a.out.NearTies = append(a.out.NearTies, a.now)
	}
}

func (a *account) closes(s int) []decimal.Decimal { return a.row(a.in.Close, s) }

func (a *account) row(table [][]float64, s int) []decimal.Decimal {
	row := make([]decimal.Decimal, len(table[s]))
	for i, p := range table[s] {
		row[i] = number(p)
	}
	return row
}

// check panics on input that no run can be made of.
func check(in Input) {
	n, sessions := len(in.Targets), len(in.Dates)
	must(sessions > 0 && n > 0, "no sessions or no assets")
	must(len(in.Close) == sessions && len(in.Look) == sessions, "close and look need a row a session")
	must(len(in.Symbols) == n, "a symbol a target")
	must(in.Fill != "next_open" || len(in.Open) == sessions, "next_open needs open prices")
	for _, l := range [][]Limit{in.BandUp, in.BandDown, in.RailUp, in.RailDown} {
		must(l == nil || len(l) == n, "a limit an asset")
	}
	oneOf("strategy", in.Strategy, "bands", "calendar", "rebalance", "buy_and_hold")
	oneOf("to", in.To, "", "rail", "target", "edge", "fraction")
	oneOf("share", in.Share, "", "relative_distance", "absolute_deficit", "lowest_first", "target_weights", "most_underweight_first")
	oneOf("unfunded", in.Unfunded, "", "nothing", "largest_overweight")
	oneOf("funding", in.Funding, "", "growth", "reduction")
	oneOf("surplus", in.Surplus, "", "cash", "target_weights")
	oneOf("scope", in.Scope, "", "all", "breached", "largest")
	oneOf("fill", in.Fill, "", "same_close", "next_close", "next_open")
	for _, r := range in.Rules {
		oneOf("rule", r.Kind, "no_buy", "no_sell", "hold")
	}
	for _, c := range in.Costs {
		oneOf("kind", c.Kind, "bps", "fixed", "per_share")
		oneOf("side", c.Side, "buy", "sell", "both")
	}
}

func must(ok bool, what string) {
	if !ok {
		panic("oracle: " + what)
	}
}

func oneOf(key, word string, words ...string) {
	for _, w := range words {
		if w == word {
			return
		}
	}
	panic(fmt.Sprintf("oracle: %s: %q is none of %q", key, word, words))
}
