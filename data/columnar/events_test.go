package columnar

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/internal/reference"
)

// Real events, each as the reader and the panel meet it. The files are beside the
// repository; without them these tests are skipped.

func on(y, m, d int) data.Date { return data.NewDate(y, m, d) }

// real reads a file of real prices.
func real(t *testing.T, path string, o Options) (*data.Panel, fault.List, error) {
	p, src, err := ReadPanel(ctx, filepath.Join(reference.Beside(t, "data"), filepath.FromSlash(path)), o)
	if err != nil {
		return nil, fault.Of(err), err
	}
	return p, src.Warnings, nil
}

const rawCloses = "corporate_actions/raw_close_long.parquet"

// says wants one finding of a code with a text.
func says(t *testing.T, list fault.List, code, text string) fault.Finding {
	t.Helper()
	for _, f := range list {
		if f.Code == code && strings.Contains(f.What, text) {
			return f
		}
	}
	require.Failf(t, "not found", "%s %q in\n%s", code, text, list.Error())
	return fault.Finding{}
}

// moved is the return of the only asset on a date: of the price alone, and with a
// split that takes effect there.
func moved(t *testing.T, p *data.Panel, at data.Date, split float64) (raw, whole float64) {
	t.Helper()
	q, err := p.WithActions([]data.DatedAction{{Date: at, Split: split}})
	require.NoError(t, err)
	s := sessionAt(t, p, at)
	return p.Close(s)[0]/p.Close(s - 1)[0] - 1, q.Growth(s, 0) - 1
}

func sessionAt(t *testing.T, p *data.Panel, at data.Date) int {
	t.Helper()
	for s, d := range p.Dates() {
		if d == at {
			return s
		}
	}
	require.Failf(t, "no session", "%s", at)
	return -1
}

// raw1 is one raw series over a period without warnings other than those expected.
func raw1(t *testing.T, symbol string, from, to data.Date) (*data.Panel, fault.List) {
	p, warnings, err := real(t, rawCloses, Options{Symbols: []string{symbol}, Start: from, End: to, Kind: data.Raw})
	require.NoError(t, err)
	return p, warnings
}

func TestRealEventAIGReverseSplit(t *testing.T) {
	p, warnings := raw1(t, "AIG", on(2009, 6, 1), on(2009, 7, 31))
	says(t, warnings, "E323", "AIG 2009-07-01: 1.13 -> 18.08 (x16)")
	raw, whole := moved(t, p, on(2009, 7, 1), 1.0/20)
	require.InDelta(t, 15, raw, 0.01)
	require.InDelta(t, -0.2, whole, 0.001, "1:20, and a fall of a fifth")
}

func TestRealEventUSOReverseSplit(t *testing.T) {
	p, warnings := raw1(t, "USO", on(2020, 4, 1), on(2020, 5, 29))
	says(t, warnings, "E323", "USO 2020-04-29: 2.13 ->")
	raw, whole := moved(t, p, on(2020, 4, 29), 1.0/8)
	require.Greater(t, raw, 7.0)
	require.Less(t, math.Abs(whole), 0.15)
}

func TestRealEventAAPLSplits(t *testing.T) {
	p, warnings := raw1(t, "AAPL", on(2014, 6, 2), on(2014, 6, 30))
	says(t, warnings, "E323", "AAPL 2014-06-09: 645.57 -> 93.7 (x0.1451)")
	_, whole := moved(t, p, on(2014, 6, 9), 7)
	require.InDelta(t, 0.016, whole, 0.001)
	p, warnings = raw1(t, "AAPL", on(2020, 8, 3), on(2020, 9, 30))
	require.Empty(t, warnings, "4:1 is a fall below no threshold: actions are needed, no warning replaces them")
	raw, whole := moved(t, p, on(2020, 8, 31), 4)
	require.InDelta(t, -0.7415, raw, 0.001)
	require.InDelta(t, 0.034, whole, 0.001)
}

func TestRealEventEEMSplit(t *testing.T) {
	p, warnings := raw1(t, "EEM", on(2008, 7, 1), on(2008, 8, 29))
	require.Empty(t, warnings)
	raw, whole := moved(t, p, on(2008, 7, 24), 3)
	require.Less(t, raw, -0.65)
	require.Less(t, math.Abs(whole), 0.05)
}

