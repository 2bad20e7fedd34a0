package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/sim"
)

// TestScenarios runs the scenarios of sim/testdata: each is an experiment with a
// handful of prices and, in plain text, what happens. -update writes what happens
// now as what is wanted.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(house, "sim", "testdata", "*.txt"))
	require.NoError(t, err)
	require.Greater(t, len(files), 50)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			scenario(t, file)
		})
	}
}

// scenario runs one file. Its last part is what happens.
func scenario(t *testing.T, file string) {
	a, err := txtar.ParseFile(file)
	require.NoError(t, err)
	require.NotEmpty(t, strings.TrimSpace(string(a.Comment)), "a scenario begins with the rule that it shows")
	if n := len(a.Files); n == 0 || a.Files[n-1].Name != "want" {
		a.Files = append(a.Files, txtar.File{Name: "want"})
	}
	dir, last := t.TempDir(), len(a.Files)-1
	for _, f := range a.Files[:last] {
		require.NoError(t, os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o600))
	}
	got := story(t, filepath.Join(dir, "experiment.yaml"))
	if *update {
		a.Files[last].Data = []byte(got)
		require.NoError(t, os.WriteFile(file, txtar.Format(a), 0o644))
		return
	}
	require.Equal(t, strings.ReplaceAll(string(a.Files[last].Data), "\r\n", "\n"), got)
}

// story runs an experiment, proves every policy's ledger and tells what happened.
func story(t *testing.T, path string) string {
	f, err := experiment.Load(path)
	require.NoError(t, err)
	l, err := load(context.Background(), f)
	require.NoError(t, err)
	var lanes []lane
	for _, p := range l.x.Policies {
		lanes = append(lanes, lane{p.Name, p.Mandate})
	}
	outcomes, err := replay(context.Background(), l.x.Panel, lanes, basis{l.x.PeriodsPerYear, 0}, 1)
	require.NoError(t, err)
	var parts []string
	for i, p := range l.x.Policies {
		s := newSheet(&outcomes[i].record)
		s.tell(p)
		parts = append(parts, fmt.Sprintf("%s: %s\n\n%s", p.Name, p.Made.Title(), s))
	}
	return strings.Join(parts, "\n")
}

// sheet is the table of what happened to an account: a column an asset, the cash,
// that is still to settle where there is some, the NAV, and what the row is about.
type sheet struct {
	r         *sim.Record
	rows      [][]string
	units     []sim.Units
	cash, due sim.Micros
	later     bool // money settles after its trade
	next      int  // entry
}

func newSheet(r *sim.Record) *sheet {
	s := &sheet{r: r, units: make([]sim.Units, r.Panel.Assets())}
	s.later = slices.ContainsFunc(r.Log.Entries, func(e sim.Entry) bool { return e.Due != 0 })
	head := append(append([]string{"date"}, r.Panel.Symbols()...), "cash")
	if s.later {
		head = append(head, "unsettled")
	}
	s.rows = [][]string{append(head, "NAV", "what")}
	return s
}

// tell goes through the sessions.
func (s *sheet) tell(p experiment.Policy) {
	r := s.r
	looks := s.looks(p)
	s.row(r.First, percents(r.Mandate.Targets), "", "", "targets")
	for at := r.First; at < r.End; at++ {
		for _, c := range r.Mandate.Changes {
			if c.Session == at {
				s.row(at, percents(c.Targets), "", "", "new targets")
			}
		}
		s.entries(at, false)
		if at == r.First {
			s.entries(at, true)
			if r.Mandate.Holdings != nil {
				s.weights(at, "the opening")
			} else {
				s.weights(at, "after the opening purchase")
			}
			continue
		}
		s.weights(at, looks[at])
		for d := range r.Log.Decisions {
			if int(r.Log.Decisions[d].Session) == at {
				s.orders(at, int32(d))
			}
		}
		if s.entries(at, true) {
			s.weights(at, "after")
		}
	}
}

