package main

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
)

// fickle charges the run one amount and whoever asks later another.
type fickle struct{}

func (fickle) Name() string       { return "fickle" }
func (fickle) Traits() sim.Traits { return sim.Traits{} }
func (fickle) Charge(x *sim.Fill) (fixed, rate float64) {
	if x.Value > 0 { // a trade that is booked, not one that is planned
		return 3, 0
	}
	return 2, 0
}

// A run that breaks a rule of accounting ends with 70, and the step is printed.
func TestABreachIsAFaultOfTheProgram(t *testing.T) {
	p := data.Synthetic()
	terms := &sim.Terms{Costs: []sim.Cost{fickle{}}}
	m := &sim.Mandate{Policy: holding{}, Targets: []float64{1, 0, 0, 0, 0}, Terms: terms, Cash: 1000}
	_, err := replay(context.Background(), p, []lane{{"odd", m}}, basis{252, 0}, 1)
	code, text := fails(context.Background(), err)
	require.Equal(t, 70, code)
	require.Contains(t, text, `bug: policy "odd": the run breaks the rule of cost on `)
	require.Contains(t, text, "costs 3000000 millionths of fickle, and 2000000 are booked")
	require.Contains(t, text, "<- here")
	require.Contains(t, text, "in millionths")
}

// holding buys at the start and does nothing else.
type holding struct{}

func (holding) Decide(*sim.View, []float64) sim.Verdict { return sim.Verdict{} }
