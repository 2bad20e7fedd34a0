package experiment

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data/fault"
)

// good is a file in which every test breaks one thing; its lines are counted on.
//
//go:embed testdata/good.yaml
var good string

// swap is the good file with a piece replaced; the piece must be there once.
func swap(t *testing.T, from, to string) string {
	t.Helper()
	require.Equal(t, 1, strings.Count(good, from), from)
	return strings.Replace(good, from, to, 1)
}

func line(f fault.Finding) string {
	kind := ""
	if f.Warning {
		kind = "warning "
	}
	return fmt.Sprintf("%s%s %s: %s (%s) %s", kind, f.Code, f.Place, f.What, f.Rule, f.Remedy)
}

// expect parses a text and wants findings that begin with a code and place and
// contain the words between semicolons.
func expect(t *testing.T, text string, want ...string) {
	t.Helper()
	f, err := Parse("run.yaml", []byte(text))
	list := fault.Of(err)
	if f != nil {
		list = f.Warnings
	}
	var got []string
	for _, x := range list {
		got = append(got, line(x))
		require.NotEmpty(t, x.File)
	}
	require.Len(t, got, len(want), strings.Join(got, "\n"))
	for i, w := range want {
		parts := strings.Split(w, ";")
		require.True(t, strings.HasPrefix(got[i], parts[0]), "want %s\ngot  %s", w, strings.Join(got, "\n"))
		for _, words := range parts[1:] {
			require.Contains(t, got[i], words)
		}
	}
}

