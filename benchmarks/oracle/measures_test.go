package oracle

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// day is a date as days since 1970-01-01.
func day(t *testing.T, date string) int32 {
	t.Helper()
	at, err := time.Parse(time.DateOnly, date)
	require.NoError(t, err)
	return int32(at.Unix() / 86400)
}

// rowsOf makes one row a day from NAVs without flows.
func rowsOf(navs ...string) []Session {
	var rows []Session
	for k, nav := range navs {
		rows = append(rows, Session{Date: 19723 + int32(k), NAV: decimal.RequireFromString(nav)})
	}
	return rows
}

func datesOf(rows []Session) []int32 {
	var dates []int32
	for _, row := range rows {
		dates = append(dates, row.Date)
	}
	return dates
}

// everyday is an account of one asset whose price grows by 0.1 % a day, written with so
// many decimals.
func everyday(decimals int32) []Session {
	shares, price := number(9999.99999998), number(100)
	var rows []Session
	for k := range 120 {
		value := shares.Mul(price.Round(decimals)).RoundBank(6)
		rows = append(rows, Session{Date: 19723 + int32(k), NAV: value.Add(number(0.000002))})
		price = price.Mul(number(1.001)).Round(30)
	}
	return rows
}

func TestTheSameReturnEveryDayHasNoSharpe(t *testing.T) {
	rows := everyday(9)
	d := Rounding(rows)
	require.InDelta(t, 1e-9+4e-6/1062000, d, 1e-13)
	for _, r := range Rates(rows) {
		require.InDelta(t, 0.001, r.Value.InexactFloat64(), 1e-10)
	}
	_, ok := Sharpe(Rates(rows), 252, 0, d)
	require.False(t, ok)
	_, ok = Beta(Rates(rows), Rates(rows), d)
	require.False(t, ok)
	_, ok = Sortino(Rates(rows), 252, 0, d)
	require.False(t, ok, "no session fell short")

	rows = everyday(4) // prices in hundredths of a cent are a deviation of some 3e-7
	sharpe, ok := Sharpe(Rates(rows), 252, 0, Rounding(rows))
	require.True(t, ok)
	require.Greater(t, sharpe, 1000.0)
}

func TestFlatPricesWithDepositsHaveNoRatios(t *testing.T) {
	for _, opening := range []int64{1, 50, 10000, 5000000} {
		noise := []int64{0, -1, -3, -2, -3, -3, -1, -2} // millionths that rounding took
		nav, rows, reference := decimal.NewFromInt(opening), []Session{}, []Rate{}
		for k := range 60 {
			row := Session{Date: 19723 + int32(k)}
			if k%5 == 4 {
				row.Flow = decimal.NewFromInt(opening).Mul(number(0.01))
			}
			nav = nav.Add(row.Flow)
			row.NAV = nav.Add(decimal.New(noise[k%8], -6))
			rows = append(rows, row)
			if k > 0 {
				reference = append(reference, Rate{})
			}
		}
		d := Rounding(rows)
		_, ok := Sharpe(Rates(rows), 252, 0, d)
		require.False(t, ok, "%d", opening)
		_, ok = Information(Rates(rows), reference, 252, d)
		require.False(t, ok, "%d", opening)
	}
}

func TestRatiosByHand(t *testing.T) {
	rows := rowsOf("100", "101", "98.98", "101.9494") // +1 %, -2 %, +3 %
	rates, d := Rates(rows), Rounding(rows)
	// mean 2/300, squares of 1/3, 8/3, 7/3 %: sum 114/9 %%, halved 19/3 %%
	sd := math.Sqrt(19.0/3) / 100
	volatility, ok := Volatility(rates, 252)
	require.True(t, ok)
	require.InEpsilon(t, sd*math.Sqrt(252), volatility, 1e-14)
	sharpe, ok := Sharpe(rates, 252, 0.02, d)
	require.True(t, ok)
	require.InEpsilon(t, (0.02/3*252-0.02)/(sd*math.Sqrt(252)), sharpe, 1e-14)
	sortino, ok := Sortino(rates, 252, 0, d) // downside: the root of 4/3 %%
	require.True(t, ok)
	require.InEpsilon(t, 0.02/3*252/(0.02/math.Sqrt(3)*math.Sqrt(252)), sortino, 1e-14)
	flat := []Rate{{}, {}, {}}
	ratio, ok := Information(rates, flat, 252, d)
	require.True(t, ok)
	require.InEpsilon(t, 0.02/3*252/(sd*math.Sqrt(252)), ratio, 1e-14)
	_, ok = Sharpe(rates[:1], 252, 0, d)
	require.False(t, ok, "one return has no deviation")
}