func TestRealEventQQQRename(t *testing.T) {
	o := Options{Symbols: []string{"QQQ", "SPY"}, Start: on(2000, 4, 3), End: on(2012, 12, 31), Kind: data.Raw}
	_, list, err := real(t, rawCloses, o)
	require.Error(t, err)
	f := says(t, list, "E325", "QQQ: no rows for 1588 sessions 2004-12-01..2011-03-22: renamed, or another company under the symbol?")
	require.False(t, f.Warning)
	o.Missing = MissingFfill
	p, list, err := real(t, rawCloses, o)
	require.NoError(t, err)
	require.True(t, says(t, list, "E325", "QQQ: 1588 prices are carried forward").Warning)
	hole, last := sessionAt(t, p, on(2008, 10, 10)), sessionAt(t, p, on(2004, 11, 30))
	require.False(t, p.Fresh(hole, 0), "nothing is filled in the hole")
	require.True(t, p.Fresh(hole, 1))
	require.Equal(t, p.Close(last)[0], p.Close(hole)[0])
	o.Missing = MissingDrop
	p, _, err = real(t, rawCloses, o)
	require.NoError(t, err)
	require.True(t, p.AllFresh())
	require.Equal(t, on(2011, 3, 23), p.Date(sessionAt(t, p, on(2004, 11, 30))+1))
}

// reused reads a reused symbol beside one that is always there, and alone.
func reused(t *testing.T, symbol string, from, to data.Date, jump string) {
	t.Helper()
	o := Options{Symbols: []string{symbol, "SPY"}, Start: from, End: to, Kind: data.Raw}
	_, list, err := real(t, rawCloses, o)
	require.Error(t, err)
	says(t, list, "E325", "renamed, or another company under the symbol?")
	if jump != "" {
		require.Contains(t, says(t, list, "E323", jump).What, "ticker reuse?")
	}
	o.Missing = MissingFfill
	_, list, err = real(t, rawCloses, o)
	require.NoError(t, err, "whoever says so may go on")
	says(t, list, "E325", "renamed, or another company under the symbol?")
	o.Symbols, o.Missing = []string{symbol}, ""
	_, list, err = real(t, rawCloses, o)
	require.NoError(t, err, "alone the symbol has no hole")
	says(t, list, "E325", "no session for")
	if jump != "" {
		require.Contains(t, says(t, list, "E323", jump).What, "ticker reuse?")
	}
}

func TestRealEventWMReuse(t *testing.T) {
	reused(t, "WM", on(2008, 1, 2), on(2009, 12, 31), "WM 2009-08-05: 0.16 -> 28.58 (x178.6)")
}

func TestRealEventUSOReuse(t *testing.T) {
	o := Options{Symbols: []string{"USO", "SPY"}, Start: on(1998, 1, 2), End: on(2007, 12, 31), Kind: data.Raw}
	_, list, err := real(t, rawCloses, o)
	require.Error(t, err)
	f := says(t, list, "E323", "USO 2006-04-10: 0.06 -> ")
	require.Contains(t, f.What, "(x1133) after 1828 sessions without rows: ticker reuse?")
}

func TestRealEventFBReuse(t *testing.T) {
	reused(t, "FB", on(1999, 10, 1), on(2012, 12, 31), "")
}

func TestRealEventBNOReuse(t *testing.T) {
	o := Options{Symbols: []string{"BNO", "SPY"}, Start: on(1998, 1, 2), End: on(2010, 12, 31), Kind: data.Raw}
	_, list, err := real(t, rawCloses, o)
	require.Error(t, err)
	require.Contains(t, says(t, list, "E323", "BNO 2010-06-02:").What, "(x10.53) after 2022 sessions without rows: ticker reuse?")
	says(t, list, "E325", "BNO: no rows for 2022 sessions 2002-05-21..2010-06-01: renamed, or another company under the symbol?")
}

func TestRealEventGOOGSpinOff(t *testing.T) {
	p, warnings := raw1(t, "GOOG", on(2014, 3, 3), on(2014, 4, 30))
	require.Empty(t, warnings, "a fall by half is possible")
	raw, whole := moved(t, p, on(2014, 4, 3), 2)
	require.InDelta(t, -0.498, raw, 0.001)
	require.InDelta(t, 0.0038, whole, 0.001, "a new share of another class for each: as an action it is a split")
	_, list, err := real(t, rawCloses, Options{Symbols: []string{"GOOG", "GOOGL", "GOOAV"}, Start: on(2014, 3, 3), End: on(2014, 4, 30), Kind: data.Raw})
	require.Error(t, err)
	says(t, list, "E326", "GOOGL first priced 2014-04-03")
	says(t, list, "E326", "GOOAV first priced 2014-03-27")
	says(t, list, "E327", "GOOAV last priced 2014-04-02")
}

