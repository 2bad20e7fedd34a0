package metric_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/internal/reference"
	"evenkeel/sim/metric"
)

// Two years of monthly returns of a portfolio and its benchmark, from a textbook,
// and what R's PerformanceAnalytics prints of them.
func TestTextbookMonths(t *testing.T) {
	var in struct {
		Portfolio, Benchmark []float64
		Periods              float64 `json:"periods_per_year"`
		MAR, RF              float64
	}
	var want struct{ Computed, Published map[string]float64 }
	reference.ThirdParty(t, "P-01-bacon", &in, &want)
	require.Len(t, in.Portfolio, 24)
	p, values := metric.PartialMoments(in.Portfolio, in.MAR), levels(in.Portfolio)
	zero := metric.PartialMoments(in.Portfolio, 0)
	growth := metric.CAGR(values, float64(len(in.Portfolio))/in.Periods)
	active := make([]float64, len(in.Portfolio))
	for i, r := range in.Portfolio {
		active[i] = r - in.Benchmark[i]
	}
	computed := map[string]float64{
		"annualized_return":           growth,
		"annualized_return_benchmark": metric.CAGR(levels(in.Benchmark), float64(len(in.Portfolio))/in.Periods),
		"annualized_sd":               metric.Volatility(in.Portfolio, in.Periods),
		"sharpe_arithmetic":           metric.Sharpe(in.Portfolio, in.RF, in.Periods),
		"sharpe_geometric":            metric.GeometricSharpe(in.Portfolio, in.RF, in.Periods),
		"adjusted_sharpe":             metric.AdjustedSharpe(in.Portfolio, in.RF, in.Periods),
		"sortino":                     p.Sortino(),
		"downside_deviation":          p.DownsideDeviation(),
		"max_drawdown":                -metric.MaxDrawdown(values),
		"ulcer_index":                 metric.Ulcer(values),
		"pain_index":                  metric.Pain(values),
		"martin_ratio":                (growth - in.RF) / metric.Ulcer(values),
		"calmar":                      growth / metric.MaxDrawdown(values),
		"skewness_moment":             metric.Skewness(in.Portfolio),
		"kurtosis_moment":             metric.Kurtosis(in.Portfolio),
		"tracking_error_sd":           metric.TrackingError(active, in.Periods),
		"tracking_error_rms":          metric.TrackingRMS(active, in.Periods),
		"mean_active":                 metric.TrackingDifference(active, 1),
		"active_premium_geometric":    metric.ActivePremium(in.Portfolio, in.Benchmark, in.Periods),
		"information_ratio":           metric.InformationRatio(in.Portfolio, in.Benchmark, in.Periods),
		"beta":                        metric.Beta(in.Portfolio, in.Benchmark),
		"cvar_95_worst2_mean":         metric.TailMean(in.Portfolio, 0.05),
	}
	require.Len(t, want.Computed, len(computed), "all that is known")
	for key, x := range want.Computed {
		require.InDelta(t, x, computed[key], 1e-12, key)
	}
	published := map[string]struct{ x, half float64 }{ // half a unit of the last printed digit
		"downside_deviation": {p.DownsideDeviation(), 5e-5}, "downside_potential": {p.DownsidePotential(), 5e-5},
		"downside_frequency": {p.DownsideFrequency(), 5e-4}, "upside_frequency": {p.UpsideFrequency(), 5e-4},
		"upside_risk": {p.UpsideRisk(), 5e-6}, "upside_potential": {p.UpsidePotential(), 5e-6},
		"mean_abs_dev": {metric.MeanDeviation(in.Portfolio), 5e-4}, "pain_index": {metric.Pain(values), 5e-3},
		"martin_ratio": {growth / metric.Ulcer(values), 5e-2}, "omega_sharpe": {p.OmegaSharpe(), 5e-3},
		"bernardo_ledoit": {zero.Omega(), 5e-3}, "kappa2": {p.Sortino(), 5e-4},
		"adjusted_sharpe": {metric.AdjustedSharpe(in.Portfolio, in.RF, in.Periods), 5e-8},
		"fama_beta":       {metric.FamaBeta(in.Portfolio, in.Benchmark), 5e-3}, "kurtosis_sample": {metric.SampleKurtosis(in.Portfolio), 5e-3},
	}
	require.Len(t, want.Published, len(published), "all that is printed")
	for key, x := range want.Published {
		require.InDelta(t, x, published[key].x, published[key].half*(1+1e-9), key)
	}
}

