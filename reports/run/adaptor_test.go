package run

import (
	"testing"

	"evenkeel/data"
	"evenkeel/reports/internal/reporttest"
	"evenkeel/sim"
)

// runOf is a trial as a report takes it.
func runOf(all *reporttest.Trial) *Run {
	run := &Run{
		Name: "trial", Currency: "USD", Base: "never", Prices: "walk.parquet, adjusted closes",
		Notes: []string{"Prices are random walks."}, Panel: all.Panel, Targets: all.Targets, PeriodsPerYear: 252,
	}
	for _, o := range all.Outcomes {
		p := Policy{Name: o.Name, Title: o.Title, Record: o.Record, Statement: o.Statement, Values: o.Values, Looks: o.Looks, Limits: o.Limits}
		run.Policies = append(run.Policies, p)
	}
	return run
}

func replay(t testing.TB, p *data.Panel, targets []float64, terms *sim.Terms, plans ...reporttest.Plan) *Run {
	return runOf(reporttest.Replayed(t, p, targets, terms, plans...))
}

func five(t testing.TB, sessions int) *Run { return runOf(reporttest.FiveTrial(t, sessions)) }

func many(t testing.TB, assets, sessions int) *Run {
	return runOf(reporttest.ManyTrial(t, assets, sessions))
}

func small(t testing.TB) *Run { return runOf(reporttest.SmallTrial(t)) }

func unevenRun(t testing.TB, fill sim.FillTime) *Run { return runOf(reporttest.UnevenTrial(t, fill)) }

func dated(t testing.TB, terms *sim.Terms, p *data.Panel, flows, changes bool) *Run {
	return runOf(reporttest.DatedTrial(t, terms, p, flows, changes))
}

func escapingRun(t testing.TB, names []string) *Run {
	run := runOf(reporttest.EscapingTrial(t, names))
	run.Name, run.Currency, run.Prices, run.Base, run.Against, run.Notes = names[0], names[1], names[2], names[3], names[4], names
	run.Source = &Source{Settings: names[0] + names[1] + names[2], Start: data.NoDate, End: data.NoDate, Program: names[8]}
	return run
}