func TestRealEventHolidaysFilledForward(t *testing.T) {
	p, list, err := real(t, "us_stocks_daily/prices_wide.parquet", Options{KindGiven: true})
	require.NoError(t, err)
	says(t, list, "E336", "221 rows where all 49 prices repeat (first 2000-01-17)")
	s := sessionAt(t, p, on(2000, 1, 17))
	require.Equal(t, p.Close(s-1), p.Close(s))
	require.True(t, p.Fresh(s, 0), "the file says that these are prices")
}

func TestRealEventLateListings(t *testing.T) {
	const file = "messy_us_stocks/prices_wide.parquet"
	_, list, err := real(t, file, Options{})
	require.Error(t, err)
	late := map[string]data.Date{"SBUX": on(1992, 6, 26), "RRC": on(1992, 12, 28), "AMZN": on(1997, 5, 15), "SHLD": on(2003, 5, 1), "GOOG": on(2004, 8, 19),
		"UAA": on(2005, 11, 18), "MA": on(2006, 5, 25), "GM": on(2010, 11, 18), "FB": on(2012, 5, 18), "BABA": on(2014, 9, 19)}
	for _, f := range list {
		require.Contains(t, []string{"E326", "E337"}, f.Code, "all at once, and nothing else")
	}
	require.Len(t, likeSplits(list), 5, "steps of real crashes that look like splits")
	require.Len(t, list, len(late)+5)
	for symbol, first := range late {
		says(t, list, "E326", symbol+" first priced "+first.String()+", after the start 1989-12-29")
	}
	p, list, err := real(t, file, Options{Late: LateWait, KindGiven: true})
	require.NoError(t, err)
	require.Len(t, likeSplits(list), len(list))
	for i, symbol := range p.Symbols() {
		first, end := p.Life(i)
		require.Equal(t, p.Sessions(), end)
		if day, there := late[symbol]; there {
			require.Equal(t, day, p.Date(first))
			require.False(t, p.Fresh(first-1, i))
			require.Equal(t, p.Close(first)[i], p.Close(0)[i])
		} else {
			require.Zero(t, first)
		}
	}
}

// A failing company: prices to the last day, and no warning takes the place of looking.
func TestRealEventSHLDFails(t *testing.T) {
	p, list, err := real(t, "messy_us_stocks/prices_wide.parquet", Options{Symbols: []string{"SHLD"}, Start: on(2003, 5, 1), End: data.NoDate})
	require.NoError(t, err)
	require.Empty(t, list)
	top := 0.0
	for _, v := range p.Closes() {
		top = max(top, v)
	}
	last := p.Close(p.Sessions() - 1)[0]
	require.InDelta(t, 145.669, top, 1e-3)
	require.InDelta(t, 3.3, last, 1e-9)
	_, _, err = real(t, "messy_us_stocks/prices_wide.parquet", Options{Symbols: []string{"SHLD", "GE"}, Start: on(2003, 4, 1), End: data.NoDate})
	require.ErrorContains(t, err, "Set data.start: 2003-05-01")
}

func TestRealEventT59Halves(t *testing.T) {
	p, list, err := real(t, "us_stocks_daily/prices_wide.parquet", Options{Symbols: []string{"T59"}})
	require.NoError(t, err)
	require.NotContains(t, list.Error(), "E323", "a real move is no jump")
	s := sessionAt(t, p, on(2000, 9, 29))
	require.InDelta(t, -0.519, p.Growth(s, 0)-1, 5e-4)
}

func TestRealEventT35Falls(t *testing.T) {
	p, list, err := real(t, "us_stocks_daily/prices_wide.parquet", Options{Symbols: []string{"T35"}})
	require.NoError(t, err)
	require.NotContains(t, list.Error(), "E323")
	require.InDelta(t, -0.608, p.Growth(sessionAt(t, p, on(2008, 9, 15)), 0)-1, 5e-4)
	best := 0.0
	for s := 1; s < p.Sessions(); s++ {
		best = max(best, p.Growth(s, 0)-1)
	}
	require.InDelta(t, 0.66, best, 5e-3)
}

