package experiment

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/cmd/evenkeel/experiment/syntax/syntaxtest"
)

func schema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	require.NoError(t, c.AddResource(SchemaName, doc))
	s, err := c.Compile(SchemaName)
	require.NoError(t, err)
	return s
}

// document is what a YAML reader makes of a text: plain scalars that look like
// numbers, true, false and null are such.
func document(t testing.TB, text string) any {
	t.Helper()
	c := &syntax.Checker{Name: "x", Lines: syntax.LinesOf(text)}
	n := syntax.Read(c, []byte(text))
	require.NotNil(t, n, c.List)
	return syntaxtest.Plain(n)
}

func TestSchemaAccepts(t *testing.T) {
	s := schema(t)
	for _, text := range []string{good, Starter, string(testdata(t, "etf-bands.yaml")), string(testdata(t, "simulated.yaml")), string(testdata(t, "vocabulary.yaml"))} {
		require.NoError(t, s.Validate(document(t, text)))
		require.NoError(t, s.Validate(document(t, string(parsed(t, text).Canonical()))))
	}
}

// The schema knows every form of flows, dated targets and parts.
func TestSchemaOfParts(t *testing.T) {
	s := schema(t)
	base := strings.Replace(small, "targets: {A: 60%, B: 40%}", "target_schedule: {2020-01-01: {A: 1}}", 1)
	for _, text := range []string{
		base, scheduled, small + "flows: [{file: f.csv}, {withdraw: 1%, on: 2020-01-01}, {deposit: 5, every: session, growth: g.csv}]\n",
		small + "  s: {strategy: rebalance, trigger: {any: [{signal: s.csv}, {all: [{calendar: true}]}]}, segments: [{nav: 0, pause: 1 year}], mini: {}}\n",
		small + "execution: {delay: 0 sessions, window: {every: 5 sessions, offset: 1}}\n",
	} {
		require.NoError(t, s.Validate(document(t, text)), text)
		f := parsed(t, text)
		require.NoError(t, s.Validate(document(t, string(f.Canonical()))), text)
	}
	for _, text := range []string{
		base + "targets: {A: 1}\n", strings.Replace(base, "2020-01-01", "2020-1-1", 1), strings.Replace(base, "{A: 1}", "1", 1),
		small + "flows: [{deposit: 5}]\n", small + "flows: [{deposit: 5, withdraw: 5, every: session}]\n", small + "flows: [{file: f.csv, deposit: 5, on: 2020-01-01}]\n",
		small + "flows: [{deposit: 0, every: session}]\n", small + "flows: [{deposit: 5, every: 6 months after rebalance}]\n",
		small + "  s: {strategy: rebalance, trigger: {often: true}}\n", small + "  s: {strategy: rebalance, trigger: {any: []}}\n",
		small + "  s: {strategy: bands, segments: [{look: session}]}\n", small + "  s: {strategy: bands, mini: {depth: 3}}\n", small + "  s: {strategy: bands, pause: 6}\n",
		small + "execution: {delay: 1}\n",
	} {
		require.Error(t, s.Validate(document(t, text)), text)
		_, err := Parse("run.yaml", []byte(text))
		require.Error(t, err, text)
	}
}

func TestSchemaRefuses(t *testing.T) {
	s := schema(t)
	for _, c := range [][2]string{
		{"cash:", "cahs:"}, {"seed:", "sed:"}, {"band: 20%", "bend: 20%"}, {"next_close", "next_clos"},
		{"strategy: bands", "strategy: band"}, {"model: bps", "model: bp"}, {"cash: 1000000", "cash: 100k"},
		{"{fill: next_close}", "[next_close]"}, {"seed: 7", "seed: -1"}, {"2006-05-08", "2006-5-8"},
		{"AGG: 30%", "AGG: 30 percent"}, {"look: session", "look: fortnightly"}, {"rate: 10", "rate: -3"},
		{", rate: 10", ""}, {"prices: p.parquet, ", ""}, {"{VTI: 60%, AGG: 30%, GLD: 10%}", "{}"}, {"seed: 7", "data.tax: {}"},
		{"band: 20%", "band: {up: 25%}"}, {"rail: 10%", "rail: ten"}, {"currency: USD", "currency: 7"},
		{"look: session", "funding: magic"}, {"look: session", "share: relative"}, {"seed: 7", "sweep: {policy: bands}"},
		{"currency: USD", "initial_purchase: {cost: 1}"}, {"strategy: buy_and_hold", "strategy: buy_and_hold, band: 5%"},
	} {
		text := swap(t, c[0], c[1])
		require.Error(t, s.Validate(document(t, text)), c[1])
		_, err := Parse("run.yaml", []byte(text))
		require.Error(t, err, c[1])
	}
}

// Every key of every plug-in is in the schema, with its doc.
func TestSchemaIsComplete(t *testing.T) {
	text := string(Schema())
	var doc map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &doc))
	require.Equal(t, "https://json-schema.org/draft/2020-12/schema", doc["$schema"])
	require.Equal(t, false, doc["additionalProperties"])
	for _, word := range []string{`"rail_ratio"`, `"per_asset"`, `"model"`, `"flows"`, "half_year_end", "how to split cash too small for all deficits"} {
		require.Contains(t, text, word)
	}
	require.Equal(t, text, string(Schema()), "the same every time")
}
