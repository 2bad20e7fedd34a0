package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/data/fault"
	"evenkeel/reports/run"
	"evenkeel/sim"
	"evenkeel/sim/metric"
	"evenkeel/strategies"
)

// loaded is an experiment with its prices: all that can be wrong has been found.
type loaded struct {
	x        *experiment.Experiment
	source   *columnar.Source
	notes    []string
	warnings fault.List // of the file and the data
}

// load reads the files that an experiment names, then its prices, and binds them.
// All that is wrong with one step comes back together, as findings.
func load(ctx context.Context, f *experiment.File) (*loaded, error) {
	if err := f.Load(ctx, columnar.Files{}); err != nil {
		return nil, err
	}
	panel, source, err := f.ReadPrices(ctx, columnar.Files{}, f.PriceOptions())
	if err != nil {
		return nil, err
	}
	x, err := f.Bind(panel)
	if err != nil {
		return nil, err
	}
	l := &loaded{x: x, source: source, warnings: append(source.Warnings, x.Warnings...)}
	if isSynthetic(panel) {
		l.notes = append(l.notes, data.SyntheticNote)
	}
	return l, nil
}

// isSynthetic reports whether prices are the built-in ones: the file they come from
// may have any name, so they are known by the closes of their first and last session.
func isSynthetic(p *data.Panel) bool {
	known := data.Synthetic()
	same := func(session int) bool {
		at, found := slices.BinarySearch(known.Dates(), p.Date(session))
		if !found {
			return false
		}
		for i, name := range p.Symbols() {
			if j := known.Symbol(name); j < 0 || known.Close(at)[j] != p.Close(session)[i] {
				return false
			}
		}
		return true
	}
	return same(0) && same(p.Sessions()-1)
}

// result is a simulated experiment.
type result struct {
	*loaded
	run *run.Run
}

// simulate replays every policy of an experiment and proves each run.
func simulate(ctx context.Context, l *loaded, workers int) (*result, error) {
	b := basis{l.x.PeriodsPerYear, l.x.RiskFree}
	jobs := make([]job, len(l.x.Policies))
	for i, p := range l.x.Policies {
		jobs[i] = job{lane: lane{p.Name, p.Mandate}, reference: l.x.Reference, againstTwin: l.x.File.Reference == experiment.ZeroCostTwin}
		if len(p.Mandate.Terms.Costs) > 0 {
			jobs[i].twin = freeTwin(l.x, i)
		}
		jobs[i].limits = func() []sim.Edges { return strategies.EdgesOf(p.Made, p.Mandate) }
	}
	for i, p := range l.x.Policies {
		jobs[i].looks = func() *data.Calendar { return p.Made.Sessions(l.x.Panel) }
	}
	hold := holdTwin(l.x)
	var held sim.Record
	if hold != nil {
		one, err := replay(ctx, l.x.Panel, []lane{{"buy and hold", hold}}, b, 1)
		if err != nil {
			return nil, err
		}
		held = one[0].record
		if l.x.File.Reference == experiment.BuyAndHold {
			returns := metric.RecordReturns(&held)
			for i := range jobs {
				jobs[i].reference = returns
			}
		}
	} else { // one of the policies is it, and proved as such
		var err error
		if held, err = recorded(l.x.Panel, "buy and hold", l.x.Mandate(strategies.NewBuyAndHold()), 0); err != nil {
			return nil, err
		}
	}
	for i := range jobs {
		jobs[i].hold = &held
	}
	outcomes, err := replayAll(ctx, l.x.Panel, jobs, b, workers)
	if err != nil {
		return nil, err
	}
	run := assemble(l, outcomes)
	if hold != nil && !holds(l.x) {
		run.Hold = &held
	}
	return &result{l, run}, nil
}

// freeTwin is the account of policy i trading free: its costs alone are taken away.
func freeTwin(x *experiment.Experiment, i int) *sim.Mandate {
	m := x.Twin(i).Mandate
	terms := *m.Terms
	terms.Costs = nil
	m.Terms = &terms
	return m
}

// holdTwin is the account bought and held: drawn beside the policies unless one is
// just that, and perhaps what tracking is measured against. Otherwise nil.
func holdTwin(x *experiment.Experiment) *sim.Mandate {
	if holds(x) && x.File.Reference != experiment.BuyAndHold {
		return nil
	}
	return x.Mandate(strategies.NewBuyAndHold())
}

// holds reports whether some policy is buy and hold.
func holds(x *experiment.Experiment) bool {
	return slices.ContainsFunc(x.Policies, func(p experiment.Policy) bool {
		_, same := p.Made.(*strategies.BuyAndHold)
		return same
	})
}

// slow prints a note about a step that took long enough to be wondered about.
func (c *console) slow(begin time.Time, format string, args ...any) {
	if took := time.Since(begin); took > 2*time.Second {
		c.note("%s (%.1f s)", fmt.Sprintf(format, args...), took.Seconds())
	}
}

func allCores(workers int) int {
	if workers > 0 {
		return workers
	}
	return runtime.GOMAXPROCS(0)
}
