package audit

import (
	"slices"

	"evenkeel/sim"
)

// waits follows the money that waits: what the notes of the log say session by session.
type waits struct {
	next   int                  // place of the next note
	left   map[int32]sim.Micros // by first note, what waits now of purchases
	sum    sim.Micros
	owed   sim.Micros
	ending map[int]sim.Micros // by session: what waits no more from it on
}

// begin makes room.
func (w *waits) begin() {
	w.left, w.ending = map[int32]sim.Micros{}, map[int]sim.Micros{}
}

// waiting checks the notes of session s.
func (c *checker) waiting(s int) error {
	w, notes := &c.waits, c.r.Log.Waits
	for ; w.next < len(notes) && int(notes[w.next].Session) <= s; w.next++ {
		if why := c.noted(w.next, &notes[w.next]); why != "" {
			return c.breach(Waiting, "note %d of %d millionths since session %d (%s): %s", w.next, notes[w.next].Amount, notes[w.next].Since, notes[w.next].Why, why)
		}
	}
	return nil
}

// noted checks one note, and says what is wrong with it.
func (c *checker) noted(at int, n *sim.Wait) string {
	w := &c.waits
	first := &c.r.Log.Waits[min(int(n.First), at)]
	switch {
	case n.Amount < 0 || int(n.Session) < c.s || n.First < 0 || int(n.First) > at || first.Since != n.Since || first.Owed != n.Owed:
		return "it is out of order"
	case n.Owed:
		w.owed = n.Amount
		return ""
	case int(n.First) == at && n.Amount == 0 || int(n.First) < at && n.Amount >= w.left[n.First]:
		return "an amount that waits begins with something and becomes less"
	}
	if int(n.First) == at {
		if why := c.mayWait(n); why != "" {
			return why
		}
	}
	if int(n.First) < at { // all of it, or what a purchase for a listing takes
		w.ending[c.s] += w.left[n.First] - n.Amount
	}
	w.sum += n.Amount - w.left[n.First]
	w.left[n.First] = n.Amount
	return ""
}

// mayWait checks the reasons of an amount that begins to wait.
func (c *checker) mayWait(n *sim.Wait) string {
	if len(n.Assets) == 0 || n.Why == 0 {
		return "it is the money of nothing, or for no reason"
	}
	for _, x := range []struct {
		why sim.Why
		is  func(i int) bool
	}{
		{sim.WhyNoBuy, func(i int) bool {
			return slices.ContainsFunc(c.t.Rules, func(r sim.Restriction) bool {
				return r.Asset == i && c.s >= r.From && c.s < r.Until && (r.Rule == sim.NoBuy || r.Rule == sim.Hold)
			})
		}},
		{sim.WhyHole, func(i int) bool { return !c.p.Fresh(c.s, i) }},
		{sim.WhyTargets, func(int) bool {
			return slices.ContainsFunc(c.m.Changes, func(x sim.Change) bool { return x.Session == c.s })
		}},
		{sim.WhyEnded, func(i int) bool {
			return slices.ContainsFunc(c.m.Endings, func(e sim.Ending) bool { return e.Asset == i && e.Session == c.s })
		}},
		{sim.WhyListing, func(i int) bool {
			return slices.ContainsFunc(c.m.Listings, func(l sim.Listing) bool { return l.Asset == i })
		}},
	} {
		if n.Why&x.why != 0 && !slices.ContainsFunc(n.Assets, func(i int16) bool { return x.is(int(i)) }) {
			return "nothing of that kind keeps any of its assets"
		}
	}
	return ""
}

// stillWaits checks what the record says of the end.
func (c *checker) stillWaits() error {
	sum := sim.Micros(0)
	for _, x := range c.r.Waiting {
		sum += x.Amount
	}
	if sum != min(c.waits.sum, c.cash+c.due) {
		return c.breach(Waiting, "%d millionths wait at the end; the notes say %d, and the cash is %d", sum, c.waits.sum, c.cash+c.due)
	}
	if c.r.Owing.Amount != c.waits.owed {
		return c.breach(Waiting, "%d millionths are owed and not raised at the end, and the notes say %d", c.r.Owing.Amount, c.waits.owed)
	}
	return nil
}