func TestFindings(t *testing.T) {
	at := func(line, col int) string { return fmt.Sprintf("line %d, column %d: ", line, col) }
	for _, c := range []struct {
		name, from, to string
		want           []string
	}{
		{"E102 colon", "currency: USD}", "currency: USD", []string{"E102 " + at(3, 10) + ";no } closes"}},
		{"E102 indentation", "seed: 7", "  seed: 7", []string{"E102 " + at(11, 7) + ";indentation"}},
		{"E102 second colon", "seed: 7", "seed: a: 7", []string{"E102 " + at(11, 8) + ";mapping values"}},
		{"E102 lexer", "seed: 7", "seed: @7", []string{"E102 " + at(11, 7) + ";reserved"}},
		{"E103 key", "cash:", "cahs:", []string{"E103 " + at(3, 11) + `account: unknown key "cahs";keys here: cash, currency, holdings, cash_reserve;Did you mean "cash"?`}},
		{"E103 top key", "seed:", "sed:", []string{"E103 " + at(11, 1) + `unknown key "sed";Did you mean "seed"?`}},
		{"E103 policy key", "band: 20%", "bend: 20%", []string{"E103 " + at(9, 28) + `policies.bands: unknown key "bend";keys here: strategy, band, rail;Did you mean "band"?`}},
		{"E103 word", "next_close", "next_clos", []string{"E103 " + at(6, 19) + `execution.fill: unknown fill "next_clos";one of next_close, next_open, same_close;Did you mean "next_close"?`}},
		{"E103 strategy", "strategy: bands", "strategy: band", []string{"E103 " + at(9, 21) + `policies.bands.strategy: unknown strategy "band";one of ;Did you mean "bands"?`}},
		{"E103 model", "model: bps", "model: bp", []string{"E103 " + at(5, 17) + `costs.0.model: unknown cost model "bp";Did you mean "bps"?`}},
		{"E103 knob word", "look: session", "share: relative", []string{"E103 " + at(9, 57) + `policies.bands.share: unknown share "relative";one of relative_distance`}},
		{"E103 knob key", "look: session", "per_asset: {GLD: {bnd: 5%}}", []string{"E103 " + at(9, 68) + `policies.bands.per_asset: unknown key "bnd";Did you mean "band"?`}},
		{"E103 to", "look: session", "to: rial", []string{"E103 " + at(9, 54) + `policies.bands.to: unknown to "rial";Did you mean "rail"?`}},
		{"E103 base", "base: never", "base: nevr", []string{"E103 " + at(10, 7) + `base: no policy "nevr";policies: never, bands;Did you mean "never"?`}},
		{"E104", "seed: 7", "seed: 7\nseed: 8", []string{"E104 " + at(12, 1) + `key "seed" already given at line 11`}},
		{"E104 symbol", "AGG: 30%", "VTI: 30%", []string{"E104 " + at(4, 21) + `key "VTI" already given at line 4`}},
		{"E105 text", "cash: 1000000", "cash: 100k", []string{"E105 " + at(3, 17) + `account.cash: want a finite number, got "100k"`}},
		{"E105 list", "{fill: next_close}", "[next_close]", []string{"E105 " + at(6, 12) + "execution: want a map with the keys fill;got a list"}},
		{"E105 map", "cash: 1000000", "cash: {a: 1}", []string{"E105 " + at(3, 17) + "account.cash: want a number"}},
		{"E105 environment", "cash: 1000000", "cash: ${HOME}", []string{"E102 " + at(3, 18)}},
		{"E105 environment, quoted", "cash: 1000000", `cash: "${HOME}"`, []string{"E105 " + at(3, 17) + `;got "${HOME}"`}},
		{"E105 leading zero", "seed: 7", "seed: 010", []string{"E105 " + at(11, 7) + `seed: "010" is not a plain decimal number;leading zeros`}},
		{"E105 hexadecimal", "rate: 10", "rate: 0x10", []string{"E105 " + at(5, 28) + `;"0x10"`}},
		{"E105 date", "2006-05-08", "2006-5-8", []string{"E105 " + at(2, 34) + `data.start: "2006-5-8" is not a date`}},
		{"E105 flag", "currency: USD", "initial_purchase: {cost: yes}", []string{"E105 " + at(3, 51) + `account.initial_purchase.cost: want true or false, got "yes"`}},
		{"E105 name", "never: {", `"a\tb": {`, []string{"E105 " + at(8, 3) + `policies: the name "a\tb";1 to 64 printable`, "E103 " + at(10, 7)}},
		{"E106 nan", "VTI: 60%", "VTI: .nan", []string{"E106 " + at(4, 16) + `targets.VTI: ".nan" is not a finite number`}},
		{"E106 inf", "cash: 1000000", "cash: .inf", []string{"E106 " + at(3, 17) + `account.cash: ".inf"`}},
		{"E106 overflow", "rate: 10", "rate: 1e999", []string{"E106 " + at(5, 28) + `costs.0.rate: "1e999" is too large`}},
		{"E106 in a limit", "band: 20%", "band: {up: .inf, down: 5%}", []string{"E106 " + at(9, 39) + `policies.bands.band.up: ".inf"`}},
		{"E107 value", "seed: 7", "seed:", []string{"E107 " + at(11, 5) + "seed: nothing is given"}},
		{"E107 null", "currency: USD", "currency: ~", []string{"E107 " + at(3, 36) + "account.currency: nothing is given"}},
		{"E107 weight", "AGG: 30%", "AGG: NULL", []string{"E107 " + at(4, 26) + "targets.AGG: nothing is given"}},
		{"E107 section", "{fill: next_close}", "", []string{"E107 " + at(6, 10) + "execution: nothing is given"}},
		{"E107 key", "AGG: 30%", `"": 30%`, []string{"E107 " + at(4, 21) + "targets: a symbol without a name"}},
		{"E107 item", "[{model: bps, rate: 10}]", "[{model: bps, rate: 10}, ~]", []string{"E107 " + at(5, 33) + "costs.1: nothing is given"}},
		{"E108 comma", "seed: 7", `seed: 1,000`, []string{"E108 " + at(11, 7) + `seed: "1,000" has separators in it;Write 1000`}},
		{"E108 in brackets", "cash: 1000000", "cash: 1,000", []string{"E108 " + at(3, 19) + `account: "000" stands alone behind a comma`}},
		{"E108 underscore", "cash: 1000000", "cash: 1_000_000", []string{"E108 " + at(3, 17) + `;Write 1000000`}},
		{"E108 decimal comma", "VTI: 60%", `VTI: "0,6"`, []string{"E108 " + at(4, 16) + `;Write 0.6`}},
		{"E109 documents", "seed: 7", "---\nseed: 7", []string{"E109 " + at(11, 1) + "a second document begins"}},
		{"E109 alias", "seed: 7", "seed: *x", []string{"E109 " + at(11, 7) + "anchors (&) and aliases (*)"}},
		{"E109 anchor", "seed: 7", "seed: &x 7", []string{"E109 " + at(11, 7) + "anchors"}},
		{"E109 tag", "seed: 7", "seed: !!int 7", []string{"E109 " + at(11, 7) + "tags"}},
		{"E109 merge", "seed: 7", "<<: {seed: 7}", []string{"E109 " + at(11, 1) + "merge keys"}},
		{"E109 control", "seed: 7", "seed: \x1b7", []string{"E109 " + at(11, 7) + "the control character U+001B"}},
		{"E110 period", "end: 2022-12-30", "end: 2001-01-01", []string{"E110 " + at(2, 34) + "period: start 2006-05-08 is not before end 2001-01-01"}},
		{"E110 cost", "rate: 10", "rate: 10, from: 2010-01-01, until: 2009-01-01", []string{"E110 " + at(5, 38) + "costs.0: from 2010-01-01 is after until 2009-01-01"}},
		{"E120 less", "AGG: 30%", "AGG: 25%", []string{"E120 " + at(4, 10) + "targets sum to 0.95 (want 1 within 1e-9) Missing 0.05"}},
		{"E120 more", "AGG: 30%", "AGG: 31%", []string{"E120 " + at(4, 10) + "targets sum to 1.01;Take 0.01 away"}},
		{"E121 negative", "AGG: 30%", "AGG: -30%", []string{"E121 " + at(4, 26) + "targets.AGG -30%: a negative weight"}},
		{"E121 above 1", "AGG: 30%", "AGG: 30", []string{"E121 " + at(4, 26) + "targets.AGG 30: more than the whole;Did you mean 30%?"}},
		{"E122", "band: 20%", "band: 5", []string{"E122 " + at(9, 34) + "policies.bands.band 5 is 500 % of the target: did you mean 5% or 5pp?"}},
		{"E122 negative", "band: 20%", "band: -5%", []string{"E122 " + at(9, 34) + "policies.bands.band: limit -5%: must be 0 or more"}},
		{"E122 warning", "band: 20%", "band: 1.5", []string{"warning E122 " + at(9, 34) + "policies.bands.band 1.5 is 150 % of the target;Did you mean 1.5% or 1.5pp?"}},
		{"E123", "rail: 10%", "rail: 30%", []string{"E123 " + at(9, 45) + "policies.bands: AGG: the inner rail exceeds the band;0 <= rail <= band"}},
		{"E123 default", "band: 20%, rail: 10%", "band: 5%", []string{"E123 " + at(9, 10) + "policies.bands: AGG: the inner rail exceeds the band, 10% against 5%;The rail is 10% where it is left out: give one"}},
		{"E123 mixed", "rail: 10%", "rail: 3pp", []string{"E123 " + at(9, 45) + "policies.bands: GLD: the inner rail exceeds the band"}},
		{"E123 both", "rail: 10%", "rail: 10%, rail_ratio: 0.5", []string{"E123 " + at(9, 50) + "policies.bands: both rail and rail_ratio"}},
		{"E123 ratio", "rail: 10%", "rail_ratio: 2", []string{"E123 " + at(9, 51) + "policies.bands.rail_ratio 2: must be 0 to 1"}},
		{"E123 of band", "rail: 10%", "rail: 150% of band", []string{"E123 " + at(9, 45) + "policies.bands.rail 150% of band: must be"}},
		{"E125", "look: session", "look: fortnightly", []string{"E125 " + at(9, 56) + `policies.bands.look: unknown frequency "fortnightly"`}},
		{"E125 nearest", "look: session", "look: month-end", []string{"E125 " + at(9, 56) + `;Did you mean "month_end"?`}},
		{"E126", "rate: 10", "rate: -3", []string{"E126 " + at(5, 28) + "costs.0.rate -3: must be 0 to 10000"}},
		{"E126 no assets", "rate: 10", "rate: 10, assets: []", []string{"E126 " + at(5, 40) + "costs.0.assets: a cost of no assets"}},
		{"E107 asset", "rate: 10", "rate: 10, assets: [VTI, , AGG]", []string{"E102 " + at(5, 46)}},
		{"E107 empty asset", "costs: [{model: bps, rate: 10}]", "costs:\n- model: bps\n  rate: 10\n  assets:\n  -\n  - AGG", []string{"E107 " + at(9, 3) + "costs.0.assets.0: nothing is given"}},
		{"E127 zero", "cash: 1000000", "cash: 0", []string{"E127 " + at(3, 17) + "account.cash 0: must be 1e-06 to 1e+12"}},
		{"E127 large", "cash: 1000000", "cash: 2e12", []string{"E127 " + at(3, 17) + "account.cash 2e12: must be"}},
		{"E127 reserve", "currency: USD", "cash_reserve: 1000000", []string{"E127 " + at(3, 40) + "account.cash_reserve 1000000 leaves nothing"}},
		{"E127 reserve part", "currency: USD", "cash_reserve: 100%", []string{"E127 " + at(3, 40) + "account.cash_reserve 100%: must be 0% to less than 100% of NAV"}},
		{"E130 none", "{VTI: 60%, AGG: 30%, GLD: 10%}", "{}", []string{"E130 " + at(4, 10) + "targets: no assets"}},
		{"E130 case", "AGG: 30%", "vti: 30%", []string{"warning E130 " + at(4, 21) + `targets: "VTI" and "vti" differ in their case alone`}},
		{"E132 prices", "prices: p.parquet, ", "", []string{"E132 " + at(2, 7) + `data: key "prices" is missing`}},
		{"E132 rate", ", rate: 10", "", []string{"E132 " + at(5, 9) + `costs.0: key "rate" is missing`}},
		{"E132 strategy", "strategy: buy_and_hold", "", []string{"E132 " + at(8, 10) + `policies.never: key "strategy" is missing (one of `}},
		{"E320 per_asset", "look: session", "per_asset: {GLDD: {band: 5%}}", []string{"E320 " + at(9, 62) + `policies.bands.per_asset: no asset "GLDD" (the targets have 3) The nearest is "GLD"`}},
		{"E320 cost", "rate: 10", "rate: 10, assets: [VTI, AGGG]", []string{"E320 " + at(5, 46) + `costs.0.assets: no asset "AGGG" (the targets have 3) The nearest is "AGG"`}},
		{"E335", "AGG: 30%", `"A\eG": 30%`, []string{"E335 " + at(4, 21) + `targets: symbol "A\x1bG"`}},
	} {
		t.Run(c.name, func(t *testing.T) { expect(t, swap(t, c.from, c.to), c.want...) })
	}
}

