package run

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
)

// secret is a cost that says nothing of itself.
type secret struct{ *cost.BPS }

func (secret) Line() {}

// What a report says of each cost: the charge where all trades have the same, its
// own words elsewhere.
func TestChargeLine(t *testing.T) {
	p, err := data.NewPanel(data.Adjusted, []data.Date{0}, []string{"A", "B_1"}, []float64{1, 1}, nil)
	require.NoError(t, err)
	r := &sim.Record{Panel: p}
	sold := cost.Everywhere
	sold.Side, sold.Symbols = "sell", []string{"B_1"}
	least := cost.NewBPS(5, cost.Everywhere)
	least.Min = 3
	for _, c := range []struct {
		want string
		cost cost.Cost
	}{
		{"12.5 basis points of the value traded", cost.NewBPS(12.5, cost.Everywhere)},
		{"0 basis points of the value traded", cost.NewBPS(0, cost.Everywhere)},
		{"5.00 EUR a trade", cost.NewFixed(5, cost.Everywhere)},
		{"2 basis points of the value traded", cost.NewHalfSpread(2, cost.Everywhere)},
		{`10 basis points of the value traded, sales only, B_1 only`, cost.NewBPS(10, sold)},
		{"5 basis points of the value traded, at least 3 EUR a trade", least},
		{"50 basis points of the value traded, purchases only", cost.NewStampDuty(50, cost.Everywhere)},
		{`0\.005 EUR a share, at least 1 EUR a trade`, cost.NewPerShare(0.005, cost.Limits{Min: 1}, cost.Everywhere)},
		{"differs by asset, side, size or date", secret{cost.NewBPS(10, sold)}},
	} {
		require.NoError(t, c.cost.Bind(p))
		require.Equal(t, c.want, chargeLine(c.cost, r, "EUR"))
	}
}
