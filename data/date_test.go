package data_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
)

func TestDateText(t *testing.T) {
	for text, day := range map[string]data.Date{
		"1970-01-01": 0, "1970-01-02": 1, "1969-12-31": -1, "1969-12-29": -3, "2000-02-29": 11016,
		"1871-01-31": -36129, "1600-01-01": -135140, "0001-01-01": -719162, "9999-12-31": 2932896,
	} {
		d, err := data.ParseDate(text)
		require.NoError(t, err)
		require.Equal(t, day, d, text)
		require.Equal(t, text, d.String())
	}
	require.Equal(t, "", data.NoDate.String())
}

func TestDateRefused(t *testing.T) {
	for _, text := range []string{
		"", "2020", "2020-1-2", "2020-01-02 ", " 2020-01-02", "2020-02-30", "2019-02-29", "1900-02-29", "2020-00-10", "2020-13-01",
		"2020-01-00", "2020-01-32", "02/01/2020", "2020/01/02", "20200102", "2020-01-02T00:00:00Z", "10000-01-01", "-001-01-01", "२०२०-०१-०२",
	} {
		d, err := data.ParseDate(text)
		require.Error(t, err, text)
		require.Equal(t, data.NoDate, d)
		require.ErrorContains(t, err, "is not a date (want YYYY-MM-DD)")
	}
}

func TestDateInFiles(t *testing.T) {
	b, err := json.Marshal(data.NewDate(2020, 2, 29))
	require.NoError(t, err)
	require.Equal(t, `"2020-02-29"`, string(b))
	var d data.Date
	require.NoError(t, json.Unmarshal(b, &d))
	require.Equal(t, data.NewDate(2020, 2, 29), d)
	require.Error(t, json.Unmarshal([]byte(`"yesterday"`), &d))
	b, err = json.Marshal(data.NoDate)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &d), "what is written is read: %s", b)
	require.Equal(t, data.NoDate, d)
}

func TestNewDateRunsOn(t *testing.T) {
	require.Equal(t, "2021-03-01", data.NewDate(2021, 2, 29).String())
	require.Equal(t, "2022-02-01", data.NewDate(2021, 14, 1).String())
	require.Equal(t, "1969-12-31", data.NewDate(1970, 1, 0).String())
}

// Every day of 1,600 years, four turns of the calendar: weekday, civil date and
// text are those of package time, and days follow one another.
func TestEveryDay(t *testing.T) {
	first, last := data.NewDate(1300, 1, 1), data.NewDate(2900, 1, 1)
	at := time.Date(1300, 1, 1, 0, 0, 0, 0, time.UTC)
	for d := first; d < last; d++ {
		y, m, day := d.Civil()
		wantY, wantM, wantDay := at.Date()
		if d.Weekday() != at.Weekday() || y != wantY || m != int(wantM) || day != wantDay || data.NewDate(y, m, day) != d {
			t.Fatalf("%d is %d-%d-%d, a %s; want %s", d, y, m, day, d.Weekday(), at.Format("Monday 2006-01-02"))
		}
		at = at.AddDate(0, 0, 1)
	}
}

func TestDateRoundTrip(t *testing.T) {
	first, last := data.NewDate(1, 1, 1), data.NewDate(9999, 12, 31)
	rapid.Check(t, func(t *rapid.T) {
		d := data.Date(rapid.Int32Range(int32(first), int32(last)).Draw(t, "day"))
		back, err := data.ParseDate(d.String())
		require.NoError(t, err)
		require.Equal(t, d, back)
		require.Equal(t, d, data.Date(d.Time().Unix()/86400))
		require.Equal(t, d.Time().Weekday(), d.Weekday())
	})
}

func TestAddMonths(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2019-08-31", 6, "2020-02-29"},
		{"2020-08-31", 6, "2021-02-28"},
		{"2020-02-29", 12, "2021-02-28"},
		{"2020-02-29", 48, "2024-02-29"},
		{"2020-01-31", 1, "2020-02-29"},
		{"2020-03-31", -1, "2020-02-29"},
		{"2020-12-15", 1, "2021-01-15"},
		{"2020-01-15", -1, "2019-12-15"},
		{"1969-08-31", 6, "1970-02-28"},
		{"2020-05-31", 0, "2020-05-31"},
		{"1900-01-30", 1, "1900-02-28"}, // not a leap year
		{"2000-01-30", 1, "2000-02-29"}, // one
	} {
		d, err := data.ParseDate(c.from)
		require.NoError(t, err)
		require.Equal(t, c.want, d.AddMonths(c.n).String(), "%s + %d months", c.from, c.n)
	}
}

// n months on lies in the nth month after, on the same day or that month's last.
func TestAddMonthsAlways(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := data.Date(rapid.Int32Range(-300_000, 300_000).Draw(t, "day"))
		n := rapid.IntRange(-600, 600).Draw(t, "months")
		y, m, day := d.Civil()
		gotY, gotM, gotDay := d.AddMonths(n).Civil()
		require.Equal(t, y*12+m-1+n, gotY*12+gotM-1)
		if gotDay != day {
			require.Less(t, gotDay, day)
			_, _, next := (d.AddMonths(n) + 1).Civil()
			require.Equal(t, 1, next, "the month's last day")
		}
	})
}
