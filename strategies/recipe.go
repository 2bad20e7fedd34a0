// Package strategies holds the rebalancing policies, one recipe per file. A recipe
// combines parts: when to look (looking.go), what triggers (trigger_*.go), how far to
// trade and how to split the cash (aim_*.go), and what pays (funding.go).
package strategies

import (
	"fmt"
	"strings"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Catalog holds every strategy.
var Catalog = card.Catalog[Strategy]{Kind: "strategy"}

// Strategy is a policy that must learn the panel's symbols before it runs.
type Strategy interface {
	sim.Policy
	// Shape says whether it is of the common shape: see sim.Shaper. Every strategy says it
	// itself, so that none is left out silently; one that decides as its Recipe does
	// returns common of it when p is the strategy.
	sim.Shaper
	// Bind finds every error that depends on the assets and their targets. It may
	// be called again, for other targets of the same panel.
	Bind(p *data.Panel, targets []float64) error
	// Title says on one line what the policy does.
	Title() string
	// Sessions are those on which it may compare weights with limits, nil: none.
	Sessions(p *data.Panel) *data.Calendar
	// Edges are its limits and inner rails as weights for given targets, nil where
	// it has none; for pictures and measures.
	Edges(targets []float64) sim.Edges
	// Files are the files that must be read before Bind.
	Files() []*DateFile
}

// EdgesOf are a bound strategy's edges for each set of targets in force, as the mandate
// has them; nil when it has none at all.
func EdgesOf(s Strategy, m *sim.Mandate) []sim.Edges {
	var all []sim.Edges
	some := false
	for _, x := range m.InForce() {
		e := s.Edges(x.Targets)
		some = some || e.Any()
		all = append(all, e)
	}
	if !some {
		return nil
	}
	return all
}

// DateFile is a file of dates that a policy goes by: whoever reads the experiment
// fills in Dates, in order.
type DateFile struct {
	Path  string
	Dates []data.Date
}

// Recipe is a policy made of a look, a trigger, an aim and what pays.
type Recipe struct {
	Looking
	If       Trigger
	Aim      Aim
	Funding  Funding
	Deposits Deposits
	Mini     *Mini

	side      []int8
	levels    leveller // what is sold to pay withdrawals and taxes
	after     sim.View // the account as purchases would leave it
	apart     sim.View // the account with no other cash than what waited
	afterSide []int8
}

// Watch promises to do nothing between looks and, at looks, while no weight is
// outside the trigger's limits. A recipe whose looks depend on more than the
// calendar is asked at every one.
func (r *Recipe) Watch(v *sim.View, w *sim.Watch) {
	if len(r.side) != len(v.Targets) {
		r.side = make([]int8, len(v.Targets))
	}
	r.If.Prepare(v)
	r.Aim.prepare(v.Targets)
	plain := r.Looking.begin(v)
	w.Looks = r.Looking.calendar
	if r.Mini != nil {
		r.Mini.begin(v)
		w.Looks, plain = r.Mini.union.of(w.Looks, r.Mini.calendar), false
	}
	if !plain || remembers(r.If) || !r.If.Limits(w.Lo, w.Hi) {
		w.Lo, w.Hi = nil, nil
	}
}

// Decide asks the trigger when today is a look, then plans the trades; money that
// came in or must go out is traded for whatever the look says.
func (r *Recipe) Decide(v *sim.View, want []float64) sim.Verdict {
	verdict := r.decide(v, want)
	for n := 0; n < 8 && v.Refine(want); n++ { // costs that depend on the size of what they depend on
		clear(want)
		verdict = r.decide(v, want)
	}
	if v.Bound {
		r.Aim.tell(v)
	}
	return verdict
}

// Rebalanced remembers when.
func (r *Recipe) Rebalanced(v *sim.View) {
	if r.Looking.remembers() {
		r.Looking.traded(v)
	}
}

// Passed is what a session was at which orders were open.
func (r *Recipe) Passed(session int, on data.Date, size float64) sim.Look {
	kind := r.Looking.kind(session, on, size, true)
	if kind == sim.NotALook && r.Mini != nil && r.Mini.calendar.Has(session) {
		return sim.Looked
	}
	return kind
}

func (r *Recipe) decide(v *sim.View, want []float64) sim.Verdict {
	verdict := sim.Verdict{Asset: -1, Look: r.Looking.at(v)}
	clear(r.Aim.kept)
	if verdict.Look == sim.Looked {
		if verdict = r.If.Fired(v, r.side); verdict.Act {
			verdict.Funding = r.Funding.plan(r, r.If, v, want)
		}
	} else if r.Mini != nil && verdict.Look == sim.NotALook {
		verdict = r.Mini.decide(r, v, want)
	}
	if !verdict.Act && v.Deposit > 0 && r.Deposits != DepositsHold {
		r.invest(v, want)
		verdict.Cause = sim.CauseDeposit
	}
	if v.Owed > 0 {
		if verdict.Funding != sim.FundBring { // else it was raised first
			r.raise(v, verdict.Funding, want)
		}
		if !verdict.Act {
			verdict.Cause = sim.CauseWithdrawal
		}
	}
	return verdict
}

// Bind has nothing to find in a recipe without limits of its own.
func (r *Recipe) Bind(p *data.Panel, targets []float64) error { return nil }

// Title joins the titles of the parts.
func (r *Recipe) Title() string {
	parts := []string{r.If.Title()}
	if t := r.Aim.title(); t != "" {
		parts = append(parts, t)
	}
	parts = append(parts, r.Looking.Title())
	if r.Mini != nil {
		parts = append(parts, "mini "+r.Mini.Title())
	}
	if r.Funding != SelfFinancing {
		parts = append(parts, FundingWords[r.Funding])
	}
	return strings.Join(parts, ", ")
}

// Sessions are the looks of every segment together.
func (r *Recipe) Sessions(p *data.Panel) *data.Calendar {
	c := r.Looking.sessions(p)
	if r.Mini != nil {
		c = data.Union(c, p.Calendar(r.Mini.Look))
	}
	return c
}

// Edges are the trigger's limits, if it has some, and no rails.
func (r *Recipe) Edges(targets []float64) sim.Edges {
	e := sim.Edges{Lo: make([]float64, len(targets)), Hi: make([]float64, len(targets))}
	r.If.Prepare(&sim.View{Targets: targets})
	if !r.If.Limits(e.Lo, e.Hi) {
		return sim.Edges{}
	}
	return e
}

// Files are those of the trigger.
func (r *Recipe) Files() []*DateFile { return filesOf(r.If) }

// knobs are the keys that every recipe takes.
func (r *Recipe) knobs() []card.Knob {
	return []card.Knob{
		r.Looking.pauseKnob(),
		r.Looking.segmentsKnob(),
		card.Fraction(&r.Hysteresis, "hysteresis", "0%", "how far below a segment's NAV the account must fall to leave it", 0, 0.99),
		card.Choice(&r.Deposits, "deposits", "what new money buys if no trigger fires", DepositWords...),
		card.Choice(new(uint8), "withdrawals", "what is sold to pay withdrawals", "overweight_first"),
	}
}

func percentText(f float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.4f", f*100), "0"), ".") + "%"
}
