package ledger_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/internal/simtest"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/sim/ledger"
	"evenkeel/strategies"
)

const sessions = 400

// panel holds three assets that swing against one another.
func panel(t testing.TB) *data.Panel { return simtest.Waves(t, sessions) }

// ran is a run with bands, a proportional and a fixed cost, kept in full.
func ran(t testing.TB) sim.Record {
	p := panel(t)
	bps, fixed := cost.NewBPS(10, cost.Everywhere), cost.NewFixed(1.25, cost.Everywhere)
	require.NoError(t, bps.Bind(p))
	require.NoError(t, fixed.Bind(p))
	targets := []float64{0.5, 0.3, 0.2}
	policy := strategies.NewBands()
	require.NoError(t, policy.Bind(p, targets))
	r, err := sim.NewRunner(p, 1, sim.KeepLog)
	require.NoError(t, err)
	require.NoError(t, r.Set(0, &sim.Mandate{Policy: policy, Targets: targets, Cash: 1e5, Terms: &sim.Terms{Costs: []sim.Cost{bps, fixed}}}))
	r.Run()
	rec := r.Record(0)
	require.Greater(t, rec.Tally.Rebalances, 5)
	return rec
}

// copied is a record whose NAV, holdings and log are its own.
func copied(r sim.Record) sim.Record {
	r.NAV, r.Units = slices.Clone(r.NAV), slices.Clone(r.Units)
	r.Log = &sim.Log{Decisions: r.Log.Decisions, Orders: r.Log.Orders, Entries: slices.Clone(r.Log.Entries)}
	return r
}

func TestReplay(t *testing.T) {
	rec := ran(t)
	s, err := ledger.Replay(&rec)
	require.NoError(t, err)
	require.Len(t, s.Lines, len(rec.Log.Entries))
	require.Len(t, s.Digest, 64)
	require.True(t, s.Cash.Equal(decimal.New(int64(rec.Tally.Cash), -6)))
	for i, u := range rec.Units {
		require.True(t, s.Shares[i].Equal(decimal.New(int64(u), -8)))
	}
	require.True(t, s.Costs[0].Add(s.Costs[1]).Equal(decimal.New(int64(rec.Tally.Cost), -6)))
	fixed := decimal.NewFromFloat(1.25).Mul(decimal.NewFromInt(int64(rec.Tally.Trades + 3)))
	require.True(t, s.Costs[1].Equal(fixed), "1.25 a trade, the three of the initial purchase among them")

	opening := s.Lines[0]
	require.Equal(t, "100000", opening.Cash.String())
	require.Equal(t, []any{"", "", -1, sim.EntryCash}, []any{opening.Symbol, opening.Part, opening.Order, opening.Kind})
	cash := decimal.Zero
	for i, l := range s.Lines {
		cash = cash.Add(l.Cash)
		require.True(t, l.After.Equal(cash), "line %d", i)
		require.False(t, l.After.IsNegative())
		require.Equal(t, l.Kind == sim.EntryCost, l.Part != "", "line %d", i)
		require.Equal(t, rec.DateOf(rec.Log.Entries[i].Session), l.Date)
	}
}

func TestReplayTwiceIsTheSame(t *testing.T) {
	rec := ran(t)
	a, err := ledger.Replay(&rec)
	require.NoError(t, err)
	b, err := ledger.Replay(&rec)
	require.NoError(t, err)
	require.Equal(t, a, b)
}

func TestReplayNeedsAJournal(t *testing.T) {
	rec := ran(t)
	rec.Log = nil
	_, err := ledger.Replay(&rec)
	require.EqualError(t, err, "the run kept no journal")
}

// entry finds the nth entry of a kind after the initial purchase.
func entry(r *sim.Record, kind sim.Kind, n int) int {
	for i := range r.Log.Entries {
		if e := &r.Log.Entries[i]; e.Kind == kind && int(e.Session) > r.First {
			if n--; n < 0 {
				return i
			}
		}
	}
	panic("no such entry")
}

