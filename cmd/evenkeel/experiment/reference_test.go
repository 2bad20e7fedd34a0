package experiment

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A reference is one of three words or the levels of a file; nothing is the policy's
// targets.
func TestReferences(t *testing.T) {
	for text, want := range map[string]string{
		"": PolicyTargets, "measures: {reference: policy_targets}\n": PolicyTargets,
		"measures: {reference: zero_cost_twin}\n": ZeroCostTwin, "measures: {reference: buy_and_hold}\n": BuyAndHold,
	} {
		f := loadedIn(t, small+text, nil)
		require.Equal(t, want, f.Reference)
		require.Nil(t, bound(t, f, days(t, 5, "A", "B")).Reference)
		require.Contains(t, string(f.Canonical()), `"reference": "`+want+`"`)
	}
	_, err := Parse("x.yaml", []byte(small+"measures: {reference: twin}\n"))
	require.ErrorContains(t, err, "zero_cost_twin")
}

func TestReferenceOfAFile(t *testing.T) {
	text := small + "measures: {reference: levels.csv}\n"
	f := loadedIn(t, text, map[string]string{"levels.csv": "date,index\n2019-12-31,90\n2020-01-01,100\n2020-01-02,110\n2020-01-03,99\n2020-01-04,99\n"})
	require.Equal(t, "levels.csv", f.Reference)
	require.Equal(t, "levels.csv", f.Inputs()[0].File)
	require.Regexp(t, `"reference": "levels.csv sha256:[0-9a-f]{64}"`, string(f.Canonical()))
	x := bound(t, f, days(t, 4, "A", "B"))
	require.InDeltaSlice(t, []float64{0, 0.1, -0.1, 0}, x.Reference, 1e-15)

	f = loadedIn(t, text, map[string]string{"levels.csv": "date,index\n2020-01-01,100\n2020-01-03,99\n"})
	_, err := f.Bind(days(t, 4, "A", "B"))
	require.ErrorContains(t, err, `E111`)
	require.ErrorContains(t, err, `"levels.csv" has no level on 2 sessions of 4 sessions, first on 2020-01-02`)
}

// A twin is the policy once more, with nothing of its own shared.
func TestTwinsAreApart(t *testing.T) {
	f := loadedIn(t, small, nil)
	x := bound(t, f, days(t, 5, "A", "B"))
	twin := x.Twin(0)
	require.Equal(t, x.Policies[0].Name, twin.Name)
	require.NotSame(t, x.Policies[0].Mandate, twin.Mandate)
	require.Same(t, x.Terms, twin.Mandate.Terms)
}
