package syntax

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"evenkeel/data/fault"
	"evenkeel/sim/card"
)

// Checker collects the findings of one file.
type Checker struct {
	Name  string   // of the file, as the user wrote it
	Lines []string // of the source
	List  fault.List
	spots []Place // of the findings, to sort them
	more  int     // findings beyond maxFindings: counted, not kept
}

// Limits of what is said about one file: a file of 100,000 wrong keys is wrong
// in one way.
const (
	MaxFindings = 1_000
	maxNearest  = 50 // findings that look for the nearest word
)

// At adds a finding at a place.
func (c *Checker) At(p Place, code, what, rule, remedy string) {
	if len(c.List) >= MaxFindings {
		c.more++
		return
	}
	for len(c.spots) < len(c.List) {
		c.spots = append(c.spots, Place{})
	}
	c.spots = append(c.spots, p)
	c.List.Add(fault.Finding{Code: code, File: c.Name, Place: p.String(), What: what, Rule: rule, Remedy: remedy, Excerpt: Excerpt(c.Lines, p)})
}

// Warn adds a finding that does not stop anything.
func (c *Checker) Warn(p Place, code, what, rule, remedy string) {
	if len(c.List) < MaxFindings {
		c.At(p, code, what, rule, remedy)
		c.List[len(c.List)-1].Warning = true
	}
}

// Errors counts the findings that stop the run.
func (c *Checker) Errors() (n int) {
	for _, f := range c.List {
		if !f.Warning {
			n++
		}
	}
	return n + c.more
}

// Nearest is the word that was probably meant.
func (c *Checker) Nearest(word string, words []string) (string, bool) {
	if len(c.List) >= maxNearest {
		return "", false
	}
	return fault.Nearest(word, words)
}

// Sorted are the findings in the order of their places.
func (c *Checker) Sorted() fault.List {
	order := make([]int, len(c.List))
	for i := range order {
		order[i] = i
	}
	spot := func(i int) Place {
		if i < len(c.spots) {
			return c.spots[i]
		}
		return Place{}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		p, q := spot(a), spot(b)
		return cmp.Or(cmp.Compare(p.Line, q.Line), cmp.Compare(p.Col, q.Col))
	})
	out := make(fault.List, len(order))
	for i, at := range order {
		out[i] = c.List[at]
	}
	if c.more > 0 {
		out.Add(fault.Finding{Code: fault.NotPlain, File: c.Name, What: fmt.Sprintf("%d findings more", c.more), Rule: fmt.Sprintf("%d are listed", MaxFindings), Remedy: "Mend these first"})
	}
	return out
}

// unknownKey reports that a key is not one of those that are.
func (c *Checker) unknownKey(p Place, path, name string, names []string) {
	c.Unknown(p, In(path)+"unknown key "+fault.Quote(name), name, names, "keys here: ")
}

// Unknown adds E103 with the nearest of the words that would be right.
func (c *Checker) Unknown(p Place, what, word string, words []string, rule string) {
	remedy := "Write one of these"
	if near, ok := c.Nearest(word, words); ok {
		remedy = "Did you mean " + strconv.Quote(near) + "?"
	}
	c.At(p, fault.UnknownWord, what, rule+strings.Join(words, ", "), remedy)
}

// In is a path as findings begin with it.
func In(path string) string {
	if path == "" {
		return ""
	}
	return path + ": "
}

// Missing reports that a key must be there.
func (c *Checker) Missing(p Place, path, name, doc string) {
	c.At(p, fault.KeyMissing, In(path)+"key "+strconv.Quote(name)+" is missing", doc, "Add it")
}

// Want reports that a node is of the wrong kind.
func (c *Checker) Want(n *Node, want string) {
	if n.Null && n.Kind == Scalar {
		c.At(n.At, fault.EmptyValue, In(n.Path)+"nothing is given", "want "+want, "Write the value, or leave the key out")
		return
	}
	got := n.What()
	if n.Kind == Scalar {
		got = fault.Quote(n.Text)
	}
	c.At(n.At, fault.BadValue, In(n.Path)+"want "+want+", got "+got, "a list is written [a, b], a map {key: value}", "Write "+want)
}

