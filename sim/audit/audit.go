// Package audit checks a record against the rules of accounting and of trading,
// after every run that kept a journal. It runs no policy: it recomputes everything that
// follows from the journal, the orders and the terms, and names the entry or session
// that differs.
package audit

import (
	"errors"
	"fmt"
	"strings"

	"evenkeel/data"
	"evenkeel/sim"
)

// Rule is a rule that a record can break.
type Rule string

// The rules, in the order in which a session meets them.
const (
	Sequence      Rule = "sequence"      // entries come in the order of sessions, and of the steps of a session
	Posting       Rule = "posting"       // each kind of entry moves shares and money one way, and prices fit values
	Balance       Rule = "balance"       // settled and unsettled cash and shares are never below zero
	Opening       Rule = "opening"       // the account opens with the mandate's cash and holdings
	Action        Rule = "action"        // splits, dividends and ends of what is held are booked, and no others
	Settlement    Rule = "settlement"    // what is due settles on its session, whole
	Tax           Rule = "tax"           // taxes are those of the lots
	Flow          Rule = "flow"          // the owner's money comes as the mandate says
	Causality     Rule = "causality"     // a fill comes after its decision, on the session that the terms name
	Price         Rule = "price"         // a fill has that session's own market price
	Sales         Rule = "sales first"   // the sales of a decision come before its purchases
	Cost          Rule = "cost"          // each component is what the terms charge
	Lot           Rule = "lot"           // whole lots
	Participation Rule = "participation" // at most a part of the session's volume
	Restriction   Rule = "restriction"   // nothing forbidden is traded
	Reserve       Rule = "reserve"       // purchases leave the reserve
	Minimum       Rule = "minimum"       // nothing below the minimum is traded
	Turnover      Rule = "turnover"      // what was traded over NAV before it; at most the largest allowed
	NAV           Rule = "nav"           // cash, settled and not, and shares at the close
	Order         Rule = "order"         // an order holds what its fills did
	Reason        Rule = "reason"        // what was not filled has a reason that holds
	Waiting       Rule = "waiting"       // money waits for a reason that holds, and is there
	Tally         Rule = "tally"         // sums and counts are those of the journal
	Identity      Rule = "identity"      // NAV changes by price, dividends, flows, costs and taxes alone
	Finite        Rule = "finite"        // every number is one
)

// Breach is a rule that a record breaks: a fault of the program, never of its
// input. It carries the step: the session, the entry and the balances.
type Breach struct {
	Rule      Rule
	What      string
	Date      data.Date
	Session   int
	Place     int        // of the entry in the journal, -1: none
	Entry     *sim.Entry // nil: none
	Cash, Due sim.Micros // when the breach was found
	Step      []string   // the session's entries and holdings, in words
}

func (b *Breach) Error() string {
	var s strings.Builder
	fmt.Fprintf(&s, "the run breaks the rule of %s on %s: %s", b.Rule, b.Date, b.What)
	for _, line := range b.Step {
		s.WriteString("\n  ")
		s.WriteString(line)
	}
	return s.String()
}

// checker walks a record once, session by session, with balances of its own.
type checker struct {
	r *sim.Record
	p *data.Panel
	m *sim.Mandate
	t *sim.Terms

	s, next   int  // session; the next entry
	at        int  // entry that is being checked, -1: none
	stage     int  // how far the session has come
	isSettled bool // the session's steps that are done
	isTaxed   bool
	cash, due sim.Micros
	units     []sim.Units
	was       []sim.Units  // at the start of the session, kept where something happens to assets
	h         []float64    // units in whole shares
	mark      []float64    // price at which each holding stands in gain
	gain      float64      // of prices
	maturing  []sim.Micros // unsettled cash by the session it is due at; nil: sales are paid at once
	closing   []sim.Micros // settled cash at the end of each session

	nextAction, nextEnding, nextFlow, nextOrder int
	locks                                       [][]lock // by restriction

	sized      bool // some cost depends on a trade's size
	lot        sim.Units
	fill       sim.Fill               // the trade at hand as a cost sees it
	booked     []sim.Micros           // costs of the trade at hand, by component
	fills      []filled               // by order
	tickets    map[int32][]sim.Ticket // by order and component
	rounds     []round                // by decision
	open       open
	sum        sums
	tax        taxes
	waits      waits
	flowsMoved moves
}

// filled is what the journal says of an order.
type filled struct {
	done        float64   // in units of the session of the decision
	units       sim.Units // as booked
	value       float64
	low, high   float64 // the prices of the fills, in shares of the decision
	first, last int32
	fills       int
	whole       bool    // it sells all that was held at its decision
	splits      int     // from the decision to the last fill
	least       float64 // the smallest number of shares at a fill for one at the decision
}

