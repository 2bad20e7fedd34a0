package run

import (
	"fmt"
	"math"
	"slices"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/data/fault"
	"evenkeel/sim"
	"evenkeel/sim/metric"
	"evenkeel/sim/tax"
)

// prices makes the panel.
func (r *reader) prices() error {
	t, err := r.need("prices", "date", "symbol", "close", "fresh")
	if err != nil {
		return err
	}
	n := len(r.set.Symbols)
	if n == 0 || t.Rows()%n != 0 || t.Rows() == 0 {
		return fmt.Errorf("%d rows for %d symbols", t.Rows(), n)
	}
	x := data.Table{Symbols: r.set.Symbols, Lives: r.set.Lives, Close: t.Column("close").Floats}
	if r.set.Raw {
		x.Kind = data.Raw
	}
	days, fresh := t.Column("date").Days, t.Column("fresh").Bools
	for k := 0; k < t.Rows(); k += n {
		x.Dates = append(x.Dates, days[k])
	}
	if slices.Contains(fresh, false) {
		x.Stale = make([]bool, len(fresh))
		for k, is := range fresh {
			x.Stale[k] = !is
		}
	}
	if split, dividend := t.Column("split"), t.Column("dividend"); split != nil && dividend != nil {
		for k := range t.Rows() {
			if !split.Null(k) {
				x.Actions = append(x.Actions, data.DatedAction{Date: days[k], Asset: k % n, Split: split.Floats[k], Dividend: dividend.Float(k)})
			}
		}
	}
	r.panel, err = data.Make(x)
	return err
}

// session is that of a date, -1 for none.
func (r *reader) session(d data.Date) int32 {
	if i, ok := slices.BinarySearch(r.panel.Dates(), d); ok {
		return int32(i)
	}
	return -1
}

// hold reads the account bought and held.
func (r *reader) hold(run *Run) (*sim.Record, error) {
	t, err := r.table("hold")
	if t == nil || err != nil {
		return nil, err
	}
	if t, err = r.need("hold", "date", "nav"); err != nil || t.Rows() == 0 {
		return nil, err
	}
	h := &sim.Record{Panel: r.panel, Mandate: run.Policies[0].Record.Mandate, First: int(r.session(t.Column("date").Days[0]))}
	h.End = h.First + t.Rows()
	if h.First < 0 || h.End > r.panel.Sessions() {
		return nil, fmt.Errorf("its sessions are not those of prices.parquet")
	}
	h.NAV = r.placed(h.First, t.Column("nav").Floats)
	return h, nil
}

// placed are values of sessions from first on, as a column over the panel.
func (r *reader) placed(first int, v []float64) []float64 {
	all := make([]float64, r.panel.Sessions())
	copy(all[first:], v)
	return all
}

// policy reads what belongs to a policy.
func (r *reader) policy(s *policySettings) (Policy, error) {
	r.at = settingsName
	if err := r.fits(s); err != nil {
		return Policy{}, err
	}
	rec := &sim.Record{Panel: r.panel, Tally: sim.Tally(s.Tally), Waiting: s.Waiting, Owing: s.Owing}
	rec.Mandate = &sim.Mandate{Targets: s.Targets, Cash: s.Cash, Holdings: s.Holdings, Listings: s.Listings, Endings: s.Endings, Terms: s.Terms.terms(r.panel.Sessions())}
	for _, c := range s.Changes {
		rec.Mandate.Changes = append(rec.Mandate.Changes, sim.Change{Session: c.Session, Targets: c.Targets})
	}
	p := Policy{Name: s.Name, Title: s.Title, Record: rec}
	for _, l := range s.Limits {
		p.Limits = append(p.Limits, sim.Edges{Lo: floats(l.Lo), Hi: floats(l.Hi), RailLo: floats(l.RailLo), RailHi: floats(l.RailHi)})
	}
	if err := r.navs(s, &p); err != nil {
		return p, err
	}
	if s.Journal {
		if err := r.journal(s, rec); err != nil {
			return p, err
		}
	}
	if err := r.looks(s, &p); err != nil {
		return p, err
	}
	return p, r.taxes(s, &p)
}

