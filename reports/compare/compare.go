// Package compare puts policies of one or several runs side by side, over the sessions
// that all of them have: a leaderboard, differences with intervals, and why they differ.
package compare

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/reports/run"
	"evenkeel/sim"
	"evenkeel/sim/evidence"
	"evenkeel/sim/metric"
)

// Entrant is a policy of a finished run with the name it has in a comparison.
type Entrant struct {
	Name   string
	Folder string // of the run, as the comparison calls it; "": it has none
	Run    *run.Run
	Policy *run.Policy
}

// Comparison is a comparison of policies of one or more runs over the sessions that
// all of them have. Its figures are those of these sessions alone.
type Comparison struct {
	Entrants    []Entrant // the best by the measure By first
	Base        int       // among Entrants: the others are compared with it
	By          metric.Measure
	Window      Window
	Bootstrap   evidence.Bootstrap
	Differences []Difference // one an entrant; that of the base is empty
	Notes       []string     // what a reader must know, such as that currencies differ

	given   []origin // the runs, in the order in which they came
	run     *run.Run // the entrants as policies of one run over the common sessions, each from 100 on
	returns []evidence.Series
	lost    []bool // entrants that lost everything
}

// Difference is how an entrant differs from the base.
type Difference struct {
	CAGR, Sharpe evidence.Interval
	First        *Divergence // the first session at which they hold different weights; nil: none
	Settings     []Setting   // what was set differently
}

// Options are the choices of a comparison.
type Options struct {
	Base      string // "": the base of the first run if it is there, else the first entrant
	By        string // measure that orders the entrants; "": cagr
	Bootstrap evidence.Bootstrap
}

// jsonMeasures are the measures of a comparison, in order.
var jsonMeasures = []string{
	"cagr", "volatility", "sharpe", "max_drawdown", "tracking_error", "turnover_per_year", "cost_per_year",
	"rebalances", "trades", "drift_mean", "drift_max",
}

// New compares entrants, two or more, with names that differ. Errors are
// about what was asked for: an unknown base or measure, or no common sessions.
func New(all []Entrant, o Options) (*Comparison, error) {
	if len(all) < 2 {
		return nil, fmt.Errorf("a comparison needs two policies, and there is %d", len(all))
	}
	v := &Comparison{Entrants: slices.Clone(all), Bootstrap: o.Bootstrap, given: originsOf(all)}
	base, err := v.chooseBase(o.Base)
	if err != nil {
		return nil, err
	}
	if err := v.chooseMeasure(page.OrElse(o.By, "cagr")); err != nil {
		return nil, err
	}
	if err := v.window(base); err != nil {
		return nil, err
	}
	v.notes()
	if err := v.fold(base); err != nil {
		return nil, err
	}
	return v, v.differences()
}

// chooseBase is the base's name.
func (v *Comparison) chooseBase(want string) (string, error) {
	names := make([]string, len(v.Entrants))
	for i, c := range v.Entrants {
		if slices.Contains(names[:i], c.Name) {
			return "", fmt.Errorf("two are called %q", c.Name)
		}
		names[i] = c.Name
	}
	if want == "" {
		for _, c := range v.Entrants {
			if c.Run == v.Entrants[0].Run && c.Policy.Name == c.Run.Base {
				return c.Name, nil
			}
		}
		return names[0], nil
	}
	if !slices.Contains(names, want) {
		return "", fmt.Errorf("no %q to compare with; there are %s", want, strings.Join(names, ", "))
	}
	return want, nil
}

func (v *Comparison) chooseMeasure(name string) error {
	if !slices.Contains(jsonMeasures, name) {
		return fmt.Errorf("no measure %q to order by; there are %s", name, strings.Join(jsonMeasures, ", "))
	}
	for _, m := range metric.All() {
		if m.Name == name {
			v.By = m
		}
	}
	return nil
}

