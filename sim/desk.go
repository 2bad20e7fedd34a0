package sim

// Desk stands between the accounts of a runner and the market. It sees the open orders of
// all of them that meet one session's prices, and names where they trade; the prices are
// the market's. Nil is the market alone.
type Desk interface {
	// Route names venues, before anything is traded and costs are booked.
	Route(t *Trading)
	// Clear comes between the sales of all and the purchases of all. Whose cash does not
	// reach is known then: Units of a purchase may be lowered, and its venue named again.
	// What is taken off is missed for want of cash.
	Clear(t *Trading)
}

// Follower is told of every entry of an account's books, in their order, by post. The entry
// is valid during the call.
type Follower interface{ Posted(e *Entry) }

// OpenOrder is what meets a session's price of one order.
type OpenOrder struct {
	Lane, Asset int
	Units       Units   // tried at this session: + buy, - sell
	Price       float64 // that it meets
	Venue       Venue
	Owner       int32   // see Order
	Decided     int     // session of its decision
	Log         int32   // its place in the log; -1: nothing is logged
	Brought     float64 // the part of a purchase that new money pays
	Reason      Reason  // written by a desk that plans: why what its parts leave is missed
	Waits       bool    // written likewise: what is left is not missed, it waits for money

	place int // among the account's orders
	done  Units
}

// Part is a part of an open order as a desk fills it: its value and, but for the market,
// its cost are the desk's.
type Part struct {
	Order int   // place in Trading.Orders
	Units Units // + buy, - sell
	Value Micros
	Cost  Micros // what its venue charges; at the market it is that of the terms
	Venue Venue
}

// Trading is the orders of one session, by lane and then as they were decided. It is valid
// during the call.
type Trading struct {
	Session int
	Orders  []OpenOrder
	Parts   []Part // written by a desk, in the order in which they are booked: sales first

	runner *Runner
	due    []*account // whose orders are filled
}

// Spendable is the cash that an account's purchases may use now.
func (t *Trading) Spendable(lane int) Micros { return max(0, t.runner.accounts[lane].spendable()) }

// Beyond is the cash that an account has beyond what it keeps and owes; below 0 when that
// lacks.
func (t *Trading) Beyond(lane int) Micros { return t.runner.accounts[lane].spendable() }

// SetDesk gives the runner a desk, for its runs from now on; nil: none. Accounts then trade
// together, and none runs in the lanes.
func (r *Runner) SetDesk(d Desk) { r.desk = d }

// route shows the desk what is open.
func (t *Trading) route(s int, d Desk) {
	if t.Parts = t.Parts[:0]; d == nil {
		return
	}
	t.Session, t.Orders, t.Parts = s, t.Orders[:0], t.Parts[:0]
	for _, a := range t.due {
		for j := range a.orders {
			if o := &a.orders[j]; o.State == StatePending && a.orders[j].tried != 0 {
				t.Orders = append(t.Orders, OpenOrder{
					Lane: a.lane, Asset: int(o.Asset), Units: o.tried, Price: a.filling.prices[o.Asset], Venue: o.Venue, Owner: o.Owner, Decided: int(o.Session), Log: a.inLog(j), Brought: o.moved, place: j,
				})
			}
		}
	}
	d.Route(t)
	for k := range t.Orders {
		o := &t.Orders[k]
		t.runner.accounts[o.Lane].orders[o.place].Venue = o.Venue
	}
}

// inLog is the place of open order j in the log; -1: nothing is logged.
func (a *account) inLog(j int) int32 {
	if a.log == nil {
		return -1
	}
	return int32(len(a.log.Orders) - len(a.orders) + j)
}

// clear shows the desk what the purchases can use, and does as it says.
func (t *Trading) clear(d Desk) {
	if d == nil {
		return
	}
	d.Clear(t)
	for k := range t.Orders {
		o := &t.Orders[k]
		a := &t.runner.accounts[o.Lane]
		if was := a.orders[o.place].tried; was > 0 && !a.planned {
			a.orders[o.place].Venue = o.Venue
			a.takeOff(o.place, was-max(0, min(was, o.Units)))
		}
	}
}

