package sim_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/internal/simtest"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/sim/ledger"
	"evenkeel/strategies"
)

// What tests of other rooms use too.
var (
	market   = simtest.Market
	flat     = simtest.Flat
	swinging = simtest.Swinging
	bands    = simtest.Bands
	costs    = simtest.Costs
	run      = simtest.Proven
)

// bound makes a strategy know its panel.
func bound[S strategies.Strategy](t require.TestingT, p *data.Panel, targets []float64, s S) S {
	return simtest.Bound(t, p, targets, s)
}

// shares are holdings as exact decimals.
func shares(units []sim.Units) []string {
	var s []string
	for _, u := range units {
		s = append(s, ledger.Shares(u).String())
	}
	return s
}

// still is a policy that never looks.
type still struct{}

func (still) Decide(*sim.View, []float64) sim.Verdict { panic("nobody asks") }

// hold is buy and hold of 60/40.
func hold(cash float64, terms *sim.Terms) *sim.Mandate {
	return &sim.Mandate{Policy: still{}, Targets: []float64{0.6, 0.4}, Terms: terms, Cash: cash}
}

// K is the cash less 2e-6 a purchase and component held back for rounding;
// shares are t K/p, rounded down to 1e-8, the value to the nearest 1e-6.
func TestInitialPurchase(t *testing.T) {
	p := market(t, [][]float64{{100, 50}}, nil)
	rec := run(t, p, hold(1000, &sim.Terms{}))
	require.Equal(t, []string{"5.99999997", "7.99999996"}, shares(rec.Units)) // K = 999.999996
	require.Equal(t, sim.Micros(1000_000000-599_999997-399_999998), rec.Tally.Cash)
	require.InDelta(t, 1000, rec.NAV[0], 1e-9)
	require.Equal(t, sim.Tally{Cash: 5}, rec.Tally, "no look, trigger, rebalance, trade, turnover or cost")
	require.Len(t, rec.Log.Decisions, 1)
	require.Equal(t, sim.CauseOpening, rec.Log.Decisions[0].Cause)
}

// With 10 basis points and 2 a trade, K = (1000 - 2 x 2 - 2 x 6e-6)/1.001.
func TestInitialPurchasePaysItsCosts(t *testing.T) {
	p := market(t, [][]float64{{100, 50}}, nil)
	terms := &sim.Terms{Costs: costs(t, p, cost.NewBPS(10, cost.Everywhere), cost.NewFixed(2, cost.Everywhere))}
	rec := run(t, p, hold(1000, terms))
	k := (1000 - 4 - 12e-6) / 1.001 // 995.004983
	require.InDelta(t, 0.6*k/100, rec.Units[0].Shares(), 1e-8)
	require.InDelta(t, 0.4*k/50, rec.Units[1].Shares(), 1e-8)
	require.Equal(t, []string{"5.97002989", "7.96003986"}, shares(rec.Units))
	// values 597.002989 and 398.001993, costs 0.597003 and 0.398002 and twice 2
	require.Equal(t, sim.Micros(4_995005), rec.Tally.Cost)
	require.Equal(t, rec.Tally.Cost, rec.Tally.CostInitial)
	require.Equal(t, sim.Micros(1000_000000-597_002989-398_001993-4_995005), rec.Tally.Cash)
	require.InDelta(t, 1000-4.995005, rec.NAV[0], 1e-9)
	require.Zero(t, rec.Tally.Trades)
	require.Zero(t, rec.Tally.Turnover)
}

func TestFreeOpening(t *testing.T) {
	p := swinging(t, 2, 40)
	targets := []float64{0.6, 0.4}
	charged := costs(t, p, cost.NewBPS(100, cost.Everywhere), cost.NewFixed(2, cost.Everywhere))
	m := &sim.Mandate{Policy: bound(t, p, targets, bands(0.05, 0, data.EverySession)), Targets: targets, Cash: 1000, Terms: &sim.Terms{Costs: charged, FreeOpening: true}}
	rec := run(t, p, m)
	require.InDelta(t, 1000, rec.NAV[0], 1e-4)
	require.Zero(t, rec.Tally.CostInitial)
	require.Positive(t, rec.Tally.Cost, "later trades are not free")
	paid := run(t, p, &sim.Mandate{Policy: m.Policy, Targets: targets, Cash: 1000, Terms: &sim.Terms{Costs: charged}})
	require.InDelta(t, 1000-(4+996/1.01*0.01), paid.NAV[0], 1e-4)
}

