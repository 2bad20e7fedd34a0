package strategies

import (
	"math"
	"slices"

	"evenkeel/sim"
)

// Money owed is raised by levelling: the largest v/t is lowered to the next, then both,
// until the amount and the sales' costs are raised. What may not be sold is left out.
// Sales under the minimum are dropped, the smallest first, and the levelling is repeated;
// one that is left alone under it is made as large as the minimum. Whole lots are rounded
// up, the largest sale first.

// leveller is room for levelling.
type leveller struct {
	value, most []float64 // what is left of each asset; what of it may still be sold
	made        []float64 // what the rebalance sells of each, in money
	held, free  []float64 // what that leaves of each; what of it may be sold
	sold, sale  []float64 // sales for what is owed that are settled, in money; those of the level at hand
	fixed       []float64 // what a sale, or more of one, costs whatever its size
	out         []bool    // dropped
	rank        []int     // by falling size
	steps       []step
}

// step is a level of v/t at which an asset begins to be sold or is sold out.
type step struct {
	level float64
	asset int
	last  bool
}

// fit makes room for n assets.
func (l *leveller) fit(n int) {
	if len(l.rank) == n {
		return
	}
	floats := make([]float64, 8*n)
	for i, room := range []*[]float64{&l.value, &l.most, &l.made, &l.held, &l.free, &l.sold, &l.sale, &l.fixed} {
		*room = floats[i*n : i*n+n]
	}
	l.out, l.rank, l.steps = make([]bool, n), make([]int, n), make([]step, 0, 2*n)
}

// raise sells for money that is owed and that neither the cash nor the sales already wanted
// bring; v.Raised becomes what of each sale does.
func (r *Recipe) raise(v *sim.View, fund sim.Funding, want []float64) {
	l := &r.levels
	l.fit(len(want))
	short, ok := v.AfterToday(fund, l.made, l.held, l.free)
	if !ok {
		short = min(-v.Cash, v.Owed) - l.making(v, want)
	}
	if short < sim.Dust {
		return
	}
	clear(l.out)
	alone := false
	for again := true; again; { // the minimum is asked of what is levelled, before lots
		l.begin(v)
		l.lower(v, short)
		copy(l.sold, l.sale)
		again, alone = l.dropSmall(v)
	}
	if v.Lot > 0 && !alone {
		l.begin(v)
		l.sell(v, short)
	}
	if v.Raised == nil {
		v.Raised = make([]float64, len(want))
	}
	copy(v.Raised, l.sold)
	for i, x := range l.sold {
		if x > 0 {
			want[i] -= x
		}
	}
}

// making notes what the sales already wanted make, in money, and what they leave, and
// returns what they bring after their costs.
func (l *leveller) making(v *sim.View, want []float64) float64 {
	var brings sim.Sum
	for i, w := range want {
		if l.made[i] = 0; w < 0 {
			l.made[i] = -w
			brings.Add(i, float64(-w*(1-v.Sell[i].Rate))-v.Sell[i].Fixed)
		}
		l.held[i] = v.Value[i] - l.made[i]
		l.free[i] = canSell(v, i, v.Value[i]) - l.made[i]
	}
	return brings.Total()
}

// kept writes what is held of each asset after the trades wanted.
func (l *leveller) kept(v *sim.View, want []float64) []float64 {
	l.fit(len(want))
	for i, w := range want {
		l.value[i] = v.Value[i] + w
	}
	return l.value
}

// begin starts with what the rebalance leaves and nothing sold.
func (l *leveller) begin(v *sim.View) {
	clear(l.sold)
	for i, x := range l.held {
		l.value[i], l.fixed[i], l.most[i] = x, v.Sell[i].Fixed, 0
		if l.made[i] > 0 {
			l.fixed[i] = 0
		}
		if !l.out[i] && l.free[i] >= sim.Dust {
			l.most[i] = l.free[i]
		}
	}
}

// sell levels in whole lots until an amount is raised or nothing more may be sold.
func (l *leveller) sell(v *sim.View, short float64) {
	for short > 0 {
		if !l.lower(v, short) {
			return
		}
		if short = l.wholeLots(v, short); short < 0.5e-6 { // nothing in the books
			return
		}
	}
}

// lower writes the sales of one level that raise an amount, or all there is, and says
// whether there are any. What has target 0 goes first: of several, the largest is lowered
// to the next, then both.
func (l *leveller) lower(v *sim.View, short float64) bool {
	clear(l.sale)
	if rest := l.sweep(v, short, true); rest > 0 {
		l.sweep(v, rest, false)
	}
	return slices.ContainsFunc(l.sale, func(x float64) bool { return x > 0 })
}

