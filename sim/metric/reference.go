package metric

import (
	"evenkeel/data"
	"evenkeel/sim"
)

// PolicyReturns are the simple returns of the portfolio that stands at its targets at
// every close, without costs: r = sum t (g - 1) over the assets, g being an asset's
// growth from the close before, dividends and splits counted, and t the targets in
// force at that close. An asset without prices on both days adds nothing: its share
// is cash. The first session's is 0. It allocates one column of the panel's sessions.
func PolicyReturns(p *data.Panel, targets []float64, changes ...sim.Change) []float64 {
	return MandateReturns(p, &sim.Mandate{Targets: targets, Changes: changes})
}

// MandateReturns are the PolicyReturns of a mandate: an asset whose life ends is
// worth the ending's price at its session.
func MandateReturns(p *data.Panel, m *sim.Mandate) []float64 {
	r := make([]float64, p.Sessions())
	targets, changes := m.Targets, m.Changes
	first, end := lives(p)
	for s := 1; s < len(r); s++ {
		for len(changes) > 0 && changes[0].Session < s {
			targets, changes = changes[0].Targets, changes[1:]
		}
		sum := 0.0
		for i, t := range targets {
			if t != 0 && first[i] < s && s < end[i] {
				sum += float64(t * (p.Growth(s, i) - 1))
			}
		}
		r[s] = sum
	}
	for _, e := range m.Endings {
		if s := e.Session; s > 0 && s < len(r) {
			t := targetsAt(m, s-1)[e.Asset]
			r[s] += float64(t * (e.Price/p.Close(s - 1)[e.Asset] - 1))
		}
	}
	return r
}

func lives(p *data.Panel) (first, end []int) {
	first, end = make([]int, p.Assets()), make([]int, p.Assets())
	for i := range first {
		first[i], end[i] = p.Life(i)
	}
	return first, end
}

// targetsAt are the targets in force at the close of a session.
func targetsAt(m *sim.Mandate, s int) []float64 {
	targets := m.Targets
	for _, c := range m.Changes {
		if c.Session <= s {
			targets = c.Targets
		}
	}
	return targets
}
