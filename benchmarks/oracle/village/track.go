package village

// Tracking is how well a process did (4.11). Efficiency and Shortfall are nil when nothing
// was asked for.
type Tracking struct {
	Requested, Executed   Rat // money at decision prices, both sides
	Efficiency, Shortfall Rat
}

// Track follows one decision to its fills: sum of min(|executed|, |requested|) over the sum
// of |requested| at decision prices, restricted wishes among the requested; half the sum of
// |requested - achieved| weights.
func Track(o Output, d Decision) Tracking {
	n := len(d.Prices)
	asked, done := make([]int64, n), make([]int64, n)
	t := Tracking{Requested: zero, Executed: zero}
	for _, list := range [][]Asked{d.Orders, d.Wishes} {
		for _, x := range list {
			got := executed(o, d, x)
			asked[x.Asset] += x.Shares
			done[x.Asset] += got
			t.Requested = plus(t.Requested, times(size(sharesOf(x.Shares)), d.Prices[x.Asset]))
			t.Executed = plus(t.Executed, times(smaller(size(sharesOf(got)), size(sharesOf(x.Shares))), d.Prices[x.Asset]))
		}
	}
	if t.Requested.Sign() == 0 {
		return t
	}
	t.Efficiency = over(t.Executed, t.Requested)
	t.Shortfall = halfDistance(weightsAfter(d, asked), weightsAfter(d, done))
	return t
}

// executed is what was filled of an order, with its sign.
func executed(o Output, d Decision, x Asked) (shares int64) {
	for _, f := range o.Fills {
		if f.Decided == d.Session && f.Village == d.Village && f.Asset == x.Asset && f.Owner == x.Member && f.Sell == (x.Shares < 0) {
			if f.Sell {
				shares -= f.Shares
			} else {
				shares += f.Shares
			}
		}
	}
	return shares
}

// weightsAfter are the weights, at decision prices, after trades.
func weightsAfter(d Decision, traded []int64) (w []Rat) {
	invest := zero
	for i, n := range traded {
		invest = plus(invest, times(sharesOf(d.Before[i]+n), d.Prices[i]))
	}
	for i, n := range traded {
		x := zero
		if invest.Sign() > 0 {
			x = over(times(sharesOf(d.Before[i]+n), d.Prices[i]), invest)
		}
		w = append(w, x)
	}
	return w
}

func halfDistance(x, y []Rat) Rat {
	all := zero
	for i := range x {
		all = plus(all, size(minus(x[i], y[i])))
	}
	return over(all, whole(2))
}

// CrossingSaved is what crossed parts would have cost on the market, less their fees (4.11).
func CrossingSaved(w World, o Output) Rat {
	r, all := &run{in: w}, zero
	for _, f := range o.Fills {
		if f.Route == "cross" {
			side := "buy"
			if f.Sell {
				side = "sell"
			}
			all = plus(all, moneyOf(total(r.market(side, f.Value))-total(f.Costs)))
		}
	}
	return all
}
