package columnar

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/stretchr/testify/require"

	"evenkeel/data"
)

// madePrices is a handmade file of n days of one symbol in each of some row groups, all
// alike; extra columns stand beside.
func madePrices(n int, extra ...madeColumn) *madeFile {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	column := func(s stored) madeColumn {
		b, _ := s.encoded(parquet.Encodings.Plain, all)
		return madeColumn{name: s.name, physical: s.physical, logical: s.logical, pages: []madePage{{n: n, encoding: parquet.Encodings.Plain, values: b}}}
	}
	f := &madeFile{rows: n, columns: []madeColumn{
		column(stored{name: "date", physical: physicalInt32, logical: emptyLogical(6), plain: func(i int) []byte { return le32(int32(18000 + i)) }}),
		column(stored{name: "symbol", physical: physicalBytes, logical: emptyLogical(1), plain: func(int) []byte { return []byte("A") }}),
		column(stored{name: "close", physical: physicalInt64, plain: func(i int) []byte { return le64(int64(100 + i)) }}),
	}}
	f.columns = append(f.columns, extra...)
	return f
}

// A page with a checksum that is damaged names column, row group and page; without one
// nothing changes.
func TestChecksumsOfPages(t *testing.T) {
	for _, codec := range []compress.Compression{compress.Codecs.Uncompressed, compress.Codecs.Zstd} {
		for _, sums := range []bool{true, false} {
			f := madePrices(50)
			f.groups, f.codec, f.sums = 2, codec, sums
			f.spoil = func(g, c, p int, body []byte) {
				if g == 1 && c == 2 {
					body[len(body)/2] ^= 1
				}
			}
			_, err := DecodeTable(ctx, "x.parquet", f.bytes(t), TableOptions{})
			if sums {
				require.Equal(t, []string{"E305"}, codes(err))
				require.ErrorContains(t, err, `column "close", row group 1`)
				require.ErrorContains(t, err, "checksum of page 1")
			} else if codec == compress.Codecs.Uncompressed {
				require.NoError(t, err, "nothing in the file tells")
			}
			_, err = DecodeTable(ctx, "x.parquet", f.bytes(t), TableOptions{Columns: []string{"date", "symbol"}})
			require.NoError(t, err, "the damage is elsewhere")
			f.spoil = nil
			_, err = DecodeTable(ctx, "x.parquet", f.bytes(t), TableOptions{})
			require.NoError(t, err)
		}
	}
}

// A column that nobody asked for may have any type; asked for, it is unsupported, never
// damaged.
func TestTypesThatAreUnknown(t *testing.T) {
	for name, x := range map[string]madeColumn{
		"float16":     {physical: physicalFixed, length: 2, logical: emptyLogical(15)},
		"variant":     {physical: physicalBytes, logical: emptyLogical(16)},
		"geometry":    {physical: physicalBytes, logical: func(w *thrift) { w.open(17, func() { w.text(1, "OGC:CRS84") }) }},
		"geography":   {physical: physicalBytes, logical: func(w *thrift) { w.open(18, func() { w.text(1, "OGC:CRS84"); w.i32(2, 1) }) }},
		"number 40":   {physical: physicalBytes, logical: emptyLogical(40)},
		"time of day": {physical: physicalInt32, logical: func(w *thrift) { w.open(7, func() { w.flag(1, true); w.open(2, func() { w.open(1, func() {}) }) }) }},
		"UUID":        {physical: physicalFixed, length: 16, logical: emptyLogical(14)},
		"date":        {physical: physicalInt64, logical: emptyLogical(6)},
	} {
		x.name = "extra"
		x.pages = []madePage{{n: 5, encoding: parquet.Encodings.Plain, values: []byte("anything at all: nobody looks at it")}}
		b := madePrices(5, x).bytes(t)
		p, _, err := ReadPanel(ctx, save(t, "x.parquet", b), Options{})
		require.NoError(t, err, name)
		require.Equal(t, 5, p.Sessions())
		_, err = DecodeTable(ctx, "x.parquet", b, TableOptions{Columns: []string{"date", "extra"}})
		require.Equal(t, []string{"E318"}, codes(err), name)
		require.ErrorContains(t, err, name)
		require.ErrorContains(t, err, "not supported")
	}
}

