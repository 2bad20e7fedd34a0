package sim

import "math"

// market is what an account needs beyond plain trading: settlement, taxes, restrictions,
// whole lots and corporate actions, and room for them.
type market struct {
	constrained bool  // any of them has something to do
	settlement  []int // sessions until a sale is paid; nil: at once
	bridge      bool
	lot         Units
	tax         Tax
	limited     bool // restrict has something to do
	opens       bool // orders fill at opens, and some are missing

	within         []float64 // room for the targets of the assets that are listed
	wished, drafts []Units   // by asset: the requests of a decision; and with what was queued
	raised         []Units   // of a decision: sold for what is owed, beside the requests
	after          func(fund Funding, made, held, free []float64) float64

	sellable, locked []Units
	locks, noSell    []bool
	why              []Reason
}

// batching is what waits in the batch.
type batching struct {
	batch         *Batch
	queued, today []parcel // by asset: in the batch; the requests of a decision
	queuedIDs     []int32  // the orders in the log
}

// charging is what trades cost.
type charging struct {
	charge    [2][]Charge
	parts     [2][]Charge // [side][asset*components + component]
	free      []Charge    // charges of nothing
	dated     bool
	chargedAt int

	trade                 Fill      // as a cost was last asked about it
	volume, sigma, spread []float64 // of its session

	sized       bool // a cost depends on the size of a trade
	refiner     func(want []float64) bool
	sizedCharge [2][]Charge
	asked       [2][]asked // by side and asset
	sizedAt     []int      // the cost components that depend on the size
	leastAt     []int      // and cost something however small the trade

	tickets    [][]Ticket // by component and asset, of the open orders
	ticketRoom [][]Ticket // kept for the next run
	onTicket   []Charge   // room for the charges of a further fill
}

// constrain finds what the mandate needs and makes room for it.
func (a *account) constrain() {
	m, t := a.mandate, a.mandate.Terms
	a.settlement, a.bridge, a.batch, a.tax = t.Settle, t.Bridge && t.Settle != nil, t.Batch, m.Tax
	if a.lot = Units(nearest(t.Lot * unitsPerShare)); a.lot == 1 { // the books' own
		a.lot = 0
	}
	a.limited = len(t.Rules) > 0 || t.KeepShort && m.Tax != nil || !a.panel.AllFresh() || m.Owners != nil
	a.opens = t.Fill == NextOpen && !a.panel.AllOpened()
	a.constrained = a.opens || a.settlement != nil || a.lot > 0 || a.tax != nil || a.limited || t.Participation > 0 || t.Minimum > 0 ||
		t.MaxTurnover > 0 || len(m.Flows) > 0 || len(m.Listings) > 0 || len(m.Endings) > 0 || len(a.panel.Actions()) > 0
	a.queuedIDs = a.queuedIDs[:0]
	a.view = View{panel: a.panel, Value: a.view.Value, NoBuy: a.view.NoBuy, MaxSell: a.view.MaxSell, Raised: a.view.Raised, Paid: a.view.Paid, Lot: a.lot.Shares()}
	if t.Batch == nil { // else nothing is lost below it
		a.view.Minimum = t.Minimum
	}
	a.findCosts()
	if !a.constrained {
		return
	}
	a.makeRoom()
	if a.after == nil {
		a.after = a.afterToday
	}
	a.view.after = a.after
	for acts := a.panel.Actions(); a.nextAction < len(acts) && acts[a.nextAction].Session <= a.first; {
		a.nextAction++
	}
	a.retarget()
	if a.tax != nil {
		a.tax.Begin(a.panel, a.first)
	}
}

// findCosts finds the costs that depend on the size of a trade or belong to an order.
func (a *account) findCosts() {
	a.sizedAt, a.leastAt = a.sizedAt[:0], a.leastAt[:0]
	for at, c := range a.mandate.Terms.Costs {
		if !c.Traits().Sized {
			continue
		}
		a.sizedAt = append(a.sizedAt, at)
		if floor, ok := c.(Floored); ok && floor.Least() {
			a.leastAt = append(a.leastAt, at)
		}
	}
	a.makeTickets()
	if a.sized = len(a.sizedAt) > 0; !a.sized {
		return
	}
	if a.refiner == nil {
		a.refiner = a.refine
	}
	a.view.refine = a.refiner
	n := a.panel.Assets()
	for side := range a.sizedCharge {
		if len(a.sizedCharge[side]) != n {
			a.sizedCharge[side], a.asked[side] = make([]Charge, n), make([]asked, n)
		}
		for i := range a.asked[side] {
			a.asked[side][i].session = -1
		}
	}
}

// makeRoom makes room for constraints, once, and empties the batch and the locks.
func (a *account) makeRoom() {
	n := a.panel.Assets()
	if len(a.sellable) != n {
		a.within = make([]float64, n)
		a.orders = make([]openOrder, 0, 2*n) // an asset has two orders when its request is forbidden and its queue goes
		a.queued, a.today = make([]parcel, n), make([]parcel, n)
		a.raised, a.sellable, a.locked = make([]Units, n), make([]Units, n), make([]Units, n)
		a.wished, a.drafts = make([]Units, n), make([]Units, n)
		a.locks, a.noSell, a.why = make([]bool, n), make([]bool, n), make([]Reason, n)
		a.view.NoBuy, a.view.MaxSell = make([]bool, n), make([]float64, n)
	}
	if a.limited {
		a.view.kept = a.markRoom()
	}
	clear(a.queued)
	clear(a.locked)
}

// refine sets the charges of the view to those of trades of the sizes wished; what is
// not wished any more keeps those of its last request.
func (a *account) refine(want []float64) (changed bool) {
	for i, w := range want {
		side, value := buy, w
		if w < 0 {
			side, value = sell, -w
		}
		if value < Dust {
			continue
		}
		c, was := a.chargeOf(a.view.Session, side, i, a.view.Price[i], value), &a.sizedCharge[side][i]
		if off := (c.Fixed - was.Fixed) + (c.Rate-was.Rate)*value; math.Abs(off) > 1e-9*value {
			changed = true
		}
		*was = c
	}
	return changed
}

// smallest sets the charges of the view to those of the smallest trades: that is
// what requests are made at first.
func (a *account) smallest(v *View) {
	for side, sum := range a.sizedCharge {
		copy(sum, a.charge[side])
		for _, k := range a.leastAt {
			c := a.mandate.Terms.Costs[k]
			for i := range sum {
				a.fillOf(v.Session, side, i, v.Price[i], 0)
				fixed, rate := c.Charge(&a.trade)
				sum[i].Fixed += fixed
				sum[i].Rate += rate
			}
		}
	}
	v.Buy, v.Sell = a.sizedCharge[buy], a.sizedCharge[sell]
}
