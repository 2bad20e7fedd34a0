package data

import (
	"math"
	"slices"
	"sync"
)

// Action is what a company does to its shares before a session's trade. Both
// parts are for one share held at the previous close, before the split.
type Action struct {
	Session, Asset int
	Split          float64 // shares after it for one before; 1: none
	Dividend       float64 // cash
}

// Actions are the splits and dividends of raw prices, by session, then asset; read
// only.
func (p *Panel) Actions() []Action { return p.actions }

// HasVolume reports whether the panel has volumes.
func (p *Panel) HasVolume() bool { return p.volume != nil }

// Volume is the row of shares traded in session s; read only, nil without volumes.
func (p *Panel) Volume(s int) []float64 { return p.row(p.volume, s) }

// HasSpread reports whether the panel has spreads.
func (p *Panel) HasSpread() bool { return p.spread != nil }

// Spread is the row of half spreads in session s, in basis points; read only, nil
// without spreads.
func (p *Panel) Spread(s int) []float64 { return p.row(p.spread, s) }

// Fresh reports whether the price of asset i in session s is one of that session: one
// that was carried forward is not, and nothing is filled at it.
func (p *Panel) Fresh(s, i int) bool { return p.stale == nil || !p.stale[s*len(p.symbols)+i] }

// AllFresh reports whether every price is of its session.
func (p *Panel) AllFresh() bool { return p.stale == nil }

// Life is the sessions [first, end) in which asset i has prices.
func (p *Panel) Life(i int) (first, end int) {
	if p.lives == nil {
		return 0, len(p.dates)
	}
	return p.lives[i][0], p.lives[i][1]
}

func (p *Panel) row(v []float64, s int) []float64 {
	if v == nil {
		return nil
	}
	n := len(p.symbols)
	return v[s*n : s*n+n : s*n+n]
}

// liquidity is measured on demand, for all who share the panel.
type liquidity struct {
	sync.Once
	volume, sigma []float64
}

// Memory is the number of sessions that Liquidity looks back over.
const Memory = 21

// Liquidity is what was known of each asset before session s traded: the mean
// volume of the Memory sessions before it, in shares as they are at session s (nil
// without volumes), and the sample standard deviation of their simple total returns.
// Sessions without a price of their own do not count, nor does the first price,
// which has no return; NaN where no volume or fewer than two returns are left. It is
// computed once and kept for all who share the panel; read only.
func (p *Panel) Liquidity(s int) (volume, sigma []float64) {
	p.liquidity.Do(p.measureLiquidity)
	return p.row(p.liquidity.volume, s), p.row(p.liquidity.sigma, s)
}

func (p *Panel) measureLiquidity() {
	n, days := len(p.symbols), len(p.dates)
	l := &p.liquidity
	l.sigma = make([]float64, len(p.close))
	if p.volume != nil {
		l.volume = make([]float64, len(p.close))
	}
	splits := map[Action]float64{} // by session and asset
	for _, a := range p.actions {
		if a.Split != 1 {
			splits[Action{Session: a.Session, Asset: a.Asset}] = a.Split
		}
	}
	h := history{returns: make([]float64, days), splits: make([]float64, days)}
	for i := range n {
		for s := range days {
			h.returns[s], h.splits[s] = math.NaN(), 1
			if first, _ := p.Life(i); s > first && p.Fresh(s, i) {
				h.returns[s] = p.Growth(s, i) - 1
			}
			if f, there := splits[Action{Session: s, Asset: i}]; there {
				h.splits[s] = f
			}
		}
		for s := range days {
			l.sigma[s*n+i] = h.sigma(s)
			if l.volume != nil {
				l.volume[s*n+i] = p.meanVolume(s, i, h.splits)
			}
		}
	}
}

// history is one asset's total returns, NaN where it has none, and splits.
type history struct{ returns, splits []float64 }

// sigma is the sample deviation of the returns before session s.
func (h *history) sigma(s int) float64 {
	sum, squares, n := 0.0, 0.0, 0.0
	for _, r := range h.returns[max(0, s-Memory):s] {
		if r == r {
			sum += r
			n++
		}
	}
	if n < 2 {
		return math.NaN()
	}
	mean := sum / n
	for _, r := range h.returns[max(0, s-Memory):s] {
		if r == r {
			squares += float64((r - mean) * (r - mean))
		}
	}
	return math.Sqrt(squares / (n - 1))
}

// meanVolume is the mean of the volumes before session s.
func (p *Panel) meanVolume(s, i int, splits []float64) float64 {
	shares, n, per := 0.0, 0.0, 1.0
	for t := s - 1; t >= max(0, s-Memory); t-- {
		per *= splits[t+1]
		if p.Fresh(t, i) {
			shares += float64(p.volume[t*len(p.symbols)+i] * per)
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return shares / n
}

// Growth is what one unit of money in asset i at the close of session s-1 is worth
// at that of session s, splits and dividends counted.
func (p *Panel) Growth(s, i int) float64 {
	was, is := p.Close(s - 1)[i], p.Close(s)[i]
	if p.actions == nil {
		return is / was
	}
	at, found := slices.BinarySearchFunc(p.actions, Action{Session: s, Asset: i}, compareActions)
	if !found {
		return is / was
	}
	return (float64(is*p.actions[at].Split) + p.actions[at].Dividend) / was
}
