package experiment

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/internal/reference"
	"evenkeel/sim"
)

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return b
}

func parsed(t testing.TB, text string) *File {
	t.Helper()
	f, err := Parse("run.yaml", []byte(text))
	require.NoError(t, err)
	return f
}

func TestEverythingSimulated(t *testing.T) {
	f, err := Parse("runs/everything.yaml", testdata(t, "simulated.yaml"))
	require.NoError(t, err)
	require.Empty(t, f.Warnings)
	require.Equal(t, "everything simulated", f.Name)
	require.Equal(t, Data{
		Prices: "../prices/etf.parquet", Columns: Columns{"Date", "Ticker", "Adj Close", "Open", "Volume", ""},
		Start: data.NewDate(2006, 5, 8), End: data.NewDate(2022, 12, 30), Missing: "drop", PeriodsPerYear: 252, RiskFree: 0.015,
	}, f.Data)
	require.Equal(t, filepath.FromSlash("prices/etf.parquet"), f.PricesPath())
	require.Equal(t, Account{Cash: 2.5e6, Currency: "EUR", ReserveFraction: 0.005, OpeningTurnover: true}, f.Account)
	require.Equal(t, []Target{{"AGG", 0.3}, {"DBC", 0.1}, {"GLD", 0.1}, {"VNQ", 0.1}, {"VTI", 0.4}}, f.Targets)
	require.Equal(t, sim.NextOpen, f.Execution.Fill)
	require.Equal(t, "week ends", f.Base)
	require.Equal(t, "policy_targets", f.Reference)
	require.Equal(t, uint64(123), f.Seed)
	require.Len(t, f.Costs, 2)
	require.Len(t, f.Policies, 12)
	require.Equal(t, Execution{
		Fill: sim.NextOpen, Delay: 1, Window: data.Schedule{Days: 1<<1 | 1<<3 | 1<<5}, Settle: Settlement{2, []AssetSettlement{{"GLD", 1}}}, Unsettled: Bridge,
		Lot: 0.001, Minimum: 100, MaxTurnover: 0.2, Release: data.Schedule{Period: data.Quarter, Last: true}, Urgent: 0.3,
	}, f.Execution)
	require.Len(t, f.Restrictions, 2)
	require.Len(t, f.Flows, 4)
	require.Equal(t, []float64{500, 0, 10000, -12.5}, []float64{f.Flows[0].Amount, f.Flows[1].Amount, f.Flows[2].Amount, f.Flows[3].Amount})
	require.Equal(t, -0.01, f.Flows[1].Part)
	require.Equal(t, "week-ends", f.Policies[1].Slug)
	require.Equal(t, 500, f.Sweep.Points)
	require.Equal(t, "latin_hypercube", f.Sweep.Sample)
	require.Equal(t, []string{"2pp", "3pp", "{up: 4pp, down: 2pp}"}, f.Sweep.Axes[0].Values)
	require.Equal(t, "policies.absolute.band", f.Sweep.Axes[0].Path)
	require.Equal(t, []string{"0", "2.5", "5", "7.5", "10", "12.5", "15", "17.5", "20"}, f.Sweep.Axes[1].Values)
	for _, a := range f.Sweep.Axes {
		for _, v := range a.Values {
			_, err := f.With(a.Path, v)
			require.NoError(t, err, "%s = %s", a.Path, v)
		}
	}
}

func TestDefaults(t *testing.T) {
	f, err := Parse("dir/my-run.yaml", []byte("data: {prices: /srv/p.csv}\ntargets: {A: 1}\npolicies: {b: {strategy: calendar}, a: {strategy: buy_and_hold}}\n"))
	require.NoError(t, err)
	require.Equal(t, "my-run", f.Name)
	require.Equal(t, Data{Prices: "/srv/p.csv", Start: data.NoDate, End: data.NoDate, Missing: "error"}, f.Data)
	require.Equal(t, Account{Cash: 1e6, Currency: "USD", OpeningCost: true}, f.Account)
	require.Equal(t, "b", f.Base, "the first policy")
	require.Nil(t, f.Sweep)
	require.Contains(t, string(f.Canonical()), `"prices": "p.csv"`)
	require.NotContains(t, string(f.Canonical()), "/srv")
}

// The example of the experiment file: its grid is 10 x 10 x 3.
func TestExample(t *testing.T) {
	f, err := Parse("etf-bands.yaml", testdata(t, "etf-bands.yaml"))
	require.NoError(t, err)
	require.Equal(t, 300, f.Sweep.Points)
	require.Equal(t, []string{"5%", "10%", "15%", "20%", "25%", "30%", "35%", "40%", "45%", "50%"}, f.Sweep.Axes[0].Values)
	require.Equal(t, []string{"0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"}, f.Sweep.Axes[1].Values)
	require.Equal(t, []string{"session", "5 sessions", "21 sessions"}, f.Sweep.Axes[2].Values)
}

