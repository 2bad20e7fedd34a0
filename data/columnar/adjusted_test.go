package columnar

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
)

// market writes a wide table of walks of one market, on every step'th day. A
// symbol's close is multiplied by factor from a session on, and empty before it for so
// many sessions.
func market(t *rapid.T, assets, sessions, step int, factor float64, at, hole int) string {
	var b strings.Builder
	b.WriteString("date")
	closes := make([]float64, assets)
	for a := range closes {
		fmt.Fprintf(&b, ",S%d", a)
		closes[a] = rapid.Float64Range(1, 1000).Draw(t, "close")
	}
	for s := range sessions {
		fmt.Fprintf(&b, "\n%s", data.NewDate(2020, 1, 1)+data.Date(s*step))
		market := rapid.Float64Range(0.95, 1.06).Draw(t, "market")
		for a := range closes {
			closes[a] *= market * rapid.Float64Range(0.997, 1.003).Draw(t, "own")
			if a == 0 && s == at {
				closes[a] *= factor
			}
			if a == 0 && s >= at-hole && s < at {
				b.WriteByte(',')
				continue
			}
			fmt.Fprintf(&b, ",%g", closes[a])
		}
	}
	return b.String() + "\n"
}

// Whatever the market does and across holes, a split that closes are not adjusted for
// is found, by its asset and its day alone, and closes without any are good.
func TestSplitsAreFound(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		assets := rapid.IntRange(2, 6).Draw(rt, "assets")
		at, hole := rapid.IntRange(4, 8).Draw(rt, "session"), rapid.IntRange(0, 2).Draw(rt, "hole")
		split := rapid.SampledFrom(splitSteps).Draw(rt, "split")
		o := Options{Missing: MissingFfill}

		_, _, err := read(t, market(rt, assets, 10, 1, 1, at, hole), o)
		require.NoError(rt, err)
		text := market(rt, assets, 10, 1, split.step, at, hole)
		_, _, err = read(t, text, o)
		require.ErrorContains(rt, err, "S0: close ")
		require.ErrorContains(rt, err, "on "+(data.NewDate(2020, 1, 1)+data.Date(at)).String()+": ")
		require.ErrorContains(rt, err, "like a split of "+split.text+" ")
		require.Equal(rt, 1, strings.Count(err.Error(), "E337"))

		o.KindGiven = true
		_, warnings, err := read(t, text, o)
		require.NoError(rt, err)
		require.Len(rt, likeSplits(warnings), 1)

		raw := Options{Missing: MissingFfill, Kind: data.Raw}
		_, warnings, err = read(t, text, raw)
		require.NoError(rt, err)
		require.Contains(rt, likeSplits(warnings).Error(), "Add the split to data.actions if it is one")
		raw.Splits = []Split{{Symbol: "S0", Date: data.NewDate(2020, 1, 1) + data.Date(at), Ratio: 1 / split.step}}
		_, warnings, err = read(t, text, raw)
		require.NoError(rt, err)
		require.Empty(rt, likeSplits(warnings))

		o = Options{Missing: MissingFfill, End: data.NewDate(2020, 1, 1) + data.Date(at-1)}
		if hole > 0 {
			o.Ended = EndedLast
		}
		_, _, err = read(t, text, o)
		require.NoError(rt, err, "only the period that is used")
	})
}

// One asset alone has nothing to be compared with; sessions more than 4 days apart on
// average move by such steps on their own.
func TestSplitsAreNotLookedFor(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		_, _, err := read(t, market(rt, 1, 6, 1, 0.5, 3, 0), Options{})
		require.NoError(rt, err)
		for step, found := range map[int]bool{1: true, 4: true, 5: false, 7: false, 30: false} {
			_, _, err = read(t, market(rt, 3, 6, step, 0.5, 3, 0), Options{})
			require.Equal(rt, found, err != nil, "%d days: %v", step, err)
		}
	})
}

// An asset is compared with the others that have a price at both sessions; where none
// has, its own step counts. A dividend of raw closes is no split, and a symbol that
// comes back after a long hole is another question.
func TestSplitsBesideHolesAndDividends(t *testing.T) {
	_, _, err := read(t, "date,A,B\n2020-01-01,10,7\n2020-01-02,5,\n2020-01-03,5,7\n", Options{Missing: MissingFfill})
	require.ErrorContains(t, err, "A: close 10 on 2020-01-01, 5 on 2020-01-02: x0.5, x0.5 beside")

	const paid = "date,A,B\n2020-01-01,10,7\n2020-01-02,5,7\n2020-01-03,5,7\n"
	o := Options{Kind: data.Raw, Splits: []Split{{Symbol: "A", Date: data.NewDate(2020, 1, 2), Ratio: 1, Dividend: 5}}}
	_, warnings, err := read(t, paid, o)
	require.NoError(t, err)
	require.Empty(t, warnings)
	o.Splits[0].Dividend = 0.1
	_, warnings, err = read(t, paid, o)
	require.NoError(t, err)
	require.Len(t, likeSplits(warnings), 1)

	for hole, found := range map[int]bool{longHole - 1: true, longHole: false} {
		text := "date,A,B\n2020-01-01,10,7\n"
		for s := range hole {
			text += fmt.Sprintf("%s,,7\n", data.NewDate(2020, 1, 2)+data.Date(s))
		}
		text += fmt.Sprintf("%s,5,7\n", data.NewDate(2020, 1, 2)+data.Date(hole))
		_, _, err = read(t, text, Options{Missing: MissingFfill})
		require.Equal(t, found, err != nil, "%d", hole)
	}
}

// Both legs of a pair that split on one day look as if nothing had happened; one that
// stands still beside a split is not accused of one.
func TestSplitsOfPairs(t *testing.T) {
	_, _, err := read(t, "date,A,B\n2020-01-01,10,20\n2020-01-02,5,10\n", Options{})
	require.NoError(t, err)
	_, _, err = read(t, "date,A,B\n2020-01-01,10,20\n2020-01-02,5,20\n", Options{})
	require.Equal(t, []string{"E337"}, codes(err))
	require.ErrorContains(t, err, "t.csv: A: close 10 on 2020-01-01, 5 on 2020-01-02: x0.5, x0.5 beside the others' median step, like a split of 2:1")
	require.ErrorContains(t, err, "Write data.kind: adjusted if it is adjusted, or data.kind: raw and the splits in data.actions.")
}
