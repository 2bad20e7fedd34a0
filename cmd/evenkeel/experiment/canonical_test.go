package experiment

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Read again, the canonical text gives itself, and it is JSON.
func TestCanonicalIsAFixedPoint(t *testing.T) {
	for _, text := range []string{good, Starter, string(testdata(t, "etf-bands.yaml")), string(testdata(t, "simulated.yaml"))} {
		f := parsed(t, text)
		first := f.Canonical()
		require.True(t, json.Valid(first))
		g := parsed(t, string(first))
		require.Equal(t, string(first), string(g.Canonical()))
		require.Equal(t, f.Hash(), g.Hash())
		require.Equal(t, f.Targets, g.Targets)
		require.Equal(t, f.Account, g.Account)
		require.Len(t, f.Hash(), 64)
	}
}

// Two ways to write one experiment have one canonical text.
func TestCanonicalIsOneText(t *testing.T) {
	same := parsed(t, `
seed: 7
base: "never"
policies:
  never:
    strategy: buy_and_hold
  bands:
    look: 1 sessions
    rail: 0.10
    band: 0.2
    strategy: bands
    share: relative_distance
    funding: self_financing
costs:
- rate: 1e1
  model: bps
  side: both
targets: {GLD: 0.1, AGG: 30.0 %, VTI: 6e-1}
account: {}
data:
  prices: elsewhere/p.parquet
  end: 2022-12-30
  start: '2006-05-08'
name: test
`)
	f := parsed(t, good)
	require.Equal(t, string(f.Canonical()), string(same.Canonical()))
	for _, change := range []string{"cash: 1000001", "cash: 1000000, cash_reserve: 1%"} {
		g := parsed(t, strings.Replace(good, "cash: 1000000", change, 1))
		require.NotEqual(t, f.Hash(), g.Hash())
	}
}

// Values of several parts have one form, too, with the defaults of the parts.
func TestCanonicalParts(t *testing.T) {
	for _, c := range []struct{ a, b string }{
		{"mini: {}", "mini: {largest: 3, major: 0.05, look: 1 sessions, deviation: 10.0%}"},
		{"pause: 1 year", "pause: 12 months"}, {"pause: 2 weeks", "pause: 14 days"}, {"pause: 1 day", "pause: 1 days"}, {"pause: none", "pause: 'none'"},
		{"look: {on: fri, else: next}", "look: fri else next"}, {"look: 1 week", "look: week_start"}, {"look: {every: 2 weeks}", "look: 2 weeks"},
		{"look: 1 year after rebalance", "look: 12  months after rebalance"},
		{"segments: [{nav: 0, pause: 2 years}]", "segments: [{pause: 24 months, look: session, nav: 0.0}]"},
		{"trigger: {deviation_money: 1e4, per_nav: 1e6}", "trigger: {per_nav: 1000000, deviation_money: 10000}"},
		{"trigger: {any: [{idle_cash: 2%}, {band: {up: 5pp, down: 20%}}]}", "trigger: {any: [{idle_cash: 0.02}, {band: {down: 0.2, up: 5.0pp}}]}"},
		{"trigger: {signal: [2010-01-01]}", "trigger: {signal: ['2010-01-01']}"},
		{"trigger: {calendar: true}", "trigger: {calendar: 'true'}"},
	} {
		write := func(key string) (*File, string) {
			f := parsed(t, swap(t, "{strategy: buy_and_hold}", "{strategy: rebalance, "+key+"}"))
			return f, string(f.Canonical())
		}
		f, first := write(c.a)
		g, second := write(c.b)
		require.Equal(t, first, second)
		require.Equal(t, first, string(parsed(t, first).Canonical()))
		p := panel(t, []string{"AGG", "GLD", "VTI"}, 900, false)
		require.Equal(t, bound(t, f, p).Policies[0].Made, bound(t, g, p).Policies[0].Made, "the defaults written are those simulated")
	}
	for _, pair := range [][2]string{
		{"flows: [{deposit: 1%, every: session}]", "flows: [{deposit: 0.01, every: session}]"},
		{"flows: [{deposit: 1, every: session}]", "flows: [{withdraw: 1, every: session}]"},
		{"flows: [{deposit: 1, every: session}]", "execution: {delay: 1 session}"},
	} {
		text := strings.Replace(good, "execution: {fill: next_close}\n", "", 1)
		require.NotEqual(t, parsed(t, text+pair[0]+"\n").Hash(), parsed(t, text+pair[1]+"\n").Hash(), pair)
	}
}

// The hash of an unchanged experiment does not change from version to version
// unless a key is added; then this test says so.
func TestCanonicalHash(t *testing.T) {
	require.Equal(t, goodHash, parsed(t, good).Hash())
}

const goodHash = "9ab76cd9f641d72dd83f083b6466dcb5469f6b10c4fb9781aa8d884515a7d041"

