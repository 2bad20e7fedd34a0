package data

import (
	"fmt"
	"time"
)

// Date is a day of the proleptic Gregorian calendar, counted from 1970-01-01.
// It has no time of day and no zone: a session is a date.
type Date int32

// NoDate stands for "no date given".
const NoDate = Date(-1 << 31)

// NewDate is the date of a year, month and day; days past the month's end run on.
func NewDate(year, month, day int) Date {
	return Date(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// ParseDate reads YYYY-MM-DD.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return NoDate, fmt.Errorf("%q is not a date (want YYYY-MM-DD)", s)
	}
	return Date(floorDiv(t.Unix(), 86400)), nil
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// Time is the date's midnight in UTC.
func (d Date) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// String is YYYY-MM-DD, or "" for NoDate.
func (d Date) String() string {
	if d == NoDate {
		return ""
	}
	return d.Time().Format("2006-01-02")
}

// Civil is the date's year, month and day.
func (d Date) Civil() (year, month, day int) {
	y, m, dd := d.Time().Date()
	return y, int(m), dd
}

// Weekday is 0 for Sunday to 6 for Saturday.
func (d Date) Weekday() time.Weekday {
	return time.Weekday((int64(d)%7 + 7 + 4) % 7)
}

// AddMonths is the same day n months on; a day the month lacks becomes its last
// (31 August + 6 months is 28 or 29 February).
func (d Date) AddMonths(n int) Date {
	y, m, day := d.Civil()
	first := NewDate(y, m+n, 1)
	last := NewDate(y, m+n+1, 1) - 1
	return min(first+Date(day-1), last)
}

// MarshalText and UnmarshalText write and read YYYY-MM-DD, NoDate as the empty text.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD, or NoDate from an empty text.
func (d *Date) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*d = NoDate
		return nil
	}
	*d, err = ParseDate(string(b))
	return err
}
