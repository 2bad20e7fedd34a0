package main

import (
	"fmt"
	"io"
	"time"

	"evenkeel/cmd/evenkeel/batch"
)

// progress shows how far a sweep is: one line that is written over on a terminal, a
// line now and then elsewhere.
type progress struct {
	c       *console
	raw     io.Writer // the terminal, for the return to the line's start
	live    bool
	every   time.Duration
	began   time.Time
	last    time.Time
	shown   int // characters of the line on the terminal
	started bool
}

const liveEvery = 100 * time.Millisecond

func newProgress(c *console, every time.Duration) *progress {
	now := time.Now()
	p := &progress{c: c, raw: c.err.to, live: isTerminal(c.err.to), every: every, began: now, last: now}
	if p.live {
		p.every = liveEvery
	}
	return p
}

// tell takes the progress of a run.
func (p *progress) tell(x batch.Progress) {
	if p.c.quiet || p.every <= 0 {
		return
	}
	now := time.Now()
	if !p.started && x.Before > 0 {
		p.c.note("%s of %s were finished before", grouped(int64(x.Before)), count(x.Points, "point"))
	}
	p.started = true
	if now.Sub(p.last) < p.every {
		return
	}
	p.last = now
	line := progressLine(x, now.Sub(p.began))
	if !p.live {
		p.c.note("%s", line)
		return
	}
	fill := max(0, p.shown-len(line))
	_, _ = fmt.Fprintf(p.raw, "\r%s%*s", line, fill, "")
	p.shown = len(line)
}

// end clears the line on the terminal.
func (p *progress) end() {
	if p.shown > 0 {
		_, _ = fmt.Fprintf(p.raw, "\r%*s\r", p.shown, "")
	}
}

// progressLine is 12,000 of 50,000 points (24 %), 3,100/s, 12 s left, 3 failed.
func progressLine(x batch.Progress, took time.Duration) string {
	at := x.Before + x.Done
	line := fmt.Sprintf("%s of %s (%.0f %%)", grouped(int64(at)), count(x.Points, "point"), 100*float64(at)/float64(max(1, x.Points)))
	if rate := float64(x.Done) / max(took.Seconds(), 1e-9); rate > 0 {
		left := time.Duration(float64(x.Points-at) / rate * float64(time.Second))
		line += fmt.Sprintf(", %s/s, %s left", rateText(rate), left.Round(time.Second))
	}
	if x.Failed > 0 {
		line += fmt.Sprintf(", %s failed", grouped(int64(x.Failed)))
	}
	return line
}

func rateText(rate float64) string {
	if rate < 10 {
		return fmt.Sprintf("%.2g", rate)
	}
	return grouped(int64(rate))
}
