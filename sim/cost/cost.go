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

// scope says which trades a cost applies to: a side, a list of assets, dates.
type scope struct {
	side        side
	symbols     []string
	from, until data.Date
	applies     []bool // by asset, nil: all
}

type side uint8

const (
	both side = iota
	buys
	sells
)

var sideWords = []string{"both", "buy", "sell"}

func newScope() scope { return scope{from: data.NoDate, until: data.NoDate} }

// knobs are the keys that every cost has.
func (c *scope) knobs() []card.Knob {
	return []card.Knob{
		card.Choice(&c.side, "side", "which trades it applies to", sideWords...),
		card.Names(&c.symbols, "assets", "the assets it applies to; all when left out"),
		card.Day(&c.from, "from", "first date it applies on"),
		card.Day(&c.until, "until", "last date it applies on"),
	}
}

// Bind finds the cost's assets in a panel.
func (c *scope) Bind(p *data.Panel) error {
	c.applies = nil
	if c.symbols == nil {
		return nil
	}
	c.applies = make([]bool, p.Assets())
	var missing []string
	for _, s := range c.symbols {
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

func (c *scope) Dated() bool { return c.from != data.NoDate || c.until != data.NoDate }

func (c *scope) covers(asset int, buy bool, d data.Date) bool {
	return !(buy && c.side == sells || !buy && c.side == buys ||
		c.applies != nil && !c.applies[asset] ||
		c.from != data.NoDate && d < c.from || c.until != data.NoDate && d > c.until)
}
