package main

import (
	"strconv"
	"strings"

	"evenkeel/data"
	"evenkeel/strategies"
)

// titleOf says on one line what a policy does: bands 20% / rail 10%, every session.
func titleOf(name string, s strategies.Strategy) string {
	switch s := s.(type) {
	case *strategies.Bands:
		return bandsTitle(s)
	case *strategies.Calendar:
		return "back to target, " + lookText(s.Look)
	}
	return strings.ReplaceAll(name, "_", " ")
}

func bandsTitle(b *strategies.Bands) string {
	title := "bands " + limitText(b.Band)
	switch {
	case b.Aim.To == strategies.ToTarget:
		title += " to target"
	case b.Aim.To == strategies.ToEdge:
		title += " to edge"
	case b.Aim.To == strategies.ToFraction:
		title += " " + percent(b.Aim.Fraction) + " of the way to target"
	case b.OfBand:
		title += " / rail " + percent(b.RailRatio) + " of band"
	default:
		title += " / rail " + limitText(b.Rail)
	}
	switch n := len(b.PerAsset); {
	case n == 1:
		title += ", 1 asset apart"
	case n > 1:
		title += ", " + count(n, "asset") + " apart"
	}
	return title + ", " + lookText(b.Look)
}

func lookText(s data.Schedule) string {
	if s == data.EverySession {
		return "every session"
	}
	return s.String()
}

func limitText(l strategies.Limit) string {
	if l.Up == l.Down {
		return halfText(l.Up)
	}
	return "+" + halfText(l.Up) + " -" + halfText(l.Down)
}

func halfText(h strategies.Half) string {
	rel, abs := percent(h.Rel), strings.TrimSuffix(percent(h.Abs), "%")+"pp"
	switch {
	case h.None():
		return "none"
	case h == strategies.Absolute(h.Abs):
		return abs
	case h == strategies.Relative(h.Rel):
		return rel
	}
	return "lesser of " + abs + " and " + rel
}

// percent writes a fraction in per cent: 0.125 is 12.5%.
func percent(x float64) string { return strconv.FormatFloat(x*100, 'g', 10, 64) + "%" }
