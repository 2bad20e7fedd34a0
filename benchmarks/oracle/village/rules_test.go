package village

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
)

// golden reads a case's inputs and expected values into what a test needs.
func golden(t *testing.T, id string, inputs, expected any) {
	t.Helper()
	raw, ok := readCases(t)[id]
	if !ok {
		t.Fatalf("no case %s", id)
	}
	var c struct{ Inputs, Expected json.RawMessage }
	if err := json.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(c.Inputs, inputs); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(c.Expected, expected); err != nil {
		t.Fatal(err)
	}
}

func same(t *testing.T, what string, got Rat, want string) {
	t.Helper()
	if want == "" {
		want = "0"
	}
	decimals := 0
	if at := strings.IndexByte(want, '.'); at >= 0 {
		decimals = len(want) - at - 1
	}
	if Text(got, max(decimals, 12)) != Text(Dec(want), max(decimals, 12)) && Text(got, decimals) != want {
		t.Errorf("%s: got %s, want %s", what, Text(got, 12), want)
	}
}

func TestSplit(t *testing.T) {
	var in struct{ Splits [][2]json.RawMessage }
	var want struct{ Splits [][]int64 }
	golden(t, "VC-04-largest-remainder", &in, &want)
	for k, x := range in.Splits {
		var total int64
		var weights []int64
		if json.Unmarshal(x[0], &total) != nil || json.Unmarshal(x[1], &weights) != nil {
			t.Fatal("not a split")
		}
		if got := Split(total, weights); fmt.Sprint(got) != fmt.Sprint(want.Splits[k]) {
			t.Errorf("%d over %v: got %v, want %v", total, weights, got, want.Splits[k])
		}
	}
}

// TestSale is the sale of VC-04: shares by holdings, the value by the shares sold, the cost
// by the value received.
func TestSale(t *testing.T) {
	var in struct {
		Holdings          map[string]string
		Sold, Value, Cost string
	}
	var want struct {
		Members map[string]struct{ Shares, Cash string }
	}
	golden(t, "VC-04-largest-remainder", &in, &want)
	v := &village{in: Village{Targets: []Rat{one}}, queue: make([]int64, 1)}
	for _, name := range []string{"ann", "bob", "cy"} {
		v.members = append(v.members, &member{name: name, left: -1, held: []int64{toUnits(Dec(in.Holdings[name]))}, own: make([]int64, 1), lots: make([][]lot, 1)})
	}
	r := &run{in: World{Assets: []string{"A"}}}
	p := part{o: &order{member: -1, sell: true}, shares: toUnits(Dec(in.Sold)), value: toMicros(Dec(in.Value)), costs: []Charge{{"cost", toMicros(Dec(in.Cost))}}}
	for _, x := range r.sale(v, p) {
		w := want.Members[v.members[x.Member].name]
		if shares8(x.Shares) != w.Shares || money6(x.Cash) != w.Cash {
			t.Errorf("%s: got %s %s, want %s", v.members[x.Member].name, shares8(x.Shares), money6(x.Cash), w)
		}
	}
}

// TestFiveCompanies is the document's table with its ranks and thresholds.
func TestFiveCompanies(t *testing.T) {
	var in struct {
		Assets  []string
		Current []int64 `json:"current_pct"`
		Target  []int64 `json:"target_pct"`
	}
	want := map[string]struct {
		Limit string
		Rows  []struct {
			Asset, Deviation, Relative string
			Points                     string `json:"adjustment_pp"`
			Rank                       int
			ByPercent                  int `json:"rank_percentage"`
			Counts                     bool
		}
	}{}
	golden(t, "VC-03-five-companies", &in, &want)
	for title, x := range want {
		worth, _, _ := strings.Cut(strings.TrimPrefix(title, "village "), ",")
		rules := Rules{Money: whole(10000), Percent: Dec(title[strings.LastIndex(title, "> ")+2:])}
		if strings.Contains(title, "per 1000000") {
			rules.PerNAV = whole(1000000)
		}
		w := World{Assets: in.Assets, Rules: rules, Villages: []Village{{Name: "V"}}}
		r := &run{in: w}
		l := &sight{aim: Dec(worth), nav: Dec(worth)}
		v := &village{}
		for k := range in.Assets {
			v.in.Targets = append(v.in.Targets, over(whole(in.Target[k]), whole(100)))
			l.weight = append(l.weight, over(whole(in.Current[k]), whole(100)))
			l.value = append(l.value, times(l.weight[k], l.aim))
		}
		r.table(v, l)
		same(t, title, r.moneyLimit(l.nav), x.Limit)
		for k, row := range l.byRank() {
			y := x.Rows[k]
			if in.Assets[row.Asset] != y.Asset || row.Rank != y.Rank || row.RankPercentage != y.ByPercent || row.Counts != y.Counts {
				t.Errorf("%s: row %d: got %s %d %d %t, want %+v", title, k, in.Assets[row.Asset], row.Rank, row.RankPercentage, row.Counts, y)
			}
			same(t, "points", times(row.Adjustment, whole(100)), y.Points)
			same(t, "deviation", row.Deviation, y.Deviation)
			same(t, "relative", row.Relative, y.Relative)
		}
	}
}

