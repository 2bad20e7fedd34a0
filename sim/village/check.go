package village

import (
	"fmt"

	"evenkeel/sim"
)

// endSession checks that the members add up to the village and that nobody has less than
// nothing.
func (r *Roster) endSession() {
	if r.sale.open {
		r.closeSale()
	}
	if !r.dirty {
		return
	}
	r.dirty = false
	var cash, unsettled sim.Micros
	for j := range r.cash[:r.joined] {
		cash += r.cash[j]
		unsettled += r.unsettled[j]
		if r.cash[j] < 0 || r.owed[j] < 0 || r.fresh[j] < 0 {
			panic(fmt.Sprintf("village: %s has %d micros of cash, is owed %d, and has brought %d after session %d", r.Names[j], r.cash[j], r.owed[j], r.fresh[j], r.at))
		}
	}
	if cash != r.whole.cash || unsettled != r.whole.unsettled {
		panic(fmt.Sprintf("village: members have %d and %d micros, the village has %d and %d after session %d", cash, unsettled, r.whole.cash, r.whole.unsettled, r.at))
	}
	for i, column := range r.units {
		sum := sim.Units(0)
		for j, u := range column[:r.joined] {
			if sum += u; u < 0 {
				panic(fmt.Sprintf("village: %s holds %d units of asset %d after session %d", r.Names[j], u, i, r.at))
			}
		}
		if sum != r.whole.units[i] {
			panic(fmt.Sprintf("village: members hold %d units of asset %d, the village %d after session %d", sum, i, r.whole.units[i], r.at))
		}
	}
	if r.lots != nil {
		r.lots.check(r)
	}
}
