package sim_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim"
)

// A condition of trading that never binds changes nothing: not a byte of what is recorded.
func TestWhatNeverBindsChangesNothing(t *testing.T) {
	conditions := []struct {
		name string
		add  func(x *sim.Terms, p *data.Panel)
	}{
		{"minimum", func(x *sim.Terms, _ *data.Panel) { x.Minimum = max(x.Minimum, 1e-9) }},
		{"lots", func(x *sim.Terms, _ *data.Panel) { x.Lot = max(x.Lot, 1e-8) }},
		{"restriction of another time", func(x *sim.Terms, p *data.Panel) {
			x.Rules = append(x.Rules, sim.Restriction{Asset: 0, Rule: sim.Hold, From: p.Sessions(), Until: math.MaxInt})
		}},
		{"restriction that is over", func(x *sim.Terms, _ *data.Panel) {
			x.Rules = append(x.Rules, sim.Restriction{Asset: 1, Rule: sim.Hold, From: 0, Until: 0})
		}},
		{"largest turnover", func(x *sim.Terms, _ *data.Panel) {
			if x.MaxTurnover == 0 {
				x.MaxTurnover = 1e12
			}
		}},
		{"settlement at once", func(x *sim.Terms, p *data.Panel) {
			if x.Settle == nil {
				x.Settle, x.Bridge = make([]int, p.Assets()), false
			}
		}},
	}
	for _, c := range conditions {
		t.Run(c.name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				p := drawPanel(rt, 3, 40)
				m := drawMandate(rt, t, p)
				run := func() sim.Record {
					r, err := sim.NewRunner(p, 1, sim.KeepDrift|sim.KeepLog)
					require.NoError(rt, err)
					require.NoError(rt, r.Set(0, m))
					r.Run()
					return r.Record(0)
				}
				plain := run()
				if c.name == "largest turnover" && slices.Min(plain.NAV[plain.First:plain.End]) < 1 {
					return // any part of nothing binds
				}
				terms := *m.Terms
				c.add(&terms, p)
				with := *m
				with.Terms = &terms
				m = &with
				bound := run()
				require.Equal(rt, plain.Err, bound.Err)
				require.Equal(rt, plain.Log, bound.Log)
				require.Equal(rt, plain.Tally, bound.Tally)
				require.Equal(rt, bitsOf(plain.NAV), bitsOf(bound.NAV))
				require.Equal(rt, plain.Units, bound.Units)
				require.Equal(rt, plain.Waiting, bound.Waiting)
				require.Equal(rt, bitsOf(plain.Flow), bitsOf(bound.Flow))
				require.Equal(rt, bitsOf(plain.Cost), bitsOf(bound.Cost))
				require.Equal(rt, bitsOf(plain.DriftHalf), bitsOf(bound.DriftHalf))
			})
		})
	}
}

// bitsOf are numbers to be compared byte by byte: undefined ones are equal.
func bitsOf(all []float64) []uint64 {
	bits := make([]uint64, len(all))
	for i, x := range all {
		bits[i] = math.Float64bits(x)
	}
	return bits
}
