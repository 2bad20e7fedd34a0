package experiment

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Limits say how a sweep is done, not what it is: neither the canonical text nor the
// hash, and so no identity of points, knows them.
func TestLimits(t *testing.T) {
	text := sweptText("axes: {band: [20%, 30%]}")
	plain, err := Parse("s.yaml", []byte(text))
	require.NoError(t, err)
	require.Zero(t, plain.Limits.PointTime)
	limited, err := Parse("s.yaml", []byte(text+"limits: {point_time: 90s}\n"))
	require.NoError(t, err)
	require.Equal(t, 90*time.Second, limited.Limits.PointTime)
	require.Equal(t, plain.Hash(), limited.Hash())
	other, err := plain.With("limits.point_time", "2m")
	require.NoError(t, err)
	require.Equal(t, 2*time.Minute, other.Limits.PointTime)
	for _, wrong := range []string{"0s", "-1s", "60", "1ms", "1001h", "soon", "[1s]", "null", `""`, "99999999999999h"} {
		_, err := Parse("s.yaml", []byte(text+"limits: {point_time: "+wrong+"}\n"))
		require.ErrorContains(t, err, "point_time", wrong)
	}
	_, err = Parse("s.yaml", []byte(sweptText("axes: {limits.point_time: [1s, 2s]}")))
	require.ErrorContains(t, err, "limits.point_time")
}

// sweptText is an experiment with a sweep of bands.
func sweptText(sweep string) string {
	return `data: {prices: p.parquet}
targets: {US_STOCKS: 60%, BONDS: 40%}
policies:
  p: {strategy: bands, band: 20%, rail: 10%, look: session}
sweep: {policy: p, ` + sweep + "}\n"
}