// sweep lowers the level over the assets with target 0, or over the others, from step to
// step, and returns what then lacks.
func (l *leveller) sweep(v *sim.View, short float64, untargeted bool) (rest float64) {
	l.steps = l.steps[:0]
	for i, x := range l.value {
		if t := v.Targets[i]; (t == 0) == untargeted && l.most[i] > 0 {
			w := weight(t)
			l.steps = append(l.steps, step{x / w, i, false}, step{(x - l.most[i]) / w, i, true})
		}
	}
	slices.SortFunc(l.steps, func(a, b step) int { return sign(b.level - a.level) })
	over, active := 0.0, 0.0 // value and weight, after costs, of those that are being lowered
	lack := short            // of what is sold out, and with the fixed costs
	for _, s := range l.steps {
		if active > 0 && over-s.level*active >= lack {
			break
		}
		i, part := s.asset, 1-v.Sell[s.asset].Rate
		w := weight(v.Targets[i]) * part
		if s.last {
			l.sale[i] = l.most[i]
			over, active, lack = over-l.value[i]*part, active-w, lack-l.most[i]*part
			if active <= 1e-15 {
				active = 0
			}
			continue
		}
		l.sale[i] = -1 // being lowered
		over, active, lack = over+l.value[i]*part, active+w, lack+l.fixed[i]
	}
	level := 0.0
	if active > 0 {
		level = (over - lack) / active
		lack = 0
	}
	for i, x := range l.sale {
		if x < 0 {
			l.sale[i] = min(l.most[i], max(0, l.value[i]-level*weight(v.Targets[i])))
		}
	}
	return lack
}

// weight is the target by which a value is levelled: what has none is levelled by its
// value.
func weight(t float64) float64 {
	if t == 0 {
		return 1
	}
	return t
}

// wholeLots rounds the sales of a level up, the largest first, each counted before the
// next, settles them, and returns what then lacks.
func (l *leveller) wholeLots(v *sim.View, short float64) float64 {
	for i := range l.rank {
		l.rank[i] = i
	}
	slices.SortStableFunc(l.rank, func(i, j int) int { return sign(l.sale[j] - l.sale[i]) })
	for _, i := range l.rank {
		if short < 0.5e-6 || l.sale[i] <= 0 {
			break
		}
		part := 1 - v.Sell[i].Rate
		x := l.lots(v, i, min(l.sale[i], (short+l.fixed[i])/part))
		if v.TooSmall(i, l.made[i]+l.sold[i]+x) { // it is the last, and has shrunk
			x = l.lots(v, i, min(l.most[i], v.Minimum-l.made[i]-l.sold[i]))
		}
		if x == 0 { // less than a lot may be sold
			l.most[i] = 0
			continue
		}
		short -= x*part - l.fixed[i]
		l.sold[i] += x
		l.value[i] -= x
		l.most[i] = max(0, l.most[i]-x)
		l.fixed[i] = 0
	}
	return short
}

// lots is money of asset i in whole lots, rounded up; where not as many may be sold, as
// many as may; or all that is held.
func (l *leveller) lots(v *sim.View, i int, money float64) float64 {
	lot := v.Lot * v.Price[i]
	n := math.Ceil(money/lot*(1-2e-15) - 1e-12)
	switch x := n * lot; {
	case x <= l.most[i]*(1+1e-12):
		return x
	case l.most[i] >= l.value[i]:
		return l.value[i]
	}
	return math.Floor(l.most[i]/lot*(1+1e-12)) * lot
}

// dropSmall drops the smallest sale that is under the minimum or brings nothing, and says
// whether to level again. One that is left alone under the minimum is made as large.
func (l *leveller) dropSmall(v *sim.View) (again, alone bool) {
	at, sales := -1, 0
	for i, x := range l.sold {
		if x <= 0 {
			continue
		}
		sales++
		if (x < sim.Dust || v.TooSmall(i, l.made[i]+x) || l.vain(v, i)) && (at < 0 || x <= l.sold[at]) {
			at = i
		}
	}
	if at < 0 {
		return false, false
	}
	if sales > 1 {
		l.out[at] = true
		return true, false
	}
	x := max(l.sold[at], v.Minimum-l.made[at], sim.Dust)
	if v.Lot > 0 {
		l.begin(v)
		x = l.lots(v, at, x)
	}
	l.sold[at] = min(x, l.free[at])
	if l.vain(v, at) {
		l.sold[at] = 0
	}
	return false, true
}

// vain reports whether a sale costs as much as it brings.
func (l *leveller) vain(v *sim.View, i int) bool {
	return l.made[i] == 0 && l.sold[i]*(1-v.Sell[i].Rate) <= v.Sell[i].Fixed
}
