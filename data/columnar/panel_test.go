package columnar

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/data/fault"
)

func permuted(tb *Table, order []int) *Table {
	out := &Table{}
	for _, c := range tb.Columns {
		n := Column{Name: c.Name, Type: c.Type, Dict: c.Dict}
		n.grow(c.Len())
		for i, o := range order {
			switch c.Type.Kind {
			case Date:
				n.Days[i] = c.Days[o]
			case Text:
				n.Codes[i] = c.Codes[o]
			case Float:
				n.Floats[i] = c.Floats[o]
			}
		}
		out.Columns = append(out.Columns, n)
	}
	return out
}

// The order of rows, the layout and the format do not matter: same panel, bit for bit.
func TestOnePanelWhateverTheOrderLayoutAndFormat(t *testing.T) {
	symbols := []string{"B", "A", "D", "C"}
	long := prices(60, symbols...)
	n := long.Rows()
	wide := &Table{Columns: []Column{Dates("date", nil)}}
	for a, s := range symbols {
		c := Column{Name: s, Type: Type{Kind: Float}}
		for i := a; i < n; i += len(symbols) {
			c.Floats = append(c.Floats, long.Columns[2].Floats[i])
			if a == 0 {
				wide.Columns[0].Days = append(wide.Columns[0].Days, long.Columns[0].Days[i])
			}
		}
		wide.Columns = append(wide.Columns, c)
	}
	bySymbol, shuffled, reversed := make([]int, n), rand.New(rand.NewPCG(3, 4)).Perm(n), make([]int, n)
	for i := range n {
		bySymbol[i] = i%60*len(symbols) + i/60
		reversed[i] = n - 1 - i
	}
	want, _, err := ReadPanel(ctx, store(t, long, Parquet), Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"A", "B", "C", "D"}, want.Symbols())
	require.Equal(t, 60, want.Sessions())
	require.Equal(t, long.Columns[2].Floats[0], want.Close(0)[want.Symbol("B")])
	for name, tb := range map[string]*Table{"long": long, "wide": wide, "by symbol": permuted(long, bySymbol), "shuffled": permuted(long, shuffled), "reversed": permuted(long, reversed)} {
		for _, f := range formats {
			got, src, err := ReadPanel(ctx, store(t, tb, f), Options{})
			require.NoError(t, err, "%s %s", name, f)
			require.Equal(t, want.Dates(), got.Dates())
			require.Equal(t, want.Symbols(), got.Symbols())
			require.Equal(t, want.Closes(), got.Closes(), "%s %s", name, f)
			require.EqualValues(t, tb.Rows(), src.Rows)
			require.Len(t, src.SHA256, 64)
		}
	}
}

func TestShuffledPanelsAreEqual(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		days, assets := rapid.IntRange(1, 20).Draw(r, "days"), rapid.IntRange(1, 5).Draw(r, "assets")
		long := prices(days, []string{"A", "B", "C", "D", "E"}[:assets]...)
		order := rapid.Permutation(indices(long.Rows())).Draw(r, "order")
		a := panelOf(r, long)
		b := panelOf(r, permuted(long, order))
		require.Equal(r, a.close, b.close)
		require.Equal(r, a.dates, b.dates)
	})
}

func indices(n int) []int {
	v := make([]int, n)
	for i := range v {
		v[i] = i
	}
	return v
}

// panelOf makes a grid of a long table without a file.
func panelOf(t require.TestingT, tb *Table) *grid {
	f := newFindings("x")
	place := func(int) string { return "row" }
	dates := sessionDates(&tb.Columns[0], "", place, f)
	sym := newSymbols(&tb.Columns[1], usedCodes(&tb.Columns[1], dates), nil, f)
	cal := newCalendar(dates, func(int) bool { return true })
	g, err := newGrid(cal.dates, sym.symbols, [besides]bool{}, newMeter(0, 1<<30))
	require.NoError(t, err)
	require.NoError(t, g.fill(ctx, longRows{dates: dates, codes: tb.Columns[1].Codes, close: tb.Columns[2].Floats, place: place}, cal, sym, "", f))
	return g
}

