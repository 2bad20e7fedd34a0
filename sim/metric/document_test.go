package metric_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/sim/metric"
)

var update = flag.Bool("update", false, "write the generated parts of the document anew")

// The document's example and its table of measures are what the program says.
func TestDocument(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "measures.md")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	now := string(text)
	for name, part := range map[string]string{"example": workedExample(), "measures": measureTable()} {
		from := "<!-- generated: " + name + " -->\n"
		before, rest, ok := strings.Cut(now, from)
		require.True(t, ok, name)
		_, after, ok := strings.Cut(rest, "<!-- end -->")
		require.True(t, ok, name)
		now = before + from + part + "<!-- end -->" + after
	}
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(now), 0o644))
		return
	}
	require.Equal(t, now, string(text), "run the test with -update")
}

// workedExample is half of a purchase in the three forms.
func workedExample() string {
	x := metric.Execution{Shares: 8000, Done: 4000, Paid: 4000 * 77, Decision: 75, Arrival: 75.75, End: 79, Explicit: 1500}
	w, p, c := x.Wagner(), x.Perold(), x.CFA()
	b := "| form | parts | total |\n|---|---|---:|\n"
	for _, f := range []struct {
		name, parts string
		total       float64
	}{
		{"Wagner", fmt.Sprintf("delay %.0f + trading %.0f + opportunity %.0f + explicit %.0f", w.Delay, w.Trading, w.Opportunity, w.Explicit), w.Total()},
		{"Perold", fmt.Sprintf("execution %.0f + opportunity %.0f + explicit %.0f", p.Execution, p.Opportunity, p.Explicit), p.Total()},
		{"CFA", fmt.Sprintf("delay %.0f + realised %.0f + missed %.0f + explicit %.0f", c.Delay, c.Realized, c.Missed, c.Explicit), c.Total()},
	} {
		b += fmt.Sprintf("| %s | %s | %.0f |\n", f.name, f.parts, f.total)
	}
	return b
}

func measureTable() string {
	units := map[metric.Unit]string{metric.Money: "money", metric.Fraction: "fraction", metric.Ratio: "number", metric.Count: "count"}
	cell := func(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
	b := "| key | on paper | unit | definition |\n|---|---|---|---|\n"
	for _, m := range metric.All() {
		text := strings.ToUpper(m.Doc[:1]) + m.Doc[1:] + "."
		if m.Details != "" {
			text += " " + strings.TrimSuffix(m.Details, ".") + "."
		}
		b += fmt.Sprintf("| `%s` | %s | %s | %s |\n", m.Name, m.Title, units[m.Unit], cell(text))
	}
	return b
}
