package run

import (
	"fmt"
	"slices"

	"evenkeel/data/fault"
)

// fits says what of a policy's settings is not of the prices' assets and sessions: a
// file that a run wrote always is, one that was changed may not be.
func (r *reader) fits(s *policySettings) error {
	n, sessions := r.panel.Assets(), r.panel.Sessions()
	wrong := func(format string, args ...any) error {
		return fmt.Errorf("policy %s: %s; prices.parquet has %d assets and %d sessions", fault.Quote(s.Name), fmt.Sprintf(format, args...), n, sessions)
	}
	switch holdings, settle := len(s.Holdings), len(s.Terms.Settle); {
	case len(s.Targets) != n:
		return wrong("%d targets", len(s.Targets))
	case holdings != n && holdings > 0:
		return wrong("%d holdings", holdings)
	case settle != n && settle > 0:
		return wrong("%d terms.settle", settle)
	}
	last := 0
	for _, c := range s.Changes {
		if len(c.Targets) != n || c.Session < last || c.Session >= sessions {
			return wrong("a target change of session %d with %d targets", c.Session, len(c.Targets))
		}
		last = c.Session
	}
	inside := func(session, asset int) bool {
		return session >= 0 && session < sessions && asset >= 0 && asset < n
	}
	for _, x := range s.Listings {
		if !inside(x.Session, x.Asset) {
			return wrong("listings name asset %d and session %d", x.Asset, x.Session)
		}
	}
	for _, x := range s.Endings {
		if x.Session > sessions || !inside(0, x.Asset) || x.Session < 0 {
			return wrong("endings name asset %d and session %d", x.Asset, x.Session)
		}
	}
	for i, w := range s.Waits {
		if !inside(int(w.Session), 0) || w.First < 0 || int(w.First) > i {
			return wrong("waits name session %d and note %d", w.Session, w.First)
		}
	}
	waiting := append(slices.Clone(s.Waiting), s.Owing)
	for _, w := range s.Waits {
		waiting = append(waiting, w.Waiting)
	}
	for _, w := range waiting {
		if !inside(int(w.Since), 0) {
			return wrong("money waits since session %d", w.Since)
		}
		for _, a := range w.Assets {
			if !inside(0, int(a)) {
				return wrong("money waits for asset %d", a)
			}
		}
	}
	return nil
}
