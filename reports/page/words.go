package page

import (
	"slices"
	"strings"
	"unicode"

	"evenkeel/reports/draw"
	"evenkeel/sim/metric"
)

// harmless is a text that no spreadsheet computes.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// FileName is a name with letters, digits, hyphens and underscores alone.
func FileName(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_') {
			return r
		}
		return '-'
	}, s)
	return s[:min(len(s), 100)]
}

// Join puts texts that are there side by side.
func Join(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), " · ")
}

// UnitNames are the units of measures in summary.json.
var UnitNames = map[metric.Unit]string{
	metric.Money: "currency", metric.Fraction: "fraction", metric.Ratio: "ratio", metric.Count: "count", metric.YesNo: "yes_no",
}

// OrElse returns s, or other if s is empty.
func OrElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// Direction returns in words which values of a measure are better; "" if neither.
func Direction(m metric.Measure) string {
	switch {
	case m.Better > 0:
		return ", more is better"
	case m.Better < 0:
		return ", less is better"
	}
	return ""
}

// InPercent writes fractions in per cent without the sign of it.
func InPercent(most float64) func(float64) string {
	digits := 1
	if most < 0.01 {
		digits = 2
	}
	return func(x float64) string { return draw.Decimal(100*x, digits) }
}

// InMoney writes money, hundredths only where amounts are small.
func InMoney(most float64) func(float64) string {
	digits := draw.MoneyDigits(most)
	return func(x float64) string { return draw.Decimal(x, digits) }
}

// Plain is the text that Markdown made with escape shows: escapes and the marks of
// bold letters are taken away.
func Plain(md string) string {
	var b strings.Builder
	for i := 0; i < len(md); i++ {
		switch {
		case md[i] == '\\' && i+1 < len(md):
			i++
			b.WriteByte(md[i])
		case strings.HasPrefix(md[i:], "**"):
			i++
		default:
			b.WriteByte(md[i])
		}
	}
	return b.String()
}
