package village

// Processed is a decision with its orders until the last is filled or given up (4.1), as a
// row of the table of processes.
type Processed struct {
	Decision int // place among Output.Decisions
	Timeline
	Stress    Rat
	LastFill  int // session, -1: nothing was filled
	Count     int // parts
	Members   int // touched
	Tracking  Tracking
	Costs     map[string]int64 // by route
	SaleRange Rat              // sale spread (4.11); nil without a sale of the village's
}

// Processes folds decisions and their parts. The opening is one too.
func Processes(w World, o Output, p Process, valuations bool) (rows []Processed) {
	for k, d := range o.Decisions {
		x := Processed{Decision: k, LastFill: -1, Tracking: Track(o, d), Costs: map[string]int64{}, Stress: one}
		if !valuations {
			x.Stress = Stress(w.Prices, w.Villages[d.Village].Targets, d.Session, 20, 250, p.Stress)
		}
		touched := map[int]bool{}
		for _, f := range o.Fills {
			if f.Decided != d.Session || f.Village != d.Village {
				continue
			}
			x.LastFill = f.Session
			x.Count++
			x.Costs[f.Route] += total(f.Costs)
			for _, m := range f.Members {
				touched[m.Member] = true
			}
		}
		x.Members = len(touched)
		x.Timeline = p.Minutes(x.Stress, x.Count, d.Cause == "mini")
		x.SaleRange = saleRange(o, d)
		rows = append(rows, x)
	}
	return rows
}

// saleRange is the largest less the smallest part of the sellable holding that members sold
// in one company (4.11), the largest of the companies.
func saleRange(o Output, d Decision) (spread Rat) {
	for i := range d.Prices {
		var had, sold []int64
		for _, f := range o.Fills {
			if f.Decided != d.Session || f.Village != d.Village || f.Asset != i || !f.Sell || f.Owner >= 0 {
				continue
			}
			if had == nil {
				had, sold = f.Sellable, make([]int64, len(f.Sellable))
			}
			for _, m := range f.Members {
				sold[m.Member] -= m.Shares
			}
		}
		var least, most Rat
		for j, n := range had {
			if n == 0 {
				continue
			}
			part := over(whole(sold[j]), whole(n))
			if least == nil || less(part, least) {
				least = part
			}
			if most == nil || less(most, part) {
				most = part
			}
		}
		if most != nil && (spread == nil || less(spread, minus(most, least))) {
			spread = minus(most, least)
		}
	}
	return spread
}

// Notice is a notification (4.14), at the end of finalising the village's process of the
// session. Asset is -1 where there is none.
type Notice struct {
	Session                int
	Second                 int64
	Village, Member, Asset int
	Event                  string // joined, traded, paid, waiting, left, alert
	Amount, Shares         int64
}

// Notices folds what members are told, by session, village and event.
func Notices(o Output, processes []Processed) (list []Notice) {
	for s := range o.Sessions {
		for v, ends := range o.Members {
			second := int64(0)
			for _, p := range processes {
				if d := o.Decisions[p.Decision]; d.Village == v && (p.LastFill == s || d.Session == s && p.LastFill < 0) {
					second = max(second, p.Finalised)
				}
			}
			put := func(n Notice) {
				n.Session, n.Second, n.Village = s, second, v
				list = append(list, n)
			}
			for j, e := range ends {
				if e.Joined == s {
					put(Notice{Member: j, Asset: -1, Event: "joined"})
				}
			}
			for _, n := range traded(o, s, v, len(ends)) {
				put(n)
			}
			paid := map[int]bool{}
			for _, p := range o.Paid {
				if p.Session == s && p.Village == v {
					put(Notice{Member: p.Member, Asset: -1, Event: "paid", Amount: p.Amount})
					paid[p.Member] = true
				}
			}
			for j, m := range o.Sessions[s].Villages[v].Members {
				if m.Owed > 0 {
					put(Notice{Member: j, Asset: -1, Event: "waiting", Amount: m.Owed})
				}
			}
			for j, e := range ends {
				if e.Left == s {
					put(Notice{Member: j, Asset: -1, Event: "left"})
				}
			}
			for _, a := range o.Alerts {
				if a.Session == s && a.Village == v && a.Raised {
					for j, e := range ends {
						if e.Joined <= s && (e.Left < 0 || e.Left > s) {
							put(Notice{Member: j, Asset: a.Asset, Event: "alert"})
						}
					}
				}
			}
		}
	}
	return list
}

// traded is what each member traded of each company on a session.
func traded(o Output, session, village, members int) (list []Notice) {
	for j := range members {
		at := map[int]int{}
		for _, f := range o.Fills {
			if f.Session != session || f.Village != village {
				continue
			}
			for _, m := range f.Members {
				if m.Member != j {
					continue
				}
				if _, ok := at[f.Asset]; !ok {
					at[f.Asset] = len(list)
					list = append(list, Notice{Member: j, Asset: f.Asset, Event: "traded"})
				}
				list[at[f.Asset]].Shares += m.Shares
				list[at[f.Asset]].Amount += m.Cash
			}
		}
	}
	return list
}
