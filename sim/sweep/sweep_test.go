package sweep_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"evenkeel/benchmarks/workload"
	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/sim/metric"
	"evenkeel/sim/sweep"
	"evenkeel/strategies"
)

// grid is bands x rails x looks on one panel, the common workload; bad points fail
// in one way or another.
type grid struct {
	panels  []*data.Panel
	targets []float64
	terms   *sim.Terms
	refs    [][]float64
	flows   []sim.Flow
	points  int
	bad     func(point int) string
	ticks   chan<- time.Time // of slow points
}

func newGrid(t testing.TB, sessions ...int) *grid {
	p, targets := workload.W1()
	c := cost.NewBPS(10, cost.Everywhere)
	require.NoError(t, c.Bind(p))
	g := &grid{targets: targets, terms: &sim.Terms{Fill: sim.SameClose, Costs: []sim.Cost{c}}, points: 1000, bad: func(int) string { return "" }}
	if len(sessions) == 0 {
		sessions = []int{p.Sessions()}
	}
	for _, n := range sessions {
		w, err := p.Window(data.NoDate, p.Date(n-1))
		require.NoError(t, err)
		g.panels = append(g.panels, w)
		g.refs = append(g.refs, metric.PolicyReturns(w, targets))
	}
	return g
}

func (g *grid) Maker() sweep.Maker {
	m := &gridMaker{grid: g}
	for l := range m.bands {
		m.bands[l] = strategies.NewBands()
		m.mandates[l] = sim.Mandate{Policy: m.bands[l], Targets: g.targets, Terms: g.terms, Cash: 1e6, Flows: g.flows}
	}
	return m
}

type gridMaker struct {
	*grid
	bands    [sim.MaxLanes]*strategies.Bands
	mandates [sim.MaxLanes]sim.Mandate
}

func (m *gridMaker) Panel(point int) (*data.Panel, error) {
	if m.bad(point) == "panel" {
		return nil, errors.New("no prices")
	}
	return m.panels[point%len(m.panels)], nil
}

// values are those of the 1,000-point workload.
func (g *grid) values(point int) (band, rail float64, every int) {
	return 0.05 + 0.01*float64(point%25), 0.1 * float64(point/25%10), []int{1, 5, 10, 21}[point/250%4]
}

func (m *gridMaker) Account(slot, point int) (sweep.Account, error) {
	b, x := m.bands[slot], &m.mandates[slot]
	band, ratio, every := m.values(point)
	b.Band, b.Rail = strategies.Both(strategies.Relative(band)), strategies.Both(strategies.Relative(band*ratio))
	b.Look = data.Schedule{Every: every}
	x.Policy, x.Cash = b, 1e6
	switch m.bad(point) {
	case "account":
		return sweep.Account{}, errors.New("no account")
	case "maker":
		panic("the maker broke")
	case "set":
		x.Cash = -1
	case "panic":
		x.Policy = broken{b}
	case "slow":
		x.Policy = dawdling{b, m.ticks}
	}
	k := point % len(m.panels)
	return sweep.Account{Mandate: x, Reference: m.refs[k], PeriodsPerYear: 252, RiskFree: 0.01}, b.Bind(m.panels[k], m.targets)
}

// broken panics when it is asked.
type broken struct{ *strategies.Bands }

func (broken) Decide(*sim.View, []float64) sim.Verdict { panic("asked") }

// table collects rows.
type table struct {
	next   int
	values []float64
	errs   []string
	navs   [][]float64
}

func (k *table) Take(b *sweep.Block) error {
	if b.First != k.next {
		return fmt.Errorf("point %d after %d", b.First, k.next)
	}
	k.next += b.Rows
	k.values = append(k.values, b.Values...)
	k.errs = append(k.errs, b.Errs...)
	for _, n := range b.NAV {
		k.navs = append(k.navs, slices.Clone(n))
	}
	return nil
}

func swept(t testing.TB, g *grid, o sweep.Options) *table {
	t.Helper()
	k := &table{}
	require.NoError(t, sweep.Run(context.Background(), g, []sweep.Range{{End: g.points}}, o, k))
	require.Equal(t, g.points, k.next)
	return k
}

func bitsOf(x []float64) []uint64 {
	out := make([]uint64, len(x))
	for i, v := range x {
		out[i] = math.Float64bits(v)
	}
	return out
}

