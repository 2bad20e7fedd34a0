package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/reports/run"
	"evenkeel/sim"
)

// Divergence is where two policies part: the first common session at whose close
// they hold different weights, and the look that led there.
type Divergence struct {
	Date     data.Date // session of the look
	Seen     data.Date // session at whose close the weights first differ
	AtStart  bool      // they differ from the first common session on
	Base     Look      // what the base did at Date
	Other    Look
	Holdings []Parted // by symbol, those of both
}

// Look is what a policy did at a session.
type Look struct {
	State string // in the words of looks.parquet; "no look": none of its looks
	Why   string // what fired, in words; "": nothing
}

// Parted is an asset in two portfolios, as the look sees it; weights are NaN where
// it is not among a policy's assets.
type Parted struct {
	Symbol                string
	BaseTarget, Target    float64
	BaseWeight, Weight    float64
	BaseBefore, WeightNow float64 // at the close of Seen
}

// sameWeight is how near weights are that count as equal.
const sameWeight = 1e-9

// diverge finds the first session at which two entrants hold different weights.
func (v *Comparison) diverge(base, other Entrant) *Divergence {
	a, b := newFollower(base.Policy), newFollower(other.Policy)
	if a == nil || b == nil {
		return nil
	}
	symbols := slices.Concat(a.r.Panel.Symbols(), b.r.Panel.Symbols())
	slices.Sort(symbols)
	symbols = slices.Compact(symbols)
	for k, d := range v.Window.sessions {
		a.close(d)
		b.close(d)
		if a.same(b, symbols) {
			continue
		}
		x := &Divergence{Date: d, Seen: d, AtStart: k == 0}
		if !x.AtStart {
			x.Date = min(a.decided(d), b.decided(d))
		}
		x.Base, x.Other = a.look(x.Date), b.look(x.Date)
		before := newFollower(base.Policy)
		then := newFollower(other.Policy)
		before.before(x.Date)
		then.before(x.Date)
		for _, name := range symbols {
			x.Holdings = append(x.Holdings, Parted{
				Symbol: name, BaseTarget: before.target(name), Target: then.target(name),
				BaseWeight: before.weight(name), Weight: then.weight(name), BaseBefore: a.weight(name), WeightNow: b.weight(name),
			})
		}
		return x
	}
	return nil
}

// follower follows a policy's weights through its sessions.
type follower struct {
	p       *run.Policy
	r       *sim.Record
	books   *run.Books
	targets *run.InForce
	now     []float64 // weights
	aims    []float64 // targets
}

// newFollower is nil without a journal.
func newFollower(p *run.Policy) *follower {
	if p.Record.Log == nil {
		return nil
	}
	return &follower{p: p, r: p.Record, books: run.NewBooks(p.Record), targets: run.NewInForce(p.Record.Mandate)}
}

// close moves to the close of a date, after the session's own trades.
func (f *follower) close(d data.Date) {
	s := sessionAt(f.r.Panel, d)
	f.books.Close(s)
	f.now, f.aims = f.books.Weights(f.r.Panel.Close(s)), f.targets.At(s)
}

// before moves to what the look of a date sees.
func (f *follower) before(d data.Date) {
	s := sessionAt(f.r.Panel, d)
	if s == f.r.First {
		f.books.Close(s)
	} else {
		f.books.Look(s)
	}
	f.now, f.aims = f.books.Weights(f.r.Panel.Close(s)), f.targets.At(s)
}

func (f *follower) weight(name string) float64 { return cell(f.r.Panel, f.now, name) }
func (f *follower) target(name string) float64 { return cell(f.r.Panel, f.aims, name) }

func cell(p *data.Panel, v []float64, name string) float64 {
	if i := p.Symbol(name); i >= 0 {
		return v[i]
	}
	return math.NaN()
}

// same reports whether two hold the same weights; what one lacks the other must not hold.
func (f *follower) same(g *follower, symbols []string) bool {
	if slices.Equal(f.now, g.now) && f.r.Panel == g.r.Panel {
		return true
	}
	zero := func(x float64) float64 {
		if x != x {
			return 0
		}
		return x
	}
	for _, name := range symbols {
		if math.Abs(zero(f.weight(name))-zero(g.weight(name))) > sameWeight {
			return false
		}
	}
	return true
}

