package village

import (
	"math"

	"evenkeel/data"
	"evenkeel/sim"
)

// Minutes are how long the phases of a process take. They are records: they move no price.
type Minutes struct {
	Decide, Trade, Finalise float64 // minutes
	Mini                    float64 // part of all three that a mini-rebalance takes
	Stress                  float64 // the most that trading is stretched by
}

// Usual are the minutes of the document.
var Usual = Minutes{Decide: 10, Trade: 35, Finalise: 15, Mini: 0.5, Stress: 4}

// Process is a decision with its orders, until the last is filled or given up.
type Process struct {
	Village, Decision          int32 // place in the account's log
	Session, LastFill          int32 // LastFill -1: nothing was filled
	Cause                      sim.Cause
	Leaves, Brings             bool          // a reduction; growth
	Stress                     float64       // that trading was stretched by
	Decided, Traded, Finalised int           // seconds from the close
	Extended                   bool          // longer than an hour
	Parts, Companies, Members  int           // members only where trades are kept
	Requested, Executed        float64       // money at decision prices, restricted wishes among the requested
	AllocationShortfall        float64       // half the sum of |requested - achieved| weights; NaN when nothing is held
	Costs                      [4]sim.Micros // by route
	CrossingSaved              sim.Micros    // market costs that the crossed parts would have had, less fees
}

// Efficiency is sum min(|executed|, |requested|) over sum |requested|; false: nothing was
// requested.
func (p *Process) Efficiency() (float64, bool) {
	if p.Requested == 0 {
		return 0, false
	}
	return p.Executed / p.Requested, true
}

// Stress is the mean of sum t|r| over the 20 sessions that end at a session over that of the
// 250, at least 1 and at most most; 1 with 20 returns or fewer.
func Stress(p *data.Panel, targets []float64, session int, most float64) float64 {
	const short, long = 20, 250
	if session <= short {
		return 1
	}
	mean := func(n int) float64 {
		n = min(n, session)
		sum := 0.0
		for s := session - n + 1; s <= session; s++ {
			now, was := p.Close(s), p.Close(s-1)
			for i, t := range targets {
				if t > 0 && was[i] > 0 {
					sum += t * math.Abs(now[i]/was[i]-1)
				}
			}
		}
		return sum / float64(n)
	}
	all := mean(long)
	if !(all > 0) {
		return 1
	}
	return min(most, max(1, mean(short)/all))
}

// Stamp says when a process has decided, traded and finalised, under its stress.
func (m *Minutes) Stamp(p *Process) {
	part := 60.0
	if p.Cause == sim.CauseMini {
		part *= m.Mini
	}
	decided, trade := m.Decide*part, m.Trade*part*p.Stress
	p.Decided = int(math.Round(decided))
	p.Traded = int(math.Round(decided + trade))
	all := decided + trade + m.Finalise*part
	p.Finalised = int(math.Round(all))
	p.Extended = all > 3600
}

// PartAt is the second at which part k of a process, from 1, is stamped.
func (m *Minutes) PartAt(p *Process, k int) int {
	part := 60.0
	if p.Cause == sim.CauseMini {
		part *= m.Mini
	}
	return int(math.Round(m.Decide*part + m.Trade*part*p.Stress*float64(k)/float64(p.Parts)))
}

// Processes are those of village l, in order, but for its opening.
func (w *World) Processes(l int, m Minutes) []Process {
	rec := w.runner.Record(l)
	log := rec.Log
	f := folding{w: w, rec: &rec, units: make([]sim.Units, w.Panel.Assets())}
	var all []Process
	at, order := 0, 0
	for k := range log.Decisions {
		d := &log.Decisions[k]
		for order < len(log.Orders) && int(log.Orders[order].Decision) < k {
			order++
		}
		from := order
		for order < len(log.Orders) && int(log.Orders[order].Decision) == k {
			order++
		}
		if order == from || d.Cause == sim.CauseOpening {
			continue
		}
		for ; at < len(log.Entries) && !f.after(&log.Entries[at], d.Session); at++ {
			if e := &log.Entries[at]; e.Asset >= 0 {
				f.units[e.Asset] += e.Units
			}
		}
		p := Process{Village: int32(l), Decision: int32(k), Session: d.Session, LastFill: -1, Cause: d.Cause}
		p.Stress = Stress(w.Panel, w.targetsAt(l, int(d.Session)), int(d.Session), m.Stress)
		f.measure(&p, log.Orders[from:order])
		all = append(all, p)
	}
	f.entries(l, all)
	for k := range all {
		m.Stamp(&all[k])
	}
	return all
}

