package village

// act does corporate actions (4.2.7): dividends and ends of life are split by what members
// held of the company; a split multiplies each holding, rounded down, and what is missing to
// the village's new holding goes by largest remainder.
func (r *run) act() {
	for _, a := range r.in.Actions {
		if a.Session != r.now {
			continue
		}
		for _, v := range r.villages {
			if a.Dividend != nil {
				r.payHolders(v, a.Asset, a.Dividend)
			}
			if a.Split != nil {
				r.split(v, a)
			}
			if a.End != nil {
				r.payHolders(v, a.Asset, a.End)
				for _, m := range v.members {
					r.outside.shares[a.Asset] += m.held[a.Asset]
					m.held[a.Asset], m.lots[a.Asset] = 0, nil
				}
				v.queue[a.Asset] = 0
			}
		}
		r.actPool(a)
		r.actOrders(a)
	}
}

// payHolders pays so much a share to who holds a company.
func (r *run) payHolders(v *village, asset int, each Rat) {
	weights := make([]int64, len(v.members))
	for j, m := range v.members {
		weights[j] = m.held[asset]
	}
	for j, n := range Split(toMicros(times(sharesOf(v.held(asset)), each)), weights) {
		v.members[j].cash += n
		r.outside.money -= n
	}
}

func (r *run) split(v *village, a Action) {
	held := make([]int64, len(v.members))
	for j, m := range v.members {
		held[j] = m.held[a.Asset]
	}
	for j, n := range multiplied(held, a.Split) {
		m := v.members[j]
		r.outside.shares[a.Asset] += m.held[a.Asset] - n
		m.held[a.Asset] = n
		lots := make([]int64, len(m.lots[a.Asset]))
		for k, l := range m.lots[a.Asset] {
			lots[k] = l.shares
		}
		if len(lots) > 0 {
			for k, x := range Split(n, lots) {
				m.lots[a.Asset][k].shares = x
			}
		}
	}
	v.queue[a.Asset] = floor(times(whole(v.queue[a.Asset]), a.Split))
}

// multiplied rounds each down; what is missing to their sum times the ratio, rounded down,
// goes to the largest remainders.
func multiplied(list []int64, ratio Rat) []int64 {
	now, rests := make([]int64, len(list)), make([]Rat, len(list))
	left := floor(times(whole(sum(list)), ratio))
	for j, n := range list {
		exact := times(whole(n), ratio)
		now[j] = floor(exact)
		rests[j] = minus(exact, whole(now[j]))
		left -= now[j]
	}
	for ; left > 0; left-- {
		best := 0
		for j := range rests {
			if less(rests[best], rests[j]) {
				best = j
			}
		}
		now[best]++
		rests[best] = minus(rests[best], one)
	}
	return now
}

func (r *run) actPool(a Action) {
	held := r.pool.held[a.Asset]
	for _, each := range []Rat{a.Dividend, a.End} {
		if each != nil {
			n := toMicros(times(sharesOf(held), each))
			r.pool.cash += n
			r.outside.money -= n
		}
	}
	now := held
	if a.Split != nil {
		now = floor(times(whole(held), a.Split))
	}
	if a.End != nil {
		now = 0
	}
	r.outside.shares[a.Asset] += held - now
	r.pool.held[a.Asset] = now
}

// actOrders splits open orders with the holding; those of an ended asset end.
func (r *run) actOrders(a Action) {
	var open []*order
	for _, o := range r.open {
		if o.asset == a.Asset && a.End != nil {
			continue
		}
		if o.asset == a.Asset && a.Split != nil {
			o.shares = floor(times(whole(o.shares), a.Split))
			if m := r.villages[o.village].members; o.member >= 0 {
				o.shares = min(o.shares, m[o.member].held[o.asset])
				m[o.member].own[o.asset] = o.shares
			}
		}
		open = append(open, o)
	}
	r.open = open
}
