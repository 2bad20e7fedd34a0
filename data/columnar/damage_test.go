package columnar

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"evenkeel/data/fault"
)

func TestFilesThatAreNoTables(t *testing.T) {
	good := encode(t, prices(3, "A"), Parquet)
	arrow := encode(t, prices(3, "A"), ArrowFile)
	for _, c := range []struct {
		name string
		b    []byte
		code string
	}{
		{"empty.parquet", nil, "E302"},
		{"empty.csv", nil, "E302"},
		{"text.parquet", []byte("date,SPY\n2020-01-01,1\n"), "E303"},
		{"noise.csv", []byte{1, 2, 3, 0, 5, 6, 7, 8, 9, 10, 11, 12, 13}, "E303"},
		{"noise.bin", []byte{1, 2, 3, 0, 5, 6, 7, 8, 9, 10, 11, 12, 13}, "E303"},
		{"cut.parquet", good[:len(good)/2], "E304"},
		{"cut.arrow", arrow[:len(arrow)/2], "E304"},
		{"lfs.parquet", []byte("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n"), "E309"},
		{"encrypted.parquet", append([]byte("PARE"), good[4:]...), "E307"},
		{"encryptedfooter.parquet", append(append([]byte{}, good[:len(good)-4]...), "PARE"...), "E307"},
	} {
		_, _, err := ReadPanel(ctx, save(t, c.name, c.b), Options{})
		require.Equal(t, []string{c.code}, codes(err), c.name)
		require.ErrorContains(t, err, c.name)
	}
	_, _, err := ReadPanel(ctx, t.TempDir()+"/none.parquet", Options{})
	require.Equal(t, []string{"E301"}, codes(err))
	require.NotContains(t, err.Error(), os.TempDir())
	_, _, err = ReadPanel(ctx, t.TempDir(), Options{})
	require.Equal(t, []string{"E301"}, codes(err))
}

// Content decides the format, whatever the name.
func TestContentDecides(t *testing.T) {
	tb := prices(3, "A")
	for _, f := range formats[:3] {
		_, src, err := ReadPanel(ctx, save(t, "prices.dat", encode(t, tb, f)), Options{})
		require.NoError(t, err)
		require.Equal(t, f, src.Format)
	}
	_, src, err := ReadPanel(ctx, save(t, "prices.csv", encode(t, tb, Parquet)), Options{})
	require.NoError(t, err)
	require.Equal(t, Parquet, src.Format)
}

// Every prefix of a file is refused, or (CSV, streams) is a shorter table.
func TestEveryPrefix(t *testing.T) {
	for _, f := range formats {
		b := encode(t, prices(4, "A", "B"), f)
		for n := range len(b) {
			err := readBytes(b[:n], f)
			if f == Parquet || f == ArrowFile {
				require.Error(t, err, "%s %d of %d", f, n, len(b))
			}
			if err != nil {
				require.NotEmpty(t, fault.Of(err), "%s %d: %v", f, n, err)
			}
		}
	}
}

// readBytes reads bytes as a format; what escapes the readers fails the test.
func readBytes(b []byte, f Format) error {
	l := filled(Limits{Memory: 1 << 30})
	r, err := openReader(ctx, &input{name: "x", bytes: b, format: f}, l, nil)
	if err != nil {
		return err
	}
	cols := indices(len(r.fields()))
	_, err = r.read(ctx, cols, everything, l)
	return inFile("x", err)
}

// A flipped bit of a zstd Parquet file is an error or leaves the values as they
// were, but for names and the like in the footer; it is never a panic.
func TestFlippedBits(t *testing.T) {
	tb := prices(200, "A", "B", "C")
	want, err := ReadTable(ctx, store(t, tb, Parquet), TableOptions{})
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(5, 6))
	l := filled(Limits{Memory: 1 << 30})
	for _, f := range formats {
		good := encode(t, tb, f)
		other := 0
		rounds := 4000
		if testing.Short() {
			rounds = 400
		}
		for range rounds {
			b := bytes.Clone(good)
			i := r.IntN(len(b))
			b[i] ^= 1 << r.IntN(8)
			rd, err := openReader(ctx, &input{name: "x", bytes: b, format: f}, l, nil)
			if err != nil {
				require.NotEmpty(t, fault.Of(err), "%v", err)
				continue
			}
			got, err := rd.read(ctx, indices(len(rd.fields())), everything, l)
			if err != nil {
				require.NotEmpty(t, fault.Of(inFile("x", err)), "%v", err)
				continue
			}
			if !equalTables(want, got) {
				other++
			}
		}
		if f == Parquet {
			require.Less(t, other, rounds/50, "silently other values")
		}
	}
}

