package experiment

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/internal/reference"
)

// inEuros is the small experiment of an account in euros with prices in other
// currencies.
func inEuros(quote, currencies string) string {
	return withData("fx: {rates: fx.csv, quote: "+quote+", currency: {"+currencies+"}}") + "account: {currency: EUR}\n"
}

func TestPricesInOtherCurrencies(t *testing.T) {
	// rawPrices are of 1, 2, 3 and 6 January: A 100, 50, 49, 25 and B 10, 11, 12, 13.
	want := [][2]float64{{80, 10}, {40, 11}, {24.5, 12}, {12.5, 13}}
	for name, c := range map[string]struct{ quote, rates string }{
		"units":       {"units_per_account_currency", "date,GBP,USD\n2020-01-03,9,2\n2019-12-28,9,1.25\n2020-01-07,9,500\n"},
		"long":        {"units_per_account_currency", "date,currency,rate\n2020-01-03,USD,2\n2019-12-28,USD,1.25\n2020-01-03,ZZZ,2\n"},
		"the account": {"account_currency_per_unit", "date,USD,EUR\n2019-12-28,0.8,1\n2020-01-01,,\n2020-01-03,0.5,1\n"},
	} {
		x, warnings, err := quotedPrices(t, inEuros(c.quote, "A: USD, B: EUR"), map[string]string{"p.csv": rawPrices, "fx.csv": c.rates})
		require.NoError(t, err, name)
		require.Empty(t, warnings)
		for s, row := range want {
			require.InDeltaSlice(t, row[:], x.Panel.Close(s), 1e-13, "%s, session %d", name, s)
		}
		require.Equal(t, "fx.csv", x.File.Inputs()[0].File)
	}
}

// Dividends are converted with the rate of their session, splits are not, and an
// asset's end at a price in its own currency.
func TestActionsInOtherCurrencies(t *testing.T) {
	text := strings.Replace(threeAssets("kind: raw, actions: a.csv, late: wait, ended: {price: 10}, fx: {rates: fx.csv, quote: account_currency_per_unit, currency: {A: USD, B: EUR, C: GBP}}"), "policies", "account: {currency: EUR}\npolicies", 1)
	x, _, err := quotedPrices(t, text, map[string]string{"p.csv": uneven, "a.csv": "date,symbol,split,dividend\n2020-01-03,A,2,1\n2020-01-03,B,,1\n",
		"fx.csv": "date,USD,GBP\n2020-01-01,2,3\n2020-01-03,4,5\n2020-01-06,6,\n"})
	require.NoError(t, err)
	require.Equal(t, []data.Action{{Session: 2, Asset: 0, Split: 2, Dividend: 4}, {Session: 2, Asset: 1, Split: 1, Dividend: 1}}, x.Panel.Actions())
	require.Equal(t, []float64{20, 20, 90}, x.Panel.Close(0))
	require.Equal(t, []float64{13 * 6, 22, 32 * 5}, x.Panel.Close(3), "C stands at its last price in euros")
	require.Equal(t, 50.0, x.Endings[0].Price)
}

func TestRatesThatAreNotThere(t *testing.T) {
	for _, c := range []struct{ currency, rates, want string }{
		{"A: USD, B: EUR", "date,GBP\n2020-01-01,1\n", `line 1, column 92: data.fx: no rates of USD in fx.csv (have GBP)`},
		{"A: USD, B: EUR", "date,USD\n2020-01-02,1\n", "data.fx: no EUR/USD rate on or before 2020-01-01 (the first is of 2020-01-02)"},
		{"A: USD, B: EUR", "date,USD\n2019-12-25,1\n2020-02-01,1\n", "data.fx: no EUR/USD rate for 2020-01-06, the last is of 2019-12-25 (a rate is good for 10 days, and none is taken from later)"},
		{"A: USD, B: EUR", "date,USD\n2019-12-20,1\n", "data.fx: no EUR/USD rate for 2020-01-01, the last is of 2019-12-20 (4 sessions without)"},
		{"A: USD, B: EUR", "date,USD,EUR\n2019-12-31,1,1.1\n", "line 1, column 50: data.fx: EUR, the account's currency, has a rate of 1.1 on 2019-12-31"},
		{"A: USD, B: EUR", "date,USD\n2019-12-31,0\n", "E322 fx.csv line 2: the rate of USD is 0 on 2019-12-31"},
		{"A: USD, B: EUR", "date,USD\n2019-12-31,1\n2019-12-31,2\n", "E311 fx.csv line 3: USD 2019-12-31 twice"},
		{"A: USD, B: EUR", "date,USD\n2019-12-31,N/A\n2020-01-02,1.5\n", `E317 fx.csv line 2: "N/A" in column "USD" is not a finite number`},
		{"A: USD, B: EUR", "date,USD\n2019-12-31,1e12\n", "data.fx: A 2020-01-01: price 1e-10"},
		{"A: USD, B: EUR", "date,USD\n", "E302"},
	} {
		_, _, err := quotedPrices(t, inEuros("units_per_account_currency", c.currency), map[string]string{"p.csv": rawPrices, "fx.csv": c.rates})
		require.ErrorContains(t, err, c.want)
	}
	// What is wrong with currencies that nobody needs is nobody's error.
	_, _, err := quotedPrices(t, inEuros("units_per_account_currency", "A: USD, B: EUR"), map[string]string{"p.csv": rawPrices, "fx.csv": "date,USD,TRL\n2019-12-31,1,N/A\n"})
	require.NoError(t, err)
}

