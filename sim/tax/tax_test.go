package tax_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/tax"
)

const (
	share = sim.Units(1e8)
	money = sim.Micros(1e6)
)

func day(t require.TestingT, s string) data.Date {
	d, err := data.ParseDate(s)
	require.NoError(t, err)
	return d
}

// every is a panel of one asset with a session on each day of a period.
func every(t require.TestingT, from, to string) *data.Panel {
	return days(t, day(t, from), day(t, to), 1)
}

func days(t require.TestingT, from, to data.Date, assets int) *data.Panel {
	var dates []data.Date
	for d := from; d <= to; d++ {
		dates = append(dates, d)
	}
	closes := make([]float64, len(dates)*assets)
	for i := range closes {
		closes[i] = 1
	}
	p, err := data.NewPanel(data.Adjusted, dates, []string{"A", "B", "C"}[:assets], closes, nil)
	require.NoError(t, err)
	return p
}

// desk is an account of one asset that is spoken to in dates, shares and money.
type desk struct {
	t require.TestingT
	*tax.Account
	p *data.Panel
}

func open(t require.TestingT, p *data.Panel, r tax.Rules) *desk {
	r.Keep = true
	a, err := tax.New(r)
	require.NoError(t, err)
	a.Begin(p, 0)
	return &desk{t, a, p}
}

func (d *desk) at(date string) int { return int(day(d.t, date) - d.p.Date(0)) }

func (d *desk) buy(date string, shares, cost float64) {
	d.Buy(d.at(date), 0, sim.Units(math.Round(shares*1e8)), sim.ToMicros(cost))
}

func (d *desk) sell(date string, shares, proceeds float64) {
	d.Sell(d.at(date), 0, sim.Units(math.Round(shares*1e8)), sim.ToMicros(proceeds))
}

func (d *desk) lots() (all []tax.Lot) {
	d.Open(0, func(l tax.Lot) { all = append(all, l) })
	return all
}

func (d *desk) bases() (all []float64) {
	for _, l := range d.lots() {
		all = append(all, l.Basis.Money())
	}
	return all
}

func (d *desk) sums() (gain, disallowed float64) {
	for _, s := range d.Sales() {
		gain += s.Gain.Money()
		disallowed += s.Disallowed.Money()
	}
	return gain, disallowed
}

func TestOrders(t *testing.T) {
	for _, c := range []struct {
		order  tax.Order
		first  []tax.Choice
		sold   []string // purchases of the parts
		bases  []float64
		gain   float64
		remain float64
	}{
		{tax.FIFO, nil, []string{"2020-01-01", "2020-06-01"}, []float64{1000, 750}, 1250, 3750},
		{tax.LIFO, nil, []string{"2021-02-01", "2021-01-01"}, []float64{1800, 600}, 600, 3100},
		{tax.HighestCost, nil, []string{"2021-02-01", "2020-06-01"}, []float64{1800, 750}, 450, 2950},
		// A share's tax at 20: 10 x 20 %, 5 x 20 %, 8 x 37 %, 2 x 37 %.
		{tax.LowestTax, nil, []string{"2021-02-01", "2020-06-01"}, []float64{1800, 750}, 450, 2950},
		{tax.Specific, []tax.Choice{{"A", day(t, "2021-01-01"), data.NoDate}, {"A", day(t, "2021-02-01"), data.NoDate}}, []string{"2021-01-01", "2021-02-01"}, []float64{1200, 900}, 900, 3400},
		{tax.Specific, []tax.Choice{{"A", day(t, "2020-06-01"), day(t, "2021-09-02")}, {"B", day(t, "2020-06-01"), data.NoDate}, {"A", day(t, "2021-02-01"), day(t, "2021-09-01")}}, []string{"2021-02-01", "2020-01-01"}, []float64{1800, 500}, 700, 3200},
	} {
		t.Run(c.order.String(), func(t *testing.T) {
			d := open(t, every(t, "2020-01-01", "2021-12-31"), tax.Rules{Lots: c.order, First: c.first, Short: 0.37, Long: 0.2, LongAfter: 12, Month: 4, Day: 15})
			d.buy("2020-01-01", 100, 1000)
			d.buy("2020-06-01", 100, 1500)
			d.buy("2021-01-01", 100, 1200)
			d.buy("2021-02-01", 100, 1800)
			d.sell("2021-09-01", 150, 3000)
			var sold []string
			var bases []float64
			for _, s := range d.Sales() {
				sold, bases = append(sold, d.p.Date(s.Acquired).String()), append(bases, s.Basis.Money())
				require.Equal(t, d.p.Date(s.Acquired) < day(t, "2020-09-01"), s.Long)
			}
			require.Equal(t, c.sold, sold)
			require.Equal(t, c.bases, bases)
			gain, _ := d.sums()
			require.Equal(t, c.gain, gain)
			remain := 0.0
			for _, b := range d.bases() {
				remain += b
			}
			require.Equal(t, c.remain, remain)
		})
	}
}

