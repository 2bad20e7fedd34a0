package compare

import (
	"fmt"
	"strings"

	"evenkeel/reports/draw"
	"evenkeel/reports/page"
)

// htmlWhy is why an entrant differs from the base.
type htmlWhy struct {
	Key      page.Key
	Short    string     // in a line
	Settings page.Table // set differently; no rows: nothing is
	Parting  string
	Around   string // which weights those are
	Weights  page.Table
	Open     bool
}

// mostOpen is how many of them are unfolded at first.
const mostOpen = 2

func (v *Comparison) htmlWhys() (all []htmlWhy) {
	for i, key := range v.run.HTMLKeys() {
		if i == v.Base {
			continue
		}
		a, c := &v.Differences[i], v.Entrants[i]
		w := htmlWhy{Key: key, Parting: page.Plain(v.partingLine(c, a.First)), Open: len(all) < mostOpen}
		w.Settings = v.htmlSettings(i)
		w.Short = shortly(a)
		if x := a.First; x != nil {
			w.Weights, w.Around = v.htmlParted(i, x), "Weights around that look"
			if x.AtStart {
				w.Around = "Weights in that session"
			}
		}
		all = append(all, w)
	}
	return all
}

// shortly is why in a line.
func shortly(a *Difference) string {
	when := "the same weights at every close"
	switch x := a.First; {
	case x == nil:
	case x.AtStart:
		when = "other weights from the first common session on"
	default:
		when = "they part at the look of " + x.Date.String()
	}
	if len(a.Settings) == 0 {
		return when + "; nothing is set differently"
	}
	var names []string
	for _, s := range a.Settings {
		names = append(names, strings.ToLower(s.Name))
	}
	return when + "; set differently: " + strings.Join(names, ", ")
}

func (v *Comparison) htmlSettings(i int) page.Table {
	t := page.Table{Head: []page.Head{{Text: "Setting"}, {Text: draw.Clean(v.Entrants[v.Base].Name, 400), Left: true}, {Text: draw.Clean(v.Entrants[i].Name, 400), Left: true}}}
	for _, s := range v.Differences[i].Settings {
		t.Rows = append(t.Rows, page.Row{K: -1, Name: s.Name, Cells: []page.Cell{{Text: page.Plain(s.Base), Left: true}, {Text: page.Plain(s.Other), Left: true}}})
	}
	return t
}

// htmlParted are the weights around the look that parts them, a line an asset.
func (v *Comparison) htmlParted(i int, x *Divergence) page.Table {
	base, other := draw.Clean(v.Entrants[v.Base].Name, 400), draw.Clean(v.Entrants[i].Name, 400)
	t := page.Table{ID: fmt.Sprintf("parted%d", i), Head: []page.Head{{Text: "Asset"}, {Text: base, Sub: "target"}, {Text: other, Sub: "target"}, {Text: base, Sub: "before trades"}, {Text: other, Sub: "before trades"}}}
	if !x.AtStart { // trades of the first common session are not the comparison's
		t.Head = append(t.Head, page.Head{Text: base, Sub: "at " + x.Seen.String()}, page.Head{Text: other, Sub: "at " + x.Seen.String()})
	}
	for _, h := range x.Holdings {
		row := page.Row{K: -1, Name: draw.Clean(h.Symbol, 400)}
		put := func(key string, w float64) {
			c := page.CellOf(draw.Percent(w, 2), w)
			c.Key = key
			row.Cells = append(row.Cells, c)
		}
		put("target_base", h.BaseTarget)
		put("target", h.Target)
		put("look_base", h.BaseWeight)
		put("look", h.Weight)
		if !x.AtStart {
			put("close_base", h.BaseBefore)
			put("close", h.WeightNow)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