// Every flaw has its code; all of a pass come together.
func TestFindings(t *testing.T) {
	const head = "date,symbol,close\n"
	for _, c := range []struct {
		name, text string
		o          Options
		code, says string
	}{
		{"no date column", "symbol,close\nA,1\n", Options{}, "E316", `no column "date"`},
		{"no close column", "date,symbol,value\n2020-01-01,A,1\n", Options{}, "E316", `no column "close"`},
		{"named column", head + "2020-01-01,A,1\n", Options{Columns: Columns{Close: "adj"}}, "E316", `have "date", "symbol", "close"`},
		{"two columns of a name", "date,A,A\n2020-01-01,1,2\n", Options{}, "E319", `column "A" twice`},
		{"unsorted", "date,A\n2020-01-02,1\n2020-01-01,2\n", Options{Unsorted: UnsortedError}, "E310", "line 3: date 2020-01-01 after 2020-01-02"},
		{"duplicate long", head + "2020-01-01,A,1\n2020-01-01,A,2\n", Options{}, "E311", "A 2020-01-01 twice: 1 (line 2) and 2 (line 3)"},
		{"duplicate wide", "date,A\n2020-01-01,1\n2020-01-01,2\n", Options{}, "E311", "2020-01-01 twice (line 2 and line 3)"},
		{"null date", "date,A\n,1\n2020-01-01,2\n", Options{}, "E312", "line 2: date is empty"},
		{"time of day", "date,A\n2020-01-01 00:00:00,1\n2020-01-02 05:00:00,2\n", Options{}, "E313", "00:00:00 and 05:00:00"},
		{"far date", "date,A\n9999-12-31,1\n", Options{}, "E315", "9999-12-31"},
		{"foreign date", "date,A\n03/04/2020,1\n", Options{}, "E317", `"03/04/2020" in column "date" is not a date`},
		{"number for a date", "date,A\n20200304,1\n", Options{}, "E317", "dates are of type int64"},
		{"underscores", "date,A,B\n2020-01-01,1,1_000\n2020-01-02,1,1000\n", Options{}, "E317", `column "B" is text ("1_000" in 1 rows`},
		{"hexadecimal", "date,A,B\n2020-01-01,1,0x1p4\n2020-01-02,1,16\n", Options{}, "E317", `column "B" is text ("0x1p4" in 1 rows`},
		{"text price", "date,A,B\n2020-01-01,1,N/A\n2020-01-02,1,N/A\n", Options{}, "E317", `column "B" is text ("N/A" in 2 rows`},
		{"decimal comma", "date,A\n2020-01-01,\"1,23\"\n", Options{}, "E334", `line 2: "1,23" in column "A": decimal comma?`},
		{"semicolons", "date;A\n2020-01-01;1,5\n", Options{}, "E334", `separated by ";"`},
		{"unknown symbol", head + "2020-01-01,SPY,1\n", Options{Symbols: []string{"SPYY"}}, "E320", `Did you mean "SPY"?`},
		{"unknown wide symbol", "date,SPY\n2020-01-01,1\n", Options{Symbols: []string{"SPYY"}}, "E320", `Did you mean "SPY"?`},
		{"hole", "date,A,B\n2020-01-01,1,1\n2020-01-02,1,\n2020-01-03,1,1\n", Options{}, "E321", "B 2020-01-02: price is missing"},
		{"missing row", head + "2020-01-01,A,1\n2020-01-01,B,1\n2020-01-02,A,1\n2020-01-03,A,1\n2020-01-03,B,1\n", Options{}, "E321", "B 2020-01-02: no row"},
		{"gap", "date,A,B\n2020-01-01,1,1\n2020-01-02,1,\n2020-01-03,1,\n2020-01-06,1,1\n", Options{}, "E325", "B: no prices for 2 sessions 2020-01-02..2020-01-03"},
		{"late", "date,A,B\n2020-01-01,1,\n2020-01-02,1,1\n", Options{}, "E326", "B first priced 2020-01-02"},
		{"ended", "date,A,B\n2020-01-01,1,1\n2020-01-02,1,\n", Options{}, "E327", "B last priced 2020-01-01"},
		{"empty column", "date,A,B\n2020-01-01,1,\n", Options{}, "E328", `column "B": no price at all`},
		{"no common dates", "date,A,B\n2020-01-01,1,\n2020-01-02,,1\n2020-01-03,1,\n", Options{}, "E328", "A and B share 0 dates"},
		{"all dropped", "date,A,B\n2020-01-01,1,\n2020-01-02,,1\n2020-01-03,1,\n2020-01-06,,1\n", Options{Missing: MissingDrop}, "E326", "B first priced"},
		{"zero", "date,A\n2020-01-01,0\n2020-01-02,3\n", Options{}, "E322", "A 2020-01-01: price 0 (must be above 0; zero often means missing)"},
		{"infinite", "date,A\n2020-01-01,inf\n", Options{}, "E322", "price +Inf"},
		{"huge", "date,A\n2020-01-01,1e300\n", Options{}, "E322", "price 1e+300"},
		{"negative", "date,A\n2020-01-01,-30\n2020-01-02,40\n", Options{}, "E322", "price -30"},
		{"returns", "date,A\n2020-01-01,-0.2\n2020-01-02,0.17\n", Options{}, "E332", "values lie in -0.2..0.17"},
		{"long symbol", head + "2020-01-01," + string(make64('x', 65)) + ",1\n", Options{}, "E335", "too long"},
		{"no symbol", head + "2020-01-01,,1\n2020-01-01,A,1\n", Options{}, "E335", "symbol is empty"},
		{"control", head + "2020-01-01,\"A\nB\",1\n", Options{}, "E335", "control characters"},
		{"period", "date,A\n2020-01-01,1\n", Options{Start: data.NewDate(2021, 1, 1), End: data.NoDate}, "E111", "data run from 2020-01-01 to 2020-01-01"},
		{"inverted period", "date,A\n2020-01-01,1\n", Options{Start: 5, End: 4}, "E110", "is not before end"},
		{"word", "date,A\n2020-01-01,1\n", Options{Missing: "skip"}, "E105", "one of error, ffill, drop"},
		{"no rows", "date,A\n", Options{}, "E302", "no rows"},
		{"too many rows", "date,A\n2020-01-01,1\n2020-01-02,1\n", Options{Limits: Limits{Rows: 1}}, "E308", "limit 1"},
		{"memory", "date,A\n2020-01-01,1\n2020-01-02,1\n", Options{Limits: Limits{Memory: 10}}, "E601", "limit 10 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := csvPanel(t, c.text, c.o)
			require.Error(t, err)
			require.Contains(t, codes(err), c.code, err.Error())
			require.ErrorContains(t, err, c.says)
			require.ErrorContains(t, err, "t.csv")
			require.NotEqual(t, fault.ExitBug, fault.Exit(err))
		})
	}
}

