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

	place int // among the account's orders
}

// Trading is the orders of one session, by lane and then as they were decided. It is valid
// during the call.
type Trading struct {
	Session int
	Orders  []OpenOrder

	runner *Runner
	due    []*account // whose orders are filled
}

// Spendable is the cash that an account's purchases may use now.
func (t *Trading) Spendable(lane int) Micros { return max(0, t.runner.accounts[lane].spendable()) }

// SetDesk gives the runner a desk, for its runs from now on; nil: none. Accounts then trade
// together, and none runs in the lanes.
func (r *Runner) SetDesk(d Desk) { r.desk = d }

// route shows the desk what is open.
func (t *Trading) route(s int, d Desk) {
	if d == nil {
		return
	}
	t.Session, t.Orders = s, t.Orders[:0]
	for _, a := range t.due {
		for j := range a.orders {
			if o := &a.orders[j]; o.State == StatePending && a.orders[j].tried != 0 {
				t.Orders = append(t.Orders, OpenOrder{
					Lane: a.lane, Asset: int(o.Asset), Units: a.orders[j].tried, Price: a.filling.prices[o.Asset], Venue: o.Venue, place: j,
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

// clear shows the desk what the purchases can use, and does as it says.
func (t *Trading) clear(d Desk) {
	if d == nil {
		return
	}
	d.Clear(t)
	for k := range t.Orders {
		o := &t.Orders[k]
		a := &t.runner.accounts[o.Lane]
		if was := a.orders[o.place].tried; was > 0 {
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
