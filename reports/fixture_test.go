package reports

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/sim/ledger"
	"evenkeel/sim/metric"
	"evenkeel/strategies"
)

// memory is a folder in memory.
type memory map[string][]byte

func (m memory) Write(name string, fill func(io.Writer) error) error {
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

// walk is a panel of random walks on weekdays from 2005 on, with opens.
func walk(t testing.TB, symbols []string, sessions int) *data.Panel {
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

// plan is a policy of a trial run.
type plan struct {
	name, title string
	policy      strategies.Strategy
	limits      []Limits
	changes     []sim.Change
	flows       []sim.Flow
}

var monthEnd = data.Schedule{Period: data.Month, Last: true}

func never() plan {
	return plan{name: "never", title: "buy and hold", policy: strategies.NewBuyAndHold()}
}

func monthly(name string) plan {
	return plan{name: name, title: "calendar, month_end", policy: strategies.NewCalendar(monthEnd)}
}

// banded is a policy of relative bands and rails, looked at every session.
func banded(name string, targets []float64, band, rail float64) plan {
	b := strategies.NewBands()
	b.Band, b.Rail = strategies.Both(strategies.Relative(band)), strategies.Both(strategies.Relative(rail))
	l := Limits{}
	for _, t := range targets {
		l.Lo, l.Hi = append(l.Lo, t*(1-band)), append(l.Hi, t*(1+band))
		l.RailLo, l.RailHi = append(l.RailLo, t*(1-rail)), append(l.RailHi, t*(1+rail))
	}
	return plan{name: name, title: fmt.Sprintf("bands %.0f%% / rail %.0f%%, every session", band*100, rail*100), policy: b, limits: []Limits{l}}
}

// replay runs plans over a panel.
func replay(t testing.TB, p *data.Panel, targets []float64, terms *sim.Terms, plans ...plan) *Run {
	run := &Run{
		Name: "trial", Currency: "USD", Base: "never", Prices: "walk.parquet, adjusted closes",
		Notes: []string{"Prices are random walks."}, Panel: p, Targets: targets, PeriodsPerYear: 252,
	}
	for _, x := range plans {
		r, err := sim.NewRunner(p, 1, sim.KeepDrift|sim.KeepLog)
		require.NoError(t, err)
		require.NoError(t, x.policy.Bind(p, targets))
		require.NoError(t, r.Set(0, &sim.Mandate{Policy: x.policy, Targets: targets, Terms: terms, Cash: 1e6, Changes: x.changes, Flows: x.flows}))
		r.Run()
		record := r.Record(0)
		st, err := ledger.Replay(&record)
		require.NoError(t, err)
		policy := Policy{Name: x.name, Title: x.title, Record: &record, Statement: st, Limits: x.limits}
		policy.Values = metric.Compute(&metric.Input{Record: &record, PeriodsPerYear: 252, Reference: metric.PolicyReturns(p, targets, x.changes...)})
		if policy.Looks = x.policy.Sessions(p); x.limits == nil {
			policy.Limits = edges(x.policy, record.Mandate)
		}
		run.Policies = append(run.Policies, policy)
	}
	return run
}

// edges are a strategy's limits for each set of targets.
func edges(policy strategies.Strategy, m *sim.Mandate) (all []Limits) {
	sets := [][]float64{m.Targets}
	for _, c := range m.Changes {
		sets = append(sets, c.Targets)
	}
	for _, targets := range sets {
		band, rail := policy.Edges(targets)
		l := Limits{}
		for _, e := range band {
			l.Lo, l.Hi = append(l.Lo, e.Lo), append(l.Hi, e.Hi)
		}
		for _, e := range rail {
			l.RailLo, l.RailHi = append(l.RailLo, e.Lo), append(l.RailHi, e.Hi)
		}
		all = append(all, l)
	}
	return all
}

func tenBPS(t testing.TB, p *data.Panel, fill sim.Moment) *sim.Terms {
	c := cost.NewBPS(10, cost.Everywhere)
	require.NoError(t, c.Bind(p))
	return &sim.Terms{Fill: fill, Costs: []sim.Cost{c}}
}

// five is the trial most tests use: five assets, three policies.
func five(t testing.TB, sessions int) *Run {
	p := walk(t, []string{"AGG", "DBC", "GLD", "VNQ", "VTI"}, sessions)
	targets := []float64{0.3, 0.1, 0.1, 0.1, 0.4}
	return replay(t, p, targets, tenBPS(t, p, sim.NextClose), never(), monthly("month-end"), banded("bands", targets, 0.2, 0.1))
}

// many has 20 policies.
func many(t testing.TB, assets, sessions int) *Run {
	var symbols []string
	var targets []float64
	for i := range assets {
		symbols = append(symbols, fmt.Sprintf("A%02d", i))
		targets = append(targets, 1/float64(assets))
	}
	p := walk(t, symbols, sessions)
	plans := []plan{never(), monthly("month-end")}
	for i := range 18 {
		band := 0.05 * float64(i+1)
		plans = append(plans, banded(fmt.Sprintf("bands %.0f%%", 100*band), targets, band, band/2))
	}
	return replay(t, p, targets, tenBPS(t, p, sim.NextClose), plans...)
}