func TestTaxAwareSellers(t *testing.T) {
	var in struct {
		Price, Session json.Number
		Long           int `json:"long_after_sessions"`
		Lots           []struct {
			Member           string
			Session          int
			Shares, PerShare json.Number
			Basis            json.Number `json:"basis_per_share"`
		}
	}
	want := map[string]map[string]struct {
		Shares, Cash string
		Short        string `json:"gain_short"`
		Long         string `json:"gain_long"`
	}{}
	golden(t, "VC-13-tax-aware", &in, &want)
	number := func(n json.Number) int64 { return toInt64(floorInt(Dec(n.String()))) }
	session, price := number(in.Session), number(in.Price)
	for title, members := range want {
		kind, rest, _ := strings.Cut(title, ", ")
		shares, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
		dates := make([]time.Time, session+1)
		dates[session] = time.Date(2024, 1, 15, 0, 0, 0, 0, time.UTC)
		if strings.HasSuffix(title, "June") {
			dates[session] = time.Date(2024, 6, 15, 0, 0, 0, 0, time.UTC)
		}
		prices := make([][]Rat, session+1)
		prices[session] = []Rat{whole(price)}
		v := &village{in: Village{TaxAware: kind == "tax_aware", Tax: &Tax{LongAfter: in.Long}}}
		at := map[string]*member{}
		for _, l := range in.Lots {
			m := at[l.Member]
			if m == nil {
				m = &member{name: l.Member, left: -1, held: make([]int64, 1), own: make([]int64, 1), lots: make([][]lot, 1)}
				at[l.Member] = m
				v.members = append(v.members, m)
			}
			m.held[0] += number(l.Shares) * unitsPerShare
			v.addLot(m, 0, lot{l.Session, number(l.Shares) * unitsPerShare, number(l.Shares) * number(l.Basis) * microsPerMoney})
		}
		at["ann"].months = []int{1, 12}
		r := &run{in: World{Assets: []string{"A"}, Prices: prices, Dates: dates}, now: int(session)}
		got := r.sale(v, part{o: &order{member: -1, sell: true}, shares: shares * unitsPerShare, value: shares * price * microsPerMoney})
		if len(got) != len(members) {
			t.Errorf("%s: %d members sell, want %d", title, len(got), len(members))
		}
		for _, x := range got {
			y := members[v.members[x.Member].name]
			if shares8(x.Shares) != y.Shares || money6(x.Cash) != y.Cash || money6(x.GainShort) != y.Short || money6(x.GainFar) != y.Long {
				t.Errorf("%s: %s: got %s %s %s %s, want %+v", title, v.members[x.Member].name, shares8(x.Shares), money6(x.Cash), money6(x.GainShort), money6(x.GainFar), y)
			}
		}
	}
}

func TestMinutes(t *testing.T) {
	var in struct {
		A     []string `json:"prices_A"`
		Parts []int
	}
	type line struct {
		Decided, Traded, Finalised int64
		Extended                   bool
		Parts                      []int64
	}
	var want struct {
		At240 string `json:"stress_session_240"`
		At260 string `json:"stress_session_260"`
		Calm  line
		Busy  line `json:"stressed"`
		Mini  line
	}
	golden(t, "VC-14-timeline", &in, &want)
	var prices [][]Rat
	for _, a := range in.A {
		prices = append(prices, []Rat{Dec(a), whole(100)})
	}
	targets := []Rat{Dec("50%"), Dec("50%")}
	busy := Stress(prices, targets, 260, 20, 250, whole(4))
	same(t, "stress at 240", Stress(prices, targets, 240, 20, 250, whole(4)), want.At240)
	same(t, "stress at 260", busy, want.At260)
	same(t, "stress at 20", Stress(prices, targets, 20, 20, 250, whole(4)), "1")
	p := Process{whole(10), whole(35), whole(15), Dec("50%"), whole(4)}
	for _, x := range []struct {
		want line
		got  Timeline
	}{{want.Calm, p.Minutes(one, in.Parts[0], false)}, {want.Busy, p.Minutes(busy, in.Parts[1], false)}, {want.Mini, p.Minutes(one, in.Parts[2], true)}} {
		if fmt.Sprint(line(x.got)) != fmt.Sprint(x.want) {
			t.Errorf("got %v, want %v", x.got, x.want)
		}
	}
}

