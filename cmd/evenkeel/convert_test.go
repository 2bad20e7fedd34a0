package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data/columnar"
	"evenkeel/data/fault"
)

// A zone that nobody knows is refused in every format that convert writes, with the
// file's name and a remedy that convert has; nothing is written.
func TestConvertRefusesUnknownZones(t *testing.T) {
	at := columnar.Column{Name: "date", Type: columnar.Type{Kind: columnar.Timestamp, Unit: columnar.Micro, Zone: "Asia/Tokyo"}, Ints: []int64{0, 86_400_000_000}}
	table := &columnar.Table{Columns: []columnar.Column{at, columnar.Floats("close", []float64{1, 2})}}
	for _, format := range []columnar.Format{columnar.ArrowFile, columnar.ArrowStream} {
		for _, zone := range []string{"Asia/Tokyx", "Mars/Tokyo", "Local/Zone"} {
			var b bytes.Buffer
			require.NoError(t, table.Write(&b, format))
			dir := t.TempDir()
			in := filepath.Join(dir, "in."+string(format))
			require.NoError(t, os.WriteFile(in, bytes.ReplaceAll(b.Bytes(), []byte("Asia/Tokyo"), []byte(zone)), 0o600))
			for _, out := range []string{"out.parquet", "out.arrow", "out.arrows", "out.csv"} {
				code, said, errs := do("convert", in, filepath.Join(dir, out))
				require.Equal(t, fault.ExitData, code, errs)
				require.Empty(t, said)
				require.Contains(t, errs, `error E313 in.`+string(format)+` column "date": zone "`+zone+`" is not known`)
				require.NotContains(t, errs, "timezone")
				left, err := os.ReadDir(dir)
				require.NoError(t, err)
				require.Len(t, left, 1)
			}
		}
	}
}
