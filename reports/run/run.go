// Package run writes the report of one experiment: a page, a summary in JSON, a
// report in Markdown, pictures, and tables in Parquet. One output is one file of this
// package, registered in Catalog. Everything is derived from the records; the same run
// gives the same bytes. Read reads a stored run back.
package run

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/sim"
	"evenkeel/sim/card"
	"evenkeel/sim/ledger"
	"evenkeel/sim/metric"
)

// Run is the outcome of one experiment: all that a report may use.
type Run struct {
	Name         string
	Currency     string   // of the account, such as USD
	Base         string   // name of the policy that the others are compared with; "": none
	Notes        []string // printed under the title, such as that prices are synthetic
	DataWarnings []string // warnings on the data, such as of closes that stand still, in words that name no file
	Prices       string   // base name of the input and what it is, such as "etf.parquet, adjusted closes"

	Panel          *data.Panel
	Targets        []float64 // by asset of the panel, at the start; what follows is in the mandates
	PeriodsPerYear float64
	RiskFree       float64   // a yearly rate
	Reference      []float64 // simple returns by session of the panel that the tracking measures of all policies refer to; nil: each policy has its own
	Against        string    // what tracking is measured against, in words; "": the policy's targets

	Policies []Policy    // in the order of the experiment file
	Hold     *sim.Record // the account bought and held, drawn for comparison; nil: a policy is that, or none is wanted
	Source   *Source     // where it came from; nil: unknown
	Digest   string      // of the result, as the manifest of the folder says that it was read from; "": of none

	size        draw.Size // of figures; "": the screen's
	GrowthTitle string    // of the picture of growth when it shows no account; "": it does
}

// Policy is the outcome of one policy.
type Policy struct {
	Name      string
	Title     string // what it does, such as "bands 20% / rail 10%, every session"
	Record    *sim.Record
	Values    []metric.Value
	Statement *ledger.Statement // nil: not replayed
	Limits    []sim.Edges       // for each set of targets in force, as the mandate says; nil: none
	Looks     *data.Calendar    // sessions on which it may compare weights; nil: none
	Reference []float64         // as that of the Run, its own; nil: the portfolio always at target, without costs

	taxes *taxBook // of a run that was read back; nil: the record's account has it
}

// Report makes one output of a run, of one file or a few.
type Report func(dir draw.Dir, run *Run) error

// Catalog holds every report.
var Catalog = card.Catalog[Report]{Kind: "report"}

// add enters a report; each does so in its own file.
func add(name, doc, details string, write Report) {
	Catalog.Add(card.Plug[Report]{
		Card: card.Card{Name: name, Doc: doc, Details: details},
		New:  func() (Report, []card.Knob) { return write, nil },
	})
}

// Write makes the named reports; no name stands for all of them. Reports are made
// side by side and written one after the other, in order of the catalog, up to
// the first that fails.
func Write(dir draw.Dir, run *Run, names ...string) error {
	if err := run.Check(); err != nil {
		return err
	}
	for _, name := range names {
		if _, ok := Catalog.Find(name); !ok {
			return fmt.Errorf("no report %q; there are %s", name, strings.Join(Catalog.Names(), ", "))
		}
	}
	plugs := slices.DeleteFunc(slices.Clone(Catalog.All()), func(p card.Plug[Report]) bool {
		return len(names) > 0 && !slices.Contains(names, p.Name)
	})
	buffers := make([]buffer, len(plugs))
	return draw.Side(len(plugs), func(i int) {
		report, _ := plugs[i].New()
		buffers[i].err = report(&buffers[i], run)
	}, func(i int) error {
		err := buffers[i].moveTo(dir)
		buffers[i] = buffer{} // its files may be large
		if err != nil {
			return fmt.Errorf("report %s: %w", plugs[i].Name, err)
		}
		return nil
	})
}

// buffer keeps a report's files until their turn comes.
type buffer struct {
	names []string
	files []*bytes.Buffer
	err   error
}

func (s *buffer) Write(name string, fill func(io.Writer) error) error {
	b := &bytes.Buffer{}
	s.names, s.files = append(s.names, name), append(s.files, b)
	return fill(b)
}

func (s *buffer) moveTo(dir draw.Dir) error {
	for i, name := range s.names {
		if s.err != nil {
			break
		}
		if err := dir.Write(name, func(w io.Writer) error { _, err := s.files[i].WriteTo(w); return err }); err != nil {
			return err
		}
	}
	return s.err
}

// Check finds what would make a report wrong or impossible.
func (run *Run) Check() error {
	if run.Panel == nil || len(run.Targets) != run.Panel.Assets() {
		return fmt.Errorf("a report needs a panel and one target an asset")
	}
	if run.Reference != nil && len(run.Reference) != run.Panel.Sessions() {
		return fmt.Errorf("%d reference returns for %d sessions", len(run.Reference), run.Panel.Sessions())
	}
	seen := map[string]bool{}
	for i := range run.Policies {
		p := &run.Policies[i]
		switch r := p.Record; {
		case r == nil || r.Panel != run.Panel || r.Mandate == nil:
			return fmt.Errorf("policy %q has no record of this panel", p.Name)
		case r.First < 0 || r.First >= r.End || r.End > run.Panel.Sessions():
			return fmt.Errorf("policy %q ran over sessions %d to %d of %d", p.Name, r.First, r.End, run.Panel.Sessions())
		}
		if p.Reference != nil && len(p.Reference) != run.Panel.Sessions() {
			return fmt.Errorf("policy %q: %d reference returns for %d sessions", p.Name, len(p.Reference), run.Panel.Sessions())
		}
		if seen[p.Name] {
			return fmt.Errorf("policy %q twice", p.Name)
		}
		seen[p.Name] = true
		if err := p.checkLimits(); err != nil {
			return fmt.Errorf("policy %q: %w", p.Name, err)
		}
	}
	if len(run.Policies) == 0 {
		return fmt.Errorf("a report needs a policy")
	}
	return nil
}

