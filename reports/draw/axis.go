package draw

import (
	"math"
	"slices"
	"strconv"

	"evenkeel/data"
)

// Scale maps values to 0..1 along an axis.
type Scale struct {
	Lo, Hi float64
	Log    bool
}

// At is where a value lies, 0 at the axis's low end and 1 at its high one.
func (s Scale) At(v float64) float64 {
	if s.Log {
		return (math.Log(v) - math.Log(s.Lo)) / (math.Log(s.Hi) - math.Log(s.Lo))
	}
	return (v - s.Lo) / (s.Hi - s.Lo)
}

// Tick is a labelled place on an axis.
type Tick struct {
	At    float64
	Label string
}

// Extent is the lowest and highest finite value, ok when there is one.
func Extent(lo, hi float64, xs ...float64) (float64, float64) {
	for _, x := range xs {
		if data.Finite(x) {
			lo, hi = min(lo, x), max(hi, x)
		}
	}
	return lo, hi
}

// Nothing is the extent of no values.
func Nothing() (float64, float64) { return math.Inf(1), math.Inf(-1) }

// Padded is a linear scale with room to both sides of lo..hi; a range of nothing
// gets one.
func Padded(lo, hi, part float64) Scale {
	if !(lo <= hi) {
		lo, hi = 0, 1
	}
	room := (hi - lo) * part
	if hi-lo <= 1e-9*math.Max(math.Abs(lo), math.Abs(hi)) {
		room = math.Max(math.Abs(hi)*0.05, 1e-6)
	}
	return Scale{Lo: lo - room, Hi: hi + room}
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

// LinearTicks are at multiples of a 1-2-5 step, at most most+1 of them; label receives
// the value and the step.
func LinearTicks(s Scale, most int, label func(v, step float64) string) []Tick {
	d := step(s.Hi-s.Lo, most)
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
func ticksEvery(s Scale, d float64, label func(v, step float64) string) []Tick {
	var all []Tick
	for k := math.Ceil(s.Lo/d - 1e-9); k*d <= s.Hi+d*1e-9; k++ {
		v := k * d
		if k == 0 {
			v = 0 // not -0
		}
		all = append(all, Tick{v, label(v, d)})
	}
	return all
}

// LogTicks are at 1, 2, 5 x 10^k, or closer where there is room for it, or at
// whole powers where there is not; a range of less than a factor of three gets
// linear ones.
func LogTicks(s Scale, most int, label func(v, step float64) string) []Tick {
	if s.Hi/s.Lo < 3 {
		return LinearTicks(s, most, label)
	}
	for _, mantissas := range [][]float64{{1, 1.5, 2, 3, 4, 5, 7}, {1, 2, 5}, {1, 3}, {1}} {
		var all []Tick
		for k := math.Floor(math.Log10(s.Lo)); k <= math.Ceil(math.Log10(s.Hi)); k++ {
			for _, m := range mantissas {
				v := m * math.Pow(10, k)
				if v >= s.Lo*(1-1e-9) && v <= s.Hi*(1+1e-9) {
					digit := math.Pow(10, k)
					if m == 1.5 {
						digit /= 10
					}
					all = append(all, Tick{v, label(v, digit)})
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
func thinned(all []Tick, most int) []Tick {
	if len(all) <= most {
		return all
	}
	every := (len(all) + most - 1) / most
	var out []Tick
	for i := 0; i < len(all); i += every {
		out = append(out, all[i])
	}
	return out
}

// DigitsFor is how many digits after the point a step needs.
func DigitsFor(step float64) int {
	return max(0, min(9, int(math.Ceil(-math.Log10(step)-1e-9))))
}

// PercentLabel writes a fraction in per cent.
func PercentLabel(v, step float64) string { return Decimal(100*v, DigitsFor(100*step)) + " %" }

// PlainLabel writes a number in a unit of its axis.
func PlainLabel(unit float64) func(v, step float64) string {
	return func(v, step float64) string { return Decimal(v/unit, DigitsFor(step/unit)) }
}

// TimeTicks are at 1 January of every n-th year, or at the first of every n-th
// month, or at days, whichever gives at most most ticks.
func TimeTicks(first, last data.Date, most int) []Tick {
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
func monthTicks(first, last data.Date, n int) []Tick {
	y, m, _ := first.Civil()
	month := y*12 + m - 1
	month -= month % n
	var all []Tick
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
		all = append(all, Tick{float64(d), label})
	}
}

// dayTicks are at every n-th day from the first.
func dayTicks(first, last data.Date, most int) []Tick {
	n := max(1, (int(last-first)+most-1)/most)
	var all []Tick
	for d := first; d <= last; d += data.Date(n) {
		all = append(all, Tick{float64(d), d.String()})
	}
	return all
}

// Largest is the largest of values without their sign, leaving out the outmost
// fiftieth so that one of them does not pale the others.
func Largest(xs []float64) float64 {
	var all []float64
	for _, x := range xs {
		if data.Finite(x) {
			all = append(all, math.Abs(x))
		}
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)-1-len(all)/50]
}

// Peak is the largest of values without their sign; what is undefined has no part.
func Peak(xs []float64) (most float64) {
	for _, x := range xs {
		if data.Finite(x) {
			most = max(most, math.Abs(x))
		}
	}
	return most
}
