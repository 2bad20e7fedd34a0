package main

import (
	"context"
	"runtime/debug"

	"golang.org/x/sync/errgroup"

	"evenkeel/data/store"
	"evenkeel/reports"
)

// writeReports makes every report, at most workers at a time: each writes files
// of its own, so the order leaves no trace.
func writeReports(ctx context.Context, dir *store.Dir, run *reports.Run, workers int) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(workers)
	for _, name := range reports.Catalog.Names() {
		g.Go(func() (err error) {
			defer func() {
				if what := recover(); what != nil {
					err = &workerPanic{"report " + name, what, debug.Stack()}
				}
			}()
			if err := ctx.Err(); err != nil {
				return err
			}
			return reports.Write(dir, run, name)
		})
	}
	return g.Wait()
}
