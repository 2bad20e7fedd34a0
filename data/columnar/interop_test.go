package columnar

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/internal/reference"
)

// Files of other writers hold the same prices in many encodings: each loads to
// the same panel, bit for bit, or is refused for the reason it was made for.
func TestForeignFilesLoadToOnePanel(t *testing.T) {
	dir := reference.Beside(t, "interop")
	load := func(name string, o Options) (*data.Panel, error) {
		p, _, err := ReadPanel(ctx, filepath.Join(dir, name), o)
		return p, err
	}
	want, err := load("long_zstd_v1.parquet", Options{})
	require.NoError(t, err)
	require.Equal(t, 286, want.Sessions())
	require.Equal(t, []string{"S00", "S01", "S02", "S03", "S04", "S05"}, want.Symbols())
	sum := 0.0
	for _, v := range want.Closes() {
		sum += v
	}
	require.InDelta(t, 184714.6926, sum, 1e-6)

	for _, name := range []string{
		"long.csv", "long_brotli.parquet", "long_by_symbol.parquet", "long_descending.parquet", "long_gzip_v1.parquet",
		"long_lz4raw.parquet", "long_snappy_v1.parquet", "long_string_dates.parquet", "long_timestamp_decimal.parquet", "long_timestamp_ns.parquet",
		"long_uncompressed_v2.parquet", "long_yahoo_names.parquet", "long_zstd_v2.parquet", "wide.csv", "wide_snappy.parquet", "wide_zstd_v2.parquet",
	} {
		p, err := load(name, Options{})
		require.NoError(t, err, name)
		require.Equal(t, want.Dates(), p.Dates(), name)
		require.Equal(t, want.Symbols(), p.Symbols(), name)
		require.Equal(t, want.Closes(), p.Closes(), name)
	}

	_, err = load("long_duplicate_row.parquet", Options{})
	require.Equal(t, []string{"E311"}, codes(err))
	require.ErrorContains(t, err, "S01 2020-02-03 twice")
	_, err = load("long_duplicate_row.parquet", Options{Duplicates: DuplicatesFirst})
	require.NoError(t, err)

	_, err = load("long_descending.parquet", Options{Unsorted: UnsortedError})
	require.Equal(t, "E310", codes(err)[0])
	require.ErrorContains(t, err, "row ")

	_, err = load("wide_late_listing.parquet", Options{})
	require.Equal(t, []string{"E326"}, codes(err))
	require.ErrorContains(t, err, "S03 first priced 2020-03-02")
	late, err := load("wide_late_listing.parquet", Options{Start: data.NewDate(2020, 3, 2), End: data.NoDate})
	require.NoError(t, err)
	require.Equal(t, data.NewDate(2020, 3, 2), late.Date(0))

	_, err = load("long_timestamptz_float32.parquet", Options{})
	require.Equal(t, []string{"E313"}, codes(err))
	for name, tolerance := range map[string]float64{"long_timestamptz_float32.parquet": 1e-5, "long_int_close.parquet": 1} {
		p, err := load(name, Options{Timezone: "America/New_York"})
		require.NoError(t, err, name)
		require.Equal(t, want.Dates(), p.Dates(), name)
		for i, v := range p.Closes() {
			require.LessOrEqual(t, math.Abs(v-want.Closes()[i]), tolerance, name)
		}
	}

	found, err := load("pandas_asfound.parquet", Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"EEM", "EFA", "EWJ", "IAU", "QQQ", "SPY"}, found.Symbols())
	require.Equal(t, data.NewDate(2005, 2, 1), found.Date(0))
	require.Equal(t, data.NewDate(2025, 11, 21), found.Date(found.Sessions()-1))
}
