package ledger

import (
	"fmt"
	"math"

	"github.com/shopspring/decimal"

	"evenkeel/sim"
)

// nav proves the recorded NAV session by session: cash, settled
// and not, plus shares times close.
// Every session in which something was booked, the last, and one in every
// proofStride are summed in decimal; the rest in float64 from the ledger's own
// balances, which hold between bookings.
type nav struct {
	r    *sim.Record
	next int
	cash float64
	hold []float64
}

const (
	proofStride    = 64
	proofTolerance = 1e-12
)

func newNAV(r *sim.Record) *nav {
	return &nav{r: r, next: r.First, hold: make([]float64, r.Panel.Assets())}
}

// upTo proves the sessions before session s, with the balances of now.
func (n *nav) upTo(s int, st *Statement) error {
	if n.next >= s {
		return nil
	}
	n.cash = st.Cash.Add(st.Unsettled).InexactFloat64()
	for i, d := range st.Shares {
		n.hold[i] = d.InexactFloat64()
	}
	for booked := true; n.next < s; n.next++ {
		got, want := n.r.NAV[n.next], 0.0
		if booked || n.next == s-1 || n.next%proofStride == 0 {
			want = n.exact(st)
		} else {
			want = sim.Product(n.r.Panel.Close(n.next), n.hold) + n.cash
		}
		booked = false
		if !(math.Abs(got-want) <= proofTolerance*want) {
			return fmt.Errorf("NAV of %s is %v in the run and %v in the ledger", n.r.Panel.Date(n.next), got, want)
		}
	}
	return nil
}

func (n *nav) exact(st *Statement) float64 {
	sum := st.Cash.Add(st.Unsettled)
	for i, p := range n.r.Panel.Close(n.next) {
		if !st.Shares[i].IsZero() {
			sum = sum.Add(st.Shares[i].Mul(decimal.NewFromFloat(p)))
		}
	}
	return sum.InexactFloat64()
}
