package metric_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/internal/reference"
	"evenkeel/sim/metric"
)

// Worked examples of textbooks and forums, as they are usually told: an order, its
// fill at one price, the price when it ended, and what was billed.
func TestTextbookOrders(t *testing.T) {
	for _, c := range []struct {
		name                           string
		shares, done, price            float64
		decision, arrival, end, billed float64
		wagner                         metric.Wagner
		cfa                            metric.CFA
	}{
		{"half of a purchase", 8000, 4000, 77, 75, 75.75, 79, 1500, metric.Wagner{Delay: 6000, Trading: 5000, Opportunity: 13000, Explicit: 1500}, metric.CFA{Delay: 3000, Realized: 5000, Missed: 16000, Explicit: 1500}},
		{"most of a sale", -5000, -4000, 39.7, 40, 39.5, 39, 75, metric.Wagner{Delay: 2500, Trading: -800, Opportunity: 500, Explicit: 75}, metric.CFA{Delay: 2000, Realized: -800, Missed: 1000, Explicit: 75}},
		{"all of a sale", -50_000, -50_000, 40.25, 43, 41, 40.25, 2500, metric.Wagner{Delay: 100_000, Trading: 37_500, Explicit: 2500}, metric.CFA{Delay: 100_000, Realized: 37_500, Explicit: 2500}},
		{"a purchase that gained", 4000, 4000, 16.2, 16.24, 16.24, 16.28, 38.5, metric.Wagner{Trading: -160, Explicit: 38.5}, metric.CFA{Realized: -160, Explicit: 38.5}},
		{"four fifths", 5000, 4000, 10.5, 10, 10.25, 11, 80, metric.Wagner{Delay: 1250, Trading: 1000, Opportunity: 750, Explicit: 80}, metric.CFA{Delay: 1000, Realized: 1000, Missed: 1000, Explicit: 80}},
	} {
		x := metric.Execution{Shares: c.shares, Done: c.done, Paid: c.done * c.price, Decision: c.decision, Arrival: c.arrival, End: c.end, Explicit: c.billed}
		w, f := x.Wagner(), x.CFA()
		require.InDeltaSlice(t, []float64{c.wagner.Delay, c.wagner.Trading, c.wagner.Opportunity, c.wagner.Explicit}, []float64{w.Delay, w.Trading, w.Opportunity, w.Explicit}, 1e-9, c.name)
		require.InDeltaSlice(t, []float64{c.cfa.Delay, c.cfa.Realized, c.cfa.Missed, c.cfa.Explicit}, []float64{f.Delay, f.Realized, f.Missed, f.Explicit}, 1e-9, c.name)
		for _, total := range []float64{w.Total(), x.Perold().Total(), f.Total()} {
			require.InDelta(t, x.Total(), total, 1e-9, c.name)
		}
		require.InDelta(t, w.Total()-w.Delay, w.MarketActivity(), 1e-9)
	}
}

// The published cases.
func TestPublishedOrders(t *testing.T) {
	n := 0
	for _, c := range reference.Examples(t) {
		var in struct {
			Side            string
			S, Pd, P0, Pn   float64
			Fees            float64
			Fills           [][2]float64
			Filled, Ordered float64
		}
		var want struct {
			Value               float64 `json:"paper_value"`
			Total               float64
			BPS                 *float64 `json:"total_bps"`
			Wagner, Perold, CFA map[string]float64
		}
		if !strings.HasPrefix(c.ID, "IS-") || json.Unmarshal(c.Inputs, &in) != nil || in.S == 0 {
			continue
		}
		n++
		require.NoError(t, json.Unmarshal(c.Expected, &want))
		side := map[string]float64{"buy": 1, "sell": -1}[in.Side]
		x := metric.Execution{Shares: side * in.S, Decision: in.Pd, Arrival: in.P0, End: in.Pn, Explicit: in.Fees}
		for _, f := range in.Fills {
			x.Done += side * f[0]
			x.Paid += side * f[0] * f[1]
		}
		w, p, f := x.Wagner(), x.Perold(), x.CFA()
		require.InDelta(t, want.Total, x.Total(), 1e-6, c.ID)
		if want.BPS != nil {
			require.InDelta(t, *want.BPS, x.Total()/x.Base()*1e4, 1e-6, c.ID)
		}
		for form, parts := range map[*map[string]float64]map[string]float64{
			&want.Wagner: {"delay": w.Delay, "trading": w.Trading, "opportunity": w.Opportunity, "fees": w.Explicit},
			&want.Perold: {"execution": p.Execution, "opportunity": p.Opportunity, "fees": p.Explicit},
			&want.CFA:    {"delay": f.Delay, "realized": f.Realized, "missed": f.Missed, "explicit": f.Explicit},
		} {
			for name, v := range *form {
				got, ok := parts[name]
				require.True(t, ok, "%s: %s", c.ID, name)
				require.InDelta(t, v, got, 1e-6, "%s: %s", c.ID, name)
			}
		}
	}
	require.GreaterOrEqual(t, n, 4)
}

