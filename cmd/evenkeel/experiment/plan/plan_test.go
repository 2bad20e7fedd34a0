package plan

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim"
	"evenkeel/sim/metric"
	"evenkeel/sim/sweep"
)

// sweepText is an experiment on the built-in prices with a sweep.
func sweepText(policy, sweep string) string {
	return `data: {prices: p.parquet, start: 2006-01-02, end: 2009-12-31}
targets: {US_STOCKS: 40%, WORLD_STOCKS: 20%, BONDS: 25%, REAL_ESTATE: 10%, GOLD: 5%}
costs: [{model: bps, rate: 10}, {model: fixed, amount: 1, side: buy}]
seed: 7
policies:
  first: {strategy: buy_and_hold}
  p: ` + policy + `
sweep: {policy: p, ` + sweep + "}\n"
}

const bandsPolicy = "{strategy: bands, band: 20%, rail: 10%, look: session}"

func planned(t testing.TB, policy, sweep string) *Plan {
	t.Helper()
	f, err := experiment.Parse("sweep.yaml", []byte(sweepText(policy, sweep)))
	require.NoError(t, err)
	p, err := New(f, func(*experiment.File) (*data.Panel, error) { return synthetic(), nil })
	require.NoError(t, err)
	return p
}

var synthetic = sync.OnceValue(data.Synthetic)

// kept collects rows.
type kept struct {
	values [][]float64
	errs   []string
}

func (k *kept) Take(b *sweep.Block) error {
	m := len(b.Values) / b.Rows
	for row := range b.Rows {
		k.values = append(k.values, slices.Clone(b.Values[row*m:row*m+m]))
		k.errs = append(k.errs, b.Errs[row])
	}
	return nil
}

func sweptRows(t testing.TB, p *Plan, workers int) *kept {
	t.Helper()
	k := &kept{}
	require.NoError(t, sweep.Run(context.Background(), p, []sweep.Range{{End: p.Len()}}, sweep.Options{Workers: workers}, k))
	require.Len(t, k.values, p.Len())
	return k
}

// plainly runs a point as an experiment of its own, every axis put in its place by
// With.
func plainly(t testing.TB, p *Plan, at []int32) ([]float64, string) {
	t.Helper()
	q := &Plan{file: p.file, axes: p.axes}
	for i := range p.axes {
		if !strings.HasSuffix(p.axes[i].Path, ".offset") {
			q.slow = append(q.slow, i)
		}
	}
	for i := range p.axes {
		if !slices.Contains(q.slow, i) {
			q.slow = append(q.slow, i)
		}
	}
	f, err := q.resolve(at)
	if err != nil {
		return nil, inWords(err).Error()
	}
	x, err := f.Bind(synthetic())
	if err != nil {
		return nil, inWords(err).Error()
	}
	i := slices.IndexFunc(x.Policies, func(r experiment.Policy) bool { return r.Name == p.sweep.Policy })
	r, err := sim.NewRunner(x.Panel, 1, sim.KeepDrift|sim.KeepLog)
	require.NoError(t, err)
	require.NoError(t, r.Set(0, x.Policies[i].Mandate))
	r.Run()
	rec := r.Record(0)
	in := metric.Input{Record: &rec, PeriodsPerYear: x.PeriodsPerYear, RiskFree: x.RiskFree, Reference: metric.MandateReturns(x.Panel, x.Policies[i].Mandate)}
	var out []float64
	for _, m := range sweep.Measures() {
		out = append(out, m.Of(&in))
	}
	return out, ""
}

// requireSame compares every point of a sweep with its own plain run, bit by bit.
func requireSame(t testing.TB, p *Plan) {
	t.Helper()
	got := sweptRows(t, p, 2)
	rows := p.Rows()
	for i := range p.Len() {
		at := slices.Clone(rows.Point(i).At)
		want, wrong := plainly(t, p, at)
		if wrong != "" {
			require.NotEmpty(t, got.errs[i], p.describe(at))
			continue
		}
		require.Empty(t, got.errs[i], p.describe(at))
		for m, x := range want {
			require.Equal(t, math.Float64bits(x), math.Float64bits(got.values[i][m]), "%s: %s", p.describe(at), sweep.Measures()[m].Name)
		}
	}
}

