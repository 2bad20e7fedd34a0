package run

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/reports/internal/reporttest"
	"evenkeel/sim"
	"evenkeel/sim/ledger"
)

// read reads a table back from what a report wrote.
func read(t *testing.T, m reporttest.Memory, name string) *columnar.Table {
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, m[name], 0o600))
	table, err := columnar.ReadTable(context.Background(), path, columnar.TableOptions{})
	require.NoError(t, err)
	for _, c := range table.Columns {
		require.NotEmpty(t, c.Name)
	}
	return table
}

// of are the rows of a policy.
func of(table *columnar.Table, policy string) (rows []int) {
	c := table.Column("policy")
	for i := range table.Rows() {
		if c.Text(i) == policy {
			rows = append(rows, i)
		}
	}
	return rows
}

func tables(t *testing.T, run *Run) reporttest.Memory {
	m := reporttest.Memory{}
	require.NoError(t, Write(m, run, "nav", "weights", "looks", "orders", "trades", "ledger"))
	require.Len(t, m, 6)
	return m
}

func TestTradesAndOrdersAddUpToTheTally(t *testing.T) {
	for _, fill := range reporttest.Fills() {
		run := unevenRun(t, fill)
		m := tables(t, run)
		trades, orders := read(t, m, "trades.parquet"), read(t, m, "orders.parquet")
		for i := range run.Policies {
			p := &run.Policies[i]
			tally := &p.Record.Tally
			n, cost, initial := 0, 0.0, 0.0
			for _, r := range of(trades, p.Name) {
				c := trades.Column("cost").Float(r)
				cost += c
				if trades.Column("opening").Bools[r] {
					initial += c
				} else {
					n++
				}
				require.InDelta(t, trades.Column("value").Float(r), trades.Column("shares").Float(r)*trades.Column("price").Float(r), 1e-6)
			}
			require.Equal(t, tally.Trades, n, p.Name)
			require.InDelta(t, tally.Cost.Money(), cost, 1e-6)
			require.InDelta(t, tally.CostInitial.Money(), initial, 1e-6)

			rows := of(orders, p.Name)
			require.Len(t, rows, len(p.Record.Log.Orders))
			for k, r := range rows {
				o := &p.Record.Log.Orders[k]
				require.Equal(t, ledger.Shares(o.Units).Abs().StringFixed(8), orders.Column("requested_shares").Decimals[r].Text(8))
				require.Equal(t, o.State.String(), orders.Column("state").Text(r))
				require.Equal(t, o.State == sim.StateFilled || o.State == sim.StatePart, !orders.Column("fill_date").Null(r))
				require.Equal(t, o.Reason.String(), orders.Column("reason").Text(r))
			}
		}
	}
}

func TestLooksTellEveryLook(t *testing.T) {
	for _, fill := range reporttest.Fills() {
		run := unevenRun(t, fill)
		table := read(t, tables(t, run), "looks.parquet")
		require.Empty(t, of(table, "never"))
		for i := range run.Policies {
			p := &run.Policies[i]
			states := map[string]int{}
			for _, r := range of(table, p.Name) {
				states[table.Column("state").Text(r)]++
				w, l, nav := table.Column("weight").Float(r), table.Column("limit").Float(r), table.Column("nav").Float(r)
				switch table.Column("cause").Text(r) {
				case "above_band":
					require.Greater(t, w, l)
				case "below_band":
					require.Less(t, w, l)
				default:
					require.True(t, math.IsNaN(w) && table.Column("symbol").Null(r))
				}
				require.Greater(t, nav, 0.0)
				require.Equal(t, table.Column("state").Text(r) == "traded", table.Column("orders").Ints[r] > 0)
			}
			tally := &p.Record.Tally
			require.Equal(t, tally.Looks, states["in_band"]+states["traded"]+states["unfunded"], p.Name)
			require.Equal(t, tally.Rebalances, states["traded"])
			require.Equal(t, tally.Unfunded, states["unfunded"])
		}
	}
}

