package village

// asIfTraded is what the cash would be if what waits of a company had been traded at the
// close: that is what a village with a batch sees.
func (r *run) asIfTraded(waits int64, price Rat) Rat {
	switch {
	case waits > 0:
		value := valueOf(waits, price)
		return moneyOf(-value - total(r.market("buy", value)))
	case waits < 0:
		value := valueOf(-waits, price)
		return moneyOf(value - total(r.market("sell", value)))
	}
	return zero
}

// batched puts orders into the batch and takes out what goes (4.10): what the sum of a
// company brings to the minimum, everything at a release, and what is urgent. A queue is
// cut to what the village may still sell.
func (r *run) batched(v *village, l *sight, orders []*order) []*order {
	b := r.in.Rules.Batch
	if b == nil {
		return orders
	}
	joined := make([]*order, len(l.rows))
	for _, o := range orders {
		joined[o.asset] = o
		v.queue[o.asset] += o.signed()
	}
	var going []*order
	for i, n := range v.queue {
		if most := v.sellable(i, r.now); n < -most {
			n = -most
			v.queue[i] = n
		}
		side := "buy"
		if n < 0 {
			side = "sell"
		}
		worth := size(times(sharesOf(n), l.price[i]))
		if less(worth, cent) {
			v.queue[i] = 0
			continue
		}
		goes := has(b.Release, r.now) || r.urgent(v, i) || joined[i] != nil && !r.belowMinimum(worth, l.price[i], side)
		if !goes || r.shut(v, "", i, n < 0) {
			continue
		}
		o := r.order(v, l, i, n)
		if joined[i] != nil {
			o.leaves, o.called = joined[i].leaves, joined[i].called
		}
		going = append(going, o)
		v.queue[i] = 0
	}
	return going
}

// urgent says whether a company, as it is held, drifts by more than the batch waits for.
func (r *run) urgent(v *village, asset int) bool {
	limit := r.in.Rules.Batch.Urgent
	invest := zero
	for i := range r.in.Assets {
		invest = plus(invest, times(sharesOf(v.held(i)), r.price()[i]))
	}
	if limit == nil || invest.Sign() == 0 {
		return false
	}
	worth, t := times(sharesOf(v.held(asset)), r.price()[asset]), v.in.Targets[asset]
	if t.Sign() == 0 {
		return worth.Sign() > 0
	}
	return less(plus(limit, equal), size(minus(over(worth, times(t, invest)), one)))
}