// round is what the journal says of a decision.
type round struct {
	turnover float64    // of all that was traded
	least    float64    // the smallest NAV before a fill
	last     int        // session of the last fill
	cash     sim.Micros // settled, after it
	cost     sim.Micros
	costly   float64 // the most that a purchase cost, for one of its value
}

// sums are the journal's sums by kind.
type sums struct {
	cost, initial, dividends, tax, deposits, withdrawals sim.Micros
	rounded                                              int // entries of money for shares at a price
}

// Check returns how a record breaks a rule, as a *Breach, or nil. It needs a record
// with a journal; one with Err is not looked at, for its figures mean nothing. The
// mandate's Tax is replayed, from Begin on, and left as the run left it.
func Check(r *sim.Record) error {
	if r.Log == nil {
		return errors.New("the run kept no journal")
	}
	if r.Err != nil {
		return nil
	}
	c := newChecker(r)
	if err := c.columns(); err != nil {
		return err
	}
	for s := r.First; s < r.End; s++ {
		if err := c.session(s); err != nil {
			return err
		}
	}
	if c.next < len(r.Log.Entries) {
		c.at = c.next
		return c.breach(Sequence, "an entry after the last session")
	}
	c.at = -1
	for _, check := range []func() error{c.orders, c.decisions, c.stillWaits, c.tally, c.identity} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func newChecker(r *sim.Record) *checker {
	n := r.Panel.Assets()
	c := &checker{
		tickets: map[int32][]sim.Ticket{},
		r:       r, p: r.Panel, m: r.Mandate, t: r.Mandate.Terms, at: -1,
		units: make([]sim.Units, n), was: make([]sim.Units, n), h: make([]float64, n), mark: make([]float64, n),
		closing: make([]sim.Micros, r.End-r.First),
		booked:  make([]sim.Micros, len(r.Mandate.Terms.Costs)),
		fills:   make([]filled, len(r.Log.Orders)), rounds: make([]round, len(r.Log.Decisions)),
		locks: make([][]lock, len(r.Mandate.Terms.Rules)), lot: lotUnits(r.Mandate.Terms.Lot), open: open{decision: -1},
	}
	for _, k := range c.t.Costs {
		c.sized = c.sized || k.Traits().Sized
	}
	most := 0
	for _, n := range c.t.Settle {
		most = max(most, n)
	}
	if most > 0 {
		c.maturing = make([]sim.Micros, r.End+1+most)
	}
	for actions := c.p.Actions(); c.nextAction < len(actions) && actions[c.nextAction].Session <= r.First; {
		c.nextAction++
	}
	c.begin()
	c.waits.begin()
	return c
}

// lotUnits is a lot in units; 1 when there are none.
func lotUnits(shares float64) sim.Units {
	const unitsPerShare = 1e8
	return max(1, sim.Units(shares*unitsPerShare+0.5))
}

// breach makes the error of a broken rule at the session and entry at hand.
func (c *checker) breach(rule Rule, format string, args ...any) error {
	b := &Breach{
		Rule: rule, What: fmt.Sprintf(format, args...), Session: c.s, Date: c.p.Date(c.s),
		Place: c.at, Cash: c.cash, Due: c.due,
	}
	entries := c.r.Log.Entries
	if c.at >= 0 {
		b.Entry = &entries[c.at]
	}
	const most = 200
	lines := 0
	for i := range entries {
		if e := &entries[i]; int(e.Session) == c.s {
			if lines++; lines > most {
				b.Step = append(b.Step, "and more entries")
				break
			}
			b.Step = append(b.Step, c.line(i, e))
		}
	}
	b.Step = append(b.Step, fmt.Sprintf("session %d: cash %d and %d unsettled, in millionths", c.s, c.cash, c.due))
	for i, u := range c.units {
		if u != 0 {
			b.Step = append(b.Step, fmt.Sprintf("holds %d of %s, in hundred-millionths, at %v", u, c.p.Symbols()[i], c.p.Close(c.s)[i]))
		}
	}
	return b
}

func (c *checker) line(i int, e *sim.Entry) string {
	symbol, here := "-", ""
	if e.Asset >= 0 {
		symbol = c.p.Symbols()[e.Asset]
	}
	if i == c.at {
		here = "  <- here"
	}
	return fmt.Sprintf("entry %d: %s %s order %d part %d units %d cash %d due %d price %v%s", i, e.Kind, symbol, e.Order, e.Part, e.Units, e.Cash, e.Due, e.Price, here)
}
