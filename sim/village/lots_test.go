package village

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/internal/simtest"
	"evenkeel/sim"
)

// Who sells first (VC-13): losses, then long gains in the member's months, long gains
// outside, short gains in and out.
func TestSellersByTax(t *testing.T) {
	const share, money = sim.Units(1e8), sim.Micros(1e6)
	type end struct {
		shares              sim.Units
		cash                sim.Micros
		gainShort, gainLong sim.Micros
	}
	for _, c := range []struct {
		aware   bool
		shares  sim.Units
		january bool
		want    [3]end
	}{
		{false, 250, true, [3]end{{100, 1000, 0, 400}, {75, 750, 0, 450}, {75, 750, 150, 0}}},
		{false, 700, true, [3]end{{280, 2800, 0, 1120}, {210, 2100, 10, 1200}, {210, 2100, 420, 0}}},
		{true, 250, true, [3]end{{190, 1900, -200, 360}, {60, 600, 0, 360}, {}}},
		{true, 700, true, [3]end{{400, 4000, -200, 1200}, {225, 2250, 25, 1200}, {75, 750, 150, 0}}},
		{true, 250, false, [3]end{{100, 1000, -200, 0}, {150, 1500, 0, 900}, {}}},
		{true, 700, false, [3]end{{400, 4000, -200, 1200}, {225, 2250, 25, 1200}, {75, 750, 150, 0}}},
	} {
		p := simtest.Swinging(t, 1, 2)
		r := newRoster([]string{"ann", "bob", "cy"}, p, nil, &sim.Terms{})
		r.joined, r.here, r.taxAware = 3, 3, c.aware
		r.lots = newLots(3, 1, func(bought, session int) bool { return session-bought > 252 }, func(s, j int) bool { return j != 0 || c.january })
		for _, x := range []struct {
			j, s   int
			shares sim.Units
			basis  sim.Micros
		}{{0, 0, 300, 6}, {0, 350, 100, 12}, {1, 0, 200, 4}, {1, 390, 100, 9}, {2, 380, 300, 8}} {
			u := x.shares * share
			r.units[0][x.j] += u
			r.whole.units[0] += u
			r.lots.buy(x.s, 0, x.j, u, sim.Micros(x.shares)*x.basis*money)
		}
		r.Posted(&sim.Entry{Session: 400, Order: 0, Kind: sim.EntrySell, Units: -c.shares * share, Cash: sim.Micros(c.shares) * 10 * money, Price: 10})
		r.endSession()
		for j, want := range c.want {
			got := end{0, r.cash[j] / money, r.sums[j].GainShort / money, r.sums[j].GainLong / money}
			got.shares = [3]sim.Units{400, 300, 300}[j] - r.units[0][j]/share
			require.Equal(t, want, got, "%v %s", c, r.Names[j])
		}
	}
}

// A run of many sessions allocates for what it records alone.
func TestSplitsAllocateNothing(t *testing.T) {
	p := simtest.Swinging(t, 2, 3)
	r := newRoster([]string{"a", "b", "c"}, p, nil, &sim.Terms{})
	r.joined, r.here = 3, 3
	for j := range r.cash {
		r.cash[j], r.units[0][j] = 1e15, 1e15
		r.whole.cash += 1e15
		r.whole.units[0] += 1e15
	}
	buy := &sim.Entry{Session: 1, Order: 0, Kind: sim.EntryBuy, Units: 1001, Cash: -1003, Price: 100}
	cost := &sim.Entry{Session: 1, Order: 0, Kind: sim.EntryCost, Cash: -7}
	sell := &sim.Entry{Session: 1, Order: 1, Kind: sim.EntrySell, Units: -1001, Cash: 1003, Price: 100}
	pay := &sim.Entry{Session: 1, Order: -1, Kind: sim.EntryDividend, Cash: 11}
	require.Zero(t, testing.AllocsPerRun(100, func() {
		r.Posted(cost)
		r.Posted(buy)
		r.Posted(sell)
		r.Posted(pay)
		r.endSession()
	}))
}
