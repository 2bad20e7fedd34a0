// Package ledger replays a run's journal in decimal arithmetic and proves it:
// it adds every entry and recomputes nothing. Its closing balances must equal those of
// the simulation's integer books exactly; otherwise the run is wrong.
package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"evenkeel/data"
	"evenkeel/sim"
)

// Line is one entry in decimal, with the balances after it.
type Line struct {
	Date      data.Date
	Kind      sim.Kind
	Symbol    string          // "" when no asset is touched
	Part      string          // of a cost: the component
	Order     int             // place of the order, -1: none
	Shares    decimal.Decimal // + into the account
	Cash      decimal.Decimal // + into the settled cash
	Due       decimal.Decimal // + into the unsettled cash
	Price     decimal.Decimal // of the fill, 0 when none
	Holds     decimal.Decimal // shares of the symbol after the entry
	After     decimal.Decimal // settled cash after the entry
	Unsettled decimal.Decimal // unsettled cash after the entry
}

// Statement is the replayed journal.
type Statement struct {
	Lines       []Line
	Cash        decimal.Decimal   // settled, closing
	Unsettled   decimal.Decimal   // closing
	Shares      []decimal.Decimal // closing, by asset
	Costs       []decimal.Decimal // by component
	Dividends   decimal.Decimal   // received, reinvested or not
	Tax         decimal.Decimal   // paid
	Deposits    decimal.Decimal
	Withdrawals decimal.Decimal
	Digest      string // SHA-256 over the trades' canonical lines

	due []decimal.Decimal // unsettled cash by the session at which it settles; nil: sales are paid at once
}

// Replay adds up the journal of a record kept with sim.KeepLog and checks it
// against the books: closing cash, settled and not, and holdings equal to the last
// digit, no settled balance below zero at any time, what is unsettled paid on the
// session it is due, costs, dividends, taxes and flows that add up, and the NAV of
// every session equal to cash, settled and not, plus shares times close within
// 1e-12 of it. The error says which entry or session breaks which rule.
func Replay(r *sim.Record) (*Statement, error) {
	if r.Log == nil {
		return nil, errors.New("the run kept no journal")
	}
	s := &Statement{
		Lines:  make([]Line, 0, len(r.Log.Entries)),
		Shares: make([]decimal.Decimal, r.Panel.Assets()),
		Costs:  make([]decimal.Decimal, len(r.Mandate.Terms.Costs)),
	}
	if r.Mandate.Terms.Settle != nil {
		s.due = make([]decimal.Decimal, r.End+1+slices.Max(r.Mandate.Terms.Settle))
	}
	nav := newNAV(r)
	digest := sha256.New()
	for i := range r.Log.Entries {
		e := &r.Log.Entries[i]
		if err := nav.upTo(int(e.Session), s); err != nil {
			return nil, err
		}
		line, err := s.add(r, e)
		if err == nil {
			err = s.mature(r, e, &line)
		}
		if err != nil {
			return nil, fmt.Errorf("entry %d on %s: %w", i, line.Date, err)
		}
		s.Lines = append(s.Lines, line)
		if e.Kind == sim.EntryBuy || e.Kind == sim.EntrySell {
			fmt.Fprintf(digest, "%s %s %s %s %s\n", line.Date, line.Symbol, line.Shares, line.Price, line.Cash.Add(line.Due))
		}
	}
	if err := nav.upTo(r.End, s); err != nil {
		return nil, err
	}
	s.Digest = hex.EncodeToString(digest.Sum(nil))
	return s, s.close(r)
}

// signs are what the columns of a kind of entry may be: below zero, zero, above.
type signs struct{ shares, cash, due [3]bool }

var (
	none  = [3]bool{1: true}
	out   = [3]bool{0: true, 1: true}
	in    = [3]bool{1: true, 2: true}
	both  = [3]bool{true, true, true}
	taken = [3]bool{0: true}
	given = [3]bool{2: true}
)

// rules say for each kind of entry which way shares and money go.
var rules = [...]signs{
	sim.EntryCash:     {none, in, none},
	sim.EntryBuy:      {given, out, out},
	sim.EntrySell:     {taken, in, in},
	sim.EntryCost:     {none, out, out},
	sim.EntryFlow:     {none, both, none},
	sim.EntryHolding:  {given, none, none},
	sim.EntrySettle:   {none, given, taken},
	sim.EntrySplit:    {both, none, none},
	sim.EntryFraction: {taken, in, none},
	sim.EntryDividend: {none, in, none},
	sim.EntryReinvest: {given, out, none},
	sim.EntryEnd:      {taken, in, none},
	sim.EntryTax:      {none, taken, none},
}

