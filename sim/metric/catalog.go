package metric

import (
	"fmt"
	"slices"
)

// Chapter is a kind of measures. Measures are printed by chapter, in this order, and
// within a chapter in the order in which they were added.
type Chapter uint8

const (
	InGrowth Chapter = iota
	InFlows
	InRuin
	InRisk
	InDrawdowns
	InDownside
	InTails
	InShape
	InTurnover
	InCosts
	InComponents
	InTaxes
	InShortfall
	InActivity
	InAllocation
	InTracking
	InRelative
	InDrift
	InBands
	InOthers // what fits none of these
)

var chapterTitles = [...]string{
	"growth", "flows", "ruin", "risk", "drawdowns", "downside", "tails", "shape", "turnover", "costs", "cost components", "taxes",
	"implementation shortfall", "activity", "allocation", "tracking", "reference", "drift", "bands", "others",
}

func (c Chapter) String() string { return chapterTitles[c] }

// all are the measures in the order in which they are printed.
var all []Measure

// Add enters measures in a chapter; each file of this package does so for its own. Two
// measures of one name are a programmer's mistake.
func Add(in Chapter, measures ...Measure) []Measure {
	for _, m := range measures {
		if slices.ContainsFunc(all, func(x Measure) bool { return x.Name == m.Name }) {
			panic(fmt.Sprintf("metric: two measures %q", m.Name))
		}
		m.Chapter = in
		at := slices.IndexFunc(all, func(x Measure) bool { return x.Chapter > in })
		if at < 0 {
			at = len(all)
		}
		all = slices.Insert(all, at, m)
	}
	return measures
}

// All returns the measures in the order in which they are printed.
func All() []Measure { return slices.Clone(all) }

// Basic returns those of All that are not Extra.
func Basic() []Measure {
	return slices.DeleteFunc(All(), func(m Measure) bool { return m.Extra })
}
