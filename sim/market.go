package sim

import "math"

// market is what an account needs beyond plain trading: room for constraints,
// settlement, taxes and corporate actions. It is used when rich is true.
type market struct {
	rich       bool
	settlement []int // sessions until a sale is paid; nil: at once
	bridge     bool
	lot        Units
	batch      *Batch
	tax        Tax
	limited    bool // restrict has something to do
	opens      bool // orders fill at opens, and some are missing
	sized      bool // a cost depends on the size of a trade

	within  []float64 // room for the targets of the assets that are listed
	refiner func(want []float64) bool

	wished      []Units   // by asset: the wishes of a decision
	drafts      []Units   // and with what was queued
	takes, left []Units   // of each open order: what is tried today; what is left, in today's shares
	by          []float64 // of each open order: shares now for one at its decision
	remainder   []float64 // of lots

	queued    []parcel  // in the batch, by asset
	today     []parcel  // the wishes of a decision
	raised    []Units   // of a decision: sold for what is owed, beside the wishes
	moves     []float64 // of each open order: see moving
	queuedIDs []int32   // the orders in the log
	after     func(fund Funding, made, held, free []float64) float64

	sellable, locked []Units
	locks, noSell    []bool
	why              []Reason

	tickets     [][]Ticket // by component and asset, of the open orders
	ticketRoom  [][]Ticket // kept for the next run
	onTicket    []Charge   // room for the charges of a further fill
	sizedCharge [2][]Charge
	asked       [2][]asked // by side and asset
	sizedAt     []int      // the cost components that depend on the size
	leastAt     []int      // and cost something however small the trade
}

// enrich finds what the mandate needs and makes room for it.
func (a *account) enrich() {
	m, t := a.mandate, a.mandate.Terms
	k := &a.market
	k.settlement, k.bridge, k.batch, k.tax = t.Settle, t.Bridge && t.Settle != nil, t.Batch, m.Tax
	k.lot = Units(nearest(t.Lot * unitsPerShare))
	k.limited = len(t.Rules) > 0 || t.KeepShort && m.Tax != nil || !a.panel.AllFresh()
	k.opens = t.Fill == NextOpen && !a.panel.AllOpened()
	k.rich = k.opens || k.settlement != nil || k.lot > 0 || k.tax != nil || k.limited || t.Participation > 0 || t.Minimum > 0 ||
		t.MaxTurnover > 0 || len(m.Listings) > 0 || len(m.Endings) > 0 || len(a.panel.Actions()) > 0
	k.queuedIDs = k.queuedIDs[:0]
	a.view = View{panel: a.panel, Value: a.view.Value, NoBuy: a.view.NoBuy, MaxSell: a.view.MaxSell, Raised: a.view.Raised, Paid: a.view.Paid, Lot: k.lot.Shares()}
	if t.Batch == nil { // else nothing is lost below it
		a.view.Minimum = t.Minimum
	}
	a.enrichCosts()
	if !k.rich {
		return
	}
	a.makeRoom()
	if k.after == nil {
		k.after = a.afterToday
	}
	a.view.after = k.after
	for acts := a.panel.Actions(); a.nextAction < len(acts) && acts[a.nextAction].Session <= a.first; {
		a.nextAction++
	}
	a.retarget()
	if k.tax != nil {
		k.tax.Begin(a.panel, a.first)
	}
}

// enrichCosts finds the costs that depend on the size of a trade or belong to an order.
func (a *account) enrichCosts() {
	k := &a.market
	k.sizedAt, k.leastAt = k.sizedAt[:0], k.leastAt[:0]
	for at, c := range a.mandate.Terms.Costs {
		if !c.Traits().Sized {
			continue
		}
		k.sizedAt = append(k.sizedAt, at)
		if floor, ok := c.(Floored); ok && floor.Least() {
			k.leastAt = append(k.leastAt, at)
		}
	}
	a.makeTickets()
	if k.sized = len(k.sizedAt) > 0; !k.sized {
		return
	}
	if a.refiner == nil {
		a.refiner = a.refine
	}
	a.view.refine = a.refiner
	n := a.panel.Assets()
	for side := range k.sizedCharge {
		if len(k.sizedCharge[side]) != n {
			k.sizedCharge[side], k.asked[side] = make([]Charge, n), make([]asked, n)
		}
		for i := range k.asked[side] {
			k.asked[side][i].session = -1
		}
	}
}

// makeRoom makes room for constraints, once, and empties the batch and the locks.
func (a *account) makeRoom() {
	k, n := &a.market, a.panel.Assets()
	if len(k.sellable) != n {
		k.within = make([]float64, n)
		k.remainder, a.worths = make([]float64, 2*n), make([]Micros, 2*n) // an asset has two orders when its wish is forbidden and its queue goes
		k.queued, k.today, k.moves = make([]parcel, n), make([]parcel, n), make([]float64, 0, 2*n)
		k.raised, k.sellable, k.locked = make([]Units, n), make([]Units, n), make([]Units, n)
		k.wished, k.drafts = make([]Units, n), make([]Units, n)
		k.takes, k.left, k.by = make([]Units, 0, 2*n), make([]Units, 0, 2*n), make([]float64, 0, 2*n)
		k.locks, k.noSell, k.why = make([]bool, n), make([]bool, n), make([]Reason, n)
		a.view.NoBuy, a.view.MaxSell = make([]bool, n), make([]float64, n)
	}
	if k.limited {
		a.view.kept = a.markRoom()
	}
	clear(k.queued)
	clear(k.locked)
}

// refine sets the charges of the view to those of trades of the sizes wished; what is
// not wished any more keeps those of its last wish.
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
// what wishes are made at first.
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
