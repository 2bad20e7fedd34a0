package strategies

import "evenkeel/sim"

// Funding is what pays for a rebalance.
type Funding uint8

const (
	SelfFinancing      Funding = iota // sales and cash pay for purchases
	Reduction                         // sales only; the proceeds leave
	Growth                            // purchases only; new money comes in and pays
	FlowsOnly                         // no sales: cash alone pays
	ContributionsFirst                // cash alone when that brings every weight inside its limits, else sales and cash
)

// FundingWords are the words of an experiment file, in the order of the constants.
var FundingWords = []string{"self_financing", "reduction", "growth", "flows_only", "contributions_first"}

// fires says at a close what is outside its limits: a Trigger, or a Mini.
type fires interface {
	Fired(v *sim.View, side []int8) sim.Verdict
}

// plan writes the trades of a rebalance that t fired.
func (f Funding) plan(r *Recipe, t fires, v *sim.View, want []float64) sim.Funding {
	switch f {
	case Reduction:
		Reduce(v.Value, v.Targets, want)
		return sim.FundLeave
	case Growth:
		r.raise(v, sim.FundBring, want)
		r.grow(v, want)
		return sim.FundBring
	case FlowsOnly:
		if v.Cash >= sim.Dust {
			r.Aim.deficits(v, v.Cash, want)
		}
		return sim.FundSelf
	case ContributionsFirst:
		if r.cashSuffices(t, v, want) {
			return sim.FundSelf
		}
		clear(want)
		clear(r.Aim.kept)
	}
	r.Aim.Plan(v, r.side, want)
	return sim.FundSelf
}

// grow buys with new money, beside the sales for what is owed that want holds: K is made of
// what they leave, and what is sold is not bought. Deposits are placed first, as without a
// trigger; the new money is what then lacks to K.
func (r *Recipe) grow(v *sim.View, want []float64) {
	if v.Deposit > 0 && r.Deposits != DepositsHold {
		r.invest(v, want)
	}
	if len(v.Paid) != len(want) {
		v.Paid = make([]float64, len(want))
	}
	for i, w := range want {
		if v.Paid[i] = max(0, w); w > 0 && v.TooSmall(i, w) { // asked for, and dropped
			v.Paid[i], want[i] = 0, 0
		}
	}
	kept := r.levels.kept(v, want)
	Grow(kept, v.Targets, want)
	for i, x := range kept {
		sold, lacks := v.Value[i]-x, want[i]
		switch {
		case sold > 0:
			want[i] = -sold
		case lacks < sim.Dust: // what rounding held back of a deposit brings no new money
			want[i] = v.Paid[i]
		default:
			want[i] += v.Paid[i]
		}
	}
}

// cashSuffices buys with the cash alone and says whether what fired would then be
// quiet.
func (r *Recipe) cashSuffices(t fires, v *sim.View, want []float64) bool {
	if v.Cash < sim.Dust {
		return false
	}
	r.Aim.deficits(v, v.Cash, want)
	if len(r.after.Value) != len(want) {
		r.after.Value, r.afterSide = make([]float64, len(want)), make([]int8, len(want))
	}
	values := r.after.Value
	r.after = *v
	r.after.Value = values
	var spent sim.Sum
	for i, w := range want {
		values[i] = v.Value[i] + w
		if w > 0 {
			spent.Add(i, float64(w*(1+v.Buy[i].Rate))+v.Buy[i].Fixed)
		}
	}
	r.after.Invested = sim.SumOf(values)
	r.after.Cash -= spent.Total()
	r.after.AllCash -= spent.Total()
	return !t.Fired(&r.after, r.afterSide).Act
}

// Deposits is what new money buys if no trigger fires.
type Deposits uint8

const (
	DepositsDeficits Deposits = iota // what is below target, shared as sales' proceeds are
	DepositsTargets                  // every asset, by target weight
	DepositsHold                     // nothing: it waits in cash for a trigger
)

// DepositWords are the words of an experiment file, in the order of the constants.
var DepositWords = []string{"deficits", "target_weights", "hold"}

// invest buys with the cash on hand and sells nothing; where all that came is money that
// waited, with that alone.
func (r *Recipe) invest(v *sim.View, want []float64) {
	if v.Idle && v.Cash > v.Deposit {
		r.apart = *v
		r.apart.Cash = v.Deposit
		v = &r.apart
	}
	if v.Cash < sim.Dust {
		return
	}
	if r.Deposits == DepositsTargets {
		r.Aim.spread(v, min(v.Cash, v.Deposit), want)
		return
	}
	r.Aim.deficits(v, v.Cash, want)
}
