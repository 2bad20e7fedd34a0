// Package simtest makes and runs panels and accounts that tests of several packages
// share. It generates all numbers and needs no file.
package simtest

import (
	"math"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/sim/ledger"
	"evenkeel/strategies"
)

// Market is a panel of assets A, B, ... with a row of closes (and of opens; nil: none)
// a session, one session a day from 2020-01-01.
func Market(t require.TestingT, closes, opens [][]float64) *data.Panel {
	p, err := data.NewPanel(data.Adjusted, daysFrom(data.NewDate(2020, 1, 1), len(closes)), Letters(len(closes[0])), Flat(closes), Flat(opens))
	require.NoError(t, err)
	return p
}

// Letters are the symbols A, B, ... of n assets.
func Letters(n int) (symbols []string) {
	for i := range n {
		symbols = append(symbols, string(rune('A'+i)))
	}
	return symbols
}

// Flat is one row after the other.
func Flat(rows [][]float64) (all []float64) {
	for _, row := range rows {
		all = append(all, row...)
	}
	return all
}

// Swinging is a market of n assets that move against one another, with opens between
// the closes.
func Swinging(t require.TestingT, n, sessions int) *data.Panel {
	var closes, opens [][]float64
	for s := range sessions {
		row, open := make([]float64, n), make([]float64, n)
		for i := range row {
			x := float64(s)/(7+3*float64(i)) + float64(i)
			row[i] = math.Round(1e4*(100+20*float64(i)+30*math.Sin(x))) / 1e4
			open[i] = math.Round(1e4*(100+20*float64(i)+30*math.Sin(x-0.04))) / 1e4
		}
		closes, opens = append(closes, row), append(opens, open)
	}
	return Market(t, closes, opens)
}

// Waves are three assets: two in slow waves, one that climbs; with opens near the
// closes.
func Waves(t require.TestingT, sessions int) *data.Panel {
	var closes, opens []float64
	for s := range sessions {
		x := float64(s)
		for i, p := range []float64{50 + 15*math.Sin(x/30), 20 + 5*math.Cos(x/17), 130 + 0.1*x} {
			closes = append(closes, math.Round(p*1e4)/1e4)
			opens = append(opens, math.Round(p*(1+0.004*math.Sin(x+float64(i)))*1e4)/1e4)
		}
	}
	p, err := data.NewPanel(data.Adjusted, daysFrom(10_000, sessions), Letters(3), closes, opens)
	require.NoError(t, err)
	return p
}

func daysFrom(first data.Date, sessions int) []data.Date {
	dates := make([]data.Date, sessions)
	for s := range dates {
		dates[s] = first + data.Date(s)
	}
	return dates
}

// Bands are bands and rails relative to the targets.
func Bands(band, rail float64, look data.Schedule) *strategies.Bands {
	b := strategies.NewBands()
	b.Band, b.Rail = strategies.Both(strategies.Relative(band)), strategies.Both(strategies.Relative(rail))
	b.Look = look
	return b
}

// Bound makes a strategy know its panel.
func Bound[S strategies.Strategy](t require.TestingT, p *data.Panel, targets []float64, s S) S {
	require.NoError(t, s.Bind(p, targets))
	return s
}

// Costs makes costs know their panel.
func Costs(t require.TestingT, p *data.Panel, all ...cost.Cost) []sim.Cost {
	var made []sim.Cost
	for _, c := range all {
		require.NoError(t, c.Bind(p))
		made = append(made, c)
	}
	return made
}

// Run replays one mandate, keeping everything. The account may have been ruined.
func Run(t require.TestingT, p *data.Panel, m *sim.Mandate) sim.Record {
	r, err := sim.NewRunner(p, 1, sim.KeepDrift|sim.KeepLog)
	require.NoError(t, err)
	require.NoError(t, r.Set(0, m))
	r.Run()
	return r.Record(0)
}

// Proven is Run with a journal that the ledger proves.
func Proven(t require.TestingT, p *data.Panel, m *sim.Mandate) sim.Record {
	rec := Run(t, p, m)
	_, err := ledger.Replay(&rec)
	require.NoError(t, err)
	return rec
}
