package oracle_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/benchmarks/oracle"
	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/sim/ledger"
	"evenkeel/strategies"
)

// The engine and the oracle share nothing but the inputs: they must make the
// same decisions and hold the same money on any panel.

// setting is one random experiment, in words that both understand.
type setting struct {
	in   oracle.Input
	look data.Schedule
	fill sim.FillTime
	when *when // instead of look; nil: none

	trigger strategies.Trigger // of the strategy rebalance

	measured bool // its measures are compared, not its books
}

func drawSetting(t *rapid.T) setting {
	n := rapid.IntRange(2, 6).Draw(t, "assets")
	sessions := rapid.IntRange(2, 90).Draw(t, "sessions")
	in := oracle.Input{Cash: rapid.SampledFrom([]float64{10_000, 1_000_000}).Draw(t, "cash")}
	for i := range n {
		in.Symbols = append(in.Symbols, fmt.Sprintf("S%d", i))
	}
	drawPrices(t, &in, sessions)
	in.Targets = drawTargets(t, n)
	s := setting{in: in}
	s.look = data.Schedule{Every: rapid.SampledFrom([]int{1, 1, 2, 5}).Draw(t, "every")}
	s.fill = rapid.SampledFrom([]sim.FillTime{sim.SameClose, sim.NextClose, sim.NextOpen}).Draw(t, "fill")
	s.in.Fill = s.fill.String()
	s.in.Look = make([]bool, sessions)
	for d := range s.in.Look {
		s.in.Look[d] = d > 0 && d%s.look.Every == 0
	}
	drawPolicy(t, &s.in)
	drawCosts(t, &s.in)
	switch rapid.IntRange(0, 3).Draw(t, "reserve") {
	case 1:
		s.in.Reserve = 0.02 * s.in.Cash
	case 2:
		s.in.ReserveFraction = 0.02
	}
	return s
}

func drawPrices(t *rapid.T, in *oracle.Input, sessions int) {
	n := len(in.Symbols)
	last := make([]float64, n)
	for i := range last {
		last[i] = rapid.Float64Range(1, 300).Draw(t, "price")
	}
	size := rapid.SampledFrom([]float64{0.005, 0.03, 0.1}).Draw(t, "volatility")
	for d := range sessions {
		in.Dates = append(in.Dates, int32(15000+d))
		open, row := make([]float64, n), make([]float64, n)
		for i := range last {
			move := rapid.Float64Range(-size, size).Draw(t, "move")
			gap := rapid.Float64Range(-size, size).Draw(t, "gap")
			move += size / 50 * float64((i*7+d*13)%17) // no two assets move alike: ties would be decided by rounding
			open[i] = round4(last[i] * (1 + gap))
			last[i] = round4(last[i] * (1 + move))
			row[i] = last[i]
		}
		in.Open, in.Close = append(in.Open, open), append(in.Close, row)
	}
}

func round4(x float64) float64 { return math.Max(0.01, math.Round(x*1e4)/1e4) }

func drawTargets(t *rapid.T, n int) []float64 {
	parts := make([]int, n)
	left := 100
	for i := range n - 1 {
		parts[i] = rapid.IntRange(0, max(0, left/2)).Draw(t, "target")
		left -= parts[i]
	}
	parts[n-1] = left
	w := make([]float64, n)
	for i, p := range parts {
		w[i] = float64(p) / 100
	}
	return w
}

