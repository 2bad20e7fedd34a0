package cost_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
	"evenkeel/sim/cost"
)

func panel(t *testing.T) *data.Panel {
	p, err := data.NewPanel(data.Adjusted, []data.Date{0}, []string{"A", "B", "C"}, []float64{1, 1, 1}, nil)
	require.NoError(t, err)
	return p
}

// charge is what both kinds of cost ask for one trade, with 25 bps and 7 money.
func charge(t *testing.T, scope cost.Scope, asset int, buy bool, d data.Date) bool {
	t.Helper()
	bps, fixed := cost.NewBPS(25, scope), cost.NewFixed(7, scope)
	require.NoError(t, bps.Bind(panel(t)))
	require.NoError(t, fixed.Bind(panel(t)))
	none, rate := bps.Charge(&sim.Fill{Asset: asset, Buy: buy, Date: d})
	amount, nothing := fixed.Charge(&sim.Fill{Asset: asset, Buy: buy, Date: d})
	require.Zero(t, none)
	require.Zero(t, nothing)
	require.Equal(t, rate != 0, amount != 0)
	if rate != 0 {
		require.Equal(t, 25.0/10_000, rate)
		require.Equal(t, 7.0, amount)
	}
	return rate != 0
}

func TestScope(t *testing.T) {
	scoped := func(change func(*cost.Scope)) cost.Scope {
		s := cost.Everywhere
		change(&s)
		return s
	}
	for _, c := range []struct {
		name  string
		scope cost.Scope
		asset int
		buy   bool
		date  data.Date
		want  bool
	}{
		{"everywhere, a purchase", cost.Everywhere, 0, true, 0, true},
		{"everywhere, a sale", cost.Everywhere, 2, false, -40_000, true},
		{"no side said, a purchase", scoped(func(s *cost.Scope) { s.Side = "" }), 0, true, 0, true},
		{"no side said, a sale", scoped(func(s *cost.Scope) { s.Side = "" }), 0, false, 0, true},
		{"purchases, a purchase", scoped(func(s *cost.Scope) { s.Side = "buy" }), 0, true, 0, true},
		{"purchases, a sale", scoped(func(s *cost.Scope) { s.Side = "buy" }), 0, false, 0, false},
		{"sales, a purchase", scoped(func(s *cost.Scope) { s.Side = "sell" }), 0, true, 0, false},
		{"sales, a sale", scoped(func(s *cost.Scope) { s.Side = "sell" }), 0, false, 0, true},
		{"A and C, A", scoped(func(s *cost.Scope) { s.Symbols = []string{"C", "A"} }), 0, true, 0, true},
		{"A and C, B", scoped(func(s *cost.Scope) { s.Symbols = []string{"C", "A"} }), 1, true, 0, false},
		{"A and C, C", scoped(func(s *cost.Scope) { s.Symbols = []string{"C", "A"} }), 2, false, 0, true},
		{"no asset at all", scoped(func(s *cost.Scope) { s.Symbols = []string{} }), 0, true, 0, false},
		{"from day 10, the day before", scoped(func(s *cost.Scope) { s.From = 10 }), 0, true, 9, false},
		{"from day 10, on it", scoped(func(s *cost.Scope) { s.From = 10 }), 0, true, 10, true},
		{"until day 10, on it", scoped(func(s *cost.Scope) { s.Until = 10 }), 0, true, 10, true},
		{"until day 10, the day after", scoped(func(s *cost.Scope) { s.Until = 10 }), 0, true, 11, false},
		{"one day", scoped(func(s *cost.Scope) { s.From, s.Until = 10, 10 }), 0, true, 10, true},
		{"before 1970", scoped(func(s *cost.Scope) { s.From, s.Until = -20, -10 }), 0, true, -15, true},
		{"all of it at once, inside", scoped(func(s *cost.Scope) { *s = cost.Scope{Side: "sell", Symbols: []string{"B"}, From: 1, Until: 3} }), 1, false, 3, true},
		{"all of it at once, wrong side", scoped(func(s *cost.Scope) { *s = cost.Scope{Side: "sell", Symbols: []string{"B"}, From: 1, Until: 3} }), 1, true, 3, false},
	} {
		require.Equal(t, c.want, charge(t, c.scope, c.asset, c.buy, c.date), c.name)
	}
}

func TestDated(t *testing.T) {
	s := cost.Everywhere
	require.False(t, s.Traits().Dated)
	s.From = 0
	require.True(t, s.Traits().Dated)
	s.From, s.Until = data.NoDate, 0
	require.True(t, s.Traits().Dated)
}