// What can be wrong with flows, by the entry, which stands in line 12.
func TestFlowFindings(t *testing.T) {
	at := func(col int) string { return fmt.Sprintf("line 12, column %d: ", col) }
	for _, c := range []struct{ entry, want string }{
		{"[deposit, 5]", "E105 " + at(9) + "flows.0: want a map such as"},
		{"{deposit: 5, evry: session}", "E103 " + at(22) + `flows.0: unknown key "evry";Did you mean "every"?`},
		{"{deposit: 5, every: monthly}", "E125 " + at(29) + `flows.0.every: unknown frequency "monthly"`},
		{"{deposit: 5, every: 6 months after rebalance}", "E125 " + at(29)},
		{"{every: session}", "E132 " + at(9) + `flows.0: key "deposit" is missing (a flow has one of deposit, withdraw, file)`},
		{"{deposit: 5}", "E132 " + at(9) + `flows.0: key "every" is missing (a flow has one of every, on)`},
		{"{deposit: 5, withdraw: 5, every: session}", "E105 " + at(22) + "flows.0: both deposit and withdraw"},
		{"{deposit: 5, every: session, on: 2010-01-01}", "E105 " + at(38) + "flows.0: both every and on"},
		{"{file: f.csv, deposit: 5}", "E105 " + at(10) + "flows.0: both deposit and file"},
		{"{file: f.csv, from: 2010-01-01}", "E105 " + at(23) + "flows.0: from beside a file"},
		{"{deposit: 5, on: 2010-01-01, until: 2011-01-01}", "E105 " + at(38) + "flows.0: until of a single flow"},
		{"{deposit: 5, on: 2010-01-01, growth: 2%}", "E105 " + at(38) + "flows.0: growth of a single flow"},
		{"{deposit: 5%, every: session, growth: 2%}", "E105 " + at(39) + "flows.0: growth of a part of NAV"},
		{"{deposit: 5, every: session, from: 2011-01-01, until: 2010-01-01}", "E110 " + at(38) + "flows.0: from 2011-01-01 is after until 2010-01-01"},
		{"{deposit: -5, every: session}", "E127 " + at(19) + "flows.0.deposit -5: must be 1e-06 to 1e+12"},
		{"{deposit: 0, every: session}", "E127 " + at(19) + "flows.0.deposit 0: must be"},
		{"{withdraw: 101%, every: session}", "E127 " + at(20) + "flows.0.withdraw 101%: must be above 0% and at most 100% of NAV"},
		{"{withdraw: .nan, every: session}", "E106 " + at(20)},
		{"{deposit: 1_000, every: session}", "E108 " + at(19)},
		{"{deposit: much, every: session}", "E105 " + at(19) + "flows.0.deposit: want a finite number"},
		{"{deposit: 5, every: session, growth: -1}", "E105 " + at(46) + "flows.0.growth -1: must be -0.99 to 10"},
		{"{deposit: 5, every: session, growth: fast}", "E105 " + at(46) + "flows.0.growth: want a fraction"},
		{"{deposit: 5, on: 2010-1-1}", "E105 " + at(26) + `flows.0.on: "2010-1-1" is not a date`},
		{"{file: ''}", "E105 " + at(16) + "flows.0.file: want the path of a file"},
		{"{file: ~}", "E107 " + at(16) + "flows.0.file: nothing is given"},
	} {
		t.Run(c.entry, func(t *testing.T) { expect(t, good+"flows: ["+c.entry+"]\n", c.want) })
	}
	expect(t, good+"flows: {deposit: 5}\n", "E105 line 12, column 8: flows: want a list of flows")
	expect(t, good+"flows:\n"+strings.Repeat("- {deposit: 5, every: session}\n", maxFlows+1), "E105 line 13, column 1: flows: 1001 entries")
}

