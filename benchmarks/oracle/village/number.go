// Package village replays villages, their members' books, the pool and the market as the
// rules of many accounts (SPEC-village, 4.1 to 4.18) say, slowly and exactly: decisions in
// rational numbers, books in integers. It shares nothing with the engine.
package village

import (
	"fmt"
	"math/big"
	"strings"
)

// Rat is an exact number. Nothing here changes one after it is made.
type Rat = *big.Rat

// Money is counted in 1e-6, shares in 1e-8.
const (
	microsPerMoney = 1_000_000
	unitsPerShare  = 100_000_000
)

var (
	zero  = new(big.Rat)
	one   = big.NewRat(1, 1)
	equal = big.NewRat(1, 1_000_000_000_000) // values closer than 1e-12 are equal
	cent  = big.NewRat(1, 100)               // what is worth less is dust
)

func whole(n int64) Rat     { return new(big.Rat).SetInt64(n) }
func plus(a, b Rat) Rat     { return new(big.Rat).Add(a, b) }
func minus(a, b Rat) Rat    { return new(big.Rat).Sub(a, b) }
func times(a, b Rat) Rat    { return new(big.Rat).Mul(a, b) }
func over(a, b Rat) Rat     { return new(big.Rat).Quo(a, b) }
func size(a Rat) Rat        { return new(big.Rat).Abs(a) }
func less(a, b Rat) bool    { return a.Cmp(b) < 0 }
func moneyOf(n int64) Rat   { return big.NewRat(n, microsPerMoney) }
func sharesOf(n int64) Rat  { return big.NewRat(n, unitsPerShare) }
func toMicros(r Rat) int64  { return nearest(times(r, whole(microsPerMoney))) }
func toUnits(r Rat) int64   { return nearest(times(r, whole(unitsPerShare))) }
func downUnits(r Rat) int64 { return floor(times(r, whole(unitsPerShare))) }

func smaller(a, b Rat) Rat {
	if less(b, a) {
		return b
	}
	return a
}

func larger(a, b Rat) Rat {
	if less(a, b) {
		return b
	}
	return a
}

// Dec reads a decimal or a percentage ("0.25", "25%"). It panics on anything else: the
// callers are tests.
func Dec(text string) Rat {
	number, percent := strings.CutSuffix(text, "%")
	r, ok := new(big.Rat).SetString(number)
	if !ok {
		panic(fmt.Sprintf("village: %q is no number", text))
	}
	if percent {
		return over(r, whole(100))
	}
	return r
}

// Text writes a number with so many decimals, rounded half even.
func Text(r Rat, decimals int) string {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)
	n := nearestInt(times(r, new(big.Rat).SetInt(scale)))
	sign := ""
	if n.Sign() < 0 {
		sign = "-"
	}
	digits := new(big.Int).Abs(n).String()
	if decimals == 0 {
		return sign + digits
	}
	if pad := decimals + 1 - len(digits); pad > 0 {
		digits = strings.Repeat("0", pad) + digits
	}
	at := len(digits) - decimals
	return sign + digits[:at] + "." + digits[at:]
}

// floor rounds down, nearest to the nearest integer (half even).
func floor(r Rat) int64 { return toInt64(floorInt(r)) }

func nearest(r Rat) int64 { return toInt64(nearestInt(r)) }

func floorInt(r Rat) *big.Int {
	q, m := new(big.Int), new(big.Int)
	q.DivMod(r.Num(), r.Denom(), m) // the remainder is never negative
	return q
}

func nearestInt(r Rat) *big.Int {
	down := floorInt(r)
	rest := minus(r, new(big.Rat).SetInt(down))
	half := rest.Cmp(big.NewRat(1, 2))
	if half > 0 || half == 0 && down.Bit(0) == 1 {
		down.Add(down, big.NewInt(1))
	}
	return down
}

func toInt64(n *big.Int) int64 {
	if !n.IsInt64() {
		panic("village: a number is too large for the books")
	}
	return n.Int64()
}

// valueOf is what shares are worth at a price, in 1e-6: rounded once.
func valueOf(shares int64, price Rat) int64 { return toMicros(times(sharesOf(shares), price)) }
