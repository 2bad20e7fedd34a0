package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"evenkeel/cmd/evenkeel/batch"
	"evenkeel/cmd/evenkeel/experiment"
)

// bound is what a number or a span of time on the command line may be.
type bound struct{ least, most float64 }

// spans of time are bounded in seconds.
const (
	minute = 60.0
	year   = 365 * 24 * 60 * minute
)

// bounds are those of all flags with numbers, whichever command has them. A flag that
// is not given stands for its default; one that is given is never taken for it.
var bounds = map[string]bound{
	"array-limit": {1, batch.MaxShards},
	"attempts":    {1, 10},
	"best":        {1, 1000},
	"block":       {1, 1e6},
	"cpus":        {1, 1e5},
	"parallelism": {1, batch.MaxShards},
	"part-points": {1, experiment.MaxPoints},
	"requeues":    {0, 1e6},
	"resamples":   {10, 1e6},
	"retries":     {0, 1e6},
	"tasks":       {1, batch.MaxShards},
	"workers":     {1, 4096},

	"merge-wait":     {1, year},
	"progress-every": {0, year},
	"timeout":        {minute, year},
	"wait":           {0, year},
}

// bounded refuses numbers that no command means anything by.
func bounded(cmd *cobra.Command) error {
	for _, name := range slices.Sorted(maps.Keys(bounds)) {
		f, b := cmd.Flags().Lookup(name), bounds[name]
		if f == nil || !f.Changed {
			continue
		}
		x, unit := 0.0, func(x float64) string { return grouped(int64(x)) }
		switch f.Value.Type() {
		case "int", "float64":
			x, _ = strconv.ParseFloat(f.Value.String(), 64)
		case "duration":
			d, _ := time.ParseDuration(f.Value.String())
			x, unit = d.Seconds(), func(x float64) string { return time.Duration(x * 1e9).String() }
		default:
			continue // a text that has its own rules
		}
		if !(b.least <= x && x <= b.most) {
			return fmt.Errorf("--%s %s: want %s to %s", name, f.Value, unit(b.least), unit(b.most))
		}
	}
	return nil
}
