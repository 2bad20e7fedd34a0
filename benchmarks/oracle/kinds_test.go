package oracle_test

import (
	"math"
	"slices"

	"pgregory.net/rapid"

	"evenkeel/benchmarks/oracle"
	"evenkeel/sim"
)

// A kind is accounts in which some conditions always meet; others join now and then.
type kind struct {
	name   string
	always []string
	others int  // in a hundred
	agree  bool // no account of the first hundred is known to differ: held by every test run
}

var kinds = []kind{
	{"flows-minimum", []string{"flows", "minimum"}, 5, false},
	{"flows-lots", []string{"flows", "lots"}, 5, false},
	{"flows-lots-minimum", []string{"flows", "lots", "minimum"}, 5, false},
	{"flows-restrictions", []string{"flows", "rules"}, 5, false},
	{"flows-restrictions-minimum", []string{"flows", "rules", "minimum"}, 5, false},
	{"flows-holes", []string{"flows", "holes"}, 5, false},
	{"flows-opens", []string{"flows", "opens"}, 5, false},
	{"targets-flows", []string{"targets", "flows"}, 5, false},
	{"targets-flows-opens", []string{"targets", "flows", "opens"}, 5, false},
	{"targets-flows-holes", []string{"targets", "flows", "holes"}, 5, false},
	{"targets-flows-restrictions", []string{"targets", "flows", "rules"}, 5, false},
	{"lives-flows", []string{"lives", "flows"}, 5, false},
	{"lives-flows-targets-restrictions", []string{"lives", "flows", "targets", "rules"}, 5, false},
	{"batches-flows", []string{"batch", "flows"}, 5, false},
	{"settlement-flows-targets", []string{"settlement", "flows", "targets"}, 5, false},
	{"restrictions", []string{"rules"}, 0, true},
	{"deposits-restrictions-holes", []string{"rules", "holes", "deposits"}, 0, true},
	{"targets-deposits-restrictions-holes", []string{"targets", "rules", "holes", "deposits"}, 0, true},
	{"lives-deposits-restrictions", []string{"lives", "rules", "deposits"}, 0, true},
	{"growth", []string{"growth"}, 0, false},
	{"growth-flows", []string{"growth", "flows"}, 5, false},
	{"reduction", []string{"reduction"}, 0, true},
	{"reduction-flows", []string{"reduction", "flows"}, 5, false},
	{"everything", []string{"flows"}, 40, false},
	{"measures", nil, 30, true},
}

// conditions are what can be drawn together, in an order in which each can build on
// those before.
var conditions = []part{
	{"settlement", drawSettlement},
	{"minimum", partOf("minimum").draw},
	{"lots", partOf("lots").draw},
	{"batch", drawBatch},
	{"rules", partOf("rules").draw},
	{"per share", partOf("per share").draw},
	{"targets", drawChanges},
	{"lives", drawLivesAmong},
	{"holes", drawHoles},
	{"flows", drawFlowsBothWays},
	{"deposits", drawDeposits},
	{"largest turnover", partOf("largest turnover").draw},
	{"participation", partOf("participation").draw},
	{"holdings", drawHoldings},
	{"growth", func(t *rapid.T, in *oracle.Input) { drawFunding(t, in, "growth") }},
	{"reduction", func(t *rapid.T, in *oracle.Input) { drawFunding(t, in, "reduction") }},
	{"opens", drawMissingOpens},
}

func partOf(name string) part {
	return parts[slices.IndexFunc(parts, func(x part) bool { return x.name == name })]
}

