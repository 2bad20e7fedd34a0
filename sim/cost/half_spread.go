package cost

import (
	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// HalfSpread is half the difference between the prices at which one can buy and
// sell: what a trade at once gives away against the price in the middle.
type HalfSpread struct {
	Scope
	Rate   float64 // basis points
	Column bool    // the panel's spreads instead

	rated bool // a file gave a rate
}

func init() {
	Catalog.Add(card.Plug[Cost]{
		Card: card.Card{
			Name:    "half_spread",
			Doc:     "half the spread between bid and ask, in basis points, constant or from the data",
			Details: "A trade costs its value x rate / 10,000. With `column: spread` instead of a rate, the prices' own column gives the rate per asset and session: half the spread in basis points of the price, at most a quarter of the price (`data.columns.spread` names the column). Prices are taken as mid prices, so this cost is part of the price and not billed.",
			Example: "costs:\n  - {model: half_spread, rate: 2, assets: [VTI]}\n  - {model: half_spread, column: spread, assets: [GLD]}",
		},
		New: func() (Cost, []card.Knob) {
			c := &HalfSpread{Scope: Everywhere}
			return c, append([]card.Knob{rateOf(c), columnOf(c)}, c.knobs()...)
		},
	})
}

// rateOf notes that a rate was given: it may be 0.
func rateOf(c *HalfSpread) card.Knob {
	k := card.Amount(&c.Rate, "rate", "", "bps", "half the spread in basis points; this or column", card.RateShape, 0, Ceiling*10_000)
	plain := k.Parse
	k.Parse = func(v card.Value) (func(), error) {
		store, err := plain(v)
		if err != nil {
			return nil, err
		}
		return func() { store(); c.rated = true }, nil
	}
	return k
}

func columnOf(c *HalfSpread) card.Knob {
	k := card.Choice(new(uint8), "column", "spread: half the spread of each session and asset, from the data", "spread")
	k.Default = ""
	plain := k.Parse
	k.Parse = func(v card.Value) (func(), error) {
		if _, err := plain(v); err != nil {
			return nil, err
		}
		return func() { c.Column = true }, nil
	}
	return k
}

// NewHalfSpread is half a constant spread in basis points on the trades of a
// scope; Bind before use.
func NewHalfSpread(rate float64, scope Scope) *HalfSpread {
	return &HalfSpread{Scope: scope, Rate: rate}
}

// NewSpreadColumn is half the spread that the panel has; Bind before use.
func NewSpreadColumn(scope Scope) *HalfSpread { return &HalfSpread{Scope: scope, Column: true} }

// Name is the component's name in reports.
func (c *HalfSpread) Name() string { return "half_spread" }

// Check wants a rate or the column.
func (c *HalfSpread) Check() error {
	switch {
	case c.rated && c.Column:
		return &card.Problem{Path: "column", What: "half_spread has both a rate and a column: keep one"}
	case !c.rated && !c.Column:
		return &card.Problem{Path: "rate", What: "half_spread needs a rate, or column: spread"}
	}
	return nil
}

// Traits of a cost that is paid in the price.
func (c *HalfSpread) Traits() sim.Traits {
	t := c.Scope.Traits()
	t.Dated = t.Dated || c.Column
	t.Implicit = true
	return t
}

// Bind wants the column, where it is to be used.
func (c *HalfSpread) Bind(p *data.Panel) error {
	if c.Column && !p.HasSpread() {
		return &Lack{Column: "spread", What: "half_spread takes it from the data", Else: "Give a rate"}
	}
	return c.Scope.Bind(p)
}

// Reads reports that the column must be there, where it is to be used.
func (c *HalfSpread) Reads() (volume, spread bool) { return false, c.Column }

// Charge is half the spread as a part of the value.
func (c *HalfSpread) Charge(f *sim.Fill) (fixed, rate float64) {
	switch {
	case !c.covers(f):
		return 0, 0
	case c.Column:
		return 0, min(Ceiling, f.Spread/10_000)
	}
	return 0, c.Rate / 10_000
}

// Line returns what it costs.
func (c *HalfSpread) Line(string) string {
	if c.Column {
		return "half the spread of the data" + c.where()
	}
	return points(c.Rate) + " of the value traded" + c.where()
}
