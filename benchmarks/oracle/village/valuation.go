package village

// Valuation is a price that somebody found for a company on a session (4.3.5).
type Valuation struct {
	Session, Asset int
	Price          Rat
}

// Valued makes prices of valuations: each company's latest one is its price until the next,
// nothing is taken from the future. Since is the session that each price is of, -1 before
// the first; such a session must not be in a world, and Price is nil there.
func Valued(assets, sessions int, list []Valuation) (price [][]Rat, since [][]int) {
	for s := range sessions {
		row, at := make([]Rat, assets), make([]int, assets)
		for i := range assets {
			at[i] = -1
		}
		if s > 0 {
			copy(row, price[s-1])
			copy(at, since[s-1])
		}
		for _, v := range list {
			if v.Session == s {
				row[v.Asset], at[v.Asset] = v.Price, s
			}
		}
		price, since = append(price, row), append(since, at)
	}
	return price, since
}

// Ages are how old, in sessions, the prices were that parts were filled at: the median
// (the lower of two) and the largest; false without a part.
func Ages(o Output, since [][]int) (median, most int, some bool) {
	counts := map[int]int{}
	for _, f := range o.Fills {
		age := f.Session - since[f.Session][f.Asset]
		counts[age]++
		most = max(most, age)
	}
	for seen := 0; median <= most && len(o.Fills) > 0; median++ {
		if seen += counts[median]; 2*seen >= len(o.Fills) {
			return median, most, true
		}
	}
	return 0, 0, false
}
