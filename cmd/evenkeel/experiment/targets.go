package experiment

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim/card"
)

const sumTolerance = 1e-9

// readTargets reads the weights and checks that they are a whole portfolio.
func (f *File) readTargets(c *syntax.Checker, n *syntax.Node) {
	schedule := f.root.Get("target_schedule")
	switch {
	case schedule != nil && n != nil:
		c.At(f.root.KeyAt("target_schedule"), fault.BadTargets, "both targets and target_schedule are given", "targets hold for the whole run, a schedule changes them", "Keep one of the two")
	case schedule != nil:
		return
	case n == nil || n.Kind == syntax.Mapping && len(n.Keys) == 0:
		at := syntax.Place{Line: 1, Col: 1}
		if n != nil {
			at = n.At
		}
		c.At(at, fault.BadTargets, "targets: no assets", "targets give every asset its weight: {VTI: 60%, AGG: 40%}", "Add them")
		return
	}
	if f.Targets = portfolio(c, n, "targets"); n.Kind == syntax.Mapping {
		lookalikes(c, n.Keys)
	}
}

// portfolio reads a map of weights that sum to 1, in order of their symbols.
func portfolio(c *syntax.Checker, n *syntax.Node, what string) (out []Target) {
	if !c.IsMap(n, "a map of symbols and weights such as {VTI: 60%, AGG: 40%}") {
		return nil
	}
	if len(n.Keys) > data.MaxSymbols {
		c.At(n.At, fault.BadTargets, fmt.Sprintf("%s: %d assets", what, len(n.Keys)), fmt.Sprintf("at most %d", data.MaxSymbols), "Name fewer assets")
		return nil
	}
	before := c.Errors()
	for i, k := range n.Keys {
		checkSymbol(c, k.Text, k.At, what)
		if w, ok := readWeight(c, n.Items[i]); ok {
			out = append(out, Target{Symbol: k.Text, Weight: w})
		}
	}
	slices.SortFunc(out, func(a, b Target) int { return strings.Compare(a.Symbol, b.Symbol) })
	if wrong, remedy := whole(out); wrong != "" && c.Errors() == before && !n.Twice {
		c.At(n.At, fault.WeightSum, what+" "+wrong, sumRule, remedy)
	}
	return out
}

const sumRule = "want 1 within 1e-9"

// whole returns what is wrong with the sum of weights, and what to do; "" is good.
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

// readWeight reads one target weight.
func readWeight(c *syntax.Checker, n *syntax.Node) (w float64, ok bool) {
	k := card.Fraction(&w, n.Path, "", "a weight such as 0.4 or 40%", math.Inf(-1), math.Inf(1))
	store, ok := c.Knob(k, n, fault.BadWeight)
	if !ok {
		return 0, false
	}
	store()
	switch {
	case w < 0:
		c.At(n.At, fault.BadWeight, n.Path+" "+n.Text+": a negative weight", "weights are 0 to 1: there are no short positions", "Write 0 for an asset that is not wanted")
	case w > 1:
		remedy := "Write a part such as 40%"
		if w <= 100 && !strings.HasSuffix(n.Text, "%") {
			remedy = "Did you mean " + n.Text + "%?"
		}
		c.At(n.At, fault.BadWeight, n.Path+" "+n.Text+": more than the whole", "weights are 0 to 1: there is no leverage", remedy)
	default:
		return w, true
	}
	return 0, false
}

// checkSymbol checks the text of a symbol.
func checkSymbol(c *syntax.Checker, s string, at syntax.Place, path string) bool {
	switch {
	case s == "":
		c.At(at, fault.EmptyValue, syntax.In(path)+"a symbol without a name", "symbols are texts", "Write the symbol; quote it if it begins with a sign")
	case data.SymbolFault(s) != "":
		c.At(at, fault.BadSymbol, syntax.In(path)+"symbol "+fault.Quote(s)+" "+data.SymbolFault(s), "symbols are "+data.SymbolRule, "Write the symbol as the prices do")
	default:
		return true
	}
	return false
}

// lookalikes warns of symbols that differ in their case alone.
func lookalikes(c *syntax.Checker, keys []syntax.Key) {
	first := map[string]string{}
	for _, k := range keys {
		low := strings.ToLower(k.Text)
		if other, there := first[low]; there && other != k.Text {
			c.Warn(k.At, fault.BadTargets, "targets: "+fault.Quote(other)+" and "+fault.Quote(k.Text)+" differ in their case alone", "symbols are taken as they are written", "Check that they are two assets")
			continue
		}
		first[low] = k.Text
	}
}

// known checks the symbols of a list or of a map's keys against the targets.
func (f *File) known(c *syntax.Checker, n *syntax.Node) {
	names := f.Symbols()
	if len(names) == 0 {
		return
	}
	for i, item := range n.Items {
		s, at := item.Text, item.At
		if n.Kind == syntax.Mapping {
			s, at = n.Keys[i].Text, n.Keys[i].At
		}
		if _, there := slices.BinarySearch(names, s); !there && s != "" {
			c.At(at, fault.UnknownAsset, syntax.In(n.Path)+"no asset "+fault.Quote(s), fmt.Sprintf("the targets have %d", len(names)), closest(c, s, names))
		}
	}
}

// knownIn checks the symbols that the keys of a plug-in name.
func (f *File) knownIn(c *syntax.Checker, knobs []card.Knob, n *syntax.Node) {
	for _, k := range knobs {
		switch child := n.Get(k.Name); {
		case child == nil:
		case k.Shape == card.NamesShape && child.Kind == syntax.List, k.ByAsset && child.Kind == syntax.Mapping:
			f.known(c, child)
		}
	}
}

// closest is a remedy that names the nearest symbol, if there is one.
func closest(c *syntax.Checker, word string, words []string) string {
	if near, ok := c.Nearest(word, words); ok {
		return "The nearest is " + fault.Quote(near)
	}
	return "Name an asset of the targets"
}
