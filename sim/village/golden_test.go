package village_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/internal/simtest"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/sim/village"
	"evenkeel/strategies"
)

type num string

func (n *num) UnmarshalJSON(b []byte) error { *n = num(strings.Trim(string(b), `"`)); return nil }

func (n num) float() float64 {
	s := strings.TrimSuffix(strings.TrimSuffix(string(n), "%"), "...")
	if s == "" || s == "null" {
		return 0
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(err)
	}
	if strings.HasSuffix(string(n), "%") {
		f /= 100
	}
	return f
}

// scaled is a decimal in millionths, or in hundred-millionths: exactly.
func (n num) scaled(places int) int64 {
	sign, s := int64(1), string(n)
	if strings.HasPrefix(s, "-") {
		sign, s = -1, s[1:]
	}
	whole, part, _ := strings.Cut(s, ".")
	part += strings.Repeat("0", places)
	x, err := strconv.ParseInt(whole+part[:places], 10, 64)
	if err != nil {
		panic(err)
	}
	return sign * x
}

type goldenCase struct {
	ID     string
	Inputs struct {
		Prices   []map[string]num
		Villages []struct {
			Name, Sellers string
			Targets       map[string]num
			Tax           *struct {
				LongAfter int `json:"long_after"`
			}
		}
		Flows []struct {
			Session         int
			Village, Member string
			Asset           string
			Amount          num
		}
		Pool *struct {
			Cash, Reserve, Limit num
			Units                map[string]num
			Spread               float64
			Priority             string
			Order                []string
		}
		Costs []struct {
			Model  string
			Rate   num
			Amount num
		}
		Rules struct {
			Look           []int
			Money, Percent num
			PerNAV         num `json:"per_nav"`
			Scope          string
			Fill, Funding  string
			Routes         []string
			Capacity       num
			CrossFee       float64 `json:"cross_fee"`
			Minimum        num
			Batch          *struct{ Release []int }
			Mini           *struct {
				Look             []int
				Deviation, Major num
				Largest          int
			}
			Restrictions []struct {
				Assets, Routes []string
				Rule           string
				From           *int
				Until          *int
			}
		}
	}
	Expected struct {
		Decisions []struct {
			Session        int
			Village, Cause string
			Table          []struct {
				Asset                                            string
				Current, Target, Adjustment, Deviation, Relative num
				Rank                                             int32
				Counts                                           bool
			}
			Orders []struct {
				Asset  string
				Shares num
				Member *string
			}
		}
		Fills []struct {
			Session                     int
			Village, Asset, Route, Side string
			Shares, Value               num
			Costs                       map[string]num
			Members                     []struct {
				Member       string
				Shares, Cash num
			}
		}
		Missed []struct {
			Session                      int
			Village, Asset, Side, Reason string
			Shares                       num
		}
		Paid []struct {
			Session         int
			Village, Member string
			Amount          num
			Waited          int32 `json:"sessions_waited"`
		}
		Closing map[string]struct {
			Cash, NAV num
			Shares    map[string]num
		}
		Members map[string]map[string]struct {
			Cash, NAV, Costs num
			Shares           map[string]num
			Trades           int
		}
		NAV    []map[string]num
		Trades []any
		Pool   []struct {
			Session                                    int
			Cash, NAV, Spendable, Refused, Utilisation num
		}
	}
}

func goldenCases(t *testing.T) map[string]goldenCase {
	raw, err := os.ReadFile("../../benchmarks/oracle/village/testdata/village_cases.json")
	require.NoError(t, err)
	var all struct{ Cases []json.RawMessage }
	require.NoError(t, json.Unmarshal(raw, &all))
	byID := map[string]goldenCase{}
	for _, x := range all.Cases {
		var id struct {
			ID     string
			Inputs map[string]json.RawMessage
		}
		require.NoError(t, json.Unmarshal(x, &id))
		if id.Inputs["rules"] == nil { // not a world that is run
			continue
		}
		var c goldenCase
		require.NoError(t, json.Unmarshal(x, &c), id.ID)
		byID[c.ID] = c
	}
	return byID
}

