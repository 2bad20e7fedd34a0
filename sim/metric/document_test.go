package metric_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"evenkeel/sim/card/cardtest"
	"evenkeel/sim/metric"
)

//go:generate go test -run TestDocument|TestReadme -update .

// The document's example and its table of measures are what the program says.
func TestDocument(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "measures.md")
	cardtest.Generated(t, path, "example", workedExample())
	cardtest.Generated(t, path, "measures", measureTable())
}

// The README lists the measures by chapter.
func TestReadme(t *testing.T) {
	b := "| chapter | measures |\n|---|---|\n"
	for c := metric.InGrowth; c <= metric.InOthers; c++ {
		var names []string
		for _, m := range metric.All() {
			if m.Chapter == c {
				names = append(names, "`"+m.Name+"`")
			}
		}
		if names != nil {
			b += fmt.Sprintf("| %v | %s |\n", c, strings.Join(names, ", "))
		}
	}
	cardtest.Generated(t, "README.md", "chapters", b)
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