// What can be wrong with dated targets, which stand in place of the targets.
func TestScheduleFindings(t *testing.T) {
	const targets = "targets: {VTI: 60%, AGG: 30%, GLD: 10%}"
	for _, c := range []struct{ schedule, want string }{
		{"[a]", "E105 line 4, column 18: target_schedule: want a map of dates"},
		{"{}", "E130 line 4, column 18: target_schedule: no targets"},
		{"{2006-5-8: {VTI: 1}}", `E105 line 4, column 19: target_schedule: "2006-5-8" is not a date`},
		{"{2006-05-08: 1}", "E105 line 4, column 31: target_schedule.2006-05-08: want a map of symbols"},
		{"{2006-05-08: {VTI: 90%}}", "E120 line 4, column 31: target_schedule.2006-05-08 sum to 0.9 (want 1 within 1e-9) Missing 0.1"},
		{"{2006-05-08: {VTI: 110%}}", "E121 line 4, column 37: target_schedule.2006-05-08.VTI 110%: more than the whole"},
		{"{2006-05-08: {VTI: .nan}}", "E106 line 4, column 37"},
		{"{2006-05-08: {VTI: 1}, 2006-05-08: {AGG: 1}}", `E104 line 4, column 41: key "2006-05-08" already given`},
		{"{2006-05-08: {VTI: 1}, 2007-01-01: {vti: 1}}", `warning E130 line 4, column 54: targets: "VTI" and "vti" differ in their case alone`},
		{"{file: t.csv, 2006-05-08: {VTI: 1}}", `E103 line 4, column 32: target_schedule: unknown key "2006-05-08"`},
		{`{file: "a\tb"}`, "E105 line 4, column 25: target_schedule.file: want the path of a file"},
	} {
		t.Run(c.schedule, func(t *testing.T) { expect(t, swap(t, targets, "target_schedule: "+c.schedule), c.want) })
	}
	expect(t, good+"target_schedule: {2006-05-08: {VTI: 1}}\n", "E130 line 12, column 1: both targets and target_schedule are given")
	later := swap(t, targets, "target_schedule: {2006-05-08: {VTI: 50%, AGG: 50%}, 2007-01-01: {AGG: 10%, VTI: 90%}}")
	expect(t, strings.Replace(later, "rail: 10%", "rail: 4pp", 1), "E123 line 9, column 45: policies.bands: AGG: the inner rail exceeds the band")
}

