package run

import (
	"evenkeel/sim"
)

// span is a stretch of sessions with the same targets: [From, To), within the
// record's sessions.
type span struct {
	From, To int
	Targets  []float64
	Limits   *sim.Edges // nil: none
}

// spans are the stretches of a policy's record, in order, without gaps; one when
// its targets never change. While assets wait for their listing the targets are
// those of the others, as policies see them.
func (p *Policy) spans() []span {
	r, sets := p.Record, p.Record.Mandate.InForce()
	all := []span{{From: r.First, To: r.End, Targets: sets[0].Targets, Limits: p.limits(0)}}
	for i, c := range sets[1:] {
		if c.Session >= r.End {
			break
		}
		all[len(all)-1].To = c.Session
		all = append(all, span{From: c.Session, To: r.End, Targets: c.Targets, Limits: p.limits(i + 1)})
	}
	return all
}

func (p *Policy) limits(i int) *sim.Edges {
	if i >= len(p.Limits) {
		return nil
	}
	return &p.Limits[i]
}

// InForce follows the targets through the sessions of a record.
type InForce struct {
	sets    []sim.Change // the first is in force
	since   int          // session of the last change; -1: none yet
	changes []sim.Change // that are to come; a listing is none
}

// NewInForce returns the targets in force before the first session.
func NewInForce(m *sim.Mandate) *InForce { return &InForce{m.InForce(), -1, m.Changes} }

// At are the targets in force at the close of session s; sessions must not go back.
func (f *InForce) At(s int) []float64 {
	for len(f.changes) > 0 && f.changes[0].Session <= s {
		f.since, f.changes = f.changes[0].Session, f.changes[1:]
	}
	for len(f.sets) > 1 && f.sets[1].Session <= s {
		f.sets = f.sets[1:]
	}
	return f.sets[0].Targets
}
