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
	"evenkeel/reports"
	"evenkeel/sim"
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
	if err := f.Load(ctx); err != nil {
		return nil, err
	}
	panel, source, err := columnar.ReadPanel(ctx, f.PricesPath(), f.PriceOptions())
	if err != nil {
		return nil, err
	}
	x, err := f.Bind(panel)
	if err != nil {
		return nil, err
	}
	l := &loaded{x: x, source: source, warnings: append(source.Warnings, x.Warnings...)}
	if f.Sweep != nil {
		l.warnings.Add(unswept(f))
	}
	if isSynthetic(panel) {
		l.notes = append(l.notes, data.SyntheticNote)
	}
	return l, nil
}

// unswept says that a sweep is not run.
func unswept(f *experiment.File) fault.Finding {
	return fault.Finding{
		Code: "E131", File: f.Path(), Place: "sweep", Warning: true,
		What:   fmt.Sprintf("the sweep of %s is checked, not run", count(f.Sweep.Points, "point")),
		Rule:   "this version runs the policies alone",
		Remedy: "Enter the points of interest as policies",
	}
}

// isSynthetic says whether prices are the built-in ones: the file they come from
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
	run *reports.Run
}

// simulate replays every policy of an experiment and proves each run.
func simulate(ctx context.Context, l *loaded, workers int) (*result, error) {
	var lanes []lane
	for _, p := range l.x.Policies {
		lanes = append(lanes, lane{p.Name, p.Mandate})
	}
	twin := holdTwin(l.x)
	if twin != nil {
		lanes = append(lanes, lane{"buy and hold", twin})
	}
	outcomes, err := replay(ctx, l.x.Panel, lanes, basis{l.x.PeriodsPerYear, l.x.RiskFree}, workers)
	if err != nil {
		return nil, err
	}
	run := assemble(l.x, outcomes, l.notes)
	if twin != nil {
		run.Hold = &outcomes[len(outcomes)-1].record
	}
	return &result{l, run}, nil
}

// holdTwin is the account of the first policy under buy and hold, to be drawn beside
// the others; nil when a policy is just that.
func holdTwin(x *experiment.Experiment) *sim.Mandate {
	for _, p := range x.Policies {
		if _, same := p.Made.(*strategies.BuyAndHold); same {
			return nil
		}
	}
	return x.Mandate(strategies.NewBuyAndHold())
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
