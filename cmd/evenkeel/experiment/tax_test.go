package experiment

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/tax"
)

func TestTax(t *testing.T) {
	p := days(t, 30, "A", "B")
	require.Nil(t, bound(t, parsed(t, small), p).Policies[0].Mandate.Tax)
	standard := tax.Standard
	for _, c := range []struct {
		text  string
		rules tax.Rules
		keep  bool
	}{
		{"{}", standard, false},
		{"{lots: fifo, short: 37%, long: 20%, long_after: 1 year, wash_sale: true, due: 04-15}", standard, false},
		{"{lots: lowest_tax, short: 0.42, long: 23.8%, long_after: 18 months, wash_sale: false, due: 01-31, avoid_short_term: true}",
			tax.Rules{Lots: tax.LowestTax, Short: 0.42, Long: 0.238, LongAfter: 18, Month: 1, Day: 31}, true},
		{"{lots: highest_cost, short: 0, long: 1, due: 12-31, long_after: 2 years}", tax.Rules{Lots: tax.HighestCost, Long: 1, LongAfter: 24, Wash: true, Month: 12, Day: 31}, false},
	} {
		f := parsed(t, small+"tax: "+c.text+"\n")
		require.Equal(t, c.rules, f.Tax.Rules, c.text)
		x := bound(t, f, p)
		require.Equal(t, c.keep, x.Terms.KeepShort)
		c.rules.Keep = true
		require.Equal(t, c.rules, x.Policies[0].Mandate.Tax.(*tax.Account).Rules)
		twin := x.Mandate(x.Policies[0].Made).Tax.(*tax.Account)
		require.NotSame(t, x.Policies[0].Mandate.Tax, twin, "every account has its own")
		require.False(t, twin.Keep)
		again := parsed(t, string(f.Canonical()))
		require.Equal(t, string(f.Canonical()), string(again.Canonical()))
		require.Equal(t, f.Tax.Rules, again.Tax.Rules)
		require.NoError(t, schema(t).Validate(document(t, string(f.Canonical()))), c.text)
		require.NoError(t, schema(t).Validate(document(t, small+"tax: "+c.text+"\n")), c.text)
	}
	one, other := parsed(t, small+"tax: {}\n"), parsed(t, small+"tax: {long_after: 12 months, short: 0.370, due: '04-15'}\n")
	require.Equal(t, string(one.Canonical()), string(other.Canonical()))
	require.NotEqual(t, one.Hash(), parsed(t, small).Hash())
	set, err := parsed(t, small).With("tax.lots", "lifo")
	require.NoError(t, err)
	require.Equal(t, tax.LIFO, set.Tax.Rules.Lots)
}

// A table says which lots are sold first, in the order of its rows.
func TestTaxOfNamedLots(t *testing.T) {
	text := small + "tax: {lots: {specific: lots.csv}}\n"
	f := loadedIn(t, text, map[string]string{"lots.csv": "symbol,acquired,sold\nB,2020-01-05,2020-01-09\nZ,2020-01-01,\nA,2020-01-04,\nA,2020-01-02,\n"})
	x := bound(t, f, days(t, 30, "A", "B"))
	jan := func(d int) data.Date { return data.NewDate(2020, 1, d) }
	require.Equal(t, []tax.Choice{{Symbol: "B", Acquired: jan(5), Sold: jan(9)}, {Symbol: "A", Acquired: jan(4), Sold: data.NoDate}, {Symbol: "A", Acquired: jan(2), Sold: data.NoDate}},
		x.Policies[0].Mandate.Tax.(*tax.Account).First)
	require.Equal(t, []string{`warning E320 line 6, column 13: tax.lots: rows of assets that are no targets (left out; the first is "Z") The nearest is "A"`}, lines(x.Warnings))
	source := f.Inputs()[0]
	require.Equal(t, "2020-01-01 2020-01-09", source.First.String()+" "+source.Last.String())
	require.Contains(t, string(f.Canonical()), `"specific": "lots.csv sha256:`+source.SHA256)
	require.NoError(t, schema(t).Validate(document(t, string(f.Canonical()))))

	for content, want := range map[string]string{
		"symbol,sold\nA,2020-01-05\n":                     `lots.csv: no column "acquired"`,
		"acquired\n2020-01-05\n":                          `lots.csv: no column "symbol"`,
		"symbol,acquired\nA,\n":                           "acquired is empty",
		"symbol,acquired,sold\nA,2020-01-05,2020-01-04\n": "sold 2020-01-04 is before acquired 2020-01-05",
		"symbol,acquired\nA,yesterday\n":                  "yesterday",
	} {
		_, err := folder(t, text, map[string]string{"lots.csv": content})
		require.ErrorContains(t, err, want, content)
	}
}

