package draw

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// Side calls work(0) to work(n-1) side by side, on as many goroutines as there
// are processors, and use(0) to use(n-1) in order on the caller's, each once its
// work is done. After the first error of use no further one is called, but all
// work is awaited. A panic of work becomes one of the caller.
func Side(n int, work func(i int), use func(i int) error) error {
	done := make([]chan any, n)
	busy := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range done {
		done[i] = make(chan any, 1)
		go func() {
			busy <- struct{}{}
			defer func() {
				v := recover()
				if v != nil {
					v = fmt.Sprintf("%v\n%s", v, debug.Stack())
				}
				<-busy
				done[i] <- v
			}()
			work(i)
		}()
	}
	var failed error
	var broken any
	for i := range done {
		v := <-done[i]
		if broken == nil {
			broken = v
		}
		if failed == nil && broken == nil {
			failed = use(i)
		}
	}
	if broken != nil {
		panic(broken)
	}
	return failed
}