// What can be wrong with the newer keys of the execution and of policies.
func TestPartFindings(t *testing.T) {
	const fill, look = "{fill: next_close}", "look: session"
	for _, c := range []struct{ from, to, want string }{
		{fill, "{delay: 1}", `E105 line 6, column 20: execution.delay: want a number of sessions`},
		{fill, "{delay: -1 sessions}", `E105 line 6, column 20: execution.delay: want a number of sessions`},
		{fill, "{delay: 1 day}", `E105 line 6, column 20: execution.delay: want a number of sessions up to 10000, such as 1 session, got "1 day"`},
		{fill, "{window: mon/wen}", `E125 line 6, column 21: execution.window: unknown frequency "mon/wen"`},
		{fill, "{window: 6 months after rebalance}", `E125 line 6, column 21`},
		{look, "look: 6 weeks after rebalance", `E125 line 9, column 56`},
		{look, "pause: 6", `E105 line 9, column 57: policies.bands.pause: want a pause: a whole number`},
		{look, "hysteresis: 2", `E105 line 9, column 62: policies.bands.hysteresis 2: must be 0 to 0.99`},
		{look, "segments: []", `E105 line 9, column 60: policies.bands.segments: want a list`},
		{look, "segments: [{look: session}]", `E105 line 9, column 61: policies.bands.segments.0: a segment needs its nav`},
		{look, "segments: [{nav: 1}, {nav: 2}]", `E105 line 9, column 71: policies.bands.segments.1: segments are given from the largest nav down`},
		{look, "segments: [{nav: 1, look: nightly}]", `E125 line 9, column 76: policies.bands.segments.0.look: unknown frequency "nightly"`},
		{look, "mini: {deviaton: 10%}", `E103 line 9, column 57: policies.bands.mini: unknown key "deviaton"`},
		{look, "mini: {largest: 0}", `E105 line 9, column 66: policies.bands.mini.largest: want a whole number`},
		{look, "mini: {deviation: -5}", `E105 line 9, column 68: policies.bands.mini.deviation -5: must be 0 or more`},
		{look, "mini: {deviation: -5%}", `E105 line 9, column 68: policies.bands.mini.deviation -5%: must be 0 or more`},
		{look, "mini: {major: -100}", `E105 line 9, column 64: policies.bands.mini.major -100: must be 0 or more`},
		{look, "pause: 0 days", `E105 line 9, column 57: policies.bands.pause: want a pause: a whole number, 1 or more`},
		{look, "pause: [1 day]", `E105 line 9, column 57: policies.bands.pause: want a pause`},
		{look, "segments: [{nav: 1, pause: -1 weeks}]", `E105 line 9, column 77: policies.bands.segments.0.pause: want a pause`},
		{look, "look: {on: month_end}", `E105 line 9`},
		{look, "look: {on: fri, else: previous}", `E125 line 9`},
		{look, "look: {on: fri, otherwise: next}", `E103 line 9`},
		{look, "look: {on: [fri]}", `E105 line 9`},
		{look, "look: [fri]", `E105 line 9`},
		{look, "funding: magic", `E103 line 9, column 59: policies.bands.funding: unknown funding "magic"`},
		{look, "trigger: {band: 5%}", `E103 line 9, column 50: policies.bands: unknown key "trigger"`},
		{"{strategy: buy_and_hold}", "{strategy: rebalance, trigger: {any: [{portfolio_drft: 5pp}]}}", `E103 line 8, column 49: policies.never.trigger: unknown trigger "portfolio_drft"`},
		{"{strategy: buy_and_hold}", "{strategy: rebalance, trigger: {all: [{deviation: x}]}}", `E105 line 8, column 60: policies.never.trigger.all.0.deviation: want a fraction`},
		{"{strategy: buy_and_hold}", "{strategy: rebalance, trigger: {signal: [2010-01-02, 2010-01-01]}}", `E105 line 8, column 63: policies.never.trigger.signal.1: 2010-01-01 does not come after`},
		{"{strategy: buy_and_hold}", "{strategy: rebalance, trigger: {signal: ' a.csv'}}", `E105 line 8, column 50: policies.never.trigger.signal: want the path of a file`},
	} {
		t.Run(c.to, func(t *testing.T) {
			f, err := Parse("run.yaml", []byte(swap(t, c.from, c.to)))
			require.Nil(t, f)
			got := lines(fault.Of(err))
			require.Len(t, got, 1, strings.Join(got, "\n"))
			require.Contains(t, got[0], c.want)
		})
	}
}

