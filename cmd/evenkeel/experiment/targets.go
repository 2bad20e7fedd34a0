package experiment

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim/card"
)

const sumTolerance = 1e-9

// readTargets reads the weights and checks that they are a whole portfolio.
func (f *File) readTargets(c *checker, n *node) {
	schedule := f.root.get("target_schedule")
	switch {
	case schedule != nil && n != nil:
		c.at(f.root.keyAt("target_schedule"), "E130", "both targets and target_schedule are given", "targets hold for the whole run, a schedule changes them", "Keep one of the two")
	case schedule != nil:
		return
	case n == nil || n.kind == mapping && len(n.keys) == 0:
		at := place{line: 1, col: 1}
		if n != nil {
			at = n.at
		}
		c.at(at, "E130", "targets: no assets", "targets give every asset its weight: {VTI: 60%, AGG: 40%}", "Add them")
		return
	}
	if f.Targets = c.portfolio(n, "targets"); n.kind == mapping {
		c.lookalikes(n.keys)
	}
}

// portfolio reads a map of weights that sum to 1, in order of their symbols.
func (c *checker) portfolio(n *node, what string) (out []Target) {
	if !c.isMap(n, "a map of symbols and weights such as {VTI: 60%, AGG: 40%}") {
		return nil
	}
	if len(n.keys) > data.MaxSymbols {
		c.at(n.at, "E130", fmt.Sprintf("%s: %d assets", what, len(n.keys)), fmt.Sprintf("at most %d", data.MaxSymbols), "Name fewer assets")
		return nil
	}
	before := c.errors()
	for i, k := range n.keys {
		c.symbol(k.text, k.at, what)
		if w, ok := c.weight(n.items[i]); ok {
			out = append(out, Target{Symbol: k.text, Weight: w})
		}
	}
	slices.SortFunc(out, func(a, b Target) int { return strings.Compare(a.Symbol, b.Symbol) })
	if wrong, remedy := whole(out); wrong != "" && c.errors() == before && !n.twice {
		c.at(n.at, "E120", what+" "+wrong, sumRule, remedy)
	}
	return out
}

const sumRule = "want 1 within 1e-9"

// whole says what is wrong with the sum of weights, and what to do; "" is good.
func whole(weights []Target) (wrong, remedy string) {
	sum := 0.0
	for _, t := range weights {
		sum += t.Weight
	}
	switch {
	case math.Abs(sum-1) <= sumTolerance:
		return "", ""
	case sum < 1:
		return "sum to " + brief(sum), "Missing " + brief(1-sum) + ": add it to an asset (cash is not one: see account.cash_reserve)"
	}
	return "sum to " + brief(sum), "Take " + brief(sum-1) + " away"
}

func brief(f float64) string { return fmt.Sprintf("%.12g", f) }

// weight reads one target weight.
func (c *checker) weight(n *node) (w float64, ok bool) {
	k := card.Fraction(&w, n.path, "", "a weight such as 0.4 or 40%", math.Inf(-1), math.Inf(1))
	store, ok := c.knob(k, n, "E121")
	if !ok {
		return 0, false
	}
	store()
	switch {
	case w < 0:
		c.at(n.at, "E121", n.path+" "+n.text+": a negative weight", "weights are 0 to 1: there are no short positions", "Write 0 for an asset that is not wanted")
	case w > 1:
		remedy := "Write a part such as 40%"
		if w <= 100 && !strings.HasSuffix(n.text, "%") {
			remedy = "Did you mean " + n.text + "%?"
		}
		c.at(n.at, "E121", n.path+" "+n.text+": more than the whole", "weights are 0 to 1: there is no leverage", remedy)
	default:
		return w, true
	}
	return 0, false
}

// symbol checks the text of a symbol.
func (c *checker) symbol(s string, at place, path string) bool {
	switch {
	case s == "":
		c.at(at, "E107", in(path)+"a symbol without a name", "symbols are texts", "Write the symbol; quote it if it begins with a sign")
	case data.SymbolFault(s) != "":
		c.at(at, "E335", in(path)+"symbol "+fault.Quote(s)+" "+data.SymbolFault(s), "symbols are "+data.SymbolRule, "Write the symbol as the prices do")
	default:
		return true
	}
	return false
}

// lookalikes warns of symbols that differ in their case alone.
func (c *checker) lookalikes(keys []key) {
	first := map[string]string{}
	for _, k := range keys {
		low := strings.ToLower(k.text)
		if other, there := first[low]; there && other != k.text {
			c.warn(k.at, "E130", "targets: "+fault.Quote(other)+" and "+fault.Quote(k.text)+" differ in their case alone", "symbols are taken as they are written", "Check that they are two assets")
			continue
		}
		first[low] = k.text
	}
}

// known checks the symbols of a list or of a map's keys against the targets.
func (f *File) known(c *checker, n *node) {
	names := f.Symbols()
	if len(names) == 0 {
		return
	}
	for i, item := range n.items {
		s, at := item.text, item.at
		if n.kind == mapping {
			s, at = n.keys[i].text, n.keys[i].at
		}
		if _, there := slices.BinarySearch(names, s); !there && s != "" {
			c.at(at, "E320", in(n.path)+"no asset "+fault.Quote(s), fmt.Sprintf("the targets have %d", len(names)), c.closest(s, names))
		}
	}
}

// closest is a remedy that names the nearest symbol, if there is one.
func (c *checker) closest(word string, words []string) string {
	if near, ok := c.nearest(word, words); ok {
		return "The nearest is " + fault.Quote(near)
	}
	return "Name an asset of the targets"
}
