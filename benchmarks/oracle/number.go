package oracle

import "github.com/shopspring/decimal"

var (
	zero = decimal.Zero
	one  = decimal.New(1, 0)
	two  = decimal.New(2, 0)

	dust      = decimal.New(1, -2)  // orders worth less are neither traded nor counted
	dustNear  = decimal.New(1, -6)  // how close to dust an order is a near tie
	meetsNear = decimal.New(1, -8)  // how close to a limit in money is a near tie
	lotsNear  = decimal.New(1, -9)  // how close to a lot shares are a near tie
	equal     = decimal.New(1, -12) // values closer than this are equal
	equalNear = decimal.New(1, -11) // how close to a limit a deviation is a near tie
	rounding  = decimal.New(1, -5)  // how close sums of booked money are a near tie
	heldBack  = decimal.New(2, -6)  // money held back for each figure that will be rounded
	unit      = decimal.New(1, -8)  // the smallest part of a share
)

// number reads a float64 as the shortest decimal that denotes it.
func number(x float64) decimal.Decimal { return decimal.NewFromFloat(x) }

// quotient divides, kept to 40 places.
func quotient(x, y decimal.Decimal) decimal.Decimal { return x.DivRound(y, 40) }

// toMicros rounds money to 1e-6, half to even.
func toMicros(x decimal.Decimal) decimal.Decimal { return x.RoundBank(6) }

// sharesDown is how many shares an amount buys, rounded down to 1e-8.
func sharesDown(amount, price decimal.Decimal) decimal.Decimal {
	q, _ := amount.QuoRem(price, 8)
	return q
}

// sharesNearest is how many shares an amount is, rounded to the nearest 1e-8.
func sharesNearest(amount, price decimal.Decimal) decimal.Decimal {
	return quotient(amount, price).RoundBank(8)
}

func atLeastZero(x decimal.Decimal) decimal.Decimal { return decimal.Max(zero, x) }

func total(xs []decimal.Decimal) decimal.Decimal {
	sum := zero
	for _, x := range xs {
		sum = sum.Add(x)
	}
	return sum
}

// without returns the list less one element.
func without(list []int, drop int) []int {
	var rest []int
	for _, i := range list {
		if i != drop {
			rest = append(rest, i)
		}
	}
	return rest
}

// isDust says whether an order of this value is worth less than 0.01, and
// notes when that was close.
func (a *account) isDust(value decimal.Decimal) bool {
	if value.Sub(dust).Abs().LessThan(dustNear) {
		a.near()
	}
	return value.LessThan(dust)
}