// decided is the date of the decision whose orders filled on a date, the date
// itself without one.
func (f *follower) decided(d data.Date) data.Date {
	s, first := int32(sessionAt(f.r.Panel, d)), d
	for i := range f.r.Log.Orders {
		if o := &f.r.Log.Orders[i]; o.Filled == s && o.Done != 0 {
			first = min(first, f.r.DateOf(o.Session))
		}
	}
	return first
}

// look is what the policy did at a date.
func (f *follower) look(d data.Date) Look {
	s := int32(sessionAt(f.r.Panel, d))
	for i := range f.r.Log.Decisions {
		if x := &f.r.Log.Decisions[i]; x.Session == s {
			why := ""
			if x.Cause != sim.CauseNone {
				digits := 2
				for digits < 6 && draw.Percent(x.Dev, digits) == draw.Percent(x.Limit, digits) {
					digits++ // a breach by a hair is seen as one
				}
				why = run.CauseWords(f.r, x, func(s string) string { return draw.Clean(s, 64) }, digits)
			}
			return Look{x.State.String(), why}
		}
	}
	if f.p.Looks != nil && s > int32(f.r.First) && f.p.Looks.Has(int(s)) {
		return Look{State: sim.StateInBand.String()}
	}
	return Look{State: "no look"}
}

// line says it in words.
func (l Look) line() string {
	if l.Why == "" {
		return strings.ReplaceAll(l.State, "_", " ")
	}
	return strings.ReplaceAll(l.State, "_", " ") + " (" + l.Why + ")"
}

// Setting is what was set differently.
type Setting struct{ Name, Base, Other string }

// settingsApart are the settings in which two entrants differ.
func settingsApart(base, other Entrant) (all []Setting) {
	put := func(name, a, b string) {
		if a != b {
			all = append(all, Setting{name, page.OrElse(a, "none"), page.OrElse(b, "none")})
		}
	}
	a, b := base.Policy, other.Policy
	put("Rule", page.Escape(a.Title), page.Escape(b.Title))
	put("Targets", run.TargetLine(a), run.TargetLine(b))
	put("Opening cash", draw.Money(a.Record.Mandate.Cash), draw.Money(b.Record.Mandate.Cash))
	put("Costs", run.CostLine(a, base.Run), run.CostLine(b, other.Run))
	put("Fills", run.FillLine(a.Record.Mandate.Terms), run.FillLine(b.Record.Mandate.Terms))
	put("Cash reserve", run.ReserveLine(a.Record.Mandate.Terms), run.ReserveLine(b.Record.Mandate.Terms))
	put("Flows", flowsLine(a), flowsLine(b))
	put("Period", a.Period(), b.Period())
	put("Prices", page.Escape(base.Run.Prices), page.Escape(other.Run.Prices))
	if d := pricesApart(base.Run.Panel, other.Run.Panel); d != "" {
		all = append(all, Setting{"Closes", "", d})
	}
	return all
}

func flowsLine(p *run.Policy) string {
	t := &p.Record.Tally
	if t.Deposits == 0 && t.Withdrawals == 0 {
		return ""
	}
	return fmt.Sprintf("%s in, %s out", draw.Money(t.Deposits.Money()), draw.Money(t.Withdrawals.Money()))
}

// pricesApart is the first difference of closes that both panels have, "" for none.
func pricesApart(a, b *data.Panel) string {
	if a == b {
		return ""
	}
	for s, d := range b.Dates() {
		k, there := slices.BinarySearch(a.Dates(), d)
		if !there {
			continue
		}
		for i, name := range b.Symbols() {
			if j := a.Symbol(name); j >= 0 && a.Close(k)[j] != b.Close(s)[i] {
				return fmt.Sprintf("%s on %s is %v here and %v in the base", page.Escape(name), d, b.Close(s)[i], a.Close(k)[j])
			}
		}
	}
	return ""
}
