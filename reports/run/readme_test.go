package run

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/reports/draw"
	"evenkeel/reports/internal/reporttest"
	"evenkeel/sim"
	"evenkeel/sim/tax"
)

const (
	schemaFrom = "<!-- schemas: written by the tests with -update -->\n"
	schemaTo   = "<!-- end of schemas -->\n"

	reportsFrom = "<!-- reports: written by the tests with -update -->\n"
	reportsTo   = "<!-- end of reports -->\n"
)

//go:generate go test -run Readme|GoldenFiles -update .

// The README's schemas are those of the files.
func TestReadmeHoldsTheSchemas(t *testing.T) {
	p := reporttest.Walk(t, []string{"A", "B", "C", "D"}, 60)
	m := reporttest.Memory{}
	require.NoError(t, Write(m, dated(t, reporttest.TenBPS(t, p, sim.NextClose), p, true, false), "prices", "decisions", "nav", "weights", "looks", "orders", "trades", "costs", "flows", "periods", "contributions", "ledger"))
	require.NoError(t, Write(m, taxed(t, p, tax.Standard), "lots"))
	var b strings.Builder
	for _, name := range []string{"nav", "weights", "looks", "decisions", "orders", "trades", "costs", "flows", "lots", "periods", "contributions", "ledger", "prices"} {
		table := read(t, m, name+".parquet")
		fmt.Fprintf(&b, "\n### %s.parquet\n\n%s.\n\n| column | type | meaning |\n| --- | --- | --- |\n", name, table.Meta["table"])
		for _, c := range table.Columns {
			doc := table.Meta["column:"+c.Name]
			require.NotEmpty(t, doc, c.Name)
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", c.Name, c.Type, strings.ReplaceAll(doc, "|", `\|`))
		}
	}
	b.WriteByte('\n')
	generated(t, schemaFrom, b.String(), schemaTo)
}

// generated compares a part of the README with what it is made of, or writes it.
func generated(t *testing.T, from, part, to string) {
	t.Helper()
	content, err := os.ReadFile("README.md")
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(content), from)
	require.True(t, ok)
	_, after, ok := strings.Cut(rest, to)
	require.True(t, ok)
	now := before + from + part + to + after
	if *reporttest.Update {
		require.NoError(t, os.WriteFile("README.md", []byte(now), 0o644))
		return
	}
	if now != string(content) {
		t.Errorf("README.md is not as the program makes the part after %s run make update", from)
	}
}

// The README lists every report with its files, as the catalog has it.
func TestReadmeListsEveryReport(t *testing.T) {
	b := "\n| report | writes | what |\n| --- | --- | --- |\n"
	for _, p := range Catalog.All() {
		files := p.Details // they come first in it
		for _, end := range []string{": ", ", ", ". "} {
			files, _, _ = strings.Cut(files, end)
		}
		b += fmt.Sprintf("| `%s` | %s | %s |\n", p.Name, strings.TrimSuffix(files, "."), strings.ReplaceAll(p.Doc, "|", `\|`))
	}
	generated(t, reportsFrom, b+"\n", reportsTo)
}

// Every report keeps what it promises: a card, at least one file of its own, and the
// same bytes for the same run.
func TestReportsKeepTheirPromises(t *testing.T) {
	t.Cleanup(draw.Coarse())
	p, targets := reporttest.Walk(t, []string{"A", "B"}, 40), []float64{0.6, 0.4}
	terms := reporttest.TenBPS(t, p, sim.NextClose)
	made := func(name string) reporttest.Memory {
		m := reporttest.Memory{}
		require.NoError(t, Write(m, replay(t, p, targets, terms, reporttest.Banded("bands", targets, 0.05, 0.02)), name), "report %q", name)
		return m
	}
	owner := map[string]string{}
	for _, plug := range Catalog.All() {
		if plug.Doc == "" || plug.Details == "" {
			t.Errorf("report %q has no Doc, or does not name its files in Details", plug.Name)
		}
		first, second := made(plug.Name), made(plug.Name)
		if !maps.EqualFunc(first, second, bytes.Equal) {
			t.Errorf("report %q writes other bytes for the same run", plug.Name)
		}
		for name, content := range first {
			if len(content) == 0 {
				t.Errorf("report %q leaves %s empty", plug.Name, name)
			}
			if owner[name] != "" {
				t.Errorf("reports %q and %q both write %s", owner[name], plug.Name, name)
			}
			owner[name] = plug.Name
		}
	}
}
