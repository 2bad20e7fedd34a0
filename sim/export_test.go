package sim

import "evenkeel/sim/internal/kernel"

// Tight reports whether the loop of the lanes ran a lane in the last Run, how many of its
// rebalances it decided itself, and what of it Go did without vectors.
func (r *Runner) Tight(lane int) (ran bool, rebalances int, plain kernel.Parts) {
	x := r.lanes.lanes
	if x == nil || x.Used>>lane&1 == 0 {
		return false, 0, 0
	}
	return true, int(x.Rebalances[lane]), x.Plain()
}
