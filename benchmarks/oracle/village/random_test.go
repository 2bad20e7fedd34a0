package village

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"testing"
	"time"
)

// worlds is how many random worlds are run; VILLAGE_WORLDS asks for more.
func worlds(t *testing.T) (n, seed uint64) {
	n, seed = 100, 1
	if testing.Short() {
		n = 40
	}
	for _, x := range []struct {
		name string
		to   *uint64
	}{{"VILLAGE_WORLDS", &n}, {"VILLAGE_SEED", &seed}} {
		if text := os.Getenv(x.name); text != "" {
			value, err := strconv.ParseUint(text, 10, 64)
			if err != nil {
				t.Fatalf("%s: %v", x.name, err)
			}
			*x.to = value
		}
	}
	return n, seed
}

// TestRandomWorlds replays made-up histories with joins, leaves, shares brought, locks, a
// pool that runs dry, restrictions, batches, taxes and corporate actions. Conservation is
// checked inside after every session; the records must add up too.
func TestRandomWorlds(t *testing.T) {
	n, seed := worlds(t)
	fills, missed := 0, map[string]int{}
	routes := map[string]int{}
	for k := range n {
		w := randomWorld(rand.New(rand.NewPCG(seed, k)))
		func() {
			defer func() {
				if x := recover(); x != nil {
					t.Errorf("world %d of seed %d: %v\n%s", k, seed, x, debug.Stack())
				}
			}()
			o := Run(w)
			if err := addsUp(w, o); err != nil {
				t.Errorf("world %d of seed %d: %v", k, seed, err)
			}
			fills += len(o.Fills)
			for _, f := range o.Fills {
				routes[f.Route]++
			}
			for _, m := range o.Missed {
				missed[m.Reason]++
			}
		}()
	}
	for _, route := range []string{"cross", "exchange", "pool", "market"} {
		if routes[route] == 0 {
			t.Errorf("no part was filled by %s", route)
		}
	}
	for _, reason := range []string{"counterparty", "pool_capital", "pool_limit", "pool_holdings", "capacity", "restricted", "cash", "minimum"} {
		if missed[reason] == 0 && n >= 40 {
			t.Errorf("nothing was missed for %s", reason)
		}
	}
	t.Logf("%d worlds, %d parts %v, missed %v", n, fills, routes, missed)
}

// TestOrderOfVillages turns the file's order of villages round: it decides nothing but ties
// (4.4). Without pool and capacity nothing is served in turn.
func TestOrderOfVillages(t *testing.T) {
	n, seed := worlds(t)
	for k := range n {
		w := randomWorld(rand.New(rand.NewPCG(seed, 1<<41+k)))
		w.Pool, w.Rules.Capacity = nil, nil
		w.Rules.Routes = []string{"cross", "market"}
		back := w
		back.Villages = append([]Village(nil), w.Villages...)
		slices.Reverse(back.Villages)
		x, y := Run(w), Run(back)
		for s := range x.Sessions {
			for v := range w.Villages {
				a, b := x.Sessions[s].Villages[v], y.Sessions[s].Villages[len(w.Villages)-1-v]
				if a.Cash != b.Cash || fmt.Sprint(a.Shares, a.Members) != fmt.Sprint(b.Shares, b.Members) {
					t.Fatalf("world %d of seed %d: %s differs on session %d:\n%v\n%v", k, seed, w.Villages[v].Name, s, a, b)
				}
			}
		}
	}
}

