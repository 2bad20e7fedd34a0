package run

import (
	"encoding/json"
	"io"
	"math"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/sim"
	"evenkeel/sim/tax"
)

func init() {
	add("settings", "what reports say of a run that no table holds: titles, terms, targets, limits, tallies",
		"run.json. Together with the tables it is all that Read needs to make every report again.",
		func(dir draw.Dir, run *Run) error {
			return dir.Write(settingsName, func(w io.Writer) error { return writeSettings(w, run) })
		})
}

const (
	settingsName = "run.json"

	// settingsSchema is the version of run.json and of the tables that are read
	// with it: it changes when one of them changes its meaning.
	settingsSchema = 2
)

// settings is run.json. What it holds is in words and in the books' own integers,
// so that it reads back exactly.
type settings struct {
	Schema       int              `json:"schema"`
	Experiment   string           `json:"experiment"`
	Currency     string           `json:"currency"`
	Base         string           `json:"base"`
	Notes        []string         `json:"notes"`
	DataWarnings []string         `json:"data_warnings,omitempty"`
	Prices       string           `json:"prices"`
	Raw          bool             `json:"raw_closes"`
	Periods      float64          `json:"periods_per_year"`
	RiskFree     float64          `json:"risk_free"`
	Against      string           `json:"tracking_against"`
	Symbols      []string         `json:"symbols"`
	Lives        [][2]int         `json:"lives,omitempty"` // sessions [first, end) with prices, one a symbol
	Targets      []float64        `json:"targets"`
	Source       *sourceSettings  `json:"source,omitempty"`
	Policies     []policySettings `json:"policies"`
}

// sourceSettings is a Source; a side that was left open is "".
type sourceSettings struct {
	Settings string `json:"settings"`
	Start    string `json:"start"`
	End      string `json:"end"`
	Program  string `json:"program"`
}

// dateText is a date, "" for none.
func dateText(d data.Date) string {
	if d == data.NoDate {
		return ""
	}
	return d.String()
}

// source is the Source that was stored, nil for none.
func (s *settings) source() (*Source, error) {
	if s.Source == nil {
		return nil, nil
	}
	x := &Source{Settings: s.Source.Settings, Start: data.NoDate, End: data.NoDate, Program: s.Source.Program}
	for _, side := range []struct {
		text string
		to   *data.Date
	}{{s.Source.Start, &x.Start}, {s.Source.End, &x.End}} {
		if side.text == "" {
			continue
		}
		d, err := data.ParseDate(side.text)
		if err != nil {
			return nil, err
		}
		*side.to = d
	}
	return x, nil
}

// policySettings are a policy's. Sessions are counted from 0 over prices.parquet.
type policySettings struct {
	Name      string           `json:"name"`
	Title     string           `json:"title"`
	Journal   bool             `json:"journal"`
	Looks     bool             `json:"looks"`
	Flows     bool             `json:"flows"`
	Drift     bool             `json:"drift"`
	Cash      float64          `json:"cash"`
	Holdings  []sim.Units      `json:"holdings,omitempty"`
	Targets   []float64        `json:"targets"`
	Changes   []changeSettings `json:"target_changes,omitempty"`
	Listings  []sim.Listing    `json:"listings,omitempty"`
	Endings   []sim.Ending     `json:"endings,omitempty"`
	Terms     termSettings     `json:"terms"`
	Limits    []limitSettings  `json:"limits,omitempty"`
	Tally     tallySettings    `json:"tally"`
	Waiting   []sim.Waiting    `json:"waiting,omitempty"`
	Owing     sim.Waiting      `json:"owing,omitzero"`
	Waits     []sim.Wait       `json:"waits,omitempty"`
	Taxes     *taxSettings     `json:"tax,omitempty"`
	HasDigest bool             `json:"proven"`
}

type changeSettings struct {
	Session int       `json:"session"`
	Targets []float64 `json:"targets"`
}

type termSettings struct {
	Fill            sim.FillTime   `json:"fill"` // 0 next close, 1 next open, 2 same close
	Delay           int            `json:"delay"`
	Windows         bool           `json:"windows"`
	Reserve         float64        `json:"reserve"`
	ReserveFraction float64        `json:"reserve_fraction"`
	FreeOpening     bool           `json:"free_opening"`
	Settle          []int          `json:"settle,omitempty"`
	KeepShort       bool           `json:"keep_short"`
	Costs           []costSettings `json:"costs"`
}

// costSettings describe a cost: what it charges when it is the same for all
// trades, else its own words.
type costSettings struct {
	Name     string  `json:"name"`
	Implicit bool    `json:"implicit"`
	Same     bool    `json:"same"`
	Fixed    float64 `json:"fixed"`
	Rate     float64 `json:"rate"`
	Line     *string `json:"line,omitempty"`
}

// limitSettings are sim.Edges; null is none.
type limitSettings struct {
	Lo     []number `json:"lo"`
	Hi     []number `json:"hi"`
	RailLo []number `json:"rail_lo"`
	RailHi []number `json:"rail_hi"`
}

// tallySettings is sim.Tally with names of its own, field by field.
type tallySettings struct {
	Looks       int        `json:"looks"`
	Triggers    int        `json:"triggers"`
	Unfunded    int        `json:"unfunded_triggers"`
	Rebalances  int        `json:"rebalances"`
	Filled      int        `json:"rebalances_filled"`
	Trades      int        `json:"trades"`
	Turnover    float64    `json:"turnover"`
	Cost        sim.Micros `json:"cost"`
	CostInitial sim.Micros `json:"cost_initial"`
	Cash        sim.Micros `json:"cash"`
	Unsettled   sim.Micros `json:"unsettled"`
	Dividends   sim.Micros `json:"dividends"`
	Tax         sim.Micros `json:"tax"`
	TaxUnpaid   sim.Micros `json:"tax_unpaid"`
	Deposits    sim.Micros `json:"deposits"`
	Withdrawals sim.Micros `json:"withdrawals"`
	Unpaid      sim.Micros `json:"unpaid_withdrawals"`
	Ruined      int        `json:"ruined"`
}

