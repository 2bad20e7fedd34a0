// Package reporttest holds the trial runs, golden files and checks of pages that the
// tests of reports share.
package reporttest

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/sim/ledger"
	"evenkeel/sim/metric"
	"evenkeel/strategies"
)

// Memory is a folder in memory.
type Memory map[string][]byte

func (m Memory) Write(name string, fill func(io.Writer) error) error {
	if _, ok := m[name]; ok {
		return fmt.Errorf("%s written twice", name)
	}
	var b bytes.Buffer
	if err := fill(&b); err != nil {
		return err
	}
	m[name] = b.Bytes()
	return nil
}

// Walk is a panel of random walks on weekdays from 2005 on, with opens.
func Walk(t testing.TB, symbols []string, sessions int) *data.Panel {
	rng := rand.New(rand.NewPCG(7, uint64(len(symbols))))
	n := len(symbols)
	var dates []data.Date
	for d := data.NewDate(2005, 1, 3); len(dates) < sessions; d++ {
		if w := d.Weekday(); w != 0 && w != 6 {
			dates = append(dates, d)
		}
	}
	closes, opens := make([]float64, 0, n*sessions), make([]float64, 0, n*sessions)
	price := make([]float64, n)
	for i := range price {
		price[i] = 50 + 10*float64(i)
	}
	for range sessions {
		market := rng.NormFloat64() * 0.006
		for i := range price {
			opens = append(opens, price[i]*math.Exp(rng.NormFloat64()*0.002))
			sigma := 0.003 + 0.003*float64(i%4)
			price[i] *= math.Exp(0.0001*float64(1+i%4) + market*float64(i%4)/2 + sigma*rng.NormFloat64())
			closes = append(closes, price[i])
		}
	}
	p, err := data.NewPanel(data.Adjusted, dates, symbols, closes, opens)
	require.NoError(t, err)
	return p
}

// Trial is a panel and what policies made of it.
type Trial struct {
	Panel    *data.Panel
	Targets  []float64
	Outcomes []outcome
}

// outcome is what became of a plan.
type outcome struct {
	Plan
	Record    *sim.Record
	Statement *ledger.Statement
	Values    []metric.Value
	Looks     *data.Calendar
}

// Plan is a policy of a trial run.
type Plan struct {
	Name, Title string
	Policy      strategies.Strategy
	Limits      []sim.Edges
	Changes     []sim.Change
	Flows       []sim.Flow
}

// MonthEnd is the last session of each month.
var MonthEnd = data.Schedule{Period: data.Month, Last: true}

// Never is buy and hold.
func Never() Plan {
	return Plan{Name: "never", Title: "buy and hold", Policy: strategies.NewBuyAndHold()}
}

// Monthly rebalances at the end of each month.
func Monthly(name string) Plan {
	return Plan{Name: name, Title: "calendar, month_end", Policy: strategies.NewCalendar(MonthEnd)}
}

// Banded is a policy of relative bands and rails, looked at every session.
func Banded(name string, targets []float64, band, rail float64) Plan {
	b := strategies.NewBands()
	b.Band, b.Rail = strategies.Both(strategies.Relative(band)), strategies.Both(strategies.Relative(rail))
	l := sim.Edges{}
	for _, t := range targets {
		l.Lo, l.Hi = append(l.Lo, t*(1-band)), append(l.Hi, t*(1+band))
		l.RailLo, l.RailHi = append(l.RailLo, t*(1-rail)), append(l.RailHi, t*(1+rail))
	}
	return Plan{Name: name, Title: fmt.Sprintf("bands %.0f%% / rail %.0f%%, every session", band*100, rail*100), Policy: b, Limits: []sim.Edges{l}}
}

