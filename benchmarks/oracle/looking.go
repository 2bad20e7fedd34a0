package oracle

import (
	"time"

	"github.com/shopspring/decimal"
)

// Segment is how accounts of a size look: the first row counts whose NAV is reached at
// the look. Pause is in months, 0: none.
type Segment struct {
	NAV   float64
	Look  []bool // per session
	Pause int
}

// Mini trades only the largest drifts between the looks, when a major position is far
// from its target.
type Mini struct {
	Look      []bool  // per session
	Deviation float64 // beyond it, as a part of the target
	Major     float64 // the smallest target of a major position
	Largest   int     // so many assets trade
}

// kind is what a session is to the policy.
type kind int

const (
	noLook kind = iota
	fullLook
	pausedLook
	miniLook
)

// session says what today is to the policy. New targets are looked at regardless of
// calendars and pauses.
func (a *account) session() kind {
	if a.in.Strategy == "buy_and_hold" {
		return noLook
	}
	scheduled, pause := a.in.Look[a.now], a.in.Pause
	switch {
	case a.in.Segments != nil:
		row := a.in.Segments[a.segment()]
		scheduled, pause = row.Look[a.now], row.Pause
	case a.in.After > 0: // counted from the start before the first rebalance
		scheduled = a.in.Dates[a.now] >= monthsAfter(a.in.Dates[a.rebalanced], a.in.After)
	}
	switch {
	case a.forced && !a.fills && len(a.toBuy) == 0: // else it is looked at when the policy can decide
		return fullLook
	case scheduled && pause > 0 && a.rebalanced > 0 && a.in.Dates[a.now] < monthsAfter(a.in.Dates[a.rebalanced], pause):
		return pausedLook
	case scheduled:
		return fullLook
	case a.in.Mini != nil && a.in.Mini.Look[a.now]:
		return miniLook
	}
	return noLook
}

// segment is the row of today: the first that the NAV reaches; but an account leaves its
// row downwards only when it falls below the row's NAV by the hysteresis. It enters rows
// at sessions that are a look in some row.
func (a *account) segment() int {
	some := a.forced
	for _, row := range a.in.Segments {
		some = some || row.Look[a.now]
	}
	if !some {
		return max(a.inRow, 0)
	}
	nav := a.worth(a.closes(a.now))
	reached := len(a.in.Segments) - 1
	for k := len(a.in.Segments) - 1; k >= 0; k-- {
		if a.reaches(nav, number(a.in.Segments[k].NAV)) {
			reached = k
		}
	}
	if a.inRow < 0 || reached < a.inRow {
		a.inRow = reached
	} else if kept := number(a.in.Segments[a.inRow].NAV).Mul(one.Sub(number(a.in.Hysteresis))); reached > a.inRow && !a.reaches(nav, kept) {
		a.inRow = reached
	}
	return a.inRow
}

// reaches compares a NAV with a threshold. What the books of the assets held round and
// hold back is not missed.
func (a *account) reaches(nav, threshold decimal.Decimal) bool {
	a.price = a.closes(a.now)
	slack := zero
	for i, n := range a.shares {
		if n.IsPositive() {
			slack = slack.Add(a.slack("buy", i))
		}
	}
	return a.meets(nav, threshold, slack)
}

// monthsAfter is the same day some months later; a day that the month does not have is
// its last.
func monthsAfter(day int32, months int) int32 {
	t := time.Unix(int64(day)*86400, 0).UTC()
	first := time.Date(t.Year(), t.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	then := first.AddDate(0, 0, min(t.Day(), last)-1)
	return int32(then.Unix() / 86400)
}
