package sweep

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/sim/metric"
)

// points reports whether the measure is written in basis points: costs a year are,
// and fractions below a thousandth.
func (m *Measure) points() bool {
	return m.Unit == metric.Fraction && (m.Name == "cost_per_year" || !slices.ContainsFunc(m.X, func(x float64) bool { return math.Abs(x) >= 0.001 }))
}

// unit is what figures are in, as a number and in words; "" for plain numbers.
func (m *Measure) unit() (float64, string) {
	switch {
	case m.points():
		return 1e4, "basis points"
	case m.Unit == metric.Fraction && m.difference:
		return 100, "percentage points"
	case m.Unit == metric.Fraction:
		return 100, "per cent"
	case m.Unit == metric.Money:
		return 1, "account currency"
	}
	return 1, ""
}

// titled is the measure on paper with what its figures are in.
func (m *Measure) titled() string {
	if _, unit := m.unit(); unit != "" {
		return m.Title + ", in " + unit
	}
	return m.Title
}

// inner is a title within a sentence.
func inner(title string) string {
	runes := []rune(title)
	if len(runes) > 1 && unicode.IsUpper(runes[0]) && unicode.IsLower(runes[1]) {
		return strings.ToLower(title[:1]) + title[1:]
	}
	return title
}

// figures write values of a measure without their unit, all with as many digits as
// give the largest three that count, at most six after the point.
func (m *Measure) figures(xs []float64) []string {
	unit, _ := m.unit()
	most, whole := 0.0, m.Unit == metric.Count && !m.difference
	for _, x := range xs {
		if data.Finite(x) {
			most = max(most, math.Abs(x)*unit)
			whole = whole && x == math.Round(x)
		}
	}
	digits := 0
	if most > 0 && most < 100 && !whole {
		digits = min(6, 2-int(math.Floor(math.Log10(most)+1e-12)))
	}
	out := make([]string, len(xs))
	for i, x := range xs {
		if out[i] = draw.Decimal(x*unit, digits); m.difference {
			out[i] = draw.Signed(x*unit, digits)
		}
	}
	return out
}

// texts write values of a measure with their unit.
func (m *Measure) texts(xs []float64) []string {
	out := m.figures(xs)
	unit := ""
	switch {
	case m.points():
		unit = " bp"
	case m.Unit == metric.Fraction && m.difference:
		unit = " pp"
	case m.Unit == metric.Fraction:
		unit = " %"
	}
	for i, t := range out {
		if t != draw.Undefined {
			out[i] = t + unit
		}
	}
	return out
}

// label writes the ticks of the measure's axis.
func (m *Measure) label() func(v, step float64) string {
	unit, _ := m.unit()
	write := draw.PlainLabel(1 / unit)
	if m.Unit == metric.Fraction && !m.points() && !m.difference {
		return draw.PercentLabel
	}
	return write
}
