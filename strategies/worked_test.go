package strategies

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
)

// view is a close at which the assets are worth values, without costs.
func view(values, targets []float64, cash float64) *sim.View {
	n := len(values)
	v := &sim.View{
		Targets: targets, Value: values, Cash: cash, AllCash: cash,
		Buy: make([]sim.Charge, n), Sell: make([]sim.Charge, n), Price: ones(n),
	}
	for _, x := range values {
		v.Invested += x
	}
	return v
}

// planned asks a policy at a view: whether it triggers, what it wants, and who is
// outside.
func planned(t *testing.T, b *Bands, values, targets []float64, cash float64) (sim.Verdict, []float64) {
	t.Helper()
	p, err := data.NewPanel(data.Adjusted, []data.Date{0}, letters(len(values)), ones(len(values)), nil)
	require.NoError(t, err)
	require.NoError(t, b.Bind(p, targets))
	return decided(&b.Recipe, values, targets, cash)
}

// decided asks a recipe at a view that its targets force it to look at.
func decided(r *Recipe, values, targets []float64, cash float64) (sim.Verdict, []float64) {
	v := view(values, targets, cash)
	v.Changed = true
	r.side = make([]int8, len(values))
	r.If.Prepare(v)
	r.Aim.prepare(targets)
	want := make([]float64, len(values))
	return r.Decide(v, want), want
}

func letters(n int) []string {
	var s []string
	for i := range n {
		s = append(s, string(rune('A'+i)))
	}
	return s
}

func ones(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 1
	}
	return x
}

func bands(band, rail Half) *Bands {
	b := NewBands()
	b.Band, b.Rail = Both(band), Both(rail)
	return b
}

var fourETFs = []float64{0.4, 0.2, 0.2, 0.2}

func TestLimitsOfFourETFs(t *testing.T) {
	for i, target := range fourETFs {
		band, rail := edgesOf(target, Both(Relative(0.2))), edgesOf(target, Both(Relative(0.1)))
		require.InDelta(t, []float64{0.48, 0.24, 0.24, 0.24}[i], band.hi, 1e-12)
		require.InDelta(t, []float64{0.32, 0.16, 0.16, 0.16}[i], band.lo, 1e-12)
		require.InDelta(t, []float64{0.44, 0.22, 0.22, 0.22}[i], rail.hi, 1e-12)
		require.InDelta(t, []float64{0.36, 0.18, 0.18, 0.18}[i], rail.lo, 1e-12)
	}
	// Daryanani's example: rebalance band 10 %, tolerance band 5 % around 20 %.
	band, rail := edgesOf(0.2, Both(Relative(0.1))), edgesOf(0.2, Both(Relative(0.05)))
	require.InDeltaSlice(t, []float64{0.18, 0.22, 0.19, 0.21}, []float64{band.lo, band.hi, rail.lo, rail.hi}, 1e-12)
}

// A weight on the band's edge goes half way to target, one beyond it to the same
// place: the rail is fixed, "half the distance" is not the rule.
func TestSalesStopAtTheRail(t *testing.T) {
	for _, w := range []float64{0.2400001, 0.26} {
		_, want := planned(t, bands(Relative(0.2), Relative(0.1)), []float64{w * 1e6, 1e6 - w*1e6}, []float64{0.2, 0.8}, 0)
		require.InDelta(t, 0.22e6, w*1e6+want[0], 1e-6)
	}
}

func TestTwoSteps(t *testing.T) {
	verdict, want := planned(t, bands(Relative(0.2), Relative(0.1)), []float64{45000, 15500, 22500, 17000}, fourETFs, 0)
	require.True(t, verdict.Act)
	require.Equal(t, sim.CauseBelow, verdict.Cause)
	require.Equal(t, 1, verdict.Asset)
	require.InDeltaSlice(t, []float64{-1000, 900, -500, 600}, want, 2e-5)
}

