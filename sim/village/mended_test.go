package village_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/internal/simtest"
	"evenkeel/sim"
	"evenkeel/sim/village"
	"evenkeel/strategies"
)

// twoHolders is a village of two with 6,000 of A and 4,000 of B, targets 50 and 50, at closes.
func twoHolders(t *testing.T, w *village.World, terms *sim.Terms, rows ...village.Row) {
	targets := []float64{0.5, 0.5}
	plug, _ := strategies.Catalog.Find("rebalance")
	made, _ := plug.New()
	made.(*strategies.Rebalance).Look = data.Schedule{Every: 100, Offset: 1}
	v := village.Village{Name: "V", Targets: targets, Terms: terms, Policy: simtest.Bound(t, w.Panel, targets, made)}
	for _, name := range []string{"ann", "bob"} {
		v.Rows = append(v.Rows, village.Row{Member: name, Units: 3000e8}, village.Row{Member: name, Asset: 1, Units: 2000e8})
	}
	v.Rows = append(v.Rows, rows...)
	w.Villages = append(w.Villages, v)
}

func fills(w *village.World) (all []sim.Entry) {
	for _, e := range w.Runner().Record(0).Log.Entries {
		if e.Kind == sim.EntryBuy || e.Kind == sim.EntrySell {
			all = append(all, e)
		}
	}
	return all
}

var marketAlone = []sim.Venue{village.MarketRoute}

// A reserve of 500 is kept when a purchase fills at a higher price: 1,000 of A are sold, and of
// 500 for 500 of B (which the reserve leaves) only as many are bought as 500 pays at 1.25.
func TestReserveIsKeptWhenPurchasesAreCut(t *testing.T) {
	w := &village.World{Panel: simtest.Market(t, [][]float64{{1, 1}, {1, 1}, {1, 1.25}}, nil), Routes: marketAlone}
	twoHolders(t, w, &sim.Terms{Reserve: 500})
	require.NoError(t, w.Run())
	all := fills(w)
	require.Len(t, all, 2)
	kept := sim.Micros(0)
	for _, e := range all {
		kept += e.Cash
	}
	require.GreaterOrEqual(t, kept, sim.ToMicros(500))
	require.InDelta(t, 500, kept.Money(), 0.01)
}

// Cut purchases are whole lots.
func TestCutPurchasesAreWholeLots(t *testing.T) {
	w := &village.World{Panel: simtest.Market(t, [][]float64{{1, 1}, {1, 1}, {1, 1.25}}, nil), Routes: marketAlone}
	twoHolders(t, w, &sim.Terms{Lot: 7})
	require.NoError(t, w.Run())
	for _, e := range fills(w) {
		require.Zero(t, e.Units%7e8, "%d units", e.Units)
	}
}

// Two restrictions that close all routes only together are known at the decision: nothing is
// ordered, and the wish is missed, restricted.
func TestRoutesClosedOneByOne(t *testing.T) {
	w := &village.World{Panel: simtest.Market(t, [][]float64{{1, 1}, {1, 1}, {1, 1}}, nil), Routes: []sim.Venue{village.CrossRoute, village.MarketRoute}}
	for _, route := range w.Routes {
		w.Restrictions = append(w.Restrictions, village.Restriction{Rule: sim.NoSell, Until: 3, Routes: []sim.Venue{route}})
	}
	twoHolders(t, w, &sim.Terms{})
	require.NoError(t, w.Run())
	require.Empty(t, fills(w))
	log := w.Runner().Record(0).Log
	require.Len(t, log.Orders, 1)
	require.Equal(t, sim.ReasonRestricted, log.Orders[0].Reason)
	require.Equal(t, int32(-1), log.Orders[0].First, "it never went out")
}

// The pool spends what it has, not the spread that it gets for what it buys; its own flows
// come before a session's orders and go out as far as its money goes.
func TestPoolSpendsWhatItHas(t *testing.T) {
	for _, priority := range []village.Priority{village.ByDeviation, village.ProRata} {
		w := &village.World{Panel: simtest.Market(t, [][]float64{{1, 1}, {1, 1}, {1, 1}, {1, 1}}, nil), Routes: []sim.Venue{village.PoolRoute}}
		w.Pool = &village.Pool{Spread: 100, Priority: priority, Flows: []village.PoolFlow{{Session: 2, Amount: 4000e6}, {Session: 3, Amount: -1e12}}}
		twoHolders(t, w, &sim.Terms{}, village.Row{Session: 1, Member: "ann", Leaves: true})
		require.NoError(t, w.Run())
		sold := sim.Micros(0)
		for _, e := range fills(w) {
			sold += e.Cash
		}
		require.Equal(t, sim.Micros(4000e6), sold)
		require.Equal(t, sim.Micros(0), w.PoolRows[1].Cash)
		require.InDelta(t, 40e6, int64(w.PoolRows[2].Cash), 1)
		require.Equal(t, sim.Micros(0), w.PoolRows[3].Cash)
	}
}

// A try names its order in the village's log, and what all tries of an order took is what was
// filled of it.
func TestAttemptsNameTheirOrders(t *testing.T) {
	tries := 0
	rapid.Check(t, func(rt *rapid.T) {
		w := drawWorld(rt)
		require.NoError(rt, w.Run())
		taken := make([]map[int32]sim.Units, len(w.Villages))
		for _, a := range w.Attempts {
			o := w.Runner().Record(int(a.Village)).Log.Orders[a.Order]
			require.Equal(rt, a.Asset, o.Asset)
			require.LessOrEqual(rt, o.Session, a.Session)
			if taken[a.Village] == nil {
				taken[a.Village] = map[int32]sim.Units{}
			}
			taken[a.Village][a.Order] += a.Taken
			tries++
		}
		if w.Capacity == 0 { // a lone member's account may have filled its orders by itself
			return
		}
		for l := range w.Villages {
			for k, u := range taken[l] {
				o := w.Runner().Record(l).Log.Orders[k]
				require.Equal(rt, max(o.Done, -o.Done), u, "order %d of village %d", k, l)
			}
		}
	})
	require.Positive(t, tries)
}
