package columnar

import (
	"context"
	"fmt"
	"math"
	"slices"

	"evenkeel/data"
	"evenkeel/data/fault"
)

// Closes that are not adjusted for a split step by its factor on the day of the split
// while the other assets do not. The step is divided by the median step of the others,
// so that a market which falls by half is no split.

// splitSteps are what splits make of a close that is not adjusted for them.
var splitSteps = []struct {
	step float64
	text string
}{
	{2.0 / 3, "3:2"}, {1.0 / 2, "2:1"}, {1.0 / 3, "3:1"}, {1.0 / 4, "4:1"}, {1.0 / 5, "5:1"}, {1.0 / 10, "10:1"},
	{3.0 / 2, "2:3"}, {2, "1:2"}, {3, "1:3"}, {4, "1:4"}, {5, "1:5"}, {10, "1:10"},
}

const (
	splitNear   = 0.03 // how far from its factor a step is still taken for a split
	splitDays   = 4.0  // mean days between sessions beyond which prices move by such factors on their own
	splitAssets = 2    // fewer have nothing to be compared with
)

// Own steps between these are no candidates: at least half of the smallest split, in
// logarithms, must be the asset's own, or the others of an asset that splits would be
// suspected, too.
const (
	stepUp   = 1.22
	stepDown = 0.82
)

// likeSplit is a step that looks like a split.
type likeSplit struct {
	asset, from, to int     // sessions of the closes before and after
	step, beside    float64 // of the asset, and of the others' median
	split           string  // such as "2:1"
}

// checkAdjusted finds steps that look like splits: closes that are probably not
// adjusted. They are errors (E337) until the experiment says of which kind the closes
// are; warnings from then on.
func (g *grid) checkAdjusted(ctx context.Context, s *survey, o Options, f *findings) error {
	return g.eachLikeSplit(ctx, s, func(x likeSplit) {
		if !f.full(fault.NotAdjusted) {
			f.add(g.splitFinding(x, o))
		}
	})
}

func (g *grid) splitFinding(x likeSplit, o Options) fault.Finding {
	n := len(g.symbols)
	before, after := g.close[x.from*n+x.asset], g.close[x.to*n+x.asset]
	given := o.KindGiven || o.Kind == data.Raw
	remedy := "write data.kind: adjusted if it is adjusted, or data.kind: raw and the splits in data.actions"
	switch {
	case o.Kind == data.Raw:
		remedy = "add the split to data.actions if it is one"
	case given:
		remedy = "check whether it is adjusted for a split"
	}
	return fault.Finding{
		Code: fault.NotAdjusted, Warning: given,
		What: fmt.Sprintf("%s: close %.6g on %s, %.6g on %s: x%.4g, x%.4g beside the others' median step, like a split of %s",
			fault.Clean(g.symbols[x.asset]), before, g.dates[x.from], after, g.dates[x.to], x.step, x.step/x.beside, x.split),
		Rule:   "a close that is not adjusted steps by 2, 3, 4, 5, 10 or 3/2 or their inverses, within 3 %",
		Remedy: remedy,
	}
}

// eachLikeSplit gives the steps that look like splits, session by session. A step may
// lead across a hole, unless the hole is so long that the symbol may be another company's.
func (g *grid) eachLikeSplit(ctx context.Context, s *survey, give func(likeSplit)) error {
	n, sessions := len(g.symbols), len(g.dates)
	steps := 0
	for a := range s.of {
		steps += s.of[a].steps
	}
	if steps == 0 || n < splitAssets || float64(g.dates[sessions-1]-g.dates[0]) > splitDays*float64(sessions-1) {
		return nil
	}
	before := make([]int, n) // the session of the last price, -1 for none
	for a := range before {
		before[a] = -1
	}
	for t := range g.dates {
		known := map[int][]float64{} // steps of all assets by their first session, sorted
		for a, v := range g.close[t*n : t*n+n] {
			if !isPrice(v) {
				continue
			}
			from := before[a]
			if before[a] = t; from < 0 || t-from > longHole {
				continue
			}
			last := g.close[from*n+a]
			if v <= stepUp*last && v >= stepDown*last {
				continue
			}
			if known[from] == nil {
				if err := ended(ctx); err != nil {
					return err
				}
				known[from] = g.steps(from, t)
			}
			x := likeSplit{asset: a, from: from, to: t, step: v / last}
			x.beside = medianBut(known[from], x.step)
			if x.known(g.adjustment(a, from, t, last)) {
				give(x)
			}
		}
	}
	return nil
}

func isPrice(v float64) bool { return v >= data.MinPrice && v <= data.MaxPrice }

// known names the split that a step looks like once what actions explain is taken out
// of it; false where it looks like none.
func (x *likeSplit) known(explained float64) bool {
	own := x.step / explained
	for _, f := range splitSteps {
		if math.Abs(own/x.beside/f.step-1) <= splitNear && math.Log(own)/math.Log(f.step) >= 0.5 {
			x.split = f.text
			return true
		}
	}
	return false
}

// steps are the sorted ratios of the prices at two sessions, of all assets that have both.
func (g *grid) steps(from, to int) (all []float64) {
	n := len(g.symbols)
	for a := range n {
		if p, v := g.close[from*n+a], g.close[to*n+a]; isPrice(p) && isPrice(v) {
			all = append(all, v/p)
		}
	}
	slices.Sort(all)
	return all
}

// medianBut is the median of sorted values but one of them; 1 where none is left.
func medianBut(values []float64, one float64) float64 {
	left := len(values) - 1
	if left < 1 {
		return 1
	}
	out, _ := slices.BinarySearch(values, one)
	at := func(k int) float64 {
		if k >= out {
			k++
		}
		return values[k]
	}
	return (at((left-1)/2) + at(left/2)) / 2
}

// adjustment is the step that splits and dividends between two sessions explain, 1
// where there are none: a split of 2 halves the close, a dividend takes itself off.
func (g *grid) adjustment(a, from, to int, before float64) float64 {
	step := 1.0
	for _, x := range g.splits {
		if x.Symbol == g.symbols[a] && x.Date > g.dates[from] && x.Date <= g.dates[to] {
			if left := 1 - x.Dividend/(before*step); left > 0 {
				step *= left
			}
			step /= x.Ratio
		}
	}
	return step
}