// Five lots of 100, 350 sold at 25: what the published orders cost in tax. Losses
// count as negative tax.
func TestLowestTaxIsLowest(t *testing.T) {
	p := every(t, "2020-01-01", "2022-12-31")
	due := map[tax.Order]float64{}
	for _, order := range []tax.Order{tax.FIFO, tax.LIFO, tax.HighestCost, tax.LowestTax} {
		d := open(t, p, tax.Rules{Lots: order, Short: 0.37, Long: 0.15, LongAfter: 12, Month: 4, Day: 15})
		d.buy("2020-01-01", 100, 2000)
		d.buy("2020-03-01", 100, 3000)
		d.buy("2020-06-01", 100, 2300)
		d.buy("2021-11-01", 100, 2700)
		d.buy("2021-12-01", 100, 2200)
		d.sell("2022-02-01", 350, 350*25)
		for _, s := range d.Sales() {
			rate := 0.37
			if s.Long {
				rate = 0.15
			}
			due[order] += s.Gain.Money() * rate
		}
	}
	// Tax of 100 shares: 75, -75, 30, -74, 111.
	require.InDelta(t, 30-74.0/2, due[tax.FIFO], 1e-9) // 75 - 75 of one year
	require.InDelta(t, 111-74+30-75.0/2, due[tax.LIFO], 1e-9)
	require.InDelta(t, -75-74+30+111.0/2, due[tax.HighestCost], 1e-9)
	require.InDelta(t, -75-74+30+75.0/2, due[tax.LowestTax], 1e-9)
}

func TestFree(t *testing.T) {
	r := tax.Rules{Short: 0.37, Long: 0.2, LongAfter: 12, Month: 4, Day: 15}
	for order, want := range map[tax.Order]float64{
		tax.FIFO:        200, // the long ones, then a short gain
		tax.LIFO:        100, // the short loss, then a short gain
		tax.HighestCost: 200, // 25, 15, 12 (short)
		tax.LowestTax:   300, // the loss, the long gains, then the short one
	} {
		r.Lots = order
		d := open(t, every(t, "2020-01-01", "2022-12-31"), r)
		require.Zero(t, d.Free(0, 0, 1))
		d.buy("2020-01-01", 100, 1000)
		d.buy("2020-06-01", 100, 1500)
		d.buy("2021-01-01", 100, 1200)
		d.buy("2021-02-01", 100, 2500)
		require.Equal(t, want, d.Free(d.at("2021-09-01"), 0, 20).Shares(), order)
		require.Equal(t, 400.0, d.Free(d.at("2022-09-01"), 0, 20).Shares(), "all are long")
		require.Equal(t, 400.0, d.Free(d.at("2021-09-01"), 0, 5).Shares(), "all are losses")
		require.Len(t, d.lots(), 4, "nothing is sold")
	}
}

