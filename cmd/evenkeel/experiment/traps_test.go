package experiment

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
)

// pricesEvery are six sessions so many days apart.
func pricesEvery(days int) map[string]string {
	text := "date,A,B\n"
	for s := range 6 {
		text += fmt.Sprintf("%s,10,%d\n", data.NewDate(2020, 1, 1)+data.Date(s*days), 20+s)
	}
	return map[string]string{"p.csv": text}
}

// The next close of sessions a week or more apart is late. Daily ones, other fills and
// accounts that never trade are not warned of.
func TestLateFills(t *testing.T) {
	for days, later := range map[int]string{7: "weekly sessions fills orders a week", 14: "two weeks", 30: "monthly sessions fills orders a month", 91: "a quarter", 365: "a year"} {
		_, warnings, err := quotedPrices(t, small, pricesEvery(days))
		require.NoError(t, err)
		require.Contains(t, warnings.Error(), "warning E133")
		require.Contains(t, warnings.Error(), "execution.fill: next_close (the default)")
		require.Contains(t, warnings.Error(), later)
		require.Contains(t, warnings.Error(), "Set execution.fill: same_close.")
		_, warnings, err = quotedPrices(t, small+"execution: {fill: next_close}\n", pricesEvery(days))
		require.NoError(t, err)
		require.Contains(t, warnings.Error(), "execution.fill: next_close on ")
		_, warnings, err = quotedPrices(t, small+"execution: {fill: same_close}\n", pricesEvery(days))
		require.NoError(t, err)
		require.NotContains(t, warnings.Error(), "E133")
	}
	for _, days := range []int{1, 3} {
		_, warnings, err := quotedPrices(t, small, pricesEvery(days))
		require.NoError(t, err)
		require.NotContains(t, warnings.Error(), "E133")
	}
	held := strings.Replace(small, "  bands: {strategy: bands}\n", "", 1)
	_, warnings, err := quotedPrices(t, held, pricesEvery(30))
	require.NoError(t, err)
	require.NotContains(t, warnings.Error(), "E133")
	x, warnings, err := quotedPrices(t, held+"flows: [{deposit: 100, every: 2 sessions}]\n", pricesEvery(30))
	require.NoError(t, err)
	require.Contains(t, warnings.Error(), "E133")
	require.Equal(t, sim.NextClose, x.Terms.Fill)
}

// Rates of a file are yearly: small ones are doubted, and so are those that end early.
func TestRatesAreDoubted(t *testing.T) {
	p := pricesEvery(1)
	for rates, want := range map[string]string{
		"2019-12-31,0.0001": "the median rate is 0.0001",
		"2019-12-31,0\n2020-01-02,0.0004\n2020-01-05,5%":         "the median rate is 0.0004",
		"2019-12-31,-0.0001\n2020-01-05,-0.0001":                 "the median rate is -0.0001",
		"2019-12-31,0.0005\n2020-01-05,0.0005":                   "",
		"2019-12-31,-0.5%\n2020-01-05,-0.5%":                     "",
		"2019-12-01,1%":                                          "data.risk_free ends on 2019-12-01, before the last session 2020-01-06",
		"2019-12-30,1%\n2019-12-31,1%\n2020-01-01,1%":            "data.risk_free ends on 2020-01-01, before the last session 2020-01-06",
		"2019-12-30,1%\n2019-12-31,1%\n2020-01-02,1%":            "",
		"2019-11-01,1%\n2019-12-01,1%":                           "data.risk_free ends on 2019-12-01",
		"2019-11-08,1%\n2019-12-08,1%":                           "",
		"2019-12-30,1%\n2019-12-31,0.0001\n2020-01-01,0.0001,\n": "E3",
	} {
		p["rf.csv"] = "date,rate\n" + rates + "\n"
		_, warnings, err := quotedPrices(t, withData("risk_free: rf.csv"), p)
		if want == "E3" {
			require.Error(t, err, "a ragged line is an error as before")
			continue
		}
		require.NoError(t, err, rates)
		if want == "" {
			require.NotContains(t, warnings.Error(), "data.risk_free", rates)
			continue
		}
		require.Contains(t, warnings.Error(), "warning E338", rates)
		require.Contains(t, warnings.Error(), want, rates)
	}
}

// Steps that look like splits stop an experiment that does not say what closes are.
func TestKindIsAsked(t *testing.T) {
	p := map[string]string{"p.csv": "date,A,B\n2020-01-01,10,20\n2020-01-02,10,20\n2020-01-03,40,20\n", "a.csv": "date,symbol,split,dividend\n2020-01-03,A,0.25,\n"}
	_, _, err := quotedPrices(t, small, p)
	require.ErrorContains(t, err, "E337 p.csv: A: close 10 on 2020-01-02, 40 on 2020-01-03: x4, x4 beside the others' median step, like a split of 1:4")
	_, warnings, err := quotedPrices(t, withData("kind: adjusted"), p)
	require.NoError(t, err)
	require.Contains(t, warnings.Error(), "warning E337")
	_, warnings, err = quotedPrices(t, withData("kind: raw, actions: a.csv"), p)
	require.NoError(t, err)
	require.Empty(t, warnings)
	f := parsed(t, small)
	f, err = f.With("data.kind", "adjusted")
	require.NoError(t, err)
	require.True(t, f.PriceOptions().KindGiven, "--set is written, too")
	canonical, err := Parse("canonical.yaml", parsed(t, small).Canonical())
	require.NoError(t, err)
	require.True(t, canonical.PriceOptions().KindGiven, "a canonical experiment says everything")
}
