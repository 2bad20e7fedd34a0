package reports

import (
	"fmt"
	"testing"

	"evenkeel/sim"

	"github.com/stretchr/testify/require"
)

// twenty has 20 policies over five assets.
func twenty(t testing.TB) *Run {
	p := walk(t, []string{"AGG", "DBC", "GLD", "VNQ", "VTI"}, 5040)
	targets := []float64{0.3, 0.1, 0.1, 0.1, 0.4}
	plans := []plan{never(), monthly("month-end")}
	for i := range 18 {
		band := 0.05 * float64(i+1)
		plans = append(plans, banded(fmt.Sprintf("bands %.0f%%", 100*band), targets, band, band/2))
	}
	return replay(t, p, targets, tenBPS(t, p, sim.NextClose), plans...)
}

// All reports of 20 years of daily prices.
func BenchmarkWrite(b *testing.B) {
	for _, c := range []struct {
		name string
		run  *Run
	}{
		{"policies=3/assets=5", five(b, 5040)},
		{"policies=20/assets=5", twenty(b)},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				require.NoError(b, Write(memory{}, c.run))
			}
		})
	}
}