// The same through a run's record. What is a year's growth needs the months twice:
// four years have a whole number of days.
func TestTextbookMonthsOfARun(t *testing.T) {
	var in struct{ Portfolio, Benchmark []float64 }
	var want struct{ Computed map[string]float64 }
	reference.ThirdParty(t, "P-01-bacon", &in, &want)
	of := func(portfolio, benchmark []float64, keys map[string]string) {
		run := input(t, levels(portfolio)...)
		run.Reference = append([]float64{0}, benchmark...)
		m := measured(run)
		for key, name := range keys {
			require.InDelta(t, want.Computed[name], m[key], 1e-12, key)
		}
		require.InDelta(t, -want.Computed["max_drawdown"], m["max_drawdown"], 1e-12)
	}
	of(in.Portfolio, in.Benchmark, map[string]string{
		"volatility": "annualized_sd", "sharpe": "sharpe_arithmetic", "ulcer": "ulcer_index", "pain": "pain_index",
		"skewness": "skewness_moment", "kurtosis": "kurtosis_moment", "tracking_error": "tracking_error_sd",
		"tracking_rms": "tracking_error_rms", "beta": "beta",
	})
	run := input(t, levels(in.Portfolio)...)
	require.InDelta(t, -want.Computed["cvar_95_worst2_mean"], measured(run)["cvar"], 1e-12)
	of(slices.Concat(in.Portfolio, in.Portfolio), slices.Concat(in.Benchmark, in.Benchmark), map[string]string{
		"cagr": "annualized_return", "calmar": "calmar", "active_premium": "active_premium_geometric",
	})
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
				Sortino    float64
				Downside   *float64 `json:"downside_risk"`
				Drawdown   float64  `json:"max_drawdown"`
				Volatility *float64 `json:"annual_volatility"`
				Growth     *float64 `json:"cum_return"`
			}
			reference.ThirdParty(t, id, &in, &want)
			require.InDelta(t, want.Sharpe, metric.Sharpe(in.Returns, 0, in.Periods), 1e-8)
			require.InDelta(t, -want.Drawdown, metric.MaxDrawdown(levels(in.Returns)), 1e-8)
			p := metric.PartialMoments(in.Returns, 0)
			require.InDelta(t, want.Sortino, p.Sortino()*math.Sqrt(in.Periods), 1e-8)
			if want.Downside != nil {
				require.InDelta(t, *want.Downside, p.DownsideDeviation()*math.Sqrt(in.Periods), 1e-8)
			}
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
	reference.Example(t, "P-05-sharpe", &in, &want)
	require.InDelta(t, want.Sharpe, metric.Sharpe(in.Returns, in.RF, 1), 5e-6)
}

func TestPublishedSortino(t *testing.T) {
	var in struct {
		Returns []float64
		MAR     float64
	}
	var want struct{ Sortino float64 }
	reference.Example(t, "P-06-sortino", &in, &want)
	p := metric.PartialMoments(in.Returns, in.MAR)
	require.InDelta(t, want.Sortino, p.Sortino(), 5e-6)
}

func TestPublishedOmega(t *testing.T) {
	var in struct {
		Returns   []float64
		Threshold float64
	}
	var want struct{ Omega float64 }
	reference.Example(t, "P-07-omega", &in, &want)
	p := metric.PartialMoments(in.Returns, in.Threshold)
	require.InDelta(t, want.Omega, p.Omega(), 1e-8)
}

func TestPublishedQuantiles(t *testing.T) {
	var in struct{ Returns, Cutoffs []float64 }
	var want struct {
		Quantiles []float64 `json:"value_at_risk"`
	}
	reference.Example(t, "P-04-var", &in, &want)
	require.Len(t, in.Cutoffs, len(want.Quantiles))
	for i, c := range in.Cutoffs {
		require.InDelta(t, want.Quantiles[i], metric.Quantile(in.Returns, c), 1e-9)
	}
}

func TestPublishedFlows(t *testing.T) {
	for _, id := range []string{"T-02-xirr-ms", "T-04-xirr-greytrout"} {
		var in struct{ Flows [][2]any }
		var want struct{ XIRR, Published float64 }
		reference.Example(t, id, &in, &want)
		var dates []string
		var amounts []float64
		for _, f := range in.Flows {
			dates, amounts = append(dates, f[0].(string)), append(amounts, f[1].(float64))
		}
		require.InDelta(t, want.XIRR, metric.XIRR(days(t, dates...), amounts), 1e-9, id)
	}
	var in struct {
		V0, V1, Days float64
		Flows        [][2]float64
	}
	var want struct {
		Return    float64 `json:"return_"`
		Beginning float64 `json:"alternative_beginning_of_day"`
	}
	reference.Example(t, "T-01-modified-dietz", &in, &want)
	var flows, end, begin []float64
	for _, f := range in.Flows {
		flows, end, begin = append(flows, f[1]), append(end, (in.Days-f[0])/in.Days), append(begin, (in.Days-f[0]+1)/in.Days)
	}
	require.InDelta(t, want.Return, metric.ModifiedDietz(in.V0, in.V1, flows, end), 1e-12)
	require.InDelta(t, want.Beginning, metric.ModifiedDietz(in.V0, in.V1, flows, begin), 1e-12)
}

func TestPublishedTurnover(t *testing.T) {
	var in struct{ Pre, Post []float64 }
	var want struct {
		Two   float64 `json:"two_way"`
		One   float64 `json:"one_way_half_sum"`
		Buys  float64
		Sells float64
		SEC   float64 `json:"sec_min_buys_sells"`
	}
	reference.Example(t, "TO-01-turnover", &in, &want)
	to := metric.TurnoverOf(in.Pre, in.Post)
	require.InDeltaSlice(t, []float64{want.Two, want.One, want.Buys, want.Sells, want.SEC}, []float64{to.TwoWay(), to.OneWay(), to.Buys, to.Sells, to.Lesser()}, 1e-12)
}

func TestPublishedTracking(t *testing.T) {
	var in struct {
		Active  []float64
		Periods float64 `json:"periods_per_year"`
	}
	var want struct {
		SD         float64 `json:"te_sd"`
		RMS        float64 `json:"te_rms"`
		Difference float64 `json:"tracking_difference_arith"`
	}
	reference.Example(t, "TE-01-definitions", &in, &want)
	require.InDelta(t, want.SD, metric.TrackingError(in.Active, in.Periods), 1e-12)
	require.InDelta(t, want.RMS, metric.TrackingRMS(in.Active, in.Periods), 1e-12)
	require.InDelta(t, want.Difference, metric.TrackingDifference(in.Active, in.Periods), 1e-12)
}
