package village

// Announced is money that is due later: in (+) or out (-).
type Announced struct {
	Announced, Due int
	Amount         Rat
}

// Forecast is a look ahead at liquidity (4.16). Coverage is nil without outflow.
type Forecast struct {
	Inflow, Outflow, Available, Coverage, Gap Rat
}

// Ahead counts what is announced by today and due after it within the horizon; what is owed
// now is outflow. Available is free cash, what the pool may spend, and the inflow.
func Ahead(today, horizon int, cash, pool, owed Rat, list []Announced) Forecast {
	f := Forecast{Inflow: zero, Outflow: owed}
	for _, a := range list {
		if a.Announced > today || a.Due <= today || a.Due > today+horizon {
			continue
		}
		if a.Amount.Sign() > 0 {
			f.Inflow = plus(f.Inflow, a.Amount)
		} else {
			f.Outflow = minus(f.Outflow, a.Amount)
		}
	}
	f.Available = plus(plus(cash, pool), f.Inflow)
	f.Gap = larger(zero, minus(f.Outflow, f.Available))
	if f.Outflow.Sign() > 0 {
		f.Coverage = over(f.Available, f.Outflow)
	}
	return f
}

// Proxy is the stand-in for satisfaction (4.17) and its three parts: drift of the own book,
// burden of costs and taxes a year over mean worth, waiting of 30 days or more as 1.
func Proxy(drift, costs, years, mean Rat, waits []Rat) (proxy, burden, waiting Rat) {
	burden = smaller(one, over(over(costs, years), mean))
	waiting = zero
	for _, days := range waits {
		waiting = plus(waiting, smaller(one, over(days, whole(30))))
	}
	if len(waits) > 0 {
		waiting = over(waiting, whole(int64(len(waits))))
	}
	return times(times(minus(one, drift), minus(one, burden)), minus(one, waiting)), burden, waiting
}
