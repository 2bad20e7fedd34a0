package metric_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/sim"
	"evenkeel/sim/metric"
)

// scanned is a run without a log, as a sweep makes them.
func scanned(t testing.TB, sessions int, flows bool) *metric.Input {
	p := wander(t, 1, 5, sessions)
	r, err := sim.NewRunner(p, 1, sim.KeepDrift)
	require.NoError(t, err)
	m := &sim.Mandate{Policy: sway{1, 20}, Targets: equal(5), Cash: 1e6, Terms: &sim.Terms{}}
	if flows {
		m.Flows = []sim.Flow{{Session: 2, Amount: 1000}}
	}
	require.NoError(t, r.Set(0, m))
	r.Run()
	rec := r.Record(0)
	return &metric.Input{Record: &rec, PeriodsPerYear: 252, Reference: metric.PolicyReturns(p, equal(5))}
}

// An Input that is used again allocates nothing on records without a log
// and without flows.
func TestMeasuringAgainAllocatesNothing(t *testing.T) {
	for flows, most := range map[bool]float64{false: 0, true: 4} { // the money-weighted return lists the flows
		in := scanned(t, 300, flows)
		values := metric.Compute(in)
		require.LessOrEqual(t, testing.AllocsPerRun(20, func() { values = in.Append(values[:0]) }), most)
	}
}

// An Input that is used again measures the new record.
func TestMeasuringAnotherRecord(t *testing.T) {
	in := input(t, 1, 2, 8)
	require.Equal(t, 8.0, measured(in)["final_nav"])
	other := input(t, 3, 2, 1, 4)
	in.Record = other.Record
	for name, v := range measured(other) {
		if v == v {
			require.Equal(t, v, measured(in)[name], name)
		}
	}
}

func BenchmarkCompute(b *testing.B) {
	in := scanned(b, 5040, false)
	values := metric.Compute(in)
	b.Run("measures=all", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			values = in.Append(values[:0])
		}
	})
	b.Run("measures=basic", func(b *testing.B) {
		basic := metric.Basic()
		b.ReportAllocs()
		for b.Loop() {
			in.Begin()
			for i := range basic {
				values[i].X = basic[i].Of(in)
			}
			in.End()
		}
	})
}

func BenchmarkShortfall(b *testing.B) {
	p := wander(b, 1, 10, 5040)
	r := replayed(b, p, &sim.Mandate{Policy: sway{1, 20}, Targets: equal(10), Cash: 1e6, Terms: &sim.Terms{Costs: []sim.Cost{bill{rate: 0.001}}}})
	b.ReportAllocs()
	for b.Loop() {
		metric.ShortfallOf(r)
	}
}
