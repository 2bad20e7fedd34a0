package cost

import (
	"math"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Impact is what every model of market impact has: it compares a trade with the
// mean volume of the sessions before it.
//
// Only sessions before the trade count. Where they are too few (the first
// sessions of the panel, also at the initial purchase, and of an asset that is
// listed later) or have no volume, the cost is Unknown basis points: it is never
// taken from later sessions. Where they have a volume of 0 the cost is Ceiling.
type Impact struct {
	Scope
	Unknown float64 // basis points

	days float64 // trading days a session
}

// tradingDays are those of a year.
const tradingDays = 252

// unknownRule is the rule in words, for the models' cards.
const unknownRule = "Volume and volatility are those of the 21 sessions before the trade. Where fewer than two sessions are known, also at the initial purchase on the first session of the data, the cost is `unknown` basis points: nothing is ever taken from later sessions. Where nothing was traded in them, and wherever the formula asks for more, it is a quarter of the value."

func (c *Impact) knobs() []card.Knob {
	unknown := card.Amount(&c.Unknown, "unknown", "0", "bps", "cost in basis points where the volume or the volatility before the trade is not known", card.RateShape, 0, Ceiling*10_000)
	return append([]card.Knob{unknown}, c.Scope.knobs()...)
}

// Bind wants a volume of every asset that the cost applies to.
func (c *Impact) Bind(p *data.Panel) error {
	if err := c.Scope.Bind(p); err != nil {
		return err
	}
	lack := &Lack{Column: "volume", What: "the impact of a trade is measured by it", Else: "Take another model of cost for what has no volume"}
	if !p.HasVolume() {
		return lack
	}
	for i, symbol := range p.Symbols() {
		if c.at(i) && !traded(p, i) {
			lack.Assets = append(lack.Assets, symbol)
		}
	}
	if lack.Assets != nil {
		return lack
	}
	c.days = tradingDays / p.PeriodsPerYear()
	return nil
}

// traded says whether an asset has a volume above 0 anywhere.
func traded(p *data.Panel, asset int) bool {
	for s := range p.Sessions() {
		if p.Volume(s)[asset] > 0 {
			return true
		}
	}
	return false
}

// Traits of a cost that depends on everything and is paid in the price.
func (c *Impact) Traits() sim.Traits { return sim.Traits{Dated: true, Sized: true, Implicit: true} }

// size is the trade as a part of the mean volume of a session; not ok where there
// is nothing to compute from, and then the rate that takes its place.
func (c *Impact) size(f *sim.Fill) (x, rate float64, ok bool) {
	switch {
	case !c.covers(f):
		return 0, 0, false
	case !(f.Volume >= 0 && f.Sigma >= 0): // NaN
		return 0, c.Unknown / 10_000, false
	case f.Volume == 0:
		return 0, Ceiling, false
	}
	return f.Value / f.Price / f.Volume, 0, true
}

// daily are the trade as a part of a day's volume and the volatility of a day,
// from those of a session.
func (c *Impact) daily(x, sigma float64) (part, deviation float64) {
	return float64(x * c.days), sigma / math.Sqrt(c.days)
}

// otherwise says in words what holds where nothing is known.
func (c *Impact) otherwise() string {
	if c.Unknown == 0 {
		return ""
	}
	return ", " + points(c.Unknown) + " where they are not known"
}