func equalTables(a, b *Table) bool {
	if len(a.Columns) != len(b.Columns) || a.Rows() != b.Rows() {
		return false
	}
	for c := range a.Columns {
		x, y := &a.Columns[c], &b.Columns[c]
		if x.Type.Kind != y.Type.Kind || x.Name != y.Name || x.Len() != y.Len() {
			return false
		}
		for i := range x.Len() {
			if x.Null(i) != y.Null(i) || !x.Null(i) && value(x, i) != value(y, i) {
				return false
			}
		}
	}
	return true
}

// A small file that declares many rows is refused before memory is asked for.
func TestBomb(t *testing.T) {
	n := 20_000_000
	tb := &Table{Columns: []Column{{Name: "date", Type: Type{Kind: Date}, Days: nil}}}
	tb.Columns[0].grow(n)
	b := encode(t, tb, Parquet)
	require.Less(t, len(b), 1<<20)
	path := save(t, "bomb.parquet", b)
	start := time.Now()
	_, err := ReadTable(ctx, path, TableOptions{Limits: Limits{Rows: 1_000_000}})
	require.Equal(t, []string{"E308"}, codes(err))
	_, err = ReadTable(ctx, path, TableOptions{Limits: Limits{Memory: 10 << 20}})
	require.Equal(t, []string{"E601"}, codes(err))
	require.Less(t, time.Since(start), time.Second)
}

func TestTimeAndCancellation(t *testing.T) {
	path := store(t, prices(5000, "A", "B", "C"), Parquet)
	_, _, err := ReadPanel(ctx, path, Options{Limits: Limits{Time: time.Nanosecond}})
	require.Equal(t, []string{"E602"}, codes(err))
	stop, cancel := context.WithCancel(ctx)
	cancel()
	_, _, err = ReadPanel(stop, path, Options{})
	require.ErrorIs(t, err, context.Canceled)
}

// A field that is damaged in one column names the column and the row group.
func TestDamageNamesItsPlace(t *testing.T) {
	b := encode(t, prices(300, "A", "B"), Parquet)
	p, err := openParquet(b, newMeter(len(b), 1<<30))
	require.NoError(t, err)
	cc, err := p.reader.RowGroup(0).MetaData().ColumnChunk(2)
	require.NoError(t, err)
	at, size := chunkSpan(cc)
	for i := at + size/2; i < at+size/2+8; i++ {
		b[i] ^= 0xff
	}
	_, err = ReadTable(ctx, save(t, "x.parquet", b), TableOptions{})
	require.Equal(t, []string{"E305"}, codes(err))
	require.ErrorContains(t, err, `column "close", row group 0`)
	_, err = ReadTable(ctx, save(t, "x.parquet", b), TableOptions{Columns: []string{"date", "symbol"}})
	require.NoError(t, err, "columns are projected: the damage is elsewhere")
}

// The package needs neither gRPC nor the reader whose goroutines kill the process.
func TestDependencies(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").CombinedOutput()
	require.NoError(t, err)
	for _, line := range strings.Fields(string(out)) {
		require.NotContains(t, line, "grpc")
		require.NotContains(t, line, "pqarrow")
		require.NotContains(t, line, "arrow/flight")
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("date,A\n2020-01-01,1.5\n\"x\"\"y\",\r\n"))
	f.Add([]byte("\xef\xbb\xbfa;b\n1,5;2\n"))
	f.Add(encode(f, everyType(3), CSV))
	f.Fuzz(func(t *testing.T, b []byte) { fuzzOne(t, b, CSV) })
}

func FuzzParquet(f *testing.F) {
	f.Add(encode(f, everyType(9), Parquet))
	f.Add(encode(f, prices(20, "A", "B"), Parquet))
	f.Fuzz(func(t *testing.T, b []byte) { fuzzOne(t, b, Parquet) })
}

func FuzzArrow(f *testing.F) {
	f.Add(encode(f, everyType(9), ArrowStream))
	f.Add(encode(f, prices(20, "A", "B"), ArrowStream))
	f.Fuzz(func(t *testing.T, b []byte) { fuzzOne(t, b, ArrowStream) })
}

// fuzzOne: an error with findings, or a sound table.
func fuzzOne(t *testing.T, b []byte, f Format) {
	l := filled(Limits{Memory: 256 << 20, Rows: 1 << 20, Time: 5 * time.Second})
	r, err := openReader(ctx, &input{name: "x", bytes: b, format: f}, l, nil)
	if err != nil {
		require.NotEmpty(t, fault.Of(err), fmt.Sprint(err))
		return
	}
	for c := range r.fields() {
		got, err := r.read(ctx, []int{c}, everything, l)
		if err != nil {
			require.NotEmpty(t, fault.Of(inFile("x", err)), fmt.Sprint(err))
			continue
		}
		require.NoError(t, got.sound())
	}
}
