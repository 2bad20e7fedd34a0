package experiment

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

// checker collects the findings of one file.
type checker struct {
	name  string   // of the file, as the user wrote it
	lines []string // of the source
	list  fault.List
	spots []place // of the findings, to sort them
	more  int     // findings beyond maxFindings: counted, not kept
}

// Limits of what is said about one file: a file of 100,000 wrong keys is wrong
// in one way.
const (
	maxFindings = 1_000
	maxNearest  = 50 // findings that look for the nearest word
)

// at adds a finding at a place.
func (c *checker) at(p place, code, what, rule, remedy string) {
	if len(c.list) >= maxFindings {
		c.more++
		return
	}
	for len(c.spots) < len(c.list) {
		c.spots = append(c.spots, place{})
	}
	c.spots = append(c.spots, p)
	c.list.Add(fault.Finding{Code: code, File: c.name, Place: p.String(), What: what, Rule: rule, Remedy: remedy, Excerpt: excerpt(c.lines, p)})
}

// warn adds a finding that does not stop anything.
func (c *checker) warn(p place, code, what, rule, remedy string) {
	if len(c.list) < maxFindings {
		c.at(p, code, what, rule, remedy)
		c.list[len(c.list)-1].Warning = true
	}
}

// errors counts the findings that stop the run.
func (c *checker) errors() (n int) {
	for _, f := range c.list {
		if !f.Warning {
			n++
		}
	}
	return n + c.more
}

// nearest is the word that was probably meant.
func (c *checker) nearest(word string, words []string) (string, bool) {
	if len(c.list) >= maxNearest {
		return "", false
	}
	return fault.Nearest(word, words)
}

// sorted are the findings in the order of their places.
func (c *checker) sorted() fault.List {
	order := make([]int, len(c.list))
	for i := range order {
		order[i] = i
	}
	spot := func(i int) place {
		if i < len(c.spots) {
			return c.spots[i]
		}
		return place{}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		p, q := spot(a), spot(b)
		return cmp.Or(cmp.Compare(p.line, q.line), cmp.Compare(p.col, q.col))
	})
	out := make(fault.List, len(order))
	for i, at := range order {
		out[i] = c.list[at]
	}
	if c.more > 0 {
		out.Add(fault.Finding{Code: "E109", File: c.name, What: fmt.Sprintf("%d findings more", c.more), Rule: fmt.Sprintf("%d are listed", maxFindings), Remedy: "Mend these first"})
	}
	return out
}

// unknownKey says that a key is not one of those that are.
func (c *checker) unknownKey(p place, path, name string, names []string) {
	c.unknown(p, in(path)+"unknown key "+fault.Quote(name), name, names, "keys here: ")
}

// unknown adds E103 with the nearest of the words that would be right.
func (c *checker) unknown(p place, what, word string, words []string, rule string) {
	remedy := "Write one of these"
	if near, ok := c.nearest(word, words); ok {
		remedy = "Did you mean " + strconv.Quote(near) + "?"
	}
	c.at(p, "E103", what, rule+strings.Join(words, ", "), remedy)
}

func in(path string) string {
	if path == "" {
		return ""
	}
	return path + ": "
}

// missing says that a key must be there.
func (c *checker) missing(p place, path, name, doc string) {
	c.at(p, "E132", in(path)+"key "+strconv.Quote(name)+" is missing", doc, "Add it")
}

// want says that a node is of the wrong kind.
func (c *checker) want(n *node, want string) {
	if n.null && n.kind == scalar {
		c.at(n.at, "E107", in(n.path)+"nothing is given", "want "+want, "Write the value, or leave the key out")
		return
	}
	got := n.what()
	if n.kind == scalar {
		got = fault.Quote(n.text)
	}
	c.at(n.at, "E105", in(n.path)+"want "+want+", got "+got, "a list is written [a, b], a map {key: value}", "Write "+want)
}

// isMap says whether a node is a map, and reports it when it is not.
func (c *checker) isMap(n *node, want string) bool {
	if n.kind != mapping {
		c.want(n, want)
		return false
	}
	return true
}

