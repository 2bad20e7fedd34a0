package village

import (
	"slices"

	"evenkeel/sim"
)

// barMembers gives a roster the restrictions of single members.
func (w *World) barMembers(r *Roster, name string) {
	var all []Restriction
	for _, x := range w.Restrictions {
		if x.Members != nil && (x.Villages == nil || slices.Contains(x.Villages, name)) {
			all = append(all, x)
		}
	}
	if len(all) == 0 {
		return
	}
	r.bars = func(s, i, j int) (buy, sell bool) {
		for _, x := range all {
			if x.Asset == i && s >= x.From && s < x.Until && slices.Contains(x.Members, r.Names[j]) {
				buy = buy || x.Rule == sim.NoBuy || x.Rule == sim.Hold
				sell = sell || x.Rule == sim.NoSell || x.Rule == sim.Hold
			}
		}
		return buy, sell
	}
}

// mandate is a village's account. What no route may trade its decisions leave out.
func (w *World) mandate(l int, v *village) *sim.Mandate {
	x := &w.Villages[l]
	terms := *x.Terms
	terms.Rules = slices.Clone(terms.Rules)
	for _, y := range w.Restrictions { // a lock-up is the account's, whatever the routes
		if y.Rule == sim.LockUp && y.Members == nil && (y.Villages == nil || slices.Contains(y.Villages, x.Name)) && w.closesAll(y.Routes) {
			terms.Rules = append(terms.Rules, sim.Restriction{Asset: y.Asset, Rule: y.Rule, From: y.From, Until: y.Until})
		}
	}
	terms.Rules = append(terms.Rules, w.shut(l)...)
	return &sim.Mandate{
		Policy: x.Policy, Targets: x.Targets, Changes: x.Changes, Terms: &terms, Owners: v.Roster, Listings: x.Listings, Endings: x.Endings,
	}
}

func (w *World) closesAll(routes []sim.Venue) bool {
	for _, r := range w.Routes {
		if routes != nil && !slices.Contains(routes, r) {
			return false
		}
	}
	return true
}

// shut is when no route is open to a village's orders, whichever restrictions close them.
func (w *World) shut(l int) (rules []sim.Restriction) {
	for i := range w.Panel.Assets() {
		if !slices.ContainsFunc(w.Restrictions, func(x Restriction) bool { return x.Asset == i }) {
			continue
		}
		for _, rule := range []sim.Rule{sim.NoBuy, sim.NoSell} {
			from := -1
			for s := 0; s <= w.Panel.Sessions(); s++ {
				open := s == w.Panel.Sessions() || slices.ContainsFunc(w.Routes, func(r sim.Venue) bool { return !w.closed(s, l, i, rule == sim.NoBuy, r) })
				switch {
				case !open && from < 0:
					from = s
				case open && from >= 0:
					rules = append(rules, sim.Restriction{Asset: i, Rule: rule, From: from, Until: s})
					from = -1
				}
			}
		}
	}
	return rules
}

// closed says whether a route is closed to an order that was decided at a session.
func (w *World) closed(s, l, i int, buys bool, route sim.Venue) bool {
	for k := range w.Restrictions {
		x := &w.Restrictions[k]
		if x.Asset != i || s < x.From || s >= x.Until || x.Members != nil || x.Rule == sim.LockUp {
			continue
		}
		if x.Rule == sim.NoSell && buys || x.Rule == sim.NoBuy && !buys {
			continue
		}
		if (x.Routes == nil || slices.Contains(x.Routes, route)) && (x.Villages == nil || slices.Contains(x.Villages, w.Villages[l].Name)) {
			return true
		}
	}
	return false
}
