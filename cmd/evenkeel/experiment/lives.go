package experiment

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim"
)

// spot is where the file gives a key, or else the section of it.
func (f *File) spot(path, section string) syntax.Place {
	for _, p := range []string{path, section} {
		if n := f.root.Find(p); n != nil {
			return n.At
		}
	}
	return f.root.At
}

// priced are the prices as the account sees them: with splits and dividends beside
// raw closes, in its own currency. Nil when something is wrong.
func (f *File) priced(c *syntax.Checker, p *data.Panel) *data.Panel {
	var err error
	if f.Data.Kind == data.Raw {
		if p, err = p.WithActions(f.actionsOf(c, p)); err != nil {
			c.At(f.spot("data.actions", "data"), fault.OutOfRange, "data.actions: "+err.Error(), "actions are of assets and sessions of the prices", "Fix the rows")
			return nil
		}
	}
	f.doubtSplits(c, p)
	return f.converted(c, p)
}

// doubtSplits warns of splits that closes do not show: they are adjusted already, or
// the split is of another day.
func (f *File) doubtSplits(c *syntax.Checker, p *data.Panel) {
	for _, a := range p.Actions() {
		size := math.Abs(math.Log(a.Split))
		if size < math.Log(1.5) || math.Abs(math.Log(p.Growth(a.Session, a.Asset))) < size/2 {
			continue
		}
		moved := p.Close(a.Session)[a.Asset] / p.Close(a.Session - 1)[a.Asset]
		c.Warn(f.spot("data.actions", "data"), fault.Jump, fmt.Sprintf("data.actions: %s %s has a split of %s, and its close goes x%.4g", fault.Clean(p.Symbols()[a.Asset]), p.Date(a.Session), brief(a.Split), moved),
			"a split of 2 halves the close", "Check whether the closes are adjusted for it already")
	}
}

// actionsOf are the splits and dividends of the panel's assets. Those after the last
// price of an asset come too late for whoever held it.
func (f *File) actionsOf(c *syntax.Checker, p *data.Panel) (out []data.DatedAction) {
	n := f.root.Find("data.actions")
	t := f.contents(actionsFile, n.Text)
	last := p.Date(p.Sessions() - 1)
	late := map[int]bool{}
	for _, a := range t.actions {
		i := p.Symbol(a.symbol)
		if i < 0 || a.Date > last {
			continue
		}
		a.Asset = i
		out = append(out, a.DatedAction)
		checkDividend(c, p, t, a)
		if first, end := p.Life(i); first < end && end < p.Sessions() && a.Date > p.Date(end-1) && !late[i] {
			late[i] = true
			c.Warn(n.At, fault.EndedEarly, fmt.Sprintf("data.actions: %s of %s comes after its last price, %s", fault.Clean(a.symbol), a.Date, p.Date(end-1)), "it is left out", "Count it into data.ended: {price: ...}")
		}
	}
	return out
}

// maxDividend is the most that a dividend may be, in closes of the session before it:
// beyond it the row is of another unit, or of all shares.
const maxDividend = 10

// checkDividend refuses a dividend that no share of its price can pay.
func checkDividend(c *syntax.Checker, p *data.Panel, t *contents, a symbolAction) {
	first, end := p.Life(a.Asset)
	s := sessionOf(p, a.Date)
	if s <= first || s >= end || len(c.List) >= syntax.MaxFindings {
		return
	}
	if before := p.Close(s - 1)[a.Asset]; a.Dividend > maxDividend*before {
		c.List.Add(fault.Finding{Code: fault.OutOfRange, File: t.source.File, Place: t.place(int(a.row)),
			What: fmt.Sprintf("%s %s: a dividend of %s for a share whose close before it is %s", fault.Clean(a.symbol), a.Date, brief(a.Dividend), brief(before)),
			Rule: fmt.Sprintf("at most %d times that close", maxDividend), Remedy: "Write money for one share, in the currency and the unit of its closes"})
	}
}

// checkLives refuses assets that list late or end early without a policy: the panel
// may come from elsewhere than a file that was read with the experiment's options.
func (f *File) checkLives(c *syntax.Checker, p *data.Panel) {
	for i, name := range p.Symbols() {
		first, end := p.Life(i)
		name = fault.Clean(name)
		switch {
		case first == end:
			c.At(f.mentioned(p.Symbols()[i]), fault.NoPrice, "targets: "+name+" has no price in the period", "at least one price", "Leave it out")
			continue
		case first > 0 && f.Data.Late == LateError:
			c.At(f.spot("data.late", "data"), fault.ListedLate, name+" first priced "+p.Date(first).String()+", after the start "+p.Date(0).String(), "every asset from the first session on", "Set data.late or data.start")
		}
		if f.Execution.Fill == sim.NextOpen && !someOpen(p, i) {
			c.At(f.spot("execution.fill", "execution"), fault.NoColumn, "execution.fill: next_open, and "+name+" has no open", "an order whose open is missing waits for the next one", "Fill its opens in, or fill at the next close")
		}
		if end < p.Sessions() && f.Data.Ended == EndedError {
			c.At(f.spot("data.ended", "data"), fault.EndedEarly, name+" last priced "+p.Date(end-1).String()+", before the end "+p.Date(p.Sessions()-1).String(), "every asset to the last session", "Set data.ended or data.end")
		}
	}
}

