package oracle_test

import (
	"math"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/benchmarks/oracle"
	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

// drawnRows are the rows of an account that no engine has run: any NAV, flows both ways,
// costs, and sessions on which nothing is there or nothing moves but rounding.
func drawnRows(t *rapid.T) []oracle.Session {
	micros := func(label string, lo, hi int64) decimal.Decimal {
		return decimal.New(rapid.Int64Range(lo, hi).Draw(t, label), -6)
	}
	kind := rapid.SampledFrom([]string{"any", "rounding", "steady", "waves", "empties"}).Draw(t, "kind")
	scale := rapid.SampledFrom([]int64{1, 100, 10000, 100000000}).Draw(t, "scale")
	opening := decimal.NewFromInt(scale)
	rows := []oracle.Session{{Date: 19723, NAV: opening}}
	level, flowing := opening, rapid.Bool().Draw(t, "flows")
	for range rapid.IntRange(1, 40).Draw(t, "sessions") {
		row := oracle.Session{Date: rows[len(rows)-1].Date + int32(rapid.IntRange(1, 90).Draw(t, "days"))}
		switch kind {
		case "any":
			level = micros("nav", scale*1e5, scale*3e6)
		case "steady":
			level = level.Mul(decimal.NewFromFloat(1.001))
		case "waves":
			level = opening.Mul(decimal.NewFromFloat(rapid.SampledFrom([]float64{1, 1, 0, 0, 1.2}).Draw(t, "level")))
			if level.IsZero() { // no two falls are equally deep
				level = opening.Mul(decimal.NewFromFloat(rapid.Float64Range(0.5, 0.95).Draw(t, "bottom")))
			}
		case "empties":
			if level = micros("nav", scale*1e5, scale*2e6); rapid.IntRange(0, 3).Draw(t, "empty") == 0 {
				level = decimal.Zero
			}
		}
		row.NAV = level.RoundBank(6)
		if row.NAV.GreaterThan(decimal.New(1, -6)) {
			row.NAV = row.NAV.Sub(micros("rounding", 0, 1))
		}
		switch before := rows[len(rows)-1].NAV; {
		case before.IsZero() && !flowing:
			row.NAV = before // nothing comes of nothing
		case before.IsZero():
			row.Flow = row.NAV
		case flowing && rapid.IntRange(0, 2).Draw(t, "flow") == 0:
			row.Flow = decimal.Min(row.NAV, micros("amount", -scale*5e5, scale*5e5)) // what is paid in is there
			if row.Flow.IsPositive() || kind == "any" {
				row.Cost = micros("cost", 0, scale*1e4)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// recordOf is what an engine would have left of such rows.
func recordOf(t require.TestingT, rows []oracle.Session) *sim.Record {
	var dates []data.Date
	var closes []float64
	r := &sim.Record{End: len(rows), Mandate: &sim.Mandate{Terms: &sim.Terms{}}}
	flows := false
	for _, row := range rows {
		dates, closes = append(dates, data.Date(row.Date)), append(closes, 1)
		r.NAV, r.Flow, r.Cost = append(r.NAV, row.NAV.InexactFloat64()), append(r.Flow, row.Flow.InexactFloat64()), append(r.Cost, row.Cost.InexactFloat64())
		flows = flows || !row.Flow.IsZero()
	}
	if !flows {
		r.Flow, r.Cost = nil, nil
	}
	p, err := data.NewPanel(data.Adjusted, dates, []string{"A"}, closes, nil)
	require.NoError(t, err)
	r.Panel = p
	return r
}

// Whatever an account did, the measures of the engine are those of the second reading:
// the same are undefined, and the others are equal to what binary arithmetic loses.
func TestMeasuresAgree(t *testing.T) {
	measures := map[string]func(*metric.Input) float64{}
	for _, m := range metric.All() {
		measures[m.Name] = m.Of
	}
	rapid.Check(t, func(t *rapid.T) {
		rows := drawnRows(t)
		r := recordOf(t, rows)
		periods := float64(rapid.SampledFrom([]int{1, 12, 252}).Draw(t, "periods"))
		in := &metric.Input{Record: r, PeriodsPerYear: periods, RiskFree: 0.01, Reference: make([]float64, len(rows))}
		same := func(name string, want float64, ok bool, slack float64) {
			got := measures[name](in)
			require.Equal(t, ok, got == got, "%s: %v, second reading %v", name, got, want)
			if ok {
				require.InDelta(t, want, got, slack*(1+math.Abs(want)), name)
			}
		}
		index, rates, d := oracle.Index(rows), oracle.Rates(rows), oracle.Rounding(rows)
		for k, level := range metric.Index(r) {
			require.InEpsilon(t, 1+index[k].InexactFloat64(), 1+level/r.NAV[0], 1e-8)
		}
		for k, x := range metric.Returned(r) {
			require.Equal(t, rates[k].None, x != x, "session %d: %v", k+1, x)
			if x == x {
				require.InDelta(t, rates[k].Value.InexactFloat64(), x, 1e-9*(1+math.Abs(x)))
			}
		}
		var dates []int32
		for _, row := range rows {
			dates = append(dates, row.Date)
		}
		growth, ok := oracle.Growth(dates, index)
		same("cagr", growth, ok, 1e-6)
		if sd, _ := oracle.Volatility(rates, 1); math.Abs(sd-d) > 1e-3*d {
			sharpe, ok := oracle.Sharpe(rates, periods, 0.01, d)
			same("sharpe", sharpe, ok, 1e-4)
			_, ok = oracle.Information(rates, make([]oracle.Rate, len(rates)), periods, d)
			if got := measures["information_ratio"](in); ok != (got == got) {
				require.Failf(t, "information ratio", "%v, defined in the second reading: %v", got, ok)
			}
		}
		volatility, ok := oracle.Volatility(rates, periods)
		same("volatility", volatility, ok, 1e-7)
		falls := oracle.Water(dates, index, d)
		same("max_drawdown", falls.Deepest, true, 1e-9)
		if !tied(index, falls.Deepest, d) {
			same("underwater_days", float64(falls.UnderWater), true, 0)
			same("recovery_days", float64(falls.Recovery), falls.Recovered, 0)
		}
		if payments, flowing := oracle.Payments(rows); flowing {
			rate, ok := oracle.XIRR(payments)
			same("xirr", rate, ok, 1e-6)
		} else {
			same("xirr", 0, false, 0)
		}
	})
}

// tied reports whether less than float64 can tell decides which row is the deepest, or
// whether a fall is one.
func tied(index []decimal.Decimal, deepest, d float64) bool {
	rows, peak := 0, 0.0
	for _, level := range index {
		at := level.InexactFloat64()
		peak = max(peak, at)
		fall := 1 - at/peak
		if math.Abs(fall-d) < 1e-3*d {
			return true
		}
		if fall > deepest-1e-9 {
			rows++
		}
	}
	return rows > 1
}

// Periods a year are those of the second reading, for any dates.
func TestPeriodsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		step := rapid.SampledFrom([]int{1, 2, 4, 7, 14, 16, 31, 62, 92, 184, 366, 900}).Draw(t, "step")
		days := []int32{int32(rapid.IntRange(0, 20000).Draw(t, "first"))}
		dates := []data.Date{data.Date(days[0])}
		for range rapid.IntRange(1, 60).Draw(t, "sessions") {
			days = append(days, days[len(days)-1]+int32(rapid.IntRange(max(1, step-step/8), step+step/8+step/14).Draw(t, "days")))
			dates = append(dates, data.Date(days[len(days)-1]))
		}
		periods, unusual := oracle.PeriodsPerYear(days)
		got, usual := data.PeriodsOf(dates)
		require.Equal(t, periods, got)
		require.Equal(t, unusual, !usual)
	})
}