// Every key of the vocabulary is simulated. What it shows beside each other for the
// sake of completeness is odd, and said so.
func TestVocabulary(t *testing.T) {
	f, err := Parse("vocabulary.yaml", testdata(t, "vocabulary.yaml"))
	require.NoError(t, err)
	require.Equal(t, []string{
		"warning E130 line 7, column 12: data.actions is not used beside adjusted closes (splits and dividends are in adjusted closes already) Leave it out, or set data.kind: raw",
		"warning E130 line 8, column 14: data.dividends is not used beside adjusted closes (splits and dividends are in adjusted closes already) Leave it out, or set data.kind: raw",
		"warning E330 line 16, column 73: data.fx.currency: AGG, DBC, GLD, VNQ not named (an asset without a currency is quoted in the account's, USD) Name its currency",
	}, lines(f.Warnings))
}

// later are the vocabulary's words that nothing stands behind yet; each leaves this
// list with what simulates it.
var later = []string{
	"sessions", "date_format", "inflation", "crises", "cash_interest", "lots", "management_fee", "harvest", "dividends", "evidence",
}

// The binding vocabulary itself.
func TestBindingVocabulary(t *testing.T) {
	source, err := os.ReadFile(reference.Path(t, "vocabulary.yaml"))
	require.NoError(t, err)
	_, err = Parse("vocabulary.yaml", source)
	var unknown []string
	for _, f := range fault.Of(err) {
		if !f.Warning {
			require.Equal(t, "E103", f.Code, "%v", f)
			unknown = append(unknown, regexp.MustCompile(`unknown (?:key|cost model) "(.*?)"`).FindStringSubmatch(f.What)[1])
		}
	}
	require.Equal(t, later, unknown)
}

// Symbols stay what is written, whatever YAML makes of them.
func TestSymbolsStayTexts(t *testing.T) {
	symbols := []string{"NULL", "null", "NO", "TRUE", "ON", "~", "1e5", "0123", ".nan", "0x1F", "2006-01-01", "BRK.B", "^GSPC", "y", "=X"}
	var flow, block, listed []string
	for _, s := range symbols {
		flow = append(flow, s+": 4%")
		block = append(block, "  "+s+": 4%\n")
		listed = append(listed, s)
	}
	rest := `"quoted: key": 30%, 'single': 10%`
	for _, targets := range []string{
		"targets: {" + strings.Join(flow, ", ") + ", " + rest + "}\n",
		"targets:\n" + strings.Join(block, "") + "  \"quoted: key\": 30%\n  'single': 10%\n",
	} {
		text := "data: {prices: p.csv}\n" + targets +
			"costs: [{model: bps, rate: 1, assets: [" + strings.Join(listed, ", ") + "]}]\n" +
			"policies: {b: {strategy: bands, per_asset: {NULL: {band: 30%}, ~: {band: 30%}, 1e5: {rail: 1%}}}}\n"
		f := parsed(t, text)
		for _, s := range append(symbols, "quoted: key", "single") {
			require.Contains(t, f.Symbols(), s)
		}
		again := parsed(t, string(f.Canonical()))
		require.Equal(t, f.Symbols(), again.Symbols())
		require.Equal(t, string(f.Canonical()), string(again.Canonical()))
	}
}

func TestSlugs(t *testing.T) {
	f := parsed(t, "data: {prices: p.csv}\ntargets: {A: 1}\npolicies:\n"+
		"  a/b: {strategy: buy_and_hold}\n  a b: {strategy: buy_and_hold}\n  a-b: {strategy: buy_and_hold}\n  A-B: {strategy: buy_and_hold}\n"+
		"  ../../x: {strategy: buy_and_hold}\n  \"..\": {strategy: buy_and_hold}\n  ärger: {strategy: buy_and_hold}\n  日本: {strategy: buy_and_hold}\n")
	var slugs []string
	for _, p := range f.Policies {
		slugs = append(slugs, p.Slug)
	}
	require.Equal(t, []string{"a-b-3", "a-b-4", "a-b", "A-B-2", "x", "policy", "rger", "policy-2"}, slugs)
}

