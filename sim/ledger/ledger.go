// Package ledger replays a run's journal in decimal arithmetic and proves it:
// every entry is added, nothing is recomputed, so what the ledger holds at the
// end is exactly what the simulation's integer books hold, or the run is wrong.
package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/shopspring/decimal"

	"evenkeel/data"
	"evenkeel/sim"
)

// Line is one entry in decimal, with the balances after it.
type Line struct {
	Date   data.Date
	Kind   sim.Kind
	Symbol string          // "" when no asset is touched
	Part   string          // of a cost: the component
	Order  int             // place of the order, -1: none
	Shares decimal.Decimal // + into the account
	Cash   decimal.Decimal // + into the account
	Price  decimal.Decimal // of the fill, 0 when none
	Holds  decimal.Decimal // shares of the symbol after the entry
	After  decimal.Decimal // cash after the entry
}

// Statement is the replayed journal.
type Statement struct {
	Lines  []Line
	Cash   decimal.Decimal   // closing
	Shares []decimal.Decimal // closing, by asset
	Costs  []decimal.Decimal // by component
	Digest string            // SHA-256 over the trades' canonical lines
}

// Replay adds up the journal of a record kept with sim.KeepLog and checks it
// against the books: closing cash and holdings equal to the last digit, no
// balance below zero at any time, costs that add up, and the NAV of every
// session equal to cash plus shares times close within 1e-12 of it. The error
// says which entry or session breaks which rule.
func Replay(r *sim.Record) (*Statement, error) {
	if r.Log == nil {
		return nil, fmt.Errorf("the run kept no journal")
	}
	s := &Statement{
		Lines:  make([]Line, 0, len(r.Log.Entries)),
		Shares: make([]decimal.Decimal, r.Panel.Assets()),
		Costs:  make([]decimal.Decimal, len(r.Mandate.Terms.Costs)),
	}
	nav := newNAV(r)
	digest := sha256.New()
	for i := range r.Log.Entries {
		e := &r.Log.Entries[i]
		if err := nav.upTo(int(e.Session), s); err != nil {
			return nil, err
		}
		line, err := s.add(r, e)
		if err != nil {
			return nil, fmt.Errorf("entry %d on %s: %w", i, line.Date, err)
		}
		if e.Kind == sim.EntryBuy || e.Kind == sim.EntrySell {
			fmt.Fprintf(digest, "%s %s %s %s %s\n", line.Date, line.Symbol, line.Shares, line.Price, line.Cash)
		}
	}
	if err := nav.upTo(r.End, s); err != nil {
		return nil, err
	}
	s.Digest = hex.EncodeToString(digest.Sum(nil))
	return s, s.close(r)
}

// add books one entry.
func (s *Statement) add(r *sim.Record, e *sim.Entry) (Line, error) {
	l := Line{Date: r.DateOf(e.Session), Kind: e.Kind, Order: int(e.Order), Shares: Shares(e.Units), Cash: Money(e.Cash)}
	s.Cash = s.Cash.Add(l.Cash)
	l.After = s.Cash
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
		s.Costs[e.Part] = s.Costs[e.Part].Sub(l.Cash)
	}
	s.Lines = append(s.Lines, l)
	switch {
	case s.Cash.IsNegative():
		return l, fmt.Errorf("cash falls to %s", s.Cash)
	case l.Holds.IsNegative():
		return l, fmt.Errorf("shares of %s fall to %s", l.Symbol, l.Holds)
	case e.Kind == sim.EntryCost && l.Cash.IsPositive():
		return l, fmt.Errorf("a cost of %s", l.Cash.Neg())
	case e.Kind == sim.EntryBuy && (l.Cash.IsPositive() || !l.Shares.IsPositive()), e.Kind == sim.EntrySell && (l.Cash.IsNegative() || !l.Shares.IsNegative()):
		return l, fmt.Errorf("%s of %s shares for %s", e.Kind, l.Shares, l.Cash)
	}
	return l, nil
}

// close compares the closing balances with the books.
func (s *Statement) close(r *sim.Record) error {
	if want := Money(r.Tally.Cash); !s.Cash.Equal(want) {
		return fmt.Errorf("closing cash is %s in the ledger and %s in the books", s.Cash, want)
	}
	for i, u := range r.Units {
		if want := Shares(u); !s.Shares[i].Equal(want) {
			return fmt.Errorf("closing shares of %s are %s in the ledger and %s in the books", r.Panel.Symbols()[i], s.Shares[i], want)
		}
	}
	sum := decimal.Zero
	for _, c := range s.Costs {
		sum = sum.Add(c)
	}
	if want := Money(r.Tally.Cost); !sum.Equal(want) {
		return fmt.Errorf("costs are %s in the ledger and %s in the tally", sum, want)
	}
	return nil
}

// Money is an amount of the books in decimal, exactly.
func Money(m sim.Micros) decimal.Decimal { return decimal.New(int64(m), -6) }

// Shares is a quantity of the books in decimal, exactly.
func Shares(u sim.Units) decimal.Decimal { return decimal.New(int64(u), -8) }
