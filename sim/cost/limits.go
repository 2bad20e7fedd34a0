package cost

import (
	"math"
	"strconv"

	"evenkeel/sim/card"
)

// Ceiling is the largest part of a trade's value that a cost with a formula takes,
// whatever the formula says: far beyond anything that one was fitted to. It keeps
// what one more unit of money costs below one half of it, so that an order can
// always be made smaller until the cash pays for it.
const Ceiling = 0.25

// maxMoney is the largest amount that a cost may be given.
const maxMoney = 1e9

// Limits hold the cost of a trade between two amounts.
type Limits struct {
	Min, Max float64 // money; a Max of 0 is none
}

// Least reports whether a trade of next to nothing costs something.
func (l *Limits) Least() bool { return l.Min > 0 }

func (l *Limits) knobs() []card.Knob {
	return []card.Knob{
		card.Amount(&l.Min, "min", "", "money", "minimum cost of a trade; no limit if left out", card.MoneyShape, 0, maxMoney),
		card.Amount(&l.Max, "max", "", "money", "maximum cost of a trade; no limit if left out", card.MoneyShape, 1e-6, maxMoney),
	}
}

// hold is the cost of a value at a rate, between the limits.
func (l *Limits) hold(rate, value float64) (fixed, r float64) {
	cost := rate * value
	switch {
	case cost < l.Min:
		return l.Min, 0
	case l.Max > 0 && cost > l.Max:
		return l.Max, 0
	}
	return 0, rate
}

// Once reports that the limits are those of an order, however many sessions fill it.
func (l *Limits) Once() bool { return l.sized() }

// sized reports whether there are any.
func (l *Limits) sized() bool { return l.Min > 0 || l.Max > 0 }

// Check refuses a least cost above the most.
func (l *Limits) Check() error {
	if l.Max > 0 && l.Min > l.Max {
		return &card.Problem{Path: "min", What: "min " + brief(l.Min) + ": is above max " + brief(l.Max)}
	}
	return nil
}

// line returns what the limits are: ", at least 1 and at most 20 USD a trade".
func (l *Limits) line(currency string) string {
	s := ""
	if l.Min > 0 {
		s = ", at least " + brief(l.Min)
	}
	if l.Max > 0 {
		if s != "" {
			s += " and"
		} else {
			s = ","
		}
		s += " at most " + brief(l.Max)
	}
	if s != "" {
		s += unit(currency) + " a trade"
	}
	return s
}

// brief is a number as one would write it.
func brief(f float64) string {
	if math.Abs(f) < 1e15 && math.Abs(f) >= 1e-6 || f == 0 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// points are basis points in words.
func points(f float64) string { return brief(f) + " basis points" }

// unit is a currency behind an amount.
func unit(currency string) string {
	if currency == "" {
		return ""
	}
	return " " + currency
}
