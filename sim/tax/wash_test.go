package tax_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/internal/reference"
	"evenkeel/sim/tax"
)

// Published cases, worked by hand.

func TestWash75ReplacementsBefore(t *testing.T) { // TX-01
	d := open(t, every(t, "2008-12-01", "2009-12-31"), tax.Standard)
	d.buy("2008-12-01", 100, 2000)
	d.buy("2009-03-01", 50, 1200)
	d.buy("2009-03-10", 25, 650)
	d.sell("2009-03-27", 100, 1300)
	require.Equal(t, []float64{1550, 825}, d.bases()) // 700 x 50 %, 700 x 25 %
	gain, disallowed := d.sums()
	require.Equal(t, []float64{-700, 525}, []float64{gain, disallowed})
	require.Equal(t, -175*money, d.Years()[1].Short)
	require.Equal(t, 525*money, d.Years()[1].Disallowed)
	for i, bought := range []string{"2009-03-01", "2009-03-10"} { // 116 days were held
		l := d.lots()[i]
		require.Equal(t, day(t, bought)-116, l.Held)
		require.True(t, l.Replaces)
	}
}

func TestWash150Replacements(t *testing.T) { // the third lot is untouched
	d := open(t, every(t, "2008-12-01", "2009-12-31"), tax.Standard)
	d.buy("2008-12-01", 100, 2000)
	d.buy("2009-03-01", 100, 2400)
	d.buy("2009-03-10", 50, 1300)
	d.sell("2009-03-27", 100, 1300)
	require.Equal(t, []float64{3100, 1300}, d.bases())
	_, disallowed := d.sums()
	require.Equal(t, 700.0, disallowed)
}

func TestWash75ReplacementsAfter(t *testing.T) { // the same, bought after the sale: at once as before
	d := open(t, every(t, "2008-12-01", "2009-12-31"), tax.Standard)
	d.buy("2008-12-01", 100, 2000)
	d.sell("2009-03-27", 100, 1300)
	require.Equal(t, -700*money, d.Years()[1].Short)
	d.buy("2009-04-01", 50, 1200)
	d.buy("2009-04-26", 25, 650) // day 30
	require.Equal(t, []float64{1550, 825}, d.bases())
	require.Equal(t, -175*money, d.Years()[1].Short)
	d.buy("2009-04-27", 25, 650) // day 31
	require.Equal(t, []float64{1550, 825, 650}, d.bases())
}

func TestWashByRegulation(t *testing.T) {
	one := func(cost, sold, rebuy float64) float64 {
		d := open(t, every(t, "2020-01-01", "2020-12-31"), tax.Standard)
		d.buy("2020-01-01", 1, cost)
		d.sell("2020-06-01", 1, sold)
		d.buy("2020-06-15", 1, rebuy)
		return d.bases()[0]
	}
	require.Equal(t, 1050.0, one(1000, 750, 800)) // TX-03
	require.Equal(t, 110.0, one(100, 80, 90))     // TX-04
	require.Equal(t, 90.0, one(100, 80, 70))      // TX-04
	require.Equal(t, 2550.0, one(2500, 2200, 2250))
	d := open(t, every(t, "1954-09-21", "1955-12-31"), tax.Standard) // TX-05
	d.buy("1954-09-21", 100, 5000)
	d.buy("1954-12-21", 50, 2750)
	d.buy("1954-12-27", 25, 1125)
	d.sell("1955-01-03", 100, 4000)
	require.Equal(t, []float64{3250, 1375}, d.bases())
	require.Equal(t, -250*money, d.Years()[1].Short)
}

func TestWashOfTheYearBefore(t *testing.T) {
	d := open(t, every(t, "2019-01-01", "2021-12-31"), tax.Standard)
	d.buy("2019-01-01", 10, 1000)
	d.sell("2020-12-31", 10, 400)
	d.buy("2021-01-30", 10, 500)
	require.Equal(t, 600*money, d.Years()[1].Disallowed, "it belongs to the sale's year")
	require.Zero(t, d.Years()[1].Long)
	require.Zero(t, d.Years()[2].Disallowed)
	l := d.lots()[0]
	require.Equal(t, 1100*money, l.Basis)
	require.Equal(t, day(t, "2021-01-30")-730, l.Held)
	d.sell("2021-02-15", 10, 1200)
	require.True(t, d.Sales()[1].Long, "the holding period came with the loss")
}