func TestRealEventGoldStandsStill(t *testing.T) {
	p, list, err := real(t, "monthly_1871/gold_usd_monthly.parquet", Options{})
	require.NoError(t, err)
	says(t, list, "E324", "467 sessions without change 1833-01-01..1871-12-01")
	require.Equal(t, 12.0, p.PeriodsPerYear())
	s := sessionAt(t, p, on(1950, 1, 1))
	for m := range 12 {
		require.Equal(t, p.Close(s)[0], p.Close(s + m)[0], "the year's average, twelve times")
	}
}

func TestRealEventShillerZeros(t *testing.T) {
	const file = "monthly_1871/shiller_sp500.parquet"
	_, list, err := real(t, file, Options{Symbols: []string{"SP500", "Dividend", "PE10"}})
	require.Error(t, err)
	zeros := map[string]int{}
	for _, f := range list {
		if f.Code == "E322" {
			require.Contains(t, f.Rule, "zero often means missing")
			zeros[strings.Fields(f.What)[0]]++
		}
	}
	require.Equal(t, map[string]int{"PE10": 120 + 33, "Dividend": 36}, zeros)
	_, _, err = real(t, file, Options{Symbols: []string{"SP500"}})
	require.NoError(t, err)
	_, _, err = real(t, file, Options{Symbols: []string{"SP500", "Dividend"}, End: on(2023, 6, 1), Start: data.NoDate})
	require.NoError(t, err)
}

func TestRealEventWeekWithoutTrade(t *testing.T) {
	p, list, err := real(t, "messy_us_stocks/prices_wide.parquet", Options{Symbols: []string{"GE", "WMT"}, Start: on(2001, 8, 1), End: on(2001, 10, 31)})
	require.NoError(t, err)
	require.Empty(t, list, "a week is no hole: sessions are the dates in the data")
	require.Equal(t, on(2001, 9, 17), p.Date(sessionAt(t, p, on(2001, 9, 10))+1))
}

// likeSplits are the findings of steps that look like splits.
func likeSplits(list fault.List) (found fault.List) {
	for _, f := range list {
		if f.Code == "E337" {
			found = append(found, f)
		}
	}
	return found
}

// Real prices: adjusted closes of funds have no step that looks like a split, those of
// 69 single stocks ten in 54 years of sessions, all of them crashes and recoveries; raw
// closes have their splits.
func TestRealStepsLikeSplits(t *testing.T) {
	for path, want := range map[string][]string{
		"etf_returns_daily/index_derived.parquet":    nil,
		"monthly_1871/asset_classes_derived.parquet": nil,
		"us_stocks_daily/prices_wide.parquet":        {"T33: ", "T33: ", "T33: ", "T35: ", "T34: "},
		"messy_us_stocks/prices_wide.parquet":        {"BBY: ", "RRC: ", "AAPL: ", "AMD: ", "AMD: "},
	} {
		_, list, err := real(t, path, Options{Late: LateWait})
		require.Equal(t, want != nil, err != nil, path)
		found := likeSplits(list)
		require.Len(t, found, len(want), path)
		for i, f := range found {
			require.Contains(t, f.What, want[i])
			require.False(t, f.Warning)
		}
	}
	_, list, err := real(t, rawCloses, Options{Symbols: []string{"AAPL", "BAC", "EEM", "IWM", "SPY"}, Start: on(2004, 1, 2), End: on(2008, 12, 31)})
	require.Error(t, err)
	for _, split := range []string{
		"BAC: close 89.03 on 2004-08-27, 44.58 on 2004-08-30: x0.5007, x0.5045 beside the others' median step, like a split of 2:1",
		"AAPL: close 88.97 on 2005-02-25, 44.84 on 2005-02-28", "EEM: close 209.8 on 2005-06-08, 70.3 on 2005-06-09",
		"IWM: close 123.33 on 2005-06-08, 62.39 on 2005-06-09", "EEM: close 131.8 on 2008-07-23, 42.26 on 2008-07-24",
	} {
		says(t, list, "E337", split)
	}
	require.Len(t, likeSplits(list), 5)
}