// draw draws one account of the kind.
func (k kind) draw(t *rapid.T) *setting {
	s := drawSetting(t)
	s.plain()
	s.measured = k.name == "measures"
	switch rapid.IntRange(0, 5).Draw(t, "policy") {
	case 0:
		w := drawWhen(t, &s)
		s.when = &w
	case 1:
		drawRebalance(t, &s)
	}
	for _, x := range conditions {
		if x.name == *proveLess && !slices.Contains(k.always, x.name) {
			rapid.IntRange(0, 99).Draw(t, x.name)
			continue
		}
		if slices.Contains(k.always, x.name) || !slices.Contains([]string{"growth", "reduction", "deposits"}, x.name) && rapid.IntRange(0, 99).Draw(t, x.name) < k.others {
			x.draw(t, &s.in)
		}
	}
	if slices.Contains(k.always, "opens") {
		s.fill, s.in.Fill = sim.NextOpen, sim.NextOpen.String()
	}
	return &s
}

// drawSettlement lets sales be paid later, and sometimes purchases be bridged.
func drawSettlement(t *rapid.T, in *oracle.Input) {
	for range in.Symbols {
		in.Settle = append(in.Settle, rapid.IntRange(0, 3).Draw(t, "settlement"))
	}
	in.Bridge = rapid.IntRange(0, 2).Draw(t, "bridge") == 0
}

// drawFlowsBothWays are deposits and withdrawals, also of one session; some are as large
// as the minimum.
func drawFlowsBothWays(t *rapid.T, in *oracle.Input) {
	amounts := []float64{0.0005, 0.01, 0.05, 0.2, -0.0005, -0.01, -0.05, -0.2, -0.5}
	gap := rapid.SampledFrom([]int{3, 10, 40}).Draw(t, "sessions between flows")
	for s := rapid.IntRange(1, gap).Draw(t, "first flow"); s < len(in.Dates); s += rapid.IntRange(1, gap).Draw(t, "until the next flow") {
		one := rapid.SampledFrom(amounts).Draw(t, "flow")
		amount := math.Round(in.Cash * one)
		if in.Minimum > 0 && rapid.IntRange(0, 3).Draw(t, "the minimum") == 0 {
			amount = math.Copysign(in.Minimum, one)
		}
		in.Flows = append(in.Flows, oracle.Flow{Session: s, Amount: amount})
		switch rapid.IntRange(0, 5).Draw(t, "both ways") {
		case 0:
			in.Flows = append(in.Flows, oracle.Flow{Session: s, Amount: -amount})
		case 1:
			part := rapid.SampledFrom([]float64{0.3, 0.7, 2}).Draw(t, "the other way")
			in.Flows = append(in.Flows, oracle.Flow{Session: s, Amount: math.Round(-amount * part)})
		}
	}
}

// drawDeposits are flows without withdrawals.
func drawDeposits(t *rapid.T, in *oracle.Input) {
	drawFlowsBothWays(t, in)
	in.Flows = slices.DeleteFunc(in.Flows, func(f oracle.Flow) bool { return f.Amount <= 0 })
}

// drawHoldings lets the account begin with holdings.
func drawHoldings(t *rapid.T, in *oracle.Input) {
	for i := range in.Symbols {
		n := math.Round(in.Cash * rapid.Float64Range(0, 0.5).Draw(t, "holding") / in.Close[0][i])
		if slices.ContainsFunc(in.Listings, func(x oracle.Listing) bool { return x.Asset == i }) {
			n = 0
		}
		in.Holdings = append(in.Holdings, n)
	}
	in.Cash = math.Round(in.Cash * rapid.SampledFrom([]float64{0.001, 0.1}).Draw(t, "cash beside holdings"))
}

