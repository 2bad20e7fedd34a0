package village_test

import (
	"fmt"
	"math"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/internal/simtest"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/sim/village"
	"evenkeel/strategies"
)

// bigWorld is a village of many members over many companies: deposits of all every month,
// a look a quarter.
func bigWorld(t require.TestingT, members, assets, sessions int) *village.World {
	rows := make([][]float64, sessions)
	for s := range rows {
		rows[s] = make([]float64, assets)
		for i := range rows[s] {
			rows[s][i] = math.Round(1e4*(50+5*float64(i)+20*math.Sin(float64(s)/(40+7*float64(i))+float64(i)))) / 1e4
		}
	}
	p := simtest.Market(t, rows, nil)
	targets := make([]float64, assets)
	for i := range targets {
		targets[i] = 1 / float64(assets)
	}
	r := &strategies.Rebalance{Bands: *strategies.NewBands()}
	r.If = &strategies.Band{All: strategies.Both(strategies.Relative(0.05)), Named: "deviation"}
	r.Aim.To, r.Rail = strategies.ToTarget, strategies.Both(strategies.Relative(0))
	r.Look = data.Schedule{Every: 63}
	require.NoError(t, r.Bind(p, targets))
	v := village.Village{Name: "big", Targets: targets, Policy: r, Terms: &sim.Terms{Costs: simtest.Costs(t, p, cost.NewBPS(10, cost.Everywhere))}}
	for s := 0; s < sessions; s += 21 {
		for m := range members {
			v.Rows = append(v.Rows, village.Row{Session: s, Member: fmt.Sprint("m", m), Money: sim.Micros(100e6 + 1e6*int64(m%977))})
		}
	}
	return &village.World{Panel: p, Villages: []village.Village{v}, Routes: []sim.Venue{village.CrossRoute, village.MarketRoute}}
}

// BenchmarkVillage is the goal of a village: 10,000 members, 20 companies, 2,520 sessions.
func BenchmarkVillage(b *testing.B) {
	w := bigWorld(b, 10_000, 20, 2520)
	for b.Loop() {
		require.NoError(b, w.Run())
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.Sys)/1e6, "MB")
}
