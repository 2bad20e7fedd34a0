// Package strategies holds the rebalancing policies, one recipe a file. A recipe
// joins words: when to look, what triggers (trigger_*.go), how far to trade and
// how to share what pays for it (aim_*.go).
package strategies

import (
	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Catalog holds every strategy.
var Catalog = card.Catalog[Strategy]{Kind: "strategy"}

// Strategy is a policy that must learn the panel's symbols before it runs; Bind
// finds every error that depends on them.
type Strategy interface {
	sim.Policy
	Bind(p *data.Panel, targets []float64) error
}

// Trigger says at a look whether to trade.
type Trigger interface {
	// Limits writes the weights outside which Fired may be true, and says
	// whether there are such limits.
	Limits(lo, hi []float64) bool
	// Fired looks at the close: side[i] becomes +1 for an asset above its limit,
	// -1 for one below, 0 otherwise.
	Fired(v *sim.View, side []int8) sim.Verdict
}

// Recipe is a policy made of a look, a trigger and an aim.
type Recipe struct {
	Look data.Schedule
	If   Trigger
	Aim  Aim

	side []int8
}

// Watch promises to do nothing between looks and, at looks, while no weight is
// outside the trigger's limits.
func (r *Recipe) Watch(v *sim.View, w *sim.Watch) {
	w.Looks = v.Calendar(r.Look)
	if !r.If.Limits(w.Lo, w.Hi) {
		w.Lo, w.Hi = nil, nil
	}
	if len(r.side) != len(v.Targets) {
		r.side = make([]int8, len(v.Targets))
	}
	r.Aim.prepare(v.Targets)
}

// Decide asks the trigger, then plans the trades.
func (r *Recipe) Decide(v *sim.View, want []float64) sim.Verdict {
	verdict := r.If.Fired(v, r.side)
	if verdict.Act {
		r.Aim.Plan(v, r.side, want)
	}
	return verdict
}
