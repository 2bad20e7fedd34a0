package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"evenkeel/data/fault"
)

// evenkeel is a process of this program.
func evenkeel(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command("evenkeel", args...)
	cmd.Dir = dir
	return cmd
}

// Killed at any moment, again and again, and started again: the same bytes.
// EVENKEEL_KILLS says how many rounds; each is some kills.
func TestSweepSurvivesKills(t *testing.T) {
	unlessShort(t)
	rounds := 6
	if n, err := strconv.Atoi(os.Getenv("EVENKEEL_KILLS")); err == nil {
		rounds = n
	}
	dir := sweepDir(t)
	begin := time.Now()
	require.NoError(t, evenkeel(dir, "sweep", "s.yaml", "--out", "want", eight, "-q").Run())
	whole := time.Since(begin)
	kills := 0
	for round := range rounds {
		r := rand.New(rand.NewPCG(uint64(round), 5))
		out := fmt.Sprint("round", round)
		args := []string{"sweep", "s.yaml", "--out", out, eight, "-q", fmt.Sprint("--workers=", 1+round%3)}
		if round%2 == 1 {
			args = append(args, fmt.Sprintf("--shard=1/%d", 1+round%3)) // one shard more and more, then the rest
		}
		for range 4 {
			cmd := evenkeel(dir, args...)
			require.NoError(t, cmd.Start())
			time.Sleep(time.Duration(r.Float64() * 1.2 * float64(whole)))
			_ = cmd.Process.Kill()
			if cmd.Wait() != nil {
				kills++
			}
		}
		final, err := evenkeel(dir, "sweep", "s.yaml", "--out", out, eight, "-q").CombinedOutput()
		require.NoError(t, err, string(final))
		requireSameTree(t, filepath.Join(dir, "want"), filepath.Join(dir, out))
	}
	t.Logf("%d rounds, %d kills", rounds, kills)
	require.Positive(t, kills)
}

// SIGTERM ends a sweep soon, with its own code; the same command goes on.
func TestSweepStops(t *testing.T) {
	unlessShort(t)
	dir := sweepDir(t)
	require.NoError(t, evenkeel(dir, "sweep", "s.yaml", "--out", "want", eight, "-q").Run())
	stopped := false
	for try := 0; try < 20 && !stopped; try++ {
		out := fmt.Sprint("out", try)
		cmd := evenkeel(dir, "sweep", "s.yaml", "--out", out, eight, "--workers=1", "--progress-every=1ms")
		errs := &strings.Builder{}
		cmd.Stderr = errs
		require.NoError(t, cmd.Start())
		waitFor(t, func() bool { return glob(dir, out, "sweep", "part-*.parquet") > 2 })
		_ = cmd.Process.Signal([]os.Signal{syscall.SIGTERM, os.Interrupt}[try%2])
		sent := time.Now()
		err := cmd.Wait()
		require.Less(t, time.Since(sent), 5*time.Second)
		if err == nil {
			continue // it was faster
		}
		stopped = true
		require.Equal(t, fault.ExitResumable, cmd.ProcessState.ExitCode(), errs)
		require.Contains(t, errs.String(), "run the same command again")
		require.Contains(t, errs.String(), "/s, ")
		require.Zero(t, glob(dir, out, "manifest.json"))
		require.Zero(t, glob(dir, out, "sweep", ".tmp-*"))
		text, err := evenkeel(dir, "sweep", "s.yaml", "--out", out, eight).CombinedOutput()
		require.NoError(t, err)
		require.Contains(t, string(text), "points were there already")
		requireSameTree(t, filepath.Join(dir, "want"), filepath.Join(dir, out))
	}
	require.True(t, stopped)
}

func glob(parts ...string) int {
	names, _ := filepath.Glob(filepath.Join(parts...))
	return len(names)
}

func waitFor(t *testing.T, ready func() bool) {
	t.Helper()
	for begin := time.Now(); !ready(); time.Sleep(time.Millisecond) {
		require.Less(t, time.Since(begin), 30*time.Second)
	}
}