func TestWashOrderOfMatching(t *testing.T) {
	d := open(t, every(t, "2020-01-01", "2020-12-31"), tax.Standard)
	d.buy("2020-01-01", 10, 1000)
	d.sell("2020-06-01", 4, 200) // -50 a share
	d.sell("2020-06-02", 4, 320) // -20 a share
	d.buy("2020-06-10", 6, 600)  // four of the first, two of the second
	require.Equal(t, []float64{200, 600, 240}, d.bases()[:3])
	d.buy("2020-06-11", 6, 600) // the other two
	require.Equal(t, []float64{200, 600, 240, 240, 400}, d.bases())
	require.Equal(t, 280*money, d.Years()[0].Disallowed)
}

func TestWashLotsThatDoNotReplace(t *testing.T) {
	d := open(t, every(t, "2020-01-01", "2020-12-31"), tax.Standard)
	d.buy("2020-05-20", 10, 1000)
	d.sell("2020-06-01", 4, 200)
	require.Zero(t, d.Years()[0].Disallowed, "the rest of the lot itself")

	d.Begin(d.p, 0)
	d.buy("2020-01-01", 10, 1000)
	d.buy("2020-05-20", 10, 1000)
	d.sell("2020-06-01", 15, 750) // -50 a share; of the second lot 5 are left
	require.Equal(t, 250*money, d.Years()[0].Disallowed, "they replace shares of the first lot, not of their own")
	require.Equal(t, []float64{750}, d.bases())
	d.sell("2020-06-02", 5, 250)
	require.Equal(t, 250*money, d.Years()[0].Disallowed, "sold at a loss again, nothing replaces them")

	d.Begin(d.p, 0)
	d.buy("2020-01-01", 10, 1000)
	d.buy("2020-05-20", 2, 200)
	d.sell("2020-06-01", 2, 100)
	d.sell("2020-06-02", 2, 100)
	require.Equal(t, 100*money, d.Years()[0].Disallowed, "a share replaces once")

	d.Begin(d.p, 0)
	d.buy("2020-01-01", 10, 1000)
	d.buy("2020-05-20", 10, 1000)
	d.sell("2020-06-01", 20, 1000)
	require.Zero(t, d.Years()[0].Disallowed, "what is no longer held does not replace")
}

func TestNoWash(t *testing.T) {
	r := tax.Standard
	r.Wash = false
	d := open(t, every(t, "2020-01-01", "2020-12-31"), r)
	d.buy("2020-01-01", 10, 1000)
	d.sell("2020-06-01", 10, 200)
	d.buy("2020-06-02", 10, 200)
	require.Equal(t, -800*money, d.Years()[0].Short)
	require.Equal(t, []float64{200}, d.bases())
}

var periods = []struct {
	bought, sold string
	long         bool
}{
	{"2023-06-03", "2024-06-03", false}, {"2023-06-03", "2024-06-04", true},
	{"2023-02-28", "2024-02-29", false}, {"2023-02-28", "2024-03-01", true},
	{"2024-02-29", "2025-02-28", false}, {"2024-02-29", "2025-03-01", true},
	{"2024-02-28", "2025-02-28", false}, {"2024-02-28", "2025-03-01", true},
	{"2023-12-31", "2024-12-31", false}, {"2023-12-31", "2025-01-01", true},
}

func TestHoldingPeriod(t *testing.T) { // TX-08 and more
	p := every(t, "2023-01-01", "2025-12-31")
	for _, c := range periods {
		d := open(t, p, tax.Standard)
		d.buy(c.bought, 1, 1)
		d.sell(c.sold, 1, 2)
		require.Equal(t, c.long, d.Sales()[0].Long, c)
	}
	require.Equal(t, day(t, "2024-03-01"), tax.LongFrom(day(t, "2023-08-30"), 6), "no 31 February")
	require.Equal(t, day(t, "2024-02-29"), tax.LongFrom(day(t, "2023-08-28"), 6))
	require.Equal(t, day(t, "2023-08-29"), tax.LongFrom(day(t, "2023-08-28"), 0))
}

