package experiment

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim"
)

// payments are the flows of all entries by session; those of one session keep
// the order of the entries.
func (f *File) payments(c *syntax.Checker, p *data.Panel) []sim.Flow {
	var out []sim.Flow
	for i := range f.Flows {
		switch e := &f.Flows[i]; {
		case e.file != "":
			out = append(out, f.filed(c, p, e)...)
		case e.On != data.NoDate:
			out = append(out, f.single(c, p, e)...)
		default:
			out = append(out, f.repeated(c, p, e)...)
		}
	}
	slices.SortStableFunc(out, func(a, b sim.Flow) int { return cmp.Compare(a.Session, b.Session) })
	return out
}

// single is a flow on a date.
func (f *File) single(c *syntax.Checker, p *data.Panel, e *Flow) []sim.Flow {
	at, s := e.node.Get("on"), sessionOf(p, e.On)
	switch {
	case s == 0:
		c.At(at.At, fault.OutsideData, fmt.Sprintf("%s %s is not after the first session %s", at.Path, e.On, p.Date(0)), "the account is opened at the first session",
			"Put the money into account.cash, or give a later date")
		return nil
	case s == p.Sessions():
		c.Warn(at.At, fault.OutsideData, fmt.Sprintf("%s %s is after the last session %s", at.Path, e.On, p.Date(s-1)), "the flow is left out", "")
		return nil
	}
	return []sim.Flow{{Session: s, Amount: e.Amount, Percent: e.Part}}
}

// filed are the flows of a file; those outside the run are left out.
func (f *File) filed(c *syntax.Checker, p *data.Panel, e *Flow) (out []sim.Flow) {
	n := e.node.Get("file")
	o, t := outside{}, f.contents(flowsFile, e.file)
	for _, x := range t.amounts {
		switch s := sessionOf(p, x.date); s {
		case 0, p.Sessions():
			o.add(p, x.date, t.rowOf(x.row))
		default:
			out = append(out, sim.Flow{Session: s, Amount: x.value})
		}
	}
	if o.early > 0 {
		c.Warn(n.At, fault.OutsideData, fmt.Sprintf("%s: %s on or before the first session %s", n.Path, plural(o.early, "amount"), p.Date(0)),
			"left out; the first is of "+o.firstEarly, "Put the money into account.cash if it is part of the opening")
		o.early = 0
	}
	o.warn(c, p, n.At, n.Path, "amount", "")
	return out
}

// repeated are the payments of a periodic flow, from the second session on.
func (f *File) repeated(c *syntax.Checker, p *data.Panel, e *Flow) (out []sim.Flow) {
	calendar := p.Calendar(e.Every)
	grown := grower{e: e}
	if e.index != "" {
		grown.index = f.contents(indexFile, e.index).amounts
	}
	for s := calendar.Next(1); s < p.Sessions(); s = calendar.Next(s + 1) {
		d := p.Date(s)
		if e.From != data.NoDate && d < e.From {
			continue
		}
		if e.Until != data.NoDate && d > e.Until {
			break
		}
		factor, ok := grown.at(d)
		if !ok {
			n := e.node.Get("growth")
			c.At(n.At, fault.OutsideData, fmt.Sprintf("%s: the index begins on %s, after the first payment on %s", n.Path, grown.index[0].date, d), "an amount grows by values that are known", "Give from: "+grown.index[0].date.String()+", or an index that begins before")
			return nil
		}
		amount := e.Amount * factor
		if math.Abs(amount) > sim.MaxMoney || e.Amount != 0 && math.Abs(amount) < 1e-6 {
			c.At(e.node.Get("growth").At, fault.BadMoney, fmt.Sprintf("%s: the payment on %s would be %s", e.node.Path, d, brief(math.Abs(amount))), fmt.Sprintf("1e-06 to %g", float64(sim.MaxMoney)), "Let it grow less, or end earlier")
			return nil
		}
		out = append(out, sim.Flow{Session: s, Amount: amount, Percent: e.Part})
	}
	if len(out) == 0 {
		c.Warn(e.node.At, fault.OutsideData, e.node.Path+": no payment falls into the run", fmt.Sprintf("%s from %s to %s", e.Every, p.Date(1%p.Sessions()), p.Date(p.Sessions()-1)), "")
	}
	return out
}

// grower tells by what factor a payment has grown since the first.
type grower struct {
	e     *Flow
	index []datedAmount
	first data.Date
	base  float64 // the index at the first payment
	begun bool
	years int
	power float64 // of 1 + growth, for years
}

// at is the factor of a payment; payments are asked for in order. It is not ok
// when the index has no value yet.
func (g *grower) at(d data.Date) (factor float64, ok bool) {
	if !g.begun {
		g.begun, g.first, g.power = true, d, 1
		if g.base, ok = g.known(d); !ok {
			return 0, false
		}
	}
	if g.index != nil {
		now, _ := g.known(d)
		return now / g.base, true
	}
	for g.year(g.years+1, d) {
		g.years++
		g.power *= 1 + g.e.Growth
	}
	return g.power, true
}

// year reports whether n years have passed since the first payment. Payments of
// months and longer periods go by the month: the first session of a year is now
// the 2nd, now the 3rd of January, and a year apart all the same.
func (g *grower) year(n int, d data.Date) bool {
	due := g.first.AddMonths(12 * n)
	if g.e.Every.Period >= data.Month {
		y, m, _ := due.Civil()
		due = data.NewDate(y, m, 1)
	}
	return due <= d
}

// known is the last value of the index on or before a date; 1 without an index.
func (g *grower) known(d data.Date) (float64, bool) {
	if g.index == nil {
		return 1, true
	}
	i, found := slices.BinarySearchFunc(g.index, d, func(x datedAmount, d data.Date) int { return cmp.Compare(x.date, d) })
	if !found {
		i--
	}
	if i < 0 {
		return 0, false
	}
	return g.index[i].value, true
}
