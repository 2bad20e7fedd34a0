package run

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/reports/internal/reporttest"
	"evenkeel/sim"
	"evenkeel/sim/tax"
)

const (
	schemaFrom = "<!-- schemas: written by the tests with -update -->\n"
	schemaTo   = "<!-- end of schemas -->\n"
)

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
	content, err := os.ReadFile("README.md")
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(content), schemaFrom)
	require.True(t, ok)
	_, after, ok := strings.Cut(rest, schemaTo)
	require.True(t, ok)
	now := before + schemaFrom + b.String() + schemaTo + after
	if *reporttest.Update {
		require.NoError(t, os.WriteFile("README.md", []byte(now), 0o644))
		return
	}
	require.Equal(t, now, string(content))
}

// The README names every report.
func TestReadmeNamesEveryReport(t *testing.T) {
	content, err := os.ReadFile("README.md")
	require.NoError(t, err)
	for _, p := range Catalog.All() {
		require.Contains(t, string(content), "`"+p.Name+"`")
		require.NotEmpty(t, p.Doc)
	}
}
