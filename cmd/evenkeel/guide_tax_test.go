package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/sim/metric"
	"evenkeel/sim/tax"
)

// taxColumns are the columns that show what taxes come to.
var taxColumns = []guideColumn{
	{"Final NAV", "final_nav", money}, {"CAGR", "cagr", percent}, {"Rebalances", "rebalances", money}, {"Turnover a year", "turnover_per_year", percent},
	{"Tax paid", "tax_total", money}, {"Tax not paid", "tax_accrued", money}, {"Short-term gains", "gains_short", money}, {"Long-term gains", "gains_long", money},
	{"Disallowed losses", "losses_disallowed", money}, {"Mean drift", "drift_mean", percent},
}

// TestDocsOfTaxes holds the guide to taxes against what its example makes of every
// order of lots.
func TestDocsOfTaxes(t *testing.T) {
	unlessShort(t)
	g := exampleGuide(t, "tax.md")
	g.columns = taxColumns
	g.check(t)
	of := func(head string, changes []string) string {
		b := "| " + head + " |"
		for _, c := range taxColumns {
			b += " " + c.title + " |"
		}
		b += "\n|---|" + strings.Repeat("---:|", len(taxColumns)) + "\n"
		for _, change := range changes {
			var pairs []string
			if change != "" {
				pairs = []string{change}
			}
			for _, p := range g.run(t, "taxes", pairs).run.Policies {
				if p.Name != "month-end" {
					continue
				}
				b += "| `" + strings.ReplaceAll(strings.TrimPrefix(change, "tax."), "=", ": ") + "` |"
				for _, c := range taxColumns {
					b += " " + c.format(metric.Find(p.Values, c.key)) + " |"
				}
				b += "\n"
			}
		}
		return strings.ReplaceAll(b, "| `` |", "| the example's |")
	}
	used := map[string]bool{}
	regenerate(t, g.path, map[string]func(*testing.T) string{
		"lot-orders": func(*testing.T) string {
			var changes []string
			for _, word := range tax.OrderWords[:tax.Specific] {
				changes = append(changes, "tax.lots="+word)
			}
			return of("Order", changes)
		},
		"tax-rules": func(*testing.T) string {
			return of("Rule", []string{"", "tax.wash_sale=false", "tax.avoid_short_term=true", "tax.short=20%"})
		},
	}, used)
	require.Len(t, used, 2)
	text, err := os.ReadFile(g.path)
	require.NoError(t, err)
	blocks := taxBlock.FindAllStringSubmatch(string(text), -1)
	require.NotEmpty(t, blocks)
	for _, block := range blocks {
		_, err := experiment.Parse("shown.yaml", []byte("data: {prices: p.csv}\ntargets: {A: 1}\npolicies: {p: {strategy: buy_and_hold}}\n"+block[1]))
		require.NoError(t, err, fmt.Sprint(block[1]))
	}
}

var taxBlock = regexp.MustCompile("(?s)```yaml\n(tax:.*?)```")