// What the books of this package say at a look is what the policy saw.
func TestBooksAtALookAreThePolicys(t *testing.T) {
	seen := 0
	for _, fill := range reporttest.Fills() {
		for _, p := range unevenRun(t, fill).Policies {
			b := NewBooks(p.Record)
			for i := range p.Record.Log.Decisions {
				d := &p.Record.Log.Decisions[i]
				if d.Cause == sim.CauseOpening {
					continue
				}
				prices := p.Record.Panel.Close(int(d.Session))
				b.Look(int(d.Session))
				require.InDelta(t, d.NAV, b.worth(prices), 1e-6)
				if d.Asset >= 0 {
					require.InDelta(t, d.Dev, b.Weights(prices)[d.Asset], 1e-12)
					seen++
				}
			}
		}
	}
	require.Positive(t, seen)
}

func TestNavAndWeightsAreTheRecords(t *testing.T) {
	run := unevenRun(t, sim.NextClose)
	m := tables(t, run)
	nav, weights := read(t, m, "nav.parquet"), read(t, m, "weights.parquet")
	n := run.Panel.Assets()
	for i := range run.Policies {
		p := &run.Policies[i]
		rows, cells := of(nav, p.Name), of(weights, p.Name)
		require.Len(t, rows, run.Panel.Sessions())
		require.Len(t, cells, n*run.Panel.Sessions())
		p.Record.Weights(func(s int, w []float64) {
			require.Equal(t, p.Record.NAV[s], nav.Column("nav").Floats[rows[s]])
			require.Equal(t, run.Panel.Date(s), nav.Column("date").Days[rows[s]])
			value := 0.0
			for k := range w {
				r := cells[s*n+k]
				require.Equal(t, w[k], weights.Column("weight").Floats[r])
				require.Equal(t, run.Panel.Symbols()[k], weights.Column("symbol").Text(r))
				value += weights.Column("value").Floats[r]
			}
			require.InDelta(t, p.Record.NAV[s], value+nav.Column("cash").Float(rows[s]), 1e-6)
			require.Equal(t, s == 0, nav.Column("return").Null(rows[s]))
			require.GreaterOrEqual(t, nav.Column("drawdown").Float(rows[s]), 0.0)
		})
	}
}

func TestLedgerIsTheStatementToTheLastDigit(t *testing.T) {
	run := unevenRun(t, sim.NextClose)
	table := read(t, tables(t, run), "ledger.parquet")
	for i := range run.Policies {
		p := &run.Policies[i]
		rows := of(table, p.Name)
		require.Len(t, rows, len(p.Statement.Lines))
		for k, r := range rows {
			l := &p.Statement.Lines[k]
			require.Equal(t, l.Cash.StringFixed(6), table.Column("cash").Decimals[r].Text(6))
			require.Equal(t, l.Shares.StringFixed(8), table.Column("shares").Decimals[r].Text(8))
			require.Equal(t, l.After.StringFixed(6), table.Column("cash_after").Decimals[r].Text(6))
		}
		last := rows[len(rows)-1]
		require.Equal(t, ledger.Money(p.Record.Tally.Cash).StringFixed(6), table.Column("cash_after").Decimals[last].Text(6))
	}
}

func TestRebalancesAndYearsAddUpToTheTally(t *testing.T) {
	for _, fill := range reporttest.Fills() {
		for _, p := range unevenRun(t, fill).Policies {
			tally := &p.Record.Tally
			var turnover float64
			var cost sim.Micros
			n := 0
			all := events(p.Record)
			for _, v := range all {
				turnover += v.Turnover
				cost += v.Cost
				n += v.Trades
			}
			require.Len(t, all, tally.Rebalances)
			require.Equal(t, tally.Trades, n)
			require.InDelta(t, tally.Turnover, turnover, 1e-12)
			require.Equal(t, tally.Cost-tally.CostInitial, cost)

			product, rebalances := 1.0, 0
			for _, y := range years(&p, 2005, 4) {
				product *= 1 + y.Return
				rebalances += y.Rebalances
			}
			v := p.Navs()
			require.InDelta(t, v[len(v)-1]/v[0], product, 1e-12)
			require.Equal(t, tally.Rebalances, rebalances)
		}
	}
}

func TestColumnsSayWhatTheyMean(t *testing.T) {
	s := newSheet("about")
	s.put(columnar.Dates("date", []data.Date{1}), "the session")
	require.Equal(t, map[string]string{"table": "about", "column:date": "the session"}, s.Meta)
}