func TestBindRefusesWhatIsNotThere(t *testing.T) {
	s := cost.Everywhere
	s.Symbols = []string{"A", "X", "a"}
	require.EqualError(t, cost.NewBPS(1, s).Bind(panel(t)), "no asset X, a among the targets")
	require.EqualError(t, cost.NewFixed(1, s).Bind(panel(t)), "no asset X, a among the targets")
}

// One cost may be bound again, to another panel.
func TestBindAgain(t *testing.T) {
	s := cost.Everywhere
	s.Symbols = []string{"B"}
	c := cost.NewBPS(1, s)
	require.NoError(t, c.Bind(panel(t)))
	other, err := data.NewPanel(data.Adjusted, []data.Date{0}, []string{"B", "Z"}, []float64{1, 1}, nil)
	require.NoError(t, err)
	require.NoError(t, c.Bind(other))
	_, first := c.Charge(&sim.Fill{Asset: 0, Buy: true, Date: 0})
	_, second := c.Charge(&sim.Fill{Asset: 1, Buy: true, Date: 0})
	require.Equal(t, []float64{1e-4, 0}, []float64{first, second})
}

// set parses and stores one knob of a cost.
func set(t *testing.T, knobs []card.Knob, name string, v card.Value) error {
	t.Helper()
	for _, k := range knobs {
		if k.Name == name {
			store, err := k.Parse(v)
			if err == nil {
				store()
			}
			return err
		}
	}
	t.Fatalf("no knob %s", name)
	return nil
}

func TestKnobs(t *testing.T) {
	plug, ok := cost.Catalog.Find("bps")
	require.True(t, ok)
	made, knobs := plug.New()
	require.NoError(t, set(t, knobs, "rate", card.T("12.5")))
	require.NoError(t, set(t, knobs, "side", card.T("sell")))
	require.NoError(t, set(t, knobs, "assets", card.Value{Kind: card.List, List: []card.Value{card.T("B")}}))
	require.NoError(t, set(t, knobs, "from", card.T("1970-01-11")))
	require.NoError(t, set(t, knobs, "until", card.T("1970-01-21")))
	require.NoError(t, made.Bind(panel(t)))
	require.True(t, made.Traits().Dated)
	for _, c := range []struct {
		asset int
		buy   bool
		date  data.Date
		rate  float64
	}{{1, false, 10, 0.00125}, {1, false, 20, 0.00125}, {1, false, 9, 0}, {1, false, 21, 0}, {1, true, 15, 0}, {0, false, 15, 0}} {
		_, rate := made.Charge(&sim.Fill{Asset: c.asset, Buy: c.buy, Date: c.date})
		require.Equal(t, c.rate, rate)
	}
	require.ErrorContains(t, set(t, knobs, "rate", card.T("-1")), "rate -1: must be 0 to 10000")
	require.ErrorContains(t, set(t, knobs, "rate", card.T("10001")), "must be 0 to 10000")
	require.ErrorContains(t, set(t, knobs, "side", card.T("short")), `unknown side "short"; one of both, buy, sell`)
	require.ErrorContains(t, set(t, knobs, "from", card.T("soon")), "from: ")

	plug, _ = cost.Catalog.Find("fixed")
	made, knobs = plug.New()
	require.NoError(t, set(t, knobs, "amount", card.T("4.95")))
	require.NoError(t, made.Bind(panel(t)))
	amount, rate := made.Charge(&sim.Fill{Asset: 0, Buy: true, Date: 0})
	require.Equal(t, []float64{4.95, 0}, []float64{amount, rate})
	require.ErrorContains(t, set(t, knobs, "amount", card.T("-1")), "amount -1: must be 0 to 1e+09")
}

// Two instances of a plug-in share nothing.
func TestInstancesAreApart(t *testing.T) {
	plug, _ := cost.Catalog.Find("bps")
	a, knobs := plug.New()
	b, _ := plug.New()
	require.NoError(t, set(t, knobs, "rate", card.T("50")))
	require.NoError(t, set(t, knobs, "side", card.T("buy")))
	require.NoError(t, a.Bind(panel(t)))
	require.NoError(t, b.Bind(panel(t)))
	_, mine := a.Charge(&sim.Fill{Asset: 0, Buy: true, Date: 0})
	_, yours := b.Charge(&sim.Fill{Asset: 0, Buy: true, Date: 0})
	require.Equal(t, []float64{0.005, 0}, []float64{mine, yours})
}
