package audit_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim"
)

// until is the panel of the sessions before s.
func until(t require.TestingT, p *data.Panel, s int) *data.Panel {
	x := p.Table()
	n := p.Assets()
	x.Dates, x.Close, x.Open = x.Dates[:s], x.Close[:s*n], x.Open[:s*n]
	x.Volume, x.Spread, x.Stale = x.Volume[:s*n], x.Spread[:s*n], x.Stale[:s*n]
	x.Lives = nil
	x.Actions = slices.DeleteFunc(slices.Clone(x.Actions), func(a data.DatedAction) bool { return a.Date >= p.Date(s) })
	q, err := data.Make(x)
	require.NoError(t, err)
	return q
}

// otherwise is the panel with everything from session s on changed.
func otherwise(t require.TestingT, p *data.Panel, s int, by float64) *data.Panel {
	x := p.Table()
	n := p.Assets()
	x.Close, x.Open, x.Volume, x.Spread = slices.Clone(x.Close), slices.Clone(x.Open), slices.Clone(x.Volume), slices.Clone(x.Spread)
	for k := s * n; k < len(x.Close); k++ {
		f := 1 + by*float64(k%7-3)
		x.Close[k], x.Open[k], x.Volume[k], x.Spread[k] = x.Close[k]*f, x.Open[k]*f, x.Volume[k]*f, x.Spread[k]*f
	}
	x.Actions = slices.Clone(x.Actions)
	for i := range x.Actions {
		if a := &x.Actions[i]; a.Date >= p.Date(s) {
			a.Split, a.Dividend = 1, a.Dividend+0.01
		}
	}
	q, err := data.Make(x)
	require.NoError(t, err)
	return q
}

// past are the entries and the decisions before session s.
func past(r *sim.Record, s int) ([]sim.Entry, []sim.Decision) {
	e := slices.IndexFunc(r.Log.Entries, func(x sim.Entry) bool { return int(x.Session) >= s })
	d := slices.IndexFunc(r.Log.Decisions, func(x sim.Decision) bool { return int(x.Session) >= s })
	if e < 0 {
		e = len(r.Log.Entries)
	}
	if d < 0 {
		d = len(r.Log.Decisions)
	}
	decisions := slices.Clone(r.Log.Decisions[:d])
	for i := range decisions {
		decisions[i].Turnover = 0 // its fills may be later ones
	}
	return slices.Clone(r.Log.Entries[:e]), decisions
}

// cutAt is the mandate without what happens from session s on; the terms' dates stay.
func cutAt(m *sim.Mandate, s int) *sim.Mandate {
	c := *m
	c.Policy, c.Terms = nil, nil
	c.Flows = slices.DeleteFunc(slices.Clone(m.Flows), func(f sim.Flow) bool { return f.Session >= s })
	c.Changes = slices.DeleteFunc(slices.Clone(m.Changes), func(x sim.Change) bool { return x.Session >= s })
	c.Endings = slices.DeleteFunc(slices.Clone(m.Endings), func(x sim.Ending) bool { return x.Session >= s })
	return &c
}

// With everything on, a run over the first sessions is the beginning of the run over
// all of them, and nothing that changes later changes what was before: entries,
// decisions and NAV to the last bit.
func TestNothingIsSeenBeforeItHappens(t *testing.T) {
	p := rough(t)
	runs := map[[2]int]sim.Record{}
	with := func(q *data.Panel, m *sim.Mandate, fill, bridge int) sim.Record {
		m.Terms, m.Tax = everything(t, q), lots(t)
		m.Terms.Fill, m.Terms.Bridge = sim.FillTime(fill), bridge == 1
		return own(ran(t, q, m))
	}
	rapid.Check(t, func(rt *rapid.T) {
		fill, bridge := rapid.IntRange(0, 2).Draw(rt, "fill"), rapid.IntRange(0, 1).Draw(rt, "bridge")
		whole, ok := runs[[2]int{fill, bridge}]
		if !ok {
			whole = with(p, everyOther(t, p), fill, bridge)
			runs[[2]int{fill, bridge}] = whole
		}
		s := rapid.IntRange(2, days-1).Draw(rt, "session")
		entries, decisions := past(&whole, s)
		for _, q := range []*data.Panel{until(rt, p, s), otherwise(rt, p, s, rapid.SampledFrom([]float64{0.01, 0.2}).Draw(rt, "change"))} {
			m := everyOther(t, p)
			if q.Sessions() == s {
				m = cutAt(m, s)
			}
			part := with(q, m, fill, bridge)
			gotEntries, gotDecisions := past(&part, s)
			require.Equal(rt, entries, gotEntries)
			require.Equal(rt, decisions, gotDecisions)
			require.Equal(rt, whole.NAV[:s], part.NAV[:s])
			sound(rt, &part)
		}
	})
}
