package village

// watch looks at drift and alerts at the close before the session's own trades (4.15). An
// alert is raised on the first session a company is beyond and cleared on the first it is
// back.
func (r *run) watch() (drift []Rat, weights [][]Rat) {
	for k, v := range r.villages {
		invest, half := zero, zero
		for i := range r.in.Assets {
			invest = plus(invest, times(sharesOf(v.held(i)), r.price()[i]))
		}
		if invest.Sign() == 0 {
			drift, weights = append(drift, nil), append(weights, nil)
			continue
		}
		var w []Rat
		for i, t := range v.in.Targets {
			w = append(w, over(times(sharesOf(v.held(i)), r.price()[i]), invest))
			half = plus(half, over(size(minus(w[i], t)), whole(2)))
			relative := Rat(nil)
			beyond := t.Sign() == 0 && w[i].Sign() > 0
			if t.Sign() > 0 {
				relative = minus(over(w[i], t), one)
				beyond = r.in.Rules.Alert != nil && less(plus(r.in.Rules.Alert, equal), size(relative))
			}
			if r.in.Rules.Alert != nil {
				r.alert(v, k, i, beyond, relative)
			}
		}
		if limit := r.in.Rules.AlertDrift; limit != nil {
			r.alert(v, k, -1, less(plus(limit, equal), half), half)
		}
		drift, weights = append(drift, half), append(weights, w)
	}
	return drift, weights
}

func (r *run) alert(v *village, place, asset int, beyond bool, relative Rat) {
	at := asset
	if at < 0 {
		at = len(r.in.Assets)
	}
	if r.now > 0 && v.beyond[at] != beyond {
		v.beyond[at] = beyond
		r.out.Alerts = append(r.out.Alerts, Alert{r.now, place, asset, relative, beyond})
	}
}