func TestSymbolsOfPrices(t *testing.T) {
	f := parsed(t, good)
	missing := f.Missing([]string{"AGG", "VTIX", "GLD"})
	require.Len(t, missing, 1)
	require.Equal(t, `E320 line 4, column 11: targets: no symbol "VTI" in p.parquet (3 symbols there) The nearest is "VTIX"`, line(missing[0]))
}

func panel(t testing.TB, symbols []string, sessions int, open bool) *data.Panel {
	t.Helper()
	var dates []data.Date
	var prices []float64
	for s := range sessions {
		dates = append(dates, data.NewDate(2006, 5, 1)+data.Date(s))
		for i := range symbols {
			prices = append(prices, 100+float64((s*(i+3))%17))
		}
	}
	opens := prices
	if !open {
		opens = nil
	}
	p, err := data.NewPanel(data.Adjusted, dates, symbols, prices, opens)
	require.NoError(t, err)
	return p
}

func TestBindRuns(t *testing.T) {
	f, err := Parse("everything.yaml", testdata(t, "simulated.yaml"))
	require.NoError(t, err)
	x, err := f.Bind(panel(t, []string{"VTI", "AGG", "QQQ", "GLD", "VNQ", "DBC"}, 600, true))
	require.NoError(t, err)
	require.Equal(t, []string{"AGG", "DBC", "GLD", "VNQ", "VTI"}, x.Panel.Symbols())
	require.Equal(t, "2006-05-08", x.Panel.Date(0).String())
	require.Equal(t, []float64{0.3, 0.1, 0.1, 0.1, 0.4}, x.Targets)
	require.Equal(t, 1, x.Base)
	require.Equal(t, 252.0, x.PeriodsPerYear)
	require.Equal(t, 0.015, x.RiskFree)
	require.Equal(t, 0.005, x.Terms.ReserveFraction)
	require.True(t, x.Terms.FreeOpening)
	require.True(t, x.Terms.OpeningTurnover)
	require.Len(t, x.Terms.Costs, 2)
	for _, p := range x.Policies {
		r, err := sim.NewRunner(x.Panel, 1, sim.KeepLog)
		require.NoError(t, err)
		require.NoError(t, r.Set(0, p.Mandate), p.Name)
		r.Run()
		require.Greater(t, r.Record(0).NAV[x.Panel.Sessions()-1], 0.0)
	}
}

func TestBindFindings(t *testing.T) {
	f := parsed(t, strings.Replace(good, "next_close", "next_open", 1))
	_, err := f.Bind(panel(t, []string{"AGG", "GLDX", "SPY", "VTI"}, 30, false))
	var got []string
	for _, x := range fault.Of(err) {
		got = append(got, line(x))
		require.NotEmpty(t, x.Excerpt)
	}
	require.Equal(t, []string{
		`E320 line 4, column 31: targets: no symbol "GLD" in p.parquet (4 symbols there) The nearest is "GLDX"`,
		`E316 line 6, column 19: execution.fill: next_open, and p.parquet has no opens (next_open fills at opens) Name their column in data.columns.open, or fill at the next close`,
	}, got)

	all := []string{"AGG", "GLD", "VTI"}
	late := parsed(t, strings.Replace(good, "2006-05-08", "2020-01-01", 1))
	_, err = late.Bind(panel(t, all, 30, false))
	require.Equal(t, `E111 line 2, column 34: data.start 2020-01-01 is after the last session (the data run from 2006-05-01 to 2006-05-30) Write an earlier date, or leave the key out`, line(fault.Of(err)[0]))
	early := parsed(t, strings.NewReplacer("2006-05-08", "1999-01-01", "2022-12-30", "2000-12-30").Replace(good))
	_, err = early.Bind(panel(t, all, 30, false))
	require.Contains(t, line(fault.Of(err)[0]), "E111 line 2, column 51: data.end 2000-12-30 is before the first session")
	before := parsed(t, strings.Replace(good, "2006-05-08", "1999-01-01", 1))
	x, err := before.Bind(panel(t, all, 30, false))
	require.NoError(t, err)
	require.Contains(t, line(x.Warnings[0]), "warning E111 line 2, column 34: data.start 1999-01-01 is before the first session")
}

func TestStarter(t *testing.T) {
	f := parsed(t, Starter)
	require.Empty(t, f.Warnings)
	p := data.Synthetic()
	require.Equal(t, p.Symbols(), f.Symbols())
	x, err := f.Bind(p)
	require.NoError(t, err)
	require.Empty(t, x.Warnings)
	require.Equal(t, "never", x.Policies[x.Base].Name)
	require.True(t, strings.HasPrefix(Starter, "# yaml-language-server: $schema=evenkeel.schema.json\n"))
}