// looks says of each session what the policy made of it. The log of a policy with
// limits leaves out the looks at which all was well: it is shorter than the tally.
func (s *sheet) looks(p experiment.Policy) []string {
	r := s.r
	text, flows, logged := make([]string, r.Panel.Sessions()), make([]string, r.Panel.Sessions()), 0
	for i := range r.Log.Decisions {
		d := &r.Log.Decisions[i]
		switch d.Cause {
		case sim.CauseOpening:
			continue
		case sim.CauseDeposit, sim.CauseWithdrawal:
			flows[d.Session] += "; trades for the " + d.Cause.String()
			continue
		case sim.CauseListing:
			flows[d.Session] += "; buys what is listed"
			continue
		case sim.CauseBatch:
			flows[d.Session] += "; releases the batch"
			continue
		}
		if d.State != sim.StatePaused {
			logged++
		}
		text[d.Session] = s.decision(d)
	}
	quiet := p.Made.Sessions(r.Panel)
	for at := range text {
		switch {
		case text[at] != "":
		case quiet != nil && logged < r.Tally.Looks && at > r.First && quiet.Has(at):
			text[at] = "look: in_band"
		default:
			text[at] = "no look"
		}
		text[at] += flows[at]
	}
	return text
}

func (s *sheet) decision(d *sim.Decision) string {
	text := "look: " + d.State.String()
	if d.Cause != sim.CauseNone {
		text += ", " + d.Cause.String()
	}
	if d.Asset >= 0 {
		text += " " + s.r.Panel.Symbols()[d.Asset]
	}
	if d.Dev != 0 || d.Limit != 0 {
		text += fmt.Sprintf(" %.2f%%, limit %.2f%%", 100*d.Dev, 100*d.Limit)
	}
	return text
}

// orders are those of a decision, valued at its close, and how they ended if not
// in full.
func (s *sheet) orders(at int, decision int32) {
	money, some, ends := make([]float64, len(s.units)), false, ""
	for i := range s.r.Log.Orders {
		o := &s.r.Log.Orders[i]
		if o.Decision != decision {
			continue
		}
		some, money[o.Asset] = true, o.Units.Shares()*o.Price
		if o.State != sim.StateFilled {
			ends += fmt.Sprintf("; %s %s", s.r.Panel.Symbols()[o.Asset], o.State)
			if o.Reason != sim.ReasonNone {
				ends += " (" + o.Reason.String() + ")"
			}
		}
	}
	if some {
		s.row(at, s.money(money), "", "", "ordered"+ends)
	}
}

// entries books the session's entries: those of today's decision, or all that
// come before the look. It says whether shares moved.
func (s *sheet) entries(at int, today bool) (traded bool) {
	log := s.r.Log
	trades, costs := make([]float64, len(s.units)), make([]float64, len(s.units))
	some, paid := false, false
	for ; s.next < len(log.Entries) && int(log.Entries[s.next].Session) == at; s.next++ {
		e := &log.Entries[s.next]
		if !today && s.isToday(e) {
			break
		}
		if other := e.Kind != sim.EntryBuy && e.Kind != sim.EntrySell && e.Kind != sim.EntryCost; other && some {
			s.traded(at, s.money(trades)) // withdrawals are paid from the sales before them
			some, traded = false, true
			clear(trades)
		}
		s.cash += e.Cash
		s.due += e.Due
		if e.Asset >= 0 {
			s.units[e.Asset] += e.Units
		}
		switch e.Kind {
		case sim.EntryBuy, sim.EntrySell:
			trades[e.Asset] -= (e.Cash + e.Due).Money()
			some = true
		case sim.EntryCost:
			costs[e.Asset] += (e.Cash + e.Due).Money()
			paid = true
		case sim.EntrySettle, sim.EntryFlow:
			if e.Cash < 5_000 && e.Cash > -5_000 {
				break // what rounding left
			}
			fallthrough
		default:
			s.row(at, nil, cents(s.cash.Money()), "", s.event(e))
		}
	}
	if some {
		s.traded(at, s.money(trades))
	}
	if paid {
		s.row(at, s.money(costs), "", "", "costs")
	}
	return some || traded
}

// traded is a row of trades; it takes the place of a row of the same orders.
func (s *sheet) traded(at int, cells []string) {
	what := "traded at the " + s.moment(at)
	if last := s.rows[len(s.rows)-1]; last[0] == s.r.Panel.Date(at).String() && last[len(last)-1] == "ordered" && slices.Equal(last[1:len(cells)+1], cells) {
		s.rows, what = s.rows[:len(s.rows)-1], "ordered and "+what
	}
	s.row(at, cells, cents(s.cash.Money()), "", what)
}

