package metric_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/sim/metric"
)

// beside is a file of the reference folder that may lie beside the project; the
// test is skipped where there is none.
func beside(t *testing.T, parts ...string) []byte {
	t.Helper()
	dir, err := os.Getwd()
	require.NoError(t, err)
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(dir)
		require.NotEqual(t, dir, up, "no go.mod above")
		dir = up
	}
	text, err := os.ReadFile(filepath.Join(append([]string{filepath.Dir(dir), "shared"}, parts...)...))
	if os.IsNotExist(err) {
		t.Skip("no reference files beside the project")
	}
	require.NoError(t, err)
	return text
}

// published is a worked example of a book or of another project.
type published struct {
	ID       string
	Inputs   json.RawMessage
	Expected json.RawMessage
}

func example(t *testing.T, id string, inputs, expected any) {
	t.Helper()
	var all struct{ Cases []published }
	require.NoError(t, json.Unmarshal(beside(t, "golden", "worked_examples.json"), &all))
	for _, c := range all.Cases {
		if c.ID == id {
			require.NoError(t, json.Unmarshal(c.Inputs, inputs))
			require.NoError(t, json.Unmarshal(c.Expected, expected))
			return
		}
	}
	t.Fatalf("no example %s", id)
}

// Two years of monthly returns of a portfolio and its benchmark, from a textbook.
func TestTextbookMonths(t *testing.T) {
	var in struct {
		Portfolio, Benchmark []float64
		Periods              float64 `json:"periods_per_year"`
		RF                   float64
	}
	var want struct {
		Computed struct {
			Return      float64 `json:"annualized_return"`
			Benchmark   float64 `json:"annualized_return_benchmark"`
			SD          float64 `json:"annualized_sd"`
			Sharpe      float64 `json:"sharpe_arithmetic"`
			Drawdown    float64 `json:"max_drawdown"`
			TrackingSD  float64 `json:"tracking_error_sd"`
			TrackingRMS float64 `json:"tracking_error_rms"`
			MeanActive  float64 `json:"mean_active"`
		}
	}
	example(t, "P-01-bacon", &in, &want)
	require.Len(t, in.Portfolio, 24)
	const tolerance = 1e-12
	years := float64(len(in.Portfolio)) / in.Periods
	require.InDelta(t, want.Computed.Return, metric.CAGR(levels(in.Portfolio), years), tolerance)
	require.InDelta(t, want.Computed.Benchmark, metric.CAGR(levels(in.Benchmark), years), tolerance)
	require.InDelta(t, want.Computed.SD, metric.Volatility(in.Portfolio, in.Periods), tolerance)
	require.InDelta(t, want.Computed.Sharpe, metric.Sharpe(in.Portfolio, in.RF, in.Periods), tolerance)
	require.InDelta(t, -want.Computed.Drawdown, metric.MaxDrawdown(levels(in.Portfolio)), tolerance)
	active := make([]float64, len(in.Portfolio))
	for i, r := range in.Portfolio {
		active[i] = r - in.Benchmark[i]
	}
	require.InDelta(t, want.Computed.TrackingSD, metric.TrackingError(active, in.Periods), tolerance)
	require.InDelta(t, want.Computed.TrackingRMS, metric.TrackingRMS(active, in.Periods), tolerance)
	require.InDelta(t, want.Computed.MeanActive*in.Periods, metric.TrackingDifference(active, in.Periods), tolerance)

	run := input(t, levels(in.Portfolio)...) // the same through a run's record
	run.Reference = append([]float64{0}, in.Benchmark...)
	m := measured(run)
	require.InDelta(t, want.Computed.SD, m["volatility"], tolerance)
	require.InDelta(t, want.Computed.Sharpe, m["sharpe"], tolerance)
	require.InDelta(t, -want.Computed.Drawdown, m["max_drawdown"], tolerance)
	require.InDelta(t, want.Computed.TrackingSD, m["tracking_error"], tolerance)
	require.InDelta(t, want.Computed.TrackingRMS, m["tracking_rms"], tolerance)
}

// Two short daily series that another project publishes results for.
func TestPublishedDays(t *testing.T) {
	for _, id := range []string{"P-02-empyrical-mixed", "P-03-empyrical-negative"} {
		t.Run(id, func(t *testing.T) {
			var in struct {
				Returns []float64
				Periods float64 `json:"periods_per_year"`
			}
			var want struct {
				Sharpe     float64
				Drawdown   float64  `json:"max_drawdown"`
				Volatility *float64 `json:"annual_volatility"`
				Growth     *float64 `json:"cum_return"`
			}
			example(t, id, &in, &want)
			require.InDelta(t, want.Sharpe, metric.Sharpe(in.Returns, 0, in.Periods), 1e-8)
			require.InDelta(t, -want.Drawdown, metric.MaxDrawdown(levels(in.Returns)), 1e-8)
			if want.Volatility != nil {
				require.InDelta(t, *want.Volatility, metric.Volatility(in.Returns, in.Periods), 1e-8)
			}
			if want.Growth != nil {
				require.InDelta(t, 1+*want.Growth, levels(in.Returns)[len(in.Returns)], 1e-8)
			}
		})
	}
}

func TestPublishedSharpe(t *testing.T) {
	var in struct {
		Returns []float64
		RF      float64
	}
	var want struct{ Sharpe float64 }
	example(t, "P-05-sharpe", &in, &want)
	require.InDelta(t, want.Sharpe, metric.Sharpe(in.Returns, in.RF, 1), 5e-6)
}
