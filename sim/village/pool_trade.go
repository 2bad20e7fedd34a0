package village

import (
	"evenkeel/sim"
)

// concentrated says whether the pool may hold no more of an asset.
func (d *desk) concentrated(i int) bool {
	p := d.w.pool
	return p.Limit > 0 && unitsFor(d.roomOf(i), d.price(i)) == 0
}

// roomOf is the value that the pool may still buy of an asset.
func (d *desk) roomOf(i int) sim.Micros {
	p := d.w.pool
	return max(0, sim.ToMicros(p.Limit*p.start.Money())-worth(p.paper[i], d.price(i)))
}

// toPool sells from what the pool holds, then buys with what it may spend.
func (d *desk) toPool() {
	p := d.w.pool
	held := d.w.held // what it buys for cash it sells from the next session on
	copy(held, p.paper)
	if p.Priority == ProRata {
		for i := range held {
			d.poolSellsAlike(i, held[i])
		}
		d.poolBuysAlike()
		return
	}
	for _, k := range d.rank {
		if x := &d.open[k]; x.buys && d.may(x, PoolRoute) {
			d.poolSells(k, min(x.left, p.paper[x.asset]))
		}
	}
	money := max(0, p.paperMoney-p.kept) // the spread that it gets for purchases pays for none of them
	for _, k := range d.rank {
		x := &d.open[k]
		if x.buys || !d.may(x, PoolRoute) {
			continue
		}
		d.row.Offered += worth(x.left, d.price(x.asset))
		u := d.withinLimit(x)
		value := worth(u, d.price(x.asset))
		if value > money {
			u = unitsFor(money, d.price(x.asset))
			value = worth(u, d.price(x.asset))
		}
		if d.poolBuys(k, u, value) {
			money -= value
		}
	}
}

// withinLimit is what the pool may buy of a sale by its limit.
func (d *desk) withinLimit(x *open) sim.Units {
	if d.w.pool.Limit == 0 {
		return x.left
	}
	return min(x.left, unitsFor(d.roomOf(x.asset), d.price(x.asset)))
}

// poolSells lets the pool sell.
func (d *desk) poolSells(k int, u sim.Units) {
	x, p := &d.open[k], d.w.pool
	value := worth(u, d.price(x.asset))
	if value == 0 {
		return
	}
	fee := bps(value, p.Spread)
	d.fill(k, u, value, fee, PoolRoute)
	p.paper[x.asset] -= u
	p.paperMoney += value + fee
	d.row.Sold += value
}

// poolBuys lets the pool buy, and says whether it does.
func (d *desk) poolBuys(k int, u sim.Units, value sim.Micros) bool {
	x, p := &d.open[k], d.w.pool
	fee := bps(value, p.Spread)
	if value == 0 || fee > value {
		return false
	}
	d.fill(k, u, value, fee, PoolRoute)
	p.paper[x.asset] += u
	p.paperMoney += fee - value
	d.row.Bought += value
	return true
}

// poolSellsAlike shares what the pool holds of a company by what is asked.
func (d *desk) poolSellsAlike(i int, held sim.Units) {
	all, sum := d.side[1][:0], sim.Units(0)
	for _, k := range d.rank {
		if x := &d.open[k]; x.asset == i && x.buys && d.may(x, PoolRoute) {
			all = append(all, k)
			sum += x.left
		}
	}
	d.side[1] = all
	d.room(len(all))
	for n, k := range all {
		d.left[n] = d.open[k].left
	}
	if sum == 0 {
		return
	}
	split(&d.splitter, min(held, sum), d.left[:len(all)], d.got)
	for n, k := range all {
		d.poolSells(k, d.got[n])
	}
}

// poolBuysAlike shares what the pool may spend by the value asked.
func (d *desk) poolBuysAlike() {
	p := d.w.pool
	all, sum := d.side[0][:0], sim.Micros(0)
	for i := range p.most {
		p.most[i] = d.roomOf(i)
	}
	for _, k := range d.rank {
		if x := &d.open[k]; !x.buys && d.may(x, PoolRoute) {
			all = append(all, k)
		}
	}
	d.side[0] = all
	d.room(len(all))
	for n, k := range all {
		x := &d.open[k]
		if d.left[n] = x.left; p.Limit > 0 { // who is served first takes of the limit first
			d.left[n] = min(x.left, unitsFor(p.most[x.asset], d.price(x.asset)))
			p.most[x.asset] -= worth(d.left[n], d.price(x.asset))
		}
		d.value[n] = worth(d.left[n], d.price(x.asset))
		sum += d.value[n]
		d.row.Offered += worth(x.left, d.price(x.asset))
	}
	money := max(0, p.paperMoney-p.kept)
	if sum == 0 || sum <= money {
		for n, k := range all {
			d.poolBuys(k, d.left[n], d.value[n])
		}
		return
	}
	for len(d.money) < len(all) {
		d.money = append(d.money, 0)
	}
	split(&d.splitter, money, d.value[:len(all)], d.money)
	for n, k := range all {
		x := &d.open[k]
		u := min(d.left[n], unitsFor(d.money[n], d.price(x.asset)))
		d.poolBuys(k, u, worth(u, d.price(x.asset)))
	}
}
