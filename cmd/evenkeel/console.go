package main

import (
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"

	"evenkeel/data/fault"
)

// console is where a command speaks: results on out, notes on err. Both drop
// characters that control or turn the direction of reading, so that no file can drive
// the terminal nor show one name as another.
type console struct {
	out, err *cleaner
	colour   bool // of err
	quiet    bool // no notes
}

func newConsole(stdout, stderr io.Writer) *console {
	return &console{
		out:    &cleaner{to: stdout},
		err:    &cleaner{to: stderr, colours: isTerminal(stderr) && os.Getenv("NO_COLOR") == ""},
		colour: isTerminal(stderr) && os.Getenv("NO_COLOR") == "",
	}
}

// isTerminal reports whether people read w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(f.Fd()))
}

// width is how many characters a line of out has: what COLUMNS says, else what the
// terminal says, else, in a file or a pipe, 100.
func (c *console) width() int {
	n, err := strconv.Atoi(os.Getenv("COLUMNS"))
	if f, ok := c.out.to.(*os.File); err != nil && ok {
		n, _, err = term.GetSize(int(f.Fd())) // an error in a file or a pipe
	}
	if err == nil && n >= 40 && n <= 400 {
		return n
	}
	return 100
}

// note tells about progress, on err.
func (c *console) note(format string, args ...any) {
	if !c.quiet {
		say(c.err, format+"\n", args...)
	}
}

// findings prints findings on err, at most fault.MaxShown.
func (c *console) findings(l fault.List) {
	for line := range strings.Lines(l.Error()) {
		if rest, ok := strings.CutPrefix(line, "error "); ok {
			line = c.red("error") + " " + rest
		} else if rest, ok := strings.CutPrefix(line, "warning "); ok {
			line = c.yellow("warning") + " " + rest
		}
		say(c.err, "%s", line)
	}
	say(c.err, "\n")
}

const (
	sgrRed    = "\x1b[31m"
	sgrYellow = "\x1b[33m"
	sgrOff    = "\x1b[0m"
)

func (c *console) red(s string) string    { return c.paint(sgrRed, s) }
func (c *console) yellow(s string) string { return c.paint(sgrYellow, s) }

func (c *console) paint(code, s string) string {
	if !c.colour {
		return s
	}
	return code + s + sgrOff
}

// writeError is the first failure to write results, as a finding.
func (c *console) writeError() error {
	if c.out.failed == nil {
		return nil
	}
	return fault.One(fault.Finding{
		Code: fault.NotWritten, File: "standard output", What: c.out.failed.Error(),
		Rule: "results can be written", Remedy: "Check where the output is sent to",
	})
}

// cleaner passes text on without characters that are hostile; line feeds and tabs stay,
// and on a terminal the three sequences that colour findings.
type cleaner struct {
	to      io.Writer
	colours bool
	carry   []byte // the start of a character whose end has not been written yet
	failed  error  // the first error of to
}

func (w *cleaner) Write(p []byte) (int, error) {
	if w.failed != nil {
		return 0, w.failed
	}
	in := slices.Concat(w.carry, p)
	out := make([]byte, 0, len(in))
	for len(in) > 0 {
		if n := w.allowed(in); n > 0 {
			out, in = append(out, in[:n]...), in[n:]
			continue
		}
		if !utf8.FullRune(in) {
			break
		}
		r, n := utf8.DecodeRune(in)
		if r == '\n' || r == '\t' || !hostile(r) {
			out = utf8.AppendRune(out, r) // a byte that is no character becomes U+FFFD
		}
		in = in[n:]
	}
	w.carry = append([]byte(nil), in...)
	if _, err := w.to.Write(out); err != nil {
		w.failed = err
		return 0, err
	}
	return len(p), nil
}

// hostile reports whether a character drives a terminal or turns the direction of reading.
func hostile(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}

// allowed is the length of a colour sequence at the start of p, 0 without one.
func (w *cleaner) allowed(p []byte) int {
	if !w.colours || p[0] != '\x1b' {
		return 0
	}
	for _, code := range []string{sgrRed, sgrYellow, sgrOff} {
		if strings.HasPrefix(string(p[:min(len(p), len(code))]), code) {
			return len(code)
		}
	}
	return 0
}
