package oracle

import "github.com/shopspring/decimal"

// Trigger is what makes a look of the policy "rebalance" trade. Kind is one of
//
//	band       a weight outside BandUp or BandDown
//	deviation  a weight further from its target than Value of it
//	money      |v - t V'| above Value, or above Value for every PerNAV of NAV
//	drift      half the sum of |w - t| above Value
//	idle_cash  cash that may be spent above Value of NAV
//	signal     the first look on or after each of Days
//	targets    the targets have just changed
//	calendar   always
//	any, all   of Of
type Trigger struct {
	Kind   string
	Value  float64
	PerNAV float64
	Band   Limit
	Days   []int32
	Of     []*Trigger

	heard int // of Days
}

// unheard is a trigger none of whose signals has been heard.
func (t *Trigger) unheard() *Trigger {
	if t == nil {
		return nil
	}
	x := *t
	x.heard, x.Of = 0, nil
	for _, of := range t.Of {
		x.Of = append(x.Of, of.unheard())
	}
	return &x
}

// firing is what a trigger made of a look: nothing, or it fired by itself, or for some
// assets that stand low or high.
type firing struct {
	itself    bool
	low, high []int
}

func (f firing) fires() bool { return f.itself || len(f.low)+len(f.high) > 0 }

// fired asks a trigger. A signal has then been heard, whatever the others say.
func (a *account) fired(l *sight, t *Trigger) firing {
	switch t.Kind {
	case "any", "all":
		var parts []firing
		for _, x := range t.Of {
			parts = append(parts, a.fired(l, x))
		}
		if t.Kind == "any" {
			return anyOf(parts)
		}
		return a.allOf(parts)
	case "calendar":
		return firing{itself: true}
	case "targets":
		return firing{itself: a.forced}
	case "signal":
		some := false
		for ; t.heard < len(t.Days) && t.Days[t.heard] <= a.in.Dates[a.now]; t.heard++ {
			some = some || t.Days[t.heard] > a.in.Dates[0]
		}
		return firing{itself: some}
	case "drift":
		sum := zero
		for i := range a.targets {
			sum = sum.Add(a.drift(l, i).Abs())
		}
		return firing{itself: a.above(quotient(sum, two), number(t.Value))}
	case "idle_cash":
		nav := a.worth(l.price)
		if !nav.IsPositive() {
			return firing{}
		}
		free := a.spendable(l.reserve)
		if free.Sub(number(t.Value).Mul(nav)).Abs().LessThan(dust) {
			a.near()
		}
		return firing{itself: a.above(quotient(free, nav), number(t.Value))}
	}
	var f firing
	for i := range a.targets {
		if a.standsOut(l, i, -1, t) {
			f.low = append(f.low, i)
		}
		if a.standsOut(l, i, +1, t) {
			f.high = append(f.high, i)
		}
	}
	return f
}

// above compares strictly; values closer than 1e-12 are equal.
func (a *account) above(x, limit decimal.Decimal) bool {
	over := x.Sub(limit)
	if over.Abs().LessThan(equalNear) {
		a.near()
	}
	return over.GreaterThan(equal)
}

// standsOut is the trigger of a single asset, on one side.
func (a *account) standsOut(l *sight, i, side int, t *Trigger) bool {
	switch t.Kind {
	case "band":
		return a.outside(l, i, side, t.Band)
	case "deviation":
		return a.outside(l, i, side, Limit{Value: t.Value})
	}
	amount := number(t.Value)
	if t.PerNAV > 0 {
		amount = quotient(amount.Mul(a.worth(l.price)), number(t.PerNAV))
	}
	off := l.value[i].Sub(a.targets[i].Mul(l.aim)).Mul(decimal.New(int64(side), 0)).Sub(amount)
	// a deviation whose order back to the amount is dust is none
	return off.IsPositive() && !a.isDust(off)
}

// anyOf is what fired of several.
func anyOf(parts []firing) (f firing) {
	for _, p := range parts {
		f.itself = f.itself || p.itself
		f.low, f.high = union(f.low, p.low), union(f.high, p.high)
	}
	return f
}

// allOf fires when all fire; those that fire for single assets for one and the same.
func (a *account) allOf(parts []firing) (f firing) {
	f.itself = true
	for _, p := range parts {
		f.itself = f.itself && p.itself
	}
	for i := range a.targets {
		low, high, together := false, false, true
		for _, p := range parts {
			lo, hi := contains(p.low, i), contains(p.high, i)
			together = together && (p.itself || lo || hi)
			low, high = low || lo, high || hi
		}
		if together && low {
			f.low = append(f.low, i)
		}
		if together && high {
			f.high = append(f.high, i)
		}
	}
	return f
}

func union(x, y []int) []int {
	for _, i := range y {
		if !contains(x, i) {
			x = append(x, i)
		}
	}
	return x
}

// major says whether a mini-rebalance is due: a position with a large target stands far
// from it.
func (a *account) major(l *sight) bool {
	some := false
	for i, t := range a.targets {
		if t.LessThan(number(a.in.Mini.Major)) || t.IsZero() {
			continue
		}
		far := Limit{Value: a.in.Mini.Deviation}
		some = a.outside(l, i, -1, far) || some
		some = a.outside(l, i, +1, far) || some
	}
	return some
}
