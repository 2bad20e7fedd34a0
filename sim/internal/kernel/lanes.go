package kernel

// Width is how many accounts stand side by side in Lanes.
const Width = 8

// Row is one number of each lane.
type Row [Width]float64

// Whole is one whole number of each lane.
type Whole [Width]int64

// Held is what the lanes hold of one asset, as Watch reads it: shares, shares over
// the upper limit of the weight (0: none), shares over the lower limit (1e300:
// none).
type Held struct{ H, Hi, Lo Row }

// Asset is one asset in all lanes: what is booked, what is ordered, the limits as
// weights, and the rates.
type Asset struct {
	Units, Order   Whole // in hundred-millionths; an order is + bought, - sold
	Target         Row
	Top, High      Row // the weight above which the band is breached, the band's upper edge
	Low, Floor     Row // the weight below which the band is breached, the band's lower edge (below 0: none)
	Rail           Row // the weight down to which is sold; 0 for a target of 0
	Net, Gross     Row // 1 - the rate of a sale, 1 + the rate of a purchase
	Selling        Row // the rate of a sale
	Buying         Row // the rate of a purchase
	OverHi, OverLo Row // what H is multiplied with for Hi and for Lo
	NoLo           Row // what is added to Lo: 1e300 without a lower limit, a trifle below 0 with one
	value, need    Row // scratch of Decide
	key, over, got Row
}

// Lanes are eight accounts of the common shape that share a panel. All arithmetic
// is that of the ordinary code of the simulation, in the same order and with the
// same rounding, sums over the assets as Sum says; what is out of the ordinary is left
// to that code.
type Lanes struct {
	Cash       Whole // in millionths
	Invested   Row   // the value without cash at the session at which Watch stopped
	Gross      Row   // 1 + the rate of purchases averaged by target
	Hold       Row   // what is kept of the money for each purchase
	Turnover   Row
	Trades     Whole
	Cost       Whole // in millionths
	Triggers   Whole // of which those that are no rebalances were unfunded
	Rebalances Whole
	Always     uint8 // lanes that trade at every look
	Used       uint8 // lanes that hold an account
	Wide       uint8 // lanes with a band that is breached more than 1e-11 beyond its edge

	Held   []Held  // by asset
	Assets []Asset // by asset

	plain Parts // what Go alone did since Clear
}

// Far is what stands for no limit.
const Far = 1e300

const (
	// Dust is the smallest order, in money.
	Dust = 0.01
	// Plenty is the most money and the most units with which the lanes reckon.
	Plenty      = 1e12
	plentyUnits = 1 << 60

	dustBelow, dustAbove = Dust * (1 - 1e-6), Dust * (1 + 1e-6)

	perMoney, money = 1e6, 1e-6
	perShare, share = 1e8, 1e-8
)

// NewLanes makes eight empty lanes for n assets.
func NewLanes(n int) *Lanes { return &Lanes{Held: make([]Held, n), Assets: make([]Asset, n)} }

// Clear empties the lanes.
func (x *Lanes) Clear() {
	clear(x.Held)
	clear(x.Assets)
	*x = Lanes{Held: x.Held, Assets: x.Assets}
}

// Plain is what Go alone did since Clear: tests ask it whether vectors did the rest.
func (x *Lanes) Plain() Parts { return x.plain }

// Mirror writes what Watch reads of one asset of a lane.
func (x *Lanes) Mirror(lane, asset int) {
	a, r := &x.Assets[asset], &x.Held[asset]
	h := float64(a.Units[lane]) * share
	r.H[lane] = h
	r.Hi[lane] = h * a.OverHi[lane]
	r.Lo[lane] = float64(h*a.OverLo[lane]) + a.NoLo[lane]
}

// Watch values the lanes' sessions from from on: nav[s*Width+lane] is the Sum of price
// x shares, plus cash. It stops at the first session in
// [from, to) at which a lane of active that looks there (bit lane of looks[s]) may
// be outside its limits, and says which lanes are; Invested is then that
// session's. It returns to and none when there is no such session. It may stop
// too early by a rounding, never too late.
func (x *Lanes) Watch(nav, px []float64, looks []uint8, active uint8, from, to int) (s int, hit uint8) {
	if from >= to {
		return to, 0
	}
	n := len(x.Held)
	_, _, _, _ = nav[from*Width], nav[to*Width-1], px[to*n-1], looks[to-1]
	for from < to && hit == 0 {
		end := x.reach(from, to)
		s, hit = x.watch(nav, px, looks, active, from, end)
		from = end
	}
	return s, hit
}

// patience is how many prices one call may go through: vector code is not
// interrupted, and others wait for it when memory is collected.
var patience = 1 << 20

func (x *Lanes) reach(from, to int) int { return min(to, from+1+patience/len(x.Held)) }

// Decide puts the close p before the policies of the lanes of hit and writes the
// orders of those that trade. Lanes in rare are untouched: something out of the
// ordinary (a purchase below Dust, more than Plenty) wants the ordinary code.
func (x *Lanes) Decide(p []float64, hit uint8) (placed, rare uint8) {
	_ = p[len(x.Assets)-1]
	return x.decide(p, hit)
}

// Fill executes the orders of the lanes of due at prices p, and values them at the
// same prices: nav has a place a lane. Lanes in rare are untouched: their cash does
// not reach, or they have more than Plenty.
func (x *Lanes) Fill(p []float64, due uint8, nav []float64) (rare uint8) {
	_, _ = p[len(x.Assets)-1], nav[Width-1]
	return x.fill(p, due, nav)
}

// Drift writes, for the sessions in [from, to), half the Sum of |w-t| and the largest
// |w-t| of each lane, at session*Width + lane; NaN when nothing is invested.
func (x *Lanes) Drift(half, most, px []float64, from, to int) {
	if from >= to {
		return
	}
	n := len(x.Held)
	_, _, _ = half[to*Width-1], most[to*Width-1], px[to*n-1]
	for from < to {
		end := x.reach(from, to)
		x.drift(half[from*Width:end*Width], most[from*Width:end*Width], px[from*n:end*n])
		from = end
	}
}

// Columns writes the lanes of nav, which has Width values a session, as columns of
// as many sessions.
func Columns(to *[Width][]float64, nav []float64) {
	for s := columns(to, nav); s < len(nav)/Width; s++ {
		for l, v := range nav[s*Width : s*Width+Width] {
			to[l][s] = v
		}
	}
}
