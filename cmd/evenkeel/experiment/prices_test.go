package experiment

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/data/fault"
	"evenkeel/sim"
)

// withData is the small experiment with more keys of data.
func withData(keys string) string {
	return strings.Replace(small, "{prices: p.csv}", "{prices: p.csv, "+keys+"}", 1)
}

// quoted reads an experiment's files and prices and binds them.
func quotedPrices(t testing.TB, text string, files map[string]string) (*Experiment, fault.List, error) {
	t.Helper()
	f, err := folder(t, text, files)
	if err != nil {
		return nil, nil, err
	}
	if err := f.Load(context.Background(), columnar.Files{}); err != nil {
		return nil, nil, err
	}
	p, src, err := columnar.ReadPanel(context.Background(), f.PricesPath(), f.PriceOptions())
	if err != nil {
		return nil, nil, err
	}
	x, err := f.Bind(p)
	if err != nil {
		return nil, nil, err
	}
	return x, append(src.Warnings, x.Warnings...), nil
}

func TestPriceKeys(t *testing.T) {
	f := parsed(t, withData("kind: raw, actions: a.csv, dividends: reinvest, missing: ffill, late: wait, ended: {price: 12.5}, risk_free: rf.csv, columns: {spread: HS}, fx: {rates: ecb.csv, quote: account_currency_per_unit, currency: {B: EUR, A: USD}}"))
	require.Equal(t, Data{
		Prices: "p.csv", Columns: Columns{Spread: "HS"}, Kind: data.Raw, Actions: "a.csv", Dividends: Reinvest, Start: data.NoDate, End: data.NoDate,
		Missing: "ffill", Late: LateWait, Ended: EndedPrice, EndPrice: 12.5, RiskFreeFile: "rf.csv",
		FX: &FX{Rates: "ecb.csv", Quote: AccountPerUnit, Currency: []Quoted{{"A", "USD"}, {"B", "EUR"}}},
	}, f.Data)
	require.Empty(t, f.Warnings)
	o := f.PriceOptions()
	require.Equal(t, columnar.Options{Columns: columnar.Columns{Spread: "HS"}, Symbols: []string{"A", "B"}, Start: data.NoDate, End: data.NoDate,
		Kind: data.Raw, KindGiven: true, Missing: "ffill", Late: "wait", Ended: "price"}, o)
	for _, words := range []string{"ended: last", "ended: zero", "ended: error", "late: redistribute", "late: error", "missing: drop", "risk_free: 2%"} {
		require.Empty(t, parsed(t, withData(words)).Warnings)
	}
	for keys, want := range map[string][2]bool{
		"execution: {participation: 10%}":               {true, false},
		"costs: [{model: square_root}]":                 {true, false},
		"costs: [{model: half_spread, column: spread}]": {false, true},
		"costs: [{model: half_spread, rate: 2}]":        {false, false},
	} {
		o := parsed(t, small+keys+"\n").PriceOptions()
		require.Equal(t, want, [2]bool{o.Volume, o.Spread}, keys)
	}
}

// What the keys of prices say has one form, read again it gives itself, and the
// schema takes both.
func TestPriceKeysAreCanonical(t *testing.T) {
	s := schema(t)
	for _, keys := range []string{
		"kind: raw, actions: a.csv, dividends: reinvest", "kind: raw, actions: sub/a.parquet", "missing: ffill", "late: wait, ended: {price: 1.50e1}",
		"late: redistribute, ended: zero", "risk_free: rf.csv", "risk_free: 2.50%", "fx: {rates: e.csv, quote: units_per_account_currency, currency: {B: EUR, A: USD}}",
		"columns: {spread: HS, volume: Vol}",
	} {
		f := parsed(t, withData(keys))
		first := f.Canonical()
		require.Equal(t, string(first), string(parsed(t, string(first)).Canonical()), keys)
		require.NoError(t, s.Validate(document(t, withData(keys))), keys)
		require.NoError(t, s.Validate(document(t, string(first))), keys)
	}
	hash := func(keys string) string { return parsed(t, withData(keys)).Hash() }
	require.Equal(t, hash("ended: {price: 15}"), hash("ended: {price: 1.5e1}"))
	require.Equal(t, hash("kind: raw, actions: a.csv"), hash("dividends: cash, actions: x/a.csv, kind: raw"))
	require.Equal(t, hash("fx: {rates: e.csv, quote: units_per_account_currency, currency: {A: EUR, B: USD}}"), hash("fx: {currency: {B: USD, A: EUR}, quote: units_per_account_currency, rates: e.csv}"))
	require.NotEqual(t, hash("fx: {rates: e.csv, quote: units_per_account_currency, currency: {A: EUR, B: USD}}"), hash("fx: {rates: e.csv, quote: account_currency_per_unit, currency: {A: EUR, B: USD}}"))
	require.NotContains(t, string(parsed(t, small).Canonical()), "dividends")
	require.Contains(t, string(parsed(t, withData("kind: raw, actions: a.csv")).Canonical()), `"dividends": "cash"`)
	for _, keys := range []string{
		"ended: {price: -1}", "ended: {at: 1}", "ended: soon", "late: later", "missing: skip", "dividends: keep", "kind: clean",
		"fx: {rates: e.csv, currency: {A: USD}}", "fx: {quote: units_per_account_currency, currency: {A: USD}}", "fx: {rates: e.csv, quote: per_unit, currency: {A: USD}}",
		"fx: {rates: e.csv, quote: units_per_account_currency, currency: {}}", "fx: {rates: e.csv, quote: units_per_account_currency}", "fx: {rates: e.csv, quote: units_per_account_currency, currency: {A: usd}}",
	} {
		require.Error(t, s.Validate(document(t, withData(keys))), keys)
		_, err := Parse("run.yaml", []byte(withData(keys)))
		require.Error(t, err, keys)
	}
}