func TestSweepFindings(t *testing.T) {
	at := func(col int) string { return fmt.Sprintf("line 12, column %d: ", col) }
	for _, c := range []struct {
		name, sweep string
		want        []string
	}{
		{"policy", "{policy: bnds, axes: {band: [5%]}}", []string{"E103 " + at(17) + `sweep.policy: no policy "bnds";Did you mean "bands"?`}},
		{"no policy", "{axes: {band: [5%]}}", []string{"E132 " + at(8) + `sweep: key "policy" is missing`}},
		{"no axes", "{policy: bands}", []string{"E132 " + at(8) + `sweep: key "axes" is missing`}},
		{"empty axes", "{policy: bands, axes: {}}", []string{"E129 " + at(30) + "sweep.axes: no axis"}},
		{"empty axis", "{policy: bands, axes: {band: []}}", []string{"E129 " + at(37) + "sweep.axes.band: no values"}},
		{"unknown parameter", "{policy: bands, axes: {bnd: [5%]}}", []string{"E103 " + at(31) + `sweep.axes: no parameter "bnd";parameters of bands: band, rail;Did you mean "band"?`}},
		{"unknown path", "{policy: bands, axes: {costs.3.rate: [5]}}", []string{"E103 " + at(31) + `sweep.axes: no parameter "costs.3.rate"`}},
		{"not to be swept", "{policy: bands, axes: {data.prices: [a, b]}}", []string{"E129 " + at(31) + "sweep.axes: data.prices cannot be swept"}},
		{"bad value", "{policy: bands, axes: {band: [5%, x]}}", []string{"E105 " + at(42) + `;sweep.axes.band.1: want a limit such as 20%`}},
		{"bad look", "{policy: bands, axes: {look: [session, month-end]}}", []string{"E125 " + at(47) + "sweep.axes.look.1: unknown frequency"}},
		{"duplicate", "{policy: bands, axes: {band: [5%, 0.05]}}", []string{"E129 " + at(42) + "sweep.axes.band: value 0.05 twice"}},
		{"same axis twice", "{policy: bands, axes: {band: [5%], policies.bands.band: [6%]}}", []string{"E129 " + at(43) + "sweep.axes: band and policies.bands.band are the same parameter"}},
		{"rail and its ratio", "{policy: bands, axes: {rail: [5%], rail_ratio: [0.5]}}", []string{"E129 " + at(43) + "sweep.axes: rail and rail_ratio are the same parameter"}},
		{"drawn points need no grid", "{policy: bands, axes: {band: 0:1:0.001, rail_ratio: 0:1:0.001}, points: {sample: latin_hypercube, n: 500}}", nil},
		{"range does not end", "{policy: bands, axes: {band: 5%:50%:7%}}", []string{"E129 " + at(37) + `sweep.axes.band: the range "5%:50%:7%": its step does not reach its end;the end included`}},
		{"range step 0", "{policy: bands, axes: {band: 5%:50%:0}}", []string{"E129 " + at(37) + ";its step is 0"}},
		{"range away", "{policy: bands, axes: {band: 5%:50%:-5%}}", []string{"E129 " + at(37) + ";leads away"}},
		{"range units", "{policy: bands, axes: {band: 5%:50pp:5%}}", []string{"E129 " + at(37) + ";different units"}},
		{"range words", "{policy: bands, axes: {band: a:b:c}}", []string{"E129 " + at(37) + `;"a" is not a plain decimal number`}},
		{"range values", "{policy: bands, axes: {rail_ratio: 0:2:1}}", []string{"E123 " + at(43) + "sweep.axes.rail_ratio 2: must be 0 to 1"}},
		{"range huge", "{policy: bands, axes: {band: 0:2:0.000001}}", []string{"E128 " + at(37) + ";it has 2000001 values, the limit is 1000000"}},
		{"too many points", "{policy: bands, axes: {band: 0:1:0.001, rail_ratio: 0:1:0.001}}", []string{"E128 " + at(60) + "sweep.axes.rail_ratio: 1001 values are too many;at most 1000000 points"}},
		{"axis is no list", "{policy: bands, axes: {band: 5%}}", []string{"E105 " + at(37) + "sweep.axes.band: want a list of values"}},
		{"sample", "{policy: bands, axes: {band: [5%]}, points: {sample: sobol, n: 5}}", []string{"E103 " + at(61) + `sweep.points.sample: unknown sample "sobol"`}},
		{"sample size", "{policy: bands, axes: {band: [5%]}, points: {sample: latin_hypercube, n: 1000001}}", []string{"E128 " + at(81) + "sweep.points.n 1000001: must be 1 to"}},
		{"unknown key", "{policy: bands, axes: {band: [5%]}, point: grid}", []string{"E103 " + at(44) + `sweep: unknown key "point";Did you mean "points"?`}},
	} {
		t.Run(c.name, func(t *testing.T) { expect(t, good+"sweep: "+c.sweep+"\n", c.want...) })
	}
}

