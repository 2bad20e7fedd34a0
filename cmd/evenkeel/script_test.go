package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"evenkeel/reports/draw"
)

// TestMain makes the test binary the command itself: scripts run it as evenkeel. Its
// pictures are coarse unless the environment says fine.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"evenkeel": func() {
		if os.Getenv(fine) == "" {
			draw.Coarse()
		}
		main()
	}})
}

// fine is set by tests that look at pictures or name their sizes.
const fine = "EVENKEEL_FINE"

func TestScripts(t *testing.T) {
	testscript.Run(t, scripts("testdata/script"))
}

func scripts(dir string) testscript.Params {
	return testscript.Params{
		Dir:                 dir,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Cmds:                scriptWords,
		Setup: func(e *testscript.Env) error {
			e.Setenv("TZ", "UTC")
			return nil
		},
	}
}