// fold measures the entrants over the window, orders them and makes them
// policies of one run.
func (v *Comparison) fold(base string) error {
	panel, err := v.Window.panel()
	if err != nil {
		return err
	}
	sides := make([]sideline, len(v.Entrants))
	for i, c := range v.Entrants {
		sides[i] = v.side(c, panel)
	}
	for i := range sides {
		if sides[i].lost == 0 {
			return fault.One(fault.Finding{Code: fault.NoPrice, What: fmt.Sprintf("%s had lost everything before %s, where the sessions begin that all share", v.Entrants[i].Name, v.Window.First),
				Rule: "policies are compared from a session on at which each has something", Remedy: "Leave it out with --policies, or compare runs whose periods overlap earlier"})
		}
	}
	order := make([]int, len(sides))
	for i := range order {
		order[i] = i
	}
	better := float64(v.By.Better)
	if better == 0 {
		better = 1
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := sides[i].policy.Value(v.By.Name), sides[j].policy.Value(v.By.Name)
		if a != a || b != b { // what is undefined comes last
			return cmp.Compare(undefinedRank(a), undefinedRank(b))
		}
		return cmp.Compare(better*b, better*a)
	})
	v.run = &run.Run{Name: "comparison", Base: base, Panel: panel, Targets: []float64{1}, PeriodsPerYear: v.Window.Periods, RiskFree: v.Window.RiskFree, GrowthTitle: "Growth of 100 and drawdown"}
	was := v.Entrants
	v.Entrants = nil
	for k, i := range order {
		v.Entrants = append(v.Entrants, was[i])
		v.run.Policies = append(v.run.Policies, sides[i].policy)
		v.returns = append(v.returns, sides[i].returns)
		v.lost = append(v.lost, sides[i].lost >= 0)
		v.noteLoss(was[i].Name, sides[i].lost)
		if was[i].Name == base {
			v.Base = k
		}
	}
	return v.run.Check()
}

func undefinedRank(x float64) int {
	if x != x {
		return 1
	}
	return 0
}

// sideline is an entrant over the window.
type sideline struct {
	policy  run.Policy
	returns evidence.Series
	lost    int // session of the window at which nothing was left, or -1
}

// side measures an entrant over the window.
func (v *Comparison) side(c Entrant, panel *data.Panel) sideline {
	w, r := &v.Window, c.Policy.Record
	at := make([]int, w.Sessions) // its own sessions
	index, whole := c.Policy.Index(), true
	level := make([]float64, w.Sessions)
	for k, d := range w.sessions {
		at[k] = int(sessionAt(r.Panel, d))
		whole = whole && (k == 0 || at[k] == at[k-1]+1)
		level[k] = index[at[k]-r.First]
	}
	all := metric.Returns(level)
	returns := present(all)
	of := folded(c.Policy, at[0], at[len(at)-1])
	meanNAV := metric.Mean(r.NAV[at[0] : at[len(at)-1]+1])
	least := metric.Least(meanNAV)
	values := map[string]float64{
		"cagr":              math.Pow(level[len(level)-1]/level[0], 1/w.Years) - 1,
		"volatility":        metric.Deviation(returns) * math.Sqrt(w.Periods),
		"sharpe":            metric.SharpeOver(returns, w.RiskFree, w.Periods, least),
		"max_drawdown":      metric.MaxDrawdown(level),
		"tracking_error":    metric.Deviation(present(beyond(all, c.Run.ReferenceOf(c.Policy), at, whole))) * math.Sqrt(w.Periods),
		"turnover_per_year": of.turnover / w.Years,
		"cost_per_year":     of.cost.Money() / meanNAV / w.Years,
		"rebalances":        float64(of.rebalances),
		"trades":            float64(of.trades),
		"drift_mean":        math.NaN(),
		"drift_max":         math.NaN(),
	}
	if r.DriftHalf != nil {
		from, to := at[0]+1, at[len(at)-1]+1
		values["drift_mean"], values["drift_max"] = metric.Mean(r.DriftHalf[from:to]), slices.Max(r.DriftMost[from:to])
	}
	s := sideline{returns: evidence.Series{Returns: all, Least: least}, lost: slices.Index(level, 0)}
	s.policy = run.Policy{Name: c.Name, Title: c.Policy.Title, Record: &sim.Record{
		Panel: panel, End: w.Sessions, NAV: rebased(level), Mandate: &sim.Mandate{Targets: []float64{1}, Terms: &sim.Terms{Delay: 1}},
	}}
	for _, name := range jsonMeasures {
		for _, m := range metric.All() {
			if m.Name == name {
				s.policy.Values = append(s.policy.Values, metric.Value{Measure: m, X: values[name]})
			}
		}
	}
	return s
}

// present are the returns that there are: after a total loss there is none.
func present(returns []float64) []float64 {
	return slices.DeleteFunc(slices.Clone(returns), math.IsNaN)
}

func sessionAt(p *data.Panel, d data.Date) int {
	i, _ := slices.BinarySearch(p.Dates(), d)
	return i
}

// rebased are levels that begin at 100.
func rebased(level []float64) []float64 {
	out := make([]float64, len(level))
	for i, x := range level {
		out[i] = 100 * x / level[0]
	}
	return out
}

// beyond are returns less the reference's between the same sessions.
func beyond(returns, reference []float64, at []int, whole bool) []float64 {
	out := make([]float64, len(returns))
	for k := range returns {
		ref := reference[at[k+1]]
		if !whole {
			grown := 1.0
			for s := at[k] + 1; s <= at[k+1]; s++ {
				grown *= 1 + reference[s]
			}
			ref = grown - 1
		}
		out[k] = returns[k] - ref
	}
	return out
}

