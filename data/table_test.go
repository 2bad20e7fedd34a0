package data_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
)

// smallTable is four sessions of B and A, in that order, raw.
func smallTable() data.Table {
	return data.Table{
		Kind: data.Raw, Dates: []data.Date{10, 11, 14, 15}, Symbols: []string{"B", "A"},
		Close:  []float64{1, 10, 2, 20, 3, 30, 4, 40},
		Open:   []float64{1.5, 10.5, 2.5, 20.5, 3.5, 30.5, 4.5, 40.5},
		Volume: []float64{100, 1000, 200, 2000, 300, 3000, 400, 4000},
		Spread: []float64{1, 2, 1, 2, 1, 2, 1, 2},
	}
}

func TestMakeOrdersEveryColumn(t *testing.T) {
	x := smallTable()
	x.Stale = []bool{false, false, true, false, false, false, false, false}
	x.Lives = [][2]int{{0, 4}, {1, 3}}
	x.Actions = []data.DatedAction{{Date: 11, Asset: 0, Split: 2, Dividend: 0}, {Date: 15, Asset: 0, Split: 1, Dividend: 0.5}}
	p, err := data.Make(x)
	require.NoError(t, err)
	require.Equal(t, []string{"A", "B"}, p.Symbols())
	require.Equal(t, []float64{20, 2}, p.Close(1))
	require.Equal(t, []float64{20.5, 2.5}, p.Open(1))
	require.Equal(t, []float64{2000, 200}, p.Volume(1))
	require.Equal(t, []float64{2, 1}, p.Spread(1))
	require.True(t, p.HasVolume() && p.HasSpread() && p.HasOpen() && !p.AllFresh())
	for s, want := range [][2]bool{{false, true}, {true, false}, {true, true}, {false, true}} {
		require.Equal(t, want, [2]bool{p.Fresh(s, 0), p.Fresh(s, 1)}, "session %d", s)
	}
	first, end := p.Life(0)
	require.Equal(t, [2]int{1, 3}, [2]int{first, end})
	// B has no price of its own on session 1: the split takes effect on session 2.
	require.Equal(t, []data.Action{{Session: 2, Asset: 1, Split: 2}, {Session: 3, Asset: 1, Split: 1, Dividend: 0.5}}, p.Actions())
	require.InDelta(t, 3.0*2/2, p.Growth(2, 1), 1e-15)
	require.InDelta(t, 4.5/3, p.Growth(3, 1), 1e-15)
	require.InDelta(t, 1.5, p.Growth(2, 0), 1e-15)

	again, err := data.Make(p.Table())
	require.NoError(t, err)
	require.Equal(t, p.Actions(), again.Actions())
	require.Equal(t, p.Closes(), again.Closes())
}

func TestMakeKnowsWhatSaysNothing(t *testing.T) {
	x := smallTable()
	x.Stale, x.Lives = make([]bool, 8), [][2]int{{0, 4}, {0, 4}}
	x.Actions = []data.DatedAction{{Date: 14, Asset: 0, Split: 1}}
	p, err := data.Make(x)
	require.NoError(t, err)
	require.True(t, p.AllFresh())
	require.Empty(t, p.Actions())
	x = data.Table{Dates: []data.Date{1}, Symbols: []string{"A"}, Close: []float64{1}}
	p, err = data.Make(x)
	require.NoError(t, err)
	require.False(t, p.HasVolume() || p.HasSpread() || p.HasOpen())
	require.Nil(t, p.Volume(0))
	require.Nil(t, p.Spread(0))
	v, sd := p.Liquidity(0)
	require.Nil(t, v)
	require.True(t, math.IsNaN(sd[0]))
}

