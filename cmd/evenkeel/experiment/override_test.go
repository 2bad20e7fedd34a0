package experiment

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data/fault"
	"evenkeel/sim/card"
	"evenkeel/sim/cost"
	"evenkeel/strategies"
)

func TestWith(t *testing.T) {
	f := parsed(t, good)
	before := string(f.Canonical())
	with := func(path, value string) *File {
		t.Helper()
		g, err := f.With(path, value)
		require.NoError(t, err)
		return g
	}
	require.Equal(t, 5.0e5, with("account.cash", "500000").Account.Cash)
	require.Contains(t, string(with("policies.bands.band", "{up: 30%, down: 12%}").Canonical()), `"up": 0.3`)
	require.Contains(t, string(with("costs.0.rate", "25").Canonical()), `"rate": 25`)
	require.Contains(t, string(with("account.initial_purchase.cost", "false").Canonical()), `"cost": false`)
	require.Contains(t, string(with("policies.monthly", "{strategy: calendar}").Canonical()), `"monthly"`)
	ratio := string(with("policies.bands.rail_ratio", "0.5").Canonical())
	require.Contains(t, ratio, `"rail_ratio": 0.5`)
	require.NotContains(t, ratio, `"rail":`)
	back, err := with("policies.bands.rail_ratio", "0.5").With("policies.bands.rail", "5%")
	require.NoError(t, err)
	require.NotContains(t, string(back.Canonical()), "rail_ratio")
	require.Contains(t, string(with("execution", "{delay: 3 sessions, window: week_end}").Canonical()), `"window": "week_end"`)
	paid := with("flows", "[{deposit: 5, every: session}]")
	require.Equal(t, 5.0, paid.Flows[0].Amount)
	once, err := paid.With("flows.0.on", "2010-01-01")
	require.NoError(t, err)
	require.Zero(t, once.Flows[0].Every, "on has taken the place of every")
	require.Equal(t, before, string(f.Canonical()), "the file itself does not change")
}

// Values that are right only together come in any order, and are checked once.
func TestWithAll(t *testing.T) {
	f := parsed(t, small)
	for _, all := range [][]Change{
		{{"targets.A", "70%"}, {"targets.B", "30%"}},
		{{"data.kind", "raw"}, {"data.actions", "a.csv"}},
		{{"execution.batch.release", "quarter_end"}, {"execution.minimum_trade", "100"}},
		{{"costs.0.rate", "5"}, {"costs", "[{model: bps, rate: 10}]"}},
	} {
		_, err := f.WithAll(all...)
		require.NoError(t, err)
		_, err = f.WithAll(all[1], all[0])
		require.NoError(t, err)
		_, err = f.With(all[0].Path, all[0].Value)
		require.NotEmpty(t, fault.Of(err), all[0].Path)
	}
	_, err := f.WithAll(Change{"data.prices.x", "1"}, Change{"account.cash", "0"}, Change{"nope.0", "[1"})
	require.Len(t, fault.Of(err), 2, "what has no place, and what cannot be read")
	_, err = f.WithAll(Change{"account.cash", "0"}, Change{"account.cahs", "1"})
	require.Len(t, fault.Of(err), 2)
}

func TestWithFindings(t *testing.T) {
	f := parsed(t, good)
	for _, c := range []struct{ path, value, want string }{
		{"account.cash", "0", "E127 set account.cash: account.cash 0: must be"},
		{"account.cahs", "1", `E103 set account.cahs: account: unknown key "cahs"`},
		{"policies.bands.rail", "40%", "E123 set policies.bands.rail: policies.bands: AGG: the inner rail exceeds the band"},
		{"costs.7.rate", "1", `E103 set costs.7.rate: no place "costs.7.rate" in the experiment`},
		{"seed.x", "1", `E103 set seed.x: no place`},
		{"", "1", `E103 set : no place`},
		{"seed", "[1", "E102 set seed: no ] closes this bracket"},
		{"seed", "", "E107 set seed: seed: nothing is given"},
		{"seed", "*a", "E109 set seed: anchors"},
		{"targets.VTI", "50%", "E120 line 4, column 10: targets sum to 0.9"},
	} {
		_, err := f.With(c.path, c.value)
		list := fault.Of(err)
		require.NotEmpty(t, list, c.path)
		require.True(t, strings.HasPrefix(line(list[0]), c.want), "want %s\ngot  %s", c.want, line(list[0]))
		require.Equal(t, "run.yaml", list[0].File)
	}
}

