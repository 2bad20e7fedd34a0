package village

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"testing"
	"time"
)

// TestPlatform is VC-24: five accounts on one panel, the threshold with its pause, orders
// netted by session, percentiles.
func TestPlatform(t *testing.T) {
	var in struct {
		Accounts []struct {
			goldenInput
			Dates []string
		}
	}
	var want struct {
		Accounts []struct {
			Final        string `json:"final_nav"`
			Rebalances   []int
			Cost, Traded string
			Trades       int
		}
		Sessions []struct {
			Session, Accounts                     int
			Asset, Buy, Sell, Crossed, Net, Saved string
			CostBuy                               string `json:"cost_buy"`
			CostSell                              string `json:"cost_sell"`
		}
		Percentiles map[string]string `json:"percentiles_final_nav"`
	}
	golden(t, "VC-24-platform", &in, &want)
	var outputs []Output
	var navs []Rat
	for k, x := range in.Accounts {
		w := x.world()
		for _, d := range x.Dates {
			day, err := time.Parse("2006-01-02", d)
			if err != nil {
				t.Fatal(err)
			}
			w.Dates = append(w.Dates, day)
		}
		o := Run(w)
		outputs = append(outputs, o)
		nav := o.Sessions[len(o.Sessions)-1].Villages[0].NAV
		navs = append(navs, nav)
		var rebalances []int
		trades, cost, traded := 0, int64(0), int64(0)
		for _, d := range o.Decisions {
			if d.Cause == "deviation" && len(d.Orders) > 0 {
				rebalances = append(rebalances, d.Session)
			}
		}
		for _, f := range o.Fills {
			if f.Session > 0 {
				trades, cost, traded = trades+1, cost+total(f.Costs), traded+f.Value
			}
		}
		got := fmt.Sprint(Text(nav, 6), rebalances, money6(cost), trades, money6(traded))
		y := want.Accounts[k]
		if line := fmt.Sprint(y.Final, y.Rebalances, y.Cost, y.Trades, y.Traded); got != line {
			t.Errorf("account %d:\n got %s\nwant %s", k, got, line)
		}
	}
	rows := Netting(2, len(in.Accounts[0].Dates), outputs)
	for k, y := range want.Sessions {
		if k >= len(rows) {
			t.Fatalf("%d rows, want %d", len(rows), len(want.Sessions))
		}
		x := rows[k]
		got := fmt.Sprint(x.Session, x.Accounts, "AB"[x.Asset:x.Asset+1], money6(x.Buy), money6(x.Sell), money6(x.Crossed), money6(x.Net), money6(x.CostBuy), money6(x.CostSell), Text(x.Saved, 9))
		if line := fmt.Sprint(y.Session, y.Accounts, y.Asset, y.Buy, y.Sell, y.Crossed, y.Net, y.CostBuy, y.CostSell, y.Saved); got != line {
			t.Errorf("row %d:\n got %s\nwant %s", k, got, line)
		}
	}
	sort.Slice(navs, func(a, b int) bool { return less(navs[a], navs[b]) })
	for p, nav := range want.Percentiles {
		// the case's percentiles are of values rounded to 1e-6
		var rounded []Rat
		for _, x := range navs {
			rounded = append(rounded, Dec(Text(x, 6)))
		}
		if got := Text(Percentile(rounded, Dec(p)), 6); got != nav {
			t.Errorf("%s: got %s, want %s", p, got, nav)
		}
	}
}

// TestDraws is VC-25: a drawn population depends on seed and account alone.
func TestDraws(t *testing.T) {
	var in struct{ Seed uint64 }
	var want struct {
		Draws []struct {
			Account uint64
			U       []json.Number
			Cash    string
			Open    int  `json:"open_session"`
			Saves   bool `json:"deposits"`
			Deposit string
		}
	}
	golden(t, "VC-25-draws", &in, &want)
	lognormal := func(median, sigma, u float64) string {
		return fmt.Sprintf("%.2f", median*math.Exp(sigma*math.Sqrt2*math.Erfinv(2*u-1)))
	}
	for _, x := range want.Draws {
		r := rand.NewPCG(in.Seed, 5<<48+x.Account)
		var u []float64
		for range 4 {
			u = append(u, (float64(r.Uint64()>>11)+0.5)*0x1p-53)
		}
		for k := range u {
			if y, err := x.U[k].Float64(); err != nil || y != u[k] {
				t.Errorf("account %d: draw %d is %v, want %v", x.Account, k, u[k], x.U[k])
			}
		}
		got := fmt.Sprint(lognormal(12000, 1.4, u[0]), int(u[1]*2520), u[2] < 0.6, lognormal(200, 1, u[3]))
		if line := fmt.Sprint(x.Cash, x.Open, x.Saves, x.Deposit); got != line {
			t.Errorf("account %d:\n got %s\nwant %s", x.Account, got, line)
		}
	}
}
