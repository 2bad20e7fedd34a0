package sim

import (
	"errors"
	"sync/atomic"
)

// ErrStopped is the error of accounts whose run was ended early: see StopOn.
var ErrStopped = errors.New("the run was stopped")

// StopOn makes Run stop early, between two sessions, once a clock or an interrupt sets
// stop. Every account then has ErrStopped and meaningless figures. A policy that does not
// return cannot be stopped.
func (r *Runner) StopOn(stop *atomic.Bool) { r.stop = stop }

// Stopped reports whether the last Run was ended early.
func (r *Runner) Stopped() bool { return r.stopped }

// mustStop is asked once for every stop of the session loop, not for every session.
func (r *Runner) mustStop() bool { return r.stop != nil && r.stop.Load() }

// halt ends a run.
func (r *Runner) halt() {
	r.stopped, r.lanes.stale = true, 0
	for l := range r.accounts {
		if a := &r.accounts[l]; a.mandate != nil {
			a.err = ErrStopped
		}
	}
}
