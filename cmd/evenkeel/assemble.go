package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/data/fault"
	"evenkeel/reports/run"
	"evenkeel/strategies"
)

// assemble gives the reports what the replay left. Names and sizes of input
// files stay out of it: the same prices from another file give the same reports.
func assemble(l *loaded, outcomes []outcome) *run.Run {
	x := l.x
	r := &run.Run{
		Name: x.File.Name, Currency: x.File.Account.Currency, Base: x.File.Base,
		Notes: l.notes, DataWarnings: dataWarnings(l.warnings), Prices: kindWord(x.Panel.Kind(), l.source.Taken),
		Panel: x.Panel, Targets: x.Targets, PeriodsPerYear: x.PeriodsPerYear, RiskFree: x.RiskFree,
		Against: against(x), Source: sourceOf(x.File),
	}
	for i, p := range x.Policies {
		o := &outcomes[i]
		if left := strategies.LeftOut(&o.record); left != nil {
			r.Notes = append(r.Notes, fmt.Sprintf("%s has a target and does not hold %s at a reduction: K, the least v/t, is made of what is held.", p.Name, strings.Join(left, ", ")))
		}
		r.Policies = append(r.Policies, run.Policy{
			Name: p.Name, Title: p.Made.Title(),
			Record: &o.record, Values: o.values, Statement: o.proof,
			Limits: strategies.EdgesOf(p.Made, p.Mandate), Looks: p.Made.Sessions(x.Panel), Reference: o.reference,
		})
	}
	return r
}

// dataWarnings returns the warnings on the data (E3xx), without the names of files.
func dataWarnings(warnings fault.List) (all []string) {
	for _, w := range warnings {
		if !strings.HasPrefix(w.Code, "E3") {
			continue
		}
		text := w.Code + ": " + w.What
		if w.Rule != "" {
			text += " (" + w.Rule + ")"
		}
		all = append(all, text)
	}
	return all
}

// against returns what tracking is measured against.
func against(x *experiment.Experiment) string {
	switch word := x.File.Reference; word {
	case experiment.PolicyTargets:
		return ""
	case experiment.ZeroCostTwin:
		return "the same account trading free"
	case experiment.BuyAndHold:
		return "the account bought and held"
	default:
		return filepath.Base(filepath.FromSlash(word))
	}
}

// kindWord returns what the closes are and of which columns prices were taken.
func kindWord(k data.Kind, taken []columnar.Taken) string {
	word := "adjusted closes"
	if k == data.Raw {
		word = "raw closes"
	}
	if of := columnar.Describe(taken); of != "" {
		word += ": " + of
	}
	return word
}
