package cost_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
	"evenkeel/sim/card/cardtest"
	"evenkeel/sim/cost"
)

// Every cost of the catalog keeps what it promises.
func TestCostsKeepTheirPromises(t *testing.T) {
	for _, plug := range cost.Catalog.All() {
		for _, wrong := range broken(plug) {
			t.Errorf("cost %q %s", plug.Name, wrong)
		}
	}
}

// exampleOf is a cost as its card's example has it, on a market of the assets that
// it names in its keys, or of A, B and C.
func exampleOf(plug card.Plug[cost.Cost]) (cost.Cost, error) {
	made, knobs := plug.New()
	v, err := cardtest.Flow(plug.Example)
	if err == nil {
		err = cardtest.Store(slices.DeleteFunc(slices.Clone(knobs), func(k card.Knob) bool { return k.Name == "assets" }), cut(v, "assets"), "model")
	}
	if check, ok := made.(cost.Checker); ok && err == nil {
		err = check.Check()
	}
	if err == nil {
		symbols := []string{"A", "B", "C"}
		if own := named(v); own != nil {
			symbols = own
		}
		p, _ := data.Make(marketTable(1, symbols...))
		err = made.Bind(p)
	}
	return made, err
}

// named are the keys of the maps in a map: symbols.
func named(v card.Value) (names []string) {
	for _, x := range v.List {
		names = append(names, x.Keys...)
	}
	return names
}

// cut is a map without a key.
func cut(v card.Value, key string) card.Value {
	if i := slices.Index(v.Keys, key); i >= 0 {
		v.Keys, v.List = slices.Delete(v.Keys, i, i+1), slices.Delete(v.List, i, i+1)
	}
	return v
}

// broken are the promises that a cost breaks: its card, and what it charges for trades
// of all sizes.
func broken(plug card.Plug[cost.Cost]) (wrong []string) {
	say := func(format string, args ...any) {
		if s := fmt.Sprintf(format, args...); !slices.Contains(wrong, s) {
			wrong = append(wrong, s)
		}
	}
	defer func() {
		if what := recover(); what != nil {
			say("panics: %v", what)
		}
	}()
	made, knobs := plug.New()
	wrong = cardtest.Faults(plug.Card, knobs, "model")
	if made.Name() != plug.Name {
		say("is called %q in reports and otherwise in files", made.Name())
	}
	if _, ok := made.(interface{ Line(currency string) string }); !ok {
		say("has no Line: reports print what it costs")
	}
	for _, name := range []string{"side", "assets", "from", "until"} {
		if !slices.ContainsFunc(knobs, func(k card.Knob) bool { return k.Name == name }) {
			say("has no key %s: embed Scope and give its knobs", name)
		}
	}
	c, err := exampleOf(plug)
	if err != nil {
		say("refuses its Example: %v", err)
		return wrong
	}
	traits := c.Traits()
	for seed := range 200 {
		charged(c, traits, rapid.Custom(anyFillOf).Example(seed), say)
	}
	f := trade(0.01, 0.02)
	if testing.AllocsPerRun(10, func() { _, _ = c.Charge(&f) }) > 0 {
		say("allocates memory in Charge")
	}
	return wrong
}

func anyFillOf(t *rapid.T) sim.Fill { return anyFill(t) }

// charged checks what a cost charges for a trade of growing size.
func charged(c cost.Cost, traits sim.Traits, f sim.Fill, say func(string, ...any)) {
	last, was := 0.0, 0.0
	f.Asset = 0
	firstFixed, firstRate := c.Charge(&f)
	for _, value := range []float64{0, 1, 50, 1e3, 2e4, 1e6, 3e7} {
		f.Value = value
		fixed, rate := c.Charge(&f)
		now := fixed + rate*value
		switch {
		case !(fixed >= 0 && rate >= 0) || math.IsInf(now, 0):
			say("charges %v and %v of the value: both are 0 or more", fixed, rate)
		case now < last-1e-9*value:
			say("charges less for more")
		case !traits.Sized && (fixed != firstFixed || rate != firstRate):
			say("depends on the size and its Traits do not say so")
		case value > 0 && was > 0 && now-last > (value-was)/2+1e-9*value:
			say("charges more than half of a further unit of money")
		}
		last, was = now, value
	}
	f.Date += 1000
	if fixed, rate := c.Charge(&f); !traits.Dated && (fixed+rate*f.Value) != last {
		say("depends on the date and its Traits do not say so")
	}
}

// The check finds the costs of a newcomer that break a promise.
func TestBrokenPromisesAreFound(t *testing.T) {
	plug := func(charge func(f *sim.Fill) (float64, float64)) card.Plug[cost.Cost] {
		return card.Plug[cost.Cost]{Card: card.Card{Name: "mine", Doc: "mine", Details: "mine", Example: "costs: [{model: mine}]"}, New: func() (cost.Cost, []card.Knob) {
			var knobs []card.Knob
			for _, name := range []string{"side", "assets", "from", "until"} {
				knobs = append(knobs, card.Names(new([]string), name, "a key"))
			}
			return &mine{cost.Everywhere, charge}, knobs
		}}
	}
	require.Empty(t, broken(plug(func(*sim.Fill) (float64, float64) { return 1, 0.001 })))
	for want, charge := range map[string]func(f *sim.Fill) (float64, float64){
		"both are 0 or more":               func(*sim.Fill) (float64, float64) { return -1, 0 },
		"depends on the size":              func(f *sim.Fill) (float64, float64) { return 0.001 * f.Value, 0 },
		"depends on the date":              func(f *sim.Fill) (float64, float64) { return float64(f.Date), 0 },
		"more than half of a further unit": func(*sim.Fill) (float64, float64) { return 0, 0.6 },
		"charges less for more":            func(f *sim.Fill) (float64, float64) { return max(0, 100-f.Value), 0 },
		"panics":                           func(f *sim.Fill) (float64, float64) { panic("mine") },
		"allocates memory":                 func(f *sim.Fill) (float64, float64) { kept = make([]float64, 8); return 0, 0 },
	} {
		require.Contains(t, fmt.Sprint(broken(plug(charge))), want)
	}
}

var kept []float64

// mine is the cost of a newcomer.
type mine struct {
	cost.Scope
	charge func(f *sim.Fill) (float64, float64)
}

func (m *mine) Name() string                             { return "mine" }
func (m *mine) Line(string) string                       { return "mine" }
func (m *mine) Charge(f *sim.Fill) (fixed, rate float64) { return m.charge(f) }
