package experiment

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim"
)

// Holdings are shares, or what money is worth at the first close, rounded to the
// hundred-millionth of a share; what is not named is not held, and there is no
// cash unless it is given.
func TestHoldings(t *testing.T) {
	p := days(t, 30, "A", "B", "C") // at 100
	for _, c := range []struct {
		account string
		cash    float64
		want    []sim.Units
	}{
		{"{holdings: {A: 100 shares, B: 20000 USD}}", 0, []sim.Units{100e8, 200e8}},
		{"{cash: 5, holdings: {B: 0.5 share}}", 5, []sim.Units{0, 0.5e8}},
		{"{cash: 0, holdings: {A: 1e-8 shares}}", 0, []sim.Units{1, 0}},
		{"{currency: EUR, holdings: {A: 0.3333333333 EUR}}", 0, []sim.Units{333333, 0}},
		{"{currency: EUR, holdings: {A: 0.01 EUR}, cash_reserve: 500}", 0, []sim.Units{10000, 0}},
		{"{holdings: {A: 1 shares, B: 3 share}}", 0, []sim.Units{1e8, 3e8}},
	} {
		text := small + "account: " + c.account + "\n"
		f := parsed(t, text)
		x := bound(t, f, p)
		require.Equal(t, c.want, x.Holdings, c.account)
		require.Equal(t, c.want, x.Policies[0].Mandate.Holdings)
		require.Equal(t, c.want, x.Mandate(x.Policies[0].Made).Holdings, "twins have them, too")
		require.Equal(t, c.cash, x.Policies[0].Mandate.Cash)
		again := parsed(t, string(f.Canonical()))
		require.Equal(t, f.Account, again.Account)
		require.Equal(t, string(f.Canonical()), string(again.Canonical()))
		require.NoError(t, schema(t).Validate(document(t, text)), text)
		require.NoError(t, schema(t).Validate(document(t, string(f.Canonical()))), text)
	}
	plain := bound(t, parsed(t, small), p)
	require.Nil(t, plain.Holdings)
	require.Equal(t, 1e6, plain.Policies[0].Mandate.Cash)
	changed, err := parsed(t, small).With("account.holdings", "{A: 7 shares}")
	require.NoError(t, err)
	require.Zero(t, changed.Account.Cash)
	require.Contains(t, string(changed.Canonical()), `"A": "7 shares"`)
}

// An asset is held that no target wants: it has a target of 0.
func TestHoldingsWithoutTarget(t *testing.T) {
	text := strings.Replace(small, "B: 40%", "B: 40%, C: 0", 1)
	x := bound(t, parsed(t, text+"account: {holdings: {C: 10 shares}}\n"), days(t, 30, "A", "B", "C"))
	require.Equal(t, []float64{0.6, 0.4, 0}, x.Targets)
	require.Equal(t, []sim.Units{0, 0, 10e8}, x.Holdings)
}

func TestHoldingFindings(t *testing.T) {
	for _, c := range []struct{ holdings, want string }{
		{"100 shares", "E105 line 6, column 21: account.holdings: want a map of symbols and holdings"},
		{"{}", "E127 line 6, column 21: account.holdings: nothing is held"},
		{"{A: 100}", `E105 line 6, column 25: account.holdings.A: want a number of shares or an amount of the account's currency, such as 100 shares or 20000 USD, got "100"`},
		{"{A: ~}", "E107 line 6, column 25"},
		{"{A: [1]}", "E105 line 6, column 25"},
		{"{A: many shares}", `E105 line 6, column 25: account.holdings.A: want a number of shares`},
		{"{A: 5 sheep}", `E105 line 6, column 25`},
		{"{A: 1_000 shares}", `E108 line 6, column 25: account.holdings.A: "1_000" has separators in it (numbers are finite decimals such as 20, 0.5 or 1e6) Write 1000`},
		{"{A: .inf shares}", `E106 line 6, column 25`},
		{"{A: 0 shares}", "E127 line 6, column 25: account.holdings.A 0 shares: must be 1e-08 to 1e+10 shares"},
		{"{A: -5 shares}", "E127 line 6, column 25"},
		{"{A: -5 USD}", "E127 line 6, column 25: account.holdings.A -5 USD: must be 0.01 to 1e+12"},
		{"{A: 5 EUR}", `E105 line 6, column 25: account.holdings.A: "5 EUR" is not in the account's currency (the account is in USD) Write what A is worth in USD, or a number of shares`},
		{"{AA: 5 USD}", `E320 line 6, column 22: account.holdings: no asset "AA" (the targets have 2) The nearest is "A"`},
		{"{'': 5 USD}", "E107 line 6, column 22"},
	} {
		t.Run(c.holdings, func(t *testing.T) {
			_, err := Parse("run.yaml", []byte(small+"account: {holdings: "+c.holdings+"}\n"))
			got := lines(fault.Of(err))
			require.Len(t, got, 1)
			require.True(t, strings.HasPrefix(got[0], c.want), "want %s\ngot  %s", c.want, got[0])
		})
	}
	_, err := parsed(t, small+"account: {cash: 6e11, holdings: {A: 3e11 USD, B: 1.1e9 shares}}\n").Bind(days(t, 30, "A", "B"))
	require.Equal(t, []string{"E127 line 6, column 33: account: the holdings and the cash are worth 1.01e+12 (an account opens with at most 1e+12) Begin with less"}, lines(fault.Of(err)))
}

// What is held must have a price when the account opens.
func TestHoldingsBeforeTheirListing(t *testing.T) {
	table := days(t, 30, "A", "B").Table()
	table.Lives = [][2]int{{0, 30}, {5, 30}}
	p, err := data.Make(table)
	require.NoError(t, err)
	_, err = parsed(t, small+"account: {holdings: {A: 1 share, B: 5 USD}}\n").Bind(p)
	require.Contains(t, lines(fault.Of(err)), "E326 line 6, column 34: account.holdings.B: first priced on 2020-01-06, after the first session 2020-01-01 (what is held has a price) Begin on that day, or leave the holding out")
}
