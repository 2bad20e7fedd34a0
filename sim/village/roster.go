package village

import (
	"evenkeel/data"
	"evenkeel/sim"
)

// Roster is the members of one village and their books, in integers: columns by member,
// for each company. Members are in the order of joining, those who join at one session in
// the order of the file. It is told of every entry of the village's account and splits it;
// what it adds up to is the account's, to the last integer.
type Roster struct {
	Names []string // of the members, in the order of joining

	terms  *sim.Terms
	rows   []row // what they bring and take, by session
	next   int   // the first row that has not come yet
	joined int   // members that have joined, whether they have left or not
	here   int   // of them, those that have not left

	cash, unsettled []sim.Micros
	owed            []sim.Micros  // asked for and not paid
	fresh           []sim.Micros  // paid in, and no decision has seen it
	units           [][]sim.Units // by asset
	leaving         []bool
	left            []int32  // session after which he is gone; -1: he is not
	askedAt         []int32  // session of the oldest request that is not paid; -1: none
	lockUntil       []int32  // his shares are not sold before this session
	months          []uint16 // bit m: month m+1 is one of his for gains; 0: all are
	sums            []Sums

	lone     int        // the member whose withdrawals the account raises by itself
	loneOwed sim.Micros // of owed, what the account raises
	asking   []int      // members who leave or to whom something is owed, in their order
	booking  int        // the member whose own the entry is that comes, from 1; 0: it is the account's
	door     *sim.Door
	reducing bool // the proceeds of the decision's sales leave
	proceeds []sim.Micros
	stray    sim.Micros // paid in by who had left: it buys nothing

	whole total // the account's books, as its entries add up
	dirty bool
	at    int32 // session of the last entry

	sale  sale
	costs []sim.Micros // of a purchase whose entry comes after them
	dues  []due
	bars  func(session, asset, member int) (buy, sell bool) // what restrictions of members forbid; nil: none

	lots     *lots // nil: nobody follows lots
	taxAware bool  // sellers go by tax, not pro rata

	splitter  splitter
	weight    []int64
	money     []sim.Micros
	rest      []sim.Micros
	shares    []sim.Units
	panel     *data.Panel
	locked    bool         // somebody has a lock
	unseen    bool         // somebody's deposit is fresh
	dividend  []sim.Micros // what each has received of the last one
	keepParts bool
	parts     int           // place in Trades of the last entry's
	Trades    []MemberTrade // with keepParts
	Payments  []Payment
	seen      func(session int, v *sim.View, verdict sim.Verdict, d *sim.Door)
	paying    func(session, member int, amount sim.Micros, waited int)
	raise     raise
}

// Sums are what adds up of a member.
type Sums struct {
	Joined                     int32
	PaidIn, PaidOut, Unpaid    sim.Micros
	Brought                    float64 // shares brought, at the closes they came at
	Trades                     int
	Costs                      sim.Micros
	GainShort, GainLong        sim.Micros
	Payments, Waited, WaitDays int // payments; sessions and calendar days from asking to each of them, added up
}

// MemberTrade is a member's part of one part of an order.
type MemberTrade struct {
	Session int32
	Order   int32 // place in the log
	Member  int32
	Asset   int16
	Venue   sim.Venue
	Units   sim.Units  // + bought, - sold
	Value   sim.Micros // of the shares
	Cost    sim.Micros
}

// Payment is money that a member was paid.
type Payment struct {
	Session, Member int32
	Amount          sim.Micros
	Waited          int32 // sessions since he asked
}

// Book is a member's book.
type Book struct {
	Cash, Unsettled, Owed sim.Micros
	Units                 []sim.Units
}

// Book is that of member j as it stands.
func (r *Roster) Book(j int) Book {
	b := Book{Cash: r.cash[j], Unsettled: r.unsettled[j], Owed: r.owed[j], Units: make([]sim.Units, len(r.units))}
	for i := range r.units {
		b.Units[i] = r.units[i][j]
	}
	return b
}

// SumsOf are those of member j.
func (r *Roster) SumsOf(j int) Sums { return r.sums[j] }

// Left is the session after which member j is gone; -1: he is not.
func (r *Roster) Left(j int) int { return int(r.left[j]) }

// total is what entries add up to.
type total struct {
	cash, unsettled sim.Micros
	units           []sim.Units
}

// row is what a member brings or takes at a session.
type row struct {
	session, member int32
	asset           int16      // of shares brought, else -1
	leaves          bool       // with everything
	money           sim.Micros // + or -
	units           sim.Units
}

// sale is the last sale that was booked: its costs come after it.
type sale struct {
	order   int32
	open    bool
	owner   int // -1: of all
	session int
	asset   int
	units   sim.Units
	value   []sim.Micros // what each has received of it, less costs
	sold    []sim.Units
	due     bool
}

// due is money of the members that settles at a session.
type due struct {
	session int
	parts   []sim.Micros
}

