package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// uploads are what was put where others find it.
type uploads struct {
	*folder
	local string
	sent  map[string]string // what was sent or fetched: journals themselves, of other files the time at which they were written
}

// known are the files that were fetched: they need not be sent.
func (u *uploads) known() error {
	names, err := files(u.local)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, n := range names {
		if u.sent[n], err = u.mark(n); err != nil {
			return err
		}
	}
	return err
}

// mark tells a file from a later one of the same name.
func (u *uploads) mark(name string) (string, error) {
	path := filepath.Join(u.local, filepath.FromSlash(name))
	if strings.HasPrefix(name, journals) {
		b, err := os.ReadFile(path)
		return string(b), err
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	return info.ModTime().String(), nil
}

// journals sends what is new: the plan, then for each journal the parts that it
// lists, then the journal. So a journal never lists what is not there.
func (u *uploads) journals(ctx context.Context) error {
	names, err := filepath.Glob(filepath.Join(u.local, journals+"*.log"))
	if err != nil || len(names) == 0 {
		return err
	}
	if err := u.part(ctx, plan); err != nil {
		return err
	}
	for _, path := range names {
		name := "sweep/" + filepath.Base(path)
		text, err := u.mark(name)
		if errors.Is(err, fs.ErrNotExist) || err == nil && u.sent[name] == text {
			continue // a finished sweep tidies up
		}
		if err != nil {
			return err
		}
		for _, p := range lines([]byte(text)) {
			for _, f := range p.Files {
				if err := u.part(ctx, f.Name); err != nil {
					return err
				}
			}
		}
		if err := u.WriteAll(ctx, name, []byte(text), nil); err != nil { // as it was read: it may grow meanwhile
			return err
		}
		u.sent[name] = text
	}
	return nil
}

// part sends a file once. One that was fetched and written again since was damaged,
// says evenkeel, and is replaced.
func (u *uploads) part(ctx context.Context, name string) error {
	mark, err := u.mark(name)
	if err != nil {
		return err
	}
	was, known := u.sent[name]
	switch {
	case was == mark:
		return nil
	case known:
		err = u.put(ctx, u.local, name, false)
	default:
		err = u.once(ctx, u.local, name)
	}
	if err == nil {
		u.sent[name] = mark
	}
	return err
}

// rest sends what a finished sweep leaves beside its parts.
func (u *uploads) rest(ctx context.Context) error {
	for _, n := range []string{"sweep.parquet", manifest} {
		if _, err := os.Stat(filepath.Join(u.local, n)); err != nil {
			continue
		}
		if err := u.put(ctx, u.local, n, false); err != nil {
			return err
		}
	}
	return nil
}

// every is how often finished parts are looked for.
const every = 500 * time.Millisecond

// watched runs evenkeel and sends parts meanwhile. Told to stop it passes that on,
// and what is finished is still sent.
func (w *worker) watched(ctx context.Context, u *uploads, args []string) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- w.evenkeel(ctx, args) }()
	tick := time.NewTicker(every)
	defer tick.Stop()
	last := context.WithoutCancel(ctx)
	for {
		select {
		case err := <-ended:
			return errors.Join(err, u.journals(last), u.rest(last))
		case <-tick.C:
			if err := u.journals(last); err != nil {
				stop()
				<-ended
				return err
			}
		}
	}
}

// evenkeel runs the program. Told to stop, it is given the time that it needs.
func (w *worker) evenkeel(ctx context.Context, args []string) error {
	name := os.Getenv("EVENKEEL_PROGRAM")
	if name == "" {
		name = "evenkeel"
	}
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.Stdout, cmd.Stderr = w.out, w.err
	return cmd.Run()
}
