package page

import (
	"math"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"evenkeel/data"
	"evenkeel/sim/metric"
)

// Width is the column's widest cell.
func (c Column) Width() int {
	most := text.StringWidthWithoutEscSequences(c.Title)
	for _, t := range c.Text {
		most = max(most, text.StringWidthWithoutEscSequences(t))
	}
	return most
}

// Render draws the columns without frames: names to the left, numbers to the right.
func Render(columns []Column) string {
	t := table.NewWriter()
	style := table.StyleLight
	style.Options = table.Options{SeparateHeader: true}
	style.Format.Header = text.FormatDefault
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	t.SetStyle(style)
	t.SuppressTrailingSpaces()
	head := make(table.Row, len(columns))
	configs := make([]table.ColumnConfig, len(columns))
	for k, c := range columns {
		align := text.AlignRight
		if c.Title == "Policy" || c.Title == "NAV" {
			align = text.AlignLeft
		}
		head[k] = c.Title
		configs[k] = table.ColumnConfig{Number: k + 1, Align: align, AlignHeader: align}
	}
	t.AppendHeader(head)
	t.SetColumnConfigs(configs)
	for i := range columns[0].Text {
		row := make(table.Row, len(columns))
		for k, c := range columns {
			row[k] = c.Text[i]
		}
		t.AppendRow(row)
	}
	return t.Render()
}

// Column is one column of a comparison of policies: a value for each, and how to
// print it.
type Column struct {
	Title string
	Text  []string
	Best  []bool // the best values, when one is better than another
}

// Bests marks the best of values; those that print like it count as it. Nothing
// is marked when all print the same or there is no better and worse.
func Bests(xs []float64, text []string, better int) []bool {
	marks := make([]bool, len(xs))
	at, same := -1, true
	for i, x := range xs {
		if !data.Finite(x) {
			same = same && text[i] == text[0]
			continue
		}
		if at < 0 || float64(better)*x > float64(better)*xs[at] {
			at = i
		}
		same = same && text[i] == text[0]
	}
	if better == 0 || at < 0 || same {
		return marks
	}
	for i := range marks {
		marks[i] = text[i] == text[at]
	}
	return marks
}

// Sparkline draws values as a row of at most width blocks, from their lowest to
// their highest; each block stands for the mean of its stretch.
func Sparkline(values []float64, width int) string {
	blocks := []rune("▁▂▃▄▅▆▇█")
	n := min(width, len(values))
	if n <= 0 {
		return ""
	}
	means := make([]float64, n)
	low, high := math.Inf(1), math.Inf(-1)
	for i := range means {
		from, to := i*len(values)/n, (i+1)*len(values)/n
		means[i] = metric.Mean(values[from:to])
		low, high = min(low, means[i]), max(high, means[i])
	}
	out := make([]rune, n)
	for i, m := range means {
		k := 0
		if high > low {
			k = int((m - low) / (high - low) * float64(len(blocks)))
		}
		out[i] = blocks[max(0, min(k, len(blocks)-1))]
	}
	return string(out)
}
