package village

import "math/big"

// Process is the model of minutes (4.14): how long to decide, trade and finalise, the part
// of it that a mini takes, and the most that trading is stretched by.
type Process struct {
	Decide, Trade, Finalise Rat // minutes
	Mini, Stress            Rat
}

// Timeline is in seconds from the decision's start.
type Timeline struct {
	Decided, Traded, Finalised int64
	Extended                   bool
	Parts                      []int64
}

// Minutes stamps a process of so many parts: part k of n at decide + trade k / n, to the
// nearest second. Extended is longer than 60 minutes.
func (p Process) Minutes(stress Rat, parts int, mini bool) Timeline {
	seconds := whole(60)
	if mini {
		seconds = times(seconds, p.Mini)
	}
	decide, trade := times(p.Decide, seconds), times(times(p.Trade, seconds), stress)
	end := plus(plus(decide, trade), times(p.Finalise, seconds))
	t := Timeline{Decided: nearest(decide), Traded: nearest(plus(decide, trade)), Finalised: nearest(end), Extended: less(whole(3600), end)}
	for k := 1; k <= parts; k++ {
		t.Parts = append(t.Parts, nearest(plus(decide, times(trade, big.NewRat(int64(k), int64(parts))))))
	}
	return t
}

// Stress is the mean of sum t |r| over the short count of sessions over that of the long
// one, both ending at the session, between 1 and most; 1 with as many returns as the short
// count or fewer (4.14).
func Stress(prices [][]Rat, targets []Rat, session, short, long int, most Rat) Rat {
	if session <= short {
		return one
	}
	mean := func(n int) Rat {
		n = min(n, session)
		all := zero
		for s := session - n + 1; s <= session; s++ {
			for i, t := range targets {
				all = plus(all, times(t, size(minus(over(prices[s][i], prices[s-1][i]), one))))
			}
		}
		return over(all, whole(int64(n)))
	}
	base := mean(long)
	if base.Sign() == 0 {
		return one
	}
	return smaller(most, larger(one, over(mean(short), base)))
}