// All findings of a file come at once, in the order of their places, and know
// their file.
func TestAllAtOnce(t *testing.T) {
	text := strings.NewReplacer("cash:", "cahs:", "30%", "x", "rate: 10", "rate: -1", "next_close", "later", "rail: 10%", "rail: 5", "base: never", "base: nobody", "seed: 7", "seed: -1").Replace(good)
	expect(t, text,
		"E103 line 3, column 11", "E105 line 4, column 26", "E126 line 5, column 28", "E103 line 6, column 19",
		"E123 line 9, column 45", "E103 line 10, column 7", "E105 line 11, column 7")
}

func TestExcerpt(t *testing.T) {
	_, err := Parse("run.yaml", []byte(strings.Replace(good, "band: 20%", "bend: 20%", 1)))
	list := fault.Of(err)
	require.Len(t, list, 1)
	require.Equal(t, strings.Join([]string{
		"[9:28]",
		"     8 |   never: {strategy: buy_and_hold}",
		">    9 |   bands: {strategy: bands, bend: 20%, rail: 10%, look: session}",
		"                                    ^",
	}, "\n"), list[0].Excerpt)
	require.Equal(t, `error E103 run.yaml line 9, column 28: policies.bands: unknown key "bend" (keys here: strategy, band, rail, rail_ratio, look, to, scope, share, unfunded, surplus, per_asset, funding, mini, pause, segments, hysteresis, deposits, withdrawals). Did you mean "band"?`,
		strings.SplitN(list[0].Error(), "\n", 2)[0])
	require.Equal(t, fault.ExitConfig, fault.Exit(err))
}

