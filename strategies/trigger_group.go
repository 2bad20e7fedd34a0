package strategies

import (
	"slices"
	"strings"

	"evenkeel/sim"
)

// Group combines triggers: any of them (or), or all of them (and). Triggers of
// single assets that are combined by and must fire for the same asset.
type Group struct {
	All bool
	Of  []Trigger

	itself bool      // it last fired for the account as a whole, whatever assets it marked
	side   []int8    // of one member
	loose  []int8    // of members that fired for the account as a whole
	lo, hi []float64 // likewise
}

// Prepare prepares the members.
func (g *Group) Prepare(v *sim.View) {
	if len(g.side) != len(v.Targets) {
		g.side, g.loose = make([]int8, len(v.Targets)), make([]int8, len(v.Targets))
		g.lo, g.hi = make([]float64, len(v.Targets)), make([]float64, len(v.Targets))
	}
	for _, t := range g.Of {
		t.Prepare(v)
	}
}

// Limits of any: the narrowest of all members, if each has some. Of all: those of
// the first member that has some, for without a breach of them not all fire.
func (g *Group) Limits(lo, hi []float64) bool {
	if g.All {
		for _, t := range g.Of {
			if t.Limits(lo, hi) {
				return true
			}
		}
		return false
	}
	l, h := g.lo, g.hi
	for k, t := range g.Of {
		if !t.Limits(l, h) {
			return false
		}
		for i := range lo {
			if k == 0 || l[i] > lo[i] {
				lo[i] = l[i]
			}
			if k == 0 || h[i] < hi[i] {
				hi[i] = h[i]
			}
		}
	}
	return true
}

// Files are those of the members.
func (g *Group) Files() (all []*DateFile) {
	for _, t := range g.Of {
		all = append(all, filesOf(t)...)
	}
	return all
}

// Remembers when a member does.
func (g *Group) Remembers() bool { return slices.ContainsFunc(g.Of, remembers) }

// wholly reports whether it last fired for the account as a whole.
func (g *Group) wholly() bool { return g.itself }

// Title joins the members' titles.
func (g *Group) Title() string {
	var parts []string
	for _, t := range g.Of {
		parts = append(parts, t.Title())
	}
	word := " or "
	if g.All {
		word = " and "
	}
	return "(" + strings.Join(parts, word) + ")"
}

// Fired asks the members in their order; the verdict is the first that fired. All
// are asked even so: some remember what they saw.
func (g *Group) Fired(v *sim.View, side []int8) sim.Verdict {
	if g.All {
		return g.fired(v, side)
	}
	verdict := sim.Verdict{Asset: -1}
	g.itself = false
	clear(side)
	for _, t := range g.Of {
		got := t.Fired(v, g.side)
		if !got.Act {
			continue
		}
		g.itself = g.itself || whole(t, got)
		mark(side, g.side)
		if !verdict.Act {
			verdict = got
		}
	}
	return verdict
}

// whole reports whether a trigger that fired did so for the account as a whole: by itself,
// or as any of several of which one did.
func whole(t Trigger, got sim.Verdict) bool {
	g, ok := t.(wholly)
	return got.Asset < 0 || ok && g.wholly()
}

// mark adds what another trigger made of each asset.
func mark(side, more []int8) {
	for i, s := range more {
		if side[i] == 0 {
			side[i] = s
		}
	}
}

// single is a trigger that can name any of the assets that it marked.
type single interface {
	verdict(v *sim.View, i int, side int8) sim.Verdict
}

// fired is Fired of all members together. The verdict names an asset that every
// trigger of single assets marked: the one that the first of them named if it is
// one of those, else the first by name.
func (g *Group) fired(v *sim.View, side []int8) sim.Verdict {
	verdict := sim.Verdict{Asset: -1}
	all, marked := true, false
	g.itself = true
	clear(side)
	clear(g.loose)
	for _, t := range g.Of {
		got := t.Fired(v, g.side)
		all = all && got.Act
		if !got.Act {
			continue
		}
		if !verdict.Act || verdict.Asset < 0 {
			verdict = got
		}
		if whole(t, got) {
			mark(g.loose, g.side)
			continue
		}
		g.itself = false
		for i, s := range g.side {
			if !marked {
				side[i] = s
			} else if s == 0 {
				side[i] = 0
			}
		}
		marked = true
	}
	if !marked {
		copy(side, g.loose)
	}
	if all && marked && side[verdict.Asset] == 0 {
		i := slices.IndexFunc(side, func(s int8) bool { return s != 0 })
		if all = i >= 0; all {
			verdict = g.verdict(v, i, side[i])
		}
	}
	if !all {
		clear(side)
		return sim.Verdict{Asset: -1}
	}
	return verdict
}

// verdict names an asset that members marked: in the words of the first whose limit
// it is beyond.
func (g *Group) verdict(v *sim.View, i int, side int8) (d sim.Verdict) {
	for _, t := range g.Of {
		if s, ok := t.(single); ok {
			if d = s.verdict(v, i, side); float64(side)*(d.Dev-d.Limit) > 0 {
				return d
			}
		}
	}
	return d
}
