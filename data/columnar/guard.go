package columnar

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/apache/arrow/go/v17/arrow/memory"

	"evenkeel/data/fault"
)

// guard runs library code on bytes that may be damaged and turns its panics into
// errors. It stands around decoding only.
func guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			if found, ok := p.(error); ok && fault.Of(found) != nil {
				err = found
				return
			}
			err = fmt.Errorf("damaged data (%v)", p)
		}
	}()
	return f()
}

// damaged is err as finding E305 at a place, unless it is a finding already.
func damaged(place string, err error) error {
	if err == nil || fault.Of(err) != nil {
		return err
	}
	if _, ok := err.(stopped); ok {
		return err
	}
	return bad(fault.Damaged, place, cut(err.Error()), "undamaged data", "copy the file again or rewrite it")
}

func cut(s string) string {
	const most = 200
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "..."
	}
	return s
}

// patience is how long after its end a read waits for library code to notice.
const patience = 5 * time.Second

// each runs tasks 0..n-1 on GOMAXPROCS goroutines and returns the error of the
// lowest task that failed; after a failure no new task begins. A task that does
// not come back after the context's end is left behind.
func each(ctx context.Context, n int, task func(i int) error) error {
	errs := make([]error, n)
	var next atomic.Int64
	var failed atomic.Bool
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for !failed.Load() {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				err := ended(ctx)
				if err == nil {
					err = task(i)
				}
				if err != nil {
					errs[i] = err
					failed.Store(true)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() {
		wg.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		select {
		case <-done:
		case <-time.After(patience):
			return ended(ctx)
		}
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// cappedAllocator refuses, by a panic that guard recovers, what a damaged length
// field asks for. It never reuses memory: the library frees pages in use.
type cappedAllocator struct{ most int }

func (a cappedAllocator) check(size int) {
	if size < 0 || size > a.most {
		panic(bad(fault.Damaged, "", fmt.Sprintf("a length field asks for %d bytes", size), fmt.Sprintf("at most %d", a.most), "copy the file again or rewrite it"))
	}
}

func (a cappedAllocator) Allocate(size int) []byte {
	a.check(size)
	return memory.DefaultAllocator.Allocate(size)
}

func (a cappedAllocator) Reallocate(size int, b []byte) []byte {
	a.check(size)
	return memory.DefaultAllocator.Reallocate(size, b)
}

func (a cappedAllocator) Free(b []byte) {}