// A long line is cut around the place, and what could drive a terminal is not
// repeated.
func TestExcerptOfLongAndHostileLines(t *testing.T) {
	text := strings.Repeat("x", 500) + "\u202e!" + strings.Repeat("y", 500)
	got := syntax.Excerpt([]string{text}, syntax.Place{Line: 1, Col: 501})
	require.Less(t, len(got), 350)
	require.NotContains(t, got, "\u202e")
	rows := strings.Split(got, "\n")
	require.Equal(t, "!", string([]rune(rows[1])[strings.Index(rows[2], "^")+1]))
}

func TestWholeFile(t *testing.T) {
	expect(t, "", "E105 line 1, column 1: the file holds nothing, not a map")
	expect(t, "# nothing\n", "E105 line 1")
	expect(t, "just words", "E105 line 1, column 1: the file holds a text")
	expect(t, "- a\n", "E105 line 1, column 1: the file holds a list")
	expect(t, "{}", "E132 line 1, column 1: data: key \"prices\"", "E130 line 1", "E132 line 1, column 1: key \"policies\"")
	expect(t, "\xef\xbb\xbf"+good, "E109 ;byte order mark")
	expect(t, "\xff\xfea\x00", "E109 ;byte order mark")
	expect(t, "a: \xff", "E109 ;not UTF-8")
	expect(t, good+strings.Repeat("#", syntax.MaxBytes), "E109 ;bytes")
	expect(t, "a: "+strings.Repeat("[", 100), "E109 line 1, column 67: more than 64")
	expect(t, strings.Repeat("- ", 100)+"x", "E109 line 1, column 129: more than 64")
	expect(t, "---\n"+good)
	expect(t, strings.ReplaceAll(good, "\n", "\r\n"))
	expect(t, good+"...\n")
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	codeOf := func(err error) string { return fault.Of(err)[0].Code }
	_, err := Load(filepath.Join(dir, "none.yaml"))
	require.Equal(t, "E101", codeOf(err))
	require.Contains(t, err.Error(), "no such file")
	_, err = Load(dir)
	require.Equal(t, "E101", codeOf(err))
	big := filepath.Join(dir, "big.yaml")
	require.NoError(t, os.WriteFile(big, make([]byte, syntax.MaxBytes+1), 0o600))
	_, err = Load(big)
	require.Equal(t, "E109", codeOf(err))
	path := filepath.Join(dir, "run.yaml")
	require.NoError(t, os.WriteFile(path, []byte(good), 0o600))
	f, err := Load(path)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(dir, "p.parquet"), f.PricesPath())
	require.NotContains(t, string(f.Canonical()), dir)
}