// A point of a sweep is the run that the same parameters give by themselves, to
// the bit, whatever kind of parameter the axes are.
func TestPointsArePlainRuns(t *testing.T) {
	for name, c := range map[string][2]string{
		"bands, rails, looks":   {bandsPolicy, "axes: {band: 10%:30%:10%, rail: [0, 5%, 15%], look: [session, 5 sessions, {every: 21 sessions, offset: 3}, mon/wed/fri, 6 months after rebalance]}"},
		"rail ratio and costs":  {bandsPolicy, "axes: {costs.0.rate: [0, 25], band: log 5%:40%:3, rail_ratio: [0, 0.5], costs.1.amount: [0, 7]}"},
		"limits of every form":  {bandsPolicy, "axes: {band: [20%, 5pp, {up: 25%, down: 15%}, {lesser_of: [5pp, 25%]}], rail: [0, 50% of band, 1pp, 3%]}"},
		"choices":               {bandsPolicy, "axes: {to: [rail, {fraction: 50%}, target, edge], scope: [all, breached, {largest: 2}], unfunded: [nothing, largest_overweight]}"},
		"general parameters":    {bandsPolicy, "axes: {band: [10%, 20%], execution.fill: [next_close, same_close], account.cash: [1000, 1000000], execution.delay: [0 sessions, 2 sessions]}"},
		"targets and asset set": {bandsPolicy, "axes: {targets: [{US_STOCKS: 60%, BONDS: 40%}, {US_STOCKS: 50%, BONDS: 50%}, {GOLD: 1}], rail: [0, 10%]}"},
		"start dates":           {bandsPolicy, "axes: {data.start: '2006-01-02:2006-07-02:2 months', band: [10%, 20%]}"},
		"windows":               {bandsPolicy, "axes: {data.window: [{start: 2006-01-02, end: 2007-12-31}, {start: 2010-01-04, end: 2011-12-30}], band: [10%, 20%]}"},
		"offsets":               {"{strategy: bands, band: 10%, rail: 0, look: 5 sessions}", "axes: {look.offset: 0:4:1, band: [10%, 20%]}"},
		"looks and offsets":     {bandsPolicy, "axes: {look: [5 sessions, 21 sessions], look.offset: [0, 4]}"},
		"segments":              {"{strategy: bands, band: 10%, rail: 0, look: session, segments: [{nav: 25000, look: session}, {nav: 0, look: session, pause: 6 months}]}", "axes: {segments.0.nav: [1000000, 2000000], segments.1.pause: [1 month, 1 year], band: [5%, 10%]}"},
		"triggers":              {"{strategy: rebalance, look: month_end, trigger: {any: [{portfolio_drift: 5pp}, {idle_cash: 2%}]}, to: target}", "axes: {trigger.any.0.portfolio_drift: [1pp, 5pp], look: [session, month_end]}"},
		"calendar":              {"{strategy: calendar, look: month_end}", "axes: {look: [session, month_end, quarter_end], costs.0.rate: [0, 10]}"},
		"listed":                {bandsPolicy, "points: [{band: 20%, rail: 10%}, {band: 5%, rail: 0}, {band: 5pp, rail: 1pp}]"},
		"drawn":                 {bandsPolicy, "axes: {band: 5%:50%:1%, rail_ratio: 0:1:0.01, costs.0.rate: 0:20:1}, points: {sample: latin_hypercube, n: 24}"},
		"drawn at random":       {bandsPolicy, "axes: {band: 5%:50%:1%, data.start: '2006-01-02:2007-01-02:1 month'}, points: {sample: random, n: 24}"},
		"taxes":                 {bandsPolicy, "axes: {tax.short: [0, 37%], tax.lots: [fifo, lowest_tax], band: [10%, 20%]}"},
		"targets one by one":    {bandsPolicy, "points: [{targets.GOLD: 10%, targets.BONDS: 20%}, {targets.GOLD: 0.2, targets.BONDS: 0.1}]"},
		"offset before look":    {bandsPolicy, "axes: {look.offset: [0, 4], look: [5 sessions, 21 sessions]}"},
		"failing points":        {bandsPolicy, "axes: {band: [20%, 5pp], rail: [10%, 50%, 4pp], per_asset: [{GOLD: {band: 1%}}, {GOLD: {band: 30%}}]}"},
	} {
		t.Run(name, func(t *testing.T) { requireSame(t, planned(t, c[0], c[1])) })
	}
}

// A window beyond the file's own period has both its ends.
func TestWindowBeyondThePeriod(t *testing.T) {
	p := planned(t, bandsPolicy, "axes: {data.window: [{start: 2010-01-04, end: 2011-12-30}, {start: 2003-01-02, end: 2005-12-30}]}")
	for i, want := range []string{"2010-01-04 2011-12-30", "2005-01-03 2005-12-30"} {
		x := p.group([]int32{int32(i)}).x
		require.Equal(t, want, x.Panel.Date(0).String()+" "+x.Panel.Date(x.Panel.Sessions()-1).String())
	}
}

