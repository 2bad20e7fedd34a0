package benchmarks

import (
	"context"
	"encoding/csv"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/internal/simtest"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/strategies"
)

// table is a CSV file by column.
func table(t testing.TB, path string) map[string][]string {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	columns := map[string][]string{}
	for c, name := range rows[0] {
		for _, row := range rows[1:] {
			columns[name] = append(columns[name], row[c])
		}
	}
	return columns
}

func number(t testing.TB, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(text, 64)
	require.NoError(t, err)
	return x
}

func prices(t testing.TB, path string) *data.Panel {
	t.Helper()
	p, _, err := columnar.ReadPanel(context.Background(), path, columnar.Options{})
	require.NoError(t, err)
	return p
}

// simulate runs one policy and proves its ledger.
func simulate(t testing.TB, p *data.Panel, targets []float64, policy strategies.Strategy, terms *sim.Terms, cash float64) sim.Record {
	t.Helper()
	return simtest.Proven(t, p, &sim.Mandate{Policy: simtest.Bound(t, p, targets, policy), Targets: targets, Terms: terms, Cash: cash})
}

// tenBPS is the cost of 10 basis points on every trade.
func tenBPS(t testing.TB, p *data.Panel) []sim.Cost {
	t.Helper()
	return simtest.Costs(t, p, cost.NewBPS(10, cost.Everywhere))
}

var bands = simtest.Bands