func TestPriceFindings(t *testing.T) {
	for keys, want := range map[string]string{
		"kind: raw":           `E132 line 1, column 29: data: key "actions" is missing (raw closes need their splits and dividends)`,
		"actions: a.csv":      "E130 line 1, column 32: data.actions beside closes of no kind (closes are adjusted unless data.kind says otherwise",
		"dividends: cash":     "E130 line 1, column 34: data.dividends beside closes of no kind",
		"ended: {price: ten}": `E105 line 1, column 38: data.ended`,
		"ended: {price: -1}":  "E105 line 1, column 38: data.ended.price -1: must be 0 to 1e+12",
		"ended: {}":           "E105 line 1, column 30: data.ended: want one of error, last, zero, or {price: 12.5}",
		"ended: soon":         `E103 line 1, column 30: data.ended: unknown ended "soon" (one of error, last, zero)`,
		"late: later":         `E103 line 1, column 29: data.late: unknown late "later" (one of error, wait, redistribute)`,
		"risk_free: 3":        "E105 line 1, column 34: data.risk_free 3: must be -1 to 1",
		"risk_free: ":         "E107 line 1, column 32: data.risk_free: nothing is given",
		"fx: {}":              `E132 line 1, column 27: data.fx: key "rates" is missing`,
		"fx: none":            "E105 line 1, column 27: data.fx: want a map with the keys rates, quote, currency",
		"fx: {rates: e.csv, quote: units_per_account_currency, currency: {A: GBp, B: GBP}}":    `E331 line 1, column 91: data.fx.currency.A: "GBp" is a part of a currency (prices are in whole units of a currency) Bring the prices to the whole unit (100 GBp = 1 GBP), and name that`,
		"fx: {rates: e.csv, quote: units_per_account_currency, currency: {A: GBX, B: GBP}}":    `E331 line 1, column 91: data.fx.currency.A: "GBX" is a part of a currency`,
		"fx: {rates: e.csv, quote: units_per_account_currency, currency: {A: dollar, B: GBP}}": `E105 line 1, column 91: data.fx.currency.A: want the code of a currency such as USD, got "dollar"`,
		"fx: {rates: e.csv, quote: units_per_account_currency, currency: {A: USD, C: USD}}":    `E320 line 1, column 96: data.fx.currency: no asset "C"`,
		"fx: {rates: e.csv, quote: units_per_account_currency, currency: {A: EUR}}":            "warning E330 line 1, column 87: data.fx.currency: B not named (an asset without a currency is quoted in the account's, USD) Name its currency",
	} {
		f, err := Parse("run.yaml", []byte(withData(keys)))
		list := fault.Of(err)
		if err == nil {
			list = f.Warnings
		}
		require.NotEmpty(t, list, keys)
		require.Contains(t, strings.Join(lines(list), "\n"), want, keys)
	}
}

const rawPrices = "date,symbol,close\n2020-01-01,A,100\n2020-01-01,B,10\n2020-01-02,A,50\n2020-01-02,B,11\n2020-01-03,A,49\n2020-01-03,B,12\n2020-01-06,A,25\n2020-01-06,B,13\n"