func TestOpeningTurnover(t *testing.T) {
	p := market(t, [][]float64{{100, 50}}, nil)
	rec := run(t, p, hold(1000, &sim.Terms{OpeningTurnover: true}))
	require.InDelta(t, 0.5, rec.Tally.Turnover, 1e-8) // all that comes in is bought: half the sum of |trades|
	require.Zero(t, rec.Tally.Trades)
}

// An opening of which nothing can be bought leaves cash; what is bought later is
// an ordinary trade.
func TestOpeningThatBuysNothing(t *testing.T) {
	p := swinging(t, 2, 10)
	day := p.Date(0)
	for name, c := range map[string]*cost.Fixed{
		"costs until the second day": cost.NewFixed(600, cost.Scope{From: data.NoDate, Until: day}),
		"costs for ever":             cost.NewFixed(1100, cost.Everywhere),
	} {
		t.Run(name, func(t *testing.T) {
			targets := []float64{0.6, 0.4}
			m := &sim.Mandate{Policy: bound(t, p, targets, strategies.NewCalendar(data.EverySession)), Targets: targets, Cash: 1000, Terms: &sim.Terms{Costs: costs(t, p, c)}}
			rec := run(t, p, m)
			require.Equal(t, 1000.0, rec.NAV[0])
			require.Zero(t, rec.Tally.CostInitial)
			if c.Until == data.NoDate {
				require.Equal(t, 1000.0, rec.NAV[9])
				require.Zero(t, rec.Tally.Trades)
				require.True(t, math.IsNaN(rec.DriftHalf[5]), "nothing is invested")
				return
			}
			require.Positive(t, rec.Units[0])
			require.Positive(t, rec.Tally.Trades)
			require.GreaterOrEqual(t, rec.Tally.Trades, rec.Tally.Rebalances)
			require.Greater(t, rec.Tally.Turnover, 0.4)
		})
	}
}

func TestWhereOrdersFill(t *testing.T) {
	closes := [][]float64{{100, 100}, {150, 100}, {120, 110}, {130, 90}}
	opens := [][]float64{{100, 100}, {101, 101}, {140, 105}, {125, 95}}
	p := market(t, closes, opens)
	targets := []float64{0.5, 0.5}
	only := data.Schedule{Every: 100, Offset: 1} // one look, at session 1
	for fill, c := range map[sim.FillTime]struct {
		session int
		prices  []float64
	}{
		sim.SameClose: {1, closes[1]}, sim.NextClose: {2, closes[2]}, sim.NextOpen: {2, opens[2]},
	} {
		t.Run(fill.String(), func(t *testing.T) {
			m := &sim.Mandate{Policy: bound(t, p, targets, strategies.NewCalendar(only)), Targets: targets, Cash: 1e6, Terms: &sim.Terms{Fill: fill}}
			rec := run(t, p, m)
			require.Len(t, rec.Log.Orders, 4)
			a, b := rec.Log.Orders[2], rec.Log.Orders[3]
			require.Equal(t, []int32{1, 1}, []int32{a.Session, b.Session})
			require.Equal(t, closes[1], []float64{a.Price, b.Price}, "sized at the close of the decision")
			require.Equal(t, []int32{int32(c.session), int32(c.session)}, []int32{a.Filled, b.Filled})
			require.Equal(t, c.prices, []float64{a.Fill, b.Fill})
			require.InDelta(t, -5000.0/6, a.Units.Shares(), 1e-3) // 5,000 at 150 beside 5,000 at 100: 125,000 too much
			require.InDelta(t, 1250, b.Units.Shares(), 1e-3)

			// at NAV's close, whatever the fill's price was
			done := []float64{5000 + a.Done.Shares(), 5000 + b.Done.Shares()}
			spent := done[0]*c.prices[0] - 5000*c.prices[0] + done[1]*c.prices[1] - 5000*c.prices[1]
			for s := range closes {
				want := 5000*closes[s][0] + 5000*closes[s][1]
				if s >= c.session {
					want = done[0]*closes[s][0] + done[1]*closes[s][1] - spent
				}
				require.InDelta(t, want, rec.NAV[s], 1e-2, "session %d", s)
			}
			before := 5000*c.prices[0] + 5000*c.prices[1]
			require.InDelta(t, (-a.Done.Shares()*c.prices[0]+b.Done.Shares()*c.prices[1])/2/before, rec.Tally.Turnover, 1e-9)
			require.Equal(t, sim.Tally{Looks: 1, Triggers: 1, Rebalances: 1, Filled: 1, Trades: 2, Turnover: rec.Tally.Turnover, Cash: rec.Tally.Cash}, rec.Tally)
		})
	}
}

