package oracle

import "math"

// usualPeriods are the numbers of sessions per year that prices usually have.
var usualPeriods = []float64{365, 52, 26, 24, 12, 6, 4, 2, 1}

// PeriodsPerYear returns the number of sessions per year of a price file with these
// dates (days since 1970-01-01, rising), and whether it is so unusual that the reader
// has to be warned. Fewer than two dates have none: 0.
func PeriodsPerYear(dates []int32) (periods float64, unusual bool) {
	if len(dates) < 2 {
		return 0, false
	}
	mean := float64(dates[len(dates)-1]-dates[0]) / float64(len(dates)-1)
	if mean < 2 && !anyWeekend(dates) {
		return 252, false
	}
	itself := 365.25 / mean
	nearest := usualPeriods[0]
	for _, p := range usualPeriods {
		if math.Abs(p-itself) < math.Abs(nearest-itself) {
			nearest = p
		}
	}
	if math.Abs(nearest-itself) <= 0.05*itself {
		return nearest, false
	}
	return max(1, math.Round(itself)), true
}

// anyWeekend reports whether one of the dates is a Saturday or a Sunday. 1970-01-01
// was a Thursday.
func anyWeekend(dates []int32) bool {
	for _, d := range dates {
		if weekday := ((int(d)+3)%7 + 7) % 7; weekday >= 5 { // Monday is 0
			return true
		}
	}
	return false
}