func TestMakeRefuses(t *testing.T) {
	for _, c := range []struct {
		name, want string
		spoil      func(x *data.Table)
	}{
		{"volumes", "needs 8 cells, got 7 volumes", func(x *data.Table) { x.Volume = x.Volume[1:] }},
		{"spreads", "7 spreads", func(x *data.Table) { x.Spread = x.Spread[1:] }},
		{"marks", "1 stale marks", func(x *data.Table) { x.Stale = []bool{true} }},
		{"lives", "2 assets and 1 lives", func(x *data.Table) { x.Lives = [][2]int{{0, 4}} }},
		{"a life", "a life from session 2 to 1 of 4", func(x *data.Table) { x.Lives = [][2]int{{0, 4}, {2, 1}} }},
		{"a long life", "a life from session 0 to 5 of 4", func(x *data.Table) { x.Lives = [][2]int{{0, 4}, {0, 5}} }},
		{"NaN", "price NaN", func(x *data.Table) { x.Close[2] = math.NaN() }},
		{"no price", "price 0", func(x *data.Table) { x.Close[2] = 0 }},
		{"infinite", "volume +Inf", func(x *data.Table) { x.Volume[2] = math.Inf(1) }},
		{"negative", "B 1970-01-12: volume -1 is not between 0 and 1e+18", func(x *data.Table) { x.Volume[2] = -1 }},
		{"spread", "spread -1", func(x *data.Table) { x.Spread[2] = -1 }},
		{"split", "B 1970-01-12: split 0 is not", func(x *data.Table) { x.Actions = []data.DatedAction{{Date: 11}} }},
		{"split NaN", "split NaN", func(x *data.Table) { x.Actions = []data.DatedAction{{Date: 11, Split: math.NaN()}} }},
		{"dividend", "dividend -1", func(x *data.Table) { x.Actions = []data.DatedAction{{Date: 11, Split: 1, Dividend: -1}} }},
		{"asset", "an action of asset 2 of 2", func(x *data.Table) { x.Actions = []data.DatedAction{{Date: 11, Split: 1, Asset: 2}} }},
		{"adjusted", "adjusted closes hold splits", func(x *data.Table) {
			x.Kind, x.Actions = data.Adjusted, []data.DatedAction{{Date: 11, Split: 2}}
		}},
		{"twice", `symbol "A" twice`, func(x *data.Table) { x.Symbols = []string{"A", "A"} }},
		{"dates", "does not follow", func(x *data.Table) { x.Dates[1] = 10 }},
		{"nothing", "needs sessions and assets", func(x *data.Table) { *x = data.Table{} }},
	} {
		x := smallTable()
		c.spoil(&x)
		_, err := data.Make(x)
		require.ErrorContains(t, err, c.want, c.name)
	}
}

func TestActionsMeet(t *testing.T) {
	x := smallTable()
	x.Actions = []data.DatedAction{ // in no order; 12 and 13 have no session
		{Date: 13, Asset: 0, Split: 3, Dividend: 0.3}, {Date: 12, Asset: 0, Split: 2, Dividend: 0.1},
		{Date: 14, Asset: 0, Split: 1, Dividend: 0.6}, {Date: 14, Asset: 1, Split: 0.5},
		{Date: 9, Asset: 1, Split: 7}, {Date: 10, Asset: 1, Split: 7}, {Date: 16, Asset: 1, Split: 7},
	}
	p, err := data.Make(x)
	require.NoError(t, err)
	got := p.Actions()
	require.Len(t, got, 2)
	require.Equal(t, data.Action{Session: 2, Asset: 0, Split: 0.5}, got[0])
	require.Equal(t, 6.0, got[1].Split)
	require.InDelta(t, 0.1+2*0.3+6*0.6, got[1].Dividend, 1e-12)
}

