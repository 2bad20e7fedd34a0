package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim"
)

// fails runs failed on an error and returns the code and what was printed.
func fails(ctx context.Context, err error) (int, string) {
	var out, errs bytes.Buffer
	code := newConsole(&out, &errs).failed(ctx, err)
	return code, out.String() + errs.String()
}

func TestExitCodes(t *testing.T) {
	ctx := context.Background()
	for code, want := range map[string]int{"E101": 2, "E301": 3, "E401": 4, "E501": 5, "E601": 6, "E703": 7, "E801": 8} {
		got, text := fails(ctx, fault.One(fault.Finding{Code: code, File: "f", What: "wrong"}))
		require.Equal(t, want, got)
		require.Equal(t, "error "+code+" f: wrong\n", text)
	}
	code, text := fails(ctx, fault.List{{Code: "E323", What: "odd", Warning: true}, {Code: "E102", What: "bad"}})
	require.Equal(t, 2, code)
	require.Equal(t, "warning E323: odd\nerror E102: bad\n", text)

	code, text = fails(ctx, errors.New("the ledger does not prove the run"))
	require.Equal(t, 70, code)
	require.Contains(t, text, "bug: the ledger does not prove the run")

	over, cancel := context.WithCancel(ctx)
	cancel()
	code, text = fails(over, context.Canceled)
	require.Equal(t, 130, code)
	require.Equal(t, "interrupted\n", text)
}

// An interrupt ends every stage, and leaves no manifest.
func TestInterrupted(t *testing.T) {
	dir := t.TempDir()
	files, err := demoFiles()
	require.NoError(t, err)
	require.NoError(t, writeDemo(dir, files, false))
	f, err := experiment.Load(filepath.Join(dir, demoExperiment))
	require.NoError(t, err)
	over, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = load(over, f)
	require.ErrorIs(t, err, context.Canceled)

	l, err := load(context.Background(), f)
	require.NoError(t, err)
	_, err = simulate(over, l, 2)
	require.ErrorIs(t, err, context.Canceled)

	var out bytes.Buffer
	c := newConsole(&out, &out)
	err = runExperiment(over, c, f, runFlags{out: filepath.Join(dir, "o")})
	require.ErrorIs(t, err, context.Canceled)
	require.NoFileExists(t, filepath.Join(dir, "o", "manifest.json"))
}

type panicking struct{}

func (panicking) Decide(*sim.View, []float64) sim.Verdict { panic("a policy fell over") }
func (panicking) Watch(v *sim.View, w *sim.Watch) {
	w.Looks = v.Calendar(data.EverySession)
	w.Lo, w.Hi = nil, nil
}

// A panic in a policy comes out with its name and place, and ends with 70.
func TestAPanicOfAWorker(t *testing.T) {
	p := data.Synthetic()
	m := &sim.Mandate{Policy: panicking{}, Targets: []float64{1, 0, 0, 0, 0}, Terms: &sim.Terms{}, Cash: 1000}
	_, err := replay(context.Background(), p, []lane{{"shaky", m}}, basis{252, 0}, 2)
	code, text := fails(context.Background(), err)
	require.Equal(t, 70, code)
	require.Contains(t, text, `bug: policy "shaky": a policy fell over`)
	require.Contains(t, text, "exit_test.go")
}

// A panic on the main line ends the same way.
func TestAPanicOfTheProgram(t *testing.T) {
	var out, errs bytes.Buffer
	c := newConsole(&out, &errs)
	code := func() (code int) {
		defer func() { code = c.crashed(recover(), []byte("goroutine 1 [running]")) }()
		panic(&sim.Breach{Rule: "cash below zero", Cash: -1})
	}()
	require.Equal(t, 70, code)
	require.Contains(t, errs.String(), "cash below zero")
}

func TestTheDemoKeepsWork(t *testing.T) {
	dir := t.TempDir()
	files, err := demoFiles()
	require.NoError(t, err)
	require.NoError(t, writeDemo(dir, files, false))
	require.NoError(t, writeDemo(dir, files, false))
	require.NoError(t, os.Remove(filepath.Join(dir, demoPrices)))
	require.NoError(t, writeDemo(dir, files, false), "what is missing comes back")
	require.NoError(t, os.WriteFile(filepath.Join(dir, demoMark), []byte("{"), 0o600))
	require.Equal(t, "E401", fault.Of(writeDemo(dir, files, false))[0].Code)
	require.NoError(t, writeDemo(dir, files, true))
}