// Names with points in them are found: the longest key that fits.
func TestWithPointsInNames(t *testing.T) {
	f := parsed(t, "data: {prices: p.csv}\ntargets: {BRK.B: 50%, BRK: 50%}\npolicies: {v1: {strategy: calendar}, v1.2: {strategy: calendar, look: month_end}}\n")
	g, err := f.With("policies.v1.2.look", "week_end")
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(g.Canonical()), "week_end"))
	_, err = f.With("targets.BRK.B", "60%")
	require.Contains(t, err.Error(), "targets sum to 1.1")
}

// The default of every knob of every plug-in is a value that With takes.
func TestWithDefaults(t *testing.T) {
	n := 0
	try := func(f *File, path string, k card.Knob) {
		if k.Default == "" {
			return
		}
		n++
		_, err := f.With(path, k.Default)
		require.NoError(t, err, "%s = %s", path, k.Default)
	}
	head := "data: {prices: p.csv}\ntargets: {A: 1}\n"
	for _, p := range strategies.Catalog.All() {
		f := parsed(t, head+"policies: {p: {strategy: "+p.Name+"}}\n")
		_, knobs := p.New()
		for _, k := range knobs {
			try(f, "policies.p."+k.Name, k)
		}
	}
	for _, p := range cost.Catalog.All() {
		_, knobs := p.New()
		needed := ""
		for _, k := range knobs {
			if mandatory(k) || p.Name == "half_spread" && k.Name == "rate" {
				needed += ", " + k.Name + ": 1"
			}
		}
		f := parsed(t, head+"costs: [{model: "+p.Name+needed+"}]\npolicies: {p: {strategy: calendar}}\n")
		for _, k := range knobs {
			try(f, "costs.0."+k.Name, k)
		}
	}
	f := parsed(t, head+"policies: {p: {strategy: calendar}}\n")
	var walk func(entries []entry, path string)
	walk = func(entries []entry, path string) {
		for _, e := range entries {
			if e.keys != nil {
				walk(e.keys, syntax.Join(path, e.Name))
			} else if e.read == nil {
				try(f, syntax.Join(path, e.Name), e.Knob)
			}
		}
	}
	walk((&File{path: "x.yaml"}).sections(&syntax.Checker{}), "")
	require.Greater(t, n, 20)
}

// Ranges hold exactly the decimals that one expects, and their end.
func TestRanges(t *testing.T) {
	for text, want := range map[string]string{
		"0:0.9:0.1":                         "0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9",
		"5%:20%:5%":                         "5% 10% 15% 20%",
		"0:10%:5%":                          "0% 5% 10%",
		"1pp:2pp:0.5pp":                     "1pp 1.5pp 2pp",
		"3:1:-1":                            "3 2 1",
		"5 sessions:15 sessions:5 sessions": "5 sessions 10 sessions 15 sessions",
		"1:1:1":                             "1",
		"0.1:0.1:5":                         "0.1",
		"-0.2:0.2:0.2":                      "-0.2 0 0.2",
		"0:1:0.3333333333":                  "0 0.3333333333 0.6666666666 1", // whole within 1e-9: the end is the end
	} {
		s, err := parseSpan(text)
		require.NoError(t, err, text)
		require.Equal(t, want, strings.Join(s.values(), " "), text)
		again, err := parseSpan(s.tidy(true))
		require.NoError(t, err, s.tidy(true))
		require.Equal(t, s.tidy(true), again.tidy(true))
	}
	for _, text := range []string{"1:2", "1:2:3:4", "::", "1:2:0", "1:2:-1", "0:1:0.3", "a:b:c", "1%:2:1%", "1:2%:1", "nan:1:1", "1:1e9:1", "0x1:2:1", "1:2:1e-7", "99999999999999999:1:1", "0:1:0.00000000000000000001"} {
		_, err := parseSpan(text)
		require.Error(t, err, text)
	}
}

func TestRangesProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.IntRange(0, 6).Draw(t, "digits")
		from := rapid.IntRange(-1000, 1000).Draw(t, "from")
		step := rapid.IntRange(1, 50).Draw(t, "step")
		count := rapid.IntRange(1, 200).Draw(t, "count")
		dec := func(n int) string {
			s := span{digits: digits}
			return s.text(int64(n))
		}
		text := fmt.Sprintf("%s:%s:%s", dec(from), dec(from+(count-1)*step), dec(step))
		s, err := parseSpan(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		values := s.values()
		if len(values) != count {
			t.Fatalf("%s: %d values, want %d", text, len(values), count)
		}
		for k, v := range values {
			if v != dec(from+k*step) {
				t.Fatalf("%s: value %d is %s, want %s", text, k, v, dec(from+k*step))
			}
		}
	})
}
