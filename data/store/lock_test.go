package store

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const holdEnv = "EVENKEEL_TEST_HOLD"

// TestMain lets the test binary play a second process: it takes the folder's
// lock, says so, and waits until it is killed or its input ends.
func TestMain(m *testing.M) {
	folder := os.Getenv(holdEnv)
	if folder == "" {
		os.Exit(m.Run())
	}
	d, err := Create(folder, true)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("holding")
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
	_ = d.Close()
}

func TestOneProcessAtATime(t *testing.T) {
	folder := t.TempDir()
	for round := range 10 {
		other := exec.Command(os.Args[0], "-test.run=^$")
		other.Env = append(os.Environ(), holdEnv+"="+folder)
		in, err := other.StdinPipe()
		require.NoError(t, err)
		out, err := other.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, other.Start())
		line, err := bufio.NewReader(out).ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, "holding\n", line)

		_, err = Create(folder, true)
		require.Equal(t, "E501", code(t, err))
		require.ErrorContains(t, err, fmt.Sprintf("process %d", other.Process.Pid))

		if round%2 == 0 {
			require.NoError(t, other.Process.Kill())
			_ = other.Wait()
			require.FileExists(t, filepath.Join(folder, lockName), "stale, and no obstacle")
		} else {
			require.NoError(t, in.Close())
			require.NoError(t, other.Wait())
			require.NoFileExists(t, filepath.Join(folder, lockName))
		}
		d, err := Create(folder, true)
		require.NoError(t, err)
		require.NoError(t, d.Close())
	}
}

func TestTwoOfOneProcess(t *testing.T) {
	folder := t.TempDir()
	d, err := Create(folder, false)
	require.NoError(t, err)
	_, err = Create(folder, false)
	require.Equal(t, "E501", code(t, err))
	require.NoError(t, d.Write("a", say("still mine")))
	require.NoError(t, d.Close())
}

func TestALockFileOfNonsense(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, lockName), []byte("\x1b[2J rm -rf"), 0o600))
	d, err := Create(folder, false)
	require.NoError(t, err)
	require.NoError(t, d.Close())
}
