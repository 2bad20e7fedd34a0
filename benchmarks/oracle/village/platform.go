package village

// Net is what accounts of a platform trade of a company on a session (4.19.4): reported, not
// executed.
type Net struct {
	Session, Asset                             int
	Accounts                                   int
	Buy, Sell, Crossed, Net, CostBuy, CostSell int64
	Saved                                      Rat // each side's costs x crossed / side
}

// Netting adds up the trades after the opening of accounts that share a panel, by session
// and company.
func Netting(assets, sessions int, outputs []Output) (rows []Net) {
	for s := 1; s < sessions; s++ {
		for i := range assets {
			x := Net{Session: s, Asset: i, Saved: zero}
			for _, o := range outputs {
				trades := false
				for _, f := range o.Fills {
					if f.Session != s || f.Asset != i {
						continue
					}
					trades = true
					if f.Sell {
						x.Sell, x.CostSell = x.Sell+f.Value, x.CostSell+total(f.Costs)
					} else {
						x.Buy, x.CostBuy = x.Buy+f.Value, x.CostBuy+total(f.Costs)
					}
				}
				if trades {
					x.Accounts++
				}
			}
			if x.Accounts == 0 {
				continue
			}
			x.Crossed, x.Net = min(x.Buy, x.Sell), x.Buy-x.Sell
			if x.Crossed > 0 {
				x.Saved = plus(over(times(moneyOf(x.CostBuy), whole(x.Crossed)), whole(x.Buy)),
					over(times(moneyOf(x.CostSell), whole(x.Crossed)), whole(x.Sell)))
			}
			rows = append(rows, x)
		}
	}
	return rows
}

// Percentile of type 7: of sorted values, at (n-1) p between its neighbours.
func Percentile(sorted []Rat, p Rat) Rat {
	at := times(whole(int64(len(sorted)-1)), p)
	k := floor(at)
	if int(k) >= len(sorted)-1 {
		return sorted[len(sorted)-1]
	}
	return plus(sorted[k], times(minus(at, whole(k)), minus(sorted[k+1], sorted[k])))
}
