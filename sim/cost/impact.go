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
// listed later) the cost is Unknown basis points: it is never taken from later
// sessions. The same holds where nothing was traded in them, if Untraded allows
// that; Bind refuses it otherwise, for empty volumes are read as 0.
type Impact struct {
	Scope
	Unknown  float64 // basis points
	Untraded bool    // mean volumes of 0 cost Unknown

	days float64 // trading days a session
}

// tradingDays are those of a year.
const tradingDays = 252

// unknownRule is the rule in words, for the models' cards.
const unknownRule = "Volume and volatility are those of the 21 sessions before the trade. If fewer than two returns are known, as at an initial purchase on the first session of the data, the cost is `unknown` basis points: later sessions are never used. The same applies if nothing was traded in those 21 sessions; an experiment with such sessions must set `unknown`. The cost is at most a quarter of the value."

func (c *Impact) knobs() []card.Knob {
	unknown := card.Amount(&c.Unknown, "unknown", "", "bps", "cost in basis points if the volume or the volatility before the trade is not known; 0 if left out, and then every asset must have volume", card.RateShape, 0, Ceiling*10_000)
	plain := unknown.Parse
	unknown.Parse = func(v card.Value) (func(), error) {
		store, err := plain(v)
		if err != nil {
			return nil, err
		}
		return func() { store(); c.Untraded = true }, nil
	}
	return append([]card.Knob{unknown}, c.Scope.knobs()...)
}

// Reads reports that volumes must be there.
func (c *Impact) Reads() (volume, spread bool) { return true, false }

// Bind wants a volume before every trade that the cost applies to.
func (c *Impact) Bind(p *data.Panel) error {
	if err := c.Scope.Bind(p); err != nil {
		return err
	}
	lack := &Lack{Column: "volume", What: "impact is measured by the volume of the 21 sessions before a trade", Else: "Take another model for what has none, or say with unknown what a trade costs then"}
	if !p.HasVolume() {
		return lack
	}
	for i, symbol := range p.Symbols() {
		if c.at(i) && !c.Untraded && c.untraded(p, i) {
			lack.Assets = append(lack.Assets, symbol)
		}
	}
	if lack.Assets != nil {
		return lack
	}
	c.days = max(1, tradingDays/p.PeriodsPerYear()) // sessions on weekends are days, too
	return nil
}

// untraded reports whether the mean volume of an asset is 0 before a session of its
// life that the cost applies to.
func (c *Impact) untraded(p *data.Panel, asset int) bool {
	first, end := p.Life(asset)
	for s := first; s < end; s++ {
		if volume, _ := p.Liquidity(s); volume[asset] == 0 && c.dated(p.Date(s)) {
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
	case !(f.Volume > 0 && f.Sigma >= 0): // 0 or NaN
		return 0, c.Unknown / 10_000, false
	}
	return min(f.Value/f.Price/f.Volume, beyond), 0, true
}

// beyond is a part of the volume, or a multiple of it, so large that the cost is
// Ceiling unless a factor is 0: nothing overflows.
const beyond = 1e30

// daily are the trade as a part of a day's volume and the volatility of a day,
// from those of a session.
func (c *Impact) daily(x, sigma float64) (part, deviation float64) {
	return float64(x * c.days), sigma / math.Sqrt(c.days)
}

// otherwise returns in words what holds where nothing is known.
func (c *Impact) otherwise() string {
	if c.Unknown == 0 {
		return ""
	}
	return ", " + points(c.Unknown) + " where that is not known"
}