// IsMap reports whether a node is a map, and reports it when it is not.
func (c *Checker) IsMap(n *Node, want string) bool {
	if n.Kind != Mapping {
		c.Want(n, want)
		return false
	}
	return true
}

// Knob reads a node with a knob; code is that of a number out of its range.
func (c *Checker) Knob(k card.Knob, n *Node, code string) (store func(), ok bool) {
	if !c.written(k, n) {
		return nil, false
	}
	store, err := k.Parse(n.Value())
	if err != nil {
		c.Problem(k, n, err, code)
		return nil, false
	}
	return store, true
}

// written checks what knobs do not: that something is written, and that numbers
// are written as decimals.
func (c *Checker) written(k card.Knob, n *Node) bool {
	if n.Kind == Scalar {
		if n.Null && (k.Shape != card.NamesShape || n.Text == "") || n.Text == "" && !n.Quoted {
			c.At(n.At, fault.EmptyValue, In(n.Path)+"nothing is given", k.Doc, "Write the value, or leave the key out")
			return false
		}
		switch k.Shape {
		case card.WordShape, card.LookShape, card.DateShape, card.FlagShape, card.NamesShape, FileShape, GrowthShape:
			return true
		}
		return c.Decimal(n)
	}
	ok := true
	for i, item := range n.Items {
		if k.Shape == card.NamesShape && item.Text != "" {
			continue // symbols are texts; they are checked against the targets
		}
		if n.Kind == Mapping && n.Keys[i].void {
			c.At(n.Keys[i].At, fault.EmptyValue, In(n.Path)+"a key without a name", "keys stand before a colon", "Write the key")
			ok = false
		}
		ok = c.written(k, item) && ok
	}
	return ok
}

// Decimal finds the ways to write a number that this file does not take.
func (c *Checker) Decimal(n *Node) bool {
	code, what, remedy := OddNumber(n.Text)
	if code == "" {
		return true
	}
	if remedy == "" {
		remedy = "Write a number such as 20 or 0.5"
	}
	c.At(n.At, code, In(n.Path)+fault.Quote(n.Text)+" "+what, "numbers are finite decimals such as 20, 0.5 or 1e6", remedy)
	return false
}

// Problem turns a knob's error into a finding at the node that it speaks of.
func (c *Checker) Problem(k card.Knob, n *Node, err error, code string) {
	var p *card.Problem
	if !errors.As(err, &p) {
		c.At(n.At, fault.BadValue, In(n.Path)+err.Error(), k.Doc, example(k))
		return
	}
	spot := n
	if found := n.Find(p.Path); found != nil {
		spot = found
	}
	switch {
	case p.Word != "" && strings.HasPrefix(p.What, "unknown frequency"):
		remedy := "Write a schedule such as month_end, 5 sessions, 2 weeks or mon/wed/fri"
		if near, ok := c.Nearest(p.Word, p.Near); ok {
			remedy = "Did you mean " + strconv.Quote(near) + "?"
		}
		c.At(spot.At, fault.BadSchedule, In(spot.Path)+p.What, k.Doc, remedy)
	case p.Word != "":
		what, _, _ := strings.Cut(p.What, ";")
		if spot.Kind == Scalar && spot.Text == p.Word && spot.Path == p.Path {
			c.Unknown(spot.At, In(spot.Path)+what, p.Word, p.Near, "one of ")
			return
		}
		c.Unknown(c.wordAt(n, spot, p.Word), In(n.Path)+what, p.Word, p.Near, "one of ")
	default:
		if !outOfRange(spot) {
			code = fault.BadValue
		}
		c.At(spot.At, code, Said(spot.Path, p.What), k.Doc, example(k))
	}
}

