package run

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data/columnar"
	"evenkeel/reports/internal/reporttest"
	"evenkeel/sim"
	"evenkeel/sim/tax"
)

// periodRuns are runs with all that periods and contributions divide: costs, flows,
// dividends, splits and taxes.
func periodRuns(t *testing.T) map[string]*Run {
	p := reporttest.Walk(t, []string{"A", "B", "C", "D"}, 900)
	return map[string]*Run{
		"plain": five(t, 900), "uneven": unevenRun(t, sim.NextOpen),
		"flows": dated(t, reporttest.TenBPS(t, p, sim.NextClose), p, true, false), "taxes": taxed(t, p, tax.Standard),
	}
}

// floatAt is a cell of a column of floats, NaN for null.
func floatAt(table *columnar.Table, column string, row int) float64 {
	return table.Column(column).Floats[row]
}

// Years and months chain up to the total return, and add up to the tally.
func TestPeriodsOfEveryRun(t *testing.T) {
	for name, run := range periodRuns(t) {
		t.Run(name, func(t *testing.T) {
			m := reporttest.Memory{}
			require.NoError(t, Write(m, run, "periods"))
			table := read(t, m, "periods.parquet")
			for k := range run.Policies {
				p := &run.Policies[k]
				index := p.Index()
				for _, word := range []string{"year", "month"} {
					grown, rebalances, trades, turnover, cost, sessions := 1.0, 0.0, 0.0, 0.0, 0.0, int64(0)
					for _, i := range of(table, p.Name) {
						if table.Column("period").Text(i) != word {
							continue
						}
						require.Equal(t, word == "year", table.Column("month").Ints[i] == 0)
						grown *= 1 + floatAt(table, "return", i)
						rebalances += floatAt(table, "rebalances", i)
						trades += floatAt(table, "trades", i)
						turnover += floatAt(table, "turnover", i)
						cost += floatAt(table, "cost", i)
						sessions += table.Column("sessions").Ints[i]
					}
					tally := &p.Record.Tally
					require.InDelta(t, index[len(index)-1]/index[0], grown, 1e-9)
					require.EqualValues(t, tally.Rebalances, rebalances)
					require.EqualValues(t, tally.Trades, trades)
					require.InDelta(t, tally.Turnover, turnover, 1e-9)
					require.InDelta(t, (tally.Cost - tally.CostInitial).Money(), cost, 1e-6)
					require.EqualValues(t, p.Record.End-p.Record.First, sessions)
				}
			}
		})
	}
}

// Every period's rows add up: money to NAV, parts to the return; and the years of an
// asset to its run.
func TestContributionsOfEveryRun(t *testing.T) {
	for name, run := range periodRuns(t) {
		t.Run(name, func(t *testing.T) {
			m := reporttest.Memory{}
			require.NoError(t, Write(m, run, "contributions"))
			table := read(t, m, "contributions.parquet")
			for k := range run.Policies {
				money, parts, gains := map[string]float64{}, map[string]float64{}, map[string]float64{}
				rows := of(table, run.Policies[k].Name)
				for _, i := range rows {
					period, symbol := table.Column("period").Text(i), table.Column("symbol").Text(i)
					if symbol == "" {
						require.True(t, math.IsNaN(floatAt(table, "gain", i)), "the account's own row")
						money[period] += floatAt(table, "flows", i) - floatAt(table, "tax", i) + floatAt(table, "start_nav", i) - floatAt(table, "end_nav", i)
						parts[period] += floatAt(table, "tax_part", i) - floatAt(table, "return", i)
						continue
					}
					money[period] += floatAt(table, "gain", i)
					parts[period] += floatAt(table, "return_part", i) + floatAt(table, "cost_part", i)
					if period == "run" {
						gains[symbol] -= floatAt(table, "gain", i)
					} else {
						gains[symbol] += floatAt(table, "gain", i)
					}
				}
				require.Greater(t, len(money), 3)
				for period := range money {
					require.InDelta(t, 0, money[period], 1e-4, period)
					require.InDelta(t, 0, parts[period], 1e-9, period)
				}
				for symbol, x := range gains {
					require.InDelta(t, 0, x, 1e-4, symbol)
				}
			}
		})
	}
}

// Without a journal there are no contributions, and a period has returns alone.
func TestPeriodsWithoutAJournal(t *testing.T) {
	run := five(t, 300)
	for k := range run.Policies {
		short := *run.Policies[k].Record
		short.Log = nil
		run.Policies[k].Record = &short
	}
	m := reporttest.Memory{}
	require.NoError(t, Write(m, run, "periods", "contributions"))
	require.Len(t, m, 1)
	table := read(t, m, "periods.parquet")
	require.False(t, math.IsNaN(floatAt(table, "return", 0)))
	require.True(t, math.IsNaN(floatAt(table, "cost", 0)))
}
