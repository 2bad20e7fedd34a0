package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// prepareValues builds the program and writes a short file of prices. A case puts bad
// values into an experiment and runs it: the exit code must be one that the
// documentation lists for what a user can do wrong, and a finding must say where, which
// rule is broken and what to do.
func prepareValues(scratch string) (func(*rand.Rand) outcome, error) {
	p, err := build(scratch)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(scratch, "prices.csv"), shortPrices(), 0o600); err != nil {
		return nil, err
	}
	return func(r *rand.Rand) outcome {
		text := spoilt(r)
		o := outcome{group: "values", input: []byte(text), ext: ".yaml"}
		if err := os.WriteFile(filepath.Join(scratch, "x.yaml"), o.input, 0o600); err != nil {
			o.verdict, o.detail = broken, err.Error()
			return o
		}
		a := p.run(scratch, "run", "x.yaml", "--out", "out", "--force", "--quiet")
		o.verdict, o.detail = judgeRun(a)
		return o
	}, nil
}

// wrong are the exit codes that bad values may end in: none, the experiment, the data,
// a limit.
var wrong = []int{0, 2, 3, 6}

var placed = regexp.MustCompile(`(?m)^error E[1-9][0-9]{2} x\.yaml line [0-9]+`)

// judgeRun is the verdict on a run of the program.
func judgeRun(a answer) (verdict, string) {
	switch ill := a.wellAnswered(wrong); {
	case ill != "":
		return broken, ill
	case a.code == 2 && !placed.MatchString(a.errs):
		return broken, "no finding names the file and the line: " + first(a.errs)
	case a.code == 0:
		return same, ""
	}
	return refused, a.findingCode()
}

// shortPrices are 70 sessions of two assets, with opens and volumes.
func shortPrices() []byte {
	var b bytes.Buffer
	b.WriteString("date,symbol,close,open,volume\n")
	day := time.Date(2024, 1, 2, 0, 0, 0, 0, time.UTC)
	for s := 0; s < 70; day = day.AddDate(0, 0, 1) {
		if day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
			continue
		}
		s++
		for k, symbol := range []string{"AAA", "BBB"} {
			price := 100 + float64((s*(7+6*k))%23)
			fmt.Fprintf(&b, "%s,%s,%g,%g,%d\n", day.Format("2006-01-02"), symbol, price, price+0.5, 10000+s)
		}
	}
	return b.Bytes()
}

// experiments hold every kind of key; what stands between < and > is what a case may
// replace.
var experiments = []string{`name: <x>
data: {prices: <prices.csv>, start: <2024-01-03>, end: <2024-04-01>, missing: <error>, late: <error>, ended: <error>, periods_per_year: <252>, risk_free: <1%>}
account: {cash: <100000>, currency: <USD>, cash_reserve: <0.5%>, initial_purchase: {cost: <true>, turnover: <false>}}
targets: {AAA: <60%>, BBB: <40%>}
flows:
  - {deposit: <500>, every: <month_start>, from: <2024-01-05>, until: <2024-03-20>, growth: <2%>}
  - {withdraw: <1%>, every: <2 weeks>}
  - {deposit: <1000>, on: <2024-02-01>}
costs:
  - {model: <bps>, rate: <10>}
  - {model: fixed, amount: <5>, until: <2024-02-13>}
  - {model: per_share, amount: <0.005>, min: <1>, max: <20>}
  - {model: half_spread, rate: <2>}
  - {model: stamp_duty, rate: <50>, side: <buy>}
  - {model: square_root, y: <0.8>}
execution: {fill: <next_close>, delay: <1 session>, window: <mon/wed/fri>, settlement: <2 sessions>, unsettled: <wait>, participation: <10%>, lot: <1 share>, minimum_trade: <100>, maximum_turnover: <20%>, batch: {release: <month_end>, urgent: <30%>}}
restrictions: [{assets: <[BBB]>, rule: <no_sell>, from: <2024-02-01>, until: <2024-02-20>}]
policies:
  bands: {strategy: <bands>, band: <2%>, rail: <1%>, look: <session>, to: <rail>, scope: <all>, share: <relative_distance>, unfunded: <nothing>, surplus: <cash>, funding: <self_financing>, deposits: <deficits>, withdrawals: <overweight_first>}
base: <bands>
measures: {reference: <policy_targets>}
seed: <7>
`, `name: y
data: {prices: prices.csv}
account: {holdings: {AAA: <100 shares>, BBB: <20000 USD>}}
targets: {AAA: <0.5>, BBB: <0.5>}
tax: {lots: <fifo>, short: <37%>, long: <20%>, long_after: <1 year>, wash_sale: <true>, due: <04-15>}
policies:
  never: {strategy: buy_and_hold}
  absolute: {strategy: bands, band: <2pp>, rail: <1pp>, look: {every: <5 sessions>, offset: <2>}, pause: <2 weeks>}
  swedroe: {strategy: bands, band: {lesser_of: [<5pp>, <25%>]}, rail: <0>, look: {on: <fri>, else: <next>}}
  skewed: {strategy: bands, band: {up: <25%>, down: <15%>}, rail: {up: <10%>, down: <10%>}, look: <session>}
  tiered: {strategy: bands, band: <20%>, rail: <50% of band>, look: <month_end>, per_asset: {AAA: {band: <30%>}}}
  segmented:
    strategy: bands
    band: <1%>
    rail: <0>
    segments: [{nav: <25000>, look: <session>}, {nav: <0>, look: <session>, pause: <6 months>}]
    hysteresis: <1%>
  village:
    strategy: rebalance
    look: <week_end>
    trigger: {any: [{all: [{deviation_money: <100>, per_nav: <1000000>}, {deviation: <1%>}]}, {portfolio_drift: <1pp>}, {idle_cash: <2%>}, {signal: [<2024-02-01>]}]}
    mini: {look: <session>, deviation: <1%>, major: <5%>, largest: <3>}
    to: <{fraction: 50%}>
base: <never>
measures: {reference: <buy_and_hold>}
`}

