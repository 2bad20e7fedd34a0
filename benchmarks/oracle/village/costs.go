package village

import "math/big"

// market lists what a part costs on the market: each component rounded by itself.
func (r *run) market(side string, value int64) (costs []Charge) {
	for _, c := range r.in.Costs {
		if c.Side != "" && c.Side != side {
			continue
		}
		amount := int64(0)
		if c.Rate != nil {
			amount = toMicros(times(moneyOf(value), over(c.Rate, whole(10000))))
		}
		if c.Fixed != nil {
			amount += toMicros(c.Fixed)
		}
		costs = append(costs, Charge{c.Name, amount})
	}
	return costs
}

func total(costs []Charge) (all int64) {
	for _, c := range costs {
		all += c.Amount
	}
	return all
}

// rate is the part of a trade's value that it costs on the market, fixed what it costs
// besides, components how many amounts that is.
func (r *run) rate(side string) Rat {
	all := zero
	for _, c := range r.in.Costs {
		if c.Rate != nil && (c.Side == "" || c.Side == side) {
			all = plus(all, over(c.Rate, whole(10000)))
		}
	}
	return all
}

func (r *run) fixed(side string) Rat {
	all := zero
	for _, c := range r.in.Costs {
		if c.Fixed != nil && (c.Side == "" || c.Side == side) {
			all = plus(all, c.Fixed)
		}
	}
	return all
}

func (r *run) components(side string) (n int64) {
	for _, c := range r.in.Costs {
		if c.Side == "" || c.Side == side {
			n++
		}
	}
	return n
}

// heldBack is what a decision holds back for the rounding of a purchase (SPEC 3): 2e-6 and
// as much for each cost component.
func (r *run) heldBack(side string) Rat {
	return big.NewRat(2*(1+r.components(side)), microsPerMoney)
}

// basisPoints is one component in basis points of a value; none when the rate is nil or 0.
func basisPoints(name string, rate Rat, value int64) []Charge {
	if rate == nil || rate.Sign() == 0 {
		return nil
	}
	return []Charge{{name, toMicros(times(moneyOf(value), over(rate, whole(10000))))}}
}
