package data_test

import (
	"math/bits"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
)

// schedules are one of every kind, in the words that say them.
var schedules = map[string]data.Schedule{
	"session":                 {Every: 1},
	"5 sessions":              {Every: 5},
	"5 sessions offset 2":     {Every: 5, Offset: 2},
	"1000000 sessions":        {Every: 1_000_000},
	"2 weeks":                 {Weeks: 2},
	"52 weeks":                {Weeks: 52},
	"fri else next":           {Days: data.WeekdayMask(time.Friday), Next: true},
	"mon/wed/fri else next":   {Days: data.WeekdayMask(time.Monday, time.Wednesday, time.Friday), Next: true},
	"mon":                     {Days: data.WeekdayMask(time.Monday)},
	"mon/wed/fri":             {Days: data.WeekdayMask(time.Monday, time.Wednesday, time.Friday)},
	"mon/tue/wed/thu/fri":     {Days: 0b0111110},
	"sat/sun":                 {Days: 0b1000001},
	"mon/tue/wed/thu/fri/sun": {Days: 0b0111111},
	"week_start":              {Period: data.Week}, "week_end": {Period: data.Week, Last: true},
	"month_start": {Period: data.Month}, "month_end": {Period: data.Month, Last: true},
	"quarter_start": {Period: data.Quarter}, "quarter_end": {Period: data.Quarter, Last: true},
	"half_year_start": {Period: data.HalfYear}, "half_year_end": {Period: data.HalfYear, Last: true},
	"year_start": {Period: data.Year}, "year_end": {Period: data.Year, Last: true},
}

func TestScheduleWords(t *testing.T) {
	for text, want := range schedules {
		got, err := data.ParseSchedule(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
		require.Equal(t, text, got.String())
	}
	for _, word := range data.ScheduleWords() {
		got, err := data.ParseSchedule(word)
		require.NoError(t, err)
		require.Equal(t, word, got.String())
	}
	require.Len(t, data.ScheduleWords(), 11)
	require.Equal(t, "never", data.Schedule{}.String())
}

func TestScheduleSpellings(t *testing.T) {
	for text, want := range map[string]string{
		" session ": "session", "1 session": "session", "1 sessions": "session", "  5   sessions ": "5 sessions",
		"5 sessions offset 0": "5 sessions", "fri/mon": "mon/fri", "sun/sat": "sat/sun",
		"1 week": "week_start", "1 weeks": "week_start", " 2  week ": "2 weeks", "wed/mon else next": "mon/wed else next",
	} {
		got, err := data.ParseSchedule(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got.String())
	}
}

func TestScheduleRefused(t *testing.T) {
	for _, text := range []string{
		"", "never", "fortnightly", "daily", "sessions", "0 sessions", "-1 sessions", "1.5 sessions", "1000001 sessions", "99999999999999999999 sessions",
		"5 session s", "5 days", "0 weeks", "-2 weeks", "2 weeks offset 1", "weeks", "fri else", "fri else prev", "else next", "month_end else next", "fri else next else next", "5 sessions 2", "5 sessions offset", "5 sessions offset 5", "5 sessions offset -1", "5 sessions offset x", "5 sessions offset 1 2",
		"monday", "mon,wed", "mon/", "/mon", "mon/mon", "Mon", "mon wed", "month", "month-end", "month_last", "half_year", "_end",
	} {
		_, err := data.ParseSchedule(text)
		require.Error(t, err, text)
		require.ErrorContains(t, err, "unknown frequency")
		require.ErrorContains(t, err, "month_end")
	}
}

func drawSchedule(t *rapid.T) data.Schedule {
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		n := rapid.IntRange(1, 40).Draw(t, "every")
		return data.Schedule{Every: n, Offset: rapid.IntRange(0, n-1).Draw(t, "offset")}
	case 1:
		return data.Schedule{Days: uint8(rapid.IntRange(1, 127).Draw(t, "days")), Next: rapid.Bool().Draw(t, "next")}
	case 2:
		return data.Schedule{Weeks: rapid.IntRange(2, 9).Draw(t, "weeks")}
	}
	return data.Schedule{
		Period: data.Period(rapid.IntRange(int(data.Week), int(data.Year)).Draw(t, "period")),
		Last:   rapid.Bool().Draw(t, "last"),
	}
}

func TestScheduleRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawSchedule(t)
		back, err := data.ParseSchedule(c.String())
		require.NoError(t, err)
		require.Equal(t, c, back)
	})
}

// drawDates are sessions with holes of up to some months; long ones are mostly
// weekdays.
func drawDates(t *rapid.T) []data.Date {
	n := rapid.IntRange(1, 400).Draw(t, "sessions")
	d := data.Date(rapid.Int32Range(-40_000, 40_000).Draw(t, "first"))
	hole := rapid.SampledFrom([]int{1, 3, 40, 200}).Draw(t, "hole")
	holes := rapid.SliceOfN(rapid.IntRange(1, hole), n, n).Draw(t, "gaps")
	dates := make([]data.Date, n)
	for i, gap := range holes {
		dates[i] = d
		d += data.Date(gap)
	}
	return dates
}

func panelOf(t require.TestingT, dates []data.Date) *data.Panel {
	prices := make([]float64, len(dates))
	for i := range prices {
		prices[i] = 1
	}
	p, err := data.NewPanel(data.Adjusted, dates, []string{"A"}, prices, nil)
	require.NoError(t, err)
	return p
}

// same reports whether two dates lie in one period, by package time.
func same(p data.Period, a, b data.Date) bool {
	x, y := a.Time(), b.Time()
	if p == data.Week {
		wx, nx := x.ISOWeek()
		wy, ny := y.ISOWeek()
		return wx == wy && nx == ny
	}
	part := map[data.Period]int{data.Month: 1, data.Quarter: 3, data.HalfYear: 6, data.Year: 12}[p]
	return x.Year() == y.Year() && (int(x.Month())-1)/part == (int(y.Month())-1)/part
}

// naive picks a session by the definitions, looking at all dates.
func naive(c data.Schedule, dates []data.Date, s int) bool {
	switch {
	case c.Period != 0 && c.Last:
		return s+1 < len(dates) && !same(c.Period, dates[s], dates[s+1])
	case c.Period != 0:
		return s > 0 && !same(c.Period, dates[s], dates[s-1])
	case c.Days != 0 && c.Next && s > 0:
		for d := dates[s]; d > dates[s-1]; d-- { // today, and days since the session before that were none
			if c.Days&data.WeekdayMask(d.Time().Weekday()) != 0 {
				return true
			}
		}
		return false
	case c.Days != 0:
		return c.Days&data.WeekdayMask(dates[s].Time().Weekday()) != 0
	case c.Weeks > 0:
		monday := func(d data.Date) data.Date { return d - data.Date((int(d.Time().Weekday())+6)%7) }
		weeks := int(monday(dates[s])-monday(dates[0])) / 7
		return weeks > 0 && weeks%c.Weeks == 0 && monday(dates[s-1]) != monday(dates[s])
	}
	for d := s; ; d -= c.Every {
		if d == c.Offset {
			return true
		}
		if d < c.Offset {
			return d+c.Every == c.Offset
		}
	}
}

func TestCalendarAgainstTheDefinitions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dates, c := drawDates(t), drawSchedule(t)
		made := panelOf(t, dates).Calendar(c)
		var want []int
		for s := range dates {
			if naive(c, dates, s) {
				want = append(want, s)
			}
			require.Equal(t, naive(c, dates, s), made.Has(s), "%s at session %d", c, s)
		}
		require.Equal(t, len(want), made.Count(0, len(dates)))
		if c.Period != 0 && c.Last {
			require.False(t, made.Has(len(dates)-1), "the last session is never an end")
		} else if c.Period != 0 {
			require.False(t, made.Has(0), "the first session is never a start")
		}
	})
}

// The end of one period is the session before the start of the next.
func TestEndsAndStarts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dates := drawDates(t)
		p := panelOf(t, dates)
		for period := data.Week; period <= data.Year; period++ {
			ends, starts := p.Calendar(data.Schedule{Period: period, Last: true}), p.Calendar(data.Schedule{Period: period})
			for s := range len(dates) - 1 {
				require.Equal(t, ends.Has(s), starts.Has(s+1))
			}
		}
	})
}