// taxSettings are an account's rules and years; its lots are in lots.parquet.
type taxSettings struct {
	Rules tax.Rules  `json:"rules"`
	Years []tax.Year `json:"years"`
}

// number is a float64 whose NaN and infinities are null.
type number float64

// MarshalJSON writes the shortest form that reads back exactly.
func (x number) MarshalJSON() ([]byte, error) {
	if !data.Finite(float64(x)) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(x))
}

// UnmarshalJSON reads null as NaN.
func (x *number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*x = number(math.NaN())
		return nil
	}
	return json.Unmarshal(b, (*float64)(x))
}

func numbers(v []float64) (all []number) {
	for _, x := range v {
		all = append(all, number(x))
	}
	return all
}

func floats(v []number) (all []float64) {
	for _, x := range v {
		all = append(all, float64(x))
	}
	return all
}

func writeSettings(w io.Writer, run *Run) error {
	s := settings{
		Schema: settingsSchema, Experiment: run.Name, Currency: run.Currency, Base: run.Base, Notes: run.Notes, DataWarnings: run.DataWarnings,
		Prices: run.Prices, Raw: run.Panel.Kind() == data.Raw, Periods: run.PeriodsPerYear, RiskFree: run.RiskFree,
		Against: run.Against, Symbols: run.Panel.Symbols(), Lives: run.Panel.Table().Lives, Targets: run.Targets,
	}
	if x := run.Source; x != nil {
		s.Source = &sourceSettings{x.Settings, dateText(x.Start), dateText(x.End), x.Program}
	}
	for i := range run.Policies {
		s.Policies = append(s.Policies, run.policySettings(&run.Policies[i]))
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(s)
}

func (run *Run) policySettings(p *Policy) policySettings {
	r := p.Record
	m := r.Mandate
	s := policySettings{
		Name: p.Name, Title: p.Title, Journal: p.stored(), Looks: p.Looks != nil, Flows: r.Flow != nil, Drift: r.DriftHalf != nil,
		Cash: m.Cash, Holdings: m.Holdings, Targets: m.Targets, Listings: m.Listings, Endings: m.Endings,
		Tally: tallySettings(r.Tally), HasDigest: p.Statement != nil, Terms: run.termSettings(p),
	}
	for _, c := range m.Changes {
		s.Changes = append(s.Changes, changeSettings{c.Session, c.Targets})
	}
	for _, l := range p.Limits {
		s.Limits = append(s.Limits, limitSettings{numbers(l.Lo), numbers(l.Hi), numbers(l.RailLo), numbers(l.RailHi)})
	}
	s.Waiting, s.Owing = r.Waiting, r.Owing
	if r.Log != nil && p.stored() {
		s.Waits = r.Log.Waits
	}
	if a := p.account(); a != nil {
		s.Taxes = &taxSettings{a.Rules, a.Years()}
	}
	return s
}

// stored reports whether a policy's journal is in the tables: the ledger's, which
// needs a proof.
func (p *Policy) stored() bool { return p.Record.Log != nil && p.Statement != nil }

func (run *Run) termSettings(p *Policy) termSettings {
	t := p.Record.Mandate.Terms
	s := termSettings{
		Fill: t.Fill, Delay: t.Delay, Windows: t.Windows != nil, Reserve: t.Reserve, ReserveFraction: t.ReserveFraction,
		FreeOpening: t.FreeOpening, Settle: t.Settle, KeepShort: t.KeepShort,
	}
	for _, c := range t.Costs {
		k := costSettings{Name: c.Name(), Implicit: c.Traits().Implicit}
		if k.Fixed, k.Rate, k.Same = charged(c, p.Record); !k.Same {
			k.Fixed, k.Rate = 0, 0
			if x, ok := c.(interface{ Line(currency string) string }); ok {
				line := x.Line(run.Currency)
				k.Line = &line
			}
		}
		s.Costs = append(s.Costs, k)
	}
	return s
}

// storedCost is a cost as run.json describes it.
type storedCost struct{ costSettings }

func (c storedCost) Name() string { return c.costSettings.Name }

func (c storedCost) Charge(*sim.Fill) (fixed, rate float64) { return c.Fixed, c.Rate }

func (c storedCost) Traits() sim.Traits { return sim.Traits{Dated: !c.Same, Implicit: c.Implicit} }

// wordedCost is one that speaks for itself.
type wordedCost struct{ storedCost }

func (c wordedCost) Line(string) string { return *c.costSettings.Line }

func (s *termSettings) terms(sessions int) *sim.Terms {
	t := &sim.Terms{
		Fill: s.Fill, Delay: s.Delay, Reserve: s.Reserve, ReserveFraction: s.ReserveFraction,
		FreeOpening: s.FreeOpening, Settle: s.Settle, KeepShort: s.KeepShort,
	}
	if s.Windows {
		t.Windows = data.NewCalendar(sessions, func(int) bool { return true })
	}
	for _, c := range s.Costs {
		if c.Line != nil {
			t.Costs = append(t.Costs, wordedCost{storedCost{c}})
		} else {
			t.Costs = append(t.Costs, storedCost{c})
		}
	}
	return t
}
