package village_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// The alerts of the golden worlds: each is raised and cleared once.
func TestGoldenAlerts(t *testing.T) {
	raw, err := os.ReadFile("../../benchmarks/oracle/village/testdata/village_cases.json")
	require.NoError(t, err)
	var all struct {
		Cases []struct {
			ID       string
			Expected json.RawMessage
		}
	}
	require.NoError(t, json.Unmarshal(raw, &all))
	cases := goldenCases(t)
	for _, x := range all.Cases {
		limit, some := map[string]float64{"VC-15-weekly": 0.1, "VC-22-conservation": 0.12}[x.ID]
		if !some {
			continue
		}
		var want struct {
			Alerts []struct {
				Session               int32
				Village, Asset, State string
				Relative              num
			}
		}
		require.NoError(t, json.Unmarshal(x.Expected, &want))
		c := cases[x.ID]
		w, symbols := worldOf(t, &c)
		require.NoError(t, w.Run())
		n := 0
		for l, v := range w.Villages {
			for _, a := range w.Alerts(l, limit) {
				n++
				state := "cleared"
				if a.Raised {
					state = "raised"
				}
				k := slices.IndexFunc(want.Alerts, func(y struct {
					Session               int32
					Village, Asset, State string
					Relative              num
				}) bool {
					return y.Session == a.Session && y.Village == v.Name && y.Asset == symbols[a.Asset] && y.State == state
				})
				require.GreaterOrEqual(t, k, 0, "%s: %+v", x.ID, a)
				require.InDelta(t, want.Alerts[k].Relative.float(), a.Relative, 1e-8)
			}
		}
		require.Len(t, want.Alerts, n, x.ID)
	}
}
