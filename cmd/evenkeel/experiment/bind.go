package experiment

import (
	"fmt"
	"slices"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim"
	"evenkeel/sim/tax"
	"evenkeel/strategies"
)

// Experiment is a File bound to prices: everything a runner needs. Each mandate
// has its own strategy; the panel, the targets and the terms are shared.
type Experiment struct {
	File           *File
	Panel          *data.Panel  // the assets of the targets and the sessions of the period
	Targets        []float64    // by asset of the panel
	Changes        []sim.Change // of the targets
	Flows          []sim.Flow
	Terms          *sim.Terms
	Holdings       []sim.Units // opening holdings, by asset; nil: none
	Listings       []sim.Listing
	Endings        []sim.Ending
	Policies       []Policy
	Base           int       // place of the base in Policies
	PeriodsPerYear float64   // as given, or by the sessions of the price file
	RiskFree       float64   // a year
	Reference      []float64 // returns by session that tracking is measured against, of a file; nil: File.Reference is a word
	Warnings       fault.List

	taxed *tax.Rules // of every account; nil: no tax
}

// Policy is one account to simulate.
type Policy struct {
	Name     string
	Slug     string // a part of file names
	Strategy string // the word of the catalog
	Made     strategies.Strategy
	Mandate  *sim.Mandate
}

// Bind joins the experiment with prices. The panel may hold more assets and
// sessions than the experiment uses. The files that the experiment names must
// have been read (Load). The error is a fault.List.
func (f *File) Bind(p *data.Panel) (*Experiment, error) {
	c := &syntax.Checker{Name: f.path, Lines: f.lines}
	if f.unread(c); c.Errors() > 0 {
		return nil, c.Sorted()
	}
	panel := f.cut(c, p)
	if panel == nil || c.Errors() > 0 {
		return nil, c.Sorted()
	}
	x := &Experiment{File: f, Panel: panel, PeriodsPerYear: f.Data.PeriodsPerYear, RiskFree: f.riskless(c, panel), Reference: f.levels(c, panel)}
	f.periods(c, x)
	x.Targets, x.Changes = f.targets(c, panel) // the panel's order is that of the symbols, too
	if x.Targets != nil {
		x.Targets, x.Changes = f.living(c, panel, x.Targets, x.Changes)
	}
	if x.Targets == nil {
		return nil, c.Sorted()
	}
	x.Listings, x.Endings = f.listings(panel), f.endings(c, panel, f.rates(c, panel))
	x.Flows = f.payments(c, panel)
	x.Terms = f.terms(c, panel)
	x.taxed = f.taxed(c, panel)
	x.Holdings = f.holdings(c, panel)
	f.checkLives(c, panel)
	f.neverDue(c, panel)
	for _, e := range f.Policies {
		x.Policies = append(x.Policies, f.bindPolicy(c, x, e))
		if e.Name == f.Base {
			x.Base = len(x.Policies) - 1
		}
	}
	f.lateFills(c, x)
	list := c.Sorted()
	if err := list.Err(); err != nil {
		return nil, err
	}
	x.Warnings = slices.Concat(f.Warnings, list.Warnings())
	return x, nil
}

// periods takes the periods a year from the sessions of the price file, unless they are
// given; an unusual number is warned of.
func (f *File) periods(c *syntax.Checker, x *Experiment) {
	if x.PeriodsPerYear != 0 {
		return
	}
	x.PeriodsPerYear = x.Panel.PeriodsPerYear()
	if !x.Panel.UsualPeriods() {
		c.Warn(f.root.Get("data").At, fault.UnusualPeriods, fmt.Sprintf("data: the sessions of %s make %g periods a year", f.pricesName(), x.PeriodsPerYear),
			"days, weeks, fortnights, half-months, months, two months, quarters, half-years and years are known by their dates", "Write periods_per_year where another number is meant")
	}
}

// Missing are findings (E320) for the targets that are not among the symbols of
// the prices.
func (f *File) Missing(symbols []string) fault.List {
	c := &syntax.Checker{Name: f.path, Lines: f.lines}
	f.missing(c, symbols)
	return c.Sorted()
}

func (f *File) missing(c *syntax.Checker, symbols []string) {
	have := map[string]bool{}
	for _, s := range symbols {
		have[s] = true
	}
	for _, t := range f.Targets {
		if !have[t.Symbol] {
			c.At(f.mentioned(t.Symbol), fault.UnknownAsset, "targets: no symbol "+fault.Quote(t.Symbol)+" in "+f.pricesName(), fmt.Sprintf("%d symbols there", len(symbols)), closest(c, t.Symbol, symbols))
		}
	}
}