func TestAFallIsWonBack(t *testing.T) {
	rows := rowsOf("471", "331.1", "301", "391.3", "470.999999", "470.999999", "470.999998", "470.999998")
	for k, date := range []string{"2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09", "2024-01-10"} {
		rows[k].Date = day(t, date)
	}
	falls := Water(datesOf(rows), Index(rows), Rounding(rows))
	require.True(t, falls.Recovered)
	require.Equal(t, 2, falls.Recovery)
	require.Equal(t, 4, falls.UnderWater)
	require.InEpsilon(t, 170.0/471, falls.Deepest, 1e-14)

	for k := 4; k < 8; k++ {
		rows[k].NAV = number(470.99) // one cent is more than rounding
	}
	falls = Water(datesOf(rows), Index(rows), Rounding(rows))
	require.False(t, falls.Recovered)
	require.Equal(t, 9, falls.UnderWater)
}

func TestRoundingIsNoFall(t *testing.T) {
	rows := rowsOf("1000", "999.999999", "1000", "999.999998")
	falls := Water(datesOf(rows), Index(rows), Rounding(rows))
	require.False(t, falls.Recovered)
	require.Zero(t, falls.UnderWater)
}

func TestNewMoneyPaysItsOwnCosts(t *testing.T) {
	rows := rowsOf("100.1", "10000.101") // 98.999 of 9,999 of new money
	rows[1].Flow, rows[1].Cost = number(9999), number(98.999)
	require.InEpsilon(t, -98.999/10099.1, Rates(rows)[0].Value.InexactFloat64(), 1e-14)

	rows = rowsOf("30", "29979", "30032.9082") // fixed 21, then 29,949 shares of B at 1.0018
	rows[1].Flow, rows[1].Cost = number(29970), number(21)
	index := Index(rows)
	require.InEpsilon(t, 0.9993, index[1].InexactFloat64(), 1e-14)
	require.InEpsilon(t, 0.9993*30032.9082/29979, index[2].InexactFloat64(), 1e-14)
	require.InDelta(t, 0.0011, index[2].InexactFloat64()-1, 5e-5)

	rows = rowsOf("1000", "495") // 500 leave, the sale costs 5: 0.5 % of 1,000
	rows[1].Flow, rows[1].Cost = number(-500), number(5)
	require.InEpsilon(t, -0.005, Rates(rows)[0].Value.InexactFloat64(), 1e-14)

	rows = rowsOf("1000", "1093") // +10 %, then a cost of 7 without a flow
	rows[1].Cost = number(7)
	require.InEpsilon(t, 0.093, Rates(rows)[0].Value.InexactFloat64(), 1e-14)
}

func TestAnEmptyAccountHasNoReturn(t *testing.T) {
	rows := rowsOf("1000", "0", "0", "500", "550")
	rows[1].Flow, rows[3].Flow = number(-1100), number(500)
	rates := Rates(rows)
	require.InEpsilon(t, 0.1, rates[0].Value.InexactFloat64(), 1e-14)
	require.True(t, rates[1].None)
	require.True(t, rates[2].None)
	require.InEpsilon(t, 1.21, Index(rows)[4].InexactFloat64(), 1e-14)
	require.Len(t, taken(rates), 2)
}

func TestWithoutFlowsTheIndexIsTheNAV(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := []Session{{NAV: decimal.New(rapid.Int64Range(1, 1e12).Draw(t, "opening"), -6)}}
		for range rapid.IntRange(1, 20).Draw(t, "sessions") {
			nav := decimal.New(rapid.Int64Range(1, 1e12).Draw(t, "nav"), -6)
			rows = append(rows, Session{NAV: nav, Cost: decimal.New(rapid.Int64Range(0, 1e6).Draw(t, "cost"), -6)})
		}
		index := Index(rows)
		for k := range rows {
			want := rows[k].NAV.InexactFloat64() / rows[0].NAV.InexactFloat64()
			require.InEpsilon(t, want, index[k].InexactFloat64(), 1e-12)
		}
	})
}

// calendarOf returns the days from 2010 to 2019 that are wanted.
func calendarOf(wanted func(at time.Time) bool) []int32 {
	var dates []int32
	for at := time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2020; at = at.AddDate(0, 0, 1) {
		if wanted(at) {
			dates = append(dates, int32(at.Unix()/86400))
		}
	}
	return dates
}

