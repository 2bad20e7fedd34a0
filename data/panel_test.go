package data_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
)

func TestNewPanelRefuses(t *testing.T) {
	dates, symbols := []data.Date{10, 11}, []string{"A", "B"}
	good := func() []float64 { return []float64{1, 2, 3, 4} }
	with := func(k int, v float64) []float64 { x := good(); x[k] = v; return x }
	for want, make := range map[string]func() (*data.Panel, error){
		"needs sessions and assets, got 0 x 2": func() (*data.Panel, error) { return data.NewPanel(data.Raw, nil, symbols, nil, nil) },
		"needs sessions and assets, got 2 x 0": func() (*data.Panel, error) { return data.NewPanel(data.Raw, dates, nil, nil, nil) },
		"needs 4 prices, got 3 closes and 0 opens": func() (*data.Panel, error) {
			return data.NewPanel(data.Raw, dates, symbols, []float64{1, 2, 3}, nil)
		},
		"needs 4 prices, got 4 closes and 3 opens": func() (*data.Panel, error) {
			return data.NewPanel(data.Raw, dates, symbols, good(), []float64{1, 2, 3})
		},
		"session 1: 1970-01-11 does not follow 1970-01-11": func() (*data.Panel, error) {
			return data.NewPanel(data.Raw, []data.Date{10, 10}, symbols, good(), nil)
		},
		"session 1: 1970-01-10 does not follow 1970-01-11": func() (*data.Panel, error) {
			return data.NewPanel(data.Raw, []data.Date{10, 9}, symbols, good(), nil)
		},
		`symbol "A" twice`: func() (*data.Panel, error) {
			return data.NewPanel(data.Raw, dates, []string{"A", "A"}, good(), nil)
		},
		"B 1970-01-11: price 0 is not between": func() (*data.Panel, error) {
			return data.NewPanel(data.Raw, []data.Date{10}, symbols, []float64{1, 0}, nil)
		},
		"B 1970-01-12: open NaN is not between": func() (*data.Panel, error) {
			return data.NewPanel(data.Raw, dates, symbols, good(), with(3, math.NaN()))
		},
	} {
		p, err := make()
		require.Nil(t, p)
		require.ErrorContains(t, err, want)
	}
	for _, bad := range []float64{0, -1, math.NaN(), math.Inf(1), math.Inf(-1), 1.1e12, 0.9e-9, math.Copysign(0, -1)} {
		for k := range 4 {
			_, err := data.NewPanel(data.Adjusted, dates, symbols, with(k, bad), nil)
			require.ErrorContains(t, err, "is not between 1e-09 and 1e+12")
			_, err = data.NewPanel(data.Adjusted, dates, symbols, good(), with(k, bad))
			require.ErrorContains(t, err, "is not between 1e-09 and 1e+12")
		}
	}
	_, err := data.NewPanel(data.Adjusted, dates, symbols, []float64{data.MinPrice, data.MaxPrice, 1, 1}, nil)
	require.NoError(t, err)
}

// A price that is wrong is named by its own asset, also when columns moved.
func TestNewPanelNamesTheRightAsset(t *testing.T) {
	_, err := data.NewPanel(data.Adjusted, []data.Date{0, 1}, []string{"Z", "M", "A"}, []float64{1, 2, 3, 4, -5, 6}, nil)
	require.ErrorContains(t, err, "M 1970-01-02: price -5")
}

func TestColumnsAreSorted(t *testing.T) {
	p, err := data.NewPanel(data.Raw, []data.Date{0, 1}, []string{"C", "A", "B"}, []float64{3, 1, 2, 30, 10, 20}, []float64{6, 4, 5, 60, 40, 50})
	require.NoError(t, err)
	require.Equal(t, data.Raw, p.Kind())
	require.Equal(t, []string{"A", "B", "C"}, p.Symbols())
	require.Equal(t, []float64{1, 2, 3}, p.Close(0))
	require.Equal(t, []float64{10, 20, 30}, p.Close(1))
	require.Equal(t, []float64{40, 50, 60}, p.Open(1))
	require.Equal(t, []float64{1, 2, 3, 10, 20, 30}, p.Closes())
	require.True(t, p.HasOpen())
	require.Equal(t, []int{2, 3}, []int{p.Sessions(), p.Assets()})
	for i, s := range p.Symbols() {
		require.Equal(t, i, p.Symbol(s))
	}
	for _, s := range []string{"", "D", "AA", "a"} {
		require.Equal(t, -1, p.Symbol(s))
	}
}

func TestSortedColumnsAreKept(t *testing.T) {
	closes := []float64{1, 2}
	p, err := data.NewPanel(data.Adjusted, []data.Date{0}, []string{"A", "B"}, closes, nil)
	require.NoError(t, err)
	require.Same(t, &closes[0], &p.Closes()[0])
	require.Nil(t, p.Open(0))
	require.False(t, p.HasOpen())
	require.Zero(t, p.Years())
	require.Equal(t, 252.0, p.PeriodsPerYear())
}

// A row cannot be grown into the next one.
func TestRowsEndWhereTheyEnd(t *testing.T) {
	p, err := data.NewPanel(data.Adjusted, []data.Date{0, 1}, []string{"A", "B"}, []float64{1, 2, 3, 4}, []float64{1, 2, 3, 4})
	require.NoError(t, err)
	require.Equal(t, 2, cap(p.Close(0)))
	require.Equal(t, 2, cap(p.Open(0)))
}

