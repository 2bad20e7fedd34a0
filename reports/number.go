package reports

import (
	"math"
	"strconv"
	"strings"

	"evenkeel/data"
	"evenkeel/sim/metric"
)

// undefined is what is printed for a number that does not exist.
const undefined = "n/a"

// minus is the sign of numbers on paper.
const minus = "\u2212"

// decimal is x with thousands separated and a fixed number of digits after the
// point; what rounds to zero has no sign.
func decimal(x float64, digits int) string {
	if !data.Finite(x) {
		return undefined
	}
	s := strconv.FormatFloat(math.Abs(x), 'f', digits, 64)
	whole, part, _ := strings.Cut(s, ".")
	var b strings.Builder
	if x < 0 && strings.Trim(s, "0.") != "" {
		b.WriteString(minus)
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

// signed is decimal with a plus sign above zero.
func signed(x float64, digits int) string {
	s := decimal(x, digits)
	if x > 0 && strings.Trim(s, "0.,") != "" && s != undefined {
		return "+" + s
	}
	return s
}

// percent is a fraction in per cent.
func percent(x float64, digits int) string {
	if !data.Finite(x) {
		return undefined
	}
	return decimal(100*x, digits) + " %"
}

// count is a whole number.
func count(n int) string { return decimal(float64(n), 0) }

// plural is a count with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}

// money is an amount with as many digits as it deserves.
func money(x float64) string { return decimal(x, moneyDigits(math.Abs(x))) }

func moneyDigits(most float64) int {
	if most >= 1000 {
		return 0
	}
	return 2
}

// inUnit writes values of one measure with the same number of digits, chosen by
// the largest.
func inUnit(unit metric.Unit, xs []float64) []string {
	return inUnitOf(unit, peak(xs), xs)
}

// inUnitOf writes them with the digits that a value of most deserves.
func inUnitOf(unit metric.Unit, most float64, xs []float64) []string {
	out := make([]string, len(xs))
	for i, x := range xs {
		switch unit {
		case metric.Money:
			out[i] = decimal(x, moneyDigits(most))
		case metric.Fraction:
			out[i] = percent(x, percentDigits(most))
		case metric.Count:
			out[i] = decimal(x, 0)
		case metric.YesNo:
			out[i] = yesNo(x)
		default:
			out[i] = decimal(x, 2)
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
	return decimal(x, 2)
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
