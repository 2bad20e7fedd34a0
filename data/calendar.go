package data

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Period is a stretch of the calendar that a schedule takes the first or last
// session of.
type Period uint8

const (
	Week Period = iota + 1 // Monday to Sunday
	Month
	Quarter
	HalfYear
	Year
)

var periodWords = [...]string{Week: "week", Month: "month", Quarter: "quarter", HalfYear: "half_year", Year: "year"}

// Schedule describes which sessions are chosen, before the sessions are known. The
// zero value chooses none. A schedule is comparable, so calendars can be kept
// by it.
type Schedule struct {
	Every  int    // every n sessions; 1 is every session
	Offset int    // with Every: session d is chosen when (d - Offset) mod Every = 0
	Weeks  int    // first session of every n-th week after that of session 0; 2 or more
	Days   uint8  // weekdays, bit 0 Sunday to bit 6 Saturday
	Next   bool   // with Days: where such a day is no session, the next session
	Period Period // first or last session of each
	Last   bool   // with Period: the last session, not the first
}

// EverySession chooses every session.
var EverySession = Schedule{Every: 1}

var weekdayWords = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// ScheduleWords are the fixed words of ParseSchedule, for help and completion.
func ScheduleWords() []string {
	words := []string{"session"}
	for _, p := range periodWords[1:] {
		words = append(words, p+"_start", p+"_end")
	}
	return words
}

// ParseSchedule reads session, 5 sessions, 5 sessions offset 2, 2 weeks, mon/wed/fri,
// fri else next, and week_, month_, quarter_, half_year_ or year_ with start or end.
func ParseSchedule(text string) (Schedule, error) {
	word := strings.TrimSpace(text)
	if word == "session" {
		return EverySession, nil
	}
	for p := Week; p <= Year; p++ {
		switch word {
		case periodWords[p] + "_start":
			return Schedule{Period: p}, nil
		case periodWords[p] + "_end":
			return Schedule{Period: p, Last: true}, nil
		}
	}
	if s, ok := parseEvery(strings.Fields(word)); ok {
		return s, nil
	}
	on, next := strings.CutSuffix(word, elseNext)
	if days, ok := parseDays(on); ok {
		return Schedule{Days: days, Next: next}, nil
	}
	offset := ""
	if strings.Contains(word, " offset") {
		offset = "; an offset goes with a number of sessions alone and is less than it, 0 to 4 of 5 sessions"
	}
	return Schedule{}, fmt.Errorf("unknown frequency %q; want session, 5 sessions, 2 weeks, mon/wed/fri, fri else next, or one of %s%s", text, strings.Join(ScheduleWords()[1:], ", "), offset)
}

const elseNext = " else next"

func parseEvery(f []string) (Schedule, bool) {
	if len(f) < 2 {
		return Schedule{}, false
	}
	n, err := strconv.Atoi(f[0])
	if err != nil || n < 1 || n > 1_000_000 {
		return Schedule{}, false
	}
	switch f[1] {
	case "week", "weeks":
		if n == 1 {
			return Schedule{Period: Week}, len(f) == 2 // the same sessions
		}
		return Schedule{Weeks: n}, len(f) == 2
	case "session", "sessions":
	default:
		return Schedule{}, false
	}
	s := Schedule{Every: n}
	if len(f) == 4 && f[2] == "offset" {
		s.Offset, err = strconv.Atoi(f[3])
		return s, err == nil && s.Offset >= 0 && s.Offset < n
	}
	return s, len(f) == 2
}

func parseDays(word string) (days uint8, ok bool) {
	for day := range strings.SplitSeq(word, "/") {
		i := slices.Index(weekdayWords[:], day)
		if i < 0 || days&(1<<i) != 0 {
			return 0, false
		}
		days |= 1 << i
	}
	return days, true
}

// String is the schedule in the words that ParseSchedule reads.
func (c Schedule) String() string {
	switch {
	case c.Period != 0 && c.Last:
		return periodWords[c.Period] + "_end"
	case c.Period != 0:
		return periodWords[c.Period] + "_start"
	case c.Days != 0:
		var days []string
		for i := range 7 { // Monday first
			if d := (i + 1) % 7; c.Days&(1<<d) != 0 {
				days = append(days, weekdayWords[d])
			}
		}
		if c.Next {
			return strings.Join(days, "/") + elseNext
		}
		return strings.Join(days, "/")
	case c.Weeks > 0:
		return fmt.Sprintf("%d weeks", c.Weeks)
	case c.Every == 1:
		return "session"
	case c.Every > 1 && c.Offset != 0:
		return fmt.Sprintf("%d sessions offset %d", c.Every, c.Offset)
	case c.Every > 1:
		return fmt.Sprintf("%d sessions", c.Every)
	}
	return "never"
}