func symbolsOf(c *goldenCase) []string {
	var all []string
	for s := range c.Inputs.Prices[0] {
		all = append(all, s)
	}
	slices.Sort(all)
	return all
}

func routeOf(word string) sim.Venue { return sim.Venue(slices.Index(village.RouteWords, word)) }

func worldOf(t *testing.T, c *goldenCase) (*village.World, []string) {
	in, symbols := &c.Inputs, symbolsOf(c)
	var rows [][]float64
	for _, x := range in.Prices {
		row := make([]float64, len(symbols))
		for i, s := range symbols {
			row[i] = x[s].float()
		}
		rows = append(rows, row)
	}
	p := simtest.Market(t, rows, nil)
	w := &village.World{Panel: p, KeepTrades: true}
	var costs []cost.Cost
	for _, x := range in.Costs {
		if x.Model == "bps" {
			costs = append(costs, cost.NewBPS(x.Rate.float(), cost.Everywhere))
		} else {
			costs = append(costs, cost.NewFixed(x.Amount.float(), cost.Everywhere))
		}
	}
	made := simtest.Costs(t, p, costs...)
	last := p.Sessions()
	var rules []village.Restriction
	for _, x := range in.Rules.Restrictions {
		for _, s := range x.Assets {
			r := village.Restriction{Asset: slices.Index(symbols, s), Rule: sim.Rule(slices.Index(sim.RuleWords, x.Rule)), Until: last}
			if x.From != nil {
				r.From, r.Until = *x.From, *x.Until+1
			}
			for _, word := range x.Routes {
				r.Routes = append(r.Routes, routeOf(word))
			}
			rules = append(rules, r)
		}
	}
	w.Restrictions = rules
	w.Capacity, w.CrossFee = sim.ToMicros(in.Rules.Capacity.float()), in.Rules.CrossFee
	words := in.Rules.Routes
	if words == nil {
		words = []string{"cross", "market"}
		if in.Pool != nil {
			words = []string{"cross", "exchange", "pool", "market"}
		}
	}
	for _, word := range words {
		w.Routes = append(w.Routes, routeOf(word))
	}
	if x := in.Pool; x != nil {
		w.Pool = &village.Pool{Cash: sim.Micros(x.Cash.scaled(6)), Reserve: sim.ToMicros(x.Reserve.float()), Limit: x.Limit.float(), Spread: x.Spread, Holdings: make([]sim.Units, len(symbols))}
		for s, u := range x.Units {
			w.Pool.Holdings[slices.Index(symbols, s)] = sim.Units(u.scaled(8))
		}
		w.Pool.Priority = village.Priority(max(0, slices.Index(village.PriorityWords, x.Priority)))
		for _, name := range x.Order {
			for l := range in.Villages {
				if in.Villages[l].Name == name {
					w.Pool.Order = append(w.Pool.Order, l)
				}
			}
		}
	}
	w.Limits = village.Limits{Money: in.Rules.Money.float(), PerNAV: in.Rules.PerNAV.float(), Percent: in.Rules.Percent.float()}
	if in.Rules.Percent == "" {
		w.Limits.Percent = 0.05
	}
	for _, x := range in.Villages {
		v := village.Village{Name: x.Name, Targets: make([]float64, len(symbols))}
		for s, f := range x.Targets {
			v.Targets[slices.Index(symbols, s)] = f.float()
		}
		terms := &sim.Terms{Costs: made, Minimum: in.Rules.Minimum.float()}
		if in.Rules.Fill == "same_close" {
			terms.Fill = sim.SameClose
		}
		if in.Rules.Batch != nil {
			terms.Batch = &sim.Batch{}
		}
		v.Terms, v.Policy = terms, policyOf(t, c, p, v.Targets)
		if x.Tax != nil {
			v.Long = func(bought, session int) bool { return session-bought > x.Tax.LongAfter }
			v.TaxAware = x.Sellers == "tax_aware"
		}
		for _, f := range in.Flows {
			if f.Village != x.Name {
				continue
			}
			r := village.Row{Session: f.Session, Member: f.Member}
			switch {
			case f.Asset != "":
				r.Asset, r.Units = slices.Index(symbols, f.Asset), sim.Units(f.Amount.scaled(8))
			case f.Amount == "all":
				r.Leaves = true
			default:
				r.Money = sim.Micros(f.Amount.scaled(6))
			}
			v.Rows = append(v.Rows, r)
		}
		w.Villages = append(w.Villages, v)
	}
	return w, symbols
}

