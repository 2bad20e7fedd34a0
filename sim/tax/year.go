package tax

import (
	"math"

	"evenkeel/data"
	"evenkeel/sim"
)

// Year is what a calendar year brought.
type Year struct {
	Year                  int
	Short, Long           sim.Micros // gains less the losses that count, by the holding period
	Disallowed            sim.Micros // losses that do not count, 0 or more
	Tax                   sim.Micros // on the year, after losses carried from the years before
	CarryShort, CarryLong sim.Micros // losses carried into the next year, 0 or below
	DueSession            int        // at which the tax falls due, math.MaxInt: after the last session
}

// gain adds a gain, or a loss below 0, to a year.
func (a *Account) gain(year int, gain sim.Micros, long bool) {
	if y := &a.years[year]; long {
		a.add(&y.Long, gain)
	} else {
		a.add(&y.Short, gain)
	}
}

// mostSum is the largest sum of gains, losses or bases that an account counts: two of
// them fit into the books' integers.
const mostSum = sim.Micros(math.MaxInt64 / 2)

// add adds to a sum and notes the first that goes beyond what can be counted.
func (a *Account) add(sum *sim.Micros, x sim.Micros) {
	is := sum.Plus(x)
	if *sum = is; a.beyond == 0 && (is > mostSum || is < -mostSum) {
		a.beyond = is
	}
}

// Outgrown returns the first sum of gains, losses or bases that went beyond what can be
// counted, in money, and the most that can; 0: none did.
func (a *Account) Outgrown() (is, most float64) { return a.beyond.Money(), mostSum.Money() }

// calendar makes the years from the first session to the last.
func (a *Account) calendar() {
	a.years, a.ends, a.due = a.years[:0], a.ends[:0], a.due[:0]
	dates := a.panel.Dates()
	from, _, _ := dates[a.first].Civil()
	to, _, _ := dates[len(dates)-1].Civil()
	on := func(s, year, month, day int) int { // first session from s on that is on the date or after it
		d := data.NewDate(year, month, day)
		for s < len(dates) && dates[s] < d {
			s++
		}
		return s
	}
	s := a.first
	for y := from; y <= to; y++ {
		s = on(s, y+1, 1, 1)
		due := on(s, y+1, a.Month, a.Day)
		if due == len(dates) {
			due = math.MaxInt
		}
		a.years = append(a.years, Year{Year: y, DueSession: due})
		a.ends, a.due = append(a.ends, s), append(a.due, due)
	}
	a.ends[len(a.ends)-1] = math.MaxInt
}

// settle computes the tax of year i from what the year before carried over. Short
// is set against short and long against long; then a loss of one kind against a
// gain of the other; what is left is carried into the next year as it is.
func (a *Account) settle(i int) {
	y := &a.years[i]
	short, long := y.Short, y.Long
	if i > 0 {
		a.add(&short, a.years[i-1].CarryShort)
		a.add(&long, a.years[i-1].CarryLong)
	}
	if short < 0 != (long < 0) {
		if sum := short + long; sum < 0 == (short < 0) {
			short, long = sum, 0
		} else {
			short, long = 0, sum
		}
	}
	y.CarryShort, y.CarryLong = min(short, 0), min(long, 0)
	y.Tax = levy(short, a.Rules.Short) + levy(long, a.Rules.Long)
}

// levy is the tax on a gain, 0 on a loss; to the nearest, half to even.
func levy(gain sim.Micros, rate float64) sim.Micros {
	return sim.Micros(min(math.RoundToEven(float64(max(gain, 0))*rate), float64(mostSum)))
}

// Next is the first session later than after at which tax may fall due,
// math.MaxInt for none.
func (a *Account) Next(after int) int {
	for _, s := range a.due[a.closed:] {
		if s > after {
			return s
		}
	}
	return math.MaxInt
}

// Due is the tax that falls due at a session, and on earlier ones that were not
// asked for; the next call with the same session gives 0.
func (a *Account) Due(session int) (tax sim.Micros) {
	for a.closed < len(a.due) && a.due[a.closed] <= session {
		a.settle(a.closed)
		tax = tax.Plus(a.years[a.closed].Tax)
		a.closed++
	}
	return tax
}

// Years are the calendar years of the panel from the account's first on; valid
// until Begin.
func (a *Account) Years() []Year {
	for i := a.closed; i < len(a.years); i++ {
		a.settle(i)
	}
	return a.years
}

// Accrued is the tax on gains so far that has not fallen due.
func (a *Account) Accrued() (tax sim.Micros) {
	for _, y := range a.Years()[a.closed:] {
		tax = tax.Plus(y.Tax)
	}
	return tax
}

// Realised are the gains of all years, less losses that count, by the holding
// period, and the losses that do not count.
func (a *Account) Realised() (short, long, disallowed sim.Micros) {
	for i := range a.years {
		y := &a.years[i]
		short, long, disallowed = short.Plus(y.Short), long.Plus(y.Long), disallowed.Plus(y.Disallowed)
	}
	return short, long, disallowed
}

// LongFrom is the first date on which a gain on shares of a date of purchase is
// long: they must have been held for more than so many months, counted from the
// day after the purchase. It is that day's number in the later month, or the first
// of the month after where the month is too short.
func LongFrom(bought data.Date, months int) data.Date {
	y, m, day := (bought + 1).Civil()
	return min(data.NewDate(y, m+months, 1)+data.Date(day-1), data.NewDate(y, m+months+1, 1))
}

// longFrom remembers the last date: purchases of a session come together.
func (a *Account) longFrom(bought data.Date) data.Date {
	if a.memo != bought {
		a.memo, a.memoLong = bought, LongFrom(bought, a.LongAfter)
	}
	return a.memoLong
}
