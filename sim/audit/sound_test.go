package audit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/strategies"
)

// quiet is a raw panel of A, B and C at 10, but for the closes and actions that are given.
func quiet(t *testing.T, sessions int, change func(x *data.Table)) *data.Panel {
	x := data.Table{Kind: data.Raw, Symbols: []string{"A", "B", "C"}}
	for s := range sessions {
		x.Dates = append(x.Dates, data.Date(12_000+s))
		x.Close = append(x.Close, 10, 10, 10)
	}
	change(&x)
	p, err := data.Make(x)
	require.NoError(t, err)
	return p
}

// doubled lets A cost more from a session on.
func doubled(from int) func(x *data.Table) {
	return func(x *data.Table) {
		for s := from; s < len(x.Dates); s++ {
			x.Close[3*s] = 20
		}
	}
}

// What happens between a decision and its fill, and on one day, explains a sound run.
func TestSoundOnOddDays(t *testing.T) {
	targets := []float64{0.4, 0.3, 0.3}
	reduction := strategies.NewBands()
	reduction.Funding = strategies.Reduction
	batching := quiet(t, 9, doubled(9))
	for name, c := range map[string]struct {
		panel *data.Panel
		m     *sim.Mandate
	}{
		"a dividend buys more before a sale of all": {
			quiet(t, 6, func(x *data.Table) {
				x.Actions = []data.DatedAction{{Date: 12_001, Asset: 0, Split: 1, Dividend: 0.7777}, {Date: 12_003, Asset: 0, Split: 1, Dividend: 0.7777}}
			}),
			&sim.Mandate{Terms: &sim.Terms{Lot: 1, Reinvest: true}, Changes: []sim.Change{{Session: 2, Targets: []float64{0, 0.5, 0.5}}}},
		},
		"a deposit on the day of a listing": {
			quiet(t, 8, doubled(3)),
			&sim.Mandate{Terms: &sim.Terms{}, Listings: []sim.Listing{{Session: 2, Asset: 2}}, Flows: []sim.Flow{{Session: 2, Amount: 5000}}},
		},
		"a reduction that has not settled at the end": {
			quiet(t, 4, doubled(3)),
			&sim.Mandate{Terms: &sim.Terms{Fill: sim.SameClose, Settle: []int{2, 2, 2}}, Policy: reduction},
		},
		// The deposit of 300 waits as 120, 90 and 90 in the batch; the withdrawal sells A and B
		// between, and at session 6 the 90 of C go out with what is bought: they are no turnover.
		"a withdrawal is paid while a deposit waits in the batch": {
			batching,
			&sim.Mandate{
				Terms: &sim.Terms{
					Minimum: 1000, Batch: &sim.Batch{Release: batching.Calendar(data.Schedule{Every: 6})},
					Rules: []sim.Restriction{{Asset: 2, Rule: sim.NoSell, From: 3, Until: 5}},
				},
				Flows: []sim.Flow{{Session: 1, Amount: 300}, {Session: 3, Amount: -50_000}},
			},
		},
		"a split that leaves nothing": {
			quiet(t, 4, func(x *data.Table) { x.Actions = []data.DatedAction{{Date: 12_002, Asset: 0, Split: 0.1}} }),
			&sim.Mandate{Terms: &sim.Terms{}, Cash: 100, Holdings: []sim.Units{5, 1e9, 1e9}, Policy: strategies.NewBuyAndHold()},
		},
		"a split into odd parts of more than 2^53 units": {
			quiet(t, 4, func(x *data.Table) {
				x.Actions = []data.DatedAction{{Date: 12_002, Asset: 0, Split: 0.9856339184941675}}
			}),
			&sim.Mandate{Terms: &sim.Terms{}, Cash: 100, Holdings: []sim.Units{43376085645596038, 1e9, 1e9}, Policy: strategies.NewBuyAndHold()},
		},
		"a split by a third that is written in 13 digits": {
			quiet(t, 4, func(x *data.Table) { x.Actions = []data.DatedAction{{Date: 12_002, Asset: 0, Split: 0.3333333333333}} }),
			&sim.Mandate{Terms: &sim.Terms{}, Cash: 100, Holdings: []sim.Units{3e15, 1e9, 1e9}, Policy: strategies.NewBuyAndHold()},
		},
		"an end on the day of a split that leaves no lot": {
			quiet(t, 4, func(x *data.Table) { x.Actions = []data.DatedAction{{Date: 12_002, Asset: 0, Split: 0.1}} }),
			&sim.Mandate{
				Terms: &sim.Terms{Lot: 1}, Cash: 100, Holdings: []sim.Units{1e8, 1e9, 1e9}, Policy: strategies.NewBuyAndHold(),
				Endings: []sim.Ending{{Session: 2, Asset: 0, Price: 3}},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.m.Targets = targets
			if b, ok := c.m.Policy.(*strategies.Bands); ok {
				require.NoError(t, b.Bind(c.panel, targets))
			}
			rec := ran(t, c.panel, c.m)
			require.NotEmpty(t, rec.Log.Entries)
			sound(t, &rec)
		})
	}
}