// looksAt are looks on the sessions given, in the words of schedules.
func looksAt(sessions []int) data.Schedule {
	switch {
	case len(sessions) == 0:
		return data.Schedule{Every: 1_000_000}
	case len(sessions) == 1:
		return data.Schedule{Every: 1000, Offset: sessions[0]}
	default:
		return data.Schedule{Every: sessions[1] - sessions[0], Offset: sessions[0] % (sessions[1] - sessions[0])}
	}
}

func policyOf(t *testing.T, c *goldenCase, p *data.Panel, targets []float64) sim.Policy {
	rules := &c.Inputs.Rules
	r := &strategies.Rebalance{Bands: *strategies.NewBands()}
	percent := 0.05
	if rules.Percent != "" {
		percent = rules.Percent.float()
	}
	r.If = &strategies.Group{All: true, Of: []strategies.Trigger{
		&strategies.Money{Amount: rules.Money.float(), PerNAV: rules.PerNAV.float()},
		&strategies.Band{All: strategies.Both(strategies.Relative(percent)), Named: "deviation"},
	}}
	r.Aim.To, r.Aim.Scope = strategies.ToTarget, strategies.ScopeBreached
	if rules.Scope == "all" {
		r.Aim.Scope = strategies.ScopeAll
	}
	r.Rail = strategies.Both(strategies.Relative(0))
	r.Look = looksAt(rules.Look)
	if rules.Funding != "" {
		r.Funding = strategies.Funding(slices.Index(strategies.FundingWords, rules.Funding))
	}
	if m := rules.Mini; m != nil {
		r.Mini = &strategies.Mini{Look: looksAt(m.Look), Deviation: m.Deviation.float(), Major: m.Major.float(), Largest: m.Largest}
	}
	require.NoError(t, r.Bind(p, targets))
	return r
}

// The golden worlds: decisions with their tables, fills with every member's part, what was
// paid, books at the end.
func TestGoldenWorlds(t *testing.T) {
	for id, c := range goldenCases(t) {
		t.Run(id, func(t *testing.T) {
			w, symbols := worldOf(t, &c)
			require.NoError(t, w.Run())
			money, shares := int64(1), int64(1)
			if strings.HasPrefix(id, "VC-22") || strings.HasPrefix(id, "VC-23") {
				money, shares = 100, 1000
			}
			compareDecisions(t, w, &c, symbols)
			compareFills(t, w, &c, symbols, money, shares)
			comparePaid(t, w, &c, money)
			compareBooks(t, w, &c, symbols, money, shares)
			comparePool(t, w, &c, money)
		})
	}
}

func near(t *testing.T, want, got, slack int64, what string, args ...any) {
	t.Helper()
	if d := want - got; d > slack || d < -slack {
		t.Errorf("%s: %d, want %d", fmt.Sprintf(what, args...), got, want)
	}
}

func compareDecisions(t *testing.T, w *village.World, c *goldenCase, symbols []string) {
	at := map[string]village.Deviation{}
	for _, x := range w.Deviations {
		at[fmt.Sprint(x.Session, w.Villages[x.Village].Name, symbols[x.Asset])] = x
	}
	n := 0
	for _, d := range c.Expected.Decisions {
		for _, r := range d.Table {
			n++
			x, ok := at[fmt.Sprint(d.Session, d.Village, r.Asset)]
			if !ok {
				t.Errorf("session %d: no decision of %s", d.Session, d.Village)
				break
			}
			require.InDelta(t, r.Current.float(), x.Current, 1e-8, "%d %s %s", d.Session, d.Village, r.Asset)
			require.InDelta(t, r.Deviation.float(), x.Money, 1e-4, "%d %s %s", d.Session, d.Village, r.Asset)
			require.Equal(t, r.Rank, x.Rank)
			require.Equal(t, r.Counts, x.Counts, "%d %s %s", d.Session, d.Village, r.Asset)
		}
	}
	if len(c.Expected.Decisions) > 0 && n != len(w.Deviations) {
		t.Errorf("%d rows of decisions, want %d", len(w.Deviations), n)
	}
}