func TestWindowAndPickCarryEverything(t *testing.T) {
	x := smallTable()
	x.Lives = [][2]int{{1, 4}, {0, 3}}
	x.Actions = []data.DatedAction{{Date: 11, Asset: 1, Split: 2}, {Date: 14, Asset: 1, Split: 4}, {Date: 14, Asset: 0, Split: 8}, {Date: 15, Asset: 0, Split: 1, Dividend: 1}}
	p, err := data.Make(x)
	require.NoError(t, err)
	require.Equal(t, []data.Action{{Session: 1, Asset: 0, Split: 2}, {Session: 2, Asset: 0, Split: 4}, {Session: 2, Asset: 1, Split: 8}, {Session: 3, Asset: 1, Split: 1, Dividend: 1}}, p.Actions())

	w, err := p.Window(11, data.NoDate)
	require.NoError(t, err)
	require.Equal(t, data.Raw, w.Kind())
	require.Equal(t, []data.Action{{Session: 1, Asset: 0, Split: 4}, {Session: 1, Asset: 1, Split: 8}, {Session: 2, Asset: 1, Split: 1, Dividend: 1}}, w.Actions(), "the split of the first session is in its close")
	require.Equal(t, []float64{2000, 200}, w.Volume(0))
	require.Equal(t, []float64{2, 1}, w.Spread(2))
	first, end := w.Life(0)
	require.Equal(t, [2]int{0, 2}, [2]int{first, end})
	require.True(t, w.Fresh(0, 1) && !w.Fresh(2, 0))

	w, err = p.Window(11, 14)
	require.NoError(t, err)
	require.True(t, w.AllFresh(), "all live in the window")
	_, end = w.Life(0)
	require.Equal(t, 2, end)

	b, err := p.Pick([]string{"B"})
	require.NoError(t, err)
	require.Equal(t, data.Raw, b.Kind())
	require.Equal(t, []data.Action{{Session: 2, Asset: 0, Split: 8}, {Session: 3, Asset: 0, Split: 1, Dividend: 1}}, b.Actions())
	require.Equal(t, []float64{400}, b.Volume(3))
	require.Equal(t, []float64{1}, b.Spread(3))
	first, _ = b.Life(0)
	require.Equal(t, 1, first)
	require.False(t, b.Fresh(0, 0))
}

func TestCarry(t *testing.T) {
	nan := math.NaN()
	x := data.Table{Dates: []data.Date{1, 2, 3, 4, 5}, Symbols: []string{"A", "B"},
		Close:  []float64{nan, 1, 5, nan, nan, 3, 7, nan, 8, nan},
		Open:   []float64{nan, 1, 4, nan, nan, 3, 6, nan, nan, nan},
		Volume: []float64{nan, 1, 2, nan, nan, 4, nan, nan, 9, nan},
		Spread: []float64{nan, 1, 2, nan, nan, 4, nan, nan, 9, nan},
	}
	require.NoError(t, x.Carry())
	require.Equal(t, []float64{5, 1, 5, 1, 5, 3, 7, 3, 8, 3}, x.Close)
	require.Equal(t, []float64{5, 1, 4, 1, 5, 3, 6, 3, 8, 3}, x.Open)
	require.Equal(t, []float64{0, 1, 2, 0, 0, 4, 0, 0, 9, 0}, x.Volume)
	require.Equal(t, []float64{2, 1, 2, 1, 2, 4, 2, 4, 9, 4}, x.Spread)
	require.Equal(t, [][2]int{{1, 5}, {0, 3}}, x.Lives)
	p, err := data.Make(x)
	require.NoError(t, err)
	fresh := ""
	for s := range 5 {
		for i := range 2 {
			fresh += map[bool]string{true: "f", false: "-"}[p.Fresh(s, i)]
		}
	}
	require.Equal(t, "-ff--ff-f-", fresh)
	x = data.Table{Dates: []data.Date{1}, Symbols: []string{"A"}, Close: []float64{nan}}
	require.ErrorContains(t, x.Carry(), "A has no price")
}