func drawPolicy(t *rapid.T, in *oracle.Input) {
	n := len(in.Symbols)
	in.Strategy = rapid.SampledFrom([]string{"bands", "bands", "bands", "bands", "calendar", "buy_and_hold"}).Draw(t, "strategy")
	in.Share = rapid.SampledFrom(strategies.ShareWords).Draw(t, "share")
	if in.Strategy != "bands" {
		return
	}
	side := func(name string, scale float64) []oracle.Limit {
		all := make([]oracle.Limit, n)
		for i := range all {
			v := rapid.Float64Range(0, 0.3).Draw(t, name)
			all[i] = oracle.Limit{Value: math.Round(v*1e4) / 1e4 * scale}
			switch rapid.IntRange(0, 6).Draw(t, name+" kind") {
			case 0:
				all[i] = oracle.Limit{Value: math.Round(v*1e3) / 1e4 * scale, Absolute: true}
			case 1:
				if scale == 1 {
					all[i] = oracle.Limit{None: true}
				}
			}
		}
		return all
	}
	in.BandUp, in.BandDown = side("band up", 1), side("band down", 1)
	ratio := rapid.SampledFrom([]float64{0, 0.25, 0.5, 1}).Draw(t, "rail ratio")
	in.RailUp, in.RailDown = railsOf(in.BandUp, ratio), railsOf(in.BandDown, ratio)
	in.To = rapid.SampledFrom([]string{"rail", "rail", "target", "edge", "fraction"}).Draw(t, "to")
	in.Fraction = rapid.SampledFrom([]float64{0.25, 0.5, 1}).Draw(t, "fraction")
	in.Unfunded = rapid.SampledFrom([]string{"nothing", "largest_overweight"}).Draw(t, "unfunded")
	in.Scope = rapid.SampledFrom([]string{"all", "all", "breached", "largest"}).Draw(t, "scope")
	in.Largest = rapid.IntRange(1, n).Draw(t, "largest")
}

// railsOf are rails at a part of the bands; where there is no band, there is no rail.
func railsOf(bands []oracle.Limit, ratio float64) []oracle.Limit {
	rails := make([]oracle.Limit, len(bands))
	for i, b := range bands {
		rails[i] = b
		if !b.None {
			rails[i].Value = b.Value * ratio
		}
	}
	return rails
}

func drawCosts(t *rapid.T, in *oracle.Input) {
	if rapid.Bool().Draw(t, "bps") {
		in.Costs = append(in.Costs, oracle.Cost{Name: "bps", Kind: "bps", Rate: float64(rapid.IntRange(1, 100).Draw(t, "rate")), Side: "both"})
	}
	if rapid.IntRange(0, 3).Draw(t, "fixed") == 0 {
		in.Costs = append(in.Costs, oracle.Cost{Name: "fixed", Kind: "fixed", Rate: float64(rapid.IntRange(1, 500).Draw(t, "amount")) / 100, Side: "both"})
	}
	if rapid.IntRange(0, 3).Draw(t, "stamp") == 0 {
		in.Costs = append(in.Costs, oracle.Cost{Name: "bps", Kind: "bps", Rate: 50, Side: "buy", Assets: []int{0}, From: in.Dates[len(in.Dates)/2]})
	}
}

// engine runs the same setting through the simulation.
func (s *setting) engine(t require.TestingT) sim.Record {
	in := &s.in
	var dates []data.Date
	var closes, opens []float64
	for d, date := range in.Dates {
		dates = append(dates, data.Date(date))
		closes, opens = append(closes, in.Close[d]...), append(opens, in.Open[d]...)
	}
	p, err := data.NewPanel(data.Adjusted, dates, in.Symbols, closes, opens)
	require.NoError(t, err)
	policy := s.policy()
	require.NoError(t, policy.Bind(p, in.Targets))
	terms := &sim.Terms{Fill: s.fill, Reserve: in.Reserve, ReserveFraction: in.ReserveFraction}
	for _, c := range in.Costs {
		terms.Costs = append(terms.Costs, costOf(t, p, c))
	}
	r, err := sim.NewRunner(p, 1, sim.KeepDrift|sim.KeepLog)
	require.NoError(t, err)
	require.NoError(t, r.Set(0, &sim.Mandate{Policy: policy, Targets: in.Targets, Terms: terms, Cash: in.Cash}))
	r.Run()
	return r.Record(0)
}

func costOf(t require.TestingT, p *data.Panel, c oracle.Cost) sim.Cost {
	scope := cost.Scope{Side: c.Side, From: data.NoDate, Until: data.NoDate}
	if c.From != 0 {
		scope.From = data.Date(c.From)
	}
	for _, i := range c.Assets {
		scope.Symbols = append(scope.Symbols, p.Symbols()[i])
	}
	var made cost.Cost = cost.NewBPS(c.Rate, scope)
	if c.Kind == "fixed" {
		made = cost.NewFixed(c.Rate, scope)
	}
	require.NoError(t, made.Bind(p))
	return made
}

func (s *setting) policy() strategies.Strategy {
	p := s.plainPolicy()
	if s.when != nil {
		s.when.install(p)
	}
	return p
}

