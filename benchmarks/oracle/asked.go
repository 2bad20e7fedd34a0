package oracle

import "github.com/shopspring/decimal"

// Fills is what the orders of one rebalance brought: sums of shares x price, without
// costs, and the NAV of the session that fills them before its first trade.
type Fills struct {
	Bought, Sold  decimal.Decimal
	Deposited     decimal.Decimal // of the session that asked
	Withdrawn     decimal.Decimal
	NAV           decimal.Decimal
	OneWay        decimal.Decimal // as parts of NAV, set by Turn
	TwoWay, Least decimal.Decimal
}

// Turn sets the turnover. Deposits and withdrawals of one session are netted first:
// purchases that a net deposit pays, or sales that pay a net withdrawal, are no turnover.
func (f *Fills) Turn() {
	net := f.Deposited.Sub(f.Withdrawn)
	bought := atLeastZero(f.Bought.Sub(atLeastZero(net)))
	sold := atLeastZero(f.Sold.Sub(atLeastZero(net.Neg())))
	f.TwoWay = quotient(bought.Add(sold), f.NAV)
	f.OneWay = quotient(f.TwoWay, two)
	f.Least = quotient(decimal.Min(bought, sold), f.NAV)
}

// Wish is what one decision asked of one asset: money at the decision's price, positive
// to buy and negative to sell, and what was done of it. A wish of which nothing was done
// because it may not be traded is blocked.
type Wish struct {
	Asset    int
	Asked    decimal.Decimal
	Executed decimal.Decimal
	Blocked  bool
}

// Efficiency returns the sum of min(|executed|, |requested|) over the sum of |requested|
// of a list of decisions; ok is false where nothing was asked. A blocked wish enters
// once, with the largest amount asked, until a decision fills some of it or no longer
// wants it: one that turns its side no longer wants it.
func Efficiency(decisions [][]Wish) (efficiency decimal.Decimal, ok bool) {
	asked, done := zero, zero
	waiting := map[int]decimal.Decimal{} // asset to the largest blocked amount asked, with its sign
	for _, wishes := range decisions {
		still := map[int]decimal.Decimal{}
		for _, w := range wishes {
			if w.Blocked && w.Executed.IsZero() {
				still[w.Asset] = larger(waiting[w.Asset], w.Asked)
				if waiting[w.Asset].Sign() == w.Asked.Sign() {
					delete(waiting, w.Asset) // goes on, not over
				}
				continue
			}
			asked = asked.Add(w.Asked.Abs())
			done = done.Add(decimal.Min(w.Executed.Abs(), w.Asked.Abs()))
		}
		asked = asked.Add(sumAbs(waiting)) // over: filled, or no longer wanted
		waiting = still
	}
	asked = asked.Add(sumAbs(waiting))
	if asked.IsZero() {
		return zero, false
	}
	return quotient(done, asked), true
}

// larger returns the larger of two amounts of one side, and the second if they differ in side.
func larger(before, now decimal.Decimal) decimal.Decimal {
	if before.Sign() == now.Sign() && before.Abs().GreaterThan(now.Abs()) {
		return before
	}
	return now
}

func sumAbs(amounts map[int]decimal.Decimal) decimal.Decimal {
	sum := zero
	for _, a := range amounts {
		sum = sum.Add(a.Abs())
	}
	return sum
}