// newRoster makes a roster of members, in the order of joining; the rows are by session.
func newRoster(names []string, p *data.Panel, rows []row, terms *sim.Terms) *Roster {
	m, n := len(names), p.Assets()
	micros := func() []sim.Micros { return make([]sim.Micros, m) }
	r := &Roster{
		Names: names, panel: p, terms: terms, rows: rows,
		cash: micros(), unsettled: micros(), owed: micros(), fresh: micros(), proceeds: micros(), dividend: micros(),
		units: make([][]sim.Units, n), leaving: make([]bool, m), left: make([]int32, m), askedAt: make([]int32, m),
		lockUntil: make([]int32, m), months: make([]uint16, m), sums: make([]Sums, m),
		weight: make([]int64, m), money: micros(), rest: micros(), shares: make([]sim.Units, m),
		whole: total{units: make([]sim.Units, n)}, lone: -1,
	}
	r.sale.value, r.sale.sold, r.raise = micros(), make([]sim.Units, m), newRaise(n)
	for i := range r.units {
		r.units[i] = make([]sim.Units, m)
	}
	for j := range names {
		r.left[j], r.askedAt[j] = -1, -1
	}
	return r
}

// Posted splits an entry of the account's books over the members.
func (r *Roster) Posted(e *sim.Entry) {
	if e.Session != r.at {
		r.endSession()
		r.at = e.Session
	}
	r.dirty = true
	r.whole.cash += e.Cash
	r.whole.unsettled += e.Due
	if e.Asset >= 0 {
		r.whole.units[e.Asset] += e.Units
	}
	if r.sale.open && !(e.Kind == sim.EntryCost && e.Order == r.sale.order && int(e.Asset) == r.sale.asset) {
		r.closeSale()
	}
	switch e.Kind {
	case sim.EntryBuy:
		r.buy(e)
	case sim.EntrySell:
		r.sell(e)
	case sim.EntryCost:
		r.cost(e)
	case sim.EntryCash, sim.EntryHolding, sim.EntryFlow:
		r.flow(e)
	case sim.EntrySettle:
		r.settle(e)
	case sim.EntryTax:
		panic("village: a village pays no taxes")
	default:
		r.action(e)
	}
}

// flow books what comes and goes: a member's own, or the account's.
func (r *Roster) flow(e *sim.Entry) {
	switch j := r.booking - 1; {
	case j >= 0 && e.Asset >= 0:
		r.units[e.Asset][j] += e.Units
		worth := e.Units.Shares() * e.Price
		r.sums[j].Brought += worth
		if r.lots != nil {
			r.lots.buy(int(e.Session), int(e.Asset), j, e.Units, sim.ToMicros(worth))
		}
	case j >= 0 && e.Cash > 0:
		r.cash[j] += e.Cash
		r.sums[j].PaidIn += e.Cash
	case j >= 0:
		r.paid(j, -e.Cash, min(-e.Cash, r.ownOwed(j)), int(e.Session))
	case e.Cash > 0: // called from all, by stake
		r.call(e)
	default:
		r.payOut(e)
	}
}

// call books money that the account's growth calls from its members, by their stakes.
func (r *Roster) call(e *sim.Entry) {
	w := r.weight[:r.joined]
	price := r.panel.Close(int(e.Session))
	for j := range w {
		worth := float64(r.cash[j]) + float64(r.unsettled[j])
		for i := range r.units {
			worth += float64(r.units[i][j]) * 1e-2 * price[i]
		}
		if w[j] = int64(worth); r.leaving[j] || r.left[j] >= 0 {
			w[j] = 0
		}
	}
	divide(r, e.Cash, w, r.money)
	for j := range w {
		r.cash[j] += r.money[j]
		r.sums[j].PaidIn += r.money[j]
	}
}

// payOut books money that the account pays: first what it raised for a lone member, the
// rest to those whose sales brought it.
func (r *Roster) payOut(e *sim.Entry) {
	out := -e.Cash
	if r.here == 1 && r.lone < 0 { // a reduction of a village of one
		r.lone = r.only()
	}
	if r.lone >= 0 && (r.loneOwed > 0 || r.here == 1) {
		x := min(out, r.cash[r.lone]) // who has left may hold dust that was sold for it
		if r.here > 1 {
			x = min(x, r.loneOwed)
		}
		r.paid(r.lone, x, min(x, r.loneOwed), int(e.Session))
		r.loneOwed -= min(x, r.loneOwed)
		out -= x
	}
	if out == 0 {
		return
	}
	w, sum := r.rest[:r.joined], sim.Micros(0)
	for j := range w { // of what has settled
		w[j] = max(0, min(r.proceeds[j], r.cash[j]-r.fresh[j]-r.owed[j]))
		sum += w[j]
	}
	if sum < out {
		copy(w, r.cash)
	}
	divide(r, out, w, r.money)
	for j := range w {
		if x := r.money[j]; x > 0 {
			r.proceeds[j] -= min(r.proceeds[j], x)
			r.paid(j, x, 0, int(e.Session))
		}
	}
}

// only is the one member that is here.
func (r *Roster) only() int {
	for j := range r.left[:r.joined] {
		if r.left[j] < 0 {
			return j
		}
	}
	return -1
}

// paid books a payment to a member, of which a part was owed to him.
func (r *Roster) paid(j int, x, owed sim.Micros, session int) {
	r.cash[j] -= x
	r.owed[j] -= owed
	t := &r.sums[j]
	t.PaidOut += x
	asked := session
	if at := int(r.askedAt[j]); at >= 0 {
		asked = at
	}
	t.Payments++
	t.Waited += session - asked
	t.WaitDays += int(r.panel.Date(session) - r.panel.Date(asked))
	r.Payments = append(r.Payments, Payment{int32(session), int32(j), x, int32(session - asked)})
	if r.paying != nil {
		r.paying(session, j, x, session-asked)
	}
}