// event returns in words what an entry books that is no trade.
func (s *sheet) event(e *sim.Entry) string {
	money, asset := cents(max(e.Cash, -e.Cash).Money()), ""
	if e.Asset >= 0 {
		asset = s.r.Panel.Symbols()[e.Asset]
	}
	shares := func(u sim.Units) string {
		return strconv.FormatFloat(math.Round(u.Shares()*1e4)/1e4, 'f', -1, 64) + " shares of " + asset
	}
	switch e.Kind {
	case sim.EntryCash:
		return "opening cash of " + money
	case sim.EntryHolding:
		return fmt.Sprintf("opening holding of %s at %v", shares(e.Units), e.Price)
	case sim.EntrySettle:
		return money + " settles"
	case sim.EntrySplit:
		return fmt.Sprintf("split: %s become %s", shares(s.units[e.Asset]-e.Units), shares(s.units[e.Asset]))
	case sim.EntryFraction:
		return fmt.Sprintf("fraction of %s paid at %v: %s", shares(-e.Units), e.Price, money)
	case sim.EntryDividend:
		return fmt.Sprintf("dividend of %v on %s: %s", e.Price, shares(s.units[e.Asset]), money)
	case sim.EntryReinvest:
		return fmt.Sprintf("reinvested %s in %s at %v", money, shares(e.Units), e.Price)
	case sim.EntryEnd:
		return fmt.Sprintf("end of %s at %v: %s", shares(-e.Units), e.Price, money)
	case sim.EntryTax:
		return "tax of " + money
	}
	if e.Cash > 0 {
		return "deposit of " + money
	}
	return "withdrawal of " + money
}

// isToday reports whether an entry follows from what is decided at its own close: its
// trades, what they pay out, and money that a growing account brings.
func (s *sheet) isToday(e *sim.Entry) bool {
	if e.Order >= 0 {
		return s.r.Log.Orders[e.Order].Session == e.Session
	}
	planned := slices.ContainsFunc(s.r.Mandate.Flows, func(f sim.Flow) bool { return f.Session == int(e.Session) })
	return e.Kind == sim.EntryFlow && s.r.Mandate.Terms.Fill == sim.SameClose && (e.Cash < 0 || !planned)
}

func (s *sheet) moment(at int) string {
	if at > s.r.First && s.r.Mandate.Terms.Fill == sim.NextOpen {
		return "open"
	}
	return "close"
}

// weights is a row of weights at a close, with the cash and the NAV.
func (s *sheet) weights(at int, what string) {
	values, sum := make([]float64, len(s.units)), 0.0
	for i, p := range s.r.Panel.Close(at) {
		values[i] = s.units[i].Shares() * p
		sum += values[i]
	}
	for i := range values {
		values[i] /= sum
	}
	s.row(at, percents(values), cents(s.cash.Money()), cents(sum+(s.cash+s.due).Money()), what)
}

func percents(parts []float64) []string {
	cells := make([]string, len(parts))
	for i, x := range parts {
		cells[i] = fmt.Sprintf("%.2f%%", 100*x)
	}
	return cells
}

// money are cells in cents, empty for nothing.
func (s *sheet) money(values []float64) []string {
	cells := make([]string, len(values))
	for i, x := range values {
		if x != 0 {
			cells[i] = cents(x)
		}
	}
	return cells
}

// cents rounds away the few millionths by which whole shares miss an amount.
func cents(x float64) string { return strings.Replace(fmt.Sprintf("%.2f", x+0), "-0.00", "0.00", 1) }

func (s *sheet) row(at int, cells []string, cash, nav, what string) {
	if cells == nil {
		cells = make([]string, len(s.units))
	}
	row := append(append([]string{s.r.Panel.Date(at).String()}, cells...), cash)
	if s.later && cash != "" {
		row = append(row, cents(s.due.Money()))
	} else if s.later {
		row = append(row, "")
	}
	s.rows = append(s.rows, append(row, nav, what))
}

// String is the table: numbers to the right, words to the left, each date once.
func (s *sheet) String() string {
	width := make([]int, len(s.rows[0]))
	for _, row := range s.rows {
		for i, cell := range row {
			width[i] = max(width[i], len(cell))
		}
	}
	var b strings.Builder
	before := ""
	for _, row := range s.rows {
		date := row[0]
		if date == before {
			date = ""
		}
		before = row[0]
		fmt.Fprintf(&b, "%-*s", width[0], date)
		for i, cell := range row[1 : len(row)-1] {
			fmt.Fprintf(&b, "  %*s", width[i+1], cell)
		}
		fmt.Fprintf(&b, "  %s\n", row[len(row)-1])
	}
	return b.String()
}
