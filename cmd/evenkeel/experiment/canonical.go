package experiment

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"evenkeel/data"
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
	twin := *f // readers bound to a copy, so that f does not change
	return toJSON(f.canonSection(twin.sections(&checker{}), f.root))
}

// Hash is the SHA-256 of the canonical text, in hexadecimal.
func (f *File) Hash() string {
	sum := sha256.Sum256(f.Canonical())
	return hex.EncodeToString(sum[:])
}

func (f *File) canonSection(entries []entry, n *node) object {
	out := object{}
	for _, e := range entries {
		var v any
		child := n.get(e.Name)
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
func (f *File) canonKnob(k card.Knob, n *node) any {
	if n == nil {
		if k.Default == "" {
			return nil
		}
		n = &node{text: k.Default}
	}
	return f.canonValue(shapeOf(k), n)
}

// canonValue is a value in its one form; f names the files in it.
func (f *File) canonValue(shape card.Shape, n *node) any {
	if v, ok := f.canonParts(shape, n); ok {
		return v
	}
	switch n.kind {
	case list:
		out := []any{}
		for _, item := range n.items {
			out = append(out, f.canonValue(shape, item))
		}
		if shape == card.NamesShape {
			slices.SortFunc(out, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
			out = slices.Compact(out)
		}
		return out
	case mapping:
		out := object{}
		for i, k := range n.keys {
			out = append(out, member{k.text, f.canonValue(shape, n.items[i])})
		}
		slices.SortFunc(out, func(a, b member) int { return strings.Compare(a.name, b.name) })
		return out
	}
	return canonText(shape, n.text)
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
	if shape == amountShape && strings.HasSuffix(text, "%") {
		if percent, err := card.Number(card.T(strings.TrimSuffix(text, "%"))); err == nil {
			return shortest(percent) + "%" // 1% of NAV is not 0.01 of money
		}
	}
	for _, suffix := range []string{"of band", "pp"} {
		if rest, ok := strings.CutSuffix(text, suffix); ok {
			if suffix == "pp" {
				if f, err := strconv.ParseFloat(strings.TrimSpace(rest), 64); err == nil {
					return shortest(f) + "pp"
				}
			} else if f, err := card.ReadFraction(card.T(strings.TrimSpace(rest))); err == nil {
				return shortest(f) + " of band"
			}
		}
	}
	if f, err := card.ReadFraction(card.T(text)); err == nil {
		return number(shortest(f))
	}
	return text
}

func (f *File) canonTargets() any {
	if f.root.get("targets") == nil {
		return nil // a schedule takes their place
	}
	out := object{}
	for _, t := range f.Targets {
		out = append(out, member{t.Symbol, number(shortest(t.Weight))})
	}
	return out
}

func (f *File) canonCosts() any {
	out := []any{}
	for _, e := range f.Costs {
		plug, _ := cost.Catalog.Find(e.Model)
		_, knobs := plug.New()
		out = append(out, append(object{{"model", e.Model}}, f.canonKnobs(knobs, e.node)...))
	}
	return out
}

func (f *File) canonPolicies() any {
	out := object{}
	for _, p := range f.Policies {
		plug, _ := strategies.Catalog.Find(p.Strategy)
		_, knobs := plug.New()
		out = append(out, member{p.Name, append(object{{"strategy", p.Strategy}}, f.canonKnobs(knobs, p.node)...)})
	}
	return out
}

func (f *File) canonKnobs(knobs []card.Knob, n *node) object {
	out := object{}
	for _, k := range knobs {
		if n.get(k.Name) == nil && replaced(n, k.Name) {
			continue // its default does not hold
		}
		if v := f.canonKnob(k, n.get(k.Name)); v != nil {
			out = append(out, member{k.Name, v})
		}
	}
	return out
}

// replaced says whether another key of the policy takes the place of this one.
func replaced(n *node, name string) bool {
	for _, i := range instead {
		if i.of == name && n.get(i.key) != nil {
			return true
		}
	}
	return false
}

// pricesName is the base name of the file of prices.
func (f *File) pricesName() string {
	path, _ := pathOf(f.Data.Prices)
	return filepath.Base(filepath.FromSlash(path))
}

// cross checks what two keys say together.
func (f *File) cross(c *checker) {
	if s, e := f.Data.Start, f.Data.End; s != data.NoDate && e != data.NoDate && s >= e {
		c.at(f.root.find("data.start").at, "E110", "period: start "+s.String()+" is not before end "+e.String(), "a period begins before it ends", "Exchange the two dates, or mend one of them")
	}
	f.crossPrices(c)
	f.crossExecution(c)
	f.crossHoldings(c)
	if a := f.Account; a.Cash > 0 && a.Reserve >= a.Cash && len(a.Holdings) == 0 {
		if n := f.root.find("account.cash_reserve"); n != nil {
			c.at(n.at, "E127", "account.cash_reserve "+n.text+" leaves nothing of the cash "+shortest(a.Cash), "a part of the cash is invested", "Keep less, or write a part of NAV such as 0.5%")
		}
	}
}