func TestYears(t *testing.T) {
	d := open(t, every(t, "2020-01-01", "2024-12-31"), tax.Rules{Short: 0.4, Long: 0.2, LongAfter: 12, Month: 4, Day: 15})
	d.buy("2020-01-01", 100, 1000)
	d.sell("2020-05-01", 10, 70)  // short -30
	d.sell("2021-05-01", 10, 110) // long +10: -20 left
	d.buy("2021-06-01", 100, 1000)
	d.sell("2022-02-01", 80, 880) // long +80: 60 net
	d.sell("2022-03-01", 10, 115) // short +15
	d.sell("2023-03-01", 50, 400) // long -100
	d.buy("2023-03-01", 10, 100)
	d.sell("2023-04-01", 40, 520) // long +120
	d.sell("2023-05-01", 10, 60)  // short -40
	due := []int{d.at("2021-04-15"), d.at("2022-04-15"), d.at("2023-04-15"), d.at("2024-04-15")}
	for i, s := range due {
		require.Equal(t, s, d.Next(s-1))
		require.Equal(t, i == len(due)-1, d.Next(s) == math.MaxInt)
	}
	require.Equal(t, 0.0, d.Due(due[0]).Money())
	require.Equal(t, 0.0, d.Due(due[1]).Money())
	require.Equal(t, 15.0, d.Due(due[2]).Money(), "20 % of 80 + 15 - 20")
	require.Zero(t, d.Due(due[2]), "once")
	require.Zero(t, d.Accrued(), "20 long, 40 short lost")
	require.Zero(t, d.Due(due[3]))
	y := d.Years()
	require.Len(t, y, 5)
	require.Equal(t, tax.Year{Year: 2020, Short: -30 * money, CarryShort: -30 * money, DueSession: due[0]}, y[0])
	require.Equal(t, tax.Year{Year: 2021, Long: 10 * money, CarryShort: -20 * money, DueSession: due[1]}, y[1])
	require.Equal(t, tax.Year{Year: 2022, Short: 15 * money, Long: 80 * money, Tax: 15 * money, DueSession: due[2]}, y[2])
	require.Equal(t, tax.Year{Year: 2023, Short: -40 * money, Long: 20 * money, CarryShort: -20 * money, DueSession: due[3]}, y[3])
	require.Equal(t, math.MaxInt, y[4].DueSession)
	short, long, disallowed := d.Realised()
	require.Equal(t, []sim.Micros{-55 * money, 110 * money, 0}, []sim.Micros{short, long, disallowed})
}

func TestSplit(t *testing.T) {
	d := open(t, every(t, "2020-01-01", "2022-12-31"), tax.Standard)
	d.buy("2020-01-01", 10, 1000)
	d.buy("2021-01-01", 0.00000003, 5)
	d.buy("2021-02-01", 7, 500)
	s := d.at("2021-03-01")
	d.Split(s, 0, 17*share+3, 51*share+9)
	require.Equal(t, []tax.Lot{
		{Acquired: 0, Held: day(t, "2020-01-01"), LongFrom: day(t, "2021-01-02"), Units: 30 * share, Basis: 1000 * money},
		{Acquired: d.at("2021-01-01"), Held: day(t, "2021-01-01"), LongFrom: day(t, "2022-01-02"), Units: 9, Basis: 5 * money},
		{Acquired: d.at("2021-02-01"), Held: day(t, "2021-02-01"), LongFrom: day(t, "2022-02-02"), Units: 21 * share, Basis: 500 * money},
	}, d.lots())
	d.Split(s, 0, 51*share+9, 4*share) // the small lot is less than a unit: its basis stays
	lots := d.lots()
	require.Len(t, lots, 2)
	require.Equal(t, 4*share, lots[0].Units+lots[1].Units)
	require.Equal(t, []float64{1000, 505}, d.bases())
	d.Split(s, 0, 4*share, 0)
	require.Empty(t, d.lots())
	gain, _ := d.sums()
	require.Equal(t, -1505.0, gain)
	d.Split(s, 0, 0, 0)
}

