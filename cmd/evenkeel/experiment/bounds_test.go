package experiment

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/cmd/evenkeel/experiment/syntax/syntaxtest"
	"evenkeel/data/fault"
	"evenkeel/internal/simtest/seed"
)

// oddValues are written in the place of every value of an experiment: of each size and
// of each kind.
var oddValues = []string{
	"-1", "-0.01", "-1e-300", "0", "1e-300", "1e-9", "0.5", "1", "1.5", "2", "366", "367", "1e4", "1e5", "1e12", "1e13", "1e300", "-1e300", "1e400", ".nan", ".inf", "-.inf",
	"-5%", "0%", "5%", "100%", "101%", "5pp", "-5pp", "1e400%", "abc", "null", "~", "'5'", "[]", "[1]", "{}", "{a: 1}",
}

// leaves are the paths of all scalars below a node.
func leaves(n *syntax.Node) (paths []string) {
	if n.Kind == syntax.Scalar {
		return []string{n.Path}
	}
	for _, item := range n.Items {
		paths = append(paths, leaves(item)...)
	}
	return paths
}

// odd is an experiment with a value in the place of another, and its findings.
func odd(t *testing.T, text, path, value string) (root *syntax.Node, found fault.List) {
	t.Helper()
	c := &syntax.Checker{Name: "x.yaml", Lines: syntax.LinesOf(text)}
	root = syntax.Read(c, []byte(text))
	root.Rename("")
	spot := root.Find(path)
	made := syntax.Read(&syntax.Checker{Name: "x.yaml", Lines: syntax.LinesOf(value)}, []byte(value))
	require.NotNil(t, made, value)
	at := spot.At
	*spot = *made
	setPlace(spot, at)
	root.Rename("")
	_, err := build(c, root, nil)
	if err != nil {
		require.NotEmpty(t, fault.Of(err), err)
	}
	return root, fault.Of(err)
}

// place puts a tree at one place.
func setPlace(n *syntax.Node, at syntax.Place) {
	n.At = at
	for i, item := range n.Items {
		if n.Kind == syntax.Mapping {
			n.Keys[i].At = at
		}
		setPlace(item, at)
	}
}

// Whatever stands in the place of a value, it is taken or there is a finding with its
// line, the rule and a remedy.
func TestEveryFindingHasALineARuleAndARemedy(t *testing.T) {
	seen := map[string]bool{}
	s := schema(t)
	stride := 8
	switch {
	case os.Getenv(seed.Checks) != "":
		stride = 4
	case testing.Short():
		stride = 20
	}
	for name, text := range oddFiles(t) {
		for i, path := range leaves(rootOf(t, text)) {
			for k, value := range oddValues {
				if (i+k)%stride != 0 {
					continue
				}
				root, found := odd(t, text, path, value)
				agree(t, s, root, path, value, found)
				for _, f := range found {
					if f.Place == "" || f.Rule == "" || f.Remedy == "" {
						key := f.Code + stripped(f.What)
						if !seen[key] {
							seen[key] = true
							t.Errorf("%s: %s: %s: %+v", name, path, value, f)
						}
					}
				}
			}
		}
	}
}

// numeric are the keys whose values are numbers and fractions.
var numeric = map[string]bool{
	"periods_per_year": true, "risk_free": true, "price": true, "cash": true, "deposit": true, "withdraw": true, "growth": true, "rate": true, "amount": true,
	"min": true, "max": true, "max_part": true, "y": true, "unknown": true, "days": true, "gamma": true, "eta": true, "pov": true, "participation": true,
	"minimum_trade": true, "maximum_turnover": true, "urgent": true, "short": true, "long": true, "rail_ratio": true, "hysteresis": true, "nav": true, "fraction": true,
	"largest": true, "deviation": true, "deviation_money": true, "per_nav": true, "portfolio_drift": true, "idle_cash": true, "major": true, "seed": true,
}

// agree holds the JSON Schema against the checks: it takes what they take, and refuses
// what is out of the bounds of its own key. What depends on other keys is left to the
// checks.
func agree(t *testing.T, s *jsonschema.Schema, root *syntax.Node, path, value string, found fault.List) {
	t.Helper()
	err := s.Validate(syntaxtest.Plain(root))
	if !numeric[path[strings.LastIndexByte(path, '.')+1:]] || strings.HasPrefix(value, "'") || value == "null" || value == "~" ||
		strings.HasPrefix(path, "sweep.axes.") || path == "account.cash" && value == "1e-9" { // too little, unless there are holdings
		return
	}
	own := slices.ContainsFunc(found, func(f fault.Finding) bool {
		return strings.HasPrefix(f.What, path) && (strings.Contains(f.What, "must be ") || strings.Contains(f.What, "want ") || f.Code == "E106")
	})
	switch {
	case found.Err() == nil && err != nil:
		t.Errorf("%s: %s is taken, and the schema refuses it: %v", path, value, err)
	case own && err == nil:
		t.Errorf("%s: %s is refused, and the schema takes it: %v", path, value, found[0].What)
	}
}

func stripped(s string) string {
	if i := strings.IndexByte(s, ' '); i >= 0 {
		s = s[i:]
	}
	return s
}

func rootOf(t *testing.T, text string) *syntax.Node {
	t.Helper()
	root := syntax.Read(&syntax.Checker{Name: "x.yaml", Lines: syntax.LinesOf(text)}, []byte(text))
	require.NotNil(t, root)
	root.Rename("")
	return root
}

// oddFiles are experiments that together have every key.
func oddFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{"simulated": string(testdata(t, "simulated.yaml")), "more": everyOther}
	for name, text := range files {
		_, err := Parse(name, []byte(text))
		require.NoError(t, err, name)
	}
	return files
}

// everyOther has what cannot stand in one file with the keys of simulated.yaml.
const everyOther = `data: {prices: p.csv, kind: raw, actions: a.csv, dividends: reinvest, ended: {price: 12.5}, risk_free: rf.csv, null_values: [N/A], timezone: UTC, duplicates: first}
account: {cash_reserve: 5000, holdings: {A: 100 shares, B: 20000 USD}}
target_schedule: {2020-01-01: {A: 60%, B: 40%}, 2021-01-01: {A: 1}}
flows: [{deposit: 5, every: month_end, growth: cpi.csv}, {file: flows.csv}]
costs:
  - {model: fixed, amount: 5}
  - {model: bps, rate: 10}
  - {model: per_share, amount: 0.005, min: 1, max: 20, max_part: 1%}
  - {model: half_spread, rate: 2}
  - {model: half_spread, column: spread}
  - {model: stamp_duty, rate: 50, side: buy}
  - {model: square_root, y: 0.8, unknown: 10}
  - {model: almgren, outstanding: 1e9, days: 1, gamma: 0.314, eta: 0.142}
  - {model: almgren, outstanding: {A: 1e9, B: 2e9}}
  - {model: istar, pov: 10%}
execution: {settlement: 2 sessions, participation: 10%, unsettled: wait, maximum_turnover: 20%}
restrictions: [{file: r.csv}]
tax: {lots: {specific: lots.csv}, short: 37%, long: 20%, long_after: 1 year, wash_sale: true, due: 04-15, avoid_short_term: false}
policies:
  bands: {strategy: bands, band: 20%, rail: 10%, pause: 2 weeks, look: {on: fri, else: next}}
  money: {strategy: rebalance, trigger: {deviation_money: 100, per_nav: 1000}, mini: {look: session, deviation: 10%, major: 5%, largest: 3}}
measures: {reference: zero_cost_twin}
limits: {point_time: 60s}
sweep: {policy: bands, axes: {band: 5%:50%:5%}}
`