// navs reads the columns of a record.
func (r *reader) navs(s *policySettings, p *Policy) error {
	t, err := r.need("nav", "policy", "date", "nav", "flow", "cost", "drift_half", "drift_max", "reference_return")
	if err != nil {
		return err
	}
	rows := r.of("nav", t, s.Name)
	if len(rows) == 0 {
		return fmt.Errorf("no rows of policy %s", fault.Quote(s.Name))
	}
	rec := p.Record
	rec.First = int(r.session(t.Column("date").Days[rows[0]]))
	if rec.End = rec.First + len(rows); rec.First < 0 || rec.End > r.panel.Sessions() {
		return fmt.Errorf("sessions of policy %s are not those of prices.parquet", fault.Quote(s.Name))
	}
	take := func(name string) []float64 {
		c, v := t.Column(name), make([]float64, len(rows))
		for i, k := range rows {
			v[i] = c.Float(k)
		}
		return r.placed(rec.First, v)
	}
	rec.NAV, p.Reference = take("nav"), take("reference_return")
	if s.Flows {
		rec.Flow, rec.Cost = take("flow"), take("cost")
	}
	if s.Drift {
		rec.DriftHalf, rec.DriftMost = take("drift_half"), take("drift_max")
	}
	return nil
}

// looks makes the calendar of the sessions at which a policy looked.
func (r *reader) looks(s *policySettings, p *Policy) error {
	if !s.Looks {
		return nil
	}
	t, err := r.need("looks", "policy", "date", "state")
	if err != nil {
		return err
	}
	is := make([]bool, r.panel.Sessions())
	for _, k := range r.of("looks", t, s.Name) {
		if at := r.session(t.Column("date").Days[k]); at >= 0 && t.Column("state").Text(k) != stateWaiting {
			is[at] = true
		}
	}
	p.Looks = data.NewCalendar(len(is), func(s int) bool { return is[s] })
	return nil
}

// taxes reads lots and years.
func (r *reader) taxes(s *policySettings, p *Policy) error {
	if s.Taxes == nil {
		return nil
	}
	t, err := r.need("lots", "policy", "state", "symbol", "acquired", "held_since", "sold", "shares", "proceeds", "basis", "gain", "disallowed", "long", "replacement")
	if err != nil {
		return err
	}
	b := &taxBook{Rules: s.Taxes.Rules, years: s.Taxes.Years, open: make([][]tax.Lot, r.panel.Assets())}
	last := r.panel.Date(p.Record.End - 1)
	for _, k := range r.of("lots", t, s.Name) {
		asset := r.panel.Symbol(t.Column("symbol").Text(k))
		day := func(name string) int { return int(r.session(t.Column(name).Days[k])) }
		micros := func(name string) sim.Micros { return sim.Micros(t.Column(name).Decimals[k].Lo) }
		if asset < 0 || day("acquired") < 0 {
			return fmt.Errorf("row %d fits no asset or session", k)
		}
		held, units, long := t.Column("held_since").Days[k], sim.Units(t.Column("shares").Decimals[k].Lo), t.Column("long").Bools[k]
		if t.Column("state").Text(k) == "sold" {
			b.sales = append(b.sales, tax.Sale{Session: day("sold"), Asset: asset, Acquired: day("acquired"), Held: held, Units: units,
				Proceeds: micros("proceeds"), Basis: micros("basis"), Gain: micros("gain"), Disallowed: micros("disallowed"),
				Long: long, Replaces: t.Column("replacement").Bools[k]})
			continue
		}
		from := last + 1 // all that is stored is whether it would be long at the end
		if long {
			from = last
		}
		b.open[asset] = append(b.open[asset], tax.Lot{Acquired: day("acquired"), Held: held, LongFrom: from, Units: units, Basis: micros("basis"), Replaces: t.Column("replacement").Bools[k]})
	}
	p.taxes = b
	return nil
}

// journal reads decisions, orders and entries.
func (r *reader) journal(s *policySettings, rec *sim.Record) error {
	rec.Log = &sim.Log{Waits: s.Waits}
	if err := r.decisions(s, rec); err != nil {
		return err
	}
	if err := r.orders(s, rec); err != nil {
		return err
	}
	return r.entries(s, rec)
}

// wordCodes are the numbers of words, up to the first number that has none.
func wordCodes[T ~uint8](n int, word func(T) string) map[string]T {
	all := map[string]T{}
	for i := range n {
		all[word(T(i))] = T(i)
	}
	return all
}

// Words of the journal; a test compares their number with the engine's.
var (
	causeCodes   = wordCodes(int(sim.CauseBatch)+1, sim.Cause.String)
	stateCodes   = wordCodes(int(sim.StateBatched)+1, sim.State.String)
	openForCodes = wordCodes(int(sim.OpenForListing)+1, sim.OpenFor.String)
	reasonCodes  = wordCodes(int(sim.ReasonCapacity)+1, sim.Reason.String)
	kindCodes    = wordCodes(int(sim.EntryTax)+1, sim.Kind.String)
)

