package village

// WeekRow is a line of the weekly drift report (4.15).
type WeekRow struct {
	Row
	Change     Rat // of the weight since the week before, from what the opening bought in the first; nil: nothing was held then
	DaysBeyond int // sessions of the week beyond the alert limit
}

// Weeks is the drift report of each week, given its last sessions, at the closes before the
// sessions' own trades.
func Weeks(w World, o Output, village int, last []int) (weeks [][]WeekRow) {
	r := &run{in: w}
	start := 0
	for _, end := range last {
		now, before := o.Sessions[end].Weights[village], o.Sessions[start].Weights[village]
		if before == nil {
			before = weightsOf(o.Sessions[start].Villages[village].Shares, w.Prices[start])
		}
		rows := make([]Row, len(w.Assets))
		for i, t := range w.Villages[village].Targets {
			rows[i] = Row{Asset: i, Current: now[i], Target: t, Adjustment: minus(t, now[i]), Value: now[i]}
			if t.Sign() > 0 {
				rows[i].Relative = minus(over(now[i], t), one)
			}
		}
		var week []WeekRow
		for k, i := range r.ranked(rows, func(x Row) Rat { return size(x.Adjustment) }, Row.distance) {
			x := WeekRow{Row: rows[i]}
			x.Rank = k + 1
			if before != nil {
				x.Change = minus(now[i], before[i])
			}
			for s := start + 1; s <= end; s++ {
				at, t := o.Sessions[s].Weights[village], x.Target
				if at != nil && t.Sign() > 0 && w.Rules.Alert != nil && less(plus(w.Rules.Alert, equal), size(minus(over(at[i], t), one))) {
					x.DaysBeyond++
				}
			}
			week = append(week, x)
		}
		weeks = append(weeks, week)
		start = end
	}
	return weeks
}

// weightsOf are the weights of shares at prices, nil when nothing is held.
func weightsOf(shares []int64, price []Rat) (w []Rat) {
	invest := zero
	for i, n := range shares {
		invest = plus(invest, times(sharesOf(n), price[i]))
	}
	if invest.Sign() == 0 {
		return nil
	}
	for i, n := range shares {
		w = append(w, over(times(sharesOf(n), price[i]), invest))
	}
	return w
}
