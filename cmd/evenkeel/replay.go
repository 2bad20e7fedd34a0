package main

import (
	"context"
	"fmt"
	"runtime/debug"

	"golang.org/x/sync/errgroup"

	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim"
	"evenkeel/sim/ledger"
	"evenkeel/sim/metric"
)

// lane is one policy to replay.
type lane struct {
	name    string
	mandate *sim.Mandate
}

// outcome is what a policy's replay left: its record, the decimal ledger that
// proves it and its measures.
type outcome struct {
	name   string
	record sim.Record
	proof  *ledger.Statement
	values []metric.Value
}

// basis is what every policy's measures share.
type basis struct {
	periods  float64 // a year
	riskFree float64 // a yearly rate
}

// replay runs every lane over the panel, at most workers at a time, each in a
// runner of its own: what a lane leaves does not depend on the others or on
// workers. A run that the ledger cannot prove is an error, and no input's fault.
func replay(ctx context.Context, p *data.Panel, lanes []lane, b basis, workers int) ([]outcome, error) {
	out := make([]outcome, len(lanes))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, workers))
	for i, l := range lanes {
		g.Go(func() (err error) {
			defer func() {
				if what := recover(); what != nil {
					err = &workerPanic{fmt.Sprintf("policy %q", l.name), what, debug.Stack()}
				}
			}()
			if err := ctx.Err(); err != nil {
				return err
			}
			out[i], err = replayOne(p, l, b)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return out, nil
}

func replayOne(p *data.Panel, l lane, b basis) (o outcome, err error) {
	r, err := sim.NewRunner(p, 1, sim.KeepDrift|sim.KeepLog)
	if err != nil {
		return o, fmt.Errorf("policy %q: %w", l.name, err)
	}
	if err := r.Set(0, l.mandate); err != nil {
		return o, fmt.Errorf("policy %q: %w", l.name, err)
	}
	r.Run()
	o = outcome{name: l.name, record: r.Record(0)}
	if o.record.Err != nil {
		return o, fault.One(fault.Finding{
			Code: "E603", Place: "policy " + fault.Quote(l.name), What: o.record.Err.Error(),
			Rule: "money is counted in millionths and shares in hundred-millionths", Remedy: "Open with less cash, or end the period earlier",
		})
	}
	if o.proof, err = ledger.Replay(&o.record); err != nil {
		return o, fmt.Errorf("policy %q: the ledger does not prove the run: %w", l.name, err)
	}
	o.values = metric.Compute(&metric.Input{
		Record: &o.record, PeriodsPerYear: b.periods, RiskFree: b.riskFree,
		Reference: metric.PolicyReturns(p, l.mandate.Targets, l.mandate.Changes...),
	})
	return o, nil
}

// workerPanic carries a panic out of a goroutine, with the place where it happened.
type workerPanic struct {
	where string
	what  any
	stack []byte
}

func (p *workerPanic) Error() string { return fmt.Sprintf("%s: %v", p.where, p.what) }
