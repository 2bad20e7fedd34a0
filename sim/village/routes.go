package village

import (
	"math"

	"evenkeel/sim"
)

// cross lets what villages sell and buy of a company meet.
func (d *desk) cross(i int) {
	for dropped := -1; ; dropped = -1 {
		var sum [2]sim.Units
		for side := range d.side {
			d.side[side] = d.side[side][:0]
		}
		for k := range d.open {
			x := &d.open[k]
			if x.asset != i || !d.may(x, CrossRoute) || x.why == sim.ReasonLot {
				continue
			}
			side := 0
			if x.buys {
				side = 1
			}
			d.side[side] = append(d.side[side], k)
			sum[side] += x.left
		}
		met := min(sum[0], sum[1])
		if met == 0 {
			break
		}
		value := worth(met, d.price(i))
		from := len(d.parts)
		for side := range d.side {
			all := d.side[side]
			d.room(len(all))
			for n, k := range all {
				d.left[n] = d.open[k].left
			}
			split(&d.splitter, met, d.left[:len(all)], d.got)
			split(&d.splitter, value, d.got[:len(all)], d.value)
			for n, k := range all {
				switch {
				case d.got[n] == 0:
				case d.value[n] == 0:
					dropped = k
				default:
					d.fill(k, d.got[n], d.value[n], bps(d.value[n], d.w.CrossFee), CrossRoute)
				}
			}
		}
		if dropped < 0 {
			break
		}
		for _, p := range d.parts[from:] { // take it back, and without that one again
			for k := range d.open {
				if d.open[k].order == p.Order {
					d.open[k].left += max(p.Units, -p.Units)
				}
			}
		}
		d.parts = d.parts[:from]
		d.open[dropped].why = sim.ReasonLot
	}
	for k := range d.open {
		if x := &d.open[k]; x.asset == i && x.why == sim.ReasonLot {
			x.why = Counterparty
		}
	}
}

// exchange gives villages what the pool holds for what they sell: no money moves.
func (d *desk) exchange() {
	p := d.w.pool
	for n := range d.rank {
		v := d.open[d.rank[n]].village
		first := true
		for _, k := range d.rank[:n] {
			first = first && d.open[k].village != v
		}
		if !first {
			continue
		}
		for d.exchangeOne(v, p) {
		}
	}
}

// exchangeOne exchanges a village's first sale for its first purchase that the pool holds.
func (d *desk) exchangeOne(v int, p *pool) bool {
	sale, purchase := -1, -1
	for _, k := range d.rank {
		x := &d.open[k]
		if x.village != v || x.own || !d.may(x, ExchangeRoute) {
			continue
		}
		if !x.buys && sale < 0 && (p.Limit == 0 || unitsFor(d.roomOf(x.asset), d.price(x.asset)) > 0) {
			sale = k
		}
		if x.buys && purchase < 0 && p.paper[x.asset] > 0 && worth(p.paper[x.asset], d.price(x.asset)) > 0 {
			purchase = k
		}
	}
	if sale < 0 || purchase < 0 {
		return false
	}
	s, b := &d.open[sale], &d.open[purchase]
	out, in := s.left, min(b.left, p.paper[b.asset])
	ps, pb := d.price(s.asset), d.price(b.asset)
	if p.Limit > 0 {
		out = min(out, unitsFor(d.roomOf(s.asset), ps))
	}
	worthOut, worthIn := worth(out, ps), worth(in, pb)
	value := min(worthOut, worthIn)
	if value == 0 {
		return false
	}
	if worthOut <= worthIn {
		in = min(in, sim.Units(value.Money()/pb*1e8)) // rounded against the village
	} else {
		out = min(out, sim.Units(math.Ceil(value.Money()/ps*1e8)))
	}
	if in == 0 {
		return false
	}
	fee := bps(value, p.Spread)
	d.fill(sale, out, value, fee, ExchangeRoute)
	d.fill(purchase, in, value, fee, ExchangeRoute)
	p.paper[s.asset] += out
	p.paper[b.asset] -= in
	p.paperMoney += 2 * fee
	d.row.Exchanged += value
	return true
}

// toMarket fills at the market, up to its capacity a company and side.
func (d *desk) toMarket() {
	for _, k := range d.rank {
		x := &d.open[k]
		if !d.may(x, MarketRoute) {
			continue
		}
		u, price := x.left, d.price(x.asset)
		side := 0
		if x.buys {
			side = 1
		}
		value := worth(u, price)
		if most := d.w.Capacity; most > 0 && value > most-d.used[side][x.asset] {
			u = unitsFor(most-d.used[side][x.asset], price)
			value = worth(u, price)
		}
		if value == 0 {
			continue
		}
		o := &d.t.Orders[x.order]
		cost := d.t.Cost(o, value)
		if !x.buys && cost > value {
			x.why = sim.ReasonCost
			continue
		}
		d.used[side][x.asset] += value
		d.fill(k, u, value, cost, MarketRoute)
	}
}
