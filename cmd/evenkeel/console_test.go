package main

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNothingDrivesTheTerminal(t *testing.T) {
	var b bytes.Buffer
	w := &cleaner{to: &b}
	_, err := w.Write([]byte("a\x1b[2Jb\x07\r\n\u009bc\u2028\td\xff" + sgrRed + "é\x9b2J\u202egnp\u2066x\u200f"))
	require.NoError(t, err)
	require.Equal(t, "a[2Jb\nc\td\ufffd[31mé\ufffd2Jgnpx", b.String())
}

func TestColoursOnATerminalOnly(t *testing.T) {
	var b bytes.Buffer
	w := &cleaner{to: &b, colours: true}
	_, _ = w.Write([]byte(sgrRed + "error" + sgrOff + "\x1b[32mgreen"))
	require.Equal(t, sgrRed+"error"+sgrOff+"[32mgreen", b.String())
	c := newConsole(&b, &b)
	require.Equal(t, "plain", c.red("plain"))
}

// However text is cut into writes, the same comes out.
func TestCleanerCarriesCutCharacters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		var whole, parts bytes.Buffer
		_, _ = (&cleaner{to: &whole}).Write([]byte(text))
		w := &cleaner{to: &parts}
		for rest := []byte(text); len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "n")
			_, _ = w.Write(rest[:n])
			rest = rest[n:]
		}
		require.Equal(t, whole.String(), parts.String())
		require.NotContains(t, parts.String(), "\x1b")
	})
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestAFullOutputIsAnError(t *testing.T) {
	var err bytes.Buffer
	require.Equal(t, 4, program([]string{"version"}, brokenPipe{}, &err))
	require.Equal(t, 4, program([]string{"version", "--json"}, brokenPipe{}, &err), "and where a command passes the error on")
	require.Contains(t, err.String(), "error E402 standard output: no space left on device")
}

func TestGroupedAndColumns(t *testing.T) {
	require.Equal(t, "0", grouped(0))
	require.Equal(t, "999", grouped(999))
	require.Equal(t, "-1,234,567", grouped(-1234567))
	require.Equal(t, "1 file", count(1, "file"))
	require.Equal(t, "1,000 files", count(1000, "file"))
	var b bytes.Buffer
	columns(&b, "> ", "lr", [][]string{{"é", "1"}, {"bb", "22"}})
	require.Equal(t, "> é    1\n> bb  22\n", b.String())
	require.Equal(t, "  a bb\n  ccc\n\n  d\n", wrap("a bb ccc\n\nd\n", "  ", 6))
}

func TestAPanicIsABug(t *testing.T) {
	var out, err bytes.Buffer
	c := newConsole(&out, &err)
	require.Equal(t, 70, c.crashed("cash below zero", []byte("goroutine 1")))
	require.Contains(t, err.String(), "bug: cash below zero")
	require.Contains(t, err.String(), "goroutine 1")
	require.Contains(t, err.String(), "evenkeel "+engineVersion)
}