func make64(b byte, n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = b
	}
	return out
}

func TestAllFindingsOfAPassComeTogether(t *testing.T) {
	_, err := csvPanel(t, "date,A,B,C\n2020-01-01,0,,1\n2020-01-02,1,1,1\n2020-01-03,1,,\n2020-01-06,-3,1,\n", Options{})
	require.Equal(t, []string{"E322", "E322", "E326", "E321", "E327"}, codes(err))
}

func TestFindingsAreCounted(t *testing.T) {
	text := []byte("date,A\n2020-01-01,1\n")
	for range 5000 {
		text = append(text, ",1\n"...)
	}
	_, err := csvPanel(t, string(text), Options{})
	list := fault.Of(err)
	require.Len(t, list, maxFindings+1)
	require.Contains(t, list[maxFindings].What, "4000 more of E312")
}

func TestWarnings(t *testing.T) {
	text := "date,A,B,C\n"
	day := data.NewDate(2020, 1, 1)
	for i := range 40 {
		a, b := 10.0+float64(i), 1.0
		switch {
		case i == 20:
			b = 100
		case i > 30:
			b = 1 + float64(i)/100
		}
		c := 5 + float64(i)
		if i == 35 {
			a, c = a-1, c-1
		}
		if i == 36 {
			a, b, c = 44, 1.35, 39
		}
		text += csvLine(day+data.Date(i), a, b, c)
	}
	path := save(t, "t.csv", []byte(text))
	p, src, err := ReadPanel(ctx, path, Options{})
	require.NoError(t, err)
	require.Equal(t, 40, p.Sessions())
	var got []string
	for _, w := range src.Warnings {
		require.True(t, w.Warning)
		got = append(got, w.Code)
	}
	require.Equal(t, []string{"E329", "E323", "E323", "E324", "E336"}, got)
}

func csvLine(d data.Date, v ...float64) string {
	tb := &Table{Columns: []Column{Dates("d", []data.Date{d})}}
	line := tb.Columns[0].appendCell(nil, 0, time.UTC)
	for _, x := range v {
		c := Floats("x", []float64{x})
		line = c.appendCell(append(line, ','), 0, time.UTC)
	}
	return string(append(line, '\n'))
}