// Replayed runs plans over a panel.
func Replayed(t testing.TB, p *data.Panel, targets []float64, terms *sim.Terms, plans ...Plan) *Trial {
	all := &Trial{Panel: p, Targets: targets}
	for _, x := range plans {
		r, err := sim.NewRunner(p, 1, sim.KeepDrift|sim.KeepLog)
		require.NoError(t, err)
		require.NoError(t, x.Policy.Bind(p, targets))
		require.NoError(t, r.Set(0, &sim.Mandate{Policy: x.Policy, Targets: targets, Terms: terms, Cash: 1e6, Changes: x.Changes, Flows: x.Flows}))
		r.Run()
		record := r.Record(0)
		st, err := ledger.Replay(&record)
		require.NoError(t, err)
		o := outcome{Plan: x, Record: &record, Statement: st}
		o.Values = metric.Compute(&metric.Input{Record: &record, PeriodsPerYear: 252, Reference: metric.PolicyReturns(p, targets, x.Changes...)})
		if o.Looks = x.Policy.Sessions(p); x.Limits == nil {
			o.Limits = strategies.EdgesOf(x.Policy, record.Mandate)
		}
		all.Outcomes = append(all.Outcomes, o)
	}
	return all
}

// TenBPS are terms with costs of ten basis points.
func TenBPS(t testing.TB, p *data.Panel, fill sim.FillTime) *sim.Terms {
	c := cost.NewBPS(10, cost.Everywhere)
	require.NoError(t, c.Bind(p))
	return &sim.Terms{Fill: fill, Costs: []sim.Cost{c}}
}

// FiveTrial is the trial most tests use: five assets, three policies.
func FiveTrial(t testing.TB, sessions int) *Trial {
	p := Walk(t, []string{"AGG", "DBC", "GLD", "VNQ", "VTI"}, sessions)
	targets := []float64{0.3, 0.1, 0.1, 0.1, 0.4}
	return Replayed(t, p, targets, TenBPS(t, p, sim.NextClose), Never(), Monthly("month-end"), Banded("bands", targets, 0.2, 0.1))
}

// ManyTrial has 20 policies.
func ManyTrial(t testing.TB, assets, sessions int) *Trial {
	var symbols []string
	var targets []float64
	for i := range assets {
		symbols = append(symbols, fmt.Sprintf("A%02d", i))
		targets = append(targets, 1/float64(assets))
	}
	p := Walk(t, symbols, sessions)
	plans := []Plan{Never(), Monthly("month-end")}
	for i := range 18 {
		band := 0.05 * float64(i+1)
		plans = append(plans, Banded(fmt.Sprintf("bands %.0f%%", 100*band), targets, band, band/2))
	}
	return Replayed(t, p, targets, TenBPS(t, p, sim.NextClose), plans...)
}

// Fills are the moments at which orders fill.
func Fills() []sim.FillTime { return []sim.FillTime{sim.NextClose, sim.NextOpen, sim.SameClose} }

// UnevenTrial has two calendars and two policies of bands over four assets.
func UnevenTrial(t testing.TB, fill sim.FillTime) *Trial {
	p := Walk(t, []string{"A", "B", "C", "D"}, 900)
	targets := []float64{0.4, 0.2, 0.2, 0.2}
	terms := TenBPS(t, p, fill)
	return Replayed(t, p, targets, terms, Never(), Monthly("month-end"), Banded("bands", targets, 0.08, 0.06), Banded("tight", targets, 0.03, 0.03))
}

// Escapes are names of policies and assets that try to break out of a page.
var Escapes = []string{
	"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "</script>", "{{.}}", "javascript:alert(1)",
	"a\u2028b", "\u202Eright to left\u202C \u0645\u062B\u0627\u0644", "' onmouseover='alert(1)", "</style><b>", "-->", strings.Repeat("ten kB ", 1500),
}

// EscapingTrial has the names as those of its policies and assets.
func EscapingTrial(t testing.TB, names []string) *Trial {
	p := Walk(t, sortedNames(names), 300)
	targets := make([]float64, len(names))
	for i := range targets {
		targets[i] = 1 / float64(len(names))
	}
	var plans []Plan
	for _, name := range names {
		x := Banded(name, targets, 0.05, 0.03)
		x.Title = name
		plans = append(plans, x)
	}
	return Replayed(t, p, targets, TenBPS(t, p, sim.NextOpen), plans...)
}

func sortedNames(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return names
}

