package metric

import "math"

// Execution is what became of one order: what was asked for at the decision, what
// was executed, and the three prices it is judged by. Shares are signed, + a
// purchase, - a sale; costs are money, 0 or more. Prices and shares are those of one
// session: the decision's. Its methods are the three usual divisions of one and the
// same implementation shortfall: what the order lost against the same shares taken
// in full at the decision price, free; below 0 when the execution gained.
type Execution struct {
	Shares   float64 // asked for
	Done     float64 // executed
	Paid     float64 // sum of shares x price over the fills, without costs, signed as they are
	Decision float64 // price at the decision
	Arrival  float64 // price at which it could first have been filled, free of impact
	End      float64 // price at which what was not executed was given up
	Implicit float64 // costs that are paid in the price: spread and impact
	Explicit float64 // costs that are billed: commissions, fees, duties
}

// Base is the value of the paper order, which percentages refer to.
func (x *Execution) Base() float64 { return math.Abs(float64(x.Shares * x.Decision)) }

// Rest is what was not executed, signed.
func (x *Execution) Rest() float64 { return x.Shares - x.Done }

// Total is the shortfall: every form sums to it.
func (x *Execution) Total() float64 {
	return x.Paid - float64(x.Shares*x.Decision) + float64(x.Rest()*x.End) + x.Implicit + x.Explicit
}

// Wagner is the expanded division (Wagner; Kissell): all shares bear the delay.
type Wagner struct {
	Delay       float64 // S (P0 - Pd): the market moved before the order could trade
	Trading     float64 // sum s p - q P0: the fills against the arrival price, and implicit costs
	Opportunity float64 // (S - q)(Pn - P0): what was not executed
	Explicit    float64
}

// Wagner divides the shortfall into delay, trading, opportunity and explicit costs.
func (x *Execution) Wagner() Wagner {
	return Wagner{
		Delay:       x.Shares * (x.Arrival - x.Decision),
		Trading:     x.Paid - float64(x.Done*x.Arrival) + x.Implicit,
		Opportunity: x.Rest() * (x.End - x.Arrival),
		Explicit:    x.Explicit,
	}
}

// Total is the sum of the parts.
func (w Wagner) Total() float64 { return w.Delay + w.Trading + w.Opportunity + w.Explicit }

func (w *Wagner) add(x Wagner) {
	w.Delay += x.Delay
	w.Trading += x.Trading
	w.Opportunity += x.Opportunity
	w.Explicit += x.Explicit
}

// MarketActivity is the shortfall without the delay: what was lost after the order
// reached the market.
func (w Wagner) MarketActivity() float64 { return w.Trading + w.Opportunity + w.Explicit }

// Perold is the first division (Perold, 1988): both parts are measured from the
// decision price.
type Perold struct {
	Execution   float64 // sum s p - q Pd, and implicit costs
	Opportunity float64 // (S - q)(Pn - Pd)
	Explicit    float64
}

// Perold divides the shortfall into execution, opportunity and explicit costs.
func (x *Execution) Perold() Perold {
	return Perold{
		Execution:   x.Paid - float64(x.Done*x.Decision) + x.Implicit,
		Opportunity: x.Rest() * (x.End - x.Decision),
		Explicit:    x.Explicit,
	}
}

// Total is the sum of the parts.
func (p Perold) Total() float64 { return p.Execution + p.Opportunity + p.Explicit }

// CFA is the division of the CFA curriculum: the executed shares alone bear the delay.
type CFA struct {
	Delay    float64 // q (P0 - Pd)
	Realized float64 // sum s p - q P0, and implicit costs
	Missed   float64 // (S - q)(Pn - Pd)
	Explicit float64
}

// CFA divides the shortfall into delay, realised, missed trade and explicit costs.
func (x *Execution) CFA() CFA {
	return CFA{
		Delay:    x.Done * (x.Arrival - x.Decision),
		Realized: x.Paid - float64(x.Done*x.Arrival) + x.Implicit,
		Missed:   x.Rest() * (x.End - x.Decision),
		Explicit: x.Explicit,
	}
}

// Total is the sum of the parts.
func (c CFA) Total() float64 { return c.Delay + c.Realized + c.Missed + c.Explicit }

// Day is what an order that works for several days executed on one of them.
type Day struct {
	Shares float64 // signed as the order
	Price  float64 // of the fill
	Before float64 // close of the day before: the benchmark that moves along
}

// Daily is the CFA division of an order that works for several days: what each day
// executed is measured from the close of the day before.
type Daily struct {
	Delay    []float64 // q_j (close before - Pd), a day
	Realized []float64 // q_j (p_j - close before), a day
	Missed   float64
	Explicit float64 // with the implicit costs: they are not known by day
}

// Daily divides the shortfall by days, whose shares and prices stand for Done and
// Paid.
func (x *Execution) Daily(days []Day) Daily {
	d := Daily{Explicit: x.Explicit + x.Implicit}
	rest := x.Shares
	for _, f := range days {
		rest -= f.Shares
		d.Delay = append(d.Delay, f.Shares*(f.Before-x.Decision))
		d.Realized = append(d.Realized, f.Shares*(f.Price-f.Before))
	}
	d.Missed = rest * (x.End - x.Decision)
	return d
}

// Total is the sum of the parts.
func (d Daily) Total() float64 {
	sum := d.Missed + d.Explicit
	for i := range d.Delay {
		sum += d.Delay[i] + d.Realized[i]
	}
	return sum
}