func TestSharingsDiffer(t *testing.T) {
	for share, buys := range map[Share][2]float64{
		ShareRelative:   {2625, 4375},
		ShareDeficit:    {3818.181818181818, 3181.818181818182},
		ShareLowest:     {3333.3333333333335, 3666.6666666666665},
		ShareMostBehind: {2000, 5000},
		ShareTargets:    {4666.666666666667, 2333.3333333333335},
	} {
		b := bands(Relative(0.2), Relative(0.1))
		b.Aim.Share = share
		_, want := planned(t, b, []float64{34000, 15000, 26500, 24500}, fourETFs, 0)
		require.InDeltaSlicef(t, []float64{buys[0], buys[1], -4500, -2500}, want, 2e-5, "%s", ShareWords[share])
	}
}

func TestUnfunded(t *testing.T) {
	values := []float64{43500, 15500, 21000, 20000}
	verdict, want := planned(t, bands(Relative(0.2), Relative(0.1)), values, fourETFs, 0)
	require.True(t, verdict.Act)
	require.Equal(t, make([]float64, 4), want)

	b := bands(Relative(0.2), Relative(0.1))
	b.Aim.Fallback = true
	_, want = planned(t, b, values, fourETFs, 0)
	require.InDeltaSlice(t, []float64{-2500, 2500, 0, 0}, want, 1e-4) // B to its lower rail of 18 %, paid by A, the most overweight
}

// The band's edge itself is inside, 5e-13 beyond it too, 2e-12 beyond it is not.
func TestBoundary(t *testing.T) {
	v := []float64{40000, 16000, 24000, 20000}
	verdict, _ := planned(t, bands(Relative(0.2), Relative(0.1)), v, fourETFs, 0)
	require.False(t, verdict.Act)
	const scale = 1e11 // makes a part of 1e-12 worth more than dust
	for over, fires := range map[float64]bool{0: false, 5e-13: false, 2e-12: true} {
		w := 0.2 * (1 + 0.2 + over)
		verdict, _ := planned(t, bands(Relative(0.2), Relative(0.1)), []float64{w * scale, (1 - w) * scale}, []float64{0.2, 0.8}, 0)
		require.Equal(t, fires, verdict.Act, over)
		w = 0.2 + 0.02 + over
		verdict, _ = planned(t, bands(Absolute(0.02), zeroHalf), []float64{w * scale, (1 - w) * scale}, []float64{0.2, 0.8}, 0)
		require.Equal(t, fires, verdict.Act, over)
	}
}

// A breach whose order back to the limit is worth less than a cent is none.
func TestDustIsNoBreach(t *testing.T) {
	for value, fires := range map[float64]bool{24.009: false, 24.02: true} {
		verdict, _ := planned(t, bands(Relative(0.2), Relative(0.1)), []float64{value, 100 - value}, []float64{0.2, 0.8}, 0)
		require.Equal(t, fires, verdict.Act, value)
	}
}

// Threshold of 200 basis points, destination 175 from target.
func TestAbsoluteBandAndRail(t *testing.T) {
	verdict, want := planned(t, bands(Absolute(0.02), Absolute(0.0175)), []float64{62.05e6, 37.95e6}, []float64{0.6, 0.4}, 0)
	require.True(t, verdict.Act)
	require.InDelta(t, -0.003, want[0]/100e6, 1e-12)
}

func TestFullRebalanceAfterAShock(t *testing.T) {
	c := NewCalendar(data.EverySession)
	targets := []float64{0.4, 0.1, 0.5}
	require.NoError(t, c.Bind(nil, targets))
	verdict, want := decided(&c.Recipe, []float64{4000, 1000, 6000}, targets, 0)
	require.True(t, verdict.Act)
	require.InDeltaSlice(t, []float64{400, 100, -500}, want, 1e-5)
}

// 5/25: the lesser of five percentage points and a quarter of the target.
func TestFiveTwentyFive(t *testing.T) {
	l := Both(Half{0.25, 0.05})
	for target, width := range map[float64]float64{0.6: 0.05, 0.4: 0.05, 0.2: 0.05, 0.1: 0.025, 0.05: 0.0125} {
		e := edgesOf(target, l)
		require.InDelta(t, target+width, e.hi, 1e-12)
		require.InDelta(t, target-width, e.lo, 1e-12)
	}
}