func TestPeriodsPerYear(t *testing.T) {
	weekend := func(at time.Time) bool { return at.Weekday() == time.Saturday || at.Weekday() == time.Sunday }
	last := func(at time.Time) bool { return at.AddDate(0, 0, 1).Day() == 1 }
	for name, c := range map[string]struct {
		wanted  func(at time.Time) bool
		periods float64
		unusual bool
	}{
		"seven days a week": {func(time.Time) bool { return true }, 365, false},
		"weekdays":          {func(at time.Time) bool { return !weekend(at) }, 252, false},
		"weekdays with holidays": {func(at time.Time) bool {
			return !weekend(at) && at.YearDay()%28 != 0
		}, 252, false},
		"without Fridays":    {func(at time.Time) bool { return at.Weekday() != time.Friday }, 313, true},
		"without a Sunday":   {func(at time.Time) bool { return at.Weekday() != time.Sunday }, 313, true},
		"Sunday to Thursday": {func(at time.Time) bool { return at.Weekday() < time.Friday }, 261, true},
		"weeks":              {func(at time.Time) bool { return at.Weekday() == time.Friday }, 52, false},
		"twice a week":       {func(at time.Time) bool { return at.Weekday()%3 == 1 }, 104, true},
		"fortnights":         {func(at time.Time) bool { return (at.Unix()/86400)%14 == 1 }, 26, false},
		"halves of a month":  {func(at time.Time) bool { return at.Day() == 15 || last(at) }, 24, false},
		"months":             {last, 12, false},
		"two months":         {func(at time.Time) bool { return last(at) && at.Month()%2 == 0 }, 6, false},
		"quarters":           {func(at time.Time) bool { return last(at) && at.Month()%3 == 0 }, 4, false},
		"thirds of a year":   {func(at time.Time) bool { return last(at) && at.Month()%4 == 0 }, 3, true},
		"half-years":         {func(at time.Time) bool { return last(at) && at.Month()%6 == 0 }, 2, false},
		"years":              {func(at time.Time) bool { return at.YearDay() == 1 }, 1, false},
		"every third year":   {func(at time.Time) bool { return at.YearDay() == 1 && at.Year()%3 == 0 }, 1, true},
	} {
		periods, unusual := PeriodsPerYear(calendarOf(c.wanted))
		require.Equal(t, c.periods, periods, name)
		require.Equal(t, c.unusual, unusual, name)
	}
	periods, _ := PeriodsPerYear([]int32{17000})
	require.Zero(t, periods)
}

func TestXIRR(t *testing.T) {
	paid := func(amounts ...float64) []Payment {
		var payments []Payment
		for k, a := range amounts {
			payments = append(payments, Payment{18628 + 365*int32(k), a})
		}
		return payments
	}
	for name, c := range map[string]struct {
		payments []Payment
		rates    []float64
	}{
		"one year":       {paid(-1000, 1100), []float64{0.1}},
		"a deposit":      {paid(-1000, -100, 1320), []float64{0.1}}, // 1000 x^2 + 100 x = 1320
		"a loss":         {paid(-1000, 250), []float64{-0.75}},
		"two":            {paid(-1000, 2300, -1320), []float64{0.1, 0.2}},
		"one that turns": {paid(-1000, 2200, -1210), []float64{0.1}},
		"three":          {paid(-1000, 3600, -4310, 1716), []float64{0.1, 0.2, 0.3}},
		"none":           {paid(-1000, 1000, -1000), nil},
		"only given":     {paid(-1000, -1000, 0), nil},
		"one day":        {[]Payment{{100, -1000}, {100, 1100}}, nil},
		"a tenth a day":  {[]Payment{{100, -1000}, {101, 1001}}, []float64{math.Pow(1.001, 365) - 1}},
	} {
		got := Solutions(c.payments)
		require.Len(t, got, len(c.rates), "%s: %v", name, got)
		for k, want := range c.rates {
			require.InDelta(t, want, got[k], 1e-6, name)
		}
		_, ok := XIRR(c.payments)
		require.Equal(t, len(c.rates) == 1, ok, name)
	}
}

func TestXIRROfAnAccount(t *testing.T) {
	rows := rowsOf("1000", "1155", "1320")
	for k, date := range []string{"2021-01-01", "2022-01-01", "2023-01-01"} {
		rows[k].Date = day(t, date)
	}
	_, ok := Payments(rows)
	require.False(t, ok, "nothing flowed")
	rows[1].Flow = number(100)
	payments, ok := Payments(rows)
	require.True(t, ok)
	rate, ok := XIRR(payments)
	require.True(t, ok)
	require.InEpsilon(t, 0.1, rate, 1e-9)
}

// Payments made to be solved by chosen rates are solved by them and no others.
func TestSolutionsAreCounted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		chosen := map[int]bool{}
		for range rapid.IntRange(1, 5).Draw(t, "rates") {
			chosen[rapid.IntRange(-6, 20).Draw(t, "tenths")] = true
		}
		step := int32(rapid.SampledFrom([]int{30, 91, 365}).Draw(t, "days"))
		poly := []float64{-1000}
		for tenths := range chosen {
			growth := math.Pow(1+float64(tenths)/10, float64(step)/365)
			next := make([]float64, len(poly)+1)
			for k, c := range poly {
				next[k] += c
				next[k+1] -= c * growth
			}
			poly = next
		}
		var payments []Payment
		for k, c := range poly {
			payments = append(payments, Payment{int32(k) * step, c})
		}
		got := Solutions(payments)
		require.Len(t, got, len(chosen), fmt.Sprint(chosen, got))
		for _, rate := range got {
			require.True(t, chosen[int(math.Round(rate*10))], "%v", rate)
		}
	})
}