func TestLookalikeRows(t *testing.T) {
	_, src, err := ReadPanel(ctx, save(t, "t.csv", []byte("date,A,B,C\n2020-01-01,1,2,3\n2020-01-02,1,2,3\n2020-01-03,1,2,4\n")), Options{})
	require.NoError(t, err)
	require.Len(t, src.Warnings, 1)
	require.Equal(t, "E336", src.Warnings[0].Code)
	require.Contains(t, src.Warnings[0].What, "1 rows where all 3 prices repeat (first 2020-01-02)")
}

func TestDropLeavesTheSessionOut(t *testing.T) {
	p, err := csvPanel(t, "date,A,B\n2020-01-01,1,1\n2020-01-02,2,NaN\n2020-01-03,3,3\n", Options{Missing: MissingDrop})
	require.NoError(t, err)
	require.Equal(t, []data.Date{data.NewDate(2020, 1, 1), data.NewDate(2020, 1, 3)}, p.Dates())
	require.Equal(t, []float64{1, 1, 3, 3}, p.Closes())
}

func TestDuplicatesByChoice(t *testing.T) {
	for text, want := range map[string][2]float64{
		"date,symbol,close\n2020-01-01,A,1\n2020-01-01,A,2\n2020-01-01,A,3\n": {1, 3},
		"date,A\n2020-01-01,1\n2020-01-01,2\n2020-01-01,3\n":                  {1, 3},
	} {
		for i, d := range []string{DuplicatesFirst, DuplicatesLast} {
			p, err := csvPanel(t, text, Options{Duplicates: d})
			require.NoError(t, err)
			require.Equal(t, []float64{want[i]}, p.Closes())
		}
	}
}

func TestSymbolsChooseColumnsAndRows(t *testing.T) {
	for _, text := range []string{
		"date,symbol,close\n2020-01-01,B,2\n2020-01-01,A,1\n2020-01-01,C,x3\n",
		"date,B,A,C\n2020-01-01,2,1,x3\n",
	} {
		p, err := csvPanel(t, text, Options{Symbols: []string{"B", "A"}, NullValues: []string{"x3"}})
		require.NoError(t, err)
		require.Equal(t, []string{"A", "B"}, p.Symbols())
		require.Equal(t, []float64{1, 2}, p.Closes())
	}
}

func TestSeriesOfOneAsset(t *testing.T) {
	p, _, err := ReadPanel(ctx, save(t, "SPY.csv", []byte("Date,Open,High,Low,Close,Adj Close,Volume\n2020-01-02,9,11,8,10,9.5,100\n2020-01-03,10,12,9,11,10.5,100\n")), Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"SPY"}, p.Symbols())
	require.Equal(t, []float64{9.5, 10.5}, p.Closes())
	require.Equal(t, []float64{9}, p.Open(0))
}

func TestOpensComeAlong(t *testing.T) {
	p, err := csvPanel(t, "date,ticker,open,close\n2020-01-01,B,1.5,2\n2020-01-01,A,0.5,1\n", Options{Kind: data.Raw})
	require.NoError(t, err)
	require.Equal(t, []float64{0.5, 1.5}, p.Open(0))
	require.Equal(t, data.Raw, p.Kind())
	_, err = csvPanel(t, "date,ticker,open,close\n2020-01-01,A,0,1\n", Options{})
	require.Equal(t, []string{"E322"}, codes(err))
	p, err = csvPanel(t, "date,ticker,open,close\n2020-01-01,A,,1\n", Options{})
	require.NoError(t, err)
	require.False(t, p.HasOpen())
}

func TestNumbersForSymbols(t *testing.T) {
	p, err := csvPanel(t, "date,symbol,close\n2020-01-01,600519,2\n2020-01-01,1,1\n", Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"1", "600519"}, p.Symbols())
	p, err = csvPanel(t, "date,symbol,close\n2020-01-01,600519,2\n2020-01-01,000001,1\n", Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"000001", "600519"}, p.Symbols())
}