// mentioned is where the targets first name a symbol.
func (f *File) mentioned(symbol string) syntax.Place {
	if n := f.root.Get("targets"); n != nil {
		return n.KeyAt(symbol)
	}
	n := f.root.Get("target_schedule")
	for _, row := range n.Items {
		if row.Get(symbol) != nil {
			return row.KeyAt(symbol)
		}
	}
	return n.At
}

const lateStart = 10 // days by which data may begin after the period without a word

// cut takes the experiment's assets and sessions out of a panel.
func (f *File) cut(c *syntax.Checker, p *data.Panel) *data.Panel {
	f.missing(c, p.Symbols())
	prices := f.root.Get("data")
	first, last := p.Date(0), p.Date(p.Sessions()-1)
	at := func(key string) syntax.Place {
		if n := prices.Get(key); n != nil {
			return n.At
		}
		return prices.At
	}
	start, end := f.Data.Start, f.Data.End
	span := "the data run from " + first.String() + " to " + last.String()
	switch {
	case start != data.NoDate && start > last:
		c.At(at("start"), fault.OutsideData, "data.start "+start.String()+" is after the last session", span, "Write an earlier date, or leave the key out")
	case end != data.NoDate && end < first:
		c.At(at("end"), fault.OutsideData, "data.end "+end.String()+" is before the first session", span, "Write a later date, or leave the key out")
	case start != data.NoDate && start+lateStart < first:
		c.Warn(at("start"), fault.OutsideData, "data.start "+start.String()+" is before the first session", span, "Write a later date, or leave the key out")
	}
	if f.Execution.Fill == sim.NextOpen && !p.HasOpen() {
		spot := f.root.At
		if n := f.root.Find("execution.fill"); n != nil {
			spot = n.At
		}
		c.At(spot, fault.NoColumn, "execution.fill: next_open, and "+f.pricesName()+" has no opens", "next_open fills at opens", "Name their column in data.columns.open, or fill at the next close")
	}
	f.market(c, p)
	if c.Errors() > 0 {
		return nil
	}
	window, err := p.Window(start, end)
	if err != nil {
		c.At(at("start"), fault.OutsideData, "data: "+err.Error(), "a run has two sessions at least", "Choose a longer period")
		return nil
	}
	picked, err := window.Pick(f.Symbols())
	if err != nil {
		c.At(f.mentioned(""), fault.UnknownAsset, "targets: "+err.Error(), "every asset of the targets has prices", "Name the assets as the prices do")
		return nil
	}
	return f.priced(c, picked)
}

// terms are the conditions that all policies trade on.
func (f *File) terms(c *syntax.Checker, p *data.Panel) *sim.Terms {
	a := f.Account
	t := &sim.Terms{Reserve: a.Reserve, ReserveFraction: a.ReserveFraction, FreeOpening: !a.OpeningCost, OpeningTurnover: a.OpeningTurnover}
	f.execute(t, p)
	t.Reinvest = f.Data.Dividends == Reinvest
	t.Rules = f.rules(c, p)
	t.KeepShort = f.Tax != nil && f.Tax.AvoidShort
	for _, e := range f.Costs {
		t.Costs = append(t.Costs, f.bindCost(c, e, p))
	}
	return t
}

func (f *File) bindPolicy(c *syntax.Checker, x *Experiment, e PolicyEntry) Policy {
	made := f.makeStrategy(c, e.Strategy, e.node)
	for i := len(x.Changes); i >= 0; i-- { // the first targets last: they stay
		targets := x.Targets
		if i > 0 {
			targets = x.Changes[i-1].Targets
		}
		if err := made.Bind(x.Panel, targets); err != nil {
			f.unbound(c, e.node, err)
			break
		}
	}
	m := x.Mandate(made)
	if t, ok := m.Tax.(*tax.Account); ok {
		t.Keep = true
	}
	return Policy{Name: e.Name, Slug: e.Slug, Strategy: e.Strategy, Made: made, Mandate: m}
}

// Mandate is the experiment's account under a policy: the same targets, changes,
// flows and terms that all its policies have. Twins are made by it; their taxes keep
// no sales, only years.
func (x *Experiment) Mandate(p sim.Policy) *sim.Mandate {
	return &sim.Mandate{Policy: p, Targets: x.Targets, Changes: x.Changes, Flows: x.Flows, Terms: x.Terms, Cash: x.File.Account.Cash, Tax: x.taxes(), Holdings: x.Holdings, Listings: x.Listings, Endings: x.Endings}
}
