package village

import (
	"math"
	"slices"

	"evenkeel/sim"
)

// raise is room for levelling a member's book for what is owed to him: of what has no
// target, and then of the rest, the largest value over target is lowered to the next, then
// both, until the amount and the costs of the sales are raised.
type raise struct {
	value, sale []float64
	out         []bool
	steps       []step
	units       []sim.Units
}

// step is a level at which an asset begins to be sold or is sold out.
type step struct {
	level float64
	asset int
	last  bool
}

func newRaise(n int) raise {
	return raise{value: make([]float64, n), sale: make([]float64, n), out: make([]bool, n), steps: make([]step, 0, 2*n), units: make([]sim.Units, n)}
}

// level orders the sales that raise an amount from a member's book.
func (r *Roster) level(s, j int, short sim.Micros, d *sim.Door) {
	q, v := &r.raise, d.View()
	for i := range q.value {
		u := r.canSell(s, i, j, d)
		q.value[i], q.out[i] = u.Shares()*v.Price[i], u == 0
	}
	for again := true; again; {
		clear(q.sale)
		if rest := q.sweep(v, short.Money(), true); rest > 0 {
			q.sweep(v, rest, false)
		}
		again = q.dropSmallest(v)
	}
	lack := short
	for i, x := range q.sale {
		q.units[i] = 0
		if x <= 0 {
			continue
		}
		q.units[i] = r.sold(i, j, x, q.value[i], v.Price[i])
		lack -= r.brings(i, q.units[i], v.Price[i], d)
	}
	r.topUp(j, lack, v, d)
	for i, u := range q.units {
		if u > 0 {
			d.Sell(i, u, int32(j)+1)
		}
	}
}

// sold is a sale worth x of a holding, in shares: of the whole of it, all; else the nearest,
// of whole lots as many as it takes.
func (r *Roster) sold(i, j int, x, value, price float64) sim.Units {
	held := r.units[i][j]
	if x >= value {
		return held
	}
	u := sim.Units(math.RoundToEven(x / price * unitsPerShare))
	if lot := sim.Units(math.RoundToEven(r.terms.Lot * unitsPerShare)); lot > 1 {
		u = (u + lot - 1) / lot * lot
	}
	return min(u, held)
}

const unitsPerShare = 1e8

// brings is what a sale brings after its costs.
func (r *Roster) brings(i int, u sim.Units, price float64, d *sim.Door) sim.Micros {
	value := sim.ToMicros(u.Shares() * price)
	return value - d.Cost(false, i, value, price)
}

// topUp makes the largest sales larger by the few units that rounding lacks.
func (r *Roster) topUp(j int, lack sim.Micros, v *sim.View, d *sim.Door) {
	q := &r.raise
	for range q.units {
		at := -1
		for i, u := range q.units {
			if u > 0 && u < r.units[i][j] && (at < 0 || q.sale[i] > q.sale[at]) {
				at = i
			}
		}
		if at < 0 {
			return
		}
		part := (1 - v.Sell[at].Rate) * v.Price[at]
		for range 4 {
			more := min(sim.Units(math.Ceil(lack.Money()/part*unitsPerShare)), r.units[at][j]-q.units[at])
			if lack <= 0 || lack >= dust || more <= 0 {
				break
			}
			was := r.brings(at, q.units[at], v.Price[at], d)
			q.units[at] += more
			lack -= r.brings(at, q.units[at], v.Price[at], d) - was
		}
		if lack <= 0 || lack >= dust {
			return
		}
	}
}

// weight is the target by which a value is levelled: what has none is by its value.
func weight(t float64) float64 {
	if t == 0 {
		return 1
	}
	return t
}

// sweep lowers the level over the assets without a target, or over the others, from step to
// step, and returns what then lacks.
func (q *raise) sweep(v *sim.View, short float64, untargeted bool) (rest float64) {
	q.steps = q.steps[:0]
	for i, x := range q.value {
		if t := v.Targets[i]; (t == 0) == untargeted && !q.out[i] {
			q.steps = append(q.steps, step{x / weight(t), i, false}, step{0, i, true})
		}
	}
	slices.SortFunc(q.steps, func(a, b step) int {
		switch {
		case a.level > b.level:
			return -1
		case a.level < b.level:
			return 1
		}
		return 0
	})
	over, active, lack := 0.0, 0.0, short
	for _, s := range q.steps {
		if active > 0 && over-s.level*active >= lack {
			break
		}
		i, part := s.asset, 1-v.Sell[s.asset].Rate
		w := weight(v.Targets[i]) * part
		if s.last {
			q.sale[i] = q.value[i]
			over, active, lack = over-q.value[i]*part, active-w, lack-q.value[i]*part
			if active <= 1e-15 {
				active = 0
			}
			continue
		}
		q.sale[i] = -1 // being lowered
		over, active, lack = over+q.value[i]*part, active+w, lack+v.Sell[i].Fixed
	}
	level := 0.0
	if active > 0 {
		level = (over - lack) / active
		lack = 0
	}
	for i, x := range q.sale {
		if x < 0 {
			q.sale[i] = min(q.value[i], max(0, q.value[i]-level*weight(v.Targets[i])))
		}
	}
	return lack
}

// dropSmallest leaves out the smallest sale that is dust or costs as much as it brings, and
// says whether there is one beside others.
func (q *raise) dropSmallest(v *sim.View) bool {
	at, sales := -1, 0
	for i, x := range q.sale {
		if x <= 0 {
			continue
		}
		sales++
		if (x < sim.Dust || x*(1-v.Sell[i].Rate) <= v.Sell[i].Fixed) && (at < 0 || x <= q.sale[at]) {
			at = i
		}
	}
	if at < 0 || sales < 2 {
		return false
	}
	q.out[at] = true
	return true
}