// Every single fault planted in a good record is found, and said in words.
func TestPlantedFaults(t *testing.T) {
	good := ran(t)
	drop := func(r *sim.Record, i int) { r.Log.Entries = slices.Delete(r.Log.Entries, i, i+1) }
	double := func(r *sim.Record, i int) { r.Log.Entries = slices.Insert(r.Log.Entries, i, r.Log.Entries[i]) }
	for name, c := range map[string]struct {
		plant func(r *sim.Record)
		want  string
	}{
		"opening cash a micro short":  {func(r *sim.Record) { r.Log.Entries[0].Cash-- }, "closing cash is|NAV of"},
		"proceeds a micro too many":   {func(r *sim.Record) { r.Log.Entries[entry(r, sim.EntrySell, 2)].Cash++ }, "closing cash is|NAV of"},
		"a purchase a micro too dear": {func(r *sim.Record) { r.Log.Entries[entry(r, sim.EntryBuy, 0)].Cash-- }, "closing cash is|NAV of|cash falls to"},
		"a cost a micro too low":      {func(r *sim.Record) { r.Log.Entries[entry(r, sim.EntryCost, 3)].Cash++ }, "closing cash is|NAV of|costs are"},
		"no opening cash":             {func(r *sim.Record) { drop(r, 0) }, "entry 0 on 1997-05-19: cash falls to -"},
		"opening cash twice":          {func(r *sim.Record) { double(r, 0) }, "NAV of 1997-05-19 is"},
		"a sale dropped":              {func(r *sim.Record) { drop(r, entry(r, sim.EntrySell, 1)) }, "cash falls to|NAV of"},
		"a sale doubled":              {func(r *sim.Record) { double(r, entry(r, sim.EntrySell, 1)) }, "NAV of"},
		"a purchase dropped":          {func(r *sim.Record) { drop(r, entry(r, sim.EntryBuy, 1)) }, "NAV of"},
		"a purchase doubled":          {func(r *sim.Record) { double(r, entry(r, sim.EntryBuy, 1)) }, "cash falls to|NAV of"},
		"a cost dropped":              {func(r *sim.Record) { drop(r, entry(r, sim.EntryCost, 0)) }, "NAV of"},
		"a cost doubled":              {func(r *sim.Record) { double(r, entry(r, sim.EntryCost, 0)) }, "NAV of|cash falls to"},
		"a cost paid in": {func(r *sim.Record) { e := &r.Log.Entries[entry(r, sim.EntryCost, 0)]; e.Cash = -e.Cash },
			`entry \d+ on [0-9-]+: a cost of -`},
		"a purchase that brings money": {func(r *sim.Record) { e := &r.Log.Entries[entry(r, sim.EntryBuy, 0)]; e.Cash = -e.Cash }, `entry \d+ on [0-9-]+: buy of`},
		"a sale that costs money":      {func(r *sim.Record) { e := &r.Log.Entries[entry(r, sim.EntrySell, 3)]; e.Cash = -e.Cash }, `sell of|cash falls to`},
		"a sale of shares gained":      {func(r *sim.Record) { e := &r.Log.Entries[entry(r, sim.EntrySell, 0)]; e.Units = -e.Units }, `entry \d+ on [0-9-]+: sell of`},
		"shares a unit too many":       {func(r *sim.Record) { r.Log.Entries[entry(r, sim.EntryBuy, 4)].Units++ }, "closing shares of [ABC] are|NAV of"},
		"shares a unit short":          {func(r *sim.Record) { r.Log.Entries[entry(r, sim.EntrySell, 4)].Units-- }, "closing shares of [ABC] are|NAV of"},
		"another asset's shares":       {func(r *sim.Record) { e := &r.Log.Entries[entry(r, sim.EntryBuy, 0)]; e.Asset = (e.Asset + 1) % 3 }, "NAV of"},
		"more sold than held":          {func(r *sim.Record) { r.Log.Entries[entry(r, sim.EntrySell, 0)].Units = -1 << 50 }, "shares of [ABC] fall to -"},
		"a fill booked a session late": {func(r *sim.Record) {
			from := r.Log.Entries[entry(r, sim.EntrySell, 0)].Session
			for i := range r.Log.Entries {
				if r.Log.Entries[i].Session == from {
					r.Log.Entries[i].Session++
				}
			}
		}, "NAV of"},
		"the books' cash off":      {func(r *sim.Record) { r.Tally.Cash++ }, "closing cash is .* in the ledger and .* in the books"},
		"the books' shares off":    {func(r *sim.Record) { r.Units[1]-- }, "closing shares of B are .* in the ledger and .* in the books"},
		"the tally of costs off":   {func(r *sim.Record) { r.Tally.Cost++ }, "costs are .* in the ledger and .* in the tally"},
		"the last NAV off":         {func(r *sim.Record) { r.NAV[sessions-1] *= 1 + 1e-9 }, "NAV of 1998-06-22 is"},
		"a NAV that is no number":  {func(r *sim.Record) { r.NAV[77] = math.NaN() }, "NAV of 1997-08-04 is NaN"},
		"a NAV that is not finite": {func(r *sim.Record) { r.NAV[77] = math.Inf(1) }, `NAV of 1997-08-04 is \+Inf`},
	} {
		bad := copied(good)
		c.plant(&bad)
		_, err := ledger.Replay(&bad)
		require.Error(t, err, name)
		require.Regexp(t, c.want, err.Error(), name)
	}
	_, err := ledger.Replay(&good)
	require.NoError(t, err, "the record itself is as it was")
}