func small(t *testing.T) *data.Panel {
	p, err := data.NewPanel(data.Adjusted, []data.Date{10, 20, 30, 40}, []string{"A", "B"}, []float64{1, 2, 3, 4, 5, 6, 7, 8}, []float64{1, 2, 3, 4, 5, 6, 7, 8})
	require.NoError(t, err)
	return p
}

func TestWindow(t *testing.T) {
	p := small(t)
	for _, c := range []struct {
		start, end data.Date
		want       []data.Date
	}{
		{data.NoDate, data.NoDate, []data.Date{10, 20, 30, 40}},
		{10, 40, []data.Date{10, 20, 30, 40}},
		{11, 39, []data.Date{20, 30}},
		{20, 20, []data.Date{20}},
		{data.NoDate, 29, []data.Date{10, 20}},
		{21, data.NoDate, []data.Date{30, 40}},
		{-1000, 1000, []data.Date{10, 20, 30, 40}},
	} {
		w, err := p.Window(c.start, c.end)
		require.NoError(t, err)
		require.Equal(t, c.want, w.Dates())
		first := int(c.want[0])/10 - 1
		require.Equal(t, p.Close(first), w.Close(0))
		require.Equal(t, p.Open(first), w.Open(0))
		require.Same(t, &p.Close(first)[0], &w.Close(0)[0])
		require.Equal(t, p.Kind(), w.Kind())
	}
	for _, c := range [][2]data.Date{{41, data.NoDate}, {data.NoDate, 9}, {21, 29}, {30, 20}} {
		_, err := p.Window(c[0], c[1])
		require.ErrorContains(t, err, "the data run from 1970-01-11 to 1970-02-10")
	}
}

// Calendars of a window count from its own first session.
func TestWindowHasItsOwnCalendars(t *testing.T) {
	p := small(t)
	every := data.Schedule{Every: 2}
	require.True(t, p.Calendar(every).Has(2))
	w, err := p.Window(20, data.NoDate)
	require.NoError(t, err)
	require.False(t, w.Calendar(every).Has(1))
	require.True(t, w.Calendar(every).Has(2))
}

func TestPick(t *testing.T) {
	p := small(t)
	all, err := p.Pick([]string{"B", "A"})
	require.NoError(t, err)
	require.Same(t, p, all)
	b, err := p.Pick([]string{"B"})
	require.NoError(t, err)
	require.Equal(t, []string{"B"}, b.Symbols())
	require.Equal(t, []float64{2, 4, 6, 8}, b.Closes())
	require.Equal(t, []float64{6}, b.Open(2))
	require.Equal(t, p.Dates(), b.Dates())
	_, err = p.Pick([]string{"B", "X"})
	require.ErrorContains(t, err, `no asset "X"`)
	_, err = p.Pick([]string{"A", "A"})
	require.ErrorContains(t, err, `symbol "A" twice`)
	_, err = p.Pick(nil)
	require.Error(t, err)
}

func TestPickKeepsPrices(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		symbols := []string{"A", "B", "C", "D", "E"}
		closes := rapid.SliceOfN(rapid.Float64Range(0.5, 2), 15, 15).Draw(t, "closes")
		p, err := data.NewPanel(data.Adjusted, []data.Date{1, 2, 3}, symbols, closes, nil)
		require.NoError(t, err)
		some := rapid.SliceOfNDistinct(rapid.SampledFrom(symbols), 1, 5, rapid.ID[string]).Draw(t, "picked")
		q, err := p.Pick(some)
		require.NoError(t, err)
		for _, name := range some {
			for s := range 3 {
				require.Equal(t, p.Close(s)[p.Symbol(name)], q.Close(s)[q.Symbol(name)])
			}
		}
	})
}

func TestPeriodsPerYear(t *testing.T) {
	daily := []data.Date{}
	for d := data.NewDate(2020, 1, 1); len(daily) < 300; d++ {
		if day := d.Weekday(); day != 0 && day != 6 && d.String() != "2020-12-25" {
			daily = append(daily, d)
		}
	}
	monthly := func(step int) (dates []data.Date) {
		for m := range 60 {
			dates = append(dates, data.NewDate(1990, 1+(m+1)*step, 1)-1)
		}
		return dates
	}
	weekly := func(step data.Date) (dates []data.Date) {
		for w := range 60 {
			dates = append(dates, data.Date(w)*step)
		}
		return dates
	}
	for _, c := range []struct {
		dates []data.Date
		want  float64
	}{
		{daily, 252}, {weekly(1), 365}, {weekly(7), 52}, {weekly(14), 26}, {monthly(1), 12}, {monthly(3), 4}, {monthly(12), 1}, {[]data.Date{5}, 252}, {[]data.Date{0, 31}, 12},
	} {
		require.Equal(t, c.want, panelOf(t, c.dates).PeriodsPerYear())
	}
	require.InDelta(t, 4, panelOf(t, []data.Date{0, 1461}).Years(), 1e-15)
}

func TestFinite(t *testing.T) {
	require.True(t, data.Finite(0))
	require.True(t, data.Finite(-math.MaxFloat64))
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		require.False(t, data.Finite(v))
	}
}