func (p *Policy) checkLimits() error {
	m, assets := p.Record.Mandate, p.Record.Panel.Assets()
	if sets := len(m.InForce()); p.Limits != nil && len(p.Limits) != sets {
		return fmt.Errorf("limits for %d sets of targets, and there are %d", len(p.Limits), sets)
	}
	for i := range p.Limits {
		l := &p.Limits[i]
		for _, x := range [][]float64{l.Lo, l.Hi, l.RailLo, l.RailHi} {
			if x != nil && len(x) != assets {
				return fmt.Errorf("%d limits for %d assets", len(x), assets)
			}
		}
	}
	return nil
}

// base is the policy that the others are compared with, nil when there is none.
func (run *Run) base() *Policy {
	for i := range run.Policies {
		if p := &run.Policies[i]; p.Name == run.Base && run.Base != "" {
			return p
		}
	}
	return nil
}

// Span is the first session of any policy and one past the last.
func (run *Run) Span() (first, end int) {
	first, end = run.Panel.Sessions(), 0
	for i := range run.Policies {
		r := run.Policies[i].Record
		first, end = min(first, r.First), max(end, r.End)
	}
	return first, end
}

// years is the length of the span in years of 365.25 days.
func (run *Run) years() float64 {
	first, end := run.Span()
	return float64(run.Panel.Date(end-1)-run.Panel.Date(first)) / 365.25
}

// ReferenceOf is the return by session that a policy's tracking is measured against.
func (run *Run) ReferenceOf(p *Policy) []float64 {
	switch {
	case run.Reference != nil:
		return run.Reference
	case p.Reference != nil:
		return p.Reference
	}
	return metric.MandateReturns(run.Panel, p.Record.Mandate)
}

// flows reports whether money came or went in any policy's run.
func (run *Run) flows() bool {
	return slices.ContainsFunc(run.Policies, func(p Policy) bool { return p.Record.Flow != nil })
}

// Value is a policy's measure, NaN when undefined or not there.
func (p *Policy) Value(key string) float64 { return metric.Find(p.Values, key) }

// Navs are the recorded values of the policy's sessions.
func (p *Policy) Navs() []float64 { return p.Record.NAV[p.Record.First:p.Record.End] }

// Index is the policy's course with flows taken out, by its sessions: the NAV
// itself without flows.
func (p *Policy) Index() []float64 { return metric.Index(p.Record) }

// deepest are at most n falls of the index up to ruin, the deepest first.
func (p *Policy) deepest(n int) []metric.Fall {
	index := p.indexToRuin()
	return metric.DeepestFalls(index, n, metric.Least(metric.Mean(p.Navs()[:len(index)])))
}

// indexToRuin is the index up to ruin: what measures of returns are about.
func (p *Policy) indexToRuin() []float64 { return p.Index()[:p.ended()-p.Record.First] }

// total is the growth of the index up to ruin.
func (p *Policy) total() float64 {
	v := p.indexToRuin()
	return v[len(v)-1]/v[0] - 1
}

// Performed are the dates of the sessions that measures of returns are about.
func (p *Policy) Performed() []data.Date { return p.dates()[:p.ended()-p.Record.First] }

// ended is one past the session at which the account was ruined, or the record's end.
func (p *Policy) ended() int {
	if s := p.Record.Tally.Ruined; s > 0 {
		return min(s+1, p.Record.End)
	}
	return p.Record.End
}

// Measures are the measures that some policy has, in order of their first mention.
func (run *Run) Measures() []metric.Measure {
	var all []metric.Measure
	for i := range run.Policies {
		for _, v := range run.Policies[i].Values {
			if !slices.ContainsFunc(all, func(m metric.Measure) bool { return m.Name == v.Name }) {
				all = append(all, v.Measure)
			}
		}
	}
	return all
}

// Warnings are the notes, and what a reader must know about accounts that could not pay
// and how orders filled.
func (run *Run) Warnings() []string {
	all := append(append(append([]string(nil), run.Notes...), run.fates()...), run.waits()...)
	if late := run.lateFills(); late != "" {
		all = append(all, late)
	}
	for i := range run.Policies {
		if run.Policies[i].Record.Mandate.Terms.Fill == sim.SameClose {
			return append(all, "Fills at the same close look at the price they trade at: a decision made with a close cannot be traded at that close. Read these results as an upper bound.")
		}
	}
	return all
}

// lateFills reports that orders waited for a next close that is a week or more away; ""
// where none did.
func (run *Run) lateFills() string {
	spacing := data.Spacing(run.Panel.Dates())
	if spacing == "" || spacing == "daily" {
		return ""
	}
	for i := range run.Policies {
		if r := run.Policies[i].Record; r.Mandate.Terms.Fill == sim.NextClose && r.Tally.Trades > 0 {
			return fmt.Sprintf("Orders fill at the next close, and sessions are %s: trades come %s after their decisions, which moves returns by as much as policies differ. execution.fill: same_close fills at the close of the decision.", spacing, data.Later(spacing))
		}
	}
	return ""
}