// add books an entry: balances, and the totals by kind.
func (s *Statement) add(r *sim.Record, e *sim.Entry) (Line, error) {
	s.Cash = s.Cash.Add(Money(e.Cash))
	s.Unsettled = s.Unsettled.Add(Money(e.Due))
	l := Line{
		Date: r.DateOf(e.Session), Kind: e.Kind, Order: int(e.Order),
		Shares: Shares(e.Units), Cash: Money(e.Cash), Due: Money(e.Due), After: s.Cash, Unsettled: s.Unsettled,
	}
	if e.Asset >= 0 {
		l.Symbol = r.Panel.Symbols()[e.Asset]
		s.Shares[e.Asset] = s.Shares[e.Asset].Add(l.Shares)
		l.Holds = s.Shares[e.Asset]
	}
	if e.Price != 0 {
		l.Price = decimal.NewFromFloat(e.Price)
	}
	if e.Part >= 0 {
		l.Part = r.Mandate.Terms.Costs[e.Part].Name()
		s.Costs[e.Part] = s.Costs[e.Part].Sub(l.Cash).Sub(l.Due)
	}
	switch e.Kind {
	case sim.EntryDividend:
		s.Dividends = s.Dividends.Add(l.Cash)
	case sim.EntryTax:
		s.Tax = s.Tax.Sub(l.Cash)
	case sim.EntryFlow:
		if l.Cash.IsPositive() {
			s.Deposits = s.Deposits.Add(l.Cash)
		} else {
			s.Withdrawals = s.Withdrawals.Sub(l.Cash)
		}
	}
	return l, s.sound(e, &l)
}

// sound checks an entry and the balances after it.
func (s *Statement) sound(e *sim.Entry, l *Line) error {
	rule := &rules[e.Kind]
	fits := rule.shares[1+l.Shares.Sign()] && rule.cash[1+l.Cash.Sign()] && rule.due[1+l.Due.Sign()]
	switch {
	case s.Cash.IsNegative():
		return fmt.Errorf("cash falls to %s", s.Cash)
	case s.Unsettled.IsNegative():
		return fmt.Errorf("unsettled cash falls to %s", s.Unsettled)
	case l.Holds.IsNegative():
		return fmt.Errorf("shares of %s fall to %s", l.Symbol, l.Holds)
	case !fits && e.Kind == sim.EntryCost:
		return fmt.Errorf("a cost of %s", l.Cash.Add(l.Due).Neg())
	case !fits, e.Kind == sim.EntrySettle && !l.Cash.Equal(l.Due.Neg()):
		return fmt.Errorf("%s of %s shares for %s and %s unsettled", e.Kind, l.Shares, l.Cash, l.Due)
	}
	return nil
}

// mature follows the unsettled cash by the session it is due at: the proceeds of a
// sale less costs that they pay, less purchases that they bridge, the first due
// first. A settlement pays exactly what is due.
func (s *Statement) mature(r *sim.Record, e *sim.Entry, l *Line) error {
	switch {
	case l.Due.IsZero():
		return nil
	case s.due == nil:
		return errors.New("unsettled cash, and sales are paid at once")
	case e.Kind == sim.EntrySettle:
		if was := s.due[e.Session]; !was.Equal(l.Cash) {
			return fmt.Errorf("%s settle and %s are due", l.Cash, was)
		}
		s.due[e.Session] = decimal.Zero
		return nil
	}
	if sale := e.Kind == sim.EntrySell || e.Kind == sim.EntryCost && r.Log.Orders[e.Order].Units < 0; sale {
		at := int(e.Session) + r.Mandate.Terms.Settle[e.Asset]
		s.due[at] = s.due[at].Add(l.Due)
		return nil
	}
	left := l.Due
	for at := int(e.Session) + 1; at < len(s.due) && left.IsNegative(); at++ {
		take := decimal.Min(s.due[at], left.Neg())
		s.due[at], left = s.due[at].Sub(take), left.Add(take)
	}
	return nil
}

// close compares the closing balances with the books.
func (s *Statement) close(r *sim.Record) error {
	y := &r.Tally
	costs := decimal.Zero
	for _, c := range s.Costs {
		costs = costs.Add(c)
	}
	for _, x := range []struct {
		what, in string
		got      decimal.Decimal
		want     sim.Micros
	}{
		{"closing cash is", "books", s.Cash, y.Cash},
		{"closing unsettled cash is", "books", s.Unsettled, y.Unsettled},
		{"costs are", "tally", costs, y.Cost},
		{"dividends are", "tally", s.Dividends, y.Dividends},
		{"taxes are", "tally", s.Tax, y.Tax},
		{"deposits are", "tally", s.Deposits, y.Deposits},
		{"withdrawals are", "tally", s.Withdrawals, y.Withdrawals},
	} {
		if want := Money(x.want); !x.got.Equal(want) {
			return fmt.Errorf("%s %s in the ledger and %s in the %s", x.what, x.got, want, x.in)
		}
	}
	for i, u := range r.Units {
		if want := Shares(u); !s.Shares[i].Equal(want) {
			return fmt.Errorf("closing shares of %s are %s in the ledger and %s in the books", r.Panel.Symbols()[i], s.Shares[i], want)
		}
	}
	for at, d := range s.due[min(r.First, len(s.due)):min(r.End, len(s.due))] {
		if !d.IsZero() {
			return fmt.Errorf("%s were due on %s and never settled", d, r.Panel.Date(r.First+at))
		}
	}
	return nil
}

// Money is an amount of the books in decimal, exactly.
func Money(m sim.Micros) decimal.Decimal { return decimal.New(int64(m), -6) }

// Shares is a quantity of the books in decimal, exactly.
func Shares(u sim.Units) decimal.Decimal { return decimal.New(int64(u), -8) }
