package strategies

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Rebalance is the general policy: a look, any trigger or combination of them, how
// far to trade and what pays.
type Rebalance struct{ Bands }

func init() {
	Catalog.Add(card.Plug[Strategy]{
		Card: card.Card{
			Name: "rebalance",
			Doc:  "the general policy: look x trigger x how far x what pays",
			Details: `At a look, the trigger decides whether to trade; without one every look trades. Triggers are maps of one key each, combined by any (or) and all (and), nested as needed; triggers of single assets under all must fire for the same asset:

- {band: 20%}: a weight outside its band, in any form that bands takes
- {deviation: 5%}: a weight further from its target than a part of it
- {deviation_money: 10000, per_nav: 1000000}: a value further from its target value than an amount, scaled by NAV when per_nav is given
- {portfolio_drift: 5pp}: half the sum of |w - t| beyond a limit
- {idle_cash: 2%}: uninvested cash beyond a part of NAV
- {signal: signals.csv} or {signal: [2010-03-01]}: at the first look on or after each date
- {target_change: true}: the targets have just changed
- {calendar: true}: every look

Between the looks, mini trades only the largest drifts when a major position is far out. Sales go to target unless to or rail say otherwise.`,
			Example: "village: {strategy: rebalance, look: quarter_end, trigger: {any: [{portfolio_drift: 5pp}, {deviation: 20%}]}, to: target}",
		},
		New: func() (Strategy, []card.Knob) {
			r := &Rebalance{*NewBands()}
			r.If, r.Aim.To, r.Rail = Always{}, ToTarget, Both(zeroHalf)
			r.Look = data.Schedule{Period: data.Quarter, Last: true}
			return r, r.knobs()
		},
	})
}

func (r *Rebalance) knobs() []card.Knob {
	knobs := []card.Knob{r.lookKnob("quarter_end"), r.triggerKnob()}
	for _, k := range r.Bands.knobs() {
		switch k.Name {
		case "band", "rail_ratio", "per_asset", "look":
			continue
		case "rail":
			k.Default, k.Doc = "0", "where sales stop with to: rail"
		case "to":
			k.Default = "target"
		}
		knobs = append(knobs, k)
	}
	return knobs
}

// Bind puts the rails in place; the triggers find their limits when a run begins.
func (r *Rebalance) Bind(p *data.Panel, targets []float64) error {
	rail := r.Rail
	if r.Aim.To == ToTarget {
		rail = Both(zeroHalf)
	}
	if r.Aim.To == ToEdge {
		band, ok := r.If.(*Band)
		if !ok {
			return fmt.Errorf("to: edge needs a trigger that is a band alone")
		}
		rail = band.All
	}
	r.Aim.Rails, r.Aim.Rail = nil, rail
	return nil
}

// Title is the trigger, how far and when.
func (r *Rebalance) Title() string {
	to := ", to target"
	switch r.Aim.To {
	case ToRail:
		to = ", to rail " + r.Rail.Title()
	case ToEdge:
		to = ", to edge"
	case ToFraction:
		to = ", " + percentText(r.Aim.Fraction) + " of the way"
	}
	if _, always := r.If.(Always); always && r.Aim.To == ToTarget {
		to = ""
	}
	first := r.If.Title()
	return first + to + strings.TrimPrefix(r.Recipe.Title(), first)
}

// Edges are the trigger's limits and, with to: rail, the rails.
func (r *Rebalance) Edges(targets []float64) sim.Edges {
	if r.Aim.To == ToRail {
		return r.Bands.Edges(targets)
	}
	return r.Recipe.Edges(targets)
}

func (r *Rebalance) triggerKnob() card.Knob {
	return card.Knob{Name: "trigger", Doc: "what makes a look trade; every look when left out", Shape: card.AnyShape, Parse: func(v card.Value) (func(), error) {
		t, err := readTrigger(v)
		if err != nil {
			return nil, err
		}
		return func() { r.If = t }, nil
	}}
}

// triggers are the words of a trigger and their readers.
var triggers = map[string]func(v, x card.Value) (Trigger, error){
	"band": func(_, x card.Value) (Trigger, error) {
		l, err := ReadLimit(x)
		if err == nil {
			err = slip(x, "band", l)
		}
		return &Band{All: l}, err
	},
	"deviation":       readDeviation,
	"deviation_money": readMoney,
	"portfolio_drift": readDrift,
	"idle_cash": func(_, x card.Value) (Trigger, error) {
		f, err := card.ReadFraction(x)
		if err == nil && !(f >= 0 && f < 1) {
			err = card.Badly(x, "idle_cash %s: must be 0%% to below 100%% of NAV", x.Text)
		}
		return &IdleCash{f}, err
	},
	"signal":        readSignal,
	"target_change": func(_, x card.Value) (Trigger, error) { return OnChange{}, flag(x) },
	"calendar":      func(_, x card.Value) (Trigger, error) { return Always{}, flag(x) },
}

