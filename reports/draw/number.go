package draw

import (
	"math"
	"strconv"
	"strings"

	"evenkeel/data"
	"evenkeel/sim/metric"
)

// Undefined is what is printed for a number that does not exist.
const Undefined = "n/a"

// Minus is the sign of numbers on paper.
const Minus = "\u2212"

// Decimal is x with thousands separated and a fixed number of digits after the
// point; what rounds to zero has no sign.
func Decimal(x float64, digits int) string {
	if !data.Finite(x) {
		return Undefined
	}
	s := strconv.FormatFloat(math.Abs(x), 'f', digits, 64)
	whole, part, _ := strings.Cut(s, ".")
	var b strings.Builder
	if x < 0 && strings.Trim(s, "0.") != "" {
		b.WriteString(Minus)
	}
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	if part != "" {
		b.WriteByte('.')
		b.WriteString(part)
	}
	return b.String()
}

// Signed is decimal with a plus sign above zero.
func Signed(x float64, digits int) string {
	s := Decimal(x, digits)
	if x > 0 && strings.Trim(s, "0.,") != "" && s != Undefined {
		return "+" + s
	}
	return s
}

// Percent is a fraction in per cent.
func Percent(x float64, digits int) string {
	if !data.Finite(x) {
		return Undefined
	}
	return Decimal(100*x, digits) + " %"
}

// Count is a whole number.
func Count(n int) string { return Decimal(float64(n), 0) }

// Plural is a count with its noun.
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + many
}

// Money is an amount with as many digits as it deserves.
func Money(x float64) string { return Decimal(x, MoneyDigits(math.Abs(x))) }

// MoneyDigits returns the decimals of amounts of which the largest is most.
func MoneyDigits(most float64) int {
	if most >= 1000 {
		return 0
	}
	return 2
}

// InUnit writes values of one measure with the same number of digits, chosen by
// the largest.
func InUnit(unit metric.Unit, xs []float64) []string {
	return InUnitOf(unit, Peak(xs), xs)
}

// InUnitOf writes them with the digits that a value of most deserves.
func InUnitOf(unit metric.Unit, most float64, xs []float64) []string {
	out := make([]string, len(xs))
	for i, x := range xs {
		switch unit {
		case metric.Money:
			out[i] = Decimal(x, MoneyDigits(most))
		case metric.Fraction:
			out[i] = Percent(x, percentDigits(most))
		case metric.Count:
			out[i] = Decimal(x, 0)
		case metric.YesNo:
			out[i] = yesNo(x)
		default:
			out[i] = Decimal(x, 2)
		}
	}
	return out
}

// yesNo is 1 or 0 in words.
func yesNo(x float64) string {
	switch x {
	case 1:
		return "yes"
	case 0:
		return "no"
	}
	return Decimal(x, 2)
}

func percentDigits(most float64) int {
	switch {
	case most >= 10:
		return 0
	case most >= 1:
		return 1
	case most >= 0.01:
		return 2
	}
	return 3
}