// SmallTrial is the run of the golden files: few sessions, so that they stay small,
// and narrow bands, so that everything happens in them.
func SmallTrial(t testing.TB) *Trial {
	p := Walk(t, []string{"A", "B", "C"}, 90)
	targets := []float64{0.5, 0.3, 0.2}
	weekly := data.Schedule{Period: data.Week, Last: true}
	week := Plan{Name: "weekly", Title: "calendar, week_end", Policy: strategies.NewCalendar(weekly)}
	return Replayed(t, p, targets, TenBPS(t, p, sim.NextClose), Never(), week, Banded("bands", targets, 0.03, 0.02))
}

// seen is what a policy saw at a session.
type seen struct {
	Nav     float64
	Weights []float64
}

// Spied remembers what a strategy was shown.
type Spied struct {
	strategies.Strategy
	At map[int]seen
}

// Watch is the strategy's own.
func (s *Spied) Watch(v *sim.View, w *sim.Watch) { s.Strategy.(sim.Watcher).Watch(v, w) }

// Rebalanced tells the strategy, if it wants to know.
func (s *Spied) Rebalanced(v *sim.View) {
	if r, ok := s.Strategy.(sim.Rebalancer); ok {
		r.Rebalanced(v)
	}
}

// Decide remembers what the strategy is shown.
func (s *Spied) Decide(v *sim.View, want []float64) sim.Verdict {
	x := seen{Nav: v.NAV()}
	for _, y := range v.Value {
		x.Weights = append(x.Weights, y/v.Invested)
	}
	s.At[v.Session] = x
	return s.Strategy.Decide(v, want)
}

// everyKind are policies that look in every way there is.
func everyKind() []Plan {
	bands := func(change func(*strategies.Bands)) strategies.Strategy {
		b := strategies.NewBands()
		b.Band, b.Rail = strategies.Both(strategies.Relative(0.05)), strategies.Both(strategies.Relative(0.03))
		change(b)
		return b
	}
	quarter := data.Schedule{Period: data.Quarter, Last: true}
	return []Plan{
		Never(),
		Monthly("month-end"),
		{Name: "bands", Policy: bands(func(*strategies.Bands) {})},
		{Name: "monthly bands", Policy: bands(func(b *strategies.Bands) { b.Look = MonthEnd })},
		{Name: "paused", Policy: bands(func(b *strategies.Bands) { b.Pause = 2 })},
		{Name: "segmented", Policy: bands(func(b *strategies.Bands) {
			b.Segments = []strategies.Segment{{NAV: 1.02e6, Look: data.EverySession}, {NAV: 0, Look: MonthEnd, Pause: 3}}
		})},
		{Name: "after", Policy: bands(func(b *strategies.Bands) { b.After = 3 })},
		{Name: "mini", Policy: bands(func(b *strategies.Bands) {
			b.Look = quarter
			b.Mini = &strategies.Mini{Look: data.EverySession, Deviation: 0.08, Major: 0.1, Largest: 2}
		})},
		{Name: "deposits only", Policy: bands(func(b *strategies.Bands) { b.Funding = strategies.FlowsOnly })},
		{Name: "brings", Policy: bands(func(b *strategies.Bands) { b.Funding = strategies.Growth })},
		{Name: "leaves", Policy: bands(func(b *strategies.Bands) { b.Funding = strategies.Reduction })},
	}
}

// DatedTrial runs every kind of policy, with or without flows and new targets.
func DatedTrial(t testing.TB, terms *sim.Terms, p *data.Panel, flows, changes bool) *Trial {
	plans := everyKind()
	for i := range plans {
		x := &plans[i]
		x.Policy = &Spied{x.Policy, map[int]seen{}}
		if flows {
			for s := 15; s < p.Sessions(); s += 20 {
				x.Flows = append(x.Flows, sim.Flow{Session: s, Amount: 5000})
				switch s {
				case 155:
					x.Flows = append(x.Flows, sim.Flow{Session: s, Amount: -150000}, sim.Flow{Session: s, Percent: 0.01})
				case 255:
					x.Flows = append(x.Flows, sim.Flow{Session: s + 1, Percent: -0.2})
				}
			}
		}
		if changes {
			x.Changes = []sim.Change{{Session: 100, Targets: []float64{0.2, 0.3, 0.5, 0}}, {Session: 201, Targets: []float64{0, 0.4, 0.3, 0.3}}}
		}
	}
	return Replayed(t, p, []float64{0.4, 0.2, 0.2, 0.2}, terms, plans...)
}
