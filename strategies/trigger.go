package strategies

import (
	"fmt"
	"slices"
	"strings"

	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Trigger says at a look whether to trade.
type Trigger interface {
	// Prepare makes ready for a run, or for new targets.
	Prepare(v *sim.View)
	// Limits writes the weights outside which Fired may be true, and says
	// whether there are such limits.
	Limits(lo, hi []float64) bool
	// Fired looks at the close: side[i] becomes +1 for an asset above its limit,
	// -1 for one below, 0 otherwise. The verdict names an asset when the trigger is
	// one of single assets.
	Fired(v *sim.View, side []int8) sim.Verdict
	// Title is the trigger in a few words.
	Title() string
}

// A trigger shows what else it is by having the methods of these; a Group has them for
// its members.
type (
	// filer goes by files of dates.
	filer interface{ Files() []*DateFile }
	// rememberer must be asked at every look, for what it fires on is over after the first.
	rememberer interface{ Remembers() bool }
	// shaper may be of the common shape, of which it writes its part when x is not nil.
	shaper interface{ shape(x *sim.Shape) }
	// limited is a limit of every asset.
	limited interface{ limit() Limit }
	// wholly fired for the account as a whole, whatever assets it marked.
	wholly interface{ wholly() bool }
)

// filesOf are the files that a trigger goes by.
func filesOf(t Trigger) []*DateFile {
	if f, ok := t.(filer); ok {
		return f.Files()
	}
	return nil
}

// remembers reports whether a trigger must be asked at every look.
func remembers(t Trigger) bool {
	r, ok := t.(rememberer)
	return ok && r.Remembers()
}

// Triggers holds every trigger by the word that it has in an experiment file. Its first
// knob has that word too; a trigger of several keys has further ones.
var Triggers = card.Catalog[Trigger]{Kind: "trigger"}

// addTrigger enters a trigger before any strategy is entered, whose help lists them.
func addTrigger(c card.Card, fresh func() (Trigger, []card.Knob)) bool {
	Triggers.Add(card.Plug[Trigger]{Card: c, New: fresh})
	return true
}

// triggerList is a line of help for each trigger.
func triggerList() string {
	var b strings.Builder
	for _, p := range Triggers.All() {
		fmt.Fprintf(&b, "- %s: %s\n", p.Example, p.Doc)
	}
	return b.String()
}

func triggerWords() []string { return append(slices.Clone(Triggers.Names()), "any", "all") }

// readTrigger reads {word: value}, {any: [...]} and {all: [...]}.
func readTrigger(v card.Value) (Trigger, error) {
	if v.Kind != card.Map || len(v.Keys) == 0 {
		return nil, card.Badly(v, "want a trigger such as {band: 20%%} or {any: [{portfolio_drift: 5pp}, {idle_cash: 2%%}]}")
	}
	word, x := v.Keys[0], v.List[0]
	if len(v.Keys) > 1 {
		at := slices.IndexFunc(v.Keys, ofSeveral) // what goes with it may come first
		if at < 0 {
			return nil, card.Badly(v, "a trigger has one key; combine several as {any: [...]} or {all: [...]}")
		}
		word, x = v.Keys[at], v.List[at]
	}
	if word == "any" || word == "all" {
		return readGroup(word == "all", x)
	}
	plug, ok := Triggers.Find(word)
	if !ok {
		return nil, &card.Problem{Path: x.Path, What: fmt.Sprintf("unknown trigger %q; one of %s", word, strings.Join(triggerWords(), ", ")), Word: word, Near: triggerWords()}
	}
	t, knobs := plug.New()
	return t, readKeys(v, word, knobs)
}

// ofSeveral reports whether a word is a trigger's that takes several keys.
func ofSeveral(word string) bool {
	plug, ok := Triggers.Find(word)
	if !ok {
		return false
	}
	_, knobs := plug.New()
	return len(knobs) > 1
}

// readKeys stores the keys of a trigger: its own first, the others as they are written.
func readKeys(v card.Value, word string, knobs []card.Knob) error {
	own, _ := v.Get(word)
	store, err := knobs[0].Parse(own)
	if err != nil {
		return err
	}
	store()
	for i, k := range v.Keys {
		if k == word {
			continue
		}
		at := slices.IndexFunc(knobs, func(x card.Knob) bool { return x.Name == k })
		if at < 0 {
			var near []string
			for _, x := range knobs {
				near = append(near, x.Name)
			}
			return &card.Problem{Path: v.List[i].Path, What: fmt.Sprintf("unknown key %q", k), Word: k, Near: near}
		}
		if store, err = knobs[at].Parse(v.List[i]); err != nil {
			return err
		}
		store()
	}
	return nil
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

// yesKnob is the key of a trigger that has no value but true.
func yesKnob(name, doc string) card.Knob {
	return card.Knob{Name: name, Doc: doc, Shape: card.YesShape, Words: []string{"true"}, Parse: func(v card.Value) (func(), error) {
		if v.Kind != card.Text || v.Text != "true" {
			return nil, card.Badly(v, "want true, got %q", v.Text)
		}
		return func() {}, nil
	}}
}
