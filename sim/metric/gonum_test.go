package metric_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	"evenkeel/sim/metric"
)

// The room sums with every product rounded, so that no processor changes a bit;
// gonum's statistics, which do not promise that, agree to rounding.
func TestMomentsAgreeWithGonum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-0.2, 0.2), 2, 500).Draw(t, "returns")
		mean, sd := stat.MeanStdDev(x, nil)
		require.InDelta(t, mean, metric.Mean(x), 1e-15)
		require.InDelta(t, sd, metric.Deviation(x), 1e-14)
	})
}
