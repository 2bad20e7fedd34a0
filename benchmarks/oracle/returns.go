package oracle

import (
	"math"

	"github.com/shopspring/decimal"
)

// Session is one row of a finished account, as far as the measures need it. The first
// row is the close of the initial purchase.
type Session struct {
	Date int32           // days since 1970-01-01
	NAV  decimal.Decimal // after the last fill, net of fees
	Flow decimal.Decimal // paid in less paid out
	Cost decimal.Decimal // cost components and fees booked, without taxes
	Owed decimal.Decimal // withdrawals and taxes that are due and not paid after the fills
}

// Rate is the return of one session. None: there is none, because nothing was there
// that could earn it.
type Rate struct {
	Value decimal.Decimal
	None  bool
}

// Rates returns one return for each row after the first. New money that is traded on
// its own session pays its own costs; costs are shared by what it and the old money are.
// An account without flows earns what its NAV does, also when nothing is left.
func Rates(rows []Session) []Rate {
	rates := make([]Rate, 0, len(rows))
	for k := 1; k < len(rows); k++ {
		rates = append(rates, rate(rows[k-1].NAV, rows[k], flowing(rows)))
	}
	return rates
}

// flowing reports whether money ever came or went.
func flowing(rows []Session) bool {
	for _, row := range rows[1:] {
		if !row.Flow.IsZero() {
			return true
		}
	}
	return false
}

func rate(before decimal.Decimal, row Session, flows bool) Rate {
	if !flows && !before.IsZero() {
		return Rate{Value: quotient(row.NAV, before).Sub(one)}
	}
	old := row.NAV.Sub(row.Flow).Add(row.Cost) // M: what the old money became before costs
	paying := old.Add(atLeastZero(row.Flow))
	if before.IsZero() || paying.IsZero() {
		return Rate{None: true}
	}
	kept := one.Sub(quotient(row.Cost, paying))
	return Rate{Value: quotient(old, before).Mul(kept).Sub(one).Round(40)}
}

// Index returns the time-weighted index, 1 at the first row. Where a session has no
// return the index goes on as it was.
func Index(rows []Session) []decimal.Decimal {
	index := make([]decimal.Decimal, 0, len(rows))
	level := one
	for k := range rows {
		if k > 0 {
			if r := rate(rows[k-1].NAV, rows[k], flowing(rows)); !r.None {
				level = level.Mul(one.Add(r.Value)).Round(40)
			}
		}
		index = append(index, level)
	}
	return index
}

// Growth returns the yearly growth (CAGR) of an index over calendar days; ok is false
// where no day passed or the index is below zero.
func Growth(dates []int32, index []decimal.Decimal) (growth float64, ok bool) {
	if len(dates) < 2 || index[len(index)-1].IsNegative() {
		return 0, false
	}
	years := float64(dates[len(dates)-1]-dates[0]) / 365.25
	if years <= 0 {
		return 0, false
	}
	return math.Pow(quotient(index[len(index)-1], index[0]).InexactFloat64(), 1/years) - 1, true
}

// taken returns the values of the returns that there are.
func taken(rates []Rate) []decimal.Decimal {
	var values []decimal.Decimal
	for _, r := range rates {
		if !r.None {
			values = append(values, r.Value)
		}
	}
	return values
}
