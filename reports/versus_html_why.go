package reports

import (
	"fmt"
	"strings"
)

// versusWhy is why a contender differs from the base.
type versusWhy struct {
	Key      htmlKey
	Short    string    // in a line
	Settings htmlTable // set differently; no rows: nothing is
	Parting  string
	Around   string // which weights those are
	Weights  htmlTable
	Open     bool
}

// mostOpen is how many of them are unfolded at first.
const mostOpen = 2

func (v *Versus) htmlWhys() (all []versusWhy) {
	for i, key := range v.run.htmlKeys() {
		if i == v.Base {
			continue
		}
		a, c := &v.Apart[i], v.Contenders[i]
		w := versusWhy{Key: key, Parting: plain(v.partingLine(c, a.First)), Open: len(all) < mostOpen}
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
func shortly(a *Apart) string {
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

func (v *Versus) htmlSettings(i int) htmlTable {
	t := htmlTable{Head: []htmlHead{{Text: "Setting"}, {Text: clean(v.Contenders[v.Base].Name, 400), Left: true}, {Text: clean(v.Contenders[i].Name, 400), Left: true}}}
	for _, s := range v.Apart[i].Settings {
		t.Rows = append(t.Rows, htmlRow{K: -1, Name: s.Name, Cells: []htmlCell{{Text: plain(s.Base), Left: true}, {Text: plain(s.Other), Left: true}}})
	}
	return t
}

// htmlParted are the weights around the look that parts them, a line an asset.
func (v *Versus) htmlParted(i int, x *Divergence) htmlTable {
	base, other := clean(v.Contenders[v.Base].Name, 400), clean(v.Contenders[i].Name, 400)
	t := htmlTable{ID: fmt.Sprintf("parted%d", i), Head: []htmlHead{{Text: "Asset"}, {Text: base, Sub: "target"}, {Text: other, Sub: "target"}, {Text: base, Sub: "before trades"}, {Text: other, Sub: "before trades"}}}
	if !x.AtStart { // trades of the first common session are not the comparison's
		t.Head = append(t.Head, htmlHead{Text: base, Sub: "at " + x.Seen.String()}, htmlHead{Text: other, Sub: "at " + x.Seen.String()})
	}
	for _, h := range x.Holdings {
		row := htmlRow{K: -1, Name: clean(h.Symbol, 400)}
		put := func(key string, w float64) {
			c := cellOf(percent(w, 2), w)
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
