package strategies

import "evenkeel/sim"

// Funding is what pays for a rebalance.
type Funding uint8

const (
	SelfFinancing Funding = iota // sales and cash pay for purchases
	Reduction                    // sales only; the proceeds leave
	Growth                       // purchases only; new money comes in and pays
	FlowsOnly                    // no sales: cash alone pays
)

// FundingWords are the words of an experiment file, in the order of the constants.
var FundingWords = []string{"self_financing", "reduction", "growth", "flows_only"}

// plan writes the trades of a rebalance.
func (f Funding) plan(r *Recipe, v *sim.View, want []float64) sim.Fund {
	switch f {
	case Reduction:
		Reduce(v.Value, v.Targets, want)
		return sim.FundLeave
	case Growth:
		Grow(v.Value, v.Targets, want)
		return sim.FundBring
	case FlowsOnly:
		if v.Cash >= sim.Dust {
			r.Aim.deficits(v, v.Cash, want)
		}
		return sim.FundSelf
	}
	r.Aim.Plan(v, r.side, want)
	return sim.FundSelf
}

// Deposits is what new money buys when no trigger fires.
type Deposits uint8

const (
	DepositsDeficits Deposits = iota // what is below target, shared as sales' proceeds are
	DepositsTargets                  // every asset, by target weight
	DepositsHold                     // nothing: it waits in cash for a trigger
)

// DepositWords are the words of an experiment file, in the order of the constants.
var DepositWords = []string{"deficits", "target_weights", "hold"}

// invest buys with the cash on hand and sells nothing.
func (r *Recipe) invest(v *sim.View, want []float64) {
	if v.Cash < sim.Dust {
		return
	}
	if r.Deposits == DepositsTargets {
		r.Aim.spread(v, min(v.Cash, v.Deposit), want)
		return
	}
	r.Aim.deficits(v, v.Cash, want)
}
