package sim

// Once is a Cost of which an amount, a least or a most belongs to an order as a whole:
// an order that several sessions fill is one trade, and pays them once.
type Once interface {
	Once() bool
}

// Ticket is what one component has charged on the fills of an order up to now.
type Ticket struct {
	Value, Shares float64 // traded
	Paid          Micros
}

// Charge is what a component charges on a further fill: the cost of all that is then
// traded of the order, at its mean price and by today's tariff, less what is paid. It
// may come out below 0 by a rounding, or when the tariff has fallen: then it is none.
func (t *Ticket) Charge(c Cost, f *Fill) (fixed, rate float64) {
	if t.Value == 0 {
		return c.Charge(f)
	}
	whole := *f
	whole.Value += t.Value
	whole.Price = whole.Value / (t.Shares + f.Value/f.Price)
	if fixed, rate = c.Charge(&whole); fixed == 0 && rate == 0 {
		return 0, 0
	}
	return fixed + float64(rate*t.Value) - t.Paid.Money(), rate
}

// Add notes a fill.
func (t *Ticket) Add(value, price float64, cost Micros) {
	t.Value += value
	t.Shares += value / price
	t.Paid += cost
}

// makeTickets makes room for the tickets of orders that several sessions fill, where a
// component needs them.
func (a *account) makeTickets() {
	a.tickets = a.tickets[:0]
	t := a.mandate.Terms
	if t.Participation <= 0 {
		return
	}
	some := false
	for k, c := range t.Costs {
		if k == len(a.ticketRoom) {
			a.ticketRoom = append(a.ticketRoom, nil)
		}
		var of []Ticket
		if o, ok := c.(Once); ok && o.Once() {
			if a.ticketRoom[k] == nil {
				a.ticketRoom[k] = make([]Ticket, a.panel.Assets())
			}
			of, some = a.ticketRoom[k], true
			clear(of)
		}
		a.tickets = append(a.tickets, of)
	}
	if !some {
		a.tickets = a.tickets[:0]
	}
}

// further are the charges of a fill of an order that earlier sessions filled in part,
// valid until the next ask; parts are those of a trade by itself.
func (a *account) further(s, side, asset int, price, value float64, parts []Charge) []Charge {
	a.onTicket = append(a.onTicket[:0], parts...)
	for k := range parts {
		if t := a.ticket(k, asset); t != nil && t.Value > 0 {
			a.fillOf(s, side, asset, price, value)
			c := &a.onTicket[k]
			c.Fixed, c.Rate = t.Charge(a.mandate.Terms.Costs[k], &a.trade)
		}
	}
	return a.onTicket
}

// ticket is the one of a component and an asset; nil where each fill pays for itself.
func (a *account) ticket(k, asset int) *Ticket {
	if len(a.tickets) == 0 || a.tickets[k] == nil {
		return nil
	}
	return &a.tickets[k][asset]
}

// clearTickets forgets the tickets: no order is open any more.
func (a *account) clearTickets() {
	for _, of := range a.tickets {
		clear(of)
	}
}