// Points that break a constraint are left out; rails beyond their band go without
// saying.
func TestConstraints(t *testing.T) {
	for sweep, want := range map[string][2]int{
		"axes: {band: 5%:20%:5%, rail: 0:20%:5%}":                                                            {2 + 3 + 4 + 5, 6},
		"axes: {band: 5%:20%:5%}":                                                                            {3, 1},
		"axes: {band: 5%:20%:5%, rail: 0:20%:5%}, constraints: [rail < band]":                                {1 + 2 + 3 + 4, 10},
		"axes: {band: 5%:20%:5%, rail_ratio: [0, 0.5]}, constraints: [band >= 10%, band != 0.15]":            {4, 4},
		"axes: {band: [20%, 5pp], rail: [10%, 30%]}":                                                         {3, 1},
		"axes: {data.start: [2006-01-02, 2008-01-02], data.end: [2007-01-02, 2009-01-02]}":                   {3, 1},
		"axes: {costs.0.rate: 0:20:5, costs.1.amount: 0:20:5}, constraints: [costs.0.rate = costs.1.amount]": {5, 20},
	} {
		p := planned(t, bandsPolicy, sweep)
		require.Equal(t, want, [2]int{p.Len(), p.LeftOut()}, sweep)
		rows, seen := p.Rows(), map[string]bool{}
		for i := range p.Len() {
			r := rows.Point(i)
			require.True(t, p.keeps(r.At))
			require.False(t, seen[r.ID])
			seen[r.ID] = true
			again := p.Rows().Point(i)
			require.Equal(t, r, again)
		}
	}
	f, err := experiment.Parse("s.yaml", []byte(sweepText(bandsPolicy, "axes: {band: [5%], rail: [10%]}")))
	require.NoError(t, err)
	_, err = New(f, nil)
	require.ErrorContains(t, err, "every point breaks a constraint")
	for sweep, want := range map[string]string{
		"axes: {band: [5%]}, constraints: [rail ~ band]":     "want one of",
		"axes: {band: [5%]}, constraints: [rial <= band]":    `no parameter, and no value, "rial"`,
		"axes: {band: [5%]}, constraints: [5 <= 6]":          "neither side is an axis",
		"axes: {band: [5%]}, constraints: rail":              "want a list of constraints",
		"axes: {band: [5%]}, points: [{band: 5%}]":           "both axes and a list of points",
		"points: [{band: 5%}, {rail: 5%}]":                   "other keys than the first",
		"points: [{band: 5%}, {band: 0.05}]":                 "given twice",
		"points: []":                                         "no point",
		"points: [{}]":                                       "a point without keys",
		"axes: {band: log 5%:50%:1}":                         "a count of 2",
		"axes: {band: log 0%:50%:3}":                         "above 0",
		"axes: {data.start: '2006-01-02:2007-01-02:1 moon'}": `unknown step "moon"`,
		"axes: {data.window: [2006-01-02]}":                  "want a window",
		"axes: {targets: [[1]], targets.GOLD: [5%]}":         "the same parameter",
		"axes: {segments.7.nav: [1]}":                        "no parameter",
	} {
		_, err := experiment.Parse("s.yaml", []byte(sweepText(bandsPolicy, sweep)))
		require.ErrorContains(t, err, want, sweep)
	}
}

// The id of a point depends on its parameters alone: not on the order of the axes,
// on how values are written, or on what is an axis at all.
func TestIDs(t *testing.T) {
	id := func(policy, sweep string) string {
		p := planned(t, policy, sweep)
		require.Equal(t, 1, p.Len())
		return p.Rows().Point(0).ID
	}
	want := id(bandsPolicy, "axes: {band: [30%], costs.0.rate: [5]}")
	require.Len(t, want, 24)
	require.Equal(t, want, id(bandsPolicy, "axes: {costs.0.rate: [5.0], band: [0.3]}"))
	require.Equal(t, want, id(bandsPolicy, "axes: {rail: [10%], costs.0.rate: [5], band: [0.3]}"))
	require.Equal(t, want, id("{strategy: bands, band: 30%, rail: 10%, look: session}", "axes: {costs: [[{model: bps, rate: 5}, {model: fixed, amount: 1, side: buy}]]}"))
	require.Equal(t, want, id("{strategy: bands, band: 30%}", "points: [{data.end: 2009-12-31, costs.0.rate: 5}]"))
	require.NotEqual(t, want, id(bandsPolicy, "axes: {band: [30%], costs.0.rate: [6]}"))
	require.NotEqual(t, want, id(bandsPolicy, "axes: {band: [30%], costs.0.rate: [5], rail_ratio: [0.3333]}"))
	require.Equal(t, id(bandsPolicy, "axes: {rail_ratio: [0.5]}"), id("{strategy: bands, rail_ratio: 50%}", "axes: {band: [20%]}"))
}

