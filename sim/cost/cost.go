// Package cost holds the models of trading costs, one per file.
package cost

import (
	"fmt"
	"strings"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Catalog holds every kind of cost.
var Catalog = card.Catalog[Cost]{Kind: "cost"}

// Cost is a sim.Cost that must learn the panel's symbols before it is used.
type Cost interface {
	sim.Cost
	Bind(p *data.Panel) error
}

// Checker is a Cost whose keys must fit one another: Check returns a *card.Problem
// whose Path is the key that does not.
type Checker interface{ Check() error }

// Lack is an error of Bind: the prices have no column that a cost needs, or
// nothing in it for some assets.
type Lack struct {
	Column string   // volume, spread
	Assets []string // those with nothing in it; nil: there is no column
	What   string   // what the cost needs it for
	Else   string   // what can be done without the column
}

func (e *Lack) Error() string {
	if e.Assets == nil {
		return "no " + e.Column + ", and " + e.What
	}
	return "no " + e.Column + " of " + strings.Join(e.Assets, ", ") + ", and " + e.What
}

// required marks a knob that a cost makes no sense without.
func required(k card.Knob) card.Knob {
	k.Required = true
	return k
}

// before marks a date that must not come after another one.
func before(k card.Knob, other string) card.Knob {
	k.Before = other
	return k
}

// Reader is a Cost that takes more of the prices than their closes.
type Reader interface{ Reads() (volume, spread bool) }

// Scope describes which trades a cost applies to.
type Scope struct {
	Side        string    // both (or ""), buy, sell
	Symbols     []string  // nil: all assets
	From, Until data.Date // both included; data.NoDate: open

	buys, sells bool
	applies     []bool // by asset, nil: all
}

// Everywhere is the scope of every trade.
var Everywhere = Scope{Side: "both", From: data.NoDate, Until: data.NoDate}

// knobs are the keys that every cost has.
func (c *Scope) knobs() []card.Knob { return c.sided("both") }

// sided are the same with another side when none is given.
func (c *Scope) sided(usual string) []card.Knob {
	side := new(uint8)
	words := []string{"both", "buy", "sell"}
	k := card.Choice(side, "side", "the trades it applies to", words...)
	k.Default = usual
	plain := k.Parse
	k.Parse = func(v card.Value) (func(), error) {
		store, err := plain(v)
		if err != nil {
			return nil, err
		}
		return func() { store(); c.Side = words[*side] }, nil
	}
	return []card.Knob{
		k,
		card.Names(&c.Symbols, "assets", "the assets it applies to; all if left out"),
		before(card.Day(&c.From, "from", "first date it applies on"), "until"),
		card.Day(&c.Until, "until", "last date it applies on"),
	}
}

// Bind finds the cost's assets in a panel.
func (c *Scope) Bind(p *data.Panel) error {
	c.buys, c.sells = c.Side != "sell", c.Side != "buy"
	c.applies = nil
	if c.Symbols == nil {
		return nil
	}
	c.applies = make([]bool, p.Assets())
	var missing []string
	for _, s := range c.Symbols {
		if i := p.Symbol(s); i >= 0 {
			c.applies[i] = true
		} else {
			missing = append(missing, s)
		}
	}
	if missing != nil {
		return fmt.Errorf("no asset %s among the targets", strings.Join(missing, ", "))
	}
	return nil
}

// Traits of a cost that depends on the date alone.
func (c *Scope) Traits() sim.Traits {
	return sim.Traits{Dated: c.From != data.NoDate || c.Until != data.NoDate}
}

// where returns which trades the cost applies to, when not to all: ", purchases only,
// from 2010-01-01".
func (c *Scope) where() string {
	s := ""
	switch c.Side {
	case "buy":
		s = ", purchases only"
	case "sell":
		s = ", sales only"
	}
	if c.Symbols != nil {
		s += ", " + strings.Join(c.Symbols, " and ") + " only"
	}
	if c.From != data.NoDate {
		s += ", from " + c.From.String()
	}
	if c.Until != data.NoDate {
		s += ", until " + c.Until.String()
	}
	return s
}

// at reports whether the cost applies to an asset at all.
func (c *Scope) at(asset int) bool { return c.applies == nil || c.applies[asset] }

func (c *Scope) covers(f *sim.Fill) bool {
	side := c.sells
	if f.Buy {
		side = c.buys
	}
	return side && c.dated(f.Date) && c.at(f.Asset)
}

// dated reports whether the cost applies on a date.
func (c *Scope) dated(d data.Date) bool {
	return (c.From == data.NoDate || d >= c.From) && (c.Until == data.NoDate || d <= c.Until)
}