// Purchases are scaled by one factor when prices rose until the fill; the rest is
// missed for want of cash.
func TestPurchasesAreScaledToTheCash(t *testing.T) {
	p := market(t, [][]float64{{100, 100, 100}, {160, 100, 100}, {130, 120, 120}}, nil)
	targets := []float64{0.5, 0.25, 0.25}
	m := &sim.Mandate{Policy: bound(t, p, targets, strategies.NewCalendar(data.Schedule{Every: 100, Offset: 1})), Targets: targets, Cash: 1e6, Terms: &sim.Terms{}}
	rec := run(t, p, m)
	orders := rec.Log.Orders[3:]
	require.Len(t, orders, 3)
	require.Equal(t, sim.StateFilled, orders[0].State)
	for _, o := range orders[1:] {
		require.Equal(t, sim.StatePart, o.State)
		require.Equal(t, sim.ReasonCash, o.Reason)
		require.InEpsilon(t, 130.0/160*100/120, o.Done.Shares()/o.Units.Shares(), 1e-6)
	}
	require.Less(t, rec.Tally.Cash, sim.Micros(10))
}

// Orders of the last session wait for a session that never comes.
func TestOrdersOfTheLastSession(t *testing.T) {
	p := market(t, [][]float64{{100, 100}, {150, 100}}, [][]float64{{100, 100}, {150, 100}})
	targets := []float64{0.5, 0.5}
	for _, fill := range []sim.FillTime{sim.NextClose, sim.NextOpen} {
		m := &sim.Mandate{Policy: bound(t, p, targets, strategies.NewCalendar(data.EverySession)), Targets: targets, Cash: 1e4, Terms: &sim.Terms{Fill: fill}}
		rec := run(t, p, m)
		require.Equal(t, 1, rec.Tally.Rebalances)
		require.Zero(t, rec.Tally.Trades)
		require.Len(t, rec.Log.Orders, 4)
		for _, o := range rec.Log.Orders[2:] {
			require.Equal(t, "pending end_of_data", fmt.Sprint(o.State, " ", o.Reason))
			require.Equal(t, int32(-1), o.Filled)
			require.Zero(t, o.Done)
			require.Zero(t, o.Fill)
		}
	}
}

func TestCashReserve(t *testing.T) {
	p := swinging(t, 3, 300)
	targets := []float64{0.5, 0.3, 0.2}
	charged := costs(t, p, cost.NewBPS(20, cost.Everywhere))
	for _, fill := range []sim.FillTime{sim.SameClose, sim.NextClose, sim.NextOpen} {
		for name, terms := range map[string]*sim.Terms{
			"money":    {Fill: fill, Costs: charged, Reserve: 2500},
			"fraction": {Fill: fill, Costs: charged, ReserveFraction: 0.025},
			"larger":   {Fill: fill, Costs: charged, Reserve: 2500, ReserveFraction: 0.01},
		} {
			t.Run(fill.String()+" "+name, func(t *testing.T) {
				rec := run(t, p, &sim.Mandate{Policy: bound(t, p, targets, bands(0.08, 0.02, data.EverySession)), Targets: targets, Cash: 1e5, Terms: terms})
				require.Greater(t, rec.Tally.Rebalances, 3)
				cash, opened := sim.Micros(0), sim.Micros(0)
				for _, e := range rec.Log.Entries {
					cash += e.Cash
					if e.Kind == sim.EntryBuy {
						decided := rec.Log.Decisions[rec.Log.Orders[e.Order].Decision]
						least := max(terms.Reserve, terms.ReserveFraction*decided.NAV)
						require.GreaterOrEqual(t, cash.Money(), least-1e-6, "no purchase spends the reserve")
						if decided.Cause == sim.CauseOpening {
							opened = cash
						}
					}
				}
				require.InDelta(t, 2500, opened.Money(), 0.001, "all else is invested")
			})
		}
	}
}
