package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"evenkeel/data/fault"
)

const codeScripts = "testdata/codes"

// TestCodeScripts makes the program say every code, each with its exit code.
func TestCodeScripts(t *testing.T) { testscript.Run(t, scripts(codeScripts)) }

// Every code has a script of its own in which the program says it and ends with the exit
// code of the table, or a reason why no command can be made to.
func TestEveryCodeHasAScript(t *testing.T) {
	files, err := os.ReadDir(codeScripts)
	require.NoError(t, err)
	scripts := map[string]bool{}
	for _, f := range files {
		scripts[strings.TrimSuffix(f.Name(), ".txt")] = true
	}
	inside := 0
	for _, k := range fault.Kinds {
		if k.Inside != "" {
			require.False(t, scripts[k.Code], "%s has a script: it needs no reason", k.Code)
			inside++
			continue
		}
		require.True(t, scripts[k.Code], "%s has no script", k.Code)
		delete(scripts, k.Code)
		text, err := os.ReadFile(filepath.Join(codeScripts, k.Code+".txt"))
		require.NoError(t, err)
		require.Regexp(t, said(k), string(text), "%s: the script must see the code and its exit code", k.Code)
	}
	require.Empty(t, scripts, "scripts of no code")
	require.LessOrEqual(t, inside, 2, "codes that no command says")
}

// said is how a script sees a code: the command's exit code, and the line it prints.
func said(k fault.Kind) *regexp.Regexp {
	switch {
	case k.Odd:
		return regexp.MustCompile(`(?m)^exec evenkeel .*\nstderr '\^warning ` + k.Code + ` '$`)
	case k.Code == fault.TimeLimit: // of a point, which is a failed one
		return regexp.MustCompile(fmt.Sprintf(`(?m)^fails %d .*\nstderr '%s: `, fault.ExitPoints, k.Code))
	}
	return regexp.MustCompile(fmt.Sprintf(`(?m)^fails %d .*\nstderr '\^error %s `, k.Exit, k.Code))
}
