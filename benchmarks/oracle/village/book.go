package village

import "sort"

// village is one account: the sum of its members' books.
type village struct {
	in      Village
	place   int // in the file
	members []*member
	forced  bool    // the targets have just changed
	anew    bool    // new targets cancelled purchases
	since   int     // session of the last rebalance's decision; 0: none
	queue   []int64 // what waits in the batch: above 0 to buy, below 0 to sell
	beyond  []bool  // alerts that are up, the last one the portfolio's
}

func (v *village) clone() *village {
	c := *v
	c.members = nil
	for _, m := range v.members {
		c.members = append(c.members, m.clone())
	}
	return &c
}

// present lists the members who have not left.
func (v *village) present() (here []*member) {
	for _, m := range v.members {
		if m.left < 0 {
			here = append(here, m)
		}
	}
	return here
}

// alone is the only member of a village of one (4.2.9), or nil.
func (v *village) alone() *member {
	if here := v.present(); len(here) == 1 {
		return here[0]
	}
	return nil
}

func (v *village) cash() (total int64) {
	for _, m := range v.members {
		total += m.cash
	}
	return total
}

func (v *village) unsettled() (total int64) {
	for _, m := range v.members {
		total += m.unsettled()
	}
	return total
}

func (v *village) free(bridge bool) (total int64) {
	for _, m := range v.members {
		total += m.free(bridge)
	}
	return total
}

func (v *village) held(asset int) (total int64) {
	for _, m := range v.members {
		total += m.held[asset]
	}
	return total
}

// sellable is what the village may sell (4.2.4).
func (v *village) sellable(asset, now int) (total int64) {
	for _, m := range v.members {
		total += m.sellable(asset, now)
	}
	return total
}

func (v *village) worth(price []Rat) Rat {
	total := zero
	for _, m := range v.members {
		total = plus(total, m.worth(price))
	}
	return total
}

// part is what one route fills of one order.
type part struct {
	o             *order
	route         string
	shares, value int64
	costs         []Charge
}

func (p part) cost() (total int64) {
	for _, c := range p.costs {
		total += c.Amount
	}
	return total
}

// sale posts a part of a sale (4.2.4). An own order is its member's alone; the village's
// shares are split by what members may sell, or by 4.13, the value by the shares sold, and
// each cost component in turn by what is left of what each received.
func (r *run) sale(v *village, p part) []Share {
	i := p.o.asset
	var sold []int64
	switch {
	case p.o.member >= 0:
		sold = make([]int64, len(v.members))
		sold[p.o.member] = p.shares
		v.members[p.o.member].own[i] -= p.shares
	case v.in.TaxAware:
		return r.book(v, p, r.taxAware(v, i, p.shares))
	default:
		weights := make([]int64, len(v.members))
		for j, m := range v.members {
			weights[j] = m.sellable(i, r.now)
		}
		sold = Split(p.shares, weights)
	}
	taken := make([][]lot, len(v.members))
	for j, n := range sold {
		taken[j] = v.takeLots(v.members[j], i, n, p.o.member >= 0)
	}
	return r.book(v, p, sale{sold, taken})
}

// sale is who sells how much, and which lots.
type sale struct {
	shares []int64
	lots   [][]lot
}

// book posts a sale to the members who sell.
func (r *run) book(v *village, p part, s sale) (shares []Share) {
	value := Split(p.value, s.shares)
	left := append([]int64(nil), value...)
	for _, c := range p.costs {
		by := left
		if p.value < p.cost() { // a village of one: its cash pays
			by = s.shares
		}
		for j, n := range Split(c.Amount, by) {
			left[j] -= n
		}
	}
	for j, m := range v.members {
		if s.shares[j] == 0 && value[j] == 0 {
			continue
		}
		m.held[p.o.asset] -= s.shares[j]
		r.receive(m, left[j], p.route)
		m.trades++
		m.costs += value[j] - left[j]
		x := Share{Member: j, Shares: -s.shares[j], Cash: left[j]}
		x.GainShort, x.GainFar = r.gains(v, s.lots[j], left[j])
		m.gainShort, m.far = m.gainShort+x.GainShort, m.far+x.GainFar
		if p.o.leaves && left[j] > 0 { // a reduction: the proceeds are owed to the seller (4.5)
			m.asked = append(m.asked, ask{p.o.decided, left[j]})
		}
		shares = append(shares, x)
	}
	return shares
}

// receive books what a sale brings: when it settles; costs that are more than the value at
// once. The legs of an exchange pay each other.
func (r *run) receive(m *member, amount int64, route string) {
	if r.in.Rules.Settle == 0 || route == "exchange" || amount < 0 {
		m.cash += amount
		return
	}
	m.coming = append(m.coming, ask{r.now + r.in.Rules.Settle, amount})
}

// settle pays proceeds that are due (4.4 step 1).
func (r *run) settle() {
	for _, v := range r.villages {
		for _, m := range v.members {
			var rest []ask
			for _, a := range m.coming {
				if a.session <= r.now {
					m.cash += a.amount
				} else if a.amount > 0 {
					rest = append(rest, a)
				}
			}
			m.coming = rest
		}
	}
}

// settledBy is the first session by which so much more has settled, or everything; 0 when
// nothing is on its way.
func (v *village) settledBy(missing int64) (session int) {
	var all []ask
	for _, m := range v.members {
		all = append(all, m.coming...)
	}
	sort.SliceStable(all, func(a, b int) bool { return all[a].session < all[b].session })
	for _, a := range all {
		if a.amount > 0 && missing > 0 {
			session = a.session
			missing -= a.amount
		}
	}
	return session
}

// purchase posts a part of a purchase (4.2.5): the value by free cash, each cost component
// in turn by what free cash is left, the shares by the value paid. Purchases of growth use
// the money that was called for them.
func (r *run) purchase(v *village, p part) (shares []Share) {
	left := make([]int64, len(v.members))
	for j, m := range v.members {
		left[j] = m.free(r.in.Rules.Bridge)
		if p.o.called {
			left[j] = m.called
		}
	}
	value := Split(p.value, left)
	paid := append([]int64(nil), value...)
	for j := range left {
		left[j] -= value[j]
	}
	for _, c := range p.costs {
		for j, n := range Split(c.Amount, left) {
			left[j] -= n
			paid[j] += n
		}
	}
	bought := Split(p.shares, value)
	for j, m := range v.members {
		if paid[j] == 0 && bought[j] == 0 {
			continue
		}
		m.spend(paid[j])
		if p.o.called {
			m.called -= paid[j]
		}
		m.held[p.o.asset] += bought[j]
		v.addLot(m, p.o.asset, lot{r.now, bought[j], paid[j]})
		m.trades++
		m.costs += paid[j] - value[j]
		shares = append(shares, Share{Member: j, Shares: bought[j], Cash: -paid[j]})
	}
	return shares
}
