package metric_test

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
	"evenkeel/sim/metric"
	"evenkeel/sim/tax"
)

// Every measure of the catalog keeps what it promises.
func TestMeasuresKeepTheirPromises(t *testing.T) {
	inputs := everything(t)
	for _, m := range metric.All() {
		for _, wrong := range broken(m, inputs) {
			t.Errorf("measure %q %s", m.Name, wrong)
		}
	}
}

// The check finds the measures of a newcomer that break a promise.
func TestBrokenPromisesAreFound(t *testing.T) {
	inputs := everything(t)
	good := metric.Measure{Title: "Widest drift", Unit: metric.Fraction, Better: -1, Needs: metric.NeedDrift, Of: func(in *metric.Input) float64 { return metric.MaxDrift(in.Record) },
		Card: card.Card{Name: "widest_drift", Doc: "largest distance of a weight from its target"}}
	require.Empty(t, broken(good, inputs))
	for want, change := range map[string]func(m *metric.Measure){
		"claims to need nothing and reads drift": func(m *metric.Measure) { m.Needs = 0 },
		"claims to need log and does not":        func(m *metric.Measure) { m.Needs |= metric.NeedLog },
		"claims to need columns and does not":    func(m *metric.Measure) { m.Needs |= metric.NeedColumns },
		"has no Doc":                             func(m *metric.Measure) { m.Doc = "" },
		"has no Title":                           func(m *metric.Measure) { m.Title = "" },
		"has no Of":                              func(m *metric.Measure) { m.Of = nil },
		"has the name \"Widest\"":                func(m *metric.Measure) { m.Name = "Widest" },
		"is 0 without drift: what is missing is undefined, NaN": func(m *metric.Measure) {
			m.Of = func(in *metric.Input) float64 {
				if in.Record.DriftMost == nil {
					return 0
				}
				return metric.MaxDrift(in.Record)
			}
		},
		"is +Inf": func(m *metric.Measure) {
			of := m.Of
			m.Of = func(in *metric.Input) float64 { return 1 / (of(in) - of(in)) }
		},
		"is defined in no record": func(m *metric.Measure) { m.Of = func(*metric.Input) float64 { return math.NaN() } },
		"panics": func(m *metric.Measure) {
			m.Of = func(in *metric.Input) float64 { return in.Record.DriftMost[in.Record.First+1] }
		},
		"is another number when it is asked again": func(m *metric.Measure) {
			n := 0.0
			of := m.Of
			m.Of = func(in *metric.Input) float64 { n++; return of(in) + n }
		},
		"reads columns": func(m *metric.Measure) {
			m.Of = func(in *metric.Input) float64 { return metric.MaxDrawdown(in.Record.NAV) + metric.MaxDrift(in.Record) }
		},
	} {
		m := good
		change(&m)
		require.Contains(t, fmt.Sprint(broken(m, inputs)), want)
	}
}

var measureName = regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)

// broken are the promises that a measure breaks: its card, and what it is of inputs
// with all that it needs, with no more, and with less.
func broken(m metric.Measure, inputs []metric.Input) (wrong []string) {
	say := func(format string, args ...any) {
		if s := fmt.Sprintf(format, args...); !slices.Contains(wrong, s) {
			wrong = append(wrong, s)
		}
	}
	if !measureName.MatchString(m.Name) {
		say("has the name %q: want small letters with _ between words", m.Name)
	}
	if m.Title == "" {
		say("has no Title, which reports print")
	}
	if m.Doc == "" {
		say("has no Doc: one sentence that defines it")
	}
	if m.Of == nil {
		say("has no Of")
		return wrong
	}
	defined, matters := false, metric.Needs(0)
	for _, in := range inputs {
		x, err := value(m, in)
		if err != nil {
			say("%v", err)
			continue
		}
		again, _ := value(m, in)
		if !alike(x, again) {
			say("is another number when it is asked again: %v, then %v", x, again)
			continue
		}
		defined = defined || x == x
		if math.IsInf(x, 0) {
			say("is %v: what is undefined is NaN", x)
		}
		for need := metric.Needs(1); need <= metric.NeedTax; need <<= 1 {
			less, ok := without(in, need)
			if !ok {
				continue
			}
			y, err := value(m, less)
			claimed := m.Needs.Has(need)
			if claimed && err == nil && !alike(x, y) {
				matters |= need
			}
			switch {
			case err != nil:
				say("%v without %v: what is missing is undefined, NaN", err, need)
			case !claimed && !alike(x, y):
				say("claims to need %v and reads %v: put metric.Need... of it into Needs", m.Needs, need)
			case claimed && need != metric.NeedColumns && y == y:
				say("is %v without %v: what is missing is undefined, NaN; or it claims to need %v and does not", y, need, need)
			}
		}
	}
	if !defined {
		say("is defined in no record that has everything: it would be an empty column")
	} else if idle := m.Needs &^ matters; idle != 0 {
		say("claims to need %v and does not", idle)
	}
	return wrong
}

