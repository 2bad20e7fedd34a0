package main

import (
	"context"
	"fmt"
	"runtime/debug"

	"golang.org/x/sync/errgroup"

	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim"
	"evenkeel/sim/audit"
	"evenkeel/sim/ledger"
	"evenkeel/sim/metric"
)

// lane is one policy to replay.
type lane struct {
	name    string
	mandate *sim.Mandate
}

// outcome is what a policy's replay left: its record, the decimal ledger that
// proves it, its measures and the returns by session that tracking refers to.
type outcome struct {
	name      string
	record    sim.Record
	proof     *ledger.Statement
	values    []metric.Value
	reference []float64
}

// basis is what every policy's measures share.
type basis struct {
	periods  float64 // a year
	riskFree float64 // a yearly rate
}

// job is a policy to replay with what its measures need beside it.
type job struct {
	lane
	twin        *sim.Mandate          // the same account trading free; nil: trading is free
	reference   []float64             // simple returns by session; nil: the targets' own
	againstTwin bool                  // the reference is the twin
	hold        *sim.Record           // the account bought and held; nil: not compared with it
	limits      func() []sim.Edges    // of the policy, asked after the run; nil: none
	looks       func() *data.Calendar // sessions on which it compares weights, likewise
}

// replay replays lanes whose measures need nothing beside them.
func replay(ctx context.Context, p *data.Panel, lanes []lane, b basis, workers int) ([]outcome, error) {
	jobs := make([]job, len(lanes))
	for i, l := range lanes {
		jobs[i].lane = l
	}
	return replayAll(ctx, p, jobs, b, workers)
}

// replayAll runs every job over the panel, at most workers at a time, each in a
// runner of its own: what a job leaves does not depend on the others or on
// workers. A run that the ledger cannot prove is an error, and no input's fault.
func replayAll(ctx context.Context, p *data.Panel, jobs []job, b basis, workers int) ([]outcome, error) {
	out := make([]outcome, len(jobs))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, workers))
	for i, j := range jobs {
		g.Go(func() (err error) {
			defer func() {
				if what := recover(); what != nil {
					err = &workerPanic{fmt.Sprintf("policy %q", j.name), what, debug.Stack()}
				}
			}()
			if err := ctx.Err(); err != nil {
				return err
			}
			out[i], err = replayOne(p, j, b)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return out, nil
}

func replayOne(p *data.Panel, j job, b basis) (o outcome, err error) {
	o.name = j.name
	needs := metric.NeedsOf(metric.All()) | metric.NeedDrift | metric.NeedLog // of pictures; of the proof
	if o.record, err = recorded(p, j.name, j.mandate, needs.Keep()); err != nil {
		return o, err
	}
	if o.proof, err = ledger.Replay(&o.record); err != nil {
		return o, fmt.Errorf("policy %q: the ledger does not prove the run: %w", j.name, err)
	}
	if err := audit.Check(&o.record); err != nil {
		return o, fmt.Errorf("policy %q: %w", j.name, err)
	}
	twin := &o.record
	if j.twin != nil && (j.againstTwin || needs.Has(metric.NeedTwin)) {
		free, err := recorded(p, j.name, j.twin, 0)
		if err != nil {
			return o, err
		}
		twin = &free
	}
	switch {
	case j.againstTwin:
		o.reference = metric.RecordReturns(twin)
	case j.reference != nil:
		o.reference = j.reference
	default:
		o.reference = metric.MandateReturns(p, j.mandate)
	}
	in := metric.Input{Record: &o.record, PeriodsPerYear: b.periods, RiskFree: b.riskFree, Reference: o.reference, Twin: twin, Hold: j.hold}
	if j.limits != nil {
		in.Limits = j.limits()
	}
	if j.looks != nil {
		in.Looks = j.looks()
	}
	o.values = metric.Compute(&in)
	return o, nil
}

// recorded runs one account in a runner of its own.
func recorded(p *data.Panel, name string, m *sim.Mandate, keep sim.Keep) (record sim.Record, err error) {
	r, err := sim.NewRunner(p, 1, keep)
	if err != nil {
		return record, fmt.Errorf("policy %q: %w", name, err)
	}
	if err := r.Set(0, m); err != nil {
		return record, fmt.Errorf("policy %q: %w", name, err)
	}
	r.Run()
	if record = r.Record(0); record.Err != nil {
		return record, fault.One(fault.Finding{
			Code: fault.BooksLimit, Place: "policy " + fault.Quote(name), What: record.Err.Error(),
			Rule: "money is counted in millionths and shares in hundred-millionths", Remedy: "Open with less cash, or end the period earlier",
		})
	}
	return record, nil
}

// workerPanic carries a panic out of a goroutine, with the place where it happened.
type workerPanic struct {
	where string
	what  any
	stack []byte
}

func (p *workerPanic) Error() string { return fmt.Sprintf("%s: %v", p.where, p.what) }
