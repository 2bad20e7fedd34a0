// Package cost holds what trading costs, one kind a file.
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

// Scope says which trades a cost applies to.
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
func (c *Scope) knobs() []card.Knob {
	side := new(uint8)
	words := []string{"both", "buy", "sell"}
	k := card.Choice(side, "side", "which trades it applies to", words...)
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
		card.Names(&c.Symbols, "assets", "the assets it applies to; all when left out"),
		card.Day(&c.From, "from", "first date it applies on"),
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

func (c *Scope) covers(f *sim.Fill) bool {
	buy, d, asset := f.Buy, f.Date, f.Asset
	side := buy && c.buys || !buy && c.sells
	from := c.From == data.NoDate || d >= c.From
	until := c.Until == data.NoDate || d <= c.Until
	return side && from && until && (c.applies == nil || c.applies[asset])
}