func TestTurnoverNetsFlowsFirst(t *testing.T) {
	for name, c := range map[string]struct {
		fills                  Fills
		oneWay, least, twoWays float64
	}{
		"both ways on one day": {Fills{Bought: number(10000), Sold: number(10000), Deposited: number(10000), Withdrawn: number(10000), NAV: number(100000)}, 0.1, 0.1, 0.2},
		"a deposit":            {Fills{Bought: number(20000), Sold: number(10000), Deposited: number(10000), NAV: number(100000)}, 0.1, 0.1, 0.2},
		"a withdrawal":         {Fills{Bought: number(5000), Sold: number(15000), Withdrawn: number(10000), NAV: number(100000)}, 0.05, 0.05, 0.1},
		"more in than out":     {Fills{Bought: number(14000), Sold: number(10000), Deposited: number(10000), Withdrawn: number(6000), NAV: number(100000)}, 0.1, 0.1, 0.2},
		"a deposit that waits": {Fills{Bought: number(3000), Deposited: number(10000), NAV: number(100000)}, 0, 0, 0},
		"only sales":           {Fills{Sold: number(3000), NAV: number(100000)}, 0.015, 0, 0.03},
	} {
		f := c.fills
		f.Turn()
		require.InDelta(t, c.oneWay, f.OneWay.InexactFloat64(), 1e-15, name)
		require.InDelta(t, c.least, f.Least.InexactFloat64(), 1e-15, name)
		require.InDelta(t, c.twoWays, f.TwoWay.InexactFloat64(), 1e-15, name)
	}
}

func TestABlockedWishCountsOnce(t *testing.T) {
	wish := func(asked, executed float64) Wish { return Wish{Asked: number(asked), Executed: number(executed)} }
	blocked := func(asked float64) Wish { return Wish{Asked: number(asked), Blocked: true} }
	other := func(asked, executed float64) Wish {
		return Wish{Asset: 1, Asked: number(asked), Executed: number(executed)}
	}
	for name, c := range map[string]struct {
		decisions  [][]Wish
		done, want float64
	}{
		"all done":             {[][]Wish{{wish(100, 100), other(-100, -100)}}, 200, 200},
		"half done":            {[][]Wish{{wish(100, 50)}}, 50, 100},
		"more than asked":      {[][]Wish{{wish(100, 130)}}, 100, 100},
		"blocked to the end":   {[][]Wish{{blocked(100), other(-80, -80)}, {blocked(120)}, {blocked(90)}}, 80, 200},
		"blocked then wanted":  {[][]Wish{{blocked(100)}, {blocked(120)}, {wish(110, 110)}}, 110, 230},
		"blocked then over":    {[][]Wish{{blocked(100)}, {other(-10, -10)}, {blocked(100)}}, 10, 210},
		"blocked on two sides": {[][]Wish{{blocked(100)}, {blocked(-70)}, {blocked(-60)}}, 0, 170},
	} {
		got, ok := Efficiency(c.decisions)
		require.True(t, ok, name)
		require.InDelta(t, c.done/c.want, got.InexactFloat64(), 1e-15, name)
	}
	_, ok := Efficiency([][]Wish{{}, {}})
	require.False(t, ok, "nothing was asked")
}

func TestRuin(t *testing.T) {
	rows := rowsOf("1000", "600", "0", "200", "0.009", "0")
	rows[2].Owed = number(40)
	rows[3].Owed = number(0)
	rows[4].Owed = number(75)
	rows[5].Owed = number(125)
	end := Ruin(rows)
	require.False(t, end.Survived)
	require.Equal(t, 2, end.Ruined, "a later deposit does not make it unhappened")
	require.InDelta(t, 125, end.Unpaid.InexactFloat64(), 1e-12)
	require.Len(t, Measured(rows), 3)

	held := rowsOf("1000", "600", "600") // a restriction holds up 40
	held[1].Owed, held[2].Owed = number(40), number(40)
	end = Ruin(held)
	require.True(t, end.Survived)
	require.InDelta(t, 40, end.Unpaid.InexactFloat64(), 1e-12)
	require.Len(t, Measured(held), 3)

	emptied := rowsOf("1000", "0", "0") // all was asked for and paid
	require.True(t, Ruin(emptied).Survived)
}