// someOpen reports whether an asset has an open in the period.
func someOpen(p *data.Panel, asset int) bool {
	first, end := p.Life(asset)
	for s := first; s < end; s++ {
		if p.Fresh(s, asset) && p.Opened(s, asset) {
			return true
		}
	}
	return false
}

// listings are the assets whose share waits in cash until they are listed.
func (f *File) listings(p *data.Panel) (out []sim.Listing) {
	if f.Data.Late != LateWait {
		return nil
	}
	for i := range p.Assets() {
		if first, end := p.Life(i); first > 0 && first < end {
			out = append(out, sim.Listing{Session: first, Asset: i})
		}
	}
	slices.SortFunc(out, func(a, b sim.Listing) int {
		return cmp.Or(cmp.Compare(a.Session, b.Session), cmp.Compare(a.Asset, b.Asset))
	})
	return out
}

// endings turn what is held of an asset into cash on the first session after its
// last price.
func (f *File) endings(c *syntax.Checker, p *data.Panel, rate func(session, asset int) float64) (out []sim.Ending) {
	for i := range p.Assets() {
		first, end := p.Life(i)
		if end == p.Sessions() || first == end {
			continue
		}
		e := sim.Ending{Session: end, Asset: i}
		switch f.Data.Ended {
		case EndedLast:
			e.Price = p.Close(end - 1)[i]
		case EndedPrice:
			if e.Price = f.Data.EndPrice * rate(end-1, i); e.Price > data.MaxPrice {
				c.At(f.spot("data.ended", "data"), fault.OutOfRange, fmt.Sprintf("data.ended: the price of %s would be %s in %s", fault.Clean(p.Symbols()[i]), brief(e.Price), f.Account.Currency), fmt.Sprintf("at most %g", float64(data.MaxPrice)), "Give a price in the currency of its closes")
			}
		}
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b sim.Ending) int {
		return cmp.Or(cmp.Compare(a.Session, b.Session), cmp.Compare(a.Asset, b.Asset))
	})
	return out
}

// living spreads the targets over the assets that are there: from the session after
// its last price on an asset has no share, nor has one that is not listed yet when
// late ones are to be left out. The rest keep their proportions. first and changes
// are those of the file; assets that wait keep their shares.
func (f *File) living(c *syntax.Checker, p *data.Panel, first []float64, changes []sim.Change) ([]float64, []sim.Change) {
	given := map[int][]float64{0: first}
	for _, x := range changes {
		given[x.Session] = x.Targets
	}
	at := []int{0}
	for _, x := range changes {
		at = append(at, x.Session)
	}
	for i := range p.Assets() {
		a, b := p.Life(i)
		if a == b {
			continue // never there: refused later
		}
		if a > 0 && f.Data.Late == LateRedistribute {
			at = append(at, a)
		}
		if b < p.Sessions() {
			at = append(at, b)
		}
	}
	slices.Sort(at)
	at = slices.Compact(at)
	var out []sim.Change
	var base, last []float64
	for _, s := range at {
		own := given[s]
		if own != nil {
			base = own
		}
		now := f.shares(p, s, base)
		switch {
		case now == nil:
			c.At(f.spot("targets", "target_schedule"), fault.EndedEarly, "targets: no asset that has a share is listed on "+p.Date(s).String(), "the targets are spread over those that are", "Change data.start, data.end or the targets")
			return nil, nil
		case s == 0:
			first = now
		case own != nil || !slices.Equal(now, last):
			out = append(out, sim.Change{Session: s, Targets: now})
		}
		last = now
	}
	return first, out
}

// shares are the targets of a session over the assets that live; nil when none does.
func (f *File) shares(p *data.Panel, s int, base []float64) []float64 {
	sum, listed, whole := 0.0, 0.0, true
	out := slices.Clone(base)
	for i := range out {
		a, b := p.Life(i)
		if s >= b || s < a && f.Data.Late == LateRedistribute {
			whole = whole && out[i] == 0
			out[i] = 0
		}
		if sum += out[i]; s >= a {
			listed += out[i]
		}
	}
	switch {
	case listed == 0:
		return nil
	case whole:
		return base
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}

// riskless is the yearly rate: that of the file, or the mean over the sessions of the
// rate in force at the close before.
func (f *File) riskless(c *syntax.Checker, p *data.Panel) float64 {
	if f.Data.RiskFreeFile == "" {
		return f.Data.RiskFree
	}
	n := f.root.Find("data.risk_free")
	x := f.contents(rateFile, n.Text).rate
	if _, _, ok := x.on(p.Date(0)); !ok {
		c.At(n.At, fault.OutsideData, "data.risk_free begins on "+x.dates[0].String()+", after the first session "+p.Date(0).String(), "every session has a rate", "Set data.start: "+x.dates[0].String())
		return 0
	}
	f.doubtRates(c, n, x, p)
	sum, days := 0.0, max(1, p.Sessions()-1)
	for s := range days {
		v, _, _ := x.on(p.Date(s))
		sum += v
	}
	return sum / float64(days)
}