// 400 years are 146,097 days, whole weeks: nothing about a calendar changes.
func TestFourHundredYears(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dates, c := drawDates(t), drawSchedule(t)
		later := slices.Clone(dates)
		for i := range later {
			later[i] += 146_097
		}
		now, then := panelOf(t, dates).Calendar(c), panelOf(t, later).Calendar(c)
		for s := range dates {
			require.Equal(t, now.Has(s), then.Has(s))
		}
	})
}

// Next and Count agree with a set kept as a list.
func TestCalendarIsASet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 300).Draw(t, "sessions")
		set := rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "set")
		if rapid.Bool().Draw(t, "sparse") {
			for s := range set {
				set[s] = set[s] && s%97 == 0
			}
		}
		c := data.NewCalendar(n, func(s int) bool { return set[s] })
		next := n
		for s := n - 1; s >= 0; s-- {
			if set[s] {
				next = s
			}
			require.Equal(t, set[s], c.Has(s))
			require.Equal(t, next, c.Next(s))
		}
		require.Equal(t, n, c.Next(n))
		require.Equal(t, n, c.Next(n+64))
		from, to := rapid.IntRange(0, n+3).Draw(t, "from"), rapid.IntRange(0, n+70).Draw(t, "to")
		count := 0
		for s := from; s < min(to, n); s++ {
			if set[s] {
				count++
			}
		}
		require.Equal(t, count, c.Count(from, to))
		require.Equal(t, !slices.Contains(set[1:], false), c.All())
	})
}

func TestCalendarsAreShared(t *testing.T) {
	p := panelOf(t, []data.Date{1, 2, 3})
	c := p.Calendar(data.EverySession)
	require.Same(t, c, p.Calendar(data.Schedule{Every: 1}))
	require.True(t, c.All())
	require.NotSame(t, c, p.Calendar(data.Schedule{Every: 1, Offset: 0, Days: 2}))
	require.Zero(t, p.Calendar(data.Schedule{}).Count(0, 3))
	require.Equal(t, 3, p.Calendar(data.Schedule{}).Next(0))
}

// A panel may be asked for calendars by several goroutines.
func TestCalendarsFromManyGoroutines(t *testing.T) {
	p := panelOf(t, []data.Date{1, 2, 3, 40, 80})
	made := make(chan *data.Calendar)
	for range 8 {
		go func() { made <- p.Calendar(data.Schedule{Period: data.Month, Last: true}) }()
	}
	first := <-made
	for range 7 {
		require.Same(t, first, <-made)
	}
	require.Equal(t, 2, first.Count(0, 5))
}

func TestWeekdayMask(t *testing.T) {
	require.Zero(t, data.WeekdayMask())
	require.Equal(t, uint8(0b1000001), data.WeekdayMask(time.Sunday, time.Saturday, time.Sunday))
	require.Equal(t, 7, bits.OnesCount8(data.WeekdayMask(0, 1, 2, 3, 4, 5, 6)))
	require.False(t, strings.Contains(data.Schedule{Days: 0b0000010}.String(), "/"))
}

// The words of SPEC 2.1 on a Good Friday: 2024-03-29 was no session.
func TestFortnightsAndFridays(t *testing.T) {
	var dates []data.Date
	for _, text := range []string{
		"2024-03-20", "2024-03-21", "2024-03-22", "2024-03-25", "2024-03-26", "2024-03-27", "2024-03-28", "2024-04-02",
		"2024-04-03", "2024-04-05", "2024-04-08", "2024-04-12", "2024-04-16", "2024-04-17", "2024-05-02",
	} {
		d, err := data.ParseDate(text)
		require.NoError(t, err)
		dates = append(dates, d)
	}
	p := panelOf(t, dates)
	for text, want := range map[string][]string{
		"2 weeks":       {"2024-04-02", "2024-04-16", "2024-05-02"}, // the fortnight's Monday was none
		"3 weeks":       {"2024-04-08", "2024-05-02"},
		"fri else next": {"2024-03-22", "2024-04-02", "2024-04-05", "2024-04-12", "2024-05-02"},
		"fri":           {"2024-03-22", "2024-04-05", "2024-04-12"},
	} {
		c, err := data.ParseSchedule(text)
		require.NoError(t, err)
		var got []string
		for s := range dates {
			if p.Calendar(c).Has(s) {
				got = append(got, dates[s].String())
			}
		}
		require.Equal(t, want, got, text)
	}
}
