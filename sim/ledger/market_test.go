package ledger_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/sim/ledger"
	"evenkeel/sim/tax"
	"evenkeel/strategies"
)

// settled is a run over raw prices with splits and dividends, sales that settle
// later, deposits and taxes.
func settled(t *testing.T) sim.Record {
	x := data.Table{Kind: data.Raw, Symbols: []string{"A", "B"}}
	by := 1.0
	for s := range 600 {
		x.Dates = append(x.Dates, data.Date(12_000+s))
		if s%90 == 50 {
			by *= 2
			x.Actions = append(x.Actions, data.DatedAction{Date: x.Dates[s], Asset: 0, Split: 2, Dividend: 0.25})
		}
		y := float64(s)
		x.Close = append(x.Close, math.Round((500+200*math.Sin(y/15))/by*1e4)/1e4, math.Round((40+8*math.Cos(y/9))*1e4)/1e4)
	}
	p, err := data.Make(x)
	require.NoError(t, err)
	bps := cost.NewBPS(10, cost.Everywhere)
	require.NoError(t, bps.Bind(p))
	targets := []float64{0.6, 0.4}
	policy := strategies.NewCalendar(data.Schedule{Every: 10})
	require.NoError(t, policy.Bind(p, targets))
	lots, err := tax.New(tax.Standard)
	require.NoError(t, err)
	r, err := sim.NewRunner(p, 1, sim.KeepLog)
	require.NoError(t, err)
	require.NoError(t, r.Set(0, &sim.Mandate{
		Policy: policy, Targets: targets, Cash: 1e5, Tax: lots, Flows: []sim.Flow{{Session: 100, Amount: 5000}, {Session: 205, Amount: -3000}},
		Terms: &sim.Terms{Costs: []sim.Cost{bps}, Settle: []int{2, 3}, Lot: 1},
	}))
	r.Run()
	return r.Record(0)
}

func TestReplayOfAMarket(t *testing.T) {
	rec := settled(t)
	s, err := ledger.Replay(&rec)
	require.NoError(t, err)
	kinds := map[sim.Kind]int{}
	for _, l := range s.Lines {
		kinds[l.Kind]++
		require.False(t, l.After.IsNegative())
		require.False(t, l.Unsettled.IsNegative())
	}
	for _, k := range []sim.Kind{sim.EntrySettle, sim.EntrySplit, sim.EntryDividend, sim.EntryTax, sim.EntryFlow} {
		require.Positive(t, kinds[k], k)
	}
	require.True(t, s.Dividends.Equal(ledger.Money(rec.Tally.Dividends)))
	require.True(t, s.Tax.Equal(ledger.Money(rec.Tally.Tax)))
	require.Equal(t, "5000", s.Deposits.String())
	require.Equal(t, "3000", s.Withdrawals.String())
	require.True(t, s.Unsettled.Equal(ledger.Money(rec.Tally.Unsettled)))
}

// Faults of settlement and of what comes from outside are found.
func TestPlantedMarketFaults(t *testing.T) {
	good := settled(t)
	drop := func(r *sim.Record, i int) { r.Log.Entries = slices.Delete(r.Log.Entries, i, i+1) }
	for name, c := range map[string]struct {
		plant func(r *sim.Record)
		want  string
	}{
		"a settlement dropped":    {func(r *sim.Record) { drop(r, entry(r, sim.EntrySettle, 3)) }, "cash falls to|never settled|settle and"},
		"a settlement a day late": {func(r *sim.Record) { r.Log.Entries[entry(r, sim.EntrySettle, 0)].Session++ }, "settle and|cash falls|NAV of"},
		"half a settlement": {func(r *sim.Record) {
			e := &r.Log.Entries[entry(r, sim.EntrySettle, 1)]
			e.Cash, e.Due = e.Cash/2, e.Due/2
		}, "settle and .* are due"},
		"a settlement of more":      {func(r *sim.Record) { r.Log.Entries[entry(r, sim.EntrySettle, 1)].Cash++ }, "settle of"},
		"a sale paid at once":       {func(r *sim.Record) { e := &r.Log.Entries[entry(r, sim.EntrySell, 1)]; e.Cash, e.Due = e.Due, 0 }, "unsettled cash falls|settle and"},
		"a purchase on credit":      {func(r *sim.Record) { e := &r.Log.Entries[entry(r, sim.EntryBuy, 1)]; e.Cash, e.Due = 0, e.Cash }, "unsettled cash falls|settle and"},
		"a split dropped":           {func(r *sim.Record) { drop(r, entry(r, sim.EntrySplit, 1)) }, "NAV of"},
		"a dividend a cent short":   {func(r *sim.Record) { r.Log.Entries[entry(r, sim.EntryDividend, 1)].Cash -= 10_000 }, "NAV of|dividends are|closing cash"},
		"a dividend that costs":     {func(r *sim.Record) { e := &r.Log.Entries[entry(r, sim.EntryDividend, 1)]; e.Cash = -e.Cash }, "dividend of|cash falls"},
		"a tax dropped":             {func(r *sim.Record) { drop(r, entry(r, sim.EntryTax, 0)) }, "NAV of|taxes are"},
		"a tax that pays":           {func(r *sim.Record) { e := &r.Log.Entries[entry(r, sim.EntryTax, 0)]; e.Cash = -e.Cash }, "tax of"},
		"the tally of taxes":        {func(r *sim.Record) { r.Tally.Tax++ }, "taxes are"},
		"the tally of dividends":    {func(r *sim.Record) { r.Tally.Dividends++ }, "dividends are"},
		"the tally of deposits":     {func(r *sim.Record) { r.Tally.Deposits++ }, "deposits are"},
		"the tally of withdrawals":  {func(r *sim.Record) { r.Tally.Withdrawals++ }, "withdrawals are"},
		"the books' unsettled cash": {func(r *sim.Record) { r.Tally.Unsettled++ }, "closing unsettled cash is"},
	} {
		bad := copied(good)
		c.plant(&bad)
		_, err := ledger.Replay(&bad)
		require.Error(t, err, name)
		require.Regexp(t, c.want, err.Error(), name)
	}
	_, err := ledger.Replay(&good)
	require.NoError(t, err)
}