// The same from worked examples.

type golden struct{ Inputs, Expected map[string]json.RawMessage }

func cases(t *testing.T) map[string]golden {
	t.Helper()
	all := map[string]golden{}
	for _, c := range reference.Examples(t) {
		var g golden
		if strings.HasPrefix(c.ID, "TX-") {
			require.NoError(t, json.Unmarshal(c.Inputs, &g.Inputs))
			require.NoError(t, json.Unmarshal(c.Expected, &g.Expected))
			all[c.ID] = g
		}
	}
	return all
}

func get[T any](t *testing.T, m map[string]json.RawMessage, key string) (v T) {
	t.Helper()
	require.NoError(t, json.Unmarshal(m[key], &v), key)
	return v
}

func TestGoldenWash(t *testing.T) {
	all := cases(t)
	for _, id := range []string{"TX-01-wash-75", "TX-05-wash-reg-75"} {
		t.Run(id, func(t *testing.T) {
			in, want := all[id].Inputs, all[id].Expected
			trade := func(row []any) (string, float64, float64) { return row[0].(string), row[1].(float64), row[2].(float64) }
			buys := get[[][]any](t, in, "buys")
			d := open(t, every(t, buys[0][0].(string), "2010-12-31"), tax.Standard)
			for _, b := range buys {
				d.buy(trade(b))
			}
			d.sell(trade(get[[]any](t, in, "sale")))
			gain, disallowed := d.sums()
			require.Equal(t, -get[float64](t, want, "loss"), gain)
			require.Equal(t, get[float64](t, want, "disallowed"), disallowed)
			require.Equal(t, get[float64](t, want, "allowed"), -(gain + disallowed))
			require.Equal(t, get[[]float64](t, want, "basis"), d.bases())
		})
	}
}

func TestGoldenWashRebought(t *testing.T) {
	all := cases(t)
	rebought := func(t *testing.T, shares, cost, sold, rebuy float64) *desk {
		d := open(t, every(t, "2020-01-01", "2020-12-31"), tax.Standard)
		d.buy("2020-01-01", shares, cost)
		d.sell("2020-06-01", shares, sold)
		d.buy("2020-06-20", shares, rebuy)
		return d
	}
	t.Run("TX-03-wash-vita", func(t *testing.T) {
		c := all["TX-03-wash-vita"]
		at := func(key string) float64 { return get[[]any](t, c.Inputs, key)[2].(float64) }
		d := rebought(t, 100, at("buy"), at("sale"), at("rebuy"))
		_, disallowed := d.sums()
		require.Equal(t, get[float64](t, c.Expected, "disallowed"), disallowed)
		require.Equal(t, get[float64](t, c.Expected, "new_basis"), d.bases()[0])
	})
	t.Run("TX-04-wash-reg", func(t *testing.T) {
		c := all["TX-04-wash-reg"]
		var bases []float64
		for _, rebuy := range get[[]float64](t, c.Inputs, "rebuy") {
			bases = append(bases, rebought(t, 1, get[float64](t, c.Inputs, "cost"), get[float64](t, c.Inputs, "sold"), rebuy).bases()...)
		}
		require.Equal(t, get[[]float64](t, c.Expected, "new_basis"), bases)
	})
	t.Run("TX-06-wash-scottrade", func(t *testing.T) {
		c := all["TX-06-wash-scottrade"]
		d := rebought(t, 100, get[float64](t, c.Inputs, "buy"), get[float64](t, c.Inputs, "sale"), get[float64](t, c.Inputs, "rebuy"))
		_, disallowed := d.sums()
		require.Equal(t, get[float64](t, c.Expected, "disallowed"), disallowed)
		require.Equal(t, get[float64](t, c.Expected, "new_basis"), d.bases()[0])
	})
}

func TestGoldenHoldingPeriod(t *testing.T) {
	c := cases(t)["TX-08-holding-period"]
	long := get[[]bool](t, c.Expected, "long_term")
	for i, pair := range get[[][2]string](t, c.Inputs, "pairs") {
		require.Equal(t, long[i], day(t, pair[1]) >= tax.LongFrom(day(t, pair[0]), 12), pair)
	}
}