func TestActionsOfAFile(t *testing.T) {
	text := withData("kind: raw, actions: a.csv, dividends: reinvest")
	for name, content := range map[string]string{
		"plain":    "date,symbol,split,dividend\n2020-01-02,A,2,\n2020-01-03,A,,0.5\n2020-01-04,A,2,0.1\n2020-01-06,C,9,\n2020-01-03,B,1,0\n",
		"by words": "Dividends,Stock Splits,Ticker,Date\n0.1,2,A,2020-01-04\n,2,A,2020-01-02\n0.5,1,A,2020-01-03\n",
	} {
		x, warnings, err := quotedPrices(t, text, map[string]string{"p.csv": rawPrices, "a.csv": content})
		require.NoError(t, err, name)
		require.Empty(t, warnings)
		require.Equal(t, data.Raw, x.Panel.Kind())
		require.Equal(t, []data.Action{{Session: 1, Asset: 0, Split: 2}, {Session: 2, Asset: 0, Split: 1, Dividend: 0.5}, {Session: 3, Asset: 0, Split: 2, Dividend: 0.1}}, x.Panel.Actions(), name)
		require.True(t, x.Terms.Reinvest)
		require.Equal(t, "a.csv", x.File.Inputs()[0].File)
	}
	// Splits that the closes do not show are doubted.
	_, warnings, err := quotedPrices(t, text, map[string]string{"p.csv": rawPrices, "a.csv": "date,symbol,split\n2020-01-02,A,2\n2020-01-03,B,3\n"})
	require.NoError(t, err)
	require.Len(t, warnings, 1)
	require.Contains(t, warnings.Error(), "E323")
	require.Contains(t, warnings.Error(), "data.actions: B 2020-01-03 has a split of 3, and its close goes x1.091")
	for content, want := range map[string]string{
		"date,symbol,split\n2020-01-02,A,0\n":                              "E322 a.csv row 1: split 0 (between 1e-06 and 1e+06). Leave the cell empty where there is no split",
		"date,symbol,dividend\n2020-01-02,A,-1\n":                          "E322 a.csv row 1: dividend -1 (between 0 and 1e+12)",
		"date,symbol,split,dividend\n2020-01-02,A,2,1\n2020-01-02,A,2,1\n": "E311 a.csv line 3: A 2020-01-02 twice, before at row 1",
		"date,symbol,split\n2020-01-02,A,1e7\n":                            "E322 a.csv row 1: split 10000000 (between 1e-06 and 1e+06)",
		"date,symbol,split\n2020-01-02,A,1e-7\n":                           "E322 a.csv row 1: split 1e-07 (between 1e-06 and 1e+06)",
		"date,symbol,split\n2020-01-02,A,1e6\n2020-01-02,A,10\n":           "A 2020-01-02: the actions that meet there are a split of 1e+07",
		"date,symbol,dividend\n2020-01-02,A,1e12\n":                        "E322 a.csv row 1: A 2020-01-02: a dividend of 1e+12 for a share whose close before it is 100 (at most 10 times that close)",
		"date,split\n2020-01-02,2\n":                                       `data.actions: a.csv: no column "symbol"`,
		"date,symbol,ratio\n2020-01-02,A,2\n":                              `data.actions: a.csv: no column "split"`,
		"date,symbol,split\n2020-01-02,A,two\n":                            `E317 a.csv row 1: "two" in column "split" is not a finite number`,
		"date,symbol,split\n2020-13-02,A,2\n":                              "E317",
	} {
		_, _, err := quotedPrices(t, text, map[string]string{"p.csv": rawPrices, "a.csv": content})
		require.Error(t, err, content)
		require.Contains(t, strings.ReplaceAll(err.Error(), "line 2", "row 1"), want)
	}
	// Explicitly adjusted closes do not even read them.
	x, warnings, err := quotedPrices(t, withData("kind: adjusted, actions: none.csv"), map[string]string{"p.csv": rawPrices})
	require.NoError(t, err)
	require.Contains(t, warnings.Error(), "data.actions is not used beside adjusted closes")
	require.Empty(t, x.Panel.Actions())
}

// uneven prices: B lists on the second session, C ends after the third.
const uneven = `date,symbol,close
2020-01-01,A,10
2020-01-01,C,30
2020-01-02,A,11
2020-01-02,B,20
2020-01-02,C,31
2020-01-03,A,12
2020-01-03,B,21
2020-01-03,C,32
2020-01-06,A,13
2020-01-06,B,22
2020-01-07,A,14
2020-01-07,B,23
`