// Calendar is a set of sessions of one panel. It does not change after it is
// made and may be shared.
type Calendar struct {
	words []uint64
	n     int
	all   bool
}

// NewCalendar is the set of the sessions 0..n-1 that pick chooses.
func NewCalendar(n int, pick func(session int) bool) *Calendar {
	c := &Calendar{words: make([]uint64, (n+63)/64), n: n}
	for s := range n {
		if pick(s) {
			c.words[s/64] |= 1 << (s % 64)
		}
	}
	c.all = c.Count(1, n) == n-1
	return c
}

// Has reports whether session s is in the set.
func (c *Calendar) Has(s int) bool { return c.words[s/64]>>(s%64)&1 != 0 }

// All reports whether every session from 1 on is in the set.
func (c *Calendar) All() bool { return c.all }

// Next is the first session of the set at or after s, or the number of sessions
// when there is none.
func (c *Calendar) Next(s int) int {
	if s >= c.n {
		return c.n
	}
	at := s / 64
	w := c.words[at] >> (s % 64) << (s % 64)
	for w == 0 {
		if at++; at == len(c.words) {
			return c.n
		}
		w = c.words[at]
	}
	return at*64 + bits.TrailingZeros64(w)
}

// Count is the number of sessions of the set in [from, to).
func (c *Calendar) Count(from, to int) int {
	if to = min(to, c.n); from >= to {
		return 0
	}
	return c.before(to) - c.before(from)
}

// before is the number of sessions of the set in [0, s).
func (c *Calendar) before(s int) int {
	k := 0
	for _, w := range c.words[:s/64] {
		k += bits.OnesCount64(w)
	}
	if s%64 != 0 {
		k += bits.OnesCount64(c.words[s/64] << (64 - s%64))
	}
	return k
}

// Calendar is the set of the panel's sessions that the schedule chooses; it is
// made once a panel. A session is the last of its period only if a later session
// lies in another period (the panel's last session never is), and the first only
// if an earlier one does (session 0 never is).
func (p *Panel) Calendar(c Schedule) *Calendar {
	p.calendars.Lock()
	defer p.calendars.Unlock()
	if made := p.calendars.made[c]; made != nil {
		return made
	}
	made := NewCalendar(len(p.dates), func(s int) bool { return c.picks(p.dates, s) })
	if p.calendars.made == nil {
		p.calendars.made = map[Schedule]*Calendar{}
	}
	p.calendars.made[c] = made
	return made
}

func (c Schedule) picks(dates []Date, s int) bool {
	switch {
	case c.Period != 0 && c.Last:
		return s+1 < len(dates) && c.Period.of(dates[s]) != c.Period.of(dates[s+1])
	case c.Period != 0:
		return s > 0 && c.Period.of(dates[s]) != c.Period.of(dates[s-1])
	case c.Days != 0 && c.Next && s > 0:
		return c.anyDay(dates[s-1]+1, dates[s])
	case c.Days != 0:
		return c.Days>>uint(dates[s].Weekday())&1 != 0
	case c.Weeks > 0:
		week := Week.of(dates[s])
		return s > 0 && week != Week.of(dates[s-1]) && (week-Week.of(dates[0]))%c.Weeks == 0
	case c.Every > 0:
		return ((s-c.Offset)%c.Every+c.Every)%c.Every == 0
	}
	return false
}

// anyDay reports whether one of the days from first to last is one of the weekdays.
func (c Schedule) anyDay(first, last Date) bool {
	for d := max(first, last-6); d <= last; d++ {
		if c.Days>>uint(d.Weekday())&1 != 0 {
			return true
		}
	}
	return false
}

// of numbers the period that a date lies in.
func (p Period) of(d Date) int {
	if p == Week {
		return int(floorDiv(int64(d)+3, 7)) // 1969-12-29 was a Monday
	}
	y, m, _ := d.Civil()
	switch m--; p {
	case Month:
		return y*12 + m
	case Quarter:
		return y*4 + m/3
	case HalfYear:
		return y*2 + m/6
	}
	return y
}

// WeekdayMask is the set of the given weekdays as Schedule.Days wants it.
func WeekdayMask(days ...time.Weekday) (mask uint8) {
	for _, d := range days {
		mask |= 1 << uint(d)
	}
	return mask
}

// Union is the set of sessions that any of the calendars holds; they are of one
// panel. Calendars that are one and the same are returned as they are.
func Union(calendars ...*Calendar) *Calendar {
	u := calendars[0]
	for _, c := range calendars[1:] {
		if c != u {
			a := u
			u = NewCalendar(a.n, func(s int) bool { return a.Has(s) || c.Has(s) })
		}
	}
	return u
}