// asset is the place of a cell's symbol, -1 for null.
func (r *reader) asset(c *columnar.Column, k int) int16 {
	if c.Null(k) {
		return -1
	}
	return int16(r.panel.Symbol(c.Text(k)))
}

func (r *reader) decisions(s *policySettings, rec *sim.Record) error {
	t, err := r.need("decisions", "policy", "date", "cause", "state", "symbol", "weight", "limit", "nav", "turnover")
	if err != nil {
		return err
	}
	for _, k := range r.of("decisions", t, s.Name) {
		rec.Log.Decisions = append(rec.Log.Decisions, sim.Decision{
			Session: r.session(t.Column("date").Days[k]), Asset: r.asset(t.Column("symbol"), k),
			Cause: causeCodes[t.Column("cause").Text(k)], State: stateCodes[t.Column("state").Text(k)],
			Dev: t.Column("weight").Float(k), Limit: t.Column("limit").Float(k),
			NAV: t.Column("nav").Float(k), Turnover: t.Column("turnover").Float(k),
		})
		if c := t.Column("waits_for"); c != nil && stateCodes[t.Column("state").Text(k)] == sim.StateOrdersOpen {
			rec.Log.OpenFor = append(rec.Log.OpenFor, openForCodes[c.Text(k)])
		}
	}
	return nil
}

func (r *reader) orders(s *policySettings, rec *sim.Record) error {
	t, err := r.need("orders", "policy", "decision", "decision_date", "fill_date", "market_date", "closed_date", "symbol", "side",
		"requested_shares", "executed_shares", "decision_price", "fill_price", "market_price", "state", "reason")
	if err != nil {
		return err
	}
	zero := func(x float64) float64 {
		if math.IsNaN(x) {
			return 0
		}
		return x
	}
	for _, k := range r.of("orders", t, s.Name) {
		day := func(name string) int32 { return r.session(t.Column(name).Days[k]) }
		o := sim.Order{
			Decision: int32(t.Column("decision").Ints[k]), Session: day("decision_date"), Filled: day("fill_date"), First: day("market_date"), Ended: day("closed_date"),
			Asset: r.asset(t.Column("symbol"), k), State: stateCodes[t.Column("state").Text(k)], Reason: reasonCodes[t.Column("reason").Text(k)],
			Units: sim.Units(t.Column("requested_shares").Decimals[k].Lo), Done: sim.Units(t.Column("executed_shares").Decimals[k].Lo),
			Price: t.Column("decision_price").Float(k), Fill: zero(t.Column("fill_price").Float(k)), Arrival: zero(t.Column("market_price").Float(k)),
		}
		if t.Column("side").Text(k) == "sell" {
			o.Units, o.Done = -o.Units, -o.Done
		}
		if o.Decision < 0 || int(o.Decision) >= len(rec.Log.Decisions) || o.Session < 0 || o.Asset < 0 {
			return fmt.Errorf("row %d fits no decision, session or asset", k)
		}
		rec.Log.Orders = append(rec.Log.Orders, o)
	}
	return nil
}

func (r *reader) entries(s *policySettings, rec *sim.Record) error {
	t, err := r.need("ledger", "policy", "date", "kind", "symbol", "component", "order", "shares", "cash", "due", "price")
	if err != nil {
		return err
	}
	parts := metric.ComponentNames(rec)
	rec.Units = make([]sim.Units, r.panel.Assets())
	for _, k := range r.of("ledger", t, s.Name) {
		kind, known := kindCodes[t.Column("kind").Text(k)]
		e := sim.Entry{
			Session: r.session(t.Column("date").Days[k]), Order: int32(t.Column("order").Ints[k]), Asset: r.asset(t.Column("symbol"), k), Kind: kind, Part: -1,
			Units: sim.Units(t.Column("shares").Decimals[k].Lo), Cash: sim.Micros(t.Column("cash").Decimals[k].Lo), Due: sim.Micros(t.Column("due").Decimals[k].Lo),
		}
		if c := t.Column("price"); !c.Null(k) {
			e.Price = c.Floats[k]
		}
		if c := t.Column("component"); !c.Null(k) {
			e.Part = int16(slices.Index(parts, c.Text(k)))
		}
		if !known || e.Session < 0 || int(e.Order) >= len(rec.Log.Orders) || kind == sim.EntryCost && (e.Part < 0 || e.Order < 0) {
			return fmt.Errorf("row %d fits no session, order or component", k)
		}
		if e.Asset >= 0 {
			rec.Units[e.Asset] += e.Units
		}
		rec.Log.Entries = append(rec.Log.Entries, e)
	}
	return nil
}
