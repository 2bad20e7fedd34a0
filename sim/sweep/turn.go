package sweep

import (
	"sync"
	"sync/atomic"
)

// turn is what a worker does between two looks at the clock that this room lacks:
// points that run side by side, or one alone. Ticks that come meanwhile are counted;
// too many, or the end of the sweep, stop it between two sessions. What a turn that
// was not stopped leaves does not depend on ticks.
type turn struct {
	stop atomic.Bool // heeded by the worker's runners

	mu    sync.Mutex
	runs  bool
	ticks int
	late  bool
	ended bool // the sweep is over
}

func (t *turn) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.runs, t.ticks, t.late = true, 0, false
	t.stop.Store(t.ended)
}

// end says whether the turn was late.
func (t *turn) end() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.runs = false
	return t.late
}

// tick counts: the first tick ends a part of one.
func (t *turn) tick() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ticks++; t.runs && t.ticks > LateTicks {
		t.late = true
		t.stop.Store(true)
	}
}

// over stops the turn, and every later one, because the sweep is.
func (t *turn) over() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
	t.stop.Store(true)
}
