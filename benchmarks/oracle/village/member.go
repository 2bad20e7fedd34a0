package village

// member is a person with a book of his own (4.2.2).
type member struct {
	name    string
	joined  int
	cash    int64 // settled
	coming  []ask // unsettled proceeds by the session they are paid at
	fresh   int64 // deposits that no decision has seen
	asked   []ask // what he asked for and has not got
	held    []int64
	lots    [][]lot // by asset, the earliest first; kept with tax alone
	own     []int64 // shares under his own orders
	called  int64   // new money of growth, for its purchases alone
	lock    int     // his shares are not sold before this session
	months  []int   // in which he likes gains; nil: in all
	leaving bool
	left    int // session; -1

	trades          int
	costs           int64
	unpaid, in, out int64
	gainShort, far  int64
}

// ask is a withdrawal: money, and the session it was asked for.
type ask struct {
	session int
	amount  int64
}

// lot is shares bought or brought together, with what they cost.
type lot struct {
	session       int
	shares, basis int64
}

func (m *member) owed() (total int64) {
	for _, a := range m.asked {
		total += a.amount
	}
	return total
}

func (m *member) unsettled() (total int64) {
	for _, a := range m.coming {
		total += a.amount
	}
	return total
}

// free is his free cash (4.2.6): cash, with bridge or in a plan also unsettled proceeds,
// less what is owed to him less deposits that no decision has seen, never below 0; none of
// a member who leaves.
func (m *member) free(bridge bool) int64 {
	if m.leaving {
		return 0
	}
	money := m.cash
	if bridge {
		money += m.unsettled()
	}
	return max(0, money-m.owed()-m.fresh-m.called)
}

// spend takes money for a purchase: settled cash first, then what settles first.
func (m *member) spend(amount int64) {
	now := min(amount, m.cash)
	m.cash -= now
	amount -= now
	for k := range m.coming {
		n := min(amount, m.coming[k].amount)
		m.coming[k].amount -= n
		amount -= n
	}
	m.cash -= amount // below 0 breaks conservation
}

// sellable is what the village may sell of his shares (4.2.4).
func (m *member) sellable(asset, now int) int64 {
	if now < m.lock || m.left >= 0 { // dust of who has left stays in his book
		return 0
	}
	return m.held[asset] - m.own[asset]
}

func (m *member) clone() *member {
	c := *m
	c.held = append([]int64(nil), m.held...)
	c.own = append([]int64(nil), m.own...)
	c.asked = append([]ask(nil), m.asked...)
	c.coming = append([]ask(nil), m.coming...)
	c.lots = make([][]lot, len(m.lots))
	for i := range m.lots {
		c.lots[i] = append([]lot(nil), m.lots[i]...)
	}
	return &c
}

// worth is his book at given prices.
func (m *member) worth(price []Rat) Rat {
	total := moneyOf(m.cash + m.unsettled())
	for i, n := range m.held {
		total = plus(total, times(sharesOf(n), price[i]))
	}
	return total
}
