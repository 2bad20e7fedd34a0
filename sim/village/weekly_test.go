package village_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim/village"
)

// VC-15: two weeks of five sessions, in which nothing trades.
func TestGoldenWeeks(t *testing.T) {
	raw, err := os.ReadFile("../../benchmarks/oracle/village/testdata/village_cases.json")
	require.NoError(t, err)
	var all struct {
		Cases []struct {
			ID       string
			Expected json.RawMessage
		}
	}
	require.NoError(t, json.Unmarshal(raw, &all))
	var want struct {
		Weeks [][]struct {
			Asset                                 string
			Rank                                  int32
			Current, Adjustment, Relative, Change num
			DaysBeyond                            int `json:"days_beyond"`
		}
	}
	for _, x := range all.Cases {
		if x.ID == "VC-15-weekly" {
			require.NoError(t, json.Unmarshal(x.Expected, &want))
		}
	}
	c := goldenCases(t)["VC-15-weekly"]
	w, symbols := worldOf(t, &c)
	require.NoError(t, w.Run())
	lines := w.Weeks(0, 0.1, w.Panel.Calendar(data.Schedule{Every: 5}))
	require.Len(t, want.Weeks, 2)
	n := 0
	for k, week := range want.Weeks {
		for _, x := range week {
			at := slices.IndexFunc(lines, func(y village.WeekLine) bool { return int(y.Session) == 5*(k+1) && symbols[y.Asset] == x.Asset })
			require.GreaterOrEqual(t, at, 0)
			y := lines[at]
			require.Equal(t, x.Rank, y.Rank)
			require.Equal(t, x.DaysBeyond, y.DaysBeyond, "%s of week %d", x.Asset, k)
			require.InDelta(t, x.Current.float(), y.Current, 1e-9)
			require.InDelta(t, x.Adjustment.float(), y.Adjustment, 1e-9)
			require.InDelta(t, x.Relative.float(), y.Relative, 1e-9)
			require.InDelta(t, x.Change.float(), y.Change, 1e-9)
			n++
		}
	}
	require.Len(t, lines, n)
}
