package sim

import "math"

// Micros is money in millionths of the account's currency.
type Micros int64

// Units is shares in hundred-millionths.
type Units int64

const (
	microsPerMoney = 1e6
	unitsPerShare  = 1e8

	// MaxMoney is the largest amount an account may open with, in money.
	MaxMoney = 1e12
	// The books count money up to maxMoney and shares up to maxUnits; what grows
	// beyond them ends in Record.Err.
	maxMoney  = 4e12
	maxMicros = Micros(maxMoney * microsPerMoney)
	maxUnits  = Units(1) << 61
)

// Dust is the smallest order, in money: what is worth less is neither traded nor
// counted, and not a breach.
const Dust = 0.01

// Money is an amount as a float64, in whole money. The product is rounded before a
// caller adds to it, whatever the processor.
func (m Micros) Money() float64 { return float64(float64(m) * 1e-6) }

// Shares is a quantity as a float64, in whole shares; rounded likewise.
func (u Units) Shares() float64 { return float64(float64(u) * 1e-8) }

// ToMicros rounds an amount of money to the nearest millionth, half to even. What no
// int64 holds becomes the most that one does, and so is found beyond the books.
func ToMicros(money float64) Micros {
	x := nearest(float64(money * microsPerMoney))
	if x > -1<<63 && x < 1<<63 {
		return Micros(x)
	}
	if x > 0 {
		return math.MaxInt64
	}
	return -math.MaxInt64
}

// Plus adds two amounts; a sum that no int64 holds becomes the most that one does.
func (m Micros) Plus(x Micros) Micros {
	switch sum := m + x; {
	case m > 0 && x > 0 && sum < 0:
		return math.MaxInt64
	case m < 0 && x < 0 && sum >= 0:
		return -math.MaxInt64
	default:
		return sum
	}
}

// nearest rounds to a whole number, half to even: adding and taking away 1.5 x
// 2^52 leaves no binary places. Beyond 2^51 the slow way is needed.
func nearest(x float64) float64 {
	const shift = 3 << 51
	if x > -1<<51 && x < 1<<51 {
		return (x + shift) - shift
	}
	return math.RoundToEven(x)
}

// buyUnits is a purchase worth money at a price, rounded down; one beyond what
// can be counted is cut to just beyond it.
func buyUnits(money, price float64) Units {
	const most = 2*float64(maxUnits) - 1024
	if u := money / price * unitsPerShare; u < most {
		return Units(u)
	}
	return Units(most)
}

// sellUnits is a sale worth money at a price, rounded to nearest. The money is at
// most what is held.
func sellUnits(money, price float64) Units {
	return Units(nearest(float64(money / price * unitsPerShare)))
}

// worth is the booked value of a quantity at a price; of more than can be
// counted, which only a purchase beyond all cash asks for, the most that can.
func worth(u Units, price float64) Micros {
	if money := float64(u.Shares() * price); money < maxMoney {
		return ToMicros(money)
	}
	return ToMicros(maxMoney)
}
