package sweep

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"evenkeel/data/columnar"
	"evenkeel/reports/internal/reporttest"
)

// grown is a full grid of about n points over four axes.
func grown(t testing.TB, n int) *Sweep {
	side := int(math.Round(math.Pow(float64(n)/10, 1.0/3)))
	total := side * side * side * 10
	axes := make([][]float64, 3)
	looks := make([]string, total)
	measures := make([][]float64, 6)
	for i := range total {
		at := i
		looks[i] = string(rune('a' + at%10))
		at /= 10
		for k := range axes {
			axes[k] = append(axes[k], float64(at%side)/100)
			at /= side
		}
		for k := range measures {
			x := math.Sin(float64(i*(k+3))) * 0.1
			measures[k] = append(measures[k], 0.2+x+axes[0][i]+axes[1][i]*axes[2][i])
		}
	}
	columns := []columnar.Column{columnar.Floats("band", axes[0]), columnar.Floats("rail_ratio", axes[1]), columnar.Floats("costs.0.rate", axes[2]), columnar.Strings("look", looks)}
	var values []columnar.Column
	for k, name := range []string{"turnover_per_year", "cost_per_year", "tracking_error", "drift_mean", "cagr", "volatility"} {
		values = append(values, columnar.Floats(name, measures[k]))
	}
	s, err := New(swept(columns, make([]string, total), values...), "x")
	require.NoError(t, err)
	return s
}

// Reports of large sweeps end soon: 100,000 points without pictures in two seconds
// on an idle core, here with room for a busy one.
func TestLargeSweeps(t *testing.T) {
	for _, n := range []int{1_000, 100_000} {
		if n > 1_000 && testing.Short() {
			continue
		}
		s := grown(t, n)
		formats := []string{"markdown", "csv", "latex", "json"}
		begin := time.Now()
		r, err := NewReport(s, Options{Formats: formats})
		require.NoError(t, err)
		m := reporttest.Memory{}
		require.NoError(t, r.Write(m))
		took := time.Since(begin)
		t.Logf("%d points: %v", s.Points(), took)
		require.Less(t, took, 10*time.Second)
		size := 0
		for _, b := range m {
			size += len(b)
		}
		require.Less(t, size, 20<<20)
	}
}

func BenchmarkSweepReport(b *testing.B) {
	s := grown(b, 100_000)
	for b.Loop() {
		r, err := NewReport(s, Options{Formats: []string{"markdown", "csv", "json"}})
		require.NoError(b, err)
		require.NoError(b, r.Write(reporttest.Memory{}))
	}
}
