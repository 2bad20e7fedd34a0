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
	Minimum  float64   // orders below it are not made
	Lot      float64   // shares are traded in whole multiples of it; 0: in hundred-millionths
	Paid     []float64 // written by a policy whose purchases new money pays: what the account's own cash pays of each
	Raised   []float64 // written by the policy: the part of each sale that raises what is owed, which goes out whatever the minimum, the batch and the largest turnover say

	kept   []float64 // by asset: see Keep
	refine func(want []float64) bool
	panel  *data.Panel
	rate   float64 // of purchases, averaged by target weight
	toPay  float64 // what waits in the batch takes of the cash when it is traded
	unreal float64 // that, less what it adds to Invested
	after  func(fund Funding, made, held, free []float64) (short float64)
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
func (v *View) NAV() float64 { return max(0, v.Invested+v.AllCash+v.unreal) }

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

// Refine sets the charges of costs that depend on a trade's size to those of the
// requests, and says whether that changed one by more than a billionth of the trade:
// then the requests must be made again, from zero; Raised and Paid are empty again.
func (v *View) Refine(want []float64) bool {
	if v.refine == nil || !v.refine(want) {
		return false
	}
	clear(v.Raised)
	clear(v.Paid)
	return true
}

// Keep tells that money, costs included, is not wished for asset i because it cannot be
// bought today: what is left of it waits until it can. It is told once a decision, and is
// at most what is left of the money that the decision had.
func (v *View) Keep(i int, money float64) {
	if v.kept != nil && money > 0 {
		v.kept[i] += money
	}
}

// AfterToday says of an account with constraints what the requests written up to now leave
// today, for what is owed is raised from that: what the sales that go out make of each asset,
// in money, what is then held and may be sold of it; and what then lacks. Of another account
// it says false: all of its requests go out.
func (v *View) AfterToday(fund Funding, made, held, free []float64) (short float64, ok bool) {
	if v.after == nil {
		return 0, false
	}
	return v.after(fund, made, held, free), true
}
