package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// options of a run.
type options struct {
	n      int
	seed   uint64
	out    string
	memory int // MiB
}

// patience is how much processor time one case may take, in the worker or in the
// program; standstill is how long one may take by the clock, which a busy machine must
// not reach.
const (
	patience   = 10 * time.Second
	standstill = 15 * time.Minute
)

// line is what a worker says of a case: that it begins, then what became of it. After
// the last one it ends.
type line struct {
	Begin   bool
	Last    bool
	Case    int
	Group   string
	Verdict verdict
	Detail  string
	Input   []byte
	Ext     string
}

// attack runs the cases of a kind that a folder's tally lacks. They run in a process
// of its own with a limited address space: one that dies or hangs is a fault of its
// case, and the next begins behind it.
func attack(k kind, o options) (*tally, error) {
	if err := os.MkdirAll(filepath.Join(o.out, "faults"), 0o755); err != nil {
		return nil, err
	}
	t, err := resume(o.out, k, o.seed)
	if err != nil {
		return nil, err
	}
	for t.Done < o.n {
		if err := t.follow(k, o); err != nil {
			return nil, err
		}
		if err := t.save(o.out); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// follow starts a worker and counts what it says until it ends.
func (t *tally) follow(k kind, o options) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	limit := fmt.Sprintf("ulimit -v %d; exec \"$0\" \"$@\"", o.memory<<10)
	cmd := exec.Command("sh", "-c", limit, self, "-worker", "-kind", k.name, "-from", strconv.Itoa(t.Done), "-n", strconv.Itoa(o.n), "-seed", strconv.FormatUint(o.seed, 10))
	dying := &tail{}
	cmd.Stderr = dying
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	hung := time.AfterFunc(2*standstill, func() { _ = cmd.Process.Kill() })
	in := json.NewDecoder(bufio.NewReader(out))
	begun, saved, last := -1, time.Now(), false
	for t.Done < o.n {
		var l line
		if err := in.Decode(&l); err != nil {
			break
		}
		hung.Reset(2 * standstill)
		if l.Begin {
			begun = l.Case
			continue
		}
		t.add(l.Case, outcome{group: l.Group, verdict: l.Verdict, detail: l.Detail})
		if l.Verdict == broken {
			if err := keep(o.out, k, l); err != nil {
				return err
			}
		}
		if last = l.Last; last {
			break
		}
		if time.Since(saved) > time.Minute {
			if err := t.save(o.out); err != nil {
				return err
			}
			saved = time.Now()
		}
	}
	killed := !hung.Stop()
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if t.Done >= o.n || last {
		return nil
	}
	if begun < t.Done {
		return fmt.Errorf("a worker of %s ended before case %d: %s", k.name, t.Done, dying)
	}
	why := "the process died: " + dying.String()
	if killed {
		why = fmt.Sprintf("no answer after %v", 2*standstill)
	}
	t.add(begun, outcome{group: "process", verdict: broken, detail: why})
	return nil
}

// keep stores what broke something.
func keep(dir string, k kind, l line) error {
	return os.WriteFile(filepath.Join(dir, "faults", fmt.Sprintf("%s-%d%s", k.name, l.Case, l.Ext)), l.Input, 0o644)
}

// work runs cases from one on and prints what becomes of each.
func work(k kind, o options, from int, w io.Writer) error {
	scratch, err := os.MkdirTemp("", "attack-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	one, err := k.prepare(scratch)
	if err != nil {
		return err
	}
	out := &teller{out: json.NewEncoder(w)}
	go out.watch()
	for i := from; i < o.n; i++ {
		if err := out.begin(i); err != nil {
			return err
		}
		x := guarded(one, draw(o.seed, i))
		l := line{Case: i, Group: x.group, Verdict: x.verdict, Detail: x.detail}
		if x.verdict == broken {
			l.Input, l.Ext = x.input, x.ext
		}
		if err := out.end(l); err != nil {
			return err
		}
	}
	return nil
}

// teller prints a worker's lines and knows since when it works on a case.
type teller struct {
	mu    sync.Mutex
	out   *json.Encoder
	open  bool
	now   int           // the case
	since time.Duration // processor time when it began
}

func (t *teller) begin(i int) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open, t.now, t.since = true, i, spent()
	return t.out.Encode(line{Begin: true, Case: i})
}

func (t *teller) end(l line) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open = false
	return t.out.Encode(l)
}

// watch ends the process when a case has used more than patience of its processor time.
// What a program that the case started uses, program.run limits.
func (t *teller) watch() {
	for range time.Tick(time.Second / 4) {
		t.mu.Lock()
		if t.open && spent()-t.since > patience {
			_ = t.out.Encode(line{Last: true, Case: t.now, Group: "process", Verdict: broken, Detail: fmt.Sprintf("more than %v of processor time", patience)})
			os.Exit(1)
		}
		t.mu.Unlock()
	}
}

// tail keeps the beginning of what a process says last: the first lines of a panic.
type tail struct{ b []byte }

func (t *tail) Write(p []byte) (int, error) {
	if room := 400 - len(t.b); room > 0 {
		t.b = append(t.b, p[:min(room, len(p))]...)
	}
	return len(p), nil
}

func (t *tail) String() string { return string(t.b) }