func TestForecast(t *testing.T) {
	var in struct {
		Cash, Pool, Owed, Horizon int64
		Free                      int64 `json:"pool_available"`
		Announced                 []struct {
			Announced, Due int
			Amount         int64
		}
		Today []int
	}
	var want []struct {
		Inflow, Outflow, Available, Gap, Coverage json.Number
	}
	golden(t, "VC-19-forecast", &in, &want)
	var list []Announced
	for _, a := range in.Announced {
		list = append(list, Announced{a.Announced, a.Due, whole(a.Amount)})
	}
	for k, today := range in.Today {
		f := Ahead(today, int(in.Horizon), whole(in.Cash), whole(in.Free), whole(in.Owed), list)
		for _, x := range []struct {
			what string
			got  Rat
			want json.Number
		}{{"inflow", f.Inflow, want[k].Inflow}, {"outflow", f.Outflow, want[k].Outflow}, {"available", f.Available, want[k].Available},
			{"gap", f.Gap, want[k].Gap}, {"coverage", f.Coverage, want[k].Coverage}} {
			same(t, fmt.Sprint(today, " ", x.what), x.got, x.want.String())
		}
	}
}

func TestProxy(t *testing.T) {
	var in struct {
		Rows []struct {
			Drift, Burden, Years json.Number
			Mean                 json.Number `json:"mean_nav"`
			Waits                []int64
		}
	}
	var want []struct{ Index, Burden, Waiting json.Number }
	golden(t, "VC-20-satisfaction", &in, &want)
	for k, x := range in.Rows {
		var waits []Rat
		for _, d := range x.Waits {
			waits = append(waits, whole(d))
		}
		proxy, burden, waiting := Proxy(Dec(x.Drift.String()), Dec(x.Burden.String()), Dec(x.Years.String()), Dec(x.Mean.String()), waits)
		same(t, "proxy", proxy, want[k].Index.String())
		same(t, "burden", burden, want[k].Burden.String())
		same(t, "waiting", waiting, want[k].Waiting.String())
	}
}

func TestStakes(t *testing.T) {
	var in struct{ Joins [][2]json.Number }
	var want struct{ Stake []json.Number }
	golden(t, "VC-21-stakes", &in, &want)
	for k, x := range in.Joins {
		o := Run(World{Assets: []string{"A"}, Prices: [][]Rat{{one}}, Villages: []Village{{Name: "V", Targets: []Rat{one}}},
			Flows: []Flow{{Village: "V", Member: "all", Amount: Dec(x[1].String())}, {Village: "V", Member: "new", Amount: Dec(x[0].String())}}})
		same(t, "stake", o.Members[0][1].Stake, want.Stake[k].String())
	}
}

// TestWeekly is VC-15: the weekly report of a village that does not trade.
func TestWeekly(t *testing.T) {
	var in goldenInput
	var want struct {
		Daily []struct {
			Session int
			Half    string `json:"drift_half"`
		}
		Weeks [][]struct {
			Asset, Current, Target, Adjustment, Relative, Change string
			Rank                                                 int
			Days                                                 int `json:"days_beyond"`
		}
	}
	golden(t, "VC-15-weekly", &in, &want)
	w := in.world()
	o := Run(w)
	for _, x := range want.Daily {
		same(t, "half", o.Sessions[x.Session].Drift[0], x.Half)
	}
	for k, week := range Weeks(w, o, 0, []int{5, 10}) {
		for j, x := range week {
			y := want.Weeks[k][j]
			got := fmt.Sprint(w.Assets[x.Asset], " ", Text(x.Current, 12), Text(x.Target, 12), Text(x.Adjustment, 12), Text(x.Relative, 12), Text(x.Change, 12), x.Rank, x.DaysBeyond)
			if line := fmt.Sprint(y.Asset, " ", y.Current, y.Target, y.Adjustment, y.Relative, y.Change, y.Rank, y.Days); got != line {
				t.Errorf("week %d:\n got %s\nwant %s", k, got, line)
			}
		}
	}
}

// TestTracking compares efficiency and allocation shortfall of every world that has them.
func TestTracking(t *testing.T) {
	seen := 0
	for id, raw := range readCases(t) {
		var c goldenCase
		var g struct {
			Tracking map[string]struct {
				Efficiency string
				Shortfall  string `json:"allocation_shortfall"`
			}
		}
		if json.Unmarshal(raw, &c) != nil || json.Unmarshal(c.Expected, &g) != nil || g.Tracking == nil {
			continue
		}
		w := c.Inputs.world()
		o := Run(w)
		for _, d := range o.Decisions {
			want := g.Tracking[w.Villages[d.Village].Name]
			got := Track(o, d)
			same(t, id+" efficiency", got.Efficiency, want.Efficiency)
			same(t, id+" shortfall", got.Shortfall, want.Shortfall)
			seen++
		}
	}
	if seen == 0 {
		t.Fatal("no case was compared")
	}
}
