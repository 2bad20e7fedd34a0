package main

import (
	"strings"

	"evenkeel/reports/run"
	"evenkeel/sim/card"
	"evenkeel/sim/cost"
	"evenkeel/sim/metric"
	"evenkeel/strategies"
)

// group is the plug-ins of one kind, as list and describe show them.
type group struct {
	Kind  string `json:"kind"` // in the plural: strategies
	Plugs []plug `json:"entries"`
}

// plug is what a card and its knobs say.
type plug struct {
	Name    string `json:"name"`
	Title   string `json:"title,omitempty"` // of a measure, on paper
	Doc     string `json:"doc"`
	Details string `json:"details,omitempty"`
	Unit    string `json:"unit,omitempty"`   // of a measure
	Better  string `json:"better,omitempty"` // of a measure: higher, lower
	Keys    []key  `json:"keys,omitempty"`
	Example string `json:"example,omitempty"`
}

// key is one knob.
type key struct {
	Name    string   `json:"name"`
	Default string   `json:"default,omitempty"`
	Unit    string   `json:"unit,omitempty"`
	Takes   string   `json:"takes,omitempty"`
	Words   []string `json:"words,omitempty"`
	Sweep   bool     `json:"sweep"`
	Doc     string   `json:"doc"`
}

// everything is all that introduces itself.
func everything() []group {
	return []group{
		{"strategies", plugsOf(strategies.Catalog.All())},
		{"costs", plugsOf(cost.Catalog.All())},
		{"measures", measures()},
		{"reports", reportPlugs()},
	}
}

func kinds() (names []string) {
	for _, g := range everything() {
		names = append(names, g.Kind)
	}
	return names
}

func plugOf(c card.Card) plug {
	return plug{Name: c.Name, Doc: c.Doc, Details: c.Details, Example: c.Example}
}

func plugsOf[T any](all []card.Plug[T]) (plugs []plug) {
	for _, a := range all {
		p := plugOf(a.Card)
		_, knobs := a.New()
		for _, k := range knobs {
			p.Keys = append(p.Keys, key{k.Name, k.Default, k.Unit, takes(k), k.Words, k.Sweep, k.Doc})
		}
		plugs = append(plugs, p)
	}
	return plugs
}

// takes returns in words what a knob's values look like.
func takes(k card.Knob) string {
	switch k.Shape {
	case card.FracShape:
		return "a fraction (0.2 or 20%)"
	case card.LimitShape:
		return "a limit (20%, 5pp, none, {lesser_of: [5pp, 25%]} or {up: 25%, down: 15%})"
	case card.CountShape:
		return "a whole number"
	case card.MoneyShape:
		return "an amount of money"
	case card.RateShape:
		return "basis points"
	case card.WordShape:
		return strings.Join(k.Words, " | ")
	case card.LookShape:
		return "a schedule (session, 5 sessions, mon/wed/fri, month_end, quarter_start, ...)"
	case card.DateShape:
		return "a date (2020-12-31)"
	case card.NamesShape:
		return "a list of symbols"
	case card.FlagShape:
		return "true or false"
	case card.NumberShape:
		return "a number"
	case card.PointsShape:
		return "percentage points (5pp or 0.05)"
	case card.DatesShape:
		return "a file of dates, or a list of dates"
	case card.YesShape:
		return "true"
	}
	return ""
}

func measures() (plugs []plug) {
	for _, m := range metric.All() {
		p := plugOf(m.Card)
		p.Title, p.Unit = m.Title, unitWord(m.Unit)
		switch m.Better {
		case 1:
			p.Better = "higher"
		case -1:
			p.Better = "lower"
		}
		plugs = append(plugs, p)
	}
	return plugs
}

func unitWord(u metric.Unit) string {
	switch u {
	case metric.Money:
		return "money"
	case metric.Fraction:
		return "fraction"
	case metric.Count:
		return "count"
	case metric.YesNo:
		return "yes or no"
	}
	return "ratio"
}

func reportPlugs() []plug { return plugsOf(run.Catalog.All()) }
