// Package card describes plug-ins: a Card holds a plug-in's name, help and example, its
// Knobs are the keys it takes in an experiment file. Config keys, help, the JSON Schema,
// sweep axes and tables in the documentation all follow from them, without reflection: a
// Knob is bound to a field of one instance, and Parse returns a checked store function
// to call once the whole file is valid.
package card

import (
	"fmt"
	"slices"
	"strings"
)

// Card introduces a plug-in.
type Card struct {
	Name    string // the word in the experiment file
	Doc     string // one sentence, no full stop needed
	Details string // Markdown paragraphs: the rule, its formula, its source
	Example string // lines of YAML that a reader can copy
}

// Plug is a card and the maker of fresh instances with their knobs.
type Plug[T any] struct {
	Card
	New func() (T, []Knob)
}

// Catalog holds the plug-ins of one kind, sorted by name.
type Catalog[T any] struct {
	Kind  string // "strategy", "cost", ...
	plugs []Plug[T]
}

// Add enters a plug-in; two of one name are a programmer's mistake.
func (c *Catalog[T]) Add(p Plug[T]) {
	i, found := slices.BinarySearchFunc(c.plugs, p.Name, func(q Plug[T], name string) int { return strings.Compare(q.Name, name) })
	if found {
		panic(fmt.Sprintf("card: two plug-ins %s %q", c.Kind, p.Name))
	}
	c.plugs = slices.Insert(c.plugs, i, p)
}

// All are the plug-ins in order of their names.
func (c *Catalog[T]) All() []Plug[T] { return c.plugs }

// Names are the plug-ins' names in order.
func (c *Catalog[T]) Names() []string {
	names := make([]string, len(c.plugs))
	for i, p := range c.plugs {
		names[i] = p.Name
	}
	return names
}

// Find is the plug-in of a name.
func (c *Catalog[T]) Find(name string) (Plug[T], bool) {
	for _, p := range c.plugs {
		if p.Name == name {
			return p, true
		}
	}
	return Plug[T]{}, false
}

// Value is a piece of an experiment file: a text, a list, or a map in the order
// written. Path is where it stands (policies.bands.band), for messages.
type Value struct {
	Path string
	Text string
	Kind ValueKind
	List []Value
	Keys []string // with Kind Map: Keys[i] names List[i]
}

// ValueKind is what a Value holds.
type ValueKind uint8

const (
	Text ValueKind = iota
	List
	Map
)

// T is a text value, for defaults and tests.
func T(text string) Value { return Value{Text: text} }

// Get is the value of a key of a map.
func (v Value) Get(key string) (Value, bool) {
	if v.Kind == Map {
		if i := slices.Index(v.Keys, key); i >= 0 {
			return v.List[i], true
		}
	}
	return Value{}, false
}

// Problem is an error at a place below a value: its Path says where.
type Problem struct {
	Path string
	What string   // "band -0.1: must be 0 or more"
	Near []string // words that would be right, when a word was wrong
	Word string   // the wrong word
}

func (p *Problem) Error() string { return p.What }

// Badly makes a Problem at a value.
func Badly(v Value, format string, args ...any) error {
	return &Problem{Path: v.Path, What: fmt.Sprintf(format, args...)}
}

// Shape describes what a knob's values look like, for the JSON Schema and for help.
type Shape uint8

const (
	AnyShape     Shape = iota
	FracShape          // 0.2 or 20%
	LimitShape         // 20%, 5pp, none, {lesser_of: [...]}, {up: ..., down: ...}
	CountShape         // a whole number
	MoneyShape         // an amount in the account's currency, above or at 0
	RateShape          // basis points
	WordShape          // one of Words
	LookShape          // a schedule
	DateShape          // YYYY-MM-DD
	NamesShape         // a list of symbols
	FlagShape          // true or false
	NumberShape        // a number at or above 0
	PointsShape        // a part of the invested value: 5pp, 0.05
	DatesShape         // a file of dates, or a list of dates
	YesShape           // true
	PauseShape         // 6 months, 10 sessions, 30 days, 2 weeks, none
	ShareShape         // a fraction, 0 or more
	WholeShape         // a whole number, 1 or more
	MapShape           // a map of Parts
	RowsShape          // a list of such maps
	TriggerShape       // a tree of triggers
)

// Knob is one key of a plug-in, bound to a field of one instance.
type Knob struct {
	Name     string
	Doc      string
	Unit     string // "", "bps", "sessions", ...
	Default  string // as it would be written
	Shape    Shape
	Words    []string // the words of a WordShape, or extra words of others
	Sweep    bool     // may be an axis of a sweep
	Required bool     // the plug-in makes no sense without it
	Bounds   Bounds   // of the number, for the JSON Schema; Parse holds to them
	Code     string   // of the finding for a value outside its bounds; "": that of every key
	Instead  string   // the key whose place this one takes: the two cannot stand together
	Before   string   // of a date: the key of a date that must not come before it
	ByAsset  bool     // a map by symbols: its keys are assets of the targets
	Parts    []Knob   // keys of a map that is the value, or may stand in the place of a word: Parse reads the whole
	Under    Under    // of a sweep: what it may not exceed at any point
	Parse    func(Value) (store func(), err error)
}

// Under is a key that another one may not exceed. Where the key Where is given and is
// not Is, there is no such rule.
type Under struct{ Key, Where, Is string }

// Bounds are the least and the largest number that a knob takes; none when both are 0.
type Bounds struct{ Least, Most float64 }

// Set reports whether there are bounds.
func (b Bounds) Set() bool { return b != Bounds{} }