func TestLiquidity(t *testing.T) {
	days := 60
	x := data.Table{Kind: data.Raw, Symbols: []string{"A"}}
	for s := range days {
		x.Dates = append(x.Dates, data.Date(s))
		price, volume := 100+float64(s%7), 1000+10*float64(s)
		if s >= 30 {
			price, volume = price/2, volume*2
		}
		x.Close, x.Volume = append(x.Close, price), append(x.Volume, volume)
	}
	x.Actions = []data.DatedAction{{Date: 30, Split: 2}, {Date: 40, Split: 1, Dividend: 1}}
	x.Stale = make([]bool, days)
	x.Stale[35], x.Close[35] = true, x.Close[34]
	p, err := data.Make(x)
	require.NoError(t, err)

	for _, s := range []int{0, 1, 2, 3, 20, 21, 22, 30, 31, 33, 36, 41, 59} {
		var volumes, returns []float64
		for u := max(0, s-data.Memory); u < s; u++ {
			if u == 35 {
				continue
			}
			v := 1000 + 10*float64(u)
			if s >= 30 {
				v *= 2 // in shares after the split
			}
			volumes = append(volumes, v)
			if u > 0 {
				returns = append(returns, p.Growth(u, 0)-1)
			}
		}
		volume, sigma := p.Liquidity(s)
		if len(volumes) == 0 {
			require.True(t, math.IsNaN(volume[0]))
		} else {
			require.InDelta(t, mean(volumes), volume[0], 1e-9, "session %d", s)
		}
		if len(returns) < 2 {
			require.True(t, math.IsNaN(sigma[0]), "session %d", s)
		} else {
			require.InDelta(t, deviation(returns), sigma[0], 1e-14, "session %d", s)
		}
	}
	_, sigma := p.Liquidity(31)
	require.Less(t, sigma[0], 0.1, "a split is no return")
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

func deviation(v []float64) float64 {
	m, sum := mean(v), 0.0
	for _, x := range v {
		sum += (x - m) * (x - m)
	}
	return math.Sqrt(sum / float64(len(v)-1))
}

// Whatever is cut out of a panel, its cells are those of the panel, and growth
// inside the window is the same.
func TestWindowsAndPicksKeepTheMarket(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := randomTable(t)
		p, err := data.Make(x)
		require.NoError(t, err)
		from := rapid.IntRange(0, p.Sessions()-1).Draw(t, "from")
		to := rapid.IntRange(from, p.Sessions()-1).Draw(t, "to")
		w, err := p.Window(p.Date(from), p.Date(to))
		require.NoError(t, err)
		names := []string{p.Symbols()[rapid.IntRange(0, p.Assets()-1).Draw(t, "asset")]}
		w, err = w.Pick(names)
		require.NoError(t, err)
		i := p.Symbol(names[0])
		for s := range w.Sessions() {
			require.Equal(t, p.Close(from + s)[i], w.Close(s)[0])
			require.Equal(t, p.Volume(from + s)[i], w.Volume(s)[0])
			require.Equal(t, p.Fresh(from+s, i), w.Fresh(s, 0))
			if first, end := p.Life(i); s > 0 {
				require.Equal(t, p.Growth(from+s, i), w.Growth(s, 0))
				a, b := w.Life(0)
				require.Equal(t, from+s >= first && from+s < end, s >= a && s < b)
			}
		}
	})
}

func randomTable(t *rapid.T) data.Table {
	days, n := rapid.IntRange(1, 12).Draw(t, "days"), rapid.IntRange(1, 3).Draw(t, "assets")
	x := data.Table{Kind: data.Raw, Symbols: []string{"C", "A", "B"}[:n]}
	day := data.Date(0)
	for range days {
		day += data.Date(rapid.IntRange(1, 4).Draw(t, "gap"))
		x.Dates = append(x.Dates, day)
		for range n {
			v := math.NaN()
			if rapid.IntRange(0, 3).Draw(t, "hole") > 0 {
				v = rapid.Float64Range(1, 100).Draw(t, "price")
			}
			x.Close = append(x.Close, v)
			x.Volume = append(x.Volume, math.Abs(math.Round(v)))
		}
	}
	for i := range n {
		if !slices.ContainsFunc(x.Close, func(v float64) bool { return v == v }) || x.Close[i] != x.Close[i] {
			x.Close[i] = 50
		}
	}
	for range rapid.IntRange(0, 6).Draw(t, "actions") {
		x.Actions = append(x.Actions, data.DatedAction{
			Date: data.Date(rapid.IntRange(0, int(day)+2).Draw(t, "date")), Asset: rapid.IntRange(0, n-1).Draw(t, "of"),
			Split: rapid.SampledFrom([]float64{0.1, 1, 2, 3}).Draw(t, "split"), Dividend: rapid.SampledFrom([]float64{0, 0.5}).Draw(t, "dividend"),
		})
	}
	if err := x.Carry(); err != nil {
		t.Fatal(err)
	}
	return x
}