// knob reads a node with a knob; code is that of a number out of its range.
func (c *checker) knob(k card.Knob, n *node, code string) (store func(), ok bool) {
	if !c.written(k, n) {
		return nil, false
	}
	store, err := k.Parse(n.value())
	if err != nil {
		c.problem(k, n, err, code)
		return nil, false
	}
	return store, true
}

// written checks what knobs do not: that something is written, and that numbers
// are written as decimals.
func (c *checker) written(k card.Knob, n *node) bool {
	if n.kind == scalar {
		if n.null && (k.Shape != card.NamesShape || n.text == "") || n.text == "" && !n.quoted {
			c.at(n.at, "E107", in(n.path)+"nothing is given", k.Doc, "Write the value, or leave the key out")
			return false
		}
		switch k.Shape {
		case card.WordShape, card.LookShape, card.DateShape, card.FlagShape, card.NamesShape, fileShape, growthShape:
			return true
		}
		return c.decimal(n)
	}
	ok := true
	for i, item := range n.items {
		if k.Shape == card.NamesShape && item.text != "" {
			continue // symbols are texts; they are checked against the targets
		}
		if n.kind == mapping && n.keys[i].void {
			c.at(n.keys[i].at, "E107", in(n.path)+"a key without a name", "keys stand before a colon", "Write the key")
			ok = false
		}
		ok = c.written(k, item) && ok
	}
	return ok
}

// decimal finds the ways to write a number that this file does not take.
func (c *checker) decimal(n *node) bool {
	code, what, remedy := oddNumber(n.text)
	if code == "" {
		return true
	}
	if remedy == "" {
		remedy = "Write a number such as 20 or 0.5"
	}
	c.at(n.at, code, in(n.path)+fault.Quote(n.text)+" "+what, "numbers are finite decimals such as 20, 0.5 or 1e6", remedy)
	return false
}

// problem turns a knob's error into a finding at the node that it speaks of.
func (c *checker) problem(k card.Knob, n *node, err error, code string) {
	var p *card.Problem
	if !errors.As(err, &p) {
		c.at(n.at, "E105", in(n.path)+err.Error(), k.Doc, example(k))
		return
	}
	spot := n
	if found := n.find(p.Path); found != nil {
		spot = found
	}
	switch {
	case p.Word != "" && strings.HasPrefix(p.What, "unknown frequency"):
		remedy := "Write a schedule such as month_end, 5 sessions, 2 weeks or mon/wed/fri"
		if near, ok := c.nearest(p.Word, p.Near); ok {
			remedy = "Did you mean " + strconv.Quote(near) + "?"
		}
		c.at(spot.at, "E125", in(spot.path)+p.What, k.Doc, remedy)
	case p.Word != "":
		what, _, _ := strings.Cut(p.What, ";")
		if spot.kind == scalar && spot.text == p.Word && spot.path == p.Path {
			c.unknown(spot.at, in(spot.path)+what, p.Word, p.Near, "one of ")
			return
		}
		c.unknown(c.wordAt(n, spot, p.Word), in(n.path)+what, p.Word, p.Near, "one of ")
	default:
		if !outOfRange(spot) {
			code = "E105"
		}
		c.at(spot.at, code, said(spot.path, p.What), k.Doc, example(k))
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
			text = "one of " + join3(k.Words)
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
func (c *checker) wordAt(n, spot *node, word string) place {
	for i, item := range n.items {
		if n.kind == mapping && n.keys[i].text == word && (item == spot || spot == n) {
			return n.keys[i].at
		}
		if item.kind != scalar {
			if p := c.wordAt(item, spot, word); p != item.at {
				return p
			}
		}
	}
	return n.at
}

// outOfRange says whether a value is a proper number, so that only its size can
// be wrong.
func outOfRange(n *node) bool {
	text := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(n.text), "%"), "pp")
	text = strings.TrimSuffix(text, "% of band")
	_, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	return n.kind == scalar && err == nil
}

// said joins a path and what is said about it without saying the name twice.
func said(path, what string) string {
	name := path[strings.LastIndexByte(path, '.')+1:]
	if rest, ok := strings.CutPrefix(what, name); ok && (strings.HasPrefix(rest, " ") || strings.HasPrefix(rest, ":")) {
		return path + rest
	}
	return in(path) + what
}
