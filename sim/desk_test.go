package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/sim"
	"evenkeel/sim/audit"
	"evenkeel/sim/cost"
	"evenkeel/sim/ledger"
)

// A runner of thirty accounts leaves what they leave alone, whatever they are, with and
// without a journal.
func TestThirtyAccounts(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		const lanes = 30
		p := drawPanel(rt, 3, 40)
		keep := rapid.SampledFrom([]sim.Keep{sim.KeepDrift | sim.KeepLog, sim.KeepDrift, 0}).Draw(rt, "keep")
		together, err := sim.NewRunner(p, lanes, keep)
		require.NoError(rt, err)
		alone, err := sim.NewRunner(p, 1, keep)
		require.NoError(rt, err)
		var made []*sim.Mandate
		for range 4 {
			made = append(made, drawMandate(rt, t, p))
		}
		left := func(r *sim.Runner, l int) (all []any) {
			if keep&sim.KeepLog == 0 {
				return append(all, outcomeOf(r, l))
			}
			x := taken(r, l)
			all = append(all, numbers(x.NAV), numbers(x.Half), numbers(x.Most))
			x.NAV, x.Half, x.Most = nil, nil, nil // may be NaN
			return append(all, x)
		}
		var want [][]any
		for l := range lanes {
			m := *made[l%len(made)]
			m.Policy = drawPolicy(rt, t, p, m.Targets)
			if m.Tax != nil { // lots are an account's own
				m = *drawMandate(rt, t, p)
			}
			require.NoError(rt, alone.Set(0, &m))
			alone.Run()
			want = append(want, left(alone, 0))
			require.NoError(rt, together.Set(l, &m))
		}
		together.Run()
		for l := range lanes {
			require.Equal(rt, want[l], left(together, l), "account %d", l)
		}
	})
}

// idleDesk looks and names nothing.
type idleDesk struct{ routed, cleared, orders int }

func (d *idleDesk) Route(t *sim.Trading) { d.routed++; d.orders += len(t.Orders) }
func (d *idleDesk) Clear(*sim.Trading)   { d.cleared++ }

// A desk that does nothing changes no bit: it is the market.
func TestAnIdleDeskIsTheMarket(t *testing.T) {
	seen := 0
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPanel(rt, 3, 40)
		var got [2]result
		m := drawMandate(rt, t, p)
		for k := range got {
			r, err := sim.NewRunner(p, 1, sim.KeepDrift|sim.KeepLog)
			require.NoError(rt, err)
			d := &idleDesk{}
			if k == 1 {
				r.SetDesk(d)
			}
			require.NoError(rt, r.Set(0, m))
			r.Run()
			got[k] = taken(r, 0)
			require.Equal(rt, d.routed, d.cleared)
			seen += d.orders
			got[k].Half, got[k].Most = nil, nil // may be NaN
		}
		require.Equal(rt, numbers(got[0].NAV), numbers(got[1].NAV))
		got[0].NAV, got[1].NAV = nil, nil
		require.Equal(rt, got[0], got[1])
	})
	require.Positive(t, seen)
}

// meetingDesk names venue 1 for what accounts want of each other, and lets nobody buy for
// more than the cash that is there, before costs.
type meetingDesk struct{ met, lowered int }

func (d *meetingDesk) Route(t *sim.Trading) {
	for k := range t.Orders {
		o := &t.Orders[k]
		for _, other := range t.Orders {
			if other.Asset == o.Asset && (other.Units > 0) != (o.Units > 0) {
				o.Venue = 1
				d.met++
			}
		}
	}
}

func (d *meetingDesk) Clear(t *sim.Trading) {
	rest := map[int]float64{}
	for k := range t.Orders {
		o := &t.Orders[k]
		if o.Units <= 0 {
			continue
		}
		if _, some := rest[o.Lane]; !some {
			rest[o.Lane] = t.Spendable(o.Lane).Money()
		}
		if most := sim.Units(max(0, rest[o.Lane]/o.Price*1e8-1)); most < o.Units {
			o.Units = most
			d.lowered++
		}
		rest[o.Lane] -= o.Units.Shares() * o.Price
	}
}

// tellTale counts what a follower is told.
type tellTale struct {
	cash    sim.Micros
	entries []sim.Entry
}

func (f *tellTale) Posted(e *sim.Entry) {
	f.cash += e.Cash
	f.entries = append(f.entries, *e)
}

// What a desk names is on orders and on the entries of their fills and costs; what it
// takes off a purchase is missed; the books stay whole. A follower is told of every entry.
func TestADeskNamesVenuesAndHandsOn(t *testing.T) {
	p := swinging(t, 3, 60)
	targets := [][]float64{{0.5, 0.3, 0.2}, {0.2, 0.3, 0.5}}
	r, err := sim.NewRunner(p, 12, sim.KeepLog)
	require.NoError(t, err)
	d := &meetingDesk{}
	r.SetDesk(d)
	var tales []*tellTale
	for l := range 12 {
		f := &tellTale{}
		tales = append(tales, f)
		require.NoError(t, r.Set(l, &sim.Mandate{
			Policy: bound(t, p, targets[l%2], bands(0.02, 0.01, daily)), Targets: targets[l%2], Terms: &sim.Terms{Fill: sim.NextClose, Costs: costs(t, p, cost.NewBPS(10, cost.Everywhere))}, Cash: 1e6,
			Changes: []sim.Change{{Session: 20, Targets: targets[1-l%2]}}, Follower: f,
		}))
	}
	r.Run()
	require.Positive(t, d.met)
	require.Positive(t, d.lowered)
	crossed, cut := 0, 0
	for l := range 12 {
		rec := r.Record(l)
		_, err := ledger.Replay(&rec)
		require.NoError(t, err)
		require.NoError(t, audit.Check(&rec))
		require.Equal(t, rec.Tally.Cash, tales[l].cash)
		require.Equal(t, rec.Log.Entries, tales[l].entries)
		for _, e := range rec.Log.Entries {
			if e.Order < 0 {
				require.Equal(t, sim.Market, e.Venue)
				continue
			}
			require.Equal(t, rec.Log.Orders[e.Order].Venue, e.Venue)
			if e.Venue == 1 {
				crossed++
			}
		}
		for _, o := range rec.Log.Orders {
			if o.Units > 0 && o.Reason == sim.ReasonCash {
				cut++
			}
		}
	}
	require.Positive(t, crossed)
	require.Positive(t, cut)
}
