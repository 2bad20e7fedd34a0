package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data/columnar"
)

var sweepTable = regexp.MustCompile(`(?s)(<!-- table: sweep -->\n).*?(<!-- end -->)`)

// TestDocsOfSweeps holds the page on sweeps against its example.
func TestDocsOfSweeps(t *testing.T) {
	unlessShort(t)
	dir := t.TempDir()
	copyExamples(t, dir)
	files, err := demoFiles()
	require.NoError(t, err)
	require.NoError(t, writeDemo(filepath.Join(dir, demoFolder), files, false))
	out := filepath.Join(dir, "out")
	sweepOf(t, 0, filepath.Join(dir, "examples", "sweep.yaml"), "--out", out, "-q")
	table, err := columnar.ReadTable(context.Background(), filepath.Join(out, "sweep.parquet"), columnar.TableOptions{})
	require.NoError(t, err)

	page := filepath.Join(house, "docs", "sweeps.md")
	was, err := os.ReadFile(page)
	require.NoError(t, err)
	now := sweepTable.ReplaceAllString(string(was), "${1}"+railTable(table)+"${2}")
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(now), 0o644))
		return
	}
	require.Equal(t, now, string(was), "run make update")
}

// railTable shows two measures by band and rail, at the looks of every session.
func railTable(t *columnar.Table) string {
	cell := map[string]string{}
	var bands, rails []string
	for row := range t.Rows() {
		if t.Column("look").Text(row) != "session" {
			continue
		}
		band := fmt.Sprintf("%.0f %%", 100*t.Column("band").Float(row))
		rail := fmt.Sprintf("%.0f %%", 100*t.Column("rail_ratio").Float(row))
		if len(bands) == 0 || bands[len(bands)-1] != band {
			bands = append(bands, band)
		}
		if len(bands) == 1 {
			rails = append(rails, rail)
		}
		cell[band+rail] = fmt.Sprintf("%.1f %% · %.2f %%", 100*t.Column("turnover_per_year").Float(row), 100*t.Column("tracking_error").Float(row))
	}
	text, rule := "| band |", "|---|"
	for _, r := range rails {
		text, rule = text+" rail "+r+" of it |", rule+"---|"
	}
	text += "\n" + rule + "\n"
	for i, b := range bands {
		if i%2 == 0 { // every other band, for the width of the page
			continue
		}
		text += "| " + b + " |"
		for _, r := range rails {
			text += " " + cell[b+r] + " |"
		}
		text += "\n"
	}
	return text
}
