package reports

import (
	"math"
	"strconv"

	"evenkeel/data"
)

// scale maps values to 0..1 along an axis.
type scale struct {
	lo, hi float64
	log    bool
}

// at is where a value lies, 0 at the axis's low end and 1 at its high one.
func (s scale) at(v float64) float64 {
	if s.log {
		return (math.Log(v) - math.Log(s.lo)) / (math.Log(s.hi) - math.Log(s.lo))
	}
	return (v - s.lo) / (s.hi - s.lo)
}

// tick is a labelled place on an axis.
type tick struct {
	at    float64
	label string
}

// extent is the lowest and highest finite value, ok when there is one.
func extent(lo, hi float64, xs ...float64) (float64, float64) {
	for _, x := range xs {
		if data.Finite(x) {
			lo, hi = min(lo, x), max(hi, x)
		}
	}
	return lo, hi
}

// nothing is the extent of no values.
func nothing() (float64, float64) { return math.Inf(1), math.Inf(-1) }

// padded is a linear scale with room to both sides of lo..hi; a range of nothing
// gets one.
func padded(lo, hi, part float64) scale {
	if !(lo <= hi) {
		lo, hi = 0, 1
	}
	room := (hi - lo) * part
	if hi-lo <= 1e-9*math.Max(math.Abs(lo), math.Abs(hi)) {
		room = math.Max(math.Abs(hi)*0.05, 1e-6)
	}
	return scale{lo: lo - room, hi: hi + room}
}

// step is the smallest of 1, 2, 5 x 10^k that divides a range into at most most parts.
func step(span float64, most int) float64 {
	raw := span / float64(most)
	base := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 5} {
		if m*base >= raw*(1-1e-9) {
			return m * base
		}
	}
	return 10 * base
}

// linearTicks are at multiples of a 1-2-5 step, at most most+1 of them; label receives
// the value and the step.
func linearTicks(s scale, most int, label func(v, step float64) string) []tick {
	d := step(s.hi-s.lo, most)
	all := ticksEvery(s, d, label)
	if len(all) < 2 { // one tick says where, but not how far
		if closer := ticksEvery(s, finer(d), label); len(closer) <= most+1 {
			return closer
		}
	}
	return all
}

// finer is the next smaller of 1, 2, 5 x 10^k.
func finer(d float64) float64 {
	if digit := d / math.Pow(10, math.Floor(math.Log10(d)+1e-9)); digit > 4 {
		return d / 2.5
	}
	return d / 2
}

// ticksEvery are at the multiples of a step.
func ticksEvery(s scale, d float64, label func(v, step float64) string) []tick {
	var all []tick
	for k := math.Ceil(s.lo/d - 1e-9); k*d <= s.hi+d*1e-9; k++ {
		v := k * d
		if k == 0 {
			v = 0 // not -0
		}
		all = append(all, tick{v, label(v, d)})
	}
	return all
}

// logTicks are at 1, 2, 5 x 10^k, or closer where there is room for it, or at
// whole powers where there is not; a range of less than a factor of three gets
// linear ones.
func logTicks(s scale, most int, label func(v, step float64) string) []tick {
	if s.hi/s.lo < 3 {
		return linearTicks(s, most, label)
	}
	for _, mantissas := range [][]float64{{1, 1.5, 2, 3, 4, 5, 7}, {1, 2, 5}, {1, 3}, {1}} {
		var all []tick
		for k := math.Floor(math.Log10(s.lo)); k <= math.Ceil(math.Log10(s.hi)); k++ {
			for _, m := range mantissas {
				v := m * math.Pow(10, k)
				if v >= s.lo*(1-1e-9) && v <= s.hi*(1+1e-9) {
					digit := math.Pow(10, k)
					if m == 1.5 {
						digit /= 10
					}
					all = append(all, tick{v, label(v, digit)})
				}
			}
		}
		if len(all) <= most+1 || len(mantissas) == 1 {
			return thinned(all, most+1)
		}
	}
	return nil
}

// thinned keeps every n-th tick so that at most most are left.
func thinned(all []tick, most int) []tick {
	if len(all) <= most {
		return all
	}
	every := (len(all) + most - 1) / most
	var out []tick
	for i := 0; i < len(all); i += every {
		out = append(out, all[i])
	}
	return out
}

// digitsFor is how many digits after the point a step needs.
func digitsFor(step float64) int {
	return max(0, min(9, int(math.Ceil(-math.Log10(step)-1e-9))))
}

// percentLabel writes a fraction in per cent.
func percentLabel(v, step float64) string { return decimal(100*v, digitsFor(100*step)) + " %" }

// plainLabel writes a number in a unit of its axis.
func plainLabel(unit float64) func(v, step float64) string {
	return func(v, step float64) string { return decimal(v/unit, digitsFor(step/unit)) }
}

// timeTicks are at 1 January of every n-th year, or at the first of every n-th
// month, or at days, whichever gives at most most ticks.
func timeTicks(first, last data.Date, most int) []tick {
	for _, n := range []int{1, 3, 6, 12, 24, 60, 120, 240, 600, 1200} {
		if int(last-first)/30/n > most {
			continue
		}
		all := monthTicks(first, last, n)
		if len(all) > most {
			continue
		}
		if len(all) < 2 {
			return dayTicks(first, last, most)
		}
		return all
	}
	return monthTicks(first, last, 6000)
}

// monthTicks are at the first day of every n-th month, counted from year 0.
func monthTicks(first, last data.Date, n int) []tick {
	y, m, _ := first.Civil()
	month := y*12 + m - 1
	month -= month % n
	var all []tick
	for ; ; month += n {
		d := data.NewDate(month/12, month%12+1, 1)
		if d > last {
			return all
		}
		if d < first {
			continue
		}
		label := strconv.Itoa(month / 12)
		if n < 12 {
			label = d.String()[:7]
		}
		all = append(all, tick{float64(d), label})
	}
}

// dayTicks are at every n-th day from the first.
func dayTicks(first, last data.Date, most int) []tick {
	n := max(1, (int(last-first)+most-1)/most)
	var all []tick
	for d := first; d <= last; d += data.Date(n) {
		all = append(all, tick{float64(d), d.String()})
	}
	return all
}
