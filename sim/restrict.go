package sim

// restrict finds what may be bought and how much may be sold of each asset at
// session s, for the view and for admit. A price that was carried forward is none
// to decide on.
func (a *account) restrict(s int, v *View) {
	if !a.limited {
		return
	}
	a.bound = false
	for i := range a.sellable {
		v.NoBuy[i], a.sellable[i], a.why[i] = false, a.units[i], ReasonRestricted
		a.noSell[i] = !a.panel.Fresh(s, i)
		if a.noSell[i] {
			v.NoBuy[i], a.sellable[i] = true, 0
		}
		a.locks[i] = false
	}
	for _, r := range a.mandate.Terms.Rules {
		if s < r.From || s >= r.Until {
			continue
		}
		i := r.Asset
		v.NoBuy[i] = v.NoBuy[i] || r.Rule == NoBuy || r.Rule == Hold
		switch r.Rule {
		case NoSell, Hold:
			a.sellable[i], a.noSell[i] = 0, true
		case LockUp:
			a.locks[i] = true
			a.sellable[i] = min(a.sellable[i], a.units[i]-min(a.units[i], a.locked[i]))
		}
	}
	for i, u := range a.sellable {
		if !a.locks[i] {
			a.locked[i] = 0
		}
		if a.mandate.Terms.KeepShort && a.tax != nil && u > 0 {
			if free := a.tax.Free(s, i, v.Price[i]); free < u {
				a.sellable[i], a.why[i] = free, ReasonTax
			}
		}
		if a.owners != nil {
			a.sellable[i] = min(a.sellable[i], a.owners.Sellable(s, i))
		}
		v.MaxSell[i] = v.Value[i]
		if a.sellable[i] < a.units[i] || a.noSell[i] && v.Value[i] > 0 { // also of what waits in the batch
			v.MaxSell[i] = min(v.Value[i], a.sellable[i].Shares()*v.Price[i])
			a.bound = true
		}
		a.bound = a.bound || v.NoBuy[i] && (a.targets[i] > 0 || a.batch != nil && a.queued[i].units != 0)
	}
	v.Bound = a.bound
}

// lock notes shares of asset i that were bought while a lock-up is in force.
func (a *account) lock(s, i int, u Units) {
	for _, r := range a.mandate.Terms.Rules {
		if r.Rule == LockUp && r.Asset == i && s >= r.From && s < r.Until {
			a.locked[i] += u
			return
		}
	}
}