var slots = regexp.MustCompile(`<[^>]*>`)

// bad are values that are wrong for some keys, or right for an unexpected one.
var bad = []string{
	"-1", "-0", "0", "-5%", "0%", "1e-300", "5e-324", "1e308", "1e400", "-1e400", "NaN", ".nan", ".inf", "-.inf", "Infinity", "null", "~", "''", "true", "no",
	"[]", "{}", "[1, 2]", "[[[1]]]", "{a: 1}", "{a: {b: c}}", "abc", "5pp", "-5pp", "100%", "101%", "1e9%", "99999999999999999999", "9223372036854775807", "9223372036854775808",
	"1_000", "0x10", "010", "1,000", "1.5.2", "%", "pp", "none", "session", "-1 sessions", "0 sessions", "1e6 sessions", "1000000 sessions", "5 weeks", "0 weeks", "6 months",
	"1200 months", "-6 months", "6 months after rebalance", "mon/mon", "fri else next", "month_end", "0000-00-00", "2024-02-30", "9999-12-31", "0001-01-01", "-0001-01-01", "2024-01-02T00:00",
	`"\u0000"`, `"\u001b[31m"`, `"\u202e"`, `"a\nb"`, "'   '", "/dev/zero", "/dev/null", ".", "..", "/", "none.csv", "prices.csv", "x.yaml", "AAA", "BBB", "CCC",
	"0 shares", "-1 share", "1e300 shares", "1e-9 shares", "10 EUR", "-1 USD", "1e18", "1e15 USD", "0.00000001", "0.01", "1000000000000", "1000000000001", "{fraction: -1}", "{fraction: 2}",
	"{largest: 0}", "{largest: 1e9}", "{lesser_of: [5pp]}", "{lesser_of: []}", "{up: 1%}", "{up: -1%, down: 1%}", "{every: 5 sessions, offset: 9}", "{on: fri, else: fri}", "&a 1", "*a", "!!int 1", "@x", "`", "5:1", "a: b",
}

// spoilt is an experiment with one to three bad values.
func spoilt(r *rand.Rand) string {
	text := experiments[r.IntN(len(experiments))]
	n := len(slots.FindAllString(text, -1))
	chosen := map[int]bool{}
	for range 1 + r.IntN(3)*r.IntN(2) {
		chosen[r.IntN(n)] = true
	}
	k := -1
	return slots.ReplaceAllStringFunc(text, func(slot string) string {
		if k++; !chosen[k] {
			return slot[1 : len(slot)-1]
		}
		if r.IntN(8) == 0 {
			return fmt.Sprintf("%g", r.NormFloat64()*float64(uint64(1)<<r.IntN(60)))
		}
		if r.IntN(40) == 0 {
			return strings.Repeat("9", 1+r.IntN(2000))
		}
		return bad[r.IntN(len(bad))]
	})
}
