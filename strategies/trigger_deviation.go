package strategies

import (
	"fmt"
	"math"
	"strings"

	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Money fires when an asset's value lies more than an amount from its target
// value tV': Amount as it is, or for every PerNAV of NAV.
type Money struct {
	Amount float64
	PerNAV float64 // 0: the amount is not scaled
}

// Prepare has nothing to make ready.
func (m *Money) Prepare(v *sim.View) {}

// Limits has none: they depend on the account's size.
func (m *Money) Limits(lo, hi []float64) bool { return false }

// Title is the amount.
func (m *Money) Title() string {
	if m.PerNAV > 0 {
		return fmt.Sprintf("deviation of %g per %g", m.Amount, m.PerNAV)
	}
	return fmt.Sprintf("deviation of %g", m.Amount)
}

// Fired compares every asset; strictly more than the amount fires, by a cent at least: a
// deviation whose order back to the amount is dust is none.
func (m *Money) Fired(v *sim.View, side []int8) sim.Verdict {
	limit, power, worst := m.limit(v), v.Power(), 0.0
	verdict := sim.Verdict{Asset: -1}
	for i, x := range v.Value {
		gap := x - v.Targets[i]*power
		side[i] = 0
		if !sim.Exceeds(math.Abs(gap), limit) {
			continue
		}
		side[i] = int8(sign(gap))
		if math.Abs(gap) > worst {
			worst = math.Abs(gap)
			verdict = m.verdict(v, i, side[i])
		}
	}
	return verdict
}

// limit is the amount for an account of this size.
func (m *Money) limit(v *sim.View) float64 {
	if m.PerNAV > 0 {
		return m.Amount * v.NAV() / m.PerNAV
	}
	return m.Amount
}

// verdict names an asset that deviates by too much.
func (m *Money) verdict(v *sim.View, i int, side int8) sim.Verdict {
	return sim.Verdict{Act: true, Cause: sim.CauseDeviation, Asset: i, Dev: weightOf(v, v.Value[i]), Limit: v.Targets[i] + float64(side)*m.limit(v)/v.Invested}
}

// Drift fires when half the sum of |w - t| exceeds a limit.
type Drift struct {
	Limit float64 // in parts of the invested value

	targets []float64
}

// Prepare takes the targets.
func (d *Drift) Prepare(v *sim.View) { d.targets = v.Targets }

// Limits are 2x/N around every target: within them half the sum is at most x.
func (d *Drift) Limits(lo, hi []float64) bool {
	room := 2 * d.Limit / float64(len(d.targets))
	for i, t := range d.targets {
		lo[i], hi[i] = t-room, t+room
	}
	return true
}

// Title is the limit in percentage points.
func (d *Drift) Title() string {
	return "portfolio drift " + Absolute(d.Limit).title()
}

// Fired compares half the sum; what is beyond the limit by dust alone is not. Where
// nothing is held every weight is 0, and no order is dust.
func (d *Drift) Fired(v *sim.View, side []int8) sim.Verdict {
	var parts sim.Sum
	for i, x := range v.Value {
		w := weightOf(v, x) - v.Targets[i]
		side[i] = int8(sign(w))
		parts.Add(i, math.Abs(w))
	}
	sum := parts.Total()
	if sum/2 <= d.Limit+1e-12 || v.Invested > 0 && !sim.Exceeds(sum/2*v.Invested, d.Limit*v.Invested) {
		clear(side)
		return sim.Verdict{Asset: -1}
	}
	return sim.Verdict{Act: true, Cause: sim.CauseDrift, Asset: -1, Dev: sum / 2, Limit: d.Limit}
}

// weightOf is the weight of a value: 0 for nothing, also where nothing is held.
func weightOf(v *sim.View, value float64) float64 {
	if value == 0 {
		return 0
	}
	return value / v.Invested
}

// IdleCash fires when more than a part of NAV is cash that may be invested:
// deposits never change weights, so they need a trigger of their own.
type IdleCash struct{ Limit float64 }

// Prepare has nothing to make ready.
func (c *IdleCash) Prepare(v *sim.View) {}

// Limits has none: cash is not a weight.
func (c *IdleCash) Limits(lo, hi []float64) bool { return false }

// Title is the limit.
func (c *IdleCash) Title() string { return "idle cash " + percentText(c.Limit) }

// Fired compares the cash with the part of NAV, in money.
func (c *IdleCash) Fired(v *sim.View, side []int8) sim.Verdict {
	clear(side)
	if nav := v.NAV(); v.Cash > 0 && sim.Exceeds(v.Cash, c.Limit*nav) {
		part := v.Cash / nav
		return sim.Verdict{Act: true, Cause: sim.CauseIdleCash, Asset: -1, Dev: part, Limit: c.Limit}
	}
	return sim.Verdict{Asset: -1}
}

// newDeviation is a band in parts of the target that is called a deviation.
func newDeviation(part float64) *Band {
	return &Band{All: Both(Relative(part)), Named: "deviation", cause: sim.CauseDeviation}
}

var _ = addTrigger(card.Card{
	Name: "deviation", Doc: "a weight further from its target than this fraction of the target", Example: "{deviation: 5%}",
	Details: "It fires when |w/t - 1| of an asset is beyond the fraction.",
}, func() (Trigger, []card.Knob) {
	b := newDeviation(0)
	return b, []card.Knob{{Name: "deviation", Doc: "part of the target", Shape: card.FracShape, Bounds: card.Bounds{Most: 4}, Parse: func(v card.Value) (func(), error) {
		f, err := card.ReadFraction(v)
		switch {
		case err != nil:
			return nil, err
		case f < 0:
			return nil, card.Badly(v, "deviation %s: must be 0 or more", v.Text)
		case f > 4:
			return nil, card.Badly(v, "deviation %s is %g %% of the target: did you mean %s%%?", v.Text, f*100, v.Text)
		}
		return func() { b.All = Both(Relative(f)) }, nil
	}}}
})

// Bounds of amounts of money that are compared with those of the books.
const (
	maxAmount   = 1e15
	leastPerNAV = 1e-6
)

var _ = addTrigger(card.Card{
	Name: "deviation_money", Example: "{deviation_money: 10000, per_nav: 1000000}",
	Doc:     "a value further from its target value than an amount, scaled by NAV when per_nav is given",
	Details: "It fires when |v - t V'| of some asset is more than the amount, or than the amount x NAV / per_nav.",
}, func() (Trigger, []card.Knob) {
	m := &Money{}
	amount := card.Knob{Name: "deviation_money", Doc: "the amount", Unit: "money", Shape: card.MoneyShape, Bounds: card.Bounds{Most: maxAmount}, Parse: func(v card.Value) (func(), error) {
		f, err := card.Number(v)
		if err == nil && (f < 0 || f > maxAmount) {
			err = card.Badly(v, "deviation_money %s: must be 0 to %g", v.Text, maxAmount)
		}
		return func() { m.Amount = f }, err
	}}
	per := card.Knob{Name: "per_nav", Doc: "the NAV that the amount is of; 0: of any", Unit: "money", Shape: card.MoneyShape, Bounds: card.Bounds{Least: leastPerNAV, Most: maxAmount}, Words: []string{"0"}, Parse: func(v card.Value) (func(), error) {
		f, err := card.Number(v)
		if err == nil && f != 0 && !(f >= leastPerNAV && f <= maxAmount) {
			err = card.Badly(v, "per_nav %s: must be 0, or %g to %g", v.Text, leastPerNAV, maxAmount)
		}
		return func() { m.PerNAV = f }, err
	}}
	return m, []card.Knob{amount, per}
})

var _ = addTrigger(card.Card{
	Name: "portfolio_drift", Doc: "half the sum of |w - t| beyond a limit", Example: "{portfolio_drift: 5pp}",
	Details: "It fires for the account as a whole.",
}, func() (Trigger, []card.Knob) {
	d := &Drift{}
	return d, []card.Knob{{Name: "portfolio_drift", Doc: "the limit, in parts of the invested value", Shape: card.PointsShape, Parse: func(v card.Value) (func(), error) {
		h, err := readHalf(v)
		if err != nil {
			return nil, err
		}
		limit := h.Abs
		if v.Kind != card.Text || h.None() {
			return nil, card.Badly(v, "want a drift such as 5pp")
		}
		if !strings.HasSuffix(strings.TrimSpace(v.Text), "pp") {
			limit = h.Rel // half the sum of |w-t| is in parts of the invested value either way
		}
		if limit >= 1 {
			return nil, card.Badly(v, "portfolio_drift %s: half the sum of all drifts stays below 100pp; write 5pp for five points", v.Text)
		}
		return func() { d.Limit = limit }, nil
	}}}
})

var _ = addTrigger(card.Card{
	Name: "idle_cash", Doc: "uninvested cash beyond this fraction of NAV", Example: "{idle_cash: 2%}",
	Details: "It fires for the account as a whole: deposits never change weights.",
}, func() (Trigger, []card.Knob) {
	c := &IdleCash{}
	return c, []card.Knob{{Name: "idle_cash", Doc: "part of NAV", Shape: card.FracShape, Bounds: card.Bounds{Most: math.Nextafter(1, 0)}, Parse: func(v card.Value) (func(), error) {
		f, err := card.ReadFraction(v)
		if err == nil && !(f >= 0 && f < 1) {
			err = card.Badly(v, "idle_cash %s: must be 0%% to below 100%% of NAV", v.Text)
		}
		return func() { c.Limit = f }, err
	}}}
})
