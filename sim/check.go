package sim

import (
	"errors"
	"fmt"
	"math"

	"evenkeel/data"
)

func (m *Mandate) check(p *data.Panel) error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if m.Policy == nil || m.Terms == nil {
		return errors.New("a mandate needs a policy and terms")
	}
	if len(m.Targets) != p.Assets() {
		return fmt.Errorf("%d targets for %d assets", len(m.Targets), p.Assets())
	}
	checkTargets(p, m.Targets, bad)
	last := m.Open
	for _, c := range m.Changes {
		if c.Session <= last || len(c.Targets) != p.Assets() {
			bad("a change of %d targets at session %d, after session %d", len(c.Targets), c.Session, last)
			continue
		}
		last = c.Session
		checkTargets(p, c.Targets, bad)
	}
	last = m.Open + 1
	for _, f := range m.Flows {
		if f.Session < last || !data.Finite(f.Amount) || !data.Finite(f.Percent) || math.Abs(f.Amount) > MaxMoney || f.Percent < -1 {
			bad("a flow of %v (%v of NAV) at session %d, not before session %d", f.Amount, f.Percent, f.Session, last)
			continue
		}
		last = f.Session
	}
	if m.Terms.Delay < 0 {
		bad("a delay of %d sessions", m.Terms.Delay)
	}
	m.checkMarket(p, bad)
	if !(m.Cash > 0 && m.Cash <= MaxMoney) && !(m.Cash == 0 && (m.Holdings != nil || m.Owners != nil)) {
		bad("opening cash %v is not above 0 and at most %g", m.Cash, MaxMoney)
	}
	if m.Open < 0 || m.Open >= p.Sessions() || m.Close < 0 || m.Close > p.Sessions() || (m.Close > 0 && m.Close <= m.Open) {
		bad("sessions %d to %d are not in a panel of %d", m.Open, m.Close, p.Sessions())
	}
	if m.Terms.Fill == NextOpen && !p.HasOpen() {
		bad("orders fill at the next open, and the prices have no opens")
	}
	if !(m.Terms.ReserveFraction >= 0 && m.Terms.ReserveFraction < 1 && m.Terms.Reserve >= 0 && m.Terms.Reserve <= MaxMoney) {
		bad("a cash reserve of %v and %v of NAV", m.Terms.Reserve, m.Terms.ReserveFraction)
	}
	return errors.Join(errs...)
}

// checkMarket finds what is wrong with the constraints, the settlement, and what
// happens to single assets.
func (m *Mandate) checkMarket(p *data.Panel, bad func(string, ...any)) {
	t, n := m.Terms, p.Assets()
	if t.Settle != nil && len(t.Settle) != n {
		bad("settlement of %d assets, of %d", len(t.Settle), n)
	}
	for _, x := range t.Settle {
		if x < 0 {
			bad("settlement in %d sessions", x)
		}
	}
	if !(t.Participation >= 0 && t.Participation <= 1) || t.Participation > 0 && !p.HasVolume() {
		bad("a participation of %v needs volumes and is 0 to 1", t.Participation)
	}
	if !(t.Lot >= 0 && t.Lot <= 1e9 && t.Minimum >= 0 && t.Minimum <= MaxMoney && t.MaxTurnover >= 0) || t.Lot > 0 && t.Lot < 1/unitsPerShare {
		bad("a lot of %v shares, a minimum trade of %v, a largest turnover of %v", t.Lot, t.Minimum, t.MaxTurnover)
	}
	if t.Batch != nil && !(t.Minimum > 0 && t.Batch.Urgent >= 0) {
		bad("a batch needs a minimum trade, and an urgent drift of 0 or more")
	}
	if t.KeepShort && m.Tax == nil {
		bad("short-term gains can be avoided only where lots are followed")
	}
	for _, r := range t.Rules {
		if r.Asset < 0 || r.Asset >= n || int(r.Rule) >= len(RuleWords) || r.From > r.Until {
			bad("a restriction %d of asset %d from session %d until %d", r.Rule, r.Asset, r.From, r.Until)
		}
	}
	if m.Holdings != nil {
		m.checkHoldings(p, bad)
	}
	var unlisted Sum
	last := m.Open + 1
	for _, l := range m.Listings {
		if l.Session < last || l.Asset < 0 || l.Asset >= n {
			bad("a listing of asset %d at session %d", l.Asset, l.Session)
			continue
		}
		last = l.Session
		unlisted.Add(l.Asset, m.Targets[l.Asset])
	}
	if unlisted.Total() > 1-1e-9 {
		bad("no asset of the targets is listed when the account opens")
	}
	last = m.Open + 1
	for _, e := range m.Endings {
		if e.Session < last || e.Asset < 0 || e.Asset >= n || !(e.Price >= 0 && e.Price <= data.MaxPrice) {
			bad("an end of asset %d at session %d for %v", e.Asset, e.Session, e.Price)
			continue
		}
		last = e.Session
	}
}

func (m *Mandate) checkHoldings(p *data.Panel, bad func(string, ...any)) {
	if len(m.Holdings) != p.Assets() {
		bad("holdings of %d assets, of %d", len(m.Holdings), p.Assets())
		return
	}
	var held Sum
	for i, u := range m.Holdings {
		if u < 0 || u > maxUnits {
			bad("opening holdings of %v shares of %s", u.Shares(), p.Symbols()[i])
		}
		if m.Open >= 0 && m.Open < p.Sessions() {
			held.Add(i, u.Shares()*p.Close(m.Open)[i])
		}
	}
	nav := held.Total() + m.Cash
	if !(nav > 0 && nav <= MaxMoney) {
		bad("opening holdings and cash worth %v are not above 0 and at most %g", nav, MaxMoney)
	}
}

func checkTargets(p *data.Panel, targets []float64, bad func(string, ...any)) {
	for i, t := range targets {
		if !(t >= 0 && t <= 1) {
			bad("target of %s is %v, not 0 to 1", p.Symbols()[i], t)
		}
	}
	if sum := SumOf(targets); math.Abs(sum-1) > 1e-9 {
		bad("targets sum to %v, not 1", sum)
	}
}