// Codecs and encodings that are unknown are unsupported, never damaged, and concern
// those who ask for the column.
func TestCodecsAndEncodingsThatAreUnknown(t *testing.T) {
	x := madeColumn{name: "extra", physical: physicalInt32, pages: []madePage{{n: 5, encoding: parquet.Encoding(77), values: make([]byte, 20)}}}
	b := madePrices(5, x).bytes(t)
	_, _, err := ReadPanel(ctx, save(t, "x.parquet", b), Options{})
	require.NoError(t, err)
	_, err = DecodeTable(ctx, "x.parquet", b, TableOptions{})
	require.Equal(t, []string{"E307"}, codes(err))
}

// Statistics prune only where the dates bear them out.
func TestStatisticsThatLie(t *testing.T) {
	for name, c := range map[string]struct {
		lo, hi   int32
		o        Options
		warned   bool
		sessions int
	}{
		"honest, outside":         {18000, 18049, Options{Start: data.NewDate(2021, 1, 1), End: data.NoDate}, false, 0},
		"honest, inside":          {18000, 18049, Options{Start: 18010, End: data.NoDate}, false, 40},
		"too early":               {9000, 9049, Options{Start: 18010, End: data.NoDate}, true, 40},
		"too late":                {19000, 19049, Options{Start: data.NoDate, End: 18009}, true, 10},
		"half true, ends early":   {18000, 18004, Options{Start: 18010, End: data.NoDate}, true, 40},
		"half true, begins later": {18030, 18049, Options{Start: data.NoDate, End: 18009}, true, 10},
		"turned about":            {19049, 9000, Options{Start: 18010, End: data.NoDate}, false, 40},
		"nobody asks":             {9000, 9049, Options{}, false, 50},
	} {
		f := madePrices(50)
		f.columns[0].lo, f.columns[0].hi = le32(c.lo), le32(c.hi)
		p, src, err := ReadPanel(ctx, save(t, "x.parquet", f.bytes(t)), c.o)
		if c.sessions == 0 {
			require.Equal(t, []string{"E111"}, codes(err), name)
			continue
		}
		require.NoError(t, err, name)
		require.Equal(t, c.sessions, p.Sessions(), name)
		said := false
		for _, w := range src.Warnings {
			said = said || w.Code == "E305"
		}
		require.Equal(t, c.warned, said, name)
	}
}

// Instants that statistics misplace, too.
func TestStatisticsOfInstantsThatLie(t *testing.T) {
	const day = int64(86400e6)
	f := madePrices(50)
	s := stored{plain: func(i int) []byte { return le64((18000 + int64(i)) * day) }}
	all := make([]int, 50)
	for i := range all {
		all[i] = i
	}
	f.columns[0].physical, f.columns[0].logical = physicalInt64, timestampLogical(true, 2)
	f.columns[0].pages[0].values, _ = s.encoded(parquet.Encodings.Plain, all)
	f.columns[0].lo, f.columns[0].hi = le64(9000*day), le64(9049*day)
	p, src, err := ReadPanel(ctx, save(t, "x.parquet", f.bytes(t)), Options{Start: 18010, End: data.NoDate})
	require.NoError(t, err)
	require.Equal(t, 40, p.Sessions())
	require.Equal(t, "E305", src.Warnings[0].Code)
}

// Pages that hold more or fewer values than the row group has rows.
func TestPagesThatDoNotAddUp(t *testing.T) {
	for _, n := range []int{40, 49, 51, 60} {
		f := madePrices(50)
		s := stored{physical: physicalInt64, plain: func(i int) []byte { return le64(int64(i)) }}
		all := make([]int, n)
		f.columns[2].pages[0].n = n
		f.columns[2].pages[0].values, _ = s.encoded(parquet.Encodings.Plain, all)
		_, err := DecodeTable(ctx, "x.parquet", f.bytes(t), TableOptions{})
		require.Equal(t, []string{"E305"}, codes(err), n)
	}
}