func threeAssets(keys string) string {
	return strings.Replace(withData(keys), "{A: 60%, B: 40%}", "{A: 50%, B: 30%, C: 20%}", 1)
}

func TestLateAndEnded(t *testing.T) {
	prices := map[string]string{"p.csv": uneven}
	_, _, err := quotedPrices(t, threeAssets("missing: error"), prices)
	require.ErrorContains(t, err, "B first priced 2020-01-02")
	require.ErrorContains(t, err, "C last priced 2020-01-03")

	near := func(want, got []float64) { require.InDeltaSlice(t, want, got, 1e-15) }
	x, warnings, err := quotedPrices(t, threeAssets("late: wait, ended: last"), prices)
	require.NoError(t, err)
	require.Len(t, warnings, 1, "an end may be a mistake in the data")
	require.Equal(t, []float64{0.5, 0.3, 0.2}, x.Targets, "what waits keeps its share")
	require.Equal(t, []sim.Listing{{Session: 1, Asset: 1}}, x.Listings)
	require.Equal(t, []sim.Ending{{Session: 3, Asset: 2, Price: 32}}, x.Endings)
	require.Len(t, x.Changes, 1)
	require.Equal(t, 3, x.Changes[0].Session)
	near([]float64{0.625, 0.375, 0}, x.Changes[0].Targets)
	m := x.Policies[0].Mandate
	require.Equal(t, x.Listings, m.Listings)
	require.Equal(t, x.Endings, m.Endings)

	x, _, err = quotedPrices(t, threeAssets("late: redistribute, ended: zero"), prices)
	require.NoError(t, err)
	near([]float64{5.0 / 7, 0, 2.0 / 7}, x.Targets)
	require.Empty(t, x.Listings)
	require.Equal(t, []sim.Ending{{Session: 3, Asset: 2}}, x.Endings)
	require.Len(t, x.Changes, 2)
	require.Equal(t, sim.Change{Session: 1, Targets: []float64{0.5, 0.3, 0.2}}, x.Changes[0])
	near([]float64{0.625, 0.375, 0}, x.Changes[1].Targets)

	x, _, err = quotedPrices(t, threeAssets("late: wait, ended: {price: 12.5}"), prices)
	require.NoError(t, err)
	require.Equal(t, 12.5, x.Endings[0].Price)
}

// A schedule goes on underneath: its shares are spread over those that live.
func TestLivesUnderASchedule(t *testing.T) {
	text := strings.Replace(threeAssets("late: redistribute, ended: last"), "targets: {A: 50%, B: 30%, C: 20%}",
		"target_schedule: {2020-01-01: {A: 50%, B: 50%}, 2020-01-03: {A: 50%, C: 50%}, 2020-01-07: {B: 80%, C: 20%}}", 1)
	x, _, err := quotedPrices(t, text, map[string]string{"p.csv": uneven})
	require.NoError(t, err)
	require.Equal(t, []float64{1, 0, 0}, x.Targets)
	require.Equal(t, []sim.Change{
		{Session: 1, Targets: []float64{0.5, 0.5, 0}}, // B is listed
		{Session: 2, Targets: []float64{0.5, 0, 0.5}}, // the schedule
		{Session: 3, Targets: []float64{1, 0, 0}},     // C has ended
		{Session: 4, Targets: []float64{0, 1, 0}},     // the schedule, without C
	}, x.Changes)

	nobody := strings.Replace(text, "2020-01-07: {B: 80%, C: 20%}", "2020-01-07: {C: 100%}", 1)
	_, _, err = quotedPrices(t, nobody, map[string]string{"p.csv": uneven})
	require.ErrorContains(t, err, "no asset that has a share is listed on 2020-01-07")
}

// Somebody must be there from the first session on, even if others wait.
func TestNobodyIsListed(t *testing.T) {
	for _, late := range []string{"wait", "redistribute"} {
		text := strings.Replace(threeAssets("ended: last, late: "+late), "{A: 50%, B: 30%, C: 20%}", "{A: 0%, B: 100%}", 1)
		_, _, err := quotedPrices(t, text, map[string]string{"p.csv": uneven})
		require.ErrorContains(t, err, "no asset that has a share is listed on 2020-01-01", late)
	}
}

