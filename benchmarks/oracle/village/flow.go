package village

// flow books joins, deposits and shares brought to the member and the village; withdrawals
// and leaves are noted as owed (4.4 step 2, 4.6.1).
func (r *run) flow() {
	for _, f := range r.in.Flows {
		if f.Session != r.now {
			continue
		}
		v := r.named(f.Village)
		m := r.memberOf(v, f.Member)
		switch {
		case f.All:
			m.leaving = true
			m.asked = append(m.asked, ask{r.now, 0})
		case f.Shares:
			n := toUnits(f.Amount)
			m.held[f.Asset] += n
			r.outside.shares[f.Asset] -= n
			v.addLot(m, f.Asset, lot{r.now, n, valueOf(n, r.price()[f.Asset])}) // the close is the basis
		case f.Amount.Sign() > 0:
			n := toMicros(f.Amount)
			m.cash += n
			m.fresh += n
			m.in += n
			r.outside.money -= n
		default:
			m.asked = append(m.asked, ask{r.now, -toMicros(f.Amount)})
		}
	}
}

func (r *run) named(name string) *village {
	for _, v := range r.villages {
		if v.in.Name == name {
			return v
		}
	}
	panic("village: no village " + name)
}

// memberOf finds a member; his first row is his joining.
func (r *run) memberOf(v *village, name string) *member {
	for _, m := range v.members {
		if m.name == name {
			return m
		}
	}
	n := len(r.in.Assets)
	m := &member{name: name, joined: r.now, left: -1, held: make([]int64, n), own: make([]int64, n), lots: make([][]lot, n),
		lock: v.in.Lock[name], months: v.in.Month[name]}
	v.members = append(v.members, m)
	return m
}

// pay pays what was asked for up to a session, as far as free of fresh deposits the cash
// goes (4.4 step 5). A member who leaves gets all his cash.
func (r *run) pay(until int) {
	for _, v := range r.villages {
		for j, m := range v.members {
			if len(m.asked) == 0 || m.left >= 0 || m.asked[0].session > until {
				continue
			}
			due := int64(0)
			for _, a := range m.asked {
				if a.session <= until {
					due += a.amount
				}
			}
			first := m.asked[0].session
			amount := min(due, max(0, m.cash-m.fresh))
			if m.leaving {
				amount = m.cash
				m.fresh = 0
			}
			if amount == 0 {
				continue
			}
			m.cash -= amount
			m.out += amount
			r.outside.money += amount
			m.settle(amount)
			r.out.Paid = append(r.out.Paid, Payment{r.now, v.place, j, amount, r.now - first})
		}
	}
}

// settle takes a payment off what was asked for, the earliest first.
func (m *member) settle(amount int64) {
	var rest []ask
	for _, a := range m.asked {
		n := min(a.amount, amount)
		amount -= n
		if a.amount -= n; a.amount > 0 || m.leaving {
			rest = append(rest, a)
		}
	}
	m.asked = rest
}

// leave ends memberships whose all is paid (4.6.5), and gives up what a member asked for and
// does not have (4.6.7). What locks and restrictions hold up waits.
func (r *run) leave() {
	for _, v := range r.villages {
		for _, m := range v.members {
			if m.left >= 0 || m.cash > 0 || m.unsettled() > 0 || len(m.asked) == 0 || m.asked[0].session == r.now && !r.in.Rules.SameClose {
				continue
			}
			holds := false
			for i, n := range m.held {
				holds = holds || !less(times(sharesOf(n), r.price()[i]), cent)
			}
			switch {
			case holds:
			case m.leaving:
				m.left, m.asked = r.now, nil
			default:
				m.unpaid += m.owed()
				m.asked = nil
			}
		}
	}
}