// drawLivesAmong lets some assets be listed late and some end, among changes of the
// targets that are drawn already.
func drawLivesAmong(t *rapid.T, in *oracle.Input) {
	n, sessions := len(in.Symbols), len(in.Dates)
	kept := rapid.IntRange(0, n-1).Draw(t, "lives on")
	base := slices.Clone(in.Changes)
	for k := range base {
		base[k].Targets = withShare(base[k].Targets, kept)
	}
	in.Targets = withShare(in.Targets, kept)
	for i := range n {
		first := 0
		if i == kept || sessions < 6 {
			continue
		}
		if rapid.IntRange(0, 2).Draw(t, "listed late") == 0 {
			first = rapid.IntRange(1, sessions/2).Draw(t, "listed")
			in.Listings = append(in.Listings, oracle.Listing{Session: first, Asset: i})
		}
		if rapid.IntRange(0, 2).Draw(t, "ends") == 0 {
			end := rapid.IntRange(first+2, sessions-1).Draw(t, "end")
			price := rapid.SampledFrom([]float64{in.Close[end-1][i], 0, 12.5}).Draw(t, "end price")
			in.Endings = append(in.Endings, oracle.Ending{Session: end, Asset: i, Price: price})
		}
	}
	slices.SortFunc(in.Listings, func(x, y oracle.Listing) int { return x.Session - y.Session })
	slices.SortFunc(in.Endings, func(x, y oracle.Ending) int { return x.Session - y.Session })
	in.Changes = changesAmongEnds(in, base)
}

// withShare are targets in which an asset has a share.
func withShare(targets []float64, asset int) []float64 {
	w := slices.Clone(targets)
	if w[asset] > 0 {
		return w
	}
	for i := range w {
		w[i] *= 0.75
	}
	w[asset] = 0.25
	return w
}

// changesAmongEnds are changes of targets with those that the ends of lives make: the
// targets of the others are raised in proportion.
func changesAmongEnds(in *oracle.Input, base []oracle.Change) (all []oracle.Change) {
	over := make([]bool, len(in.Symbols))
	given := in.Targets
	for s := range in.Dates {
		changed := false
		for _, x := range base {
			if x.Session == s {
				given, changed = x.Targets, true
			}
		}
		for _, x := range in.Endings {
			if x.Session == s {
				over[x.Asset] = true
				changed = changed || given[x.Asset] > 0
			}
		}
		if !changed {
			continue
		}
		now, sum := make([]float64, len(given)), 0.0
		for i, w := range given {
			if !over[i] {
				now[i] = w
				sum += w
			}
		}
		for i := range now {
			now[i] /= sum
		}
		all = append(all, oracle.Change{Session: s, Targets: now})
	}
	return all
}

// drawHoles takes closes out of the lives of assets; they are carried forward.
func drawHoles(t *rapid.T, in *oracle.Input) {
	in.Hole = drawMissing(t, in, func(s, i int) {
		in.Close[s][i] = in.Close[s-1][i]
		in.Open[s][i] = in.Close[s][i]
	})
}

// drawMissingOpens takes opens out of the lives of assets; what is held is worth the close
// there.
func drawMissingOpens(t *rapid.T, in *oracle.Input) {
	in.HoleOpen = drawMissing(t, in, func(s, i int) { in.Open[s][i] = in.Close[s][i] })
}

// drawMissing draws prices within the lives of assets and takes them out.
func drawMissing(t *rapid.T, in *oracle.Input, take func(s, i int)) [][]bool {
	n := len(in.Symbols)
	missing := make([][]bool, len(in.Dates))
	for s := range missing {
		missing[s] = make([]bool, n)
	}
	for i := range n {
		first, end := 0, len(in.Dates)
		for _, x := range in.Listings {
			if x.Asset == i {
				first = x.Session
			}
		}
		for _, x := range in.Endings {
			if x.Asset == i {
				end = x.Session
			}
		}
		for s := first + rapid.IntRange(1, 20).Draw(t, "first hole"); s < end-1; s += rapid.IntRange(1, 20).Draw(t, "until the next hole") {
			for k := rapid.IntRange(1, 4).Draw(t, "sessions without a price"); k > 0 && s < end-1; k-- {
				missing[s][i] = true
				take(s, i)
				s++
			}
		}
	}
	return missing
}

// drawFunding lets new money pay, or the proceeds leave.
func drawFunding(t *rapid.T, in *oracle.Input, word string) {
	if in.Strategy != "buy_and_hold" {
		in.Funding, in.Unfunded, in.ReserveFraction = word, "nothing", 0
	}
}
