package columnar

import (
	"bytes"
	"encoding/base64"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
)

// instants is a table of prices of n days at midnight in a zone, by instants.
func instants(t testing.TB, zone string, unit Unit, n int) *Table {
	loc, err := location(zone)
	require.NoError(t, err)
	c := Column{Name: "date", Type: Type{Kind: Timestamp, Unit: unit, Zone: zone}}
	symbols, closes := make([]string, n), make([]float64, n)
	for i := range n {
		at := time.Date(2020, 3, 1+i, 0, 0, 0, 0, loc)
		c.Ints = append(c.Ints, at.Unix()*(c.Type.perDay()/86400))
		symbols[i], closes[i] = "A", 100+float64(i)
	}
	return &Table{Columns: []Column{c, Strings("symbol", symbols), Floats("close", closes)}}
}

// One rule: an instant's date is that of its column's own zone, in every format, and
// however often a table is converted.
func TestZonesThroughEveryFormat(t *testing.T) {
	const n = 40 // over a change of clocks
	for _, zone := range []string{"UTC", "Asia/Tokyo", "America/New_York", "Pacific/Apia", "+05:30", "-09:30", "Europe/London"} {
		for _, unit := range []Unit{Second, Milli, Micro, Nano} {
			for _, first := range formats {
				for _, second := range formats {
					tb, err := ReadTable(ctx, store(t, instants(t, zone, unit, n), first), TableOptions{})
					require.NoError(t, err)
					if first != CSV {
						require.Equal(t, zone, tb.Columns[0].Type.Zone, first)
					}
					p, _, err := ReadPanel(ctx, store(t, tb, second), Options{})
					require.NoError(t, err, "%s %s %s", zone, first, second)
					require.Equal(t, n, p.Sessions())
					for i := range n {
						require.Equal(t, data.NewDate(2020, 3, 1)+data.Date(i), p.Date(i), "%s, %s, then %s", zone, first, second)
					}
				}
			}
		}
	}
}

// unchecked writes a table as other programs do: with whatever zone it has.
func unchecked(t *testing.T, tb *Table, f Format) []byte {
	t.Helper()
	var b bytes.Buffer
	if f == Parquet {
		require.NoError(t, tb.writeParquet(&b))
	} else {
		require.NoError(t, tb.writeArrow(&b, f == ArrowStream))
	}
	return b.Bytes()
}

// The machine's zone is no zone of the data.
func TestZonesThatDependOnTheMachine(t *testing.T) {
	path := store(t, instants(t, "Asia/Tokyo", Micro, 5), Parquet)
	for _, zone := range []string{"Local", "local", "LOCAL", "localtime", "Mars/Olympus", "?", "../etc/localtime", "+25:00"} {
		_, _, err := ReadPanel(ctx, path, Options{Timezone: zone})
		require.Equal(t, []string{"E313"}, codes(err), zone)
		tb := instants(t, "UTC", Micro, 5)
		tb.Columns[0].Type.Zone = zone
		for _, f := range formats[:3] {
			_, _, err := ReadPanel(ctx, save(t, "t."+string(f), unchecked(t, tb, f)), Options{})
			require.Equal(t, []string{"E313"}, codes(err), "%s in %s", zone, f)
		}
		for _, f := range formats {
			err := tb.Write(discard{}, f)
			require.Equal(t, []string{"E313"}, codes(err), "%s to %s", zone, f)
			require.NotContains(t, err.Error(), "data.timezone", "whoever writes a table has no such key")
		}
	}
	old := time.Local
	defer func() { time.Local = old }()
	for _, name := range []string{"Asia/Kolkata", "Pacific/Apia", "America/New_York"} {
		loc, err := time.LoadLocation(name)
		require.NoError(t, err)
		time.Local = loc
		p, _, err := ReadPanel(ctx, path, Options{})
		require.NoError(t, err)
		require.Equal(t, data.NewDate(2020, 3, 1), p.Date(0), name)
	}
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

// An encoded schema that is damaged is no reason to read dates in another zone; nothing
// in it asks for memory.
func TestEncodedSchemasThatAreDamaged(t *testing.T) {
	f := madePrices(5)
	s := stored{plain: func(i int) []byte { return le64((18000 + int64(i)) * 86400e6) }}
	f.columns[0].physical, f.columns[0].logical = physicalInt64, timestampLogical(true, 2)
	f.columns[0].pages[0].values, _ = s.encoded(0, []int{0, 1, 2, 3, 4})
	good, err := base64.StdEncoding.DecodeString(instants(t, "Asia/Tokyo", Micro, 1).zoneSchema())
	require.NoError(t, err)
	read := func(text string) (string, error) {
		f.keys = [][2]string{{arrowSchemaKey, text}}
		tb, err := DecodeTable(ctx, "x.parquet", f.bytes(t), TableOptions{Columns: []string{"date", "close"}})
		if err != nil {
			return "", err
		}
		return tb.Columns[0].Type.Zone, nil
	}
	zone, err := read(base64.StdEncoding.EncodeToString(good))
	require.NoError(t, err)
	require.Equal(t, "Asia/Tokyo", zone)
	for n := range len(good) {
		_, err := read(base64.StdEncoding.EncodeToString(good[:n]))
		if n > 0 {
			require.Equal(t, []string{"E313"}, codes(err), n)
		}
		for _, x := range []byte{1, 0x80, 0xff} {
			b := append([]byte(nil), good...)
			b[n] ^= x
			if _, err := read(base64.StdEncoding.EncodeToString(b)); err != nil {
				require.Equal(t, []string{"E313"}, codes(err), n)
			}
		}
	}
	_, err = read("%%%")
	require.Equal(t, []string{"E313"}, codes(err))
	require.ErrorContains(t, err, arrowSchemaKey)
	p, _, err := ReadPanel(ctx, save(t, "x.parquet", f.bytes(t)), Options{Timezone: "Asia/Tokyo"})
	require.NoError(t, err, "whoever names the zone can read it")
	require.Equal(t, 5, p.Sessions())
}

func FuzzEncodedSchema(f *testing.F) {
	f.Add(instants(f, "Asia/Tokyo", Micro, 1).zoneSchema())
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		zones, err := schemaZones(text)
		if err == nil && len(zones) > len(text) {
			t.Fatal("more zones than bytes")
		}
	})
}