func TestCostsAboveProceeds(t *testing.T) {
	d := open(t, every(t, "2020-01-01", "2020-12-31"), tax.Standard)
	d.buy("2020-01-01", 3, 10)
	d.sell("2020-02-01", 1, -5)
	require.Equal(t, sim.Micros(3333333), d.Sales()[0].Basis)
	require.Equal(t, sim.Micros(-8333333), d.Sales()[0].Gain)
	d.sell("2020-02-01", 2, 0)
	require.Equal(t, sim.Micros(6666667), d.Sales()[1].Basis)
}

func TestBeginForgets(t *testing.T) {
	p := every(t, "2020-01-01", "2022-12-31")
	d := open(t, p, tax.Standard)
	run := func() []tax.Sale {
		d.Begin(p, 0)
		d.buy("2020-01-01", 100, 1000)
		d.sell("2020-05-01", 10, 70)
		d.buy("2020-05-05", 100, 1000)
		d.sell("2021-05-01", 100, 1100)
		require.NotZero(t, d.Years()[1].Long)
		return append([]tax.Sale(nil), d.Sales()...)
	}
	first := run()
	require.Equal(t, first, run())
	allocs := testing.AllocsPerRun(10, func() {
		d.Begin(p, 0)
		d.Buy(0, 0, 100*share, 1000*money)
		d.Sell(100, 0, 10*share, 70*money)
		d.Buy(105, 0, 100*share, 1000*money)
		d.Sell(500, 0, 100*share, 1100*money)
		d.Due(d.Next(0))
	})
	require.Zero(t, allocs)
}

func TestRulesOutOfRange(t *testing.T) {
	for want, change := range map[string]func(*tax.Rules){
		"tax rates of 1.5 and 0.2 are not 0 to 1":                            func(r *tax.Rules) { r.Short = 1.5 },
		"tax rates of 0.37 and NaN are not 0 to 1":                           func(r *tax.Rules) { r.Long = math.NaN() },
		"long after -1 months is not 0 to 1200":                              func(r *tax.Rules) { r.LongAfter = -1 },
		"no order of lots 9":                                                 func(r *tax.Rules) { r.Lots = 9 },
		"no day 02-29 in every year":                                         func(r *tax.Rules) { r.Month, r.Day = 2, 29 },
		"no day 00-00 in every year":                                         func(r *tax.Rules) { r.Month, r.Day = 0, 0 },
		"no day 13-01 in every year":                                         func(r *tax.Rules) { r.Month, r.Day = 13, 1 },
		"tax due on 01-30: a loss of December may be disallowed until 01-30": func(r *tax.Rules) { r.Month, r.Day = 1, 30 },
	} {
		r := tax.Standard
		change(&r)
		_, err := tax.New(r)
		require.EqualError(t, err, want)
	}
	r := tax.Standard
	r.Month, r.Day = 1, 31
	_, err := tax.New(r)
	require.NoError(t, err)
	require.PanicsWithValue(t, "tax: 2020-01-02: 100000000 units of A sold beyond the lots", func() {
		d := open(t, every(t, "2020-01-01", "2020-01-05"), tax.Standard)
		d.buy("2020-01-01", 1, 1)
		d.sell("2020-01-02", 2, 2)
	})
}

// Gains, losses and what replaced shares carry on of them, beyond what can be counted, are
// told of; a new run begins without.
func TestOutgrown(t *testing.T) {
	p := every(t, "2020-01-01", "2020-12-31")
	for name, proceeds := range map[string]float64{"gains": 2e12, "losses": 1, "disallowed": 1} {
		d := open(t, p, tax.Standard)
		cost := 2e12
		if name == "gains" {
			cost = 1
		}
		days := 60
		if name == "disallowed" {
			days = 3
		}
		for k := range 5 {
			d.Buy(days*k, 0, share, sim.ToMicros(cost))
			is, _ := d.Outgrown()
			require.True(t, k > 0 || is == 0, name)
			d.Sell(days*k+1, 0, share, sim.ToMicros(proceeds))
		}
		is, most := d.Outgrown()
		require.Greater(t, math.Abs(is), most, name)
		d.Begin(p, 0)
		is, _ = d.Outgrown()
		require.Zero(t, is, name)
	}
}
