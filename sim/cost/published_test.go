package cost_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/internal/reference"
	"evenkeel/sim"
	"evenkeel/sim/cost"
)

func TestPublishedAlmgren(t *testing.T) {
	var in struct {
		ADV    float64
		Theta  float64 `json:"shares_outstanding"`
		Vol    float64 `json:"daily_vol_pct"`
		Shares float64
		Days   []float64 `json:"T_days"`
		Gamma  float64
		Eta    float64
	}
	var want struct {
		Rounded struct {
			KBp []float64 `json:"K_bp"`
			JBp []float64 `json:"J_bp"`
		} `json:"published_rounded"`
		Computed struct {
			I   float64   `json:"I_bp"`
			KBp []float64 `json:"K_bp"`
			JBp []float64 `json:"J_bp"`
		}
	}
	reference.Example(t, "MI-01-ATHL-IBM", &in, &want)
	for k, days := range in.Days {
		c := cost.NewAlmgren(in.Theta, anywhere)
		c.Days, c.Gamma, c.Eta = days, in.Gamma, in.Eta
		bound(t, c)
		permanent, temporary := c.Cost(in.Shares/in.ADV, in.Theta/in.ADV, in.Vol/100)
		require.InDelta(t, want.Computed.I, permanent*1e4, 1e-6)
		require.InDelta(t, want.Computed.KBp[k], temporary*1e4, 1e-6)
		require.InDelta(t, want.Rounded.KBp[k], temporary*1e4, 0.51)
		j := rateOf(t, c, sim.Fill{Price: 90, Value: in.Shares * 90, Volume: in.ADV, Sigma: in.Vol / 100})
		require.InDelta(t, want.Computed.JBp[k], j, 1e-6)
		require.InDelta(t, want.Rounded.JBp[k], j, 0.51)
	}
}

func TestPublishedIStar(t *testing.T) {
	var in struct {
		Size   float64
		Vol    float64 `json:"annual_vol"`
		POV    float64
		Params []float64
	}
	var want struct {
		Star float64 `json:"I_star_bp"`
		MI   float64 `json:"MI_bp"`
	}
	reference.Example(t, "MI-02-istar", &in, &want)
	c := cost.NewIStar(in.POV, anywhere)
	require.Equal(t, in.Params, []float64{c.A1, c.A2, c.A3, c.A4, c.B1})
	require.InDelta(t, want.Star, c.Star(in.Size, in.Vol), 1e-6)
	require.InDelta(t, want.MI, c.Cost(in.Size, in.Vol), 1e-6)
}

func TestPublishedSquareRoot(t *testing.T) {
	var in struct {
		Y    float64
		Vol  float64   `json:"daily_vol"`
		Part []float64 `json:"Q_over_V"`
	}
	var want struct {
		Impact []float64 `json:"impact_bp"`
	}
	reference.Example(t, "MI-03-sqrt", &in, &want)
	c := bound(t, cost.NewSquareRoot(in.Y, anywhere))
	for k, part := range in.Part {
		require.InDelta(t, want.Impact[k], rateOf(t, c, trade(part, in.Vol)), 1e-9)
	}
}

func TestPublishedDrag(t *testing.T) {
	var in struct {
		Returns, Weights [][]float64
		Cost             float64
	}
	var want struct {
		Drifted    []float64 `json:"drifted_weights"`
		TwoWay     float64   `json:"two_way_turnover"`
		Drag       float64
		ValueAfter []float64 `json:"value_after"`
		Return     float64   `json:"return_period2"`
		Difference float64   `json:"return_difference"`
	}
	reference.Example(t, "TC-01-pa-rebal-cost", &in, &want)
	turnover, drag, values, gap := rebalanced(in.Weights, in.Returns, in.Cost)
	require.InDelta(t, want.TwoWay, turnover, 1e-12)
	require.InDelta(t, want.Drag, drag, 1e-12)
	require.InDeltaSlice(t, want.ValueAfter, values, 1e-12)
	require.InDelta(t, want.Return, values[1]/values[0]-1, 1e-12)
	require.InDelta(t, want.Difference, gap, 1e-12)
}

// rebalanced is a portfolio of the first weights that is brought to the second
// before the second period: the values after each, and what the cost takes from
// the second return.
func rebalanced(weights, returns [][]float64, rate float64) (turnover, drag float64, values []float64, gap float64) {
	first, second := 0.0, 0.0
	for i, w := range weights[0] {
		first += w * (1 + returns[0][i])
		second += weights[1][i] * returns[1][i]
	}
	drifted := make([]float64, len(weights[0]))
	for i, w := range weights[0] {
		drifted[i] = w * (1 + returns[0][i]) / first
	}
	turnover = cost.TwoWay(drifted, weights[1])
	drag = cost.Drag(turnover, rate)
	net := (1-drag)*(1+second) - 1
	return turnover, drag, []float64{first, first * (1 + net)}, second - net
}

// The same by hand: half and half grows by a tenth and goes to 60/40 before it
// grows by a fifth; a fifth of it is traded at 1 %.
func TestDrag(t *testing.T) {
	turnover, drag, values, gap := rebalanced([][]float64{{0.5, 0.5}, {0.6, 0.4}}, [][]float64{{0.1, 0.1}, {0.2, 0.2}}, 0.01)
	require.InDelta(t, 0.2, turnover, 1e-12)
	require.InDelta(t, 0.002, drag, 1e-12)
	require.InDeltaSlice(t, []float64{1.1, 1.31736}, values, 1e-12)
	require.InDelta(t, 0.0024, gap, 1e-12)
}
