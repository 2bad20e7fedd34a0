package strategies

import "evenkeel/sim"

// LeftOut are the assets that reductions of a run left out because they had a target and
// were not held, in the order of the panel: K, the least v/t, is made of what is held. It
// needs the run's log.
func LeftOut(r *sim.Record) (symbols []string) {
	p, ok := r.Mandate.Policy.(interface{ reduces() bool })
	if !ok || !p.reduces() || r.Log == nil {
		return nil
	}
	units, left := make([]sim.Units, r.Panel.Assets()), make([]bool, r.Panel.Assets())
	inForce := r.Mandate.InForce()
	e, at := 0, 0
	for _, d := range r.Log.Decisions {
		if !d.Cause.OfPolicy() || d.State == sim.StateInBand || d.State == sim.StatePaused || d.State == sim.StateOrdersOpen {
			continue
		}
		for ; e < len(r.Log.Entries) && !after(r, &r.Log.Entries[e], d.Session); e++ {
			if x := &r.Log.Entries[e]; x.Asset >= 0 {
				units[x.Asset] += x.Units
			}
		}
		for at+1 < len(inForce) && inForce[at+1].Session <= int(d.Session) {
			at++
		}
		for i, t := range inForce[at].Targets {
			left[i] = left[i] || t > 0 && units[i].Shares()*r.Panel.Close(int(d.Session))[i] < sim.Dust
		}
	}
	for i, out := range left {
		if out {
			symbols = append(symbols, r.Panel.Symbols()[i])
		}
	}
	return symbols
}

// after reports whether an entry comes after the decision of a session: a later one, or a fill
// of what was decided at its close.
func after(r *sim.Record, e *sim.Entry, session int32) bool {
	return e.Session > session || e.Session == session && e.Order >= 0 && r.Log.Orders[e.Order].Session == session
}

// reduces reports whether proceeds of the policy's rebalances leave.
func (r *Recipe) reduces() bool { return r.Funding == Reduction }
