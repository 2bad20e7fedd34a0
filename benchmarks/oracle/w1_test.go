package oracle

import (
	"encoding/csv"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"evenkeel/internal/reference"
)

// w1 makes the common workload: ten synthetic assets that share one factor,
// 5,040 weekdays from 2004 on, closes with six decimals. Products are rounded
// before they are added, so that every platform draws the same prices.
func w1() Input {
	const sessions, seed, stream = 5040, 20240601, 0x9E3779B97F4A7C15
	in := Input{
		Targets: []float64{.20, .15, .15, .10, .10, .10, .05, .05, .05, .05},
		Cash:    1000000, Fill: "same_close",
		Costs: []Cost{{Name: "commission", Kind: "bps", Rate: 10, Side: "both"}},
	}
	n := len(in.Targets)
	random := rand.New(rand.NewPCG(seed, stream))
	growth, sigma, beta, level := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		in.Symbols = append(in.Symbols, "A00"+strconv.Itoa(i))
		growth[i] = 0.01 + float64(0.09*random.Float64())
		sigma[i] = 0.05 + float64(0.25*random.Float64())
		beta[i] = 0.2 + float64(0.6*random.Float64())
		level[i] = math.Log(20 + float64(180*random.Float64()))
	}
	const year = 252.0
	day := time.Date(2004, 1, 1, 0, 0, 0, 0, time.UTC)
	for s := range sessions {
		for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
			day = day.AddDate(0, 0, 1)
		}
		in.Dates = append(in.Dates, int32(day.Unix()/86400))
		day = day.AddDate(0, 0, 1)
		factor := 0.0
		if s > 0 {
			factor = random.NormFloat64()
		}
		row := make([]float64, n)
		for i := range row {
			if s > 0 {
				own := random.NormFloat64()
				z := float64(beta[i]*factor) + float64(math.Sqrt(1-float64(beta[i]*beta[i]))*own)
				trend := float64((growth[i] - float64(0.5*sigma[i]*sigma[i])) * (1 / year))
				level[i] += trend + float64(sigma[i]*math.Sqrt(1/year)*z)
			}
			row[i] = math.Round(math.Exp(level[i])*1e6) / 1e6
		}
		in.Close = append(in.Close, row)
		in.Look = append(in.Look, true)
	}
	return in
}

// bands sets the reference policy with a look every so many sessions.
func bands(in Input, band, rail float64, every int) Input {
	n := len(in.Targets)
	in.Strategy = "bands"
	in.BandUp, in.BandDown = Same(n, Limit{Value: band}), Same(n, Limit{Value: band})
	in.RailUp, in.RailDown = Same(n, Limit{Value: rail}), Same(n, Limit{Value: rail})
	in.Look = make([]bool, len(in.Dates))
	for s := range in.Look {
		in.Look[s] = s%every == 0
	}
	return in
}

func TestCommonWorkload(t *testing.T) {
	in := bands(w1(), 0.20, 0.10, 1)
	out := Run(in)
	last := len(out.NAV) - 1
	require.InEpsilon(t, 3194923.265547845, out.NAV[last].InexactFloat64(), 1e-9)
	require.InEpsilon(t, 1.4177325057501027, out.Turnover.InexactFloat64(), 1e-9)
	require.InDelta(t, 999.0009990009992, out.CostInitial.InexactFloat64(), 1e-5)
	require.InDelta(t, 6689.983873054914, out.CostTotal.Sub(out.CostInitial).InexactFloat64(), 1e-4)
	require.Equal(t, []int{5039, 398, 119, 279}, []int{out.Looks, out.Triggers, out.Unfunded, out.Rebalances})
	require.Empty(t, out.NearTies)
	requireSound(t, in, out)

	in.Costs = nil
	out = Run(in)
	require.InEpsilon(t, 3207113.4429985452, out.NAV[last].InexactFloat64(), 1e-9)
	require.InEpsilon(t, 1.4182725265503635, out.Turnover.InexactFloat64(), 1e-9)
	require.Equal(t, 279, out.Rebalances)
}

func TestCommonWorkloadMonthly(t *testing.T) {
	in := w1()
	in.Strategy, in.Costs = "calendar", nil
	month := func(s int) time.Month { return time.Unix(int64(in.Dates[s])*86400, 0).UTC().Month() }
	for s := range in.Look {
		in.Look[s] = s > 0 && month(s) != month(s-1)
	}
	out := Run(in)
	require.InEpsilon(t, 3149194.2056962047, out.NAV[len(out.NAV)-1].InexactFloat64(), 1e-9)
	compareNAV(t, out, "nav_monthly.csv")
}

func TestCommonWorkloadDaily(t *testing.T) {
	compareNAV(t, Run(bands(w1(), 0.20, 0.10, 1)), "nav_bands.csv")
}

// TestCommonWorkloadSweep takes every twentieth row of the stored sample.
func TestCommonWorkloadSweep(t *testing.T) {
	rows := golden(t, "sweep_sample.csv")
	in := w1()
	for k := 1; k < len(rows); k += 20 {
		row := make([]float64, len(rows[k]))
		for i, cell := range rows[k] {
			x, err := strconv.ParseFloat(cell, 64)
			require.NoError(t, err)
			row[i] = x
		}
		// band, rail, look, nav, turnover, cost, rebalances, triggers
		out := Run(bands(in, row[0], row[1], int(row[2])))
		require.InEpsilon(t, row[3], out.NAV[len(out.NAV)-1].InexactFloat64(), 1e-9, "row %d", k)
		require.InEpsilon(t, row[4], out.Turnover.InexactFloat64(), 1e-8, "row %d", k)
		require.InEpsilon(t, row[5], out.CostTotal.Sub(out.CostInitial).InexactFloat64(), 1e-7, "row %d", k)
		require.Equal(t, []int{int(row[6]), int(row[7])}, []int{out.Rebalances, out.Triggers}, "row %d", k)
	}
}

func compareNAV(t *testing.T, out Output, name string) {
	t.Helper()
	rows := golden(t, name)
	require.Len(t, rows, len(out.NAV)+1)
	worst := 0.0
	for s, nav := range out.NAV {
		want, err := strconv.ParseFloat(rows[s+1][1], 64)
		require.NoError(t, err)
		worst = max(worst, math.Abs(nav.InexactFloat64()/want-1))
	}
	require.Less(t, worst, 1e-9)
	t.Logf("%s: largest relative difference %.2g", name, worst)
}

// golden reads a table of the project's own.
func golden(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open(reference.Path(t, "w1", name))
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	return rows
}