// addsUp checks records that conservation inside a run does not see.
func addsUp(w World, o Output) error {
	type key struct{ session, village, asset, owner int }
	filled := map[key]int64{}
	for _, f := range o.Fills {
		shares, cash := int64(0), int64(0)
		for _, m := range f.Members {
			shares, cash = shares+m.Shares, cash+m.Cash
		}
		want, paid := f.Shares, -f.Value-total(f.Costs)
		if f.Sell {
			want, paid = -f.Shares, f.Value-total(f.Costs)
		}
		if shares != want || cash != paid {
			return fmt.Errorf("session %d: members get %d and %d of a part of %d and %d", f.Session, shares, cash, want, paid)
		}
		filled[key{f.Decided, f.Village, f.Asset, f.Owner}] += want
	}
	for _, d := range o.Decisions {
		for _, x := range d.Orders {
			got := filled[key{d.Session, d.Village, x.Asset, x.Member}]
			if got != 0 && (got < 0) != (x.Shares < 0) || size(whole(got)).Cmp(size(whole(x.Shares))) > 0 && len(w.Actions) == 0 {
				return fmt.Errorf("session %d: %d filled of %d asked", d.Session, got, x.Shares)
			}
		}
		for at, x := range d.Table {
			if x.Rank != at+1 {
				return fmt.Errorf("session %d: rank %d in row %d", d.Session, x.Rank, at)
			}
		}
	}
	last := o.Sessions[len(o.Sessions)-1]
	for v, ends := range o.Members {
		stake := zero
		for j, e := range ends {
			if e.Stake != nil {
				stake = plus(stake, e.Stake)
			}
			if e.Cash != last.Villages[v].Members[j].Cash {
				return fmt.Errorf("%s ends with another cash", e.Name)
			}
			if e.Left >= 0 && e.Cash != 0 && len(w.Actions) == 0 { // dust that stays in his book may get dividends
				return fmt.Errorf("%s left with cash", e.Name)
			}
		}
		if len(ends) > 0 && last.Villages[v].NAV.Sign() > 0 && stake.Cmp(one) != 0 {
			return fmt.Errorf("stakes sum to %s", stake)
		}
	}
	for _, p := range o.Paid {
		if p.Amount <= 0 || p.Waited < 0 {
			return fmt.Errorf("session %d: a payment of %d after %d sessions", p.Session, p.Amount, p.Waited)
		}
	}
	return nil
}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

func randomWorld(r *rand.Rand) World {
	n, sessions := 2+r.IntN(3), 12+r.IntN(20)
	w := World{Assets: []string{"A", "B", "C", "D"}[:n]}
	price := make([]Rat, n)
	for i := range price {
		price[i] = big.NewRat(int64(100+r.IntN(5000)), 100)
	}
	for range sessions {
		row := make([]Rat, n)
		for i := range price {
			price[i] = big.NewRat(max(1, nearest(times(price[i], big.NewRat(int64(9300+r.IntN(1401)), 1)))), 10000)
			row[i] = price[i]
		}
		w.Prices = append(w.Prices, row)
		w.Dates = append(w.Dates, time.Date(2024, 1, 1+9*len(w.Dates), 0, 0, 0, 0, time.UTC))
	}
	for k := range 1 + r.IntN(3) {
		w.Villages = append(w.Villages, randomVillage(r, n, k))
	}
	randomFlows(r, &w)
	if r.IntN(3) > 0 {
		w.Pool = randomPool(r, &w)
	}
	for _, c := range []Cost{{Name: "bps", Rate: whole(int64(r.IntN(40)))}, {Name: "fixed", Fixed: whole(int64(r.IntN(4)))}} {
		if r.IntN(2) == 0 {
			w.Costs = append(w.Costs, c)
		}
	}
	if r.IntN(4) == 0 {
		for range 1 + r.IntN(3) {
			a := Action{Session: 1 + r.IntN(sessions-1), Asset: r.IntN(n)}
			switch r.IntN(2) {
			case 0:
				a.Split = pick(r, big.NewRat(2, 1), big.NewRat(1, 3), big.NewRat(7, 5))
			default:
				a.Dividend = big.NewRat(int64(1+r.IntN(50)), 100)
			}
			w.Actions = append(w.Actions, a)
		}
	}
	w.Rules = randomRules(r, &w, sessions)
	return w
}

func randomVillage(r *rand.Rand, n, k int) Village {
	v := Village{Name: []string{"North", "South", "West"}[k], Lock: map[string]int{}, Month: map[string][]int{}}
	left := int64(100)
	for i := range n {
		part := left
		if i < n-1 {
			part = min(left, int64(5*r.IntN(14)))
		}
		left -= part
		v.Targets = append(v.Targets, big.NewRat(part, 100))
	}
	if r.IntN(6) == 0 {
		turned := append(append([]Rat(nil), v.Targets[1:]...), v.Targets[0])
		v.Changes = []Change{{2 + r.IntN(9), turned}}
	}
	if r.IntN(3) == 0 {
		v.Tax = &Tax{LongAfter: 5, Lots: pick(r, "", "lifo", "highest_cost")}
		v.TaxAware = r.IntN(2) == 0
	}
	if r.IntN(4) == 0 {
		v.Lock["m1"] = 10
	}
	if r.IntN(4) == 0 {
		v.Month["m0"] = []int{1, 3}
	}
	return v
}

