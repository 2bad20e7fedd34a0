package oracle_test

import (
	"fmt"
	"slices"
	"strings"

	"evenkeel/benchmarks/oracle"
)

// shrunk takes away from an account what it differs without.
func shrunk(s *setting) *setting {
	differs := func(x *setting) bool {
		compared, w := compare(x)
		return compared && len(w.found) > 0 && !strings.HasPrefix(w.found[0], "panic")
	}
	for again := true; again; {
		again = false
		for _, change := range reductions(s) {
			x := *s
			x.in = copied(s.in)
			if !change(&x.in) {
				continue
			}
			if differs(&x) {
				s, again = &x, true
				break
			}
		}
	}
	return s
}

// copied is an input whose lists can be changed.
func copied(in oracle.Input) oracle.Input {
	in.Close, in.Open, in.Hole = slices.Clone(in.Close), slices.Clone(in.Open), slices.Clone(in.Hole)
	in.Flows, in.Rules, in.Changes, in.Costs = slices.Clone(in.Flows), slices.Clone(in.Rules), slices.Clone(in.Changes), slices.Clone(in.Costs)
	return in
}

// reductions are ways to make an account simpler; each says whether it changed anything.
func reductions(s *setting) (all []func(*oracle.Input) bool) {
	in := s.in
	if len(in.Listings) == 0 && len(in.Endings) == 0 && s.when == nil && in.Strategy != "rebalance" {
		for _, n := range []int{len(in.Dates) / 2, len(in.Dates) - 5, len(in.Dates) - 1} {
			if n > 2 && n < len(in.Dates) {
				all = append(all, func(in *oracle.Input) bool { return cutAfter(in, n) })
			}
		}
	}
	for k := range in.Flows {
		all = append(all, func(in *oracle.Input) bool { in.Flows = slices.Delete(in.Flows, k, k+1); return true })
	}
	for k := range in.Rules {
		all = append(all, func(in *oracle.Input) bool { in.Rules = slices.Delete(in.Rules, k, k+1); return true })
	}
	for k := range in.Costs {
		all = append(all, func(in *oracle.Input) bool { in.Costs = slices.Delete(in.Costs, k, k+1); return true })
	}
	if len(in.Endings) == 0 {
		for k := range in.Changes {
			all = append(all, func(in *oracle.Input) bool { in.Changes = slices.Delete(in.Changes, k, k+1); return true })
		}
	}
	for i := range in.Symbols {
		all = append(all, func(in *oracle.Input) bool { return withoutHoles(in, i) })
	}
	return append(all,
		func(in *oracle.Input) bool { was := in.Hole != nil; in.Hole = nil; return was },
		func(in *oracle.Input) bool { was := in.HoleOpen != nil; in.HoleOpen = nil; return was },
		func(in *oracle.Input) bool { was := in.Batch; in.Batch = false; return was },
		func(in *oracle.Input) bool { was := in.Minimum; in.Minimum = 0; return was > 0 && !in.Batch },
		func(in *oracle.Input) bool { was := in.Lot; in.Lot = 0; return was > 0 },
		func(in *oracle.Input) bool { was := in.Settle; in.Settle, in.Bridge = nil, false; return was != nil },
		func(in *oracle.Input) bool { was := in.MaxTurnover; in.MaxTurnover = 0; return was > 0 },
		func(in *oracle.Input) bool {
			was := in.Participation
			in.Participation, in.Volume = 0, nil
			return was > 0
		},
		func(in *oracle.Input) bool {
			was := in.Reserve + in.ReserveFraction
			in.Reserve, in.ReserveFraction = 0, 0
			return was > 0
		},
		func(in *oracle.Input) bool { was := in.Actions; in.Actions = nil; return was != nil },
		func(in *oracle.Input) bool { was := in.Holdings; in.Holdings = nil; return was != nil },
	)
}

// cutAfter keeps the first sessions.
func cutAfter(in *oracle.Input, n int) bool {
	in.Dates, in.Close, in.Open, in.Look = in.Dates[:n], in.Close[:n], in.Open[:n], in.Look[:n]
	if in.Hole != nil {
		if slices.Contains(in.Hole[n-1], true) {
			return false
		}
		in.Hole = in.Hole[:n]
	}
	if in.HoleOpen != nil {
		in.HoleOpen = in.HoleOpen[:n]
	}
	if in.Release != nil {
		in.Release = in.Release[:n]
	}
	if in.Volume != nil {
		in.Volume = in.Volume[:n]
	}
	in.Flows = slices.DeleteFunc(in.Flows, func(x oracle.Flow) bool { return x.Session >= n })
	in.Changes = slices.DeleteFunc(in.Changes, func(x oracle.Change) bool { return x.Session >= n })
	in.Actions = slices.DeleteFunc(slices.Clone(in.Actions), func(x oracle.Action) bool { return x.Session >= n })
	return true
}

// withoutHoles gives an asset all its closes.
func withoutHoles(in *oracle.Input, asset int) (some bool) {
	for s := range in.Hole {
		if in.Hole[s][asset] {
			in.Hole[s] = slices.Clone(in.Hole[s])
			in.Hole[s][asset] = false
			some = true
		}
	}
	return some
}

// described is an account in words.
func described(in *oracle.Input) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, to %q %v, scope %s %d, unfunded %s, share %s, fill %s, look %v\n", in.Strategy, in.To, in.Fraction, in.Scope, in.Largest, in.Unfunded, in.Share, in.Fill, lookDays(in.Look))
	fmt.Fprintf(&b, "cash %v holdings %v targets %v reserve %v %v\n", in.Cash, in.Holdings, in.Targets, in.Reserve, in.ReserveFraction)
	fmt.Fprintf(&b, "costs %+v\nflows %+v\nrules %+v\nchanges %+v\nlistings %+v endings %+v\n", in.Costs, in.Flows, in.Rules, in.Changes, in.Listings, in.Endings)
	fmt.Fprintf(&b, "minimum %v lot %v batch %v urgent %v settle %v bridge %v turnover %v participation %v\n", in.Minimum, in.Lot, in.Batch, in.Urgent, in.Settle, in.Bridge, in.MaxTurnover, in.Participation)
	if in.Strategy == "bands" {
		fmt.Fprintf(&b, "band up %+v down %+v\nrail up %+v down %+v\n", in.BandUp, in.BandDown, in.RailUp, in.RailDown)
	}
	for s := range min(12, len(in.Close)) {
		fmt.Fprintf(&b, "session %d: close %v", s, in.Close[s])
		if in.Fill == "next_open" {
			fmt.Fprintf(&b, " open %v", in.Open[s])
			if in.HoleOpen != nil && slices.Contains(in.HoleOpen[s], true) {
				fmt.Fprintf(&b, " missing %v", in.HoleOpen[s])
			}
		}
		if in.Hole != nil && slices.Contains(in.Hole[s], true) {
			fmt.Fprintf(&b, " hole %v", in.Hole[s])
		}
		b.WriteString("\n")
	}
	return b.String()
}

func lookDays(look []bool) (days []int) {
	for s, x := range look {
		if x {
			days = append(days, s)
		}
	}
	return days
}