// rates of the European Central Bank, where they are at hand: units for a euro.
func ecb(t *testing.T) string {
	t.Helper()
	return reference.Beside(t, "data", "fx_ecb_daily", "rates_clean.parquet")
}

// weekly are prices of A and B, always 100, every seventh day.
func weekly(from data.Date, weeks int) string {
	text := "date,symbol,close\n"
	for w := range weeks {
		day := (from + data.Date(7*w)).String()
		text += day + ",A,100\n" + day + ",B,100\n"
	}
	return text
}

// euros binds prices of A in a currency to the real rates.
func euros(t *testing.T, code string, from data.Date, weeks int) (*Experiment, error) {
	t.Helper()
	text := strings.Replace(inEuros("units_per_account_currency", "A: "+code+", B: EUR"), "fx.csv", ecb(t), 1)
	x, _, err := quotedPrices(t, text, map[string]string{"p.csv": weekly(from, weeks)})
	return x, err
}

// 100 dollars in euros, by the rates of the day or the last one before it. Given the
// other way round the rates make the same panel.
func TestRealRatesOfTheDollar(t *testing.T) {
	x, err := euros(t, "USD", data.NewDate(1999, 1, 9), 1300) // Saturdays
	require.NoError(t, err)
	require.InDelta(t, 100/1.1659, x.Panel.Close(0)[0], 1e-9, "of Friday 8 January 1999")
	require.Equal(t, 100.0, x.Panel.Close(0)[1])
	rates := "date,USD\n"
	table := x.File.contents(fxFile, ecb(t)).rates["USD"]
	for i, d := range table.dates {
		rates += d.String() + "," + syntax.Shortest(1/table.values[i]) + "\n"
	}
	turned, _, err := quotedPrices(t, inEuros("account_currency_per_unit", "A: USD, B: EUR"), map[string]string{"p.csv": weekly(data.NewDate(1999, 1, 9), 1300), "fx.csv": rates})
	require.NoError(t, err)
	for k, v := range x.Panel.Closes() {
		require.InEpsilon(t, v, turned.Panel.Closes()[k], 4e-16)
	}
	for s := range x.Panel.Sessions() {
		rate, at, _ := table.on(x.Panel.Date(s))
		require.LessOrEqual(t, at, x.Panel.Date(s), "never from the future")
		require.InEpsilon(t, 100/rate, x.Panel.Close(s)[0], 4e-16)
	}
}

func TestRealEventKronaHole(t *testing.T) {
	_, err := euros(t, "ISK", data.NewDate(2008, 11, 1), 20)
	require.ErrorContains(t, err, "E330")
	require.ErrorContains(t, err, "data.fx: no EUR/ISK rate for 2008-12-20, the last is of 2008-12-09 (13 sessions without)")
	_, err = euros(t, "ISK", data.NewDate(2018, 1, 27), 2)
	require.ErrorContains(t, err, "no EUR/ISK rate for 2018-01-27, the last is of 2008-12-09", "and none of 1 February 2018")
	x, err := euros(t, "ISK", data.NewDate(2018, 2, 3), 50)
	require.NoError(t, err)
	require.InDelta(t, 0.8, x.Panel.Close(0)[0], 0.05)
}

func TestRealEventKunaEnds(t *testing.T) {
	_, err := euros(t, "HRK", data.NewDate(2022, 12, 3), 10)
	require.ErrorContains(t, err, "data.fx: no EUR/HRK rate for 2023-01-14, the last is of 2022-12-30")
	_, err = euros(t, "HRK", data.NewDate(2005, 3, 26), 3)
	require.ErrorContains(t, err, "no EUR/HRK rate on or before 2005-03-26 (the first is of 2005-04-01)")
}

// A new lira is a million old ones: two currencies, and neither goes on as the other.
func TestRealEventLiraLosesSixZeros(t *testing.T) {
	old, err := euros(t, "TRL", data.NewDate(2004, 12, 4), 4)
	require.NoError(t, err)
	young, err := euros(t, "TRY", data.NewDate(2005, 1, 8), 4)
	require.NoError(t, err)
	ratio := young.Panel.Close(0)[0] / old.Panel.Close(3)[0]
	require.InDelta(t, 6, math.Log10(ratio), 0.02)
	_, err = euros(t, "TRY", data.NewDate(2005, 1, 1), 4)
	require.ErrorContains(t, err, "no EUR/TRY rate on or before 2005-01-01 (the first is of 2005-01-03)")
	_, err = euros(t, "TRL", data.NewDate(2004, 12, 25), 8)
	require.ErrorContains(t, err, "no EUR/TRL rate for 2005-01-15, the last is of 2004-12-31")
}
