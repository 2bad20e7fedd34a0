package village

import (
	"fmt"
	"math/bits"
	"slices"

	"evenkeel/sim"
)

// lots are what each member bought of each company, the earliest first.
type lots struct {
	held [][][]lot                      // by asset and member
	long func(bought, session int) bool // whether a gain is a long one
	out  []taken                        // by member: what a sale took, until its gain is counted
	in   func(session, member int) bool // whether a session is in one of a member's months

	cap, tier, part []sim.Units
}

// lot is one purchase.
type lot struct {
	session int32
	units   sim.Units
	basis   sim.Micros // with its costs
}

// taken is what a sale took of a member's lots, short and long.
type taken struct {
	units [2]sim.Units
	basis [2]sim.Micros
}

func newLots(members, assets int, long func(bought, session int) bool, in func(session, member int) bool) *lots {
	l := &lots{held: make([][][]lot, assets), long: long, in: in, out: make([]taken, members)}
	for i := range l.held {
		l.held[i] = make([][]lot, members)
	}
	l.cap, l.tier, l.part = make([]sim.Units, members), make([]sim.Units, members), make([]sim.Units, members)
	return l
}

// buy adds a lot.
func (l *lots) buy(s, i, j int, u sim.Units, basis sim.Micros) {
	if u > 0 {
		l.held[i][j] = append(l.held[i][j], lot{int32(s), u, basis})
	}
}

// multiply makes a member's lots of an asset add up to what a split made of them.
func (l *lots) multiply(i, j int, before, after sim.Units) {
	left := after
	all := l.held[i][j]
	for k := range all {
		if hi, lo := bits.Mul64(uint64(all[k].units), uint64(after)); before > 0 {
			q, _ := bits.Div64(hi, lo, uint64(before))
			all[k].units = sim.Units(q)
			left -= all[k].units
		}
	}
	if len(all) > 0 {
		all[0].units += left
	}
}

// take takes shares from a member's lots, first in, first out.
func (l *lots) take(s, i, j int, u sim.Units) {
	l.takeOf(s, i, j, u, func(lot) bool { return true })
}

// takeOf takes shares from those lots that are of a kind.
func (l *lots) takeOf(s, i, j int, u sim.Units, of func(lot) bool) {
	all := l.held[i][j]
	for k := range all {
		x := &all[k]
		if u == 0 {
			break
		}
		if x.units == 0 || !of(*x) {
			continue
		}
		n := min(u, x.units)
		basis := x.basis
		if n < x.units {
			hi, lo := bits.Mul64(uint64(x.basis), uint64(n))
			q, _ := bits.Div64(hi, lo, uint64(x.units))
			basis = sim.Micros(q)
		}
		side := 0
		if l.long(int(x.session), s) {
			side = 1
		}
		l.out[j].units[side] += n
		l.out[j].basis[side] += basis
		x.units -= n
		x.basis -= basis
		u -= n
	}
	if u != 0 {
		panic(fmt.Sprintf("village: member %d sells %d units of asset %d more than his lots", j, u, i))
	}
	l.held[i][j] = slices.DeleteFunc(all, func(x lot) bool { return x.units == 0 })
}

// gain counts the gain of what was taken, for its proceeds after costs.
func (l *lots) gain(j int, proceeds sim.Micros, to *Sums) {
	t := &l.out[j]
	all := t.units[0] + t.units[1]
	if all == 0 {
		return
	}
	long := proceeds
	if t.units[0] > 0 && proceeds > 0 {
		hi, lo := bits.Mul64(uint64(proceeds), uint64(t.units[1]))
		q, _ := bits.Div64(hi, lo, uint64(all))
		long = sim.Micros(q)
	}
	if t.units[1] > 0 {
		to.GainLong += long - t.basis[1]
	}
	if t.units[0] > 0 {
		if t.units[1] == 0 {
			long = 0
		}
		to.GainShort += proceeds - long - t.basis[0]
	}
	*t = taken{}
}

// kinds is how many tiers a sale by taxes goes through.
const kinds = 5

// kindOf is the tier of a lot at a price: losses, long gains in the member's months, long
// gains outside, short gains in, short gains outside.
func (l *lots) kindOf(x lot, s, j int, price float64) int {
	if float64(x.basis) > x.units.Shares()*price*1e6 {
		return 0
	}
	kind := 1
	if !l.long(int(x.session), s) {
		kind = 3
	}
	if l.in != nil && !l.in(s, j) {
		kind++
	}
	return kind
}

// tiers takes a sale tier by tier from what members may sell, in a tier pro rata to its
// shares, in a member first in, first out.
func (l *lots) tiers(r *Roster, s *sale, may []int64, price float64) {
	left, n := s.units, len(may)
	room := l.cap[:n]
	for j, u := range may {
		room[j] = sim.Units(u)
	}
	for kind := 0; kind < kinds && left > 0; kind++ {
		sum, tier := sim.Units(0), l.tier[:n]
		for j := range tier {
			tier[j] = 0
			if room[j] == 0 {
				continue
			}
			for _, x := range l.held[s.asset][j] {
				if l.kindOf(x, s.session, j, price) == kind {
					tier[j] += x.units
				}
			}
			tier[j] = min(tier[j], room[j])
			sum += tier[j]
		}
		if sum == 0 {
			continue
		}
		parts := l.part[:n]
		split(&r.splitter, min(left, sum), tier, parts)
		for j, u := range parts {
			if u == 0 {
				continue
			}
			l.takeOf(s.session, s.asset, j, u, func(x lot) bool { return l.kindOf(x, s.session, j, price) == kind })
			s.sold[j] += u
			room[j] -= u
		}
		left -= min(left, sum)
	}
}

// check panics unless lots add up to what is held.
func (l *lots) check(r *Roster) {
	for i, column := range r.units {
		for j, u := range column[:r.joined] {
			for _, x := range l.held[i][j] {
				u -= x.units
			}
			if u != 0 {
				panic(fmt.Sprintf("village: the lots of %s in asset %d differ from the holding by %d", r.Names[j], i, u))
			}
		}
	}
}
