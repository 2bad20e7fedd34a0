package benchmarks

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/data/columnar"
)

// Sizes of the reading benchmarks: 10 million prices.
const (
	readDays   = 20_000
	readAssets = 500
)

// BenchmarkReadLong reads 10 million rows (date, symbol, close), zstd Parquet,
// rows by date, into a checked panel.
func BenchmarkReadLong(b *testing.B) {
	dates, symbols, closes := makePrices()
	n := len(closes)
	day, code := make([]data.Date, n), make([]int32, n)
	for i := range closes {
		day[i], code[i] = dates[i/readAssets], int32(i%readAssets)
	}
	t := &columnar.Table{Columns: []columnar.Column{columnar.Dates("date", day), columnar.Coded("symbol", code, symbols), columnar.Floats("close", closes)}}
	benchmarkRead(b, t, "long")
}

// BenchmarkReadWide reads the same prices with a column a symbol.
func BenchmarkReadWide(b *testing.B) {
	dates, symbols, closes := makePrices()
	t := &columnar.Table{Columns: []columnar.Column{columnar.Dates("date", dates)}}
	for a, s := range symbols {
		v := make([]float64, readDays)
		for d := range v {
			v[d] = closes[d*readAssets+a]
		}
		t.Columns = append(t.Columns, columnar.Floats(s, v))
	}
	benchmarkRead(b, t, "wide")
}

// benchmarkRead writes the table once per format and reads it as a panel.
func benchmarkRead(b *testing.B, t *columnar.Table, name string) {
	rows := t.Rows()
	formats := []columnar.Format{columnar.Parquet, columnar.ArrowFile}
	var paths []string
	for _, f := range formats {
		path := filepath.Join(b.TempDir(), name+"."+string(f))
		out, err := os.Create(path)
		require.NoError(b, err)
		require.NoError(b, t.Write(out, f))
		require.NoError(b, out.Close())
		paths = append(paths, path)
	}
	*t = columnar.Table{}
	for i, path := range paths {
		readLoop(b, path, rows, "format="+string(formats[i]))
	}
}

// readLoop measures; peak memory is that of the process above what it held when
// the loop began.
func readLoop(b *testing.B, path string, rows int, name string) {
	b.Run(name, func(b *testing.B) {
		debug.FreeOSMemory()
		resetPeak()
		for b.Loop() {
			p, _, err := columnar.ReadPanel(context.Background(), path, columnar.Options{})
			require.NoError(b, err)
			require.Equal(b, readAssets, p.Assets())
			require.Equal(b, readDays, p.Sessions())
		}
		b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		if mb, ok := peak(); ok {
			b.ReportMetric(mb, "peak-MB")
		}
	})
}

// makePrices draws random walks from a fixed seed, rounded to 1e-4.
func makePrices() (dates []data.Date, symbols []string, closes []float64) {
	r := rand.New(rand.NewPCG(1, 2))
	dates, symbols = make([]data.Date, readDays), make([]string, readAssets)
	for a := range symbols {
		symbols[a] = fmt.Sprintf("S%03d", a)
	}
	closes = make([]float64, readDays*readAssets)
	price := make([]float64, readAssets)
	for a := range price {
		price[a] = 50 + 100*r.Float64()
	}
	start := data.NewDate(1945, 1, 1)
	for d := range dates {
		dates[d] = start + data.Date(d/5*7+d%5)
		for a := range price {
			price[a] = min(1e6, max(1, price[a]*(1+0.01*r.NormFloat64())))
			closes[d*readAssets+a] = float64(int64(price[a]*1e4)) / 1e4
		}
	}
	return dates, symbols, closes
}

// resetPeak sets the peak of the resident memory back to the present (Linux).
func resetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }

// peak is the highest resident memory in megabytes since resetPeak.
func peak() (float64, bool) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, false
	}
	for line := range bytes.Lines(status) {
		if rest, ok := bytes.CutPrefix(line, []byte("VmHWM:")); ok {
			kb, err := strconv.ParseFloat(string(bytes.Fields(rest)[0]), 64)
			return kb / 1024, err == nil
		}
	}
	return 0, false
}