// value is a measure of an input, within Begin and End; a panic is an error.
func value(m metric.Measure, in metric.Input) (x float64, err error) {
	defer func() {
		if what := recover(); what != nil {
			x, err = math.NaN(), fmt.Errorf("panics (%v)", what)
		}
	}()
	in.Begin()
	defer in.End()
	return m.Of(&in), nil
}

func alike(x, y float64) bool {
	return math.Float64bits(x) == math.Float64bits(y) || x != x && y != y
}

// without is an input with one thing less; false where it had none. Of the columns the
// values between the first and the last are none; with flows, they are left.
func without(in metric.Input, need metric.Needs) (metric.Input, bool) {
	r := *in.Record
	in.Record = &r
	had := true
	switch need {
	case metric.NeedColumns:
		if had = r.Flow == nil && r.End-r.First > 2; had {
			nav := make([]float64, len(r.NAV))
			for i := range nav {
				nav[i] = math.NaN()
			}
			nav[r.First], nav[r.End-1] = r.NAV[r.First], r.NAV[r.End-1]
			r.NAV = nav
		}
	case metric.NeedDrift:
		r.DriftHalf, r.DriftMost = nil, nil
	case metric.NeedLog:
		r.Log = nil
	case metric.NeedReference:
		in.Reference = nil
	case metric.NeedTwin:
		in.Twin = nil
	case metric.NeedHold:
		in.Hold = nil
	case metric.NeedLimits:
		in.Limits = nil
	case metric.NeedTax:
		m := *r.Mandate
		m.Tax, r.Mandate = nil, &m
	}
	return in, had
}

// everything are records that have all that a measure may need: an account that trades
// and pays taxes, the same with deposits and withdrawals, one of a single session, one
// whose prices stand still, and one that is ruined.
func everything(t testing.TB) []metric.Input {
	flows := []sim.Flow{{Session: 4, Amount: 50_000}, {Session: 70, Percent: -0.1}}
	ruin := []sim.Flow{{Session: 5, Amount: -5e6}}
	return []metric.Input{
		full(t, wander(t, 3, 3, 400), nil), full(t, wander(t, 4, 3, 400), flows), full(t, wander(t, 5, 3, 1), nil),
		full(t, level(t, 30), nil), full(t, wander(t, 6, 3, 20), ruin),
	}
}

// level is a panel of prices that never move.
func level(t testing.TB, sessions int) *data.Panel {
	dates, closes := make([]data.Date, sessions), make([]float64, 3*sessions)
	for s := range dates {
		dates[s] = data.Date(s)
	}
	for i := range closes {
		closes[i] = 10
	}
	p, err := data.NewPanel(data.Adjusted, dates, []string{"A", "B", "C"}, closes, closes)
	require.NoError(t, err)
	return p
}

// full is an account on a panel with all that a measure may read of it.
func full(t testing.TB, p *data.Panel, flows []sim.Flow) metric.Input {
	mandate := func(policy sim.Policy, costs ...sim.Cost) *sim.Mandate {
		m := &sim.Mandate{Policy: policy, Targets: equal(3), Cash: 1e6, Flows: flows, Terms: &sim.Terms{Costs: costs}}
		account, err := tax.New(tax.Standard)
		require.NoError(t, err)
		m.Tax = account
		return m
	}
	costs := []sim.Cost{bill{rate: 0.002}, bill{rate: 0.001, implicit: true}}
	r := replayed(t, p, mandate(sway{1, 7}, costs...))
	lo, hi := []float64{0.3, 0.3, 0.3}, []float64{0.35, 0.35, 0.35}
	return metric.Input{
		Record: r, PeriodsPerYear: 252, RiskFree: 0.01, Reference: metric.MandateReturns(p, r.Mandate),
		Twin: replayed(t, p, mandate(sway{1, 7})), Hold: replayed(t, p, mandate(sway{1, 100_000}, costs...)),
		Limits: []sim.Edges{{Lo: lo, Hi: hi}}, Looks: p.Calendar(data.Schedule{Every: 7}),
	}
}