// Rows are those of plain runs, one account at a time, measured by metric: the same
// bits, with and without deposits, on one panel and on several.
func TestRowsArePlainRuns(t *testing.T) {
	measures := sweep.Measures()
	for name, g := range map[string]*grid{"one panel": newGrid(t, 700), "panels in turn": newGrid(t, 700, 300, 500), "short ones": newGrid(t, 1, 2, 3), "flows": newGrid(t, 700)} {
		g.points = 60
		if name == "flows" {
			g.flows = []sim.Flow{{Session: 5, Amount: 1000}, {Session: 200, Percent: -0.05}}
		}
		var ways sweep.Ways
		stop := sweep.Notice(&ways)
		got := swept(t, g, sweep.Options{Workers: 2, Chunk: 16, NAV: true})
		stop()
		require.Equal(t, g.points, ways.Rows)
		side := sim.MaxLanes
		if len(g.panels) > 1 {
			side = 16 / len(g.panels) // of a chunk, at least so many share a panel
		}
		require.GreaterOrEqual(t, ways.LastLane, side-1, "%s: accounts run side by side", name)
		if name == "flows" {
			require.Zero(t, ways.Together)
		} else {
			require.Equal(t, g.points, ways.Together, "%s: rows of which all lanes were measured at once", name)
		}
		m := g.Maker()
		for i := range g.points {
			p, err := m.Panel(i)
			require.NoError(t, err)
			a, err := m.Account(0, i)
			require.NoError(t, err)
			r, err := sim.NewRunner(p, 1, sim.KeepDrift)
			require.NoError(t, err)
			require.NoError(t, r.Set(0, a.Mandate))
			r.Run()
			rec := r.Record(0)
			values := metric.Compute(&metric.Input{Record: &rec, PeriodsPerYear: a.PeriodsPerYear, RiskFree: a.RiskFree, Reference: a.Reference})
			for k, x := range measures {
				want, have := metric.Find(values, x.Name), got.values[i*len(measures)+k]
				if math.IsNaN(want) {
					require.True(t, math.IsNaN(have), "%s: point %d: %s is %v", name, i, x.Name, have)
					continue
				}
				require.Equal(t, math.Float64bits(want), math.Float64bits(have), "%s: point %d: %s is %v, not %v", name, i, x.Name, have, want)
			}
			require.Equal(t, bitsOf(rec.NAV[rec.First:rec.End]), bitsOf(got.navs[i]))
		}
	}
}

func TestMeasuresNeedNoJournal(t *testing.T) {
	var names []string
	for _, m := range sweep.Measures() {
		names = append(names, m.Name)
	}
	for _, need := range []string{"final_nav", "cagr", "volatility", "sharpe", "max_drawdown", "turnover_total", "turnover_per_year", "cost_total", "cost_initial", "looks", "triggers", "unfunded_triggers", "rebalances", "trades", "tracking_error", "drift_mean", "drift_max", "xirr"} {
		require.Contains(t, names, need)
	}
	require.NotContains(t, names, "mean_trade")
}

// Whatever the workers, the chunks and the ranges: the same rows.
func TestWorkersChangeNothing(t *testing.T) {
	g := newGrid(t, 400, 300)
	g.points = 150
	g.bad = func(p int) string {
		return map[int]string{3: "panel", 20: "set", 40: "panic", 41: "account", 77: "maker"}[p]
	}
	want := swept(t, g, sweep.Options{Workers: 1})
	for _, o := range []sweep.Options{{Workers: 2}, {Workers: 3, Chunk: 1}, {Workers: 16, Chunk: 7}, {Workers: 2, Chunk: 1000}, {}} {
		got := swept(t, g, o)
		require.Equal(t, bitsOf(want.values), bitsOf(got.values), "%+v", o)
		require.Equal(t, want.errs, got.errs)
	}
	part := &table{next: 30}
	require.NoError(t, sweep.Run(context.Background(), g, []sweep.Range{{30, 30}, {30, 41}, {41, 90}, {90, 90}}, sweep.Options{Workers: 2}, part))
	m := len(sweep.Measures())
	require.Equal(t, bitsOf(want.values[30*m:90*m]), bitsOf(part.values))
}