// A session is a date in the market's zone, in winter and in summer.
func TestInstantsInTheMarketsZone(t *testing.T) {
	ny, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	var at []int64
	var want []data.Date
	for _, d := range []string{"2020-03-06", "2020-03-09", "2020-10-30", "2020-11-02"} {
		day, err := time.ParseInLocation("2006-01-02 15:04", d+" 16:00", ny)
		require.NoError(t, err)
		at = append(at, day.Unix())
		x, err := data.ParseDate(d)
		require.NoError(t, err)
		want = append(want, x)
	}
	for u, per := range []int64{1, 1e3, 1e6, 1e9} {
		v := make([]int64, len(at))
		for i := range at {
			v[i] = at[i] * per
		}
		for _, zone := range []string{"America/New_York", "UTC", "+01:00"} {
			tb := &Table{Columns: []Column{{Name: "t", Type: Type{Kind: Timestamp, Unit: Unit(u), Zone: zone}, Ints: v}, Floats("A", []float64{1, 2, 3, 4})}}
			path := store(t, tb, ArrowFile)
			p, _, err := ReadPanel(ctx, path, Options{Timezone: "America/New_York"})
			require.NoError(t, err)
			require.Equal(t, want, p.Dates())
			_, _, err = ReadPanel(ctx, path, Options{})
			if zone == "America/New_York" {
				require.NoError(t, err)
			} else {
				require.Equal(t, []string{"E313"}, codes(err))
			}
		}
	}
}

// Row groups outside the period are not read; the panel is the window of the whole.
func TestPeriodsPruneRowGroups(t *testing.T) {
	n := 3 * rowGroup / 2
	days, v := make([]data.Date, n), make([]float64, n)
	s := make([]int32, n)
	const assets = 300
	for i := range days {
		days[i], v[i], s[i] = data.Date(1000+i/assets), 1+float64(i%1000), int32(i%assets)
	}
	dict := make([]string, assets)
	for i := range dict {
		dict[i] = "S" + string(rune('A'+i/26)) + string(rune('a'+i%26))
	}
	n = n / assets * assets
	tb := &Table{Columns: []Column{Dates("date", days[:n]), Coded("symbol", s[:n], dict), Floats("close", v[:n])}}
	path := store(t, tb, Parquet)
	whole, _, err := ReadPanel(ctx, path, Options{KindGiven: true})
	require.NoError(t, err)
	for _, w := range [][2]data.Date{{1100, 1200}, {5000, 6000}, {4400, 4600}, {data.NoDate, 1010}, {6200, data.NoDate}} {
		got, _, err := ReadPanel(ctx, path, Options{Start: w[0], End: w[1], KindGiven: true})
		require.NoError(t, err)
		want, err := whole.Window(w[0], w[1])
		require.NoError(t, err)
		require.Equal(t, want.Dates(), got.Dates())
		require.True(t, slices.Equal(want.Closes(), got.Closes()))
	}
	in, err := openInput(path, filled(Limits{}))
	require.NoError(t, err)
	p, err := openParquet(in.bytes, newMeter(len(in.bytes), 1<<30))
	require.NoError(t, err)
	r := &parquetReader{parquetFile: p}
	got, err := r.read(ctx, []int{0, 2}, window{col: 0, from: 6200, to: data.NoDate}, filled(Limits{}))
	require.NoError(t, err)
	require.Equal(t, n-rowGroup, got.Rows())
	require.Equal(t, "row 1048577", r.place(0))
}

func TestInspect(t *testing.T) {
	tb := prices(30, "A", "B")
	tb.Columns[2].Floats[7] = math.NaN()
	tb.Columns[2] = Floats("close", tb.Columns[2].Floats)
	in, err := Inspect(ctx, store(t, tb, Parquet), Options{})
	require.NoError(t, err)
	require.Equal(t, layoutLong, in.Layout)
	require.EqualValues(t, 60, in.Rows)
	require.Equal(t, 30, in.Sessions)
	require.Equal(t, "daily", in.Spacing)
	require.Equal(t, []string{"ZSTD"}, in.Columns[2].Codecs)
	require.Equal(t, "float64", in.Columns[2].Type)
	require.Equal(t, 1, in.Symbols[1].Missing)
	require.Equal(t, 29, in.Symbols[1].Prices)
	require.Equal(t, "E321", in.Findings[0].Code)

	in, err = Inspect(ctx, save(t, "trades.csv", []byte("id,amount\n1,2\n")), Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"E316"}, codes(in.Findings))
	require.Len(t, in.Columns, 2)
}
