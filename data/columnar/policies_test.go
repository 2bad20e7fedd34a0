package columnar

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/data/fault"
)

// uneven is three assets: A has a hole and a null, B lists late, C ends early.
const uneven = `date,symbol,close,open,volume,half_spread
2020-01-01,A,10,10.5,100,2
2020-01-01,C,30,30.5,300,6
2020-01-02,A,11,11.5,110,2
2020-01-02,B,20,20.5,200,4
2020-01-02,C,31,31.5,310,6
2020-01-03,B,21,21.5,210,4
2020-01-03,C,32,32.5,320,6
2020-01-06,A,13,13.5,130,3
2020-01-06,B,22,22.5,220,4
2020-01-07,A,14,14.5,140,3
2020-01-07,B,23,23.5,230,5
`

func read(t *testing.T, text string, o Options) (*data.Panel, fault.List, error) {
	p, src, err := ReadPanel(ctx, save(t, "t.csv", []byte(text)), o)
	if err != nil {
		return nil, nil, err
	}
	return p, src.Warnings, nil
}

func TestEveryHoleIsNamedAtOnce(t *testing.T) {
	_, _, err := read(t, uneven, Options{})
	require.Equal(t, []string{"E321", "E326", "E327"}, codes(err))
	for _, says := range []string{"A 2020-01-03: no row", "B first priced 2020-01-02, after the start 2020-01-01", "C last priced 2020-01-03, before the end 2020-01-07"} {
		require.ErrorContains(t, err, says)
	}
}

func TestPoliciesLetThePanelGoOn(t *testing.T) {
	p, warnings, err := read(t, uneven, Options{Missing: MissingFfill, Late: LateWait, Ended: EndedLast, Volume: true, Spread: true})
	require.NoError(t, err)
	var said []string
	for _, w := range warnings {
		require.True(t, w.Warning)
		said = append(said, w.Code)
	}
	require.Equal(t, []string{"E325", "E327"}, said)
	require.Contains(t, warnings[0].What, "A: 1 prices are carried forward, the longest run 2020-01-03..2020-01-03")
	require.Equal(t, "data.ended: last", warnings[1].Rule)

	require.Equal(t, 5, p.Sessions())
	require.Equal(t, []float64{10, 20, 30}, p.Close(0), "B stands at its first price")
	require.Equal(t, []float64{11, 21, 32}, p.Close(2), "A at its last one")
	require.Equal(t, []float64{14, 23, 32}, p.Close(4), "and so C")
	require.Equal(t, []float64{0, 210, 320}, p.Volume(2))
	require.Equal(t, []float64{2, 4, 6}, p.Spread(2))
	require.Equal(t, []float64{3, 5, 6}, p.Spread(4))
	require.Equal(t, []float64{11, 21.5, 32.5}, p.Open(2), "the open of a stale cell is its close")
	fresh := ""
	for s := range 5 {
		for i := range 3 {
			fresh += map[bool]string{true: "f", false: "-"}[p.Fresh(s, i)]
		}
	}
	require.Equal(t, "f-f"+"fff"+"-ff"+"ff-"+"ff-", fresh)
	for i, want := range [][2]int{{0, 5}, {1, 5}, {0, 3}} {
		first, end := p.Life(i)
		require.Equal(t, want, [2]int{first, end})
	}
}

func TestEachPolicyIsForItsOwnFlaw(t *testing.T) {
	_, _, err := read(t, uneven, Options{Missing: MissingFfill})
	require.Equal(t, []string{"E325", "E326", "E327"}, codes(err))
	_, _, err = read(t, uneven, Options{Late: LateRedistribute, Ended: EndedZero})
	require.Equal(t, []string{"E321", "E327"}, codes(err))
	require.Len(t, fault.Of(err).Warnings(), 1)

	p, _, err := read(t, uneven, Options{Missing: MissingDrop, Late: LateWait, Ended: EndedPrice})
	require.NoError(t, err)
	require.Equal(t, 4, p.Sessions(), "the session without A is left out")
	_, end := p.Life(2)
	require.Equal(t, 2, end)

	p, _, err = read(t, uneven, Options{Symbols: []string{"B"}})
	require.NoError(t, err)
	require.True(t, p.AllFresh())
	require.False(t, p.HasVolume(), "volumes are read when they are asked for")
}

func TestSomethingMustBePricedAtBothEnds(t *testing.T) {
	const wide = "date,A,B\n2020-01-01,,\n2020-01-02,1,\n2020-01-03,1,2\n2020-01-04,,2\n2020-01-05,,\n"
	_, _, err := read(t, wide, Options{Late: LateWait, Ended: EndedLast})
	require.ErrorContains(t, err, "no asset is priced on the first session 2020-01-01")
	require.ErrorContains(t, err, "no asset is priced on the last session 2020-01-05")
	p, _, err := read(t, wide, Options{Late: LateWait, Ended: EndedLast, Start: data.NewDate(2020, 1, 2), End: data.NewDate(2020, 1, 4)})
	require.NoError(t, err)
	require.Equal(t, 3, p.Sessions())
}