// New targets 50/25/25/0: what has target 0 is sold whole; -20 % exactly is inside.
func TestTargetZeroIsSoldWhole(t *testing.T) {
	verdict, want := planned(t, bands(Relative(0.2), Relative(0.1)), []float64{40000, 20000, 20000, 20000}, []float64{0.5, 0.25, 0.25, 0}, 0)
	require.True(t, verdict.Act)
	require.Equal(t, 3, verdict.Asset)
	require.Equal(t, -20000.0, want[3])
}

// One class out of band, corrected with one counter-trade.
func TestScopeBreachedTouchesOneOther(t *testing.T) {
	b := bands(Relative(0.2), Relative(0.1))
	b.Aim.Scope = ScopeBreached
	_, want := planned(t, b, []float64{31e6, 19e6, 9e6, 5e6, 36e6}, []float64{0.25, 0.2, 0.1, 0.05, 0.4}, 0)
	require.InDeltaSlice(t, []float64{-3.5e6, 0, 0, 0, 3.5e6}, want, 1e-4)
}

func TestReduceAndGrow(t *testing.T) {
	values, targets, want := []float64{4e6, 3e6, 3e6}, []float64{0.3, 0.35, 0.35}, make([]float64, 3)
	require.InDelta(t, 60e6/7, Reduce(values, targets, want), 1e-6)
	require.InDeltaSlice(t, []float64{-10e6 / 7, 0, 0}, want, 1e-6)
	require.InDelta(t, 40e6/3, Grow(values, targets, want), 1e-6)
	require.InDeltaSlice(t, []float64{0, 5e6 / 3, 5e6 / 3}, want, 1e-6)
	require.True(t, math.IsNaN(Grow([]float64{1, 1}, []float64{1, 0}, want[:2])))
}

// An asset without an upper limit is not sold by the rule, also when all that the
// account holds is owed and V' is 0: B is sold whole. What then lacks is raised by a sale
// left alone under the minimum: all that is held of A, unless it may not be sold.
func TestNoLimitAtNothing(t *testing.T) {
	b := NewBands()
	none := Half{Rel: math.Inf(1), Abs: math.Inf(1)}
	open := Limit{Up: none, Down: Relative(0.2)}
	b.PerAsset = []AssetLimits{{Symbol: "A", Band: &open, Rail: &open}}
	targets := []float64{0.4, 0.6}
	p, err := data.NewPanel(data.Adjusted, []data.Date{0}, letters(2), ones(2), nil)
	require.NoError(t, err)
	require.NoError(t, b.Bind(p, targets))

	v := view([]float64{100, 300}, targets, -400)
	v.Owed, v.Minimum, v.Changed = 400, 200, true
	b.side = make([]int8, 2)
	b.If.Prepare(v)
	b.Aim.prepare(targets)
	want := make([]float64, 2)
	require.True(t, b.Decide(v, want).Act)
	require.Equal(t, []float64{-100, -300}, want)

	clear(want)
	v.Bound, v.NoBuy, v.MaxSell = true, make([]bool, 2), []float64{0, 300}
	require.True(t, b.Decide(v, want).Act)
	require.Equal(t, []float64{0, -300}, want)
}

// When more is owed than there is, V' is below 0, and the rule sells what it may sell
// whole, but no more: here A, the largest drift. What lacks is raised from B.
func TestMoreIsOwedThanThereIs(t *testing.T) {
	b := NewBands()
	b.Aim.Scope, b.Aim.Largest = ScopeLargest, 1
	targets := []float64{0.4, 0.6}
	p, err := data.NewPanel(data.Adjusted, []data.Date{0}, letters(2), ones(2), nil)
	require.NoError(t, err)
	require.NoError(t, b.Bind(p, targets))
	_, want := owing(&b.Recipe, []float64{600, 400}, targets, 5000)
	require.Equal(t, []float64{-600, -400}, want)
}

// owing asks a recipe at a view from which an amount must be paid out that is not there.
func owing(r *Recipe, values, targets []float64, owed float64) (sim.Verdict, []float64) {
	v := view(values, targets, -owed)
	v.Owed, v.Changed = owed, true
	r.side = make([]int8, len(values))
	r.If.Prepare(v)
	r.Aim.prepare(targets)
	want := make([]float64, len(values))
	return r.Decide(v, want), want
}
