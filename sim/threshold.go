package sim

// Limits in money. The books round down and hold back; no amount misses a limit by that.
// A least amount (the minimum trade, a segment's NAV, a lot) is reached up to the slack;
// a most is exceeded by a cent or more. These are the only places that say so.

// slack is how far the books may stand below the money of one order at a price: what is
// held back for its value and each cost component, and one unit of its shares.
func slack(parts int, price float64) float64 { return 2e-6*float64(1+parts) + price/unitsPerShare }

// Slack is how far rounding may leave an order of asset i, in money.
func (v *View) Slack(i int) float64 { return slack(v.Parts, v.Price[i]) }

// Reaches reports whether money for an order of asset i reaches a least amount.
func (v *View) Reaches(i int, money, least float64) bool { return money >= least-v.Slack(i) }

// TooSmall reports whether an order of asset i worth money is not made: it is dust, or it
// does not reach the minimum.
func (v *View) TooSmall(i int, money float64) bool {
	return money < Dust || v.Minimum > 0 && !v.Reaches(i, money, v.Minimum)
}

// Size is NAV as thresholds see it: with what rounding may have taken of each holding.
func (v *View) Size() float64 {
	var rounded Sum
	for i, x := range v.Value {
		if x > 0 {
			rounded.Add(i, v.Slack(i))
		}
	}
	return v.NAV() + rounded.Total()
}

// Exceeds reports whether money is beyond a limit: by a cent, the least that is traded.
func Exceeds(money, limit float64) bool { return money-limit >= Dust }

// sizeAt is Size at the close of a session at which no policy is asked.
func (a *account) sizeAt(s int) float64 {
	var rounded Sum
	for i, p := range a.panel.Close(s) {
		if a.units[i] > 0 {
			rounded.Add(i, slack(len(a.mandate.Terms.Costs), p))
		}
	}
	return a.nav[s] + rounded.Total()
}