// The delay of the executed part, as a part of the order's value; and an order that
// two days fill, each measured from the close of the day before.
func TestDelayAndDays(t *testing.T) {
	x := metric.Execution{Shares: 1000, Done: 800, Paid: 800 * 51, Decision: 50, Arrival: 51, End: 51}
	require.InDelta(t, 1.6, 100*x.CFA().Delay/x.Base(), 1e-12)

	days := []metric.Day{{Shares: 600, Price: 10.02, Before: 10}, {Shares: 100, Price: 10.08, Before: 9.99}}
	x = metric.Execution{Shares: 1000, Done: 700, Paid: 600*10.02 + 100*10.08, Decision: 10, Arrival: 10.01, End: 10.2, Explicit: 14}
	d := x.Daily(days)
	require.InDeltaSlice(t, []float64{0, -0.01}, []float64{100 * d.Delay[0] / x.Base(), 100 * d.Delay[1] / x.Base()}, 1e-9)
	require.InDeltaSlice(t, []float64{0.12, 0.09}, []float64{100 * d.Realized[0] / x.Base(), 100 * d.Realized[1] / x.Base()}, 1e-9)
	require.InDelta(t, x.Total(), d.Total(), 1e-9)
}

// drawOrder is any order: up to five fills in the order's direction.
func drawOrder(t *rapid.T) (x metric.Execution, fills []metric.Day) {
	side := rapid.SampledFrom([]float64{1, -1}).Draw(t, "side")
	price := rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.IntRange(1, 1_000_000).Draw(t, "cents")) / 100 })
	x.Shares = side * float64(rapid.IntRange(1, 1_000_000).Draw(t, "shares"))
	x.Decision, x.Arrival, x.End = price.Draw(t, "decision"), price.Draw(t, "arrival"), price.Draw(t, "end")
	x.Explicit, x.Implicit = price.Draw(t, "explicit"), price.Draw(t, "implicit")
	for range rapid.IntRange(0, 5).Draw(t, "fills") {
		left := int(math.Abs(x.Shares - x.Done))
		f := metric.Day{Shares: side * float64(rapid.IntRange(0, left).Draw(t, "part")), Price: price.Draw(t, "price"), Before: price.Draw(t, "before")}
		x.Done += f.Shares
		x.Paid += f.Shares * f.Price
		fills = append(fills, f)
	}
	return x, fills
}

// Every form sums to the same total, and that to what exact decimals say.
func TestFormsSumToTheSame(t *testing.T) {
	dec := decimal.NewFromFloat
	rapid.Check(t, func(t *rapid.T) {
		x, fills := drawOrder(t)
		exact, size := dec(x.Explicit).Add(dec(x.Implicit)), x.Explicit+x.Implicit
		rest := dec(x.Shares)
		for _, f := range fills {
			exact = exact.Add(dec(f.Shares).Mul(dec(f.Price).Sub(dec(x.Decision))))
			rest = rest.Sub(dec(f.Shares))
			size += math.Abs(f.Shares) * (f.Price + f.Before)
		}
		exact = exact.Add(rest.Mul(dec(x.End).Sub(dec(x.Decision))))
		size += math.Abs(x.Shares) * (x.Decision + x.Arrival + x.End)
		for name, total := range map[string]float64{
			"total": x.Total(), "wagner": x.Wagner().Total(), "perold": x.Perold().Total(), "cfa": x.CFA().Total(), "daily": x.Daily(fills).Total(),
		} {
			require.InDelta(t, exact.InexactFloat64(), total, 1e-12*size, name)
		}
		w, p, c := x.Wagner(), x.Perold(), x.CFA()
		require.InDelta(t, w.Delay-c.Delay, c.Missed-w.Opportunity, 1e-12*size, "delay of what was missed")
		require.InDelta(t, p.Execution, c.Delay+c.Realized, 1e-12*size)
	})
}

// A market that moves away costs a purchase and a sale alike; one that comes towards
// the order gains; an order filled at its decision price, free, costs nothing.
func TestShortfallSigns(t *testing.T) {
	for _, side := range []float64{1, -1} {
		for _, away := range []float64{1, -1} {
			move := side * away
			x := metric.Execution{Shares: side * 10, Done: side * 6, Decision: 100, Arrival: 100 + move, End: 100 + 3*move}
			x.Paid = x.Done * (100 + 2*move)
			w := x.Wagner()
			for _, part := range []float64{w.Delay, w.Trading, w.Opportunity, x.Total()} {
				require.Positive(t, part*away)
			}
		}
		x := metric.Execution{Shares: side * 10, Done: side * 10, Paid: side * 1000, Decision: 100, Arrival: 100, End: 700}
		require.Equal(t, metric.Wagner{}, x.Wagner())
		require.Zero(t, x.Total())
	}
}
