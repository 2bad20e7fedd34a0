package data

import "math"

// SyntheticNote describes what Synthetic's prices are; it goes wherever they are shown.
const SyntheticNote = "Synthetic prices: made by a random number generator from a fixed seed, with means, volatilities, correlations and two crises of a realistic size. They are no market's history."

// Synthetic is a panel of synthetic daily total-return indexes of five asset
// classes on the weekdays of 2005 to 2024 except 1 January and 25 December, with
// opens. Every call gives the same panel.
//
// Days are drawn from correlated, nearly normal shocks whose variance clusters
// (GARCH), so that returns have fat tails. A long crisis with rising correlations
// and a short one, each with its rebound, have prescribed total returns; the
// drift of the other days makes each index grow by its stated rate over all 20
// years. The path itself is chance.
//
// Only + - * / and square roots are used, each product rounded before it is
// added, so that every processor makes the same bits.
func Synthetic() *Panel {
	dates := syntheticDates()
	eras := syntheticEras(dates)
	r := draw(eras)
	settleDrifts(r, eras)
	close, open := compound(r)
	p, err := NewPanel(Adjusted, dates, classes[:], close, open)
	if err != nil {
		panic("data: synthetic panel: " + err.Error()) // fixed input: a bug
	}
	return p
}

const syntheticSeed = 20050103

type perClass [5]float64

// The asset classes, in symbol order, and their compound growth a year.
var (
	classes = [5]string{"BONDS", "GOLD", "REAL_ESTATE", "US_STOCKS", "WORLD_STOCKS"}
	growth  = perClass{0.035, 0.06, 0.07, 0.085, 0.07}
)

// mood is how the asset classes move together: daily volatility and correlation.
type mood struct {
	daily perClass
	corr  [5]perClass
}

var (
	calm = mood{
		daily: perClass{0.0029, 0.0095, 0.0102, 0.0084, 0.0096},
		corr: [5]perClass{
			{1.00, 0.20, 0.05, -0.15, -0.10},
			{0.20, 1.00, 0.10, 0.05, 0.15},
			{0.05, 0.10, 1.00, 0.65, 0.60},
			{-0.15, 0.05, 0.65, 1.00, 0.80},
			{-0.10, 0.15, 0.60, 0.80, 1.00},
		},
	}
	credit = mood{
		daily: perClass{0.0034, 0.0115, 0.0160, 0.0118, 0.0135},
		corr: [5]perClass{
			{1.00, 0.25, -0.25, -0.35, -0.30},
			{0.25, 1.00, 0.05, 0.00, 0.10},
			{-0.25, 0.05, 1.00, 0.85, 0.82},
			{-0.35, 0.00, 0.85, 1.00, 0.92},
			{-0.30, 0.10, 0.82, 0.92, 1.00},
		},
	}
	rush = mood{
		daily: perClass{0.0050, 0.0150, 0.0270, 0.0220, 0.0230},
		corr:  credit.corr,
	}
	uneasy = mood{
		daily: perClass{0.0028, 0.0100, 0.0125, 0.0095, 0.0108},
		corr:  calm.corr,
	}
)

// era is the sessions [from, to) that share a mood. Its total return is given,
// or, when free, left to the drift of all free eras together.
type era struct {
	from, to int
	mood     *mood
	free     bool
	total    perClass
}

// syntheticEras cuts the sessions into calm times and crises with rebounds.
func syntheticEras(dates []Date) []era {
	at := func(year, month, day int) int {
		s := 1 // session 0 has no return
		for s < len(dates) && dates[s] < NewDate(year, month, day) {
			s++
		}
		return s
	}
	a, b, c := at(2008, 1, 2), at(2009, 6, 1), at(2010, 6, 1)
	d, e, f := at(2020, 2, 19), at(2020, 3, 25), at(2020, 8, 25)
	return []era{
		{from: 1, to: a, mood: &calm, free: true},
		{from: a, to: b, mood: &credit, total: perClass{0.09, 0.10, -0.58, -0.50, -0.54}},
		{from: b, to: c, mood: &uneasy, total: perClass{0.06, 0.20, 0.65, 0.42, 0.45}},
		{from: c, to: d, mood: &calm, free: true},
		{from: d, to: e, mood: &rush, total: perClass{-0.01, -0.03, -0.40, -0.33, -0.32}},
		{from: e, to: f, mood: &uneasy, total: perClass{0.03, 0.20, 0.36, 0.45, 0.38}},
		{from: f, to: len(dates), mood: &calm, free: true},
	}
}

