package sim

import "evenkeel/sim/internal/glide"

// Tight says whether the tight loop ran a lane in the last Run, how many of its
// rebalances it decided itself, and what of it Go did without vectors.
func (r *Runner) Tight(lane int) (ran bool, rebalances int, plain glide.Parts) {
	x := r.tight.lanes
	if x == nil || x.Used>>lane&1 == 0 {
		return false, 0, 0
	}
	return true, int(x.Rebalances[lane]), x.Plain()
}
