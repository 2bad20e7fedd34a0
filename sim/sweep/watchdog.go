package sweep

import (
	"sync"
	"sync/atomic"
)

// watchdog guards what a worker does between two looks at the clock of its caller:
// points that run side by side, or one alone. Ticks that come meanwhile are counted;
// too many, or the end of the sweep, stop it between two sessions. What a batch that
// was not stopped leaves does not depend on ticks.
type watchdog struct {
	stop atomic.Bool // obeyed by the worker's runners

	mu    sync.Mutex
	runs  bool
	ticks int
	late  bool
	ended bool // the sweep is over
}

func (t *watchdog) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.runs, t.ticks, t.late = true, 0, false
	t.stop.Store(t.ended)
}

// end reports whether it was late.
func (t *watchdog) end() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.runs = false
	return t.late
}

// tick counts: the first tick ends a part of one.
func (t *watchdog) tick() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ticks++; t.runs && t.ticks > LateTicks {
		t.late = true
		t.stop.Store(true)
	}
}

// over stops this batch, and every later one, because the sweep is.
func (t *watchdog) over() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
	t.stop.Store(true)
}