func syntheticDates() []Date {
	var dates []Date
	for d := NewDate(2005, 1, 3); d <= NewDate(2024, 12, 31); d++ {
		_, month, day := d.Civil()
		holiday := (month == 1 && day == 1) || (month == 12 && day == 25)
		if w := d.Weekday(); w >= 1 && w <= 5 && !holiday {
			dates = append(dates, d)
		}
	}
	return dates
}

// draw makes the returns of every session without their drift. The variance h
// (1 on average) follows the first asset class of the largest stock market.
func draw(eras []era) []perClass {
	const alpha, beta, most, leader = 0.07, 0.92, 5, 3
	g := generator(syntheticSeed)
	r := make([]perClass, eras[len(eras)-1].to)
	h := 1.0
	for _, e := range eras {
		lower, ok := cholesky(e.mood.corr)
		if !ok {
			panic("data: a correlation matrix of the synthetic panel is not positive definite")
		}
		for s := e.from; s < e.to; s++ {
			var z perClass
			for i := range z {
				z[i] = g.normal()
			}
			z = lower.times(z)
			size := math.Sqrt(h)
			for i := range z {
				r[s][i] = float64(float64(size*z[i]) * e.mood.daily[i])
			}
			shock := float64(float64(z[leader]*z[leader]) * h)
			h = min(most, (1-alpha-beta)+float64(alpha*shock)+float64(beta*h)) // bounded: a crisis has its own volatility
		}
	}
	return r
}

// settleDrifts adds the daily drift that gives every era its total return and
// every class its growth over all years.
func settleDrifts(r []perClass, eras []era) {
	for i := range classes {
		goal := 1.0
		for range 20 {
			goal = float64(goal * (1 + growth[i]))
		}
		var free []era
		for _, e := range eras {
			if e.free {
				free = append(free, e)
				continue
			}
			settle(r, i, []era{e}, 1+e.total[i])
			goal /= 1 + e.total[i]
		}
		settle(r, i, free, goal)
	}
}

// settle finds by bisection the drift that makes class i grow to goal over the
// eras together, and adds it.
func settle(r []perClass, i int, eras []era, goal float64) {
	low, high := -0.05, 0.05
	for range 60 {
		mid := float64(low+high) / 2
		v := 1.0
		for _, e := range eras {
			for s := e.from; s < e.to; s++ {
				v = float64(v * (1 + (r[s][i] + mid)))
			}
		}
		if v < goal {
			low = mid
		} else {
			high = mid
		}
	}
	for _, e := range eras {
		for s := e.from; s < e.to; s++ {
			r[s][i] += low
		}
	}
}

// compound makes the closes, from 100, and the opens: the close before, moved a
// part (up to 0.6) of the day's way. Both are rounded to four decimals.
func compound(r []perClass) (close, open []float64) {
	g := generator(syntheticSeed + 1)
	v := perClass{100, 100, 100, 100, 100}
	for s := range r {
		for i := range v {
			move := float64(v[i] * r[s][i])
			open = append(open, round4(v[i]+float64(float64(0.6*g.uniform())*move)))
			v[i] += move
			close = append(close, round4(v[i]))
		}
	}
	return close, open
}

func round4(v float64) float64 { return math.Round(v*1e4) / 1e4 }

// cholesky is the lower triangle L with L L' = m; false unless m is positive definite.
func cholesky(m [5]perClass) (l triangle, ok bool) {
	for i := range m {
		for j := range i + 1 {
			sum := m[i][j]
			for k := range j {
				sum -= float64(l[i][k] * l[j][k])
			}
			switch {
			case i != j:
				l[i][j] = sum / l[j][j]
			case sum <= 0:
				return l, false
			default:
				l[i][i] = math.Sqrt(sum)
			}
		}
	}
	return l, true
}

type triangle [5]perClass

func (l *triangle) times(z perClass) (out perClass) {
	for i := range z {
		for j := range i + 1 {
			out[i] += float64(l[i][j] * z[j])
		}
	}
	return out
}

// generator is SplitMix64 (Steele, Lea and Flood 2014): 64 bits of state.
type generator uint64

func (g *generator) next() uint64 {
	*g += 0x9e3779b97f4a7c15
	z := uint64(*g)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// uniform is in [0, 1), in steps of 2^-53.
func (g *generator) uniform() float64 { return float64(g.next()>>11) / (1 << 53) }

// normal is nearly normal: the sum of twelve uniform numbers less six has mean 0,
// variance 1 and a kurtosis of 2.9, and needs no logarithm.
func (g *generator) normal() float64 {
	sum := -6.0
	for range 12 {
		sum += g.uniform()
	}
	return sum
}
