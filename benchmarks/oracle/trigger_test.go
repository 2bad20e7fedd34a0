package oracle_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"evenkeel/benchmarks/oracle"
	"evenkeel/data"
	"evenkeel/strategies"
)

// drawTrigger draws a trigger in both's words: one, or several combined.
func drawTrigger(t *rapid.T, in *oracle.Input, depth int) (*oracle.Trigger, strategies.Trigger) {
	kinds := []string{"band", "deviation", "money", "drift", "idle_cash", "signal", "targets", "calendar"}
	if depth > 0 {
		kinds = append([]string{"any", "all", "any", "all", "any", "all"}, kinds...)
	}
	x := &oracle.Trigger{Kind: rapid.SampledFrom(kinds).Draw(t, "trigger")}
	switch x.Kind {
	case "any", "all":
		g := &strategies.Group{All: x.Kind == "all"}
		for range rapid.IntRange(1, 3).Draw(t, "triggers") {
			theirs, ours := drawTrigger(t, in, depth-1)
			x.Of, g.Of = append(x.Of, theirs), append(g.Of, ours)
		}
		return x, g
	case "band":
		x.Band = oracle.Limit{Value: rapid.SampledFrom([]float64{0.01, 0.05, 0.2}).Draw(t, "band"), Absolute: rapid.Bool().Draw(t, "in points")}
		return x, &strategies.Band{All: strategies.Both(half(x.Band))}
	case "deviation":
		x.Value = rapid.SampledFrom([]float64{0.02, 0.05, 0.2}).Draw(t, "deviation")
		return x, &strategies.Band{All: strategies.Both(strategies.Relative(x.Value)), Named: "deviation"}
	case "money":
		x.Value = in.Cash * rapid.SampledFrom([]float64{0.003, 0.02, 0.06}).Draw(t, "amount")
		x.PerNAV = rapid.SampledFrom([]float64{0, in.Cash}).Draw(t, "per NAV")
		return x, &strategies.Money{Amount: x.Value, PerNAV: x.PerNAV}
	case "drift":
		x.Value = rapid.SampledFrom([]float64{0.003, 0.02, 0.06}).Draw(t, "drift")
		return x, &strategies.Drift{Limit: x.Value}
	case "idle_cash":
		x.Value = rapid.SampledFrom([]float64{0.001, 0.01, 0.05}).Draw(t, "idle cash")
		return x, &strategies.IdleCash{Limit: x.Value}
	case "signal":
		last := int(in.Dates[len(in.Dates)-1])
		g := &strategies.Signal{}
		for range rapid.IntRange(0, 8).Draw(t, "signals") {
			x.Days = append(x.Days, int32(rapid.IntRange(int(in.Dates[0])-3, last).Draw(t, "day")))
		}
		slices.Sort(x.Days)
		x.Days = slices.Compact(x.Days)
		for _, d := range x.Days {
			g.File.Dates = append(g.File.Dates, data.Date(d))
		}
		return x, g
	case "targets":
		return x, strategies.OnChange{}
	}
	return x, strategies.Always{}
}

// drawRebalance makes the policy the general one, with any trigger.
func drawRebalance(t *rapid.T, s *setting) {
	in := &s.in
	in.Strategy, in.BandUp, in.BandDown = "rebalance", nil, nil
	in.To = rapid.SampledFrom([]string{"target", "rail", "fraction"}).Draw(t, "how far")
	in.Fraction = rapid.SampledFrom([]float64{0.25, 0.5, 1}).Draw(t, "part of the way")
	in.Share = rapid.SampledFrom(strategies.ShareWords).Draw(t, "sharing")
	in.Unfunded = "nothing"
	rail := oracle.Limit{Value: rapid.SampledFrom([]float64{0, 0.02, 0.1}).Draw(t, "rail")}
	in.RailUp, in.RailDown = oracle.Same(len(in.Symbols), rail), oracle.Same(len(in.Symbols), rail)
	in.Scope = rapid.SampledFrom([]string{"all", "all", "largest"}).Draw(t, "who trades")
	in.Largest = rapid.IntRange(1, len(in.Symbols)).Draw(t, "the largest")
	in.Trigger, s.trigger = drawTrigger(t, in, 2)
	t.Logf("trigger %s", s.trigger.Title())
}

// rebalance is the same in the engine's words.
func (s *setting) rebalance() *strategies.Rebalance {
	in := &s.in
	r := &strategies.Rebalance{Bands: *strategies.NewBands()}
	r.Look, r.If, r.Rail = s.look, s.trigger, strategies.Both(half(in.RailUp[0]))
	return r
}

// Any trigger, alone or combined, with any way to look.
func TestEngineAgreesOnTriggers(t *testing.T) {
	agrees(t, func(t *rapid.T) *setting {
		s := drawSetting(t)
		if rapid.Bool().Draw(t, "other looks") {
			w := drawWhen(t, &s)
			s.when = &w
		}
		drawRebalance(t, &s)
		if s.when != nil && rapid.IntRange(0, 2).Draw(t, "mini") == 0 {
			drawMini(t, &s.in, s.when)
		}
		for _, x := range parts {
			if rapid.IntRange(0, 6).Draw(t, x.name) == 0 {
				x.draw(t, &s.in)
			}
		}
		settled(&s.in)
		return &s
	})
}