// example is the remedy for a value that a knob refuses: what may stand in its place.
func example(k card.Knob) string {
	text := ""
	switch k.Shape {
	case card.FracShape:
		text = "a fraction such as 0.2 or 20%"
	case card.LimitShape:
		text = "a limit such as 20% of the target, 5pp or none"
	case card.RateShape:
		text = "basis points such as 10, which is 0.1 %"
	case card.MoneyShape:
		text = "an amount of money such as 100"
	case card.CountShape, card.NumberShape:
		text = "a plain number such as 1"
	case card.DateShape:
		text = "a date such as 2024-01-31"
	case card.NamesShape:
		text = "a list such as [GLD, VTI]"
	case card.FlagShape, card.WordShape:
		if len(k.Words) > 0 {
			text = "one of " + strings.Join(k.Words, ", ")
		}
	}
	switch {
	case k.Default != "" && text == "":
		return "Write a value such as " + k.Default
	case text == "":
		return "Write a value of that form, or leave the key out"
	case k.Required:
		return "Write " + text
	case k.Default != "":
		return "Write " + text + ", or leave the key out for " + k.Default
	}
	return "Write " + text + ", or leave the key out"
}

// wordAt is the place of a wrong key: problems name the path of its value.
func (c *Checker) wordAt(n, spot *Node, word string) Place {
	for i, item := range n.Items {
		if n.Kind == Mapping && n.Keys[i].Text == word && (item == spot || spot == n) {
			return n.Keys[i].At
		}
		if item.Kind != Scalar {
			if p := c.wordAt(item, spot, word); p != item.At {
				return p
			}
		}
	}
	return n.At
}

// outOfRange reports whether a value is a proper number, so that only its size can
// be wrong.
func outOfRange(n *Node) bool {
	text := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(n.Text), "%"), "pp")
	text = strings.TrimSuffix(text, "% of band")
	_, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	return n.Kind == Scalar && err == nil
}

// Said joins a path and what is said about it without saying the name twice.
func Said(path, what string) string {
	name := path[strings.LastIndexByte(path, '.')+1:]
	if rest, ok := strings.CutPrefix(what, name); ok && (strings.HasPrefix(rest, " ") || strings.HasPrefix(rest, ":")) {
		return path + rest
	}
	return In(path) + what
}

// AmountShape is money or a part of NAV with a %, growthShape a fraction or the
// file of an index; card has no shapes for them.
const (
	AmountShape = card.Shape(203)
	GrowthShape = card.Shape(204)
)

// FileShape is the path of a file; card has no shape for it.
const FileShape = card.Shape(201)

// One reads the value of a key with its knob; code is that of a number out of its range.
func (c *Checker) One(k card.Knob, code string, n *Node) {
	if store, ok := c.Knob(k, n, code); ok {
		store()
	}
}

// Keys checks the names of a map's keys.
func (c *Checker) Keys(names []string, n *Node) {
	for i, k := range n.Keys {
		switch {
		case slices.Contains(names, k.Text):
		case k.void:
			c.At(k.At, fault.EmptyValue, In(n.Path)+"a key without a name", "a key stands before its colon", "Write the key before the colon")
		case n.Items[i].Null && n.Items[i].Text == "" && strings.Trim(k.Text, "0123456789") == "":
			c.At(k.At, fault.Separators, In(n.Path)+fault.Quote(k.Text)+" stands alone behind a comma", "a comma separates keys", "Write numbers without separators")
		default:
			c.unknownKey(k.At, n.Path, k.Text, names)
		}
	}
}

// PlugName reads the word that chooses a plug-in.
func (c *Checker) PlugName(n *Node, key, what string, names []string) (string, bool) {
	word := n.Get(key)
	switch {
	case word == nil:
		c.Missing(n.At, n.Path, key, "one of "+strings.Join(names, ", "))
	case word.Kind != Scalar || word.Null:
		c.Want(word, "one of "+strings.Join(names, ", "))
	case slices.Contains(names, word.Text):
		return word.Text, true
	default:
		c.Unknown(word.At, word.Path+": unknown "+what+" "+fault.Quote(word.Text), word.Text, names, "one of ")
	}
	return "", false
}

// Plug reads the keys of a plug-in in a map and stores their values; own is the
// key that chose it.
func (c *Checker) Plug(knobs []card.Knob, n *Node, own, code string) {
	names := []string{own}
	for _, k := range knobs {
		names = append(names, k.Name)
	}
	c.Keys(names, n)
	for _, k := range knobs {
		if child := n.Get(k.Name); child != nil {
			c.One(k, CodeOf(k, code), child)
		}
	}
}

// CodeOf is the code of a knob's number out of its range.
func CodeOf(k card.Knob, code string) string {
	if k.Code != "" {
		return k.Code
	}
	return code
}
