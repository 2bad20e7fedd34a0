package sim_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/strategies"
)

// levied is a tax of an amount that falls due at a session.
type levied struct {
	at  int
	due sim.Micros
}

func (l *levied) Begin(*data.Panel, int)               {}
func (l *levied) Buy(int, int, sim.Units, sim.Micros)  {}
func (l *levied) Sell(int, int, sim.Units, sim.Micros) {}
func (l *levied) Split(int, int, sim.Units, sim.Units) {}
func (l *levied) Free(int, int, float64) sim.Units     { return 0 }
func (l *levied) Due(s int) sim.Micros                 { return l.due }
func (l *levied) Next(after int) int {
	if after < l.at {
		return l.at
	}
	return math.MaxInt
}

// A tax that sales were made for waits for their proceeds: it is not raised again.
func TestTaxesWaitForProceeds(t *testing.T) {
	p := market(t, [][]float64{{10}, {10}, {10}, {10}, {10}, {10}}, nil)
	rec := run(t, p, &sim.Mandate{
		Policy: bound(t, p, []float64{1}, strategies.NewBuyAndHold()), Targets: []float64{1}, Cash: 1000,
		Terms: &sim.Terms{Fill: sim.SameClose, Settle: []int{2}}, Tax: &levied{2, 100e6},
	})
	require.Len(t, rec.Log.Decisions, 2)
	require.Equal(t, map[int32]string{2: "withdrawal"}, causes(rec))
	require.EqualValues(t, 100e6, rec.Tally.Tax)
	require.Zero(t, rec.Tally.TaxUnpaid)
	last := rec.Log.Entries[len(rec.Log.Entries)-1]
	require.Equal(t, "tax", last.Kind.String())
	require.EqualValues(t, 4, last.Session)
}

// What a reverse split ended is missed for it, also when the data end before the
// orders beside it are filled.
func TestOrdersThatASplitEndsAtTheEnd(t *testing.T) {
	p, err := data.Make(data.Table{
		Dates: []data.Date{100, 101, 102, 103}, Symbols: []string{"A", "B"}, Close: []float64{10, 10, 10, 10, 20, 10, 20, 10}, Kind: data.Raw,
		Actions: []data.DatedAction{{Date: 102, Asset: 0, Split: 0.5}},
	})
	require.NoError(t, err)
	targets := []float64{0.5, 0.5}
	rec := run(t, p, &sim.Mandate{
		Policy: bound(t, p, targets, strategies.NewBuyAndHold()), Targets: targets, Cash: 1000,
		Terms: &sim.Terms{Lot: 1, Delay: 4}, Flows: []sim.Flow{{Session: 1, Amount: 25}},
	})
	require.Len(t, rec.Log.Orders, 4)
	a, b := rec.Log.Orders[2], rec.Log.Orders[3]
	require.Equal(t, []any{"missed", sim.ReasonLot, int32(2)}, []any{a.State.String(), a.Reason, a.Ended})
	require.Equal(t, []any{"pending", sim.ReasonEnd, int32(-1)}, []any{b.State.String(), b.Reason, b.Ended})
}

// A sale that is forbidden leaves what is queued of its asset in the queue: missed is
// what was asked for now, and a release that is forbidden is no order at all.
func TestForbiddenSalesStayQueued(t *testing.T) {
	p := market(t, [][]float64{{10}, {10}, {10}, {10}, {10}, {10}}, nil)
	sale := &adversarial{want: func(v *sim.View, want []float64) {
		if v.Session <= 2 {
			want[0] = -40
		}
	}}
	at := p.Calendar(data.Schedule{Every: 3})
	rec := run(t, p, &sim.Mandate{
		Policy: sale, Targets: []float64{1}, Cash: 1000,
		Terms: &sim.Terms{
			Fill: sim.SameClose, Minimum: 60, Batch: &sim.Batch{Release: at},
			Rules: []sim.Restriction{{Asset: 0, Rule: sim.NoSell, From: 2, Until: 4}},
		},
	})
	var got [][]any
	for _, o := range rec.Log.Orders[1:] {
		got = append(got, []any{o.Session, o.State.String(), o.Reason.String(), o.Units.Shares()})
	}
	require.Equal(t, [][]any{
		{int32(1), "queued", "end_of_data", -4.0},
		{int32(2), "missed", "restricted", -4.0},
	}, got)
}

// An order that a split multiplied, and that the cash cut by less than one share of the
// day of its decision, is not filled in full.
func TestRoundingAfterASplitMakesNoOrderWhole(t *testing.T) {
	cut := 0
	for k := range 50 {
		after := 1000 * (1 + 2e-9*float64(k))
		p, err := data.Make(data.Table{
			Dates: []data.Date{100, 101, 102, 103}, Symbols: []string{"A"}, Kind: data.Raw, Close: []float64{3000, 3000, after, after},
			Actions: []data.DatedAction{{Date: 102, Asset: 0, Split: 3}},
		})
		require.NoError(t, err)
		rec := run(t, p, &sim.Mandate{
			Policy: bound(t, p, []float64{1}, strategies.NewBuyAndHold()), Targets: []float64{1}, Terms: &sim.Terms{},
			Holdings: []sim.Units{1e8}, Flows: []sim.Flow{{Session: 1, Amount: 500}},
		})
		o := rec.Log.Orders[0]
		require.Equal(t, o.State == sim.StateFilled, o.Done == o.Units, "%+v", o)
		if o.State == sim.StatePart {
			cut++
		}
	}
	require.Positive(t, cut)
}

// few lets seven units be sold free of a short-term gain.
type few struct{ levied }

func (f *few) Free(int, int, float64) sim.Units { return 7 }

// What a tax left of a sale, and a reverse split ends, is missed for the tax.
func TestWhatCutAnOrderIsWhyASplitEndsIt(t *testing.T) {
	p, err := data.Make(data.Table{
		Dates: []data.Date{100, 101, 102, 103}, Symbols: []string{"A"}, Kind: data.Raw, Close: []float64{10, 10, 100, 100},
		Actions: []data.DatedAction{{Date: 102, Asset: 0, Split: 0.1}},
	})
	require.NoError(t, err)
	sale := &adversarial{want: func(v *sim.View, want []float64) {
		if v.Session == 1 {
			want[0] = -500
		}
	}}
	rec := run(t, p, &sim.Mandate{
		Policy: sale, Targets: []float64{1}, Cash: 1000, Tax: &few{levied{at: math.MaxInt}}, Terms: &sim.Terms{Delay: 1, KeepShort: true},
	})
	o := rec.Log.Orders[1]
	require.Equal(t, []any{"missed", sim.ReasonTax, int32(2)}, []any{o.State.String(), o.Reason, o.Ended})
}
