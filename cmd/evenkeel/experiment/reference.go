package experiment

import (
	"cmp"
	"fmt"
	"slices"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim/card"
)

// What the tracking error is measured against, beside the levels of a file.
const (
	PolicyTargets = "policy_targets" // the portfolio that is always at its targets, free
	ZeroCostTwin  = "zero_cost_twin" // the same account trading free
	BuyAndHold    = "buy_and_hold"   // the account bought and held
)

var references = []string{PolicyTargets, ZeroCostTwin, BuyAndHold}

// referenceEntry reads one of the words or a file with date and index.
func (f *File) referenceEntry(c *syntax.Checker) entry {
	k := keepWord(card.Choice(new(uint8), "reference", "the reference of the tracking error: policy_targets (the portfolio always at its targets, free of cost), zero_cost_twin (the same account trading free of cost), buy_and_hold (the account bought and held), or a file with date and index, the levels to follow", references...), &f.Reference)
	isFile := func(n *syntax.Node) bool {
		path, _ := pathOfNode(n)
		return n != nil && n.Kind == syntax.Scalar && isFileName(path)
	}
	return entry{
		Knob: k,
		read: func(n *syntax.Node) {
			switch {
			case n == nil:
				f.Reference = PolicyTargets
			case isFile(n):
				f.Reference, _ = pathOfNode(n)
				f.mention(c, indexFile, n)
			default:
				one(c, entry{Knob: k}, n)
			}
		},
		canon: func() any {
			n := f.root.Find("measures.reference")
			if isFile(n) {
				return f.canonFile(n)
			}
			return f.canonKnob(k, n)
		},
		schema: func() Object {
			return Object{{"anyOf", []any{Object{{"enum", texts(references)}}, Object{{"type", "string"}, {"pattern", `\.`}}}}}
		},
	}
}

// levels are the simple returns by session of the reference's file, 0 in the first;
// nil when the reference is no file. Every session needs a level of its own: one that
// is carried over would be a return of nothing, and the next one of two days.
func (f *File) levels(c *syntax.Checker, p *data.Panel) []float64 {
	if slices.Contains(references, f.Reference) {
		return nil
	}
	n := f.root.Find("measures.reference")
	rows := f.contents(indexFile, f.Reference).amounts
	all := make([]float64, p.Sessions())
	was, missing, first := 0.0, 0, data.NoDate
	for s, d := range p.Dates() {
		i, found := slices.BinarySearchFunc(rows, d, func(x datedAmount, d data.Date) int { return cmp.Compare(x.date, d) })
		if !found {
			if missing++; missing == 1 {
				first = d
			}
			continue
		}
		if s > 0 && was > 0 {
			all[s] = rows[i].value/was - 1
		}
		was = rows[i].value
	}
	if missing > 0 {
		c.At(n.At, fault.OutsideData, fmt.Sprintf("measures.reference: %s has no level on %s of %s, first on %s", fault.Quote(f.Reference), plural(missing, "session"), plural(p.Sessions(), "session"), first),
			"every session of the run has a level of its own", "Give the missing levels, or set data.start and data.end to where there are some")
		return nil
	}
	return all
}

// Twin is policy i of the experiment once more: a strategy and a mandate of its own,
// on the same account.
func (x *Experiment) Twin(i int) Policy {
	c := &syntax.Checker{Name: x.File.path, Lines: x.File.lines} // bound before without a finding
	return x.File.bindPolicy(c, x, x.File.Policies[i])
}