// drawn makes experiments that are good.
func drawn(t *rapid.T) string {
	var b strings.Builder
	pick := func(name string, words ...string) string { return rapid.SampledFrom(words).Draw(t, name) }
	fmt.Fprintf(&b, "data: {prices: %s%s}\n", pick("prices", "p.csv", "a/b.parquet", "'x y.arrow'"), pick("data", "", ", start: 2001-02-03", ", missing: drop, risk_free: 1%", ", columns: {close: Adj Close}"))
	n := rapid.IntRange(1, 5).Draw(t, "assets")
	symbols := rapid.Permutation([]string{"AGG", "NULL", "~", "1e5", "'a \"b'", "BRK.B", "no"}).Draw(t, "symbols")
	fmt.Fprintf(&b, "account: {cash: %s%s}\n", pick("cash", "1e6", "1000.5", "12345678901"), pick("account", "", ", cash_reserve: 0.5%", ", cash_reserve: 12.5", ", initial_purchase: {cost: false}", ", holdings: {"+symbols[0]+": 1.50 share}", ", holdings: {"+symbols[0]+": 2e3 USD}"))
	b.WriteString("targets:\n")
	left := 1000
	for i := range n {
		w := left
		if i < n-1 {
			w = rapid.IntRange(0, left).Draw(t, "weight")
		}
		left -= w
		fmt.Fprintf(&b, "  %s: %s\n", symbols[i], pick("form", fmt.Sprintf("%d.%d%%", w/10, w%10), fmt.Sprintf("%.3f", float64(w)/1000), fmt.Sprintf("%de-3", w)))
	}
	fmt.Fprintf(&b, "costs: [%s]\n", pick("costs", "", "{model: bps, rate: 2.5}", "{rate: 1, model: bps, side: sell}, {model: fixed, amount: 3, until: 2010-10-10}", "{model: fixed, amount: 1, assets: ["+symbols[0]+"]}"))
	fmt.Fprintf(&b, "flows: [%s]\n", pick("flows", "", "{deposit: 5, on: 2010-01-01}, {withdraw: 1%, every: quarter_end, until: 2011-01-01}", "{file: 'a b.csv'}, {deposit: 1e3, every: {every: 5 sessions, offset: 2}, growth: 2%}", "{withdraw: 1, every: month_start, growth: x/cpi.csv}"))
	fmt.Fprintf(&b, "execution: {fill: %s%s}\n", pick("fill", "next_close", "same_close"), pick("execution", "", ", delay: 1 session", ", delay: 3 sessions, window: fri/mon", ", settlement: {default: 1 session, "+symbols[0]+": 2 sessions}, lot: 1e-3 share", ", minimum_trade: 5, batch: {release: month_end, urgent: 1}, participation: 7%, unsettled: bridge"))
	fmt.Fprintf(&b, "restrictions: [%s]\n", pick("restrictions", "", "{rule: hold}", "{file: r.csv}, {assets: ["+symbols[0]+"], rule: lock_up, until: 2020-01-01}"))
	b.WriteString("policies:\n  first: {strategy: buy_and_hold}\n")
	fmt.Fprintf(&b, "  general: {strategy: rebalance, %s, %s}\n",
		pick("trigger", "trigger: {calendar: true}", "trigger: {signal: s.csv}", "trigger: {all: [{any: [{deviation: 5%}, {idle_cash: 1%}]}, {portfolio_drift: 5pp}]}", "trigger: {signal: [2001-02-03]}"),
		pick("when", "pause: 3 months", "segments: [{nav: 1e4}, {nav: 0, look: {every: 5 sessions, offset: 1}, pause: 1 year}]", "mini: {major: 1%}", "funding: growth, look: 2 years after rebalance"))
	for i := range rapid.IntRange(0, 3).Draw(t, "policies") {
		fmt.Fprintf(&b, "  p%d: {strategy: bands, band: %s, %s, look: %s}\n", i,
			pick("band", "20%", "0.3", "none", "{up: 25%, down: 15%}", "{lesser_of: [30%, 25%]}"),
			pick("rail", "rail: 0", "rail: 5%", "rail: 50% of band", "rail_ratio: 0.3", "to: target", "to: {fraction: 30%}, rail: 1%"),
			pick("look", "session", "5 sessions", "{every: 5 sessions, offset: 2}", "wed/mon", "half_year_start"))
	}
	if rapid.Bool().Draw(t, "sweep") {
		fmt.Fprintf(&b, "sweep: {policy: first, axes: {account.cash: %s, execution.fill: [same_close]}%s}\n",
			pick("axis", "1:10:3", "[1, 20, 1e3]", "0.5:1:0.125"), pick("points", "", ", points: grid", ", points: {sample: latin_hypercube, n: 7}"))
	}
	return b.String()
}

func TestCanonicalProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawn(t)
		f, err := Parse("run.yaml", []byte(text))
		if err != nil {
			t.Fatalf("%s\n%v", text, err)
		}
		first := string(f.Canonical())
		g, err := Parse("run.yaml", []byte(first))
		if err != nil {
			t.Fatalf("%s\n%v", first, err)
		}
		if second := string(g.Canonical()); second != first {
			t.Fatalf("%s\n%s\n%s", text, first, second)
		}
	})
}