// takeOff takes a part off what is tried of a purchase today.
func (a *account) takeOff(j int, less Units) {
	if less == 0 {
		return
	}
	a.orders[j].tried -= less
	a.lowered = append(a.lowered, j)
}

// missLowered ends the purchases that a desk took something off, for want of cash.
func (a *account) missLowered(s int) {
	for _, j := range a.lowered {
		if a.orders[j].State == StatePending {
			a.giveUp(s, j, ReasonCash)
		}
	}
	a.lowered = a.lowered[:0]
}

// Plan says that all that is filled of an account today are parts: what they leave of its
// orders is missed.
func (t *Trading) Plan(lane int) { t.runner.accounts[lane].planned = true }

// Cost is what a trade of an open order costs at the market, its fixed part and that in
// proportion to its value.
func (t *Trading) Cost(o *OpenOrder, value Micros) Micros {
	side := buy
	if o.Units < 0 {
		side = sell
	}
	return t.runner.accounts[o.Lane].costOf(t.Session, side, o.Asset, value, o.Price)
}

// Charge is what a purchase of an open order worth value costs at the market.
func (t *Trading) Charge(o *OpenOrder, value Micros) Charge {
	return t.runner.accounts[o.Lane].chargeOf(t.Session, buy, o.Asset, o.Price, value.Money())
}

// Components is how many components the market's costs of an account have.
func (t *Trading) Components(lane int) int {
	return len(t.runner.accounts[lane].mandate.Terms.Costs)
}

// Awaits says whether purchases of an account that lack money wait for proceeds that are
// still to come.
func (t *Trading) Awaits(lane int, lack Micros) bool {
	a := &t.runner.accounts[lane]
	if a.waits = 0; a.opening {
		return false
	}
	for j := range a.orders {
		if o := &a.orders[j]; o.Units < 0 && o.State == StatePending && o.tried != o.left { // the rest goes on
			a.waits = t.Session + 1
			return true
		}
	}
	if a.bridge {
		return false
	}
	for _, d := range a.dues {
		if a.waits = d.session; d.amount >= lack {
			break
		}
		lack -= d.amount
	}
	return a.waits > 0
}

// bookParts books the parts of one side, in their order.
func (t *Trading) bookParts(side int) {
	if side == buy {
		t.bringForParts()
	}
	for k := range t.Parts {
		p := &t.Parts[k]
		if p.Units == 0 || p.Units < 0 != (side == sell) {
			continue
		}
		o := &t.Orders[p.Order]
		t.runner.accounts[o.Lane].bookPart(t.Session, o, p)
	}
	if side == sell {
		return
	}
	for k := range t.Orders {
		o := &t.Orders[k]
		if a := &t.runner.accounts[o.Lane]; a.planned && !o.Waits && o.done != o.Units && a.orders[o.place].State == StatePending {
			a.giveUp(t.Session, o.place, o.Reason)
		}
	}
}

// bringForParts lets the new money come in that pays for growth.
func (t *Trading) bringForParts() {
	for _, a := range t.due {
		if !a.planned || a.fund != FundBring {
			continue
		}
		new := Micros(0)
		for k := range t.Parts {
			p := &t.Parts[k]
			if o := &t.Orders[p.Order]; o.Lane == a.lane && p.Units > 0 && o.Brought > 0 {
				cost := p.Cost
				if p.Venue == Market {
					cost = t.Cost(o, p.Value)
				}
				new = new.Plus(ToMicros(p.Value.Plus(cost).Money() * o.Brought))
			}
		}
		a.bring(t.Session, new)
	}
}

// bookPart books a part of an order.
func (a *account) bookPart(s int, o *OpenOrder, p *Part) {
	j := o.place
	if a.err != nil || a.orders[j].State != StatePending {
		return
	}
	a.reach(s, j, o.Price)
	a.part = p
	was := a.cash + a.unsettled
	a.execute(s, j, p.Units, p.Value, o.Price)
	a.part = nil
	o.done += p.Units
	if o.Owner != 0 { // it is no trade of the account's
		return
	}
	if p.Units > 0 {
		a.filling.bought += p.Value
		return
	}
	a.filling.sold += p.Value
	if part := a.orders[j].moved; part > 0 {
		a.filling.leaves += ToMicros((a.cash + a.unsettled - was).Money() * part)
	}
}
