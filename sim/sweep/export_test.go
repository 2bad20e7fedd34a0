package sweep

// Ways counts how rows were measured.
type Ways struct {
	Rows     int
	Brief    int // without the column of NAV
	Together int // with the moments of all lanes at once
	LastLane int // the highest
}

// Notice counts until it is told to stop.
func Notice(w *Ways) (stop func()) {
	rows := make(chan way)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for x := range rows {
			w.Rows++
			w.LastLane = max(w.LastLane, x.lane)
			if x.brief {
				w.Brief++
			}
			if x.together {
				w.Together++
			}
		}
	}()
	noticed = func(x way) { rows <- x }
	return func() {
		noticed = nil
		close(rows)
		<-done
	}
}
