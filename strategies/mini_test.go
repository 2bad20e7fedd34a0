package strategies_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/strategies"
)

// Between the looks cash suffices when it brings the major positions back, whatever the
// trigger of the looks says; and a signal is not used up by being asked there.
func TestMiniAndContributionsFirst(t *testing.T) {
	dates := []data.Date{100, 101, 102, 103, 104, 105}
	p, err := data.NewPanel(data.Adjusted, dates, []string{"A", "B"}, []float64{10, 10, 15, 10, 15, 10, 15, 10, 15, 10, 15, 10}, nil)
	require.NoError(t, err)
	targets := []float64{0.5, 0.5}
	for _, c := range []struct {
		name     string
		trigger  strategies.Trigger
		deposits float64
		want     map[int32]string
		sold     bool
	}{
		{"too little", strategies.Never{}, 1, map[int32]string{1: "mini"}, true},
		{"enough", strategies.Never{}, 600, map[int32]string{1: "mini"}, false},
		{"a signal", &strategies.Signal{File: strategies.DateFile{Dates: dates[1:2]}}, 1, map[int32]string{1: "mini", 4: "signal"}, true},
	} {
		r := &strategies.Recipe{
			Looking: strategies.Looking{Look: data.Schedule{Every: 4}}, If: c.trigger, Funding: strategies.ContributionsFirst,
			Mini: &strategies.Mini{Look: data.EverySession, Deviation: 0.1, Major: 0.05, Largest: 2},
		}
		r.Aim.Rail = strategies.Both(strategies.Half{})
		runner, err := sim.NewRunner(p, 1, sim.KeepLog)
		require.NoError(t, err)
		require.NoError(t, runner.Set(0, &sim.Mandate{
			Policy: r, Targets: targets, Cash: 1000, Terms: &sim.Terms{Fill: sim.SameClose, Costs: nil}, Flows: []sim.Flow{{Session: 1, Amount: c.deposits}},
		}))
		runner.Run()
		rec, got, sold := runner.Record(0), map[int32]string{}, false
		for _, d := range rec.Log.Decisions[1:] {
			if d.Cause != sim.CauseNone {
				got[d.Session] = d.Cause.String()
			}
		}
		for _, o := range rec.Log.Orders {
			sold = sold || o.Units < 0
		}
		require.Equal(t, c.want, got, c.name)
		require.Equal(t, c.sold, sold, c.name)
	}
}