func randomFlows(r *rand.Rand, w *World) {
	sessions := len(w.Prices)
	for _, v := range w.Villages {
		withShares := r.IntN(3) == 0
		for m := range 1 + r.IntN(5) {
			f := Flow{Village: v.Name, Member: fmt.Sprint("m", m), Amount: big.NewRat(int64(100000+r.IntN(90000000)), 1000)}
			if m > 0 && r.IntN(3) == 0 {
				f.Session = r.IntN(sessions)
			}
			if withShares || r.IntN(6) == 0 {
				f.Shares, f.Asset, f.Amount = true, r.IntN(len(w.Assets)), big.NewRat(int64(1+r.IntN(900000000)), 100000)
			}
			w.Flows = append(w.Flows, f)
			left := false
			for s := f.Session + 1 + r.IntN(6); s < sessions && !left; s += 1 + r.IntN(9) {
				g := Flow{Session: s, Village: v.Name, Member: f.Member, Amount: big.NewRat(int64(1+r.IntN(20000000)), 1000)}
				switch r.IntN(8) {
				case 0, 1, 2:
					g.Amount = minus(zero, g.Amount)
				case 3:
					g.All, left = true, true
				case 4:
					g.Shares, g.Asset = true, r.IntN(len(w.Assets))
				}
				w.Flows = append(w.Flows, g)
			}
		}
	}
}

func randomPool(r *rand.Rand, w *World) *Pool {
	p := &Pool{Cash: whole(int64(r.IntN(60000))), Reserve: whole(int64(r.IntN(2) * 5000)), Spread: whole(int64(r.IntN(2) * 30)),
		Priority: pick(r, "deviation", "pro_rata", "listed")}
	for _, v := range w.Villages {
		p.Order = append([]string{v.Name}, p.Order...)
	}
	for range w.Assets {
		p.Held = append(p.Held, whole(int64(r.IntN(2)*r.IntN(2000))))
	}
	if r.IntN(2) == 0 {
		p.Limit = big.NewRat(int64(20+r.IntN(60)), 100)
	}
	if r.IntN(3) == 0 {
		p.Flows = []PoolFlow{{3, whole(20000)}, {7, whole(-50000)}}
	}
	return p
}

func randomRules(r *rand.Rand, w *World, sessions int) Rules {
	x := Rules{Percent: Dec(pick(r, "2%", "5%", "10%")), Scope: pick(r, "", "all", ""), SameClose: r.IntN(3) == 0,
		Funding: pick(r, "", "", "", "", "flows_only", "contributions_first", "reduction", "growth"), Alert: Dec("10%"), AlertDrift: Dec("5%")}
	for s := 1 + r.IntN(3); s < sessions; s += 1 + r.IntN(4) {
		x.Look = append(x.Look, s)
	}
	if r.IntN(4) == 0 {
		x.Settle, x.Bridge = 1+r.IntN(3), r.IntN(2) == 0
	}
	if r.IntN(6) == 0 {
		x.Segments = []Segment{{whole(60000), 0}, {zero, 1}}
	}
	if r.IntN(2) == 0 {
		x.Money = whole(int64(r.IntN(3000)))
		if r.IntN(2) == 0 {
			x.PerNAV = whole(100000)
		}
	}
	if r.IntN(3) == 0 {
		x.Mini = &Mini{Deviation: Dec("10%"), Major: Dec("15%"), Largest: 2}
		for s := 1; s < sessions; s++ {
			x.Mini.Look = append(x.Mini.Look, s)
		}
	}
	if r.IntN(3) == 0 {
		x.Minimum = whole(int64(200 + r.IntN(3000)))
		if r.IntN(2) == 0 {
			x.Batch = &Batch{Release: []int{8, 16}, Urgent: Dec("30%")}
		}
	}
	if r.IntN(3) == 0 {
		x.Capacity = whole(int64(500 + r.IntN(20000)))
	}
	if r.IntN(3) == 0 {
		x.CrossFee = whole(int64(r.IntN(20)))
	}
	if w.Pool != nil && r.IntN(3) == 0 {
		x.Routes = pick(r, []string{"pool"}, []string{"cross", "exchange", "pool"}, []string{"pool", "exchange", "cross"}, []string{"market", "cross"})
	}
	for range r.IntN(4) {
		f := Restriction{Assets: []int{r.IntN(len(w.Assets))}, Rule: pick(r, "no_sell", "no_buy", "hold"), From: r.IntN(sessions), Until: -1}
		if r.IntN(2) == 0 {
			f.Until = f.From + r.IntN(8)
		}
		if r.IntN(2) == 0 {
			f.Routes = pick(r, []string{"market"}, []string{"market", "pool"}, []string{"cross"})
		}
		if r.IntN(3) == 0 {
			f.Villages = []string{w.Villages[0].Name}
		}
		if r.IntN(4) == 0 {
			f.Members = []string{"m0"}
		}
		x.Forbidden = append(x.Forbidden, f)
	}
	return x
}