// plainPolicy is the policy with looks on a schedule.
func (s *setting) plainPolicy() strategies.Strategy {
	in := &s.in
	share := strategies.Share(0)
	for i, w := range strategies.ShareWords {
		if w == in.Share {
			share = strategies.Share(i)
		}
	}
	switch in.Strategy {
	case "buy_and_hold":
		return strategies.NewBuyAndHold()
	case "calendar":
		c := strategies.NewCalendar(s.look)
		c.Aim.Share, c.Funding = share, s.funding()
		return c
	}
	if in.Strategy == "rebalance" {
		r := s.rebalance()
		s.aim(&r.Aim, share)
		r.Funding = s.funding()
		return r
	}
	b := strategies.NewBands()
	b.Look, b.Funding = s.look, s.funding()
	s.aim(&b.Aim, share)
	for i, symbol := range in.Symbols {
		band := strategies.Limit{Up: half(in.BandUp[i]), Down: half(in.BandDown[i])}
		rail := strategies.Limit{Up: half(in.RailUp[i]), Down: half(in.RailDown[i])}
		b.PerAsset = append(b.PerAsset, strategies.AssetLimits{Symbol: symbol, Band: &band, Rail: &rail})
	}
	return b
}

// funding says what pays.
func (s *setting) funding() strategies.Funding {
	return map[string]strategies.Funding{"growth": strategies.Growth, "reduction": strategies.Reduction}[s.in.Funding]
}

// aim says how far to trade and who gets what.
func (s *setting) aim(aim *strategies.Aim, share strategies.Share) {
	in := &s.in
	aim.Share = share
	aim.To = map[string]strategies.To{"rail": strategies.ToRail, "target": strategies.ToTarget, "edge": strategies.ToEdge, "fraction": strategies.ToFraction}[in.To]
	aim.Fraction = in.Fraction
	aim.Scope = map[string]strategies.Scope{"all": strategies.ScopeAll, "breached": strategies.ScopeBreached, "largest": strategies.ScopeLargest}[in.Scope]
	aim.Largest = in.Largest
	aim.Fallback = in.Unfunded == "largest_overweight"
}

func half(l oracle.Limit) strategies.Half {
	switch {
	case l.None:
		return strategies.Half{Rel: math.Inf(1), Abs: math.Inf(1)}
	case l.Absolute:
		return strategies.Absolute(l.Value)
	}
	return strategies.Relative(l.Value)
}

// agree compares a run of the engine with the oracle's.
func agree(t require.TestingT, rec *sim.Record, want *oracle.Output) {
	counts := func(looks, triggers, unfunded, rebalances, trades int) string {
		return fmt.Sprintf("%d looks, %d triggers, %d unfunded, %d rebalances, %d trades", looks, triggers, unfunded, rebalances, trades)
	}
	y := rec.Tally
	var decided []oracle.Decision
	for _, d := range rec.Log.Decisions {
		if d.Cause > sim.CauseOpening && d.Cause <= sim.CauseMini || d.Cause == sim.CauseTargets {
			decided = append(decided, oracle.Decision{Session: int(d.Session), Unfunded: d.State != sim.StateTraded})
		}
	}
	require.Equal(t, want.Decided, decided)
	paused := 0
	for _, d := range rec.Log.Decisions {
		if d.State == sim.StatePaused {
			paused++
		}
	}
	require.Equal(t, want.Paused, paused)
	require.Equal(t, counts(want.Looks, want.Triggers, want.Unfunded, want.Rebalances, want.TradesCount),
		counts(y.Looks, y.Triggers, y.Unfunded, y.Rebalances, y.Trades))
	require.Equal(t, want.Filled, y.Filled, "rebalances of which something was filled")
	slack := 2e-5 + 4e-6*float64(y.Trades) // money: the books round to 1e-6 and 1e-8 shares an order, and hold back a little
	for _, c := range rec.Mandate.Terms.Costs {
		if c.Traits().Sized { // wishes are made again until costs fit them to a millionth of each trade
			slack += 2e-6 * slices.Max(rec.NAV)
		}
	}
	least := rec.Mandate.Cash // NAV, but for an account that was emptied
	for s, nav := range want.NAV {
		if rec.NAV[s] > 1 {
			least = min(least, rec.NAV[s])
		}
		require.InDeltaf(t, nav.InexactFloat64(), rec.NAV[s], slack+1e-9*rec.NAV[s], "NAV of session %d", s)
	}
	for i, shares := range want.Shares[len(want.Shares)-1] {
		price := rec.Panel.Close(rec.End - 1)[i]
		require.InDeltaf(t, shares.InexactFloat64(), rec.Units[i].Shares(), slack/price+6e-8+1.5e-8*shares.InexactFloat64(), "closing shares of asset %d", i)
	}
	require.InDelta(t, want.CostTotal.InexactFloat64(), y.Cost.Money(), 1e-4+slack/100)
	require.InDelta(t, want.CostInitial.InexactFloat64(), y.CostInitial.Money(), 1e-5)
	require.InDelta(t, want.Turnover.InexactFloat64(), y.Turnover, slack/least+1e-9+1e-9*y.Turnover)
}