// A point that fails is a row with its reason, and no others fail with it.
func TestFailingPoints(t *testing.T) {
	g := newGrid(t, 300)
	g.points = 100
	good := swept(t, g, sweep.Options{Workers: 1})
	bad := map[int]string{0: "panel", 8: "panic", 9: "panic", 33: "set", 50: "account", 51: "maker", 99: "panic"}
	g.bad = func(p int) string { return bad[p] }
	var panics atomic.Int64
	got := swept(t, g, sweep.Options{Workers: 2, NAV: true, Panicked: func(p *sweep.Panic) {
		panics.Add(1)
		if !strings.Contains(string(p.Stack), "sweep_test") {
			panic("no stack")
		}
	}})
	m := len(sweep.Measures())
	reasons := map[string]string{"panel": "no prices", "account": "no account", "maker": "panic: the maker broke", "panic": "panic: asked", "set": "opening cash -1 is not above 0"}
	for p := range g.points {
		if how := bad[p]; how != "" {
			require.Contains(t, got.errs[p], reasons[how])
			require.True(t, math.IsNaN(got.values[p*m]))
			require.Empty(t, got.navs[p])
			continue
		}
		require.Empty(t, got.errs[p])
		require.Equal(t, bitsOf(good.values[p*m:p*m+m]), bitsOf(got.values[p*m:p*m+m]))
	}
	require.EqualValues(t, 4, panics.Load())
}

// What goes wrong outside ends the sweep; what was given before is good.
func TestEnds(t *testing.T) {
	g := newGrid(t, 100)
	wrong := errors.New("full")
	at := &failing{table: &table{}, err: wrong, after: 64}
	require.ErrorIs(t, sweep.Run(context.Background(), g, []sweep.Range{{End: 1000}}, sweep.Options{Workers: 3, Chunk: 8}, at), wrong)
	require.Equal(t, 64, at.next)

	ctx, cancel := context.WithCancel(context.Background())
	k := &stopping{table: &table{}, cancel: cancel}
	require.ErrorIs(t, sweep.Run(ctx, g, []sweep.Range{{End: 1000}}, sweep.Options{Workers: 2, Chunk: 8}, k), context.Canceled)
	require.Equal(t, 8, k.next, "nothing is given after the end")

	require.ErrorContains(t, sweep.Run(context.Background(), g, []sweep.Range{{5, 10}, {0, 5}}, sweep.Options{}, k), "not in order")
	require.NoError(t, sweep.Run(context.Background(), g, nil, sweep.Options{}, &table{}))
}

type failing struct {
	*table
	err   error
	after int
}

func (f *failing) Take(b *sweep.Block) error {
	if b.First >= f.after {
		return f.err
	}
	return f.table.Take(b)
}

type stopping struct {
	*table
	cancel func()
}

func (s *stopping) Take(b *sweep.Block) error {
	s.cancel()
	return s.table.Take(b)
}

// nowhere takes rows and forgets them.
type nowhere struct{}

func (nowhere) Take(*sweep.Block) error { return nil }

// In the steady state a point allocates nothing: a sweep three times as long
// allocates as often.
func TestPointsAllocateNothing(t *testing.T) {
	g := newGrid(t, 200)
	run := func(points int) float64 {
		return testing.AllocsPerRun(3, func() {
			err := sweep.Run(context.Background(), g, []sweep.Range{{End: points}}, sweep.Options{Workers: 1, Chunk: 64, NAV: true}, nowhere{})
			require.NoError(t, err)
		})
	}
	short, long := run(256), run(1000)
	require.Less(t, (long-short)/744, 0.05, "%.0f and %.0f allocations", short, long)
}

func BenchmarkSweep(b *testing.B) {
	g := newGrid(b)
	for _, workers := range []int{1, 2} {
		for _, drift := range []bool{false, true} {
			measures := sweep.Measures()
			if !drift {
				measures = slices.DeleteFunc(measures, func(m metric.Measure) bool { return m.Needs.Has(metric.NeedDrift) })
			}
			b.Run(fmt.Sprintf("workers=%d/drift=%v", workers, drift), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := sweep.Run(context.Background(), g, []sweep.Range{{End: g.points}}, sweep.Options{Workers: workers, Measures: measures}, nowhere{}); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*g.points), "us/point")
			})
		}
	}
}