// A panel may be longer than the period: what ends before it, or lists after it, is
// not there.
func TestLivesOutsideThePeriod(t *testing.T) {
	table := days(t, 30, "A", "B").Table()
	table.Kind = data.Raw
	for life, code := range map[[2]int]string{{0, 5}: "E328", {25, 30}: "E328", {0, 12}: "E327", {12, 30}: "E326"} {
		table.Lives = [][2]int{{0, 30}, life}
		p, err := data.Make(table)
		require.NoError(t, err)
		for _, keys := range []string{"late: wait, ended: last", "late: redistribute, ended: {price: 1}", "late: error"} {
			f := loadedIn(t, withData("kind: raw, actions: a.csv, start: 2020-01-10, end: 2020-01-20, "+keys), map[string]string{"a.csv": "date,symbol,dividend\n2020-01-15,B,1\n2020-01-16,A,1\n"})
			_, err := f.Bind(p)
			if code == "E328" || keys == "late: error" {
				require.ErrorContains(t, err, code)
			} else {
				require.NoError(t, err)
			}
		}
	}
}

// Without late listings and ends nothing is added, whatever the policies.
func TestLivesThatAreWhole(t *testing.T) {
	x, _, err := quotedPrices(t, withData("late: redistribute, ended: zero, missing: ffill"), map[string]string{"p.csv": rawPrices})
	require.NoError(t, err)
	require.Equal(t, []float64{0.6, 0.4}, x.Targets)
	require.Empty(t, x.Changes)
	require.Empty(t, x.Listings)
	require.Empty(t, x.Endings)
}

func TestActionsAfterTheLastPrice(t *testing.T) {
	_, warnings, err := quotedPrices(t, threeAssets("kind: raw, actions: a.csv, late: wait, ended: last"), map[string]string{"p.csv": uneven, "a.csv": "date,symbol,dividend\n2020-01-04,C,1\n2020-01-06,C,1\n2020-01-08,C,1\n"})
	require.NoError(t, err)
	require.Contains(t, warnings.Error(), "data.actions: C of 2020-01-04 comes after its last price, 2020-01-03 (it is left out)")
}

func TestRiskFreeFile(t *testing.T) {
	text := withData("risk_free: rf.csv")
	x, _, err := quotedPrices(t, text, map[string]string{"p.csv": rawPrices, "rf.csv": "date,rate\n2020-01-03,4%\n2019-12-15,0.01\n2020-01-06,1\n"})
	require.NoError(t, err)
	require.InDelta(t, (0.01+0.01+0.04)/3, x.RiskFree, 1e-15, "the rate in force at the close before each session")
	for content, want := range map[string]string{
		"date,rate\n2020-01-02,0.01\n":              "E111",
		"date,rate\n2019-01-02,5.33\n":              "A rate of 5 percent is 0.05 or 5%",
		"date,rate\n2019-01-02,\n":                  "rate is empty",
		"date,rate\n2019-01-02,1%\n2019-01-02,1%\n": "E311",
		"date,yield\n2019-01-02,1%\n":               `no column "rate"`,
	} {
		_, _, err := quotedPrices(t, text, map[string]string{"p.csv": rawPrices, "rf.csv": content})
		require.ErrorContains(t, err, want)
	}
}

// The keys for what files hold: rows twice, texts for nothing, instants. They stand in
// the canonical text where they are given, and are no axes.
func TestFlawsOfTheFileThatKeysAllow(t *testing.T) {
	text := `data: {prices: p.csv, duplicates: last, null_values: [N/A, "-"], timezone: America/New_York}
targets: {A: 100%}
policies: {never: {strategy: buy_and_hold}}
`
	f, err := Parse("x.yaml", []byte(text))
	require.NoError(t, err)
	o := f.PriceOptions()
	require.Equal(t, []any{"last", []string{"N/A", "-"}, "America/New_York"}, []any{o.Duplicates, o.NullValues, o.Timezone})
	canonical := f.Canonical()
	for _, want := range []string{`"duplicates": "last"`, `"timezone": "America/New_York"`, `"N/A"`} {
		require.Contains(t, string(canonical), want)
	}
	_, err = Parse("x.yaml", []byte(text+"sweep: {policy: never, axes: {data.duplicates: [first, last]}}\n"))
	require.ErrorContains(t, err, "cannot be swept")
	_, err = Parse("x.yaml", []byte(strings.Replace(text, "duplicates: last", "duplicates: lst", 1)))
	require.ErrorContains(t, err, `Did you mean "last"?`)
}
