package experiment

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim/card"
	"evenkeel/sim/cost"
	"evenkeel/strategies"
)

// Canonical is the experiment as JSON (which is YAML) with every default filled
// in, keys in a fixed order, symbols sorted, numbers in their shortest form and
// of paths the base name alone. It says the same for all ways to write the same
// experiment, and read again it gives itself. Policies and axes keep their order:
// tables follow it. A default that depends on the data (start, end,
// periods_per_year) is left out.
func (f *File) Canonical() []byte {
	return toJSON(f.Parameters())
}

// Parameters are what Canonical writes, as a tree.
func (f *File) Parameters() Object {
	twin := *f // readers bound to a copy, so that f does not change
	return f.canonSection(twin.sections(&syntax.Checker{}), f.root)
}

// Hash is the SHA-256 of the canonical text, in hexadecimal.
func (f *File) Hash() string {
	sum := sha256.Sum256(f.Canonical())
	return hex.EncodeToString(sum[:])
}

func (f *File) canonSection(entries []entry, n *syntax.Node) Object {
	out := Object{}
	for _, e := range entries {
		var v any
		child := n.Get(e.Name)
		switch {
		case e.how:
		case e.read != nil:
			v = e.canon()
		case e.keys != nil:
			if inner := f.canonSection(e.keys, child); len(inner) > 0 {
				v = inner
			}
		case e.Name == "prices":
			v = f.pricesName()
		default:
			v = f.canonKnob(e.Knob, child)
		}
		if v != nil {
			out = append(out, member{e.Name, v})
		}
	}
	return out
}

// canonKnob is a knob's value, or its default; nil when it has neither.
func (f *File) canonKnob(k card.Knob, n *syntax.Node) any {
	if n == nil {
		if k.Default == "" {
			return nil
		}
		n = &syntax.Node{Text: k.Default}
	}
	return f.canonOf(k, n)
}

// canonValue is a value in its one form; f names the files in it.
func (f *File) canonValue(shape card.Shape, n *syntax.Node) any {
	if v, ok := f.canonParts(shape, n); ok {
		return v
	}
	switch n.Kind {
	case syntax.List:
		out := []any{}
		for _, item := range n.Items {
			out = append(out, f.canonValue(shape, item))
		}
		if shape == card.NamesShape {
			slices.SortFunc(out, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
			out = slices.Compact(out)
		}
		return out
	case syntax.Mapping:
		out := Object{}
		for i, k := range n.Keys {
			out = append(out, member{k.Text, f.canonValue(shape, n.Items[i])})
		}
		slices.SortFunc(out, func(a, b member) int { return strings.Compare(a.Name, b.Name) })
		return out
	}
	return canonText(shape, n.Text)
}

// canonText is a scalar in its one form.
func canonText(shape card.Shape, text string) any {
	switch shape {
	case textShape, card.WordShape, card.LookShape, card.DateShape, card.NamesShape:
		return text
	case card.FlagShape:
		return text == "true"
	}
	text = strings.TrimSpace(text)
	if shape == syntax.AmountShape && strings.HasSuffix(text, "%") {
		if percent, err := card.Number(card.T(strings.TrimSuffix(text, "%"))); err == nil {
			return syntax.Shortest(percent) + "%" // 1% of NAV is not 0.01 of money
		}
	}
	for _, suffix := range []string{"of band", "pp"} {
		if rest, ok := strings.CutSuffix(text, suffix); ok {
			if suffix == "pp" {
				if f, err := strconv.ParseFloat(strings.TrimSpace(rest), 64); err == nil {
					return syntax.Shortest(f) + "pp"
				}
			} else if f, err := card.ReadFraction(card.T(strings.TrimSpace(rest))); err == nil {
				return syntax.Shortest(f) + " of band"
			}
		}
	}
	if f, err := card.ReadFraction(card.T(text)); err == nil {
		return Number(syntax.Shortest(f))
	}
	return text
}

func (f *File) canonTargets() any {
	if f.root.Get("targets") == nil {
		return nil // a schedule takes their place
	}
	out := Object{}
	for _, t := range f.Targets {
		out = append(out, member{t.Symbol, Number(syntax.Shortest(t.Weight))})
	}
	return out
}

func (f *File) canonCosts() any {
	out := []any{}
	for _, e := range f.Costs {
		plug, _ := cost.Catalog.Find(e.Model)
		_, knobs := plug.New()
		out = append(out, append(Object{{"model", e.Model}}, f.canonKnobs(knobs, e.node)...))
	}
	return out
}

func (f *File) canonPolicies() any {
	out := Object{}
	for _, p := range f.Policies {
		plug, _ := strategies.Catalog.Find(p.Strategy)
		_, knobs := plug.New()
		out = append(out, member{p.Name, append(Object{{"strategy", p.Strategy}}, f.canonKnobs(knobs, p.node)...)})
	}
	return out
}

func (f *File) canonKnobs(knobs []card.Knob, n *syntax.Node) Object {
	out := Object{}
	for _, k := range knobs {
		if n.Get(k.Name) == nil && replaced(knobs, n, k.Name) {
			continue // its default does not hold
		}
		if v := f.canonKnob(k, n.Get(k.Name)); v != nil {
			out = append(out, member{k.Name, v})
		}
	}
	return out
}

// replaced reports whether another key of the plug-in takes the place of this one.
func replaced(knobs []card.Knob, n *syntax.Node, name string) bool {
	return slices.ContainsFunc(knobs, func(k card.Knob) bool { return k.Instead == name && n.Get(k.Name) != nil })
}

// pricesName is the base name of the file of prices.
func (f *File) pricesName() string {
	path, _ := pathOf(f.Data.Prices)
	return filepath.Base(filepath.FromSlash(path))
}

// cross checks what two keys say together.
func (f *File) cross(c *syntax.Checker) {
	if s, e := f.Data.Start, f.Data.End; s != data.NoDate && e != data.NoDate && s >= e {
		c.At(f.root.Find("data.start").At, fault.BackwardPeriod, "period: start "+s.String()+" is not before end "+e.String(), "a period begins before it ends", "Swap the two dates, or correct one of them")
	}
	f.crossPrices(c)
	f.crossExecution(c)
	f.crossHoldings(c)
	if a := f.Account; a.Cash > 0 && a.Reserve >= a.Cash && len(a.Holdings) == 0 {
		if n := f.root.Find("account.cash_reserve"); n != nil {
			c.At(n.At, fault.BadMoney, "account.cash_reserve "+n.Text+" leaves nothing of the cash "+syntax.Shortest(a.Cash), "a part of the cash is invested", "Keep less, or write a part of NAV such as 0.5%")
		}
	}
}

// Pricing is the file's data section in its one form, without the period.
func (f *File) Pricing() string {
	twin := *f
	for _, e := range twin.sections(&syntax.Checker{}) {
		if e.Name == "data" {
			section := f.canonSection(e.keys, f.root.Get("data"))
			return string(toJSON(slices.DeleteFunc(section, func(m member) bool { return m.Name == "start" || m.Name == "end" })))
		}
	}
	return ""
}