// targetsAt are a village's targets at a session.
func (w *World) targetsAt(l, session int) []float64 {
	x := &w.Villages[l]
	targets := x.Targets
	for _, c := range x.Changes {
		if c.Session <= session {
			targets = c.Targets
		}
	}
	return targets
}

// folding is room for folding an account's log.
type folding struct {
	w     *World
	rec   *sim.Record
	units []sim.Units // held at the decision at hand
}

// after says whether an entry comes after the decision of a session.
func (f *folding) after(e *sim.Entry, session int32) bool {
	return e.Session > session || e.Session == session && e.Order >= 0 && f.rec.Log.Orders[e.Order].Session == session &&
		f.rec.Log.Decisions[f.rec.Log.Orders[e.Order].Decision].Cause != sim.CauseOpening
}

// measure sums up what a decision asked for and got, at its prices.
func (f *folding) measure(p *Process, orders []sim.Order) {
	price := f.w.Panel.Close(int(p.Session))
	var asked, got sim.Sum
	wanted, have := make([]float64, len(price)), make([]float64, len(price))
	touched := make([]bool, len(price))
	for i, u := range f.units {
		wanted[i] = u.Shares() * price[i]
		have[i] = wanted[i]
	}
	for k := range orders {
		o := &orders[k]
		if o.State == sim.StateQueued || o.State == sim.StateBatched { // it waits, or goes with a later one
			continue
		}
		i := int(o.Asset)
		x, y := o.Units.Shares()*price[i], o.Done.Shares()*price[i]
		asked.Add(k, math.Abs(x))
		got.Add(k, min(math.Abs(x), math.Abs(y)))
		wanted[i] += x
		have[i] += y
		touched[i] = touched[i] || o.Done != 0
		p.LastFill = max(p.LastFill, o.Filled)
	}
	for _, some := range touched {
		if some {
			p.Companies++
		}
	}
	p.Requested, p.Executed = asked.Total(), got.Total()
	all, now := sim.SumOf(wanted), sim.SumOf(have)
	var apart sim.Sum
	for i := range wanted {
		apart.Add(i, math.Abs(wanted[i]/all-have[i]/now))
	}
	p.AllocationShortfall = apart.Total() / 2
}

// entries counts the parts and costs of the processes.
func (f *folding) entries(l int, all []Process) {
	place := make([]int, len(f.rec.Log.Decisions))
	for k := range place {
		place[k] = -1
	}
	for k := range all {
		place[all[k].Decision] = k
	}
	of := func(order int32) *Process {
		if order < 0 {
			return nil
		}
		if k := place[f.rec.Log.Orders[order].Decision]; k >= 0 {
			return &all[k]
		}
		return nil
	}
	for k := range f.rec.Log.Entries {
		e := &f.rec.Log.Entries[k]
		p := of(e.Order)
		if p == nil {
			continue
		}
		switch e.Kind {
		case sim.EntryBuy, sim.EntrySell:
			p.Parts++
			if e.Venue == CrossRoute {
				p.CrossingSaved += f.atMarket(l, e)
			}
		case sim.EntryCost:
			p.Costs[e.Venue] -= e.Cash + e.Due
			if e.Venue == CrossRoute {
				p.CrossingSaved += e.Cash + e.Due
			}
		}
	}
	seen := make([]int32, len(f.w.villages[l].Names)) // the process that last counted him, from 1
	for k := range f.w.villages[l].Trades {
		x := &f.w.villages[l].Trades[k]
		if p := of(x.Order); p != nil && seen[x.Member] != p.Decision+1 {
			seen[x.Member] = p.Decision + 1
			p.Members++
		}
	}
}

// atMarket is what a part would have cost at the market.
func (f *folding) atMarket(l int, e *sim.Entry) (sum sim.Micros) {
	p, s, i := f.w.Panel, int(e.Session), int(e.Asset)
	value := max(e.Cash+e.Due, -e.Cash-e.Due)
	x := sim.Fill{Session: s, Date: p.Date(s), Asset: i, Buy: e.Units > 0, Price: e.Price, Value: value.Money(), Volume: math.NaN(), Sigma: math.NaN(), Spread: math.NaN()}
	if volume, sigma := p.Liquidity(s); volume != nil {
		x.Volume = volume[i]
		if sigma != nil {
			x.Sigma = sigma[i]
		}
	}
	if p.HasSpread() {
		x.Spread = p.Spread(s)[i]
	}
	for _, c := range f.w.Villages[l].Terms.Costs {
		fixed, rate := c.Charge(&x)
		sum += max(0, sim.ToMicros(fixed+rate*value.Money()))
	}
	return sum
}
