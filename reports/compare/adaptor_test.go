package compare

import (
	"testing"

	"evenkeel/data"
	"evenkeel/reports/internal/reporttest"
	"evenkeel/reports/run"
	"evenkeel/sim"
)

// runOf is a trial as a report takes it.
func runOf(all *reporttest.Trial) *run.Run {
	r := &run.Run{
		Name: "trial", Currency: "USD", Base: "never", Prices: "walk.parquet, adjusted closes",
		Notes: []string{"Prices are random walks."}, Panel: all.Panel, Targets: all.Targets, PeriodsPerYear: 252,
	}
	for _, o := range all.Outcomes {
		p := run.Policy{Name: o.Name, Title: o.Title, Record: o.Record, Statement: o.Statement, Values: o.Values, Looks: o.Looks, Limits: o.Limits}
		r.Policies = append(r.Policies, p)
	}
	return r
}

func replay(t testing.TB, p *data.Panel, targets []float64, terms *sim.Terms, plans ...reporttest.Plan) *run.Run {
	return runOf(reporttest.Replayed(t, p, targets, terms, plans...))
}

func five(t testing.TB, sessions int) *run.Run { return runOf(reporttest.FiveTrial(t, sessions)) }

func many(t testing.TB, assets, sessions int) *run.Run {
	return runOf(reporttest.ManyTrial(t, assets, sessions))
}

func small(t testing.TB) *run.Run { return runOf(reporttest.SmallTrial(t)) }

func unevenRun(t testing.TB, fill sim.FillTime) *run.Run {
	return runOf(reporttest.UnevenTrial(t, fill))
}

func dated(t testing.TB, terms *sim.Terms, p *data.Panel, flows, changes bool) *run.Run {
	return runOf(reporttest.DatedTrial(t, terms, p, flows, changes))
}

func escapingRun(t testing.TB, names []string) *run.Run {
	r := runOf(reporttest.EscapingTrial(t, names))
	r.Name, r.Currency, r.Prices, r.Base, r.Against, r.Notes = names[0], names[1], names[2], names[3], names[4], names
	r.Source = &run.Source{Settings: names[0] + names[1] + names[2], Start: data.NoDate, End: data.NoDate, Program: names[8]}
	return r
}