func compareFills(t *testing.T, w *village.World, c *goldenCase, symbols []string, money, shares int64) {
	type part struct{ units, value int64 }
	got := map[string]part{}
	for l := range w.Villages {
		r := w.Roster(l)
		for _, x := range r.Trades {
			key := fmt.Sprint(x.Session, w.Villages[l].Name, symbols[x.Asset], village.RouteWords[x.Venue], r.Names[x.Member], x.Units > 0)
			v := got[key]
			cash := x.Value - x.Cost
			if x.Units > 0 {
				cash = -x.Value - x.Cost
			}
			got[key] = part{v.units + int64(x.Units), v.value + int64(cash)}
		}
	}
	want := map[string]part{}
	for _, f := range c.Expected.Fills {
		for _, m := range f.Members {
			key := fmt.Sprint(f.Session, f.Village, f.Asset, f.Route, m.Member, f.Side == "buy")
			v := want[key]
			want[key] = part{v.units + m.Shares.scaled(8), v.value + m.Cash.scaled(6)}
		}
	}
	if len(want) == 0 {
		return
	}
	for key, x := range want {
		y, ok := got[key]
		if !ok {
			t.Errorf("no fill %s: %v", key, x)
			continue
		}
		near(t, x.units, y.units, shares, "%s shares", key)
		near(t, x.value, y.value, money, "%s cash", key)
	}
	for key, y := range got {
		if _, ok := want[key]; !ok {
			t.Errorf("fill %s: %v", key, y)
		}
	}
}

func comparePaid(t *testing.T, w *village.World, c *goldenCase, money int64) {
	for l := range w.Villages {
		name, r, n := w.Villages[l].Name, w.Roster(l), 0
		for _, x := range c.Expected.Paid {
			if x.Village != name {
				continue
			}
			if n >= len(r.Payments) {
				t.Errorf("%s: no payment %v", name, x)
				break
			}
			p := r.Payments[n]
			n++
			require.Equal(t, []any{x.Session, x.Member}, []any{int(p.Session), r.Names[p.Member]})
			near(t, x.Amount.scaled(6), int64(p.Amount), money, "payment %v", x)
			require.Equal(t, x.Waited, p.Waited)
		}
		if c.Expected.Trades == nil {
			require.Len(t, r.Payments, n)
		}
	}
}

func compareBooks(t *testing.T, w *village.World, c *goldenCase, symbols []string, money, shares int64) {
	for l := range w.Villages {
		name, r := w.Villages[l].Name, w.Roster(l)
		for j, who := range r.Names {
			x, ok := c.Expected.Members[name][who]
			if !ok {
				continue
			}
			b := r.Book(j)
			near(t, x.Cash.scaled(6), int64(b.Cash), money, "%s cash", who)
			for i, s := range symbols {
				if u, ok := x.Shares[s]; ok {
					near(t, u.scaled(8), int64(b.Units[i]), shares, "%s %s", who, s)
				}
			}
			require.Equal(t, x.Trades, r.SumsOf(j).Trades, "trades of %s", who)
			near(t, x.Costs.scaled(6), int64(r.SumsOf(j).Costs), money, "costs of %s", who)
		}
		rec := w.Runner().Record(l)
		for s, row := range c.Expected.NAV {
			if v, ok := row[name]; ok {
				require.InDelta(t, v.float(), rec.NAV[s], math.Max(2e-6, float64(money)*1e-6), "NAV of %s at %d", name, s)
			}
		}
	}
}

func comparePool(t *testing.T, w *village.World, c *goldenCase, money int64) {
	for k, x := range c.Expected.Pool {
		p := w.PoolRows[k]
		near(t, x.Cash.scaled(6), int64(p.Cash), money, "pool %d cash", k)
		near(t, x.NAV.scaled(6), int64(p.NAV), money, "pool %d nav", k)
		near(t, x.Spendable.scaled(6), int64(p.Spendable), money, "pool %d spendable", k)
		near(t, x.Refused.scaled(6), int64(p.Refused), money, "pool %d refused", k)
	}
}