// What a footer says of rows, groups, places and sizes is checked against the file: any of
// its numbers changed is an error or changes nothing that is read.
func TestFootersThatLie(t *testing.T) {
	f := madePrices(50)
	f.groups = 2
	good := f.bytes(t)
	want, err := DecodeTable(ctx, "x.parquet", good, TableOptions{})
	require.NoError(t, err)
	size := int(binary.LittleEndian.Uint32(good[len(good)-8:]))
	other := 0
	for at := len(good) - 8 - size; at < len(good)-8; at++ {
		for _, by := range []byte{1, 2, 0x10, 0x7f, 0xff} {
			b := bytes.Clone(good)
			b[at] += by
			got, err := DecodeTable(ctx, "x.parquet", b, TableOptions{})
			if err != nil {
				require.NotEmpty(t, codes(err), "byte %d", at)
			} else if !equalTables(want, got) {
				other++
			}
		}
	}
	require.Less(t, other, 5*size/10, "names and types are what they are; no rows are lost")
}

// Texts, rows and pages are counted before they are expanded.
func TestWhatSwellsIsCountedFirst(t *testing.T) {
	defer func(old int64) { harmless = old }(harmless)
	harmless = 8 << 20
	long := bytes.Repeat([]byte("A"), 2<<20)
	plain := func(n int) []byte {
		var b []byte
		for i := range n {
			long[0] = byte('A' + i)
			b = append(append(b, le32(int32(len(long)))...), long...)
		}
		return b
	}
	const n = 5
	prefixes, rests := []int64{0, 2 << 20, 2 << 20, 2 << 20, 2 << 20}, []int64{2 << 20, 1, 1, 1, 1}
	codes5 := append(binary.AppendUvarint([]byte{8}, n<<1), 0)
	delta := append(append(append(deltaPacked(prefixes), deltaPacked(rests)...), long...), "bcde"...)
	for name, pages := range map[string][]madePage{
		"plain":      {{n: n, encoding: parquet.Encodings.Plain, values: plain(n)}},
		"dictionary": {{kind: 2, n: n, encoding: parquet.Encodings.Plain, values: plain(n)}, {n: n, encoding: parquet.Encodings.RLEDict, values: codes5}},
		"delta":      {{n: n, encoding: parquet.Encodings.DeltaByteArray, values: delta}},
	} {
		f := &madeFile{rows: n, codec: compress.Codecs.Zstd, columns: []madeColumn{{name: "symbol", physical: physicalBytes, logical: emptyLogical(1), pages: pages}}}
		b := f.bytes(t)
		require.Less(t, len(b), 100_000)
		_, err := DecodeTable(ctx, "x.parquet", b, TableOptions{})
		require.Equal(t, []string{"E308"}, codes(err), name)
		require.ErrorContains(t, err, "limit")
	}
}

// Repetition alone: a dictionary of one value and runs of it.
func TestRepetitionIsCountedFirst(t *testing.T) {
	const n = 30_000_000
	run := append(binary.AppendUvarint([]byte{1}, n<<1), 0)
	column := func(name string, physical int64, logical func(*thrift), one []byte) madeColumn {
		return madeColumn{name: name, physical: physical, logical: logical, pages: []madePage{
			{kind: 2, n: 1, encoding: parquet.Encodings.Plain, values: one}, {n: n, encoding: parquet.Encodings.RLEDict, values: run}}}
	}
	f := &madeFile{rows: n, columns: []madeColumn{column("date", physicalInt32, emptyLogical(6), le32(18000)),
		column("symbol", physicalBytes, emptyLogical(1), append(le32(1), 'A')), column("close", physicalInt64, nil, le64(5))}}
	b := f.bytes(t)
	require.Less(t, len(b), 1000)
	_, _, err := ReadPanel(ctx, save(t, "x.parquet", b), Options{})
	require.Equal(t, []string{"E308"}, codes(err))
	require.ErrorContains(t, err, fmt.Sprint("limit ", harmless))
}
