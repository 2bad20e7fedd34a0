package strategies

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Looking says at which sessions weights are compared with limits. The zero value
// with a schedule looks whenever the schedule says.
type Looking struct {
	Look  data.Schedule
	Pause int  // months without looks after a rebalance
	Rest  Rest // the same in sessions or days; one of the two is given
	// After: looks begin this many months after the last rebalance (the start,
	// before the first), and go on until one happens.
	After      int
	Segments   []Segment // by NAV at the look; nil: one for all
	Hysteresis float64   // a segment is left downwards only below its NAV x (1 - this)

	calendar  *data.Calendar
	calendars []*data.Calendar // of the segments
	union     union
	segment   int
	last      data.Date // of the last rebalance's decision; NoDate before
	lastAt    int       // its session
	start     data.Date
}

// Segment is how accounts of a size look: the first segment whose NAV is reached.
type Segment struct {
	NAV   float64
	Look  data.Schedule
	Pause int // months
	Rest  Rest
}

// Rest is a pause that is not counted in months. The zero value is none.
type Rest struct{ Sessions, Days int }

// pauses reports whether a look falls into the pause after the last rebalance.
func (l *Looking) pauses(months int, rest Rest, session int, on data.Date) bool {
	if l.last == data.NoDate {
		return false
	}
	return months > 0 && on < l.last.AddMonths(months) || on < l.last+data.Date(rest.Days) || session < l.lastAt+rest.Sessions
}

// begin makes ready for a run and says whether the calendar alone tells the looks.
// New targets in the middle of a run leave pauses as they are.
func (l *Looking) begin(v *sim.View) (plain bool) {
	if !v.Changed {
		l.last, l.start, l.segment = data.NoDate, v.Date(), -1
	}
	if l.Segments == nil {
		l.calendar = v.Calendar(l.Look)
		return !l.remembers()
	}
	l.calendars = l.calendars[:0]
	for _, s := range l.Segments {
		l.calendars = append(l.calendars, v.Calendar(s.Look))
	}
	l.calendar = l.union.of(l.calendars...)
	return false
}

// union keeps the union of calendars from one run to the next.
type union struct {
	from []*data.Calendar
	made *data.Calendar
}

func (u *union) of(calendars ...*data.Calendar) *data.Calendar {
	if u.made == nil || !slices.Equal(u.from, calendars) {
		u.from, u.made = append(u.from[:0], calendars...), data.Union(calendars...)
	}
	return u.made
}

// sessions are the looks of all segments together.
func (l *Looking) sessions(p *data.Panel) *data.Calendar {
	if l.Segments == nil {
		return p.Calendar(l.Look)
	}
	var all []*data.Calendar
	for _, s := range l.Segments {
		all = append(all, p.Calendar(s.Look))
	}
	return data.Union(all...)
}

// at returns what today is: new targets are looked at regardless of pauses.
func (l *Looking) at(v *sim.View) sim.Look {
	kind := l.kind(v.Session, v.Date(), v.Size(), v.Look) // asked in any case: it enters segments
	if v.Changed {
		return sim.Looked
	}
	return kind
}

// kind returns what a session is by the calendar, the segment of the account's size and the last rebalance. A
// segment is entered and left at looks alone, not at mini-rebalances between them.
func (l *Looking) kind(session int, on data.Date, size float64, look bool) sim.Look {
	pause, rest := l.Pause, l.Rest
	if look = look && l.calendar.Has(session); look && l.Segments != nil {
		s := l.settle(size)
		if s < 0 {
			return sim.NotALook
		}
		look, pause, rest = l.calendars[s].Has(session), l.Segments[s].Pause, l.Segments[s].Rest
	}
	switch {
	case !look:
		return sim.NotALook
	case l.After > 0 && on < later(l.last, l.start).AddMonths(l.After):
		return sim.NotALook
	case l.pauses(pause, rest, session, on):
		return sim.Paused
	}
	return sim.Looked
}

func later(a, b data.Date) data.Date { return max(a, b) }

// settle is the segment of an account of this size (see sim.View.Size), -1 below all of
// them.
func (l *Looking) settle(size float64) int {
	at := slices.IndexFunc(l.Segments, func(s Segment) bool { return size >= s.NAV })
	if l.segment >= 0 && (at < 0 || at > l.segment) && size >= l.Segments[l.segment].NAV*(1-l.Hysteresis) {
		at = l.segment
	}
	l.segment = at
	return at
}

// remembers reports whether looks depend on when the last rebalance was.
func (l *Looking) remembers() bool {
	return l.Pause > 0 || l.Rest != Rest{} || l.After > 0 || l.Segments != nil
}

// traded remembers a rebalance.
func (l *Looking) traded(v *sim.View) { l.last, l.lastAt = v.Date(), v.Session }

// Title is when, in words.
func (l *Looking) Title() string {
	if l.Segments != nil {
		var parts []string
		for _, s := range l.Segments {
			parts = append(parts, fmt.Sprintf("from %s %s", strconv.FormatFloat(s.NAV, 'f', -1, 64), lookTitle(s.Look, s.Pause, s.Rest, 0)))
		}
		return strings.Join(parts, "; ")
	}
	return lookTitle(l.Look, l.Pause, l.Rest, l.After)
}

func lookTitle(look data.Schedule, pause int, rest Rest, after int) string {
	text := strings.ReplaceAll(look.String(), "_", " ")
	switch {
	case after > 0:
		text = fmt.Sprintf("%d months after rebalance", after)
	case look == data.EverySession:
		text = "every session"
	}
	switch {
	case pause > 0:
		text += fmt.Sprintf(", pause of %d months", pause)
	case rest.Sessions > 0:
		text += fmt.Sprintf(", pause of %d sessions", rest.Sessions)
	case rest.Days > 0:
		text += fmt.Sprintf(", pause of %d days", rest.Days)
	}
	return text
}

