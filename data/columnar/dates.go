package columnar

import (
	"errors"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // zones are known on every machine

	"evenkeel/data"
	"evenkeel/data/fault"
)

// Dates a price file may hold.
var (
	earliest = data.NewDate(1700, 1, 1)
	latest   = data.NewDate(2261, 12, 31)
)

// sessionDates turns a date column into dates, in place where it can. A null or
// impossible date is a finding (E312, E315, E317), and so are timestamps that do
// not share one local time of day (E313). The dates of bad rows are data.NoDate.
func sessionDates(c *Column, zone string, place func(int) string, f *findings) []data.Date {
	dates := datesIn(c, zone, place, f)
	if dates == nil {
		return nil
	}
	if c.Valid != nil {
		for i, ok := range c.Valid {
			if ok {
				continue
			}
			dates[i] = data.NoDate
			if !f.full(fault.EmptyDate) {
				f.add(fault.Finding{Code: fault.EmptyDate, Place: place(i), What: "date is empty", Rule: "every row has a date", Remedy: "remove the row"})
			}
		}
	}
	checkYears(c, dates, place, f)
	return dates
}

// datesIn reads the dates of a column that has rows, in place where it can; nil
// with a finding when it can hold none. Those of empty cells mean nothing.
func datesIn(c *Column, zone string, place func(int) string, f *findings) []data.Date {
	switch c.Type.Kind {
	case Date:
		return c.Days
	case Timestamp:
		return instantDates(c, zone, place, f)
	case Text:
		return textDates(c, place, f)
	}
	f.add(fault.Finding{Code: fault.BadCell, Place: column(c.Name), What: "the dates are of type " + c.Type.String(), Rule: "dates, timestamps, or text like 2020-01-31", Remedy: "store dates, or name another column in data.columns"})
	return nil
}

func checkYears(c *Column, dates []data.Date, place func(int) string, f *findings) {
	for i, d := range dates {
		if d >= earliest && d <= latest || d == data.NoDate {
			continue
		}
		dates[i] = data.NoDate
		if !f.full(fault.FarDate) {
			f.add(fault.Finding{Code: fault.FarDate, Place: place(i), What: fmt.Sprintf("date %s of %s", d, column(c.Name)), Rule: "years 1700 to 2261", Remedy: "check the column's unit, or remove the row"})
		}
	}
}

// instantDates reads timestamps: a local one as it stands, an instant in the
// zone asked for, or else in the column's own.
func instantDates(c *Column, zone string, place func(int) string, f *findings) []data.Date {
	day := c.Type.perDay()
	loc := time.UTC
	if c.Type.Zone != "" {
		if zone == "" {
			zone = c.Type.Zone
		}
		var err error
		if loc, err = location(zone); err != nil {
			f.add(unknownZone(c, zone))
			return nil
		}
	}
	dates := make([]data.Date, len(c.Ints))
	clock := clockCheck{column: c, zone: zone, place: place, f: f}
	last, lastDate, lastTime := int64(0), data.NoDate, int64(0)
	for i, v := range c.Ints {
		if c.Null(i) {
			dates[i] = data.NoDate
			continue
		}
		if v != last || lastDate == data.NoDate {
			d := floorDiv(v, day)
			if d < int64(earliest)-1 || d > int64(latest)+1 {
				dates[i] = data.NoDate
				if !f.full(fault.FarDate) {
					f.add(fault.Finding{Code: fault.FarDate, Place: place(i), What: fmt.Sprintf("timestamp %d of %s lies outside", v, column(c.Name)), Rule: "years 1700 to 2261", Remedy: "check the column's unit, or remove the row"})
				}
				continue
			}
			last, lastDate, lastTime = v, data.Date(d), v-d*day
			if loc != time.UTC {
				lastDate, lastTime = localDate(v, day, loc)
			}
			clock.see(i, lastTime)
		}
		dates[i] = lastDate
	}
	return dates
}

// location knows zone names and fixed offsets such as +05:30. A zone that depends on
// the machine ("Local") is none.
func location(zone string) (*time.Location, error) {
	switch zone {
	case "UTC", "Z":
		return time.UTC, nil
	case "", zoneUnknown:
		return nil, errors.New("no zone")
	}
	if seconds, ok := offsetSeconds(zone); ok {
		return time.FixedZone(zone, int(seconds)), nil
	}
	if strings.EqualFold(zone, "local") || strings.EqualFold(zone, "localtime") {
		return nil, errors.New("the machine's zone is none of the data's")
	}
	return time.LoadLocation(zone)
}

// location is the zone of a column of timestamps, UTC for any other; E313 when it is
// not known.
func (c *Column) location() (*time.Location, error) {
	if c.Type.Kind != Timestamp || c.Type.Zone == "" {
		return time.UTC, nil
	}
	loc, err := location(c.Type.Zone)
	if err != nil {
		return nil, unknownZone(c, c.Type.Zone)
	}
	return loc, nil
}

