package oracle_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"evenkeel/benchmarks/oracle"
	"evenkeel/data"
	"evenkeel/strategies"
)

// looks are the sessions that a schedule chooses, by the words of the rule.
func looks(c data.Schedule, dates []int32) []bool {
	chosen := make([]bool, len(dates))
	for d := 1; d < len(dates); d++ {
		day := time.Unix(int64(dates[d])*86400, 0).UTC()
		switch {
		case c.Every > 0:
			chosen[d] = ((d-c.Offset)%c.Every+c.Every)%c.Every == 0
		case c.Days != 0:
			chosen[d] = c.Days>>int(day.Weekday())&1 == 1
		case c.Last: // only if the data hold a later session in the next period
			chosen[d] = d+1 < len(dates) && period(c.Period, dates[d]) != period(c.Period, dates[d+1])
		default:
			chosen[d] = period(c.Period, dates[d]) != period(c.Period, dates[d-1])
		}
	}
	return chosen
}

// period numbers the period that a day is in.
func period(p data.Period, day int32) int {
	t := time.Unix(int64(day)*86400, 0).UTC()
	month := t.Year()*12 + int(t.Month()) - 1
	switch p {
	case data.Week:
		return int(day+3) / 7 // 1970-01-01 was a Thursday
	case data.Month:
		return month
	case data.Quarter:
		return month / 3
	case data.HalfYear:
		return month / 6
	}
	return t.Year()
}

func drawSchedule(t *rapid.T) data.Schedule {
	switch rapid.IntRange(0, 4).Draw(t, "schedule") {
	case 0:
		return data.Schedule{Days: uint8(rapid.IntRange(1, 127).Draw(t, "weekdays"))}
	case 1:
		p := rapid.SampledFrom([]data.Period{data.Week, data.Month, data.Quarter, data.HalfYear, data.Year}).Draw(t, "period")
		return data.Schedule{Period: p, Last: rapid.Bool().Draw(t, "last")}
	}
	n := rapid.SampledFrom([]int{1, 1, 2, 5}).Draw(t, "every")
	return data.Schedule{Every: n, Offset: rapid.IntRange(0, n-1).Draw(t, "offset")}
}

// when is how a policy looks, in the engine's words.
type when struct {
	looking strategies.Looking
	mini    *strategies.Mini
}

// drawWhen draws dates that lie days or weeks apart, and how the policy looks.
func drawWhen(t *rapid.T, s *setting) (w when) {
	in := &s.in
	most := rapid.SampledFrom([]int{1, 3, 10, 40}).Draw(t, "most days between sessions")
	for d := range in.Dates[1:] {
		in.Dates[d+1] = in.Dates[d] + int32(rapid.IntRange(1, most).Draw(t, "days"))
	}
	for k := range in.Costs { // the dates of costs are those of sessions
		if in.Costs[k].From != 0 {
			in.Costs[k].From = in.Dates[len(in.Dates)/2]
		}
	}
	w.looking.Look = drawSchedule(t)
	in.Look = looks(w.looking.Look, in.Dates)
	months := []int{1, 3, 6, 12}
	switch rapid.IntRange(0, 4).Draw(t, "looking") {
	case 0:
		in.Pause = rapid.SampledFrom(months).Draw(t, "pause")
	case 1:
		in.After = rapid.SampledFrom(months).Draw(t, "after")
		w.looking.Look = data.EverySession
	case 2, 3:
		nav := 1.3
		for range rapid.IntRange(1, 3).Draw(t, "segments") {
			nav = math.Round(nav*rapid.Float64Range(0.8, 0.99).Draw(t, "threshold")*1e3) / 1e3
			drawSegment(t, in, &w, in.Cash*nav)
		}
		drawSegment(t, in, &w, 0)
		in.Hysteresis = rapid.SampledFrom([]float64{0, 0.02, 0.1}).Draw(t, "hysteresis")
	}
	w.looking.Pause, w.looking.After, w.looking.Hysteresis = in.Pause, in.After, in.Hysteresis
	if in.Strategy == "bands" && rapid.IntRange(0, 2).Draw(t, "mini") == 0 {
		drawMini(t, in, &w)
	}
	return w
}

func drawSegment(t *rapid.T, in *oracle.Input, w *when, nav float64) {
	look, pause := drawSchedule(t), rapid.SampledFrom([]int{0, 0, 1, 6}).Draw(t, "segment's pause")
	in.Segments = append(in.Segments, oracle.Segment{NAV: nav, Look: looks(look, in.Dates), Pause: pause})
	w.looking.Segments = append(w.looking.Segments, strategies.Segment{NAV: nav, Look: look, Pause: pause})
}

func drawMini(t *rapid.T, in *oracle.Input, w *when) {
	look := drawSchedule(t)
	m := &strategies.Mini{
		Look:      look,
		Deviation: rapid.SampledFrom([]float64{0.02, 0.1, 0.3}).Draw(t, "mini deviation"),
		Major:     rapid.SampledFrom([]float64{0.02, 0.1, 0.3}).Draw(t, "major"),
		Largest:   rapid.IntRange(1, len(in.Symbols)).Draw(t, "mini largest"),
	}
	w.mini = m
	in.Mini = &oracle.Mini{Look: looks(look, in.Dates), Deviation: m.Deviation, Major: m.Major, Largest: m.Largest}
	in.Unfunded = "nothing"
}

// install makes the policy look as drawn.
func (w *when) install(p strategies.Strategy) {
	switch p := p.(type) {
	case *strategies.Bands:
		p.Looking, p.Mini = w.looking, w.mini
	case *strategies.Calendar:
		p.Looking = w.looking
	case *strategies.Rebalance:
		p.Looking, p.Mini = w.looking, w.mini
	}
}

// Segments, pauses, hysteresis, looks that count from the last rebalance, and
// mini-rebalances between the looks.
func TestEngineAgreesOnLooks(t *testing.T) {
	agrees(t, func(t *rapid.T) *setting {
		s := drawSetting(t)
		s.plain()
		w := drawWhen(t, &s)
		s.when = &w
		t.Logf("looks %+v, mini %+v, %s", w.looking, w.mini, s.in.Strategy)
		for _, x := range parts {
			if rapid.IntRange(0, 6).Draw(t, x.name) == 0 {
				x.draw(t, &s.in)
			}
		}
		settled(&s.in)
		return &s
	})
}