// agreeTrades compares every trade: the same asset at the same session, of the same
// size; and what waits in the batch at the end.
func agreeTrades(t require.TestingT, rec *sim.Record, want *oracle.Output) {
	type place struct{ session, asset int }
	theirs, ours := map[place]float64{}, map[place]float64{}
	for _, x := range append(slices.Clone(want.Initial), want.Trades...) {
		n := x.Shares.InexactFloat64()
		if !x.Buy {
			n = -n
		}
		theirs[place{x.Session, x.Asset}] += n
	}
	for _, e := range rec.Log.Entries {
		if e.Kind == sim.EntryBuy || e.Kind == sim.EntrySell {
			ours[place{int(e.Session), int(e.Asset)}] += e.Units.Shares()
		}
	}
	slack := func(p place, n float64) float64 {
		return (1e-3+2e-8*rec.NAV[p.session])/rec.Panel.Close(p.session)[p.asset] + 1e-8*math.Abs(n)
	}
	for p, n := range theirs {
		require.InDeltaf(t, n, ours[p], slack(p, n), "shares traded of asset %d at session %d", p.asset, p.session)
		delete(ours, p)
	}
	for p, n := range ours {
		require.InDeltaf(t, 0, n, slack(p, n), "shares traded of asset %d at session %d", p.asset, p.session)
	}
	waiting := make([]float64, rec.Panel.Assets())
	for _, o := range rec.Log.Orders {
		if o.State == sim.StateQueued {
			n := o.Units.Shares() // as of its decision
			for _, x := range rec.Panel.Actions() {
				if x.Asset == int(o.Asset) && x.Session > int(o.Session) {
					n *= x.Split
				}
			}
			waiting[o.Asset] += n
		}
	}
	for i, n := range want.Queue {
		require.InDeltaf(t, n.InexactFloat64(), waiting[i], slack(place{rec.End - 1, i}, waiting[i]), "shares of asset %d that wait", i)
	}
}

func TestEngineAgreesWithOracle(t *testing.T) {
	ties := 0
	rapid.Check(t, func(t *rapid.T) {
		s := drawSetting(t)
		want := oracle.Run(s.in)
		if len(want.NearTies) > 0 {
			ties++
			return
		}
		rec := s.engine(t)
		differ(t, &s, &rec, &want)
		agree(t, &rec, &want)
		agreeTrades(t, &rec, &want)
		_, err := ledger.Replay(&rec)
		require.NoError(t, err)
	})
	t.Logf("%d cases left out: decided by less than float64 can tell", ties)
}

