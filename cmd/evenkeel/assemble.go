package main

import (
	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/data"
	"evenkeel/reports"
	"evenkeel/strategies"
)

// assemble gives the reports what the replay left. Names and sizes of input
// files stay out of it: the same prices from another file give the same reports.
func assemble(x *experiment.Experiment, outcomes []outcome, notes []string) *reports.Run {
	run := &reports.Run{
		Name: x.File.Name, Currency: x.File.Account.Currency, Base: x.File.Base,
		Notes: notes, Prices: kindWord(x.Panel.Kind()),
		Panel: x.Panel, Targets: x.Targets, PeriodsPerYear: x.PeriodsPerYear, RiskFree: x.RiskFree,
	}
	for i, p := range x.Policies {
		o := &outcomes[i]
		limits, looks := drawn(x.Panel, p.Made)
		run.Policies = append(run.Policies, reports.Policy{
			Name: p.Name, Title: titleOf(p.Strategy, p.Made),
			Record: &o.record, Values: o.values, Statement: o.proof,
			Limits: limits, Looks: looks,
		})
	}
	return run
}

func kindWord(k data.Kind) string {
	if k == data.Raw {
		return "raw closes"
	}
	return "adjusted closes"
}

// drawn is what pictures show of a bound strategy: its limits and rails as
// weights, and the sessions it looks on; nil where it has none.
func drawn(p *data.Panel, s strategies.Strategy) (*reports.Limits, *data.Calendar) {
	switch s := s.(type) {
	case *strategies.Bands:
		l := &reports.Limits{}
		l.Lo, l.Hi = pair(p.Assets(), s.If.Limits)
		l.RailLo, l.RailHi = pair(p.Assets(), s.Aim.Rails)
		return l, p.Calendar(s.Look)
	case *strategies.Calendar:
		return nil, p.Calendar(s.Look)
	}
	return nil, nil
}

// pair fills two slices of n, or is nil when there is nothing to fill in.
func pair(n int, fill func(lo, hi []float64) bool) (lo, hi []float64) {
	lo, hi = make([]float64, n), make([]float64, n)
	if !fill(lo, hi) {
		return nil, nil
	}
	return lo, hi
}