// activity is what a policy did within a window.
type activity struct {
	rebalances, trades int
	turnover           float64
	cost               sim.Micros
}

// folded is what a policy did in a window that begins with the close of session
// first; without the initial purchase.
func folded(p *run.Policy, first, last int) activity { return foldedWithin(p, first, last, true) }

// foldedWithin is what a policy decided on sessions first to last, trades and turnover
// among it whenever they were filled, and what trades cost on them; when the window
// opens with first, what older decisions filled at its close is in the value that the
// window begins with, and left out.
func foldedWithin(p *run.Policy, first, last int, opens bool) (a activity) {
	r := p.Record
	if r.Log == nil {
		return activity{}
	}
	for i := range r.Log.Decisions {
		d := &r.Log.Decisions[i]
		if s := int(d.Session); s < first || s > last || d.Cause == sim.CauseOpening {
			continue
		}
		a.turnover += d.Turnover
		if d.State == sim.StateTraded && d.Cause.OfPolicy() {
			a.rebalances++
		}
	}
	for i := range r.Log.Orders {
		o := &r.Log.Orders[i]
		if s := int(o.Session); o.Done != 0 && s >= first && s <= last && r.Log.Decisions[o.Decision].Cause != sim.CauseOpening {
			a.trades++
		}
	}
	for i := range r.Log.Entries {
		e := &r.Log.Entries[i]
		s := int(e.Session)
		if e.Kind != sim.EntryCost || s < first || s > last || r.IsOpening(e) || opens && s == first && int(r.Log.Orders[e.Order].Session) < first {
			continue
		}
		a.cost -= e.Cash + e.Due
	}
	return a
}

// fewest is the number of returns below which resampling them says nothing: an
// interval would be that of a handful of days.
const fewest = 30

// differences resamples the returns and looks for what led apart.
func (v *Comparison) differences() error {
	w := &v.Window
	cagr := func(s evidence.Sums) float64 { return math.Expm1(s.Logs / w.Years) }
	sharpe := func(s evidence.Sums) float64 {
		if !s.Moves() {
			return math.NaN()
		}
		return (s.Mean()*w.Periods - w.RiskFree) / (s.Deviation() * math.Sqrt(w.Periods))
	}
	if v.Bootstrap.Block == 0 {
		v.Bootstrap.Block = evidence.MeanBlock(w.Sessions - 1)
	}
	v.Differences = make([]Difference, len(v.Entrants))
	return draw.Side(len(v.Entrants), func(i int) {
		if i == v.Base {
			return
		}
		a := &v.Differences[i]
		nan := evidence.Interval{Difference: math.NaN(), Low: math.NaN(), High: math.NaN(), Above: math.NaN()}
		a.CAGR, a.Sharpe = nan, nan
		if v.lost[i] || v.lost[v.Base] { // the loss happened once: resamples with and without it say nothing
			a.CAGR.Difference = v.value(i, "cagr") - v.value(v.Base, "cagr")
			a.Sharpe.Difference = v.value(i, "sharpe") - v.value(v.Base, "sharpe")
		} else if x, err := v.Bootstrap.Between(v.returns[i], v.returns[v.Base], cagr, sharpe); err == nil {
			a.CAGR, a.Sharpe = x[0], x[1]
			if sameReturns(v.returns[i].Returns, v.returns[v.Base].Returns) {
				a.CAGR, a.Sharpe = noDifference(a.CAGR), noDifference(a.Sharpe)
			}
		}
		if w.Sessions <= fewest {
			nan.Difference = a.CAGR.Difference
			a.CAGR, nan.Difference = nan, a.Sharpe.Difference
			a.Sharpe = nan
		}
		a.First = v.diverge(v.Entrants[v.Base], v.Entrants[i])
		a.Settings = settingsApart(v.Entrants[v.Base], v.Entrants[i])
	}, func(int) error { return nil })
}

// bookDust is how near returns are that count as the same: books in millionths
// round a little differently in accounts that do the same, and such a difference
// may lie on one side of 0 in every resample. All of it adds up to less than
// 0.03 bp a year of days.
const bookDust = 1e-8

func sameReturns(a, b []float64) bool {
	for k := range a {
		if !(math.Abs(a[k]-b[k]) <= bookDust) {
			return false
		}
	}
	return true
}

// noDifference is the interval of the same returns; what is undefined stays so.
func noDifference(x evidence.Interval) evidence.Interval {
	if !data.Finite(x.Difference) {
		return x
	}
	return evidence.Interval{}
}

// value is an entrant's measure over the window, NaN when undefined.
func (v *Comparison) value(i int, name string) float64 { return v.run.Policies[i].Value(name) }
