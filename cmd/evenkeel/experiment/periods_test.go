package experiment

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
)

// The periods a year are those of the price file: a run that begins later has the same,
// and an unusual number is warned of unless one is written.
func TestPeriodsAreThoseOfTheFile(t *testing.T) {
	var dates []data.Date
	var closes []float64
	for d := data.NewDate(2022, 1, 3); d < data.NewDate(2023, 1, 1); d++ {
		if weekday := d.Weekday(); weekday != 6 && (weekday != 0 || d > data.NewDate(2022, 7, 1)) { // Sundays from July on
			dates, closes = append(dates, d), append(closes, 1, 1)
		}
	}
	p, err := data.NewPanel(data.Adjusted, dates, []string{"A", "B"}, closes, nil)
	require.NoError(t, err)
	for settings, want := range map[string]float64{"": 288, ", start: 2022-09-01": 288, ", end: 2022-03-01": 288, ", periods_per_year: 300": 300} {
		f := parsed(t, "data: {prices: p.csv"+settings+"}\naccount: {cash: 1000}\ntargets: {A: 60%, B: 40%}\npolicies: {never: {strategy: buy_and_hold}}\n")
		x := bound(t, f, p)
		require.Equal(t, want, x.PeriodsPerYear, settings)
		require.Equal(t, want == 288, len(x.Warnings) == 1 && x.Warnings[0].Code == "E134", settings)
	}
}