func triggerWords() []string {
	return append(slices.Sorted(maps.Keys(triggers)), "any", "all")
}

// readTrigger reads {word: value}, {any: [...]} and {all: [...]}.
func readTrigger(v card.Value) (Trigger, error) {
	if v.Kind != card.Map || len(v.Keys) == 0 {
		return nil, card.Badly(v, "want a trigger such as {band: 20%%} or {any: [{portfolio_drift: 5pp}, {idle_cash: 2%%}]}")
	}
	word, x := v.Keys[0], v.List[0]
	for i, k := range v.Keys {
		if k == "deviation_money" { // its per_nav may come first
			word, x = k, v.List[i]
		}
	}
	if len(v.Keys) > 1 && word != "deviation_money" {
		return nil, card.Badly(v, "a trigger has one key; combine several as {any: [...]} or {all: [...]}")
	}
	if word == "any" || word == "all" {
		return readGroup(word == "all", x)
	}
	read, ok := triggers[word]
	if !ok {
		return nil, &card.Problem{Path: x.Path, What: fmt.Sprintf("unknown trigger %q; one of %s", word, strings.Join(triggerWords(), ", ")), Word: word, Near: triggerWords()}
	}
	return read(v, x)
}

func readGroup(all bool, v card.Value) (Trigger, error) {
	if v.Kind != card.List || len(v.List) == 0 {
		return nil, card.Badly(v, "want a list of triggers")
	}
	g := &Group{All: all}
	for _, x := range v.List {
		t, err := readTrigger(x)
		if err != nil {
			return nil, err
		}
		g.Of = append(g.Of, t)
	}
	return g, nil
}

func readDeviation(_, x card.Value) (Trigger, error) {
	f, err := card.ReadFraction(x)
	switch {
	case err != nil:
	case f < 0:
		err = card.Badly(x, "deviation %s: must be 0 or more", x.Text)
	case f > 4:
		err = card.Badly(x, "deviation %s is %g %% of the target: did you mean %s%%?", x.Text, f*100, x.Text)
	}
	return newDeviation(f), err
}

// Bounds of amounts of money that are compared with those of the books.
const (
	maxAmount   = 1e15
	leastPerNAV = 1e-6
)

func readMoney(v, x card.Value) (Trigger, error) {
	m := &Money{}
	var err error
	if m.Amount, err = card.Number(x); err != nil {
		return m, err
	}
	for i, k := range v.Keys {
		switch k {
		case "deviation_money":
		case "per_nav":
			m.PerNAV, err = card.Number(v.List[i])
		default:
			err = &card.Problem{Path: v.List[i].Path, What: fmt.Sprintf("unknown key %q", k), Word: k, Near: []string{"deviation_money", "per_nav"}}
		}
		if err != nil {
			return m, err
		}
	}
	if m.Amount < 0 || m.Amount > maxAmount {
		return m, card.Badly(x, "deviation_money %s: must be 0 to %g", x.Text, maxAmount)
	}
	if per, ok := v.Get("per_nav"); ok && m.PerNAV != 0 && !(m.PerNAV >= leastPerNAV && m.PerNAV <= maxAmount) {
		return m, card.Badly(per, "per_nav %s: must be 0, or %g to %g", per.Text, leastPerNAV, maxAmount)
	}
	return m, nil
}

func readDrift(_, x card.Value) (Trigger, error) {
	h, err := readHalf(x)
	if err != nil {
		return nil, err
	}
	limit := h.Abs
	if x.Kind != card.Text || h.None() {
		return nil, card.Badly(x, "want a drift such as 5pp")
	}
	if !strings.HasSuffix(strings.TrimSpace(x.Text), "pp") {
		limit = h.Rel // half the sum of |w-t| is in parts of the invested value either way
	}
	if limit >= 1 {
		return nil, card.Badly(x, "portfolio_drift %s: half the sum of all drifts stays below 100pp; write 5pp for five points", x.Text)
	}
	return &Drift{Limit: limit}, nil
}

func readSignal(_, x card.Value) (Trigger, error) {
	g := &Signal{}
	if x.Kind == card.Text && x.Text != "" {
		g.File.Path = x.Text
		return g, nil
	}
	if x.Kind != card.List || len(x.List) == 0 {
		return nil, card.Badly(x, "want a file of dates or a list of dates")
	}
	for _, d := range x.List {
		date, err := data.ParseDate(d.Text)
		if err != nil {
			return nil, card.Badly(d, "%v", err)
		}
		if n := len(g.File.Dates); n > 0 && date <= g.File.Dates[n-1] {
			return nil, card.Badly(d, "%s does not come after the date before it", date)
		}
		g.File.Dates = append(g.File.Dates, date)
	}
	return g, nil
}

func flag(v card.Value) error {
	if v.Kind != card.Text || v.Text != "true" {
		return card.Badly(v, "want true, got %q", v.Text)
	}
	return nil
}
