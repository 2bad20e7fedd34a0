package sweep

import (
	"context"
	"sync"

	"evenkeel/sim"
)

// dispatch hands out chunks in order and gives their blocks to the sink in the
// same order. A worker that is far ahead of the slowest chunk waits, so memory
// does not grow with the sweep.
type dispatch struct {
	ctx     context.Context
	options Options
	sink    Sink

	mu      sync.Mutex
	room    *sync.Cond // a block was given, or the sweep ended
	ranges  []Range    // what is left to hand out
	left    int        // points in them
	next    int        // number of the next chunk to hand out
	given   int        // chunks that the sink has
	giving  bool       // a worker is at the sink
	ready   []*Block   // finished chunks by number, a ring
	spare   []*Block
	stopped bool
	err     error
}

// ahead is how many chunks a worker may have waiting before the sink.
const ahead = 4

func newDispatch(ctx context.Context, ranges []Range, o Options, sink Sink) *dispatch {
	d := &dispatch{ctx: ctx, options: o, sink: sink, ranges: append([]Range(nil), ranges...), ready: make([]*Block, ahead*o.Workers)}
	d.room = sync.NewCond(&d.mu)
	for _, r := range ranges {
		d.left += r.End - r.First
	}
	return d
}

// chunk is how many points are handed out next. They fill the lanes, and are enough
// for near points to find each other, but towards the end a worker that has nothing
// left to do should not wait long for one that has. It does not depend on the
// workers, so that blocks do not.
func (d *dispatch) chunk() int {
	const most, turns = 64, 16
	if d.options.Chunk > 0 {
		return d.options.Chunk
	}
	lanes := d.left / turns / sim.MaxLanes
	return sim.MaxLanes * min(max(lanes, 1), most/sim.MaxLanes)
}

// run starts the workers and waits for them.
func (d *dispatch) run(points Points) error {
	turns := make([]watchdog, d.options.Workers)
	stop := context.AfterFunc(d.ctx, func() {
		d.stop(nil)
		for i := range turns {
			turns[i].over()
		}
	})
	defer stop()
	done := make(chan struct{})
	go d.passTicks(turns, done)
	var all sync.WaitGroup
	for i := range turns {
		all.Go(func() { newWorker(points, d.options, &turns[i]).work(d) })
	}
	all.Wait()
	close(done)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return d.err
	}
	if len(d.ranges) > 0 || d.given < d.next {
		return context.Cause(d.ctx)
	}
	return nil
}

// passTicks tells every watchdog of every tick until all is done.
func (d *dispatch) passTicks(turns []watchdog, done <-chan struct{}) {
	for {
		select {
		case <-done:
			return
		case <-d.options.Ticks: // never, when there is no limit
			for i := range turns {
				turns[i].tick()
			}
		}
	}
}

// stop ends the sweep; the first error is kept.
func (d *dispatch) stop(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.stopped = true; d.err == nil {
		d.err = err
	}
	d.room.Broadcast()
}

// ended reports whether nothing more is to be handed out or given. The context is asked
// itself: what wakes the waiting workers when it ends may come late.
func (d *dispatch) ended() bool { return d.stopped || d.ctx.Err() != nil }

// take is the next chunk and a block for its rows; not ok when there is nothing
// left to do.
func (d *dispatch) take() (number int, r Range, b *Block, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for !d.ended() && d.next-d.given >= len(d.ready) {
		d.room.Wait()
	}
	for len(d.ranges) > 0 && d.ranges[0].First == d.ranges[0].End {
		d.ranges = d.ranges[1:]
	}
	if d.ended() || len(d.ranges) == 0 {
		return 0, r, nil, false
	}
	from := &d.ranges[0]
	r = Range{from.First, min(from.End, from.First+d.chunk())}
	from.First = r.End
	d.left -= r.End - r.First
	number = d.next
	d.next++
	if n := len(d.spare); n > 0 {
		b, d.spare = d.spare[n-1], d.spare[:n-1]
	} else {
		b = &Block{}
	}
	return number, r, b, true
}

// give enters a finished chunk and passes on all that are next in order, unless
// another worker is doing that.
func (d *dispatch) give(number int, b *Block) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ready[number%len(d.ready)] = b
	if d.giving {
		return
	}
	d.giving = true
	for at := d.given % len(d.ready); d.ready[at] != nil && !d.ended(); at = d.given % len(d.ready) {
		b := d.ready[at]
		d.ready[at] = nil
		d.mu.Unlock()
		err := d.sink.Take(b)
		d.mu.Lock()
		if err != nil {
			d.stopped, d.err = true, err
		}
		d.given++
		d.spare = append(d.spare, b)
		d.room.Broadcast()
	}
	d.giving = false
}