// differ logs the setting and the first session whose orders differ.
func differ(t tester, s *setting, rec *sim.Record, want *oracle.Output) {
	in := &s.in
	type order struct{ theirs, ours float64 }
	at := map[[2]int]order{}
	for _, o := range want.Orders {
		v := o.Value.InexactFloat64()
		if !o.Buy {
			v = -v
		}
		x := at[[2]int{o.Session, o.Asset}]
		at[[2]int{o.Session, o.Asset}] = order{x.theirs + v, x.ours}
	}
	for _, o := range rec.Log.Orders {
		waits := o.State == sim.StateQueued || o.State == sim.StateBatched || o.Reason == sim.ReasonNetted || rec.Mandate.Terms.Batch != nil && o.Reason == sim.ReasonEnded && o.First < 0
		if !waits && rec.Log.Decisions[o.Decision].Cause != sim.CauseOpening && (o.State != sim.StateMissed || o.Reason < sim.ReasonMinimum || o.Ended > o.Session) {
			k := [2]int{int(o.Session), int(o.Asset)}
			units := o.Units
			if o.Reason == sim.ReasonTurnover { // it was cut before it went out
				units = o.Done
			}
			at[k] = order{at[k].theirs, at[k].ours + units.Shares()*rec.Panel.Close(int(o.Session))[o.Asset]}
		}
	}
	for d := range in.Dates {
		same := true
		for i := range in.Symbols {
			o := at[[2]int{d, i}]
			same = same && math.Abs(o.theirs-o.ours) < 1e-3
		}
		if same {
			continue
		}
		t.Logf("session %d: to %s %v scope %s %d unfunded %s share %s fill %s reserve %v costs %+v cash %s", d, in.To, in.Fraction, in.Scope, in.Largest, in.Unfunded, in.Share, in.Fill, in.Reserve, in.Costs, want.Cash[d-1])
		invested := 0.0
		for i := range in.Symbols {
			invested += want.Shares[d-1][i].InexactFloat64() * in.Close[d][i]
		}
		for i := range in.Symbols {
			value := want.Shares[d-1][i].InexactFloat64() * in.Close[d][i]
			t.Logf("  t %v value %.6f excess %.6f orders: oracle %.6f engine %.6f", in.Targets[i], value, value-in.Targets[i]*invested, at[[2]int{d, i}].theirs, at[[2]int{d, i}].ours)
			if in.BandUp != nil {
				t.Logf("  band up %+v down %+v rail up %+v down %+v", in.BandUp[i], in.BandDown[i], in.RailUp[i], in.RailDown[i])
			}
		}
		t.Logf("  settlement %v bridge %v lot %v minimum %v turnover %v participation %v rules %+v flows %+v batch %v urgent %v strategy %s", in.Settle, in.Bridge, in.Lot, in.Minimum, in.MaxTurnover, in.Participation, in.Rules, in.Flows, in.Batch, in.Urgent, in.Strategy)
		logSession(t, rec, want, d)
		return
	}
	differTrades(t, rec, want)
}

// differTrades logs the first session whose trades differ.
func differTrades(t tester, rec *sim.Record, want *oracle.Output) {
	sum := map[[2]int]float64{}
	for _, x := range append(append([]oracle.Trade(nil), want.Initial...), want.Trades...) {
		n := x.Shares.InexactFloat64()
		if !x.Buy {
			n = -n
		}
		sum[[2]int{x.Session, x.Asset}] += n
	}
	for _, e := range rec.Log.Entries {
		if e.Kind == sim.EntryBuy || e.Kind == sim.EntrySell {
			sum[[2]int{int(e.Session), int(e.Asset)}] -= e.Units.Shares()
		}
	}
	for s := range want.NAV {
		some := false
		for i := range rec.Panel.Assets() {
			if x := sum[[2]int{s, i}]; math.Abs(x) > 1e-3 {
				t.Logf("session %d: the oracle trades %v shares of %s more, at %v", s, x, rec.Panel.Symbols()[i], rec.Panel.Close(s)[i])
				some = true
			}
		}
		if some || math.Abs(want.NAV[s].InexactFloat64()-rec.NAV[s]) > 1e-3 {
			for _, x := range want.Trades {
				if x.Session == s {
					t.Logf("  oracle: %+v", x)
				}
			}
			logSession(t, rec, want, s)
			return
		}
	}
}

// logSession logs what was booked and ordered at a session and shortly before.
func logSession(t tester, rec *sim.Record, want *oracle.Output, d int) {
	for x := max(0, d-3); x <= d; x++ {
		t.Logf("  session %d: oracle NAV %s cash %s unsettled %s engine NAV %v", x, want.NAV[x], want.Cash[x], want.Unsettled[x], rec.NAV[x])
	}
	for _, e := range rec.Log.Entries {
		if int(e.Session) <= d && int(e.Session) >= d-3 {
			t.Logf("  entry %+v %s", e, e.Kind)
		}
	}
	for _, o := range rec.Log.Orders {
		if int(o.Session) <= d && int(o.Ended) >= d-2 {
			t.Logf("  engine: %+v %s %s", o, o.State, o.Reason)
		}
	}
}
