package sim

import "evenkeel/data"

// Charge is what a trade of one asset on one side costs: an amount and a part of
// the value, summed over the components.
type Charge struct{ Fixed, Rate float64 }

// View is what a policy may see: the close of one session and the account's
// holdings at it. It holds nothing of later sessions. Slices have one place an
// asset and are read only.
type View struct {
	Session  int
	Targets  []float64 // target weights
	Price    []float64 // closes
	Value    []float64 // holdings at the closes, in money
	Invested float64   // the Sum of Value
	Cash     float64   // cash that may be spent: all less the reserve and what is owed; below 0 when sales must raise some
	AllCash  float64   // all cash
	Look     bool      // the session is one of the policy's looks
	Changed  bool      // the targets are new; in Watch, false before the first session alone
	Deposit  float64   // money paid in since the last decision, and money that waited and is put before the policy as if it were; part of Cash
	Idle     bool      // all of Deposit waited: without a trigger nothing else of Cash is invested
	Owed     float64   // money to be raised and paid out, taken off Cash
	Buy      []Charge  // costs of a purchase today
	Sell     []Charge  // costs of a sale today
	Parts    int       // number of cost components
	Bound    bool      // NoBuy and MaxSell say something
	NoBuy    []bool    // assets that may not be bought today
	MaxSell  []float64 // the most that may be sold of each asset today, in money
	Covered  float64   // what of Owed the cash pays that purchases in the batch wait for: it need not be raised
	Minimum  float64   // orders below it are not made
	Lot      float64   // shares are traded in whole multiples of it; 0: in hundred-millionths
	Raised   []float64 // written by the policy: the part of each sale that raises what is owed, which goes out whatever the minimum, the batch and the largest turnover say

	kept   []float64 // by asset: see Keep
	most   float64   // the largest turnover, sales and purchases together, in money; 0: none, or not for Within to say
	in     float64   // money that came in or had waited, which purchases spend without turnover
	out    float64   // net withdrawals, which sales pay without turnover
	cut    parts     // what Within has found
	let    []float64 // by asset: the money of each sale that it lets through
	refine func(want []float64) bool
	panel  *data.Panel
	rate   float64 // of purchases, averaged by target weight
	toPay  float64 // costs of what waits in the batch, taken off the cash
}

// Date is the session's date, NoDate in a view that belongs to no panel.
func (v *View) Date() data.Date {
	if v.panel == nil {
		return data.NoDate
	}
	return v.panel.Date(v.Session)
}

// NAV is the invested value and all cash: what waits in the batch costs nothing yet, and
// rounding makes no NAV below 0 of it.
func (v *View) NAV() float64 { return max(0, v.Invested+v.AllCash+v.toPay) }

// Calendar is the set of sessions that a schedule chooses.
func (v *View) Calendar(c data.Schedule) *data.Calendar { return v.panel.Calendar(c) }

// Power is V': the invested value plus what the cash can buy at target weights
// after the purchases' own proportional costs, less what must be raised.
func (v *View) Power() float64 {
	if v.Cash <= 0 {
		return v.Invested - min(-v.Cash, v.Owed)
	}
	return v.Invested + v.Cash/(1+v.rate)
}

// HoldBack is what is kept of the money for one intended purchase, so that the
// rounding of its value and of each cost component cannot overdraw the cash.
func (v *View) HoldBack() float64 { return 2e-6 * float64(1+v.Parts) }

// HoldBackOf is what is kept for a number of intended purchases: one product.
func (v *View) HoldBackOf(purchases int) float64 {
	return float64(v.HoldBack() * float64(purchases))
}

// parts are the parts of every sale and of every purchase that the largest turnover lets
// through.
type parts struct {
	known            bool
	sales, purchases float64
}

// Within says what part of every sale and of every purchase of a rebalance the largest
// turnover lets through; what is raised for money owed, View.Raised, comes on top and is
// not cut. Purchases that deposits pay and sales that pay withdrawals do not count and go
// out whole, nor does what is forbidden or too small to go out count.
func (v *View) Within(want []float64) (sales, purchases float64) {
	if v.most <= 0 {
		return 1, 1
	}
	var outs, nets, buys Sum
	for i, w := range want {
		v.let[i] = 0
		x := -w
		if v.Bound {
			if x = min(x, v.MaxSell[i]); w > 0 && v.NoBuy[i] {
				continue
			}
		}
		switch {
		case w > 0 && !v.TooSmall(i, w):
			buys.Add(i, w)
		case w < 0 && !v.TooSmall(i, x):
			v.let[i] = x
			outs.Add(i, x)
			nets.Add(i, float64(x*(1-v.Sell[i].Rate))-v.Sell[i].Fixed)
		}
	}
	v.cut = v.partsOf(outs.Total(), nets.Total(), buys.Total(), v.most)
	for i := range v.let {
		v.let[i] *= v.cut.sales
	}
	return v.cut.sales, v.cut.purchases
}

// partsOf are the parts for sums of sales, of what these bring after their costs, and of
// purchases.
func (v *View) partsOf(sold, net, bought, most float64) parts {
	out, in := min(sold, v.out), min(bought, v.in)
	if short := min(v.Owed, -v.Cash); short > 0 && net > 0 { // with the costs of raising it
		out = min(sold, max(out, short*sold/net))
	}
	rest := sold + bought - out - in
	if !Exceeds(rest, most) {
		return parts{true, 1, 1}
	}
	part := func(all, free float64) float64 {
		if free == 0 {
			return most / rest
		}
		return (free + (all-free)*(most/rest)) / all
	}
	return parts{true, part(sold, out), part(bought, in)}
}

// Refine sets the charges of costs that depend on a trade's size to those of the
// wishes, and says whether that changed one by more than a billionth of the trade:
// then the wishes must be made again, from zero.
func (v *View) Refine(want []float64) bool { return v.refine != nil && v.refine(want) }

// Keep tells that money, costs included, is not wished for asset i because it cannot be
// bought today: what is left of it waits until it can. It is told once a decision, and is
// at most what is left of the money that the decision had.
func (v *View) Keep(i int, money float64) {
	if v.kept != nil && money > 0 {
		v.kept[i] += money
	}
}
