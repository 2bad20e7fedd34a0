package strategies

import (
	"fmt"
	"math"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Mini is a small rebalance between the looks: when a major position drifts far
// from its target, only the largest drifts are traded.
type Mini struct {
	Look      data.Schedule
	Deviation float64 // relative drift beyond which it acts
	Major     float64 // smallest target of a major position
	Largest   int     // how many assets trade

	calendar *data.Calendar
	union    union // with the regular looks
}

func (m *Mini) begin(v *sim.View) { m.calendar = v.Calendar(m.Look) }

// decide trades the largest drifts when a major position is out.
func (m *Mini) decide(r *Recipe, v *sim.View, want []float64) sim.Verdict {
	if !v.Look || !m.calendar.Has(v.Session) {
		return sim.Verdict{Asset: -1, Look: sim.NotALook}
	}
	verdict := m.Fired(v, r.side)
	if verdict.Act {
		scope, largest := r.Aim.Scope, r.Aim.Largest
		r.Aim.Scope, r.Aim.Largest = ScopeLargest, m.Largest
		verdict.Funding = r.Funding.plan(r, m, v, want)
		r.Aim.Scope, r.Aim.Largest = scope, largest
	}
	return verdict
}

// Fired looks for the major position that is furthest out. Sides it has none: who
// trades is said by the drifts.
func (m *Mini) Fired(v *sim.View, side []int8) sim.Verdict {
	clear(side)
	verdict, worst := sim.Verdict{Asset: -1}, m.Deviation+1e-12
	for i, t := range v.Targets {
		if t < m.Major || t == 0 {
			continue
		}
		x, drift := v.Value[i], math.Inf(1) // one that is not held at all is far out, whatever the others are worth
		if x > 0 {
			drift = math.Abs(x/v.Invested/t - 1)
		}
		if drift > worst && (x == 0 || sim.Exceeds(math.Abs(x-t*v.Invested), m.Deviation*t*v.Invested)) {
			worst = drift
			way := 1.0
			if x == 0 || x < t*v.Invested {
				way = -1
			}
			verdict.Act, verdict.Cause, verdict.Asset = true, sim.CauseMini, i
			verdict.Dev, verdict.Limit = weightOf(v, x), t*(1+way*m.Deviation)
		}
	}
	return verdict
}

// Title is the rule in words.
func (m *Mini) Title() string {
	return fmt.Sprintf("beyond %s, the %d largest, %s", percentText(m.Deviation), m.Largest, lookTitle(m.Look, 0, Rest{}, 0))
}

// miniParts are the keys of mini, with what they are when left out.
var miniParts = []card.Knob{
	{Name: "look", Shape: card.LookShape, Default: "session"},
	{Name: "deviation", Shape: card.ShareShape, Default: "10%"},
	{Name: "major", Shape: card.ShareShape, Default: "5%"},
	{Name: "largest", Shape: card.WholeShape, Default: "3"},
}

// miniKnob takes {look: session, deviation: 10%, major: 5%, largest: 3}.
func (r *Recipe) miniKnob() card.Knob {
	return card.Knob{Name: "mini", Doc: "between looks, if a major position (target of at least major) drifts by more than deviation of its target, trade the largest drifts: {look: session, deviation: 10%, major: 5%, largest: 3}", Shape: card.MapShape, Parts: miniParts, Parse: func(v card.Value) (func(), error) {
		if v.Kind != card.Map {
			return nil, card.Badly(v, "want {look: session, deviation: 10%%, major: 5%%, largest: 3}")
		}
		m := &Mini{Look: data.EverySession, Deviation: 0.1, Major: 0.05, Largest: 3}
		for i, key := range v.Keys {
			x := v.List[i]
			var err error
			switch key {
			case "look":
				m.Look, err = card.ReadSchedule(x)
			case "deviation":
				m.Deviation, err = readPart(x, key)
			case "major":
				m.Major, err = readPart(x, key)
			case "largest":
				m.Largest, err = readWhole(x)
			default:
				err = &card.Problem{Path: x.Path, What: fmt.Sprintf("unknown key %q", key), Word: key, Near: []string{"look", "deviation", "major", "largest"}}
			}
			if err != nil {
				return nil, err
			}
		}
		return func() { r.Mini = m }, nil
	}}
}

// maxPart is the largest drift, as a part of a target, that a limit may be.
const maxPart = 1e6

// readPart is a fraction of 0 or more.
func readPart(v card.Value, name string) (float64, error) {
	f, err := card.ReadFraction(v)
	if err == nil && !(f >= 0 && f <= maxPart) {
		err = card.Badly(v, "%s %s: must be 0 or more, and at most %.0f", name, v.Text, maxPart)
	}
	return f, err
}

func readWhole(v card.Value) (int, error) {
	f, err := card.Number(v)
	if err != nil || f < 1 || f > 1e6 || f != math.Trunc(f) {
		return 0, card.Badly(v, "want a whole number, 1 or more, got %q", v.Text)
	}
	return int(f), nil
}
