package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
)

// program is the program under attack, built from the code of this folder.
type program struct {
	path string
	env  []string // nil: this process's own
}

// build builds the program into a folder.
func build(dir string) (program, error) {
	p := program{path: filepath.Join(dir, "evenkeel")}
	if out, err := exec.Command("go", "build", "-o", p.path, "evenkeel/cmd/evenkeel").CombinedOutput(); err != nil {
		return p, fmt.Errorf("building the program: %w\n%s", err, out)
	}
	return p, nil
}

// answer is how a command of the program ended.
type answer struct {
	code      int
	out, errs string
	fault     string // why it did not end by itself, otherwise ""
}

// run runs a command in a folder. The system ends it after patience of processor time,
// and run after standstill of the clock, for a command that waits.
func (p program) run(dir string, args ...string) answer {
	ctx, stop := context.WithTimeout(context.Background(), standstill)
	defer stop()
	limit := fmt.Sprintf("ulimit -t %d; exec \"$0\" \"$@\"", int(patience.Seconds()))
	cmd := exec.CommandContext(ctx, "sh", append([]string{"-c", limit, p.path}, args...)...)
	var out, errs bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, p.env, &out, &errs
	err := cmd.Run()
	a := answer{out: out.String(), errs: errs.String()}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		a.fault = fmt.Sprintf("waits for more than %v", standstill)
	case err == nil:
	case !errors.As(err, &exit):
		a.fault = err.Error()
	case !exit.Exited():
		a.fault = fmt.Sprintf("%v after %v of processor time: %s", exit, spentBy(exit.ProcessState), first(a.errs))
	default:
		a.code = exit.ExitCode()
	}
	return a
}

func spentBy(p *os.ProcessState) time.Duration { return p.UserTime() + p.SystemTime() }

// spent returns the processor time that this process has used, without its children.
func spent() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func first(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

var (
	crash = regexp.MustCompile(`(?m)^(panic|fatal error|runtime error|goroutine [0-9]+|SIG[A-Z]+):|^bug:`)
	// whole is a finding with its code, a rule in brackets and a remedy behind it.
	whole = regexp.MustCompile(`^error E[1-9][0-9]{2}.*: .+ \(.+\)\. .*[.?]$`)
)

// wellAnswered returns what is wrong with an answer, or "": a crash, an exit code that
// is not among allowed, a refusal without a finding, or a finding without a rule or a
// remedy. Exit code 1 is a line that says what was misunderstood and where to read on.
func (a answer) wellAnswered(allowed []int) string {
	switch {
	case a.fault != "":
		return a.fault
	case crash.MatchString(a.errs) || !slices.Contains(allowed, a.code):
		return fmt.Sprintf("exit %d: %s", a.code, first(a.errs))
	case a.code == 0:
		return ""
	case a.code == 1:
		if !strings.HasPrefix(a.errs, "usage: ") || !strings.Contains(a.errs, "\nSee \"evenkeel") {
			return "no word on usage: " + first(a.errs)
		}
		return ""
	}
	found := 0
	for line := range strings.Lines(a.errs) {
		line = strings.TrimSuffix(line, "\n")
		if !strings.HasPrefix(line, "error E") {
			continue
		}
		if found++; !whole.MatchString(line) {
			return "no rule or no remedy: " + line
		}
	}
	if found == 0 && a.code < 75 {
		return fmt.Sprintf("exit %d without a finding: %s", a.code, first(a.errs))
	}
	return ""
}

// findingCode returns the code of the first finding.
func (a answer) findingCode() string {
	if a.code == 1 {
		return "usage"
	}
	for line := range strings.Lines(a.errs) {
		if rest, ok := strings.CutPrefix(line, "error "); ok {
			code, _, _ := strings.Cut(rest, " ")
			return strings.TrimSuffix(code, ":")
		}
	}
	return fmt.Sprintf("exit %d", a.code)
}