// unknownZone is the finding for a zone of a column.
func unknownZone(c *Column, zone string) fault.Finding {
	f := fault.Finding{Code: fault.MixedTimes, Place: column(c.Name), What: "zone " + fault.Quote(zone) + " is not known", Rule: "a name like America/New_York, the same on every machine", Remedy: "set data.timezone (data inspect: --timezone)"}
	if zone == zoneUnknown {
		f.What, f.Rule = "its zone is in "+arrowSchemaKey+", which is damaged", "a zone that can be read"
	}
	return f
}

// localDate is the date in a zone and the time of day there, in column units.
func localDate(v, perDay int64, loc *time.Location) (data.Date, int64) {
	perSecond := perDay / 86400
	s := floorDiv(v, perSecond)
	_, offset := time.Unix(s, 0).In(loc).Zone()
	local := v + int64(offset)*perSecond
	d := floorDiv(local, perDay)
	return data.Date(d), local - d*perDay
}

// clockCheck sees that all timestamps share one time of day.
type clockCheck struct {
	column *Column
	zone   string
	place  func(int) string
	f      *findings
	known  bool
	first  int64
	said   bool
}

func (k *clockCheck) see(row int, of int64) {
	if !k.known {
		k.known, k.first = true, of
		return
	}
	if of == k.first || k.said {
		return
	}
	k.said = true
	remedy := "store dates"
	if k.column.Type.Zone != "" {
		remedy = "give data.timezone, the market's zone, or store dates"
	}
	perSecond := k.column.Type.perDay() / 86400
	zone := k.zone
	if zone == "" {
		zone = "local"
	}
	k.f.add(fault.Finding{Code: fault.MixedTimes, Place: k.place(row), What: fmt.Sprintf("timestamps at %s and %s (%s) in %s", clockText(k.first, perSecond), clockText(of, perSecond), zone, column(k.column.Name)),
		Rule: "one session a date, at one time of day", Remedy: remedy})
}

func clockText(v, perSecond int64) string {
	return time.Unix(v/perSecond, 0).UTC().Format("15:04:05")
}

// textDates reads texts like 2020-01-31, with or without a time of day that is
// the same in every row; an offset behind it is taken as the market's own.
func textDates(c *Column, place func(int) string, f *findings) []data.Date {
	type parsed struct {
		d  data.Date
		ok bool
	}
	of := make([]parsed, len(c.Dict))
	clock, wrong := "", -1
	for k, s := range c.Dict {
		d, t, err := textDate(s)
		of[k] = parsed{d, err == nil}
		switch {
		case err != nil:
		case clock == "":
			clock = t
		case t != clock && wrong < 0:
			wrong = k
		}
	}
	dates := make([]data.Date, len(c.Codes))
	said := false
	for i, k := range c.Codes {
		dates[i] = data.NoDate
		switch {
		case c.Null(i):
		case !of[k].ok:
			if !f.full(fault.BadCell) {
				f.add(fault.Finding{Code: fault.BadCell, Place: place(i), What: fault.Quote(c.Dict[k]) + " in " + column(c.Name) + " is not a date", Rule: "YYYY-MM-DD", Remedy: "write dates as 2020-01-31"})
			}
		default:
			dates[i] = of[k].d
			if int(k) == wrong && !said {
				said = true
				f.add(fault.Finding{Code: fault.MixedTimes, Place: place(i), What: fmt.Sprintf("%s beside another time of day (%s) in %s", fault.Quote(c.Dict[k]), clock, column(c.Name)), Rule: "one session a date, at one time of day", Remedy: "store dates"})
			}
		}
	}
	return dates
}

// textDate reads a date and the time of day behind it as it is written ("00:00"
// for none), so that equal clocks compare equal.
func textDate(s string) (data.Date, string, error) {
	if len(s) < 10 {
		return data.NoDate, "", fmt.Errorf("%q is not a date", s)
	}
	d, err := data.ParseDate(s[:10])
	if err != nil {
		return d, "", err
	}
	rest := s[10:]
	if rest == "" {
		return d, "00:00:00", nil
	}
	if rest[0] != ' ' && rest[0] != 'T' {
		return data.NoDate, "", fmt.Errorf("%q is not a date", s)
	}
	rest = rest[1:]
	for _, form := range []string{"15:04:05.999999999Z07:00", "15:04:05.999999999-0700", "15:04:05.999999999", "15:04Z07:00", "15:04"} {
		if t, err := time.Parse(form, strings.TrimSpace(rest)); err == nil {
			return d, t.Format("15:04:05.999999999"), nil
		}
	}
	return data.NoDate, "", fmt.Errorf("%q is not a date", s)
}
