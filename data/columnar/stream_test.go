package columnar_test

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data/columnar"
)

// A file written piece by piece holds the rows of its pieces, in order.
func TestStream(t *testing.T) {
	piece := func(from int, n int) *columnar.Table {
		var x []float64
		var names []string
		for i := range n {
			x, names = append(x, float64(from+i)), append(names, string(rune('a'+i%3)))
			if (from+i)%4 == 0 {
				x[i] = math.NaN()
			}
		}
		c := columnar.Floats("x", x)
		if c.Valid == nil {
			c.Valid = make([]bool, n)
			for i := range c.Valid {
				c.Valid[i] = true
			}
		}
		return &columnar.Table{Columns: []columnar.Column{c, columnar.Strings("name", names)}}
	}
	var b bytes.Buffer
	s, err := columnar.NewStream(&b, piece(0, 1))
	require.NoError(t, err)
	for _, p := range [][2]int{{0, 5}, {5, 1}, {6, 0}, {6, 100}} {
		require.NoError(t, s.Append(piece(p[0], p[1])))
	}
	require.ErrorContains(t, s.Append(&columnar.Table{Columns: []columnar.Column{columnar.Ints("x", nil)}}), "another number of columns")
	require.ErrorContains(t, s.Append(&columnar.Table{Columns: []columnar.Column{columnar.Ints("x", nil), columnar.Strings("name", nil)}}), `column "x" is not as`)
	require.NoError(t, s.Close())
	path := filepath.Join(t.TempDir(), "s.parquet")
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o600))
	got, err := columnar.ReadTable(context.Background(), path, columnar.TableOptions{})
	require.NoError(t, err)
	require.Equal(t, 106, got.Rows())
	for i := range 106 {
		require.Equal(t, i%4 == 0, got.Columns[0].Null(i))
		if i%4 != 0 {
			require.Equal(t, float64(i), got.Columns[0].Float(i))
		}
	}
	require.Equal(t, "a", got.Columns[1].Text(6))
}