func TestSweptRanges(t *testing.T) {
	values := func(sweep string) []string { return planned(t, bandsPolicy, sweep).Axes()[0].Values }
	require.Equal(t, []string{"1%", "4.64159%", "21.5443%", "100%"}, values("axes: {band: log 1%:100%:4}"))
	require.Equal(t, []string{"100", "10", "1"}, values("axes: {account.cash: log 100:1:3}"))
	require.Equal(t, []string{"2006-01-31", "2006-02-28", "2006-03-31"}, values("axes: {data.start: '2006-01-31:2006-04-01:1 month'}"))
	require.Equal(t, []string{"2006-01-31", "2006-02-07"}, values("axes: {data.start: '2006-01-31:2006-02-10:1 week'}"))
	require.Equal(t, []string{"0 sessions", "2 sessions"}, values("axes: {execution.delay: 0 sessions:2 sessions:2 sessions}"))
}

// Drawn points: a Latin hypercube meets every part of an axis once, and both ways
// follow from the seed alone.
func TestDrawnPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, key := rapid.Uint64Range(1, 3000).Draw(t, "n"), rapid.Uint64().Draw(t, "key")
		seen := make([]bool, n)
		for x := range n {
			y := permuted(x, n, key)
			if y >= n || seen[y] {
				t.Fatalf("%d goes to %d of %d", x, y, n)
			}
			seen[y] = true
		}
	})
	p := planned(t, bandsPolicy, "axes: {band: 1%:100%:1%, rail_ratio: 0:0.99:0.01}, points: {sample: latin_hypercube, n: 100}")
	for axis := range 2 {
		seen := map[int]bool{}
		for k := range 100 {
			seen[p.draw(k, axis)] = true
		}
		require.Len(t, seen, 100)
	}
}

// The planner goes through a million points in constant memory, and finds any of
// them without the ones before.
func TestAMillionPoints(t *testing.T) {
	for _, points := range []string{"", ", points: {sample: latin_hypercube, n: 1000000}"} {
		p := planned(t, bandsPolicy, "axes: {band: 0.1%:50%:0.1%, rail: 0.5%:50%:0.5%, costs.0.rate: 0:19:1}, constraints: [rail <= band]"+points)
		require.Equal(t, 1_000_000, p.Len()+p.LeftOut())
		rows, last := p.Rows(), ""
		held := func() uint64 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		before := held()
		for i := range p.Len() {
			last = rows.Point(i).ID
		}
		require.Less(t, int64(held())-int64(before), int64(1<<20))
		require.Equal(t, last, p.Rows().Point(p.Len()-1).ID)
	}
}

// Points whose axes are knobs of the policy or of costs are made without parsing
// anything again, and without allocating.
func TestFastAxesAllocateNothing(t *testing.T) {
	p := planned(t, bandsPolicy, "axes: {band: 10%:30%:1%, rail_ratio: [0, 0.5], look: [session, 5 sessions], costs.0.rate: [0, 10]}")
	m := p.Maker()
	k := 0
	all := func() {
		for i := range p.Len() {
			_, err := m.Panel(i)
			require.NoError(t, err)
			_, err = m.Account(k%8, i)
			require.NoError(t, err)
			k++
		}
		k++
	}
	for range 8 {
		all()
	}
	require.Zero(t, testing.AllocsPerRun(10, all))
}

func BenchmarkPlan(b *testing.B) {
	p := planned(b, bandsPolicy, "axes: {band: 0.1%:50%:0.1%, rail_ratio: 0:0.99:0.01, costs.0.rate: 0:19:1}")
	require.Equal(b, 1_000_000, p.Len())
	m := p.Maker()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := m.Account(i%8, i); err != nil {
			b.Fatal(err)
		}
		i = (i + 1) % p.Len()
	}
}

// The reason of a failed point is one line without the file, and names the asset.
func TestReasonsOfPoints(t *testing.T) {
	err := inWords(fault.List{
		{Code: "E328", File: "p.csv", Place: `column "FB"`, What: "no price at all", Remedy: "leave it out"},
		{Code: "E110", File: "x.yaml", Place: "line 3, column 4", What: "period: start is not before end", Excerpt: "  3 | data:"},
		{Code: "E336", Warning: true, What: "not said"},
	})
	require.EqualError(t, err, `E328 column "FB": no price at all. Leave it out.; E110: period: start is not before end`)
}

// More points than there are combinations are drawn, but not without a word.
func TestDrawnPointsRepeat(t *testing.T) {
	draw := func(n int) *experiment.File {
		f, err := experiment.Parse("run.yaml", []byte(experiment.Starter+fmt.Sprintf("\nsweep: {policy: bands, axes: {band: [10%%, 20%%], rail: [0, 5%%]}, points: {sample: latin_hypercube, n: %d}}\n", n)))
		require.NoError(t, err)
		return f
	}
	require.Empty(t, draw(4).Warnings)
	more := draw(5)
	require.Equal(t, 5, more.Sweep.Points)
	require.Len(t, more.Warnings, 1)
	require.Equal(t, "sweep.points: 5 points are drawn, and the axes have 4 combinations", more.Warnings[0].What)
}
