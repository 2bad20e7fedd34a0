package village

// routes are those of the rules; exchange and pool need a pool.
func (r *run) routes() []string {
	if r.in.Rules.Routes != nil {
		return r.in.Rules.Routes
	}
	if r.in.Pool == nil {
		return []string{"cross", "market"}
	}
	return []string{"cross", "exchange", "pool", "market"}
}

// closed says whether a restriction closes a route to one side of a company today (4.9.1).
// Those that name members are for their own orders.
func (r *run) closed(route string, v *village, member string, asset int, sell bool) bool {
	return r.closedOn(r.now, route, v, member, asset, sell)
}

// closedOn is the same for a decision of a session: an order keeps the routes that were
// open to it when it was decided.
func (r *run) closedOn(session int, route string, v *village, member string, asset int, sell bool) bool {
	for _, x := range r.in.Rules.Forbidden {
		if x.Rule == "no_sell" && !sell || x.Rule == "no_buy" && sell {
			continue
		}
		if session < x.From || x.Until >= 0 && session > x.Until {
			continue
		}
		if !among(x.Assets, asset) || !named(x.Routes, route) || !named(x.Villages, v.in.Name) {
			continue
		}
		if len(x.Members) == 0 || member != "" && named(x.Members, member) {
			return true
		}
	}
	return false
}

// shut says whether no route is open.
func (r *run) shut(v *village, member string, asset int, sell bool) bool {
	for _, route := range r.routes() {
		if !r.closed(route, v, member, asset, sell) {
			return false
		}
	}
	return true
}

func among(list []int, x int) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return len(list) == 0
}

func named(list []string, x string) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return len(list) == 0
}

// has is membership without the meaning of an empty list.
func has(list []int, x int) bool { return len(list) > 0 && among(list, x) }