func TestTaxFindings(t *testing.T) {
	for text, want := range map[string]string{
		"true":                            `E105 x.yaml line 6, column 6: tax: want a map such as {lots: fifo, short: 37%, long: 20%}, got "true"`,
		"{lots: hifo}":                    `tax.lots: unknown lots "hifo" (one of fifo, lifo, highest_cost, lowest_tax). Did you mean "fifo"?`,
		"{lots: specific}":                "tax.lots: want one of fifo, lifo, highest_cost, lowest_tax, or a table: {specific: lots.csv}",
		"{lots: {specific: [a]}}":         "tax.lots: want one of fifo",
		"{lots: [fifo]}":                  "tax.lots: want one of fifo",
		"{short: 37}":                     "E126 x.yaml line 6, column 14: tax.short 37: must be 0 to 1",
		"{long: -1%}":                     "E126 x.yaml line 6, column 13: tax.long -1%: must be 0 to 1",
		"{long_after: 365}":               `tax.long_after: want 1 month to 100 years, such as 1 year, got "365"`,
		"{long_after: 0 months}":          `tax.long_after: want 1 month to 100 years`,
		"{long_after: 101 years}":         `tax.long_after: want 1 month to 100 years`,
		"{wash_sale: 61}":                 "wash_sale: want true or false",
		"{due: 02-29}":                    `tax.due: want a month and day such as 04-15, in every year there, got "02-29"`,
		"{due: 2020-04-15}":               `tax.due: want a month and day such as 04-15`,
		"{due: 01-15}":                    "tax.due 01-15: want 01-31 or later: until 30 January a purchase may disallow a loss of December",
		"{washsale: true}":                `unknown key "washsale"`,
		"{due: 13-01, lots: x, short: y}": "E105",
	} {
		_, err := Parse("x.yaml", []byte(small+"tax: "+text+"\n"))
		require.ErrorContains(t, err, want, text)
		require.NotContains(t, err.Error(), "panic")
	}
	_, err := Parse("x.yaml", []byte(small+"tax: {due: 13-01, lots: x, short: y}\n"))
	require.Equal(t, 3, strings.Count(err.Error(), "error E"), "all at once: %v", err)
}

// A run pays the taxes of its gains, and keeps short-term gains when told so.
func TestTaxOfARun(t *testing.T) {
	var dates []data.Date
	var closes []float64
	for i := range 900 {
		dates = append(dates, data.NewDate(2020, 1, 1)+data.Date(i))
		closes = append(closes, 100+float64(i%200)/2, 100)
	}
	p, err := data.NewPanel(data.Adjusted, dates, []string{"A", "B"}, closes, nil)
	require.NoError(t, err)
	run := func(keys string) (sim.Record, *tax.Account) {
		x := bound(t, parsed(t, strings.Replace(small, "{strategy: buy_and_hold}", "{strategy: bands, band: 10%, rail: 5%, look: session}", 1)+"tax: "+keys+"\n"), p)
		r, err := sim.NewRunner(x.Panel, 1, sim.KeepLog)
		require.NoError(t, err)
		require.NoError(t, r.Set(0, x.Policies[0].Mandate))
		r.Run()
		return r.Record(0), x.Policies[0].Mandate.Tax.(*tax.Account)
	}
	record, a := run("{wash_sale: false}")
	require.Positive(t, record.Tally.Tax)
	paid := sim.Micros(0)
	for _, e := range record.Log.Entries {
		if e.Kind == sim.EntryTax {
			paid -= e.Cash
			require.Contains(t, []string{"2021-04-15", "2021-04-16", "2022-04-15", "2022-04-16"}, record.Panel.Date(int(e.Session)).String(), "what the cash lacks is raised at the next close")
		}
	}
	require.Equal(t, record.Tally.Tax, paid)
	due := sim.Micros(0)
	for _, y := range a.Years() {
		if y.DueSession < p.Sessions() {
			due += y.Tax
		}
	}
	require.Equal(t, due, paid+record.Tally.TaxUnpaid)
	for i, want := range record.Units {
		units := sim.Units(0)
		a.Open(i, func(l tax.Lot) { units += l.Units })
		require.Equal(t, want, units)
	}
	record, a = run("{wash_sale: false, avoid_short_term: true}")
	for _, s := range a.Sales() {
		require.True(t, s.Long || s.Gain < 1e6, "%+v", s)
	}
	require.NotEmpty(t, a.Sales())
}