// Money that is not there yet cannot be spent: the proceeds come first.
func TestPurchaseBeforeItsSale(t *testing.T) {
	rec := copied(ran(t))
	sale := entry(&rec, sim.EntrySell, 0)
	session := rec.Log.Entries[sale].Session
	end := sale
	for end < len(rec.Log.Entries) && rec.Log.Entries[end].Session == session {
		end++
	}
	day := rec.Log.Entries[sale:end]
	slices.SortStableFunc(day, func(a, b sim.Entry) int {
		rank := map[sim.Kind]int{sim.EntryBuy: 0, sim.EntryCost: 1, sim.EntrySell: 2}
		return rank[a.Kind] - rank[b.Kind]
	})
	_, err := ledger.Replay(&rec)
	require.ErrorContains(t, err, fmt.Sprintf("entry %d on %s: cash falls to -", sale, rec.DateOf(session)))
}

// A NAV that is off by a billionth is found in any session, booked or not.
func TestEveryNAVIsProved(t *testing.T) {
	rec := copied(ran(t))
	booked := map[int32]bool{}
	for _, e := range rec.Log.Entries {
		booked[e.Session] = true
	}
	require.Less(t, len(booked), sessions/2)
	check := func(s int, factor float64) {
		was := rec.NAV[s]
		rec.NAV[s] *= factor
		_, err := ledger.Replay(&rec)
		require.ErrorContains(t, err, fmt.Sprintf("NAV of %s is", rec.Panel.Date(s)))
		rec.NAV[s] = was
	}
	for s := range sessions {
		if booked[int32(s)] || s%7 == 0 {
			check(s, 1+1e-9)
		}
	}
	for _, factor := range []float64{1 - 1e-9, 1 + 1e-11, 1 - 1e-11} {
		check(sessions/2, factor)
	}
}

// A run of one session, and one that never buys, are proved as well.
func TestShortRuns(t *testing.T) {
	p := panel(t)
	targets := []float64{0.5, 0.3, 0.2}
	fixed := cost.NewFixed(1000, cost.Everywhere)
	require.NoError(t, fixed.Bind(p))
	for _, m := range []sim.Mandate{
		{Cash: 1e4, Terms: &sim.Terms{}, Open: sessions - 1},
		{Cash: 1e4, Terms: &sim.Terms{}, Close: 1},
		{Cash: 0.005, Terms: &sim.Terms{}},
		{Cash: 100, Terms: &sim.Terms{Costs: []sim.Cost{fixed}}}, // the costs of buying exceed the cash
	} {
		m.Policy, m.Targets = strategies.NewBuyAndHold(), targets
		r, err := sim.NewRunner(p, 1, sim.KeepLog)
		require.NoError(t, err)
		require.NoError(t, r.Set(0, &m))
		r.Run()
		rec := r.Record(0)
		s, err := ledger.Replay(&rec)
		require.NoError(t, err)
		if m.Cash < 1000 {
			require.Len(t, s.Lines, 1)
			require.Equal(t, m.Cash, rec.NAV[rec.End-1])
		}
	}
}

func TestExactAmounts(t *testing.T) {
	require.Equal(t, "-0.000001", ledger.Money(-1).String())
	require.Equal(t, "9223372036854.775807", ledger.Money(math.MaxInt64).String())
	require.Equal(t, "0.00000001", ledger.Shares(1).String())
	require.Equal(t, "-92233720368.54775808", ledger.Shares(math.MinInt64).String())
}