func TestVolumesAndSpreads(t *testing.T) {
	const head = "date,symbol,close,volume,spread\n"
	ask := Options{Volume: true, Spread: true}
	p, _, err := read(t, head+"2020-01-01,A,1,100,2\n2020-01-02,A,1,0,0\n", ask)
	require.NoError(t, err)
	require.Equal(t, []float64{0}, p.Volume(1))
	require.Equal(t, []float64{2}, p.Spread(0))

	for text, want := range map[string]string{
		head + "2020-01-01,A,1,-1,2\n":  "E322 t.csv: A 2020-01-01: volume -1 (must be between 0 and 1e+18)",
		head + "2020-01-01,A,1,1,inf\n": "A 2020-01-01: spread +Inf (must be between 0 and 10000)",
		head + "2020-01-01,A,1,1,\n":    "E321 t.csv: 1 spreads are missing, first A 2020-01-01",
	} {
		_, _, err := read(t, text, ask)
		require.ErrorContains(t, err, want)
	}
	for _, without := range []string{"date,symbol,close\n2020-01-01,A,1\n", "date,A\n2020-01-01,1\n"} {
		p, _, err := read(t, without, ask)
		require.NoError(t, err)
		require.False(t, p.HasVolume() || p.HasSpread(), "there are none to read")
		_, _, err = read(t, without, Options{Columns: Columns{Volume: "Vol"}})
		require.ErrorContains(t, err, `no column "Vol"`)
	}
	p, warnings, err := read(t, head+"2020-01-01,A,1,,2\n2020-01-02,A,1,5,2\n", ask)
	require.NoError(t, err)
	require.Contains(t, warnings.Error(), "1 volumes are missing, first A 2020-01-01: they are taken as 0")
	require.Equal(t, []float64{0, 5}, []float64{p.Volume(0)[0], p.Volume(1)[0]})
	ask.Missing = MissingFfill
	p, warnings, err = read(t, head+"2020-01-01,A,1,,\n2020-01-02,A,1,7,3\n2020-01-03,A,1,,\n", ask)
	require.NoError(t, err)
	require.Len(t, warnings, 2)
	require.Equal(t, []float64{0, 7, 0}, []float64{p.Volume(0)[0], p.Volume(1)[0], p.Volume(2)[0]})
	require.Equal(t, []float64{3, 3, 3}, []float64{p.Spread(0)[0], p.Spread(1)[0], p.Spread(2)[0]})
	require.True(t, p.AllFresh())
	_, _, err = read(t, head+"2020-01-01,A,1,1,\n", ask)
	require.ErrorContains(t, err, "no spread at all")

	// Quotes of one asset hold them, too, and columns may have any name.
	p, _, err = read(t, "Date,Open,Close,Vol.,HS\n2020-01-01,1,2,3,4\n2020-01-02,5,6,7,8\n", Options{Columns: Columns{Volume: "Vol.", Spread: "HS"}, Volume: true, Spread: true, Symbols: []string{"X"}})
	require.NoError(t, err)
	require.Equal(t, []float64{5, 6, 7, 8}, []float64{p.Open(1)[0], p.Close(1)[0], p.Volume(1)[0], p.Spread(1)[0]})
}

// A step that a split explains is no jump; one that it does not explain is.
func TestSplitsExplainSteps(t *testing.T) {
	const text = "date,symbol,close\n2020-01-01,A,700\n2020-01-02,A,690\n2020-01-06,A,99\n2020-01-07,A,98\n"
	_, warnings, err := read(t, text, Options{})
	require.NoError(t, err)
	require.Contains(t, warnings.Error(), "E323")
	split := func(day int, ratio float64) Options {
		return Options{Splits: []Split{{Symbol: "B", Date: data.NewDate(2020, 1, 6), Ratio: 2}, {Symbol: "A", Date: data.NewDate(2020, 1, day), Ratio: ratio}}}
	}
	for _, day := range []int{3, 6} {
		_, warnings, err = read(t, text, split(day, 7))
		require.NoError(t, err)
		require.Empty(t, warnings)
	}
	for _, o := range []Options{split(2, 7), split(7, 7), split(6, 0.2)} {
		_, warnings, err = read(t, text, o)
		require.NoError(t, err)
		require.Contains(t, warnings.Error(), "A 2020-01-06: 690 -> 99 (x0.1435)")
	}
}

func TestLongHolesAreDoubted(t *testing.T) {
	rows := "date,symbol,close\n"
	day := data.NewDate(2020, 1, 1)
	for s := range 200 {
		rows += (day + data.Date(s)).String() + ",A,100\n"
		switch {
		case s < 50:
			rows += (day + data.Date(s)).String() + ",B,0.2\n"
		case s >= 150:
			rows += (day + data.Date(s)).String() + ",B,30\n"
		}
	}
	_, _, err := read(t, rows, Options{})
	require.ErrorContains(t, err, "B: no rows for 100 sessions 2020-02-20..2020-05-29: renamed, or another company under the symbol?")
	require.ErrorContains(t, err, "warning E323 t.csv: B 2020-05-30: 0.2 -> 30 (x150) after 100 sessions without rows: ticker reuse?")
	for _, policy := range []string{MissingFfill, MissingDrop} {
		p, warnings, err := read(t, rows, Options{Missing: policy})
		require.NoError(t, err)
		require.Contains(t, warnings.Error(), "B 2020-05-30: 0.2 -> 30 (x150) after 100 sessions without rows: ticker reuse?", policy)
		require.Equal(t, map[string]int{MissingFfill: 200, MissingDrop: 100}[policy], p.Sessions())
	}
	_, warnings, err := read(t, rows, Options{Symbols: []string{"B"}})
	require.NoError(t, err)
	require.Contains(t, warnings.Error(), "no session for 100 days after 2020-02-19")
	require.Contains(t, warnings.Error(), "after 100 days without rows: ticker reuse?")
}