// lookKnob takes a schedule, or "6 months after rebalance".
func (l *Looking) lookKnob(def string) card.Knob {
	k := card.Look(&l.Look, "look", def, "when weights are compared with limits; also: 6 months after rebalance")
	plain := k.Parse
	k.Parse = func(v card.Value) (func(), error) {
		if n, ok := monthsAfter(v); ok {
			return func() { l.Look, l.After = data.EverySession, n }, nil
		}
		if _, ok := monthsOf(v.Text); ok && v.Kind == card.Text {
			return nil, card.Badly(v, "look %s: did you mean %q?", v.Text, v.Text+" after rebalance")
		}
		store, err := plain(v)
		if err != nil {
			return nil, err
		}
		return func() { store(); l.After = 0 }, nil
	}
	return k
}

func monthsAfter(v card.Value) (int, bool) {
	text, ok := strings.CutSuffix(strings.TrimSpace(v.Text), "after rebalance")
	if v.Kind != card.Text || !ok {
		return 0, false
	}
	return monthsOf(text)
}

// monthsOf reads 6 months or 1 year.
func monthsOf(text string) (int, bool) {
	f := strings.Fields(text)
	if len(f) != 2 {
		return 0, false
	}
	n, err := strconv.Atoi(f[0])
	if err != nil || n < 1 || n > 1200 {
		return 0, false
	}
	switch f[1] {
	case "month", "months":
		return n, true
	case "year", "years":
		return 12 * n, true
	}
	return 0, false
}

// PauseOf reads 6 months, 1 year, 10 sessions, 30 days, 2 weeks (14 days) or none.
func PauseOf(text string) (months int, rest Rest, ok bool) {
	if months, ok = monthsOf(text); ok {
		return months, rest, true
	}
	f := strings.Fields(text)
	if len(f) == 1 && f[0] == "none" {
		return 0, rest, true
	}
	if len(f) != 2 {
		return 0, rest, false
	}
	n, err := strconv.Atoi(f[0])
	if err != nil || n < 1 || n > maxPause {
		return 0, rest, false
	}
	switch f[1] {
	case "session", "sessions":
		return 0, Rest{Sessions: n}, true
	case "day", "days":
		return 0, Rest{Days: n}, true
	case "week", "weeks":
		return 0, Rest{Days: 7 * n}, true
	}
	return 0, rest, false
}

// maxPause is the longest pause in sessions, days or weeks.
const maxPause = 36_525

func readPause(v card.Value) (int, Rest, error) {
	if n, rest, ok := PauseOf(v.Text); ok && v.Kind == card.Text {
		return n, rest, nil
	}
	return 0, Rest{}, card.Badly(v, "want a pause: a whole number, 1 or more, of sessions, days, weeks, months or years, such as 6 months, or none; got %q", v.Text)
}

func (l *Looking) pauseKnob() card.Knob {
	return card.Knob{Name: "pause", Doc: "time without looks after each rebalance, such as 6 months, 10 sessions, 30 days, 2 weeks, or none; a target change forces a look all the same", Shape: card.PauseShape, Sweep: true, Parse: func(v card.Value) (func(), error) {
		n, rest, err := readPause(v)
		if err != nil {
			return nil, err
		}
		return func() { l.Pause, l.Rest = n, rest }, nil
	}}
}

// segmentParts are the keys of a segment.
var segmentParts = []card.Knob{
	{Name: "nav", Shape: card.MoneyShape, Required: true},
	{Name: "look", Shape: card.LookShape, Default: "session"},
	{Name: "pause", Shape: card.PauseShape},
}

func (l *Looking) segmentsKnob() card.Knob {
	return card.Knob{Name: "segments", Doc: "looks by account size, instead of look: the first row whose nav the account reaches applies, {nav: 25000, look: session}, {nav: 0, look: session, pause: 6 months}", Shape: card.RowsShape, Parts: segmentParts, Parse: func(v card.Value) (func(), error) {
		if v.Kind != card.List || len(v.List) == 0 {
			return nil, card.Badly(v, "want a list of {nav: MONEY, look: SCHEDULE, pause: 6 months}")
		}
		var all []Segment
		for i, row := range v.List {
			s, err := readSegment(row)
			if err != nil {
				return nil, err
			}
			if i > 0 && s.NAV >= all[i-1].NAV {
				return nil, card.Badly(row, "segments are given from the largest nav down: %g does not come below %g", s.NAV, all[i-1].NAV)
			}
			all = append(all, s)
		}
		return func() { l.Segments = all }, nil
	}}
}

func readSegment(v card.Value) (s Segment, err error) {
	s = Segment{NAV: math.NaN(), Look: data.EverySession}
	if v.Kind != card.Map {
		return s, card.Badly(v, "want {nav: MONEY, look: SCHEDULE, pause: 6 months}")
	}
	for i, key := range v.Keys {
		switch x := v.List[i]; key {
		case "nav":
			s.NAV, err = card.Number(x)
		case "look":
			s.Look, err = card.ReadSchedule(x)
		case "pause":
			s.Pause, s.Rest, err = readPause(x)
		default:
			err = &card.Problem{Path: x.Path, What: fmt.Sprintf("unknown key %q", key), Word: key, Near: []string{"nav", "look", "pause"}}
		}
		if err != nil {
			return s, err
		}
	}
	if !(s.NAV >= 0) {
		return s, card.Badly(v, "a segment needs its nav, 0 or more")
	}
	return s, nil
}
