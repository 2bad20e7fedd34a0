package village

import (
	"fmt"
	"strings"
	"testing"
)

// The worlds here are small enough to be calculated by hand; the numbers beside them are.

func prices(rows ...string) (all [][]Rat) {
	for _, row := range rows {
		var p []Rat
		for _, x := range strings.Fields(row) {
			p = append(p, Dec(x))
		}
		all = append(all, p)
	}
	return all
}

func targets(parts ...string) (all []Rat) {
	for _, x := range parts {
		all = append(all, Dec(x))
	}
	return all
}

// brings reads "session village member amount", with an asset's place for shares.
func brings(rows ...string) (flows []Flow) {
	for _, row := range rows {
		f, amount, asset := Flow{}, "", -1
		n, _ := fmt.Sscan(row, &f.Session, &f.Village, &f.Member, &amount, &asset)
		f.Shares, f.Asset, f.All = n == 5, max(asset, 0), amount == "all"
		if !f.All {
			f.Amount = Dec(amount)
		}
		flows = append(flows, f)
	}
	return flows
}

func filled(w World, o Output) (lines []string) {
	for _, f := range o.Fills {
		who := ""
		for _, m := range f.Members {
			who += " " + o.Members[f.Village][m.Member].Name
		}
		lines = append(lines, fmt.Sprintf("%d %s %s %s %s %s =%s%s", f.Session, w.Villages[f.Village].Name, w.Assets[f.Asset], f.Route, side(f.Sell), shares8(f.Shares), money6(f.Value), who))
	}
	return lines
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// An overweight company gets none of new money (VC-05b): V' = 1,100,000, A is above its
// 550,000, B lacks 150,000; the newcomer's 100,000 less 2e-6 buy B alone.
func TestOverweightGetsNone(t *testing.T) {
	w := World{Assets: []string{"A", "B"}, Prices: prices("1 1", "1 1", "1 1"), Villages: []Village{{Name: "V", Targets: targets("50%", "50%")}},
		Flows: brings("0 V old 600000 0", "0 V old 400000 1", "1 V new 100000"), Rules: Rules{Percent: Dec("5%")}}
	expect(t, filled(w, Run(w)), "2 V B market buy 99999.99999800 =99999.999998 new")
}

// The pool's 500,000 pro rata to 400,000, 300,000 and 200,000 asked (VC-08): two ninths of
// a million and so on; the unit left goes to Y, whose remainder is the largest.
func TestPoolProRata(t *testing.T) {
	w := World{Assets: []string{"A", "B"}, Prices: prices("1 1", "1 1"),
		Villages: []Village{{Name: "X", Targets: targets("50%", "50%")}, {Name: "Y", Targets: targets("50%", "50%")}, {Name: "Z", Targets: targets("50%", "50%")}},
		Flows:    brings("0 X x 1400000 0", "0 X x 600000 1", "0 Y y 800000 0", "0 Y y 200000 1", "0 Z z 2200000 0", "0 Z z 1800000 1"),
		Pool:     &Pool{Cash: whole(600000), Held: make([]Rat, 2), Reserve: whole(100000), Priority: "pro_rata"},
		Rules: Rules{Look: []int{1}, Money: whole(10000), Percent: Dec("5%"), SameClose: true,
			Forbidden: []Restriction{{Assets: []int{0}, Rule: "no_sell", Until: -1, Routes: []string{"market"}}}}}
	expect(t, filled(w, Run(w))[:3], "1 Y A pool sell 166666.66666700 =166666.666667 y", "1 X A pool sell 222222.22222200 =222222.222222 x",
		"1 Z A pool sell 111111.11111100 =111111.111111 z")
}

// A purchase that is cut frees its counterpart for the next route (VC-16): P's 100 of money
// buy 50 shares at 2, not the 99.999998 that were ordered at 1, so that Q crosses 50 and
// sells 50 on the market.
func TestCutFreesItsCounterpart(t *testing.T) {
	w := World{Assets: []string{"A", "B"}, Prices: prices("1 1", "1 1", "2 1"),
		Villages: []Village{{Name: "P", Targets: targets("100%", "0")}, {Name: "Q", Targets: targets("90%", "10%")}},
		Flows:    brings("0 Q q 1000 0", "1 P p 100"), Rules: Rules{Look: []int{1}, Percent: Dec("5%")}}
	o := Run(w)
	expect(t, filled(w, o), "2 Q A cross sell 50.00000000 =100.000000 q", "2 Q A market sell 50.00000000 =100.000000 q",
		"2 P A cross buy 50.00000000 =100.000000 p", "2 Q B market buy 99.99999800 =99.999998 q")
	if m := o.Missed[0]; m.Reason != "cash" || shares8(m.Shares) != "49.99999800" {
		t.Errorf("missed %+v", m)
	}
}

// Who leaves crosses with money that buys inside the village (VC-26): bob's 40 meet cy's
// 29.999998, the rest goes to the market; ann does not trade.
func TestLeaverCrossesInside(t *testing.T) {
	w := World{Assets: []string{"A"}, Prices: prices("1", "1", "1"), Villages: []Village{{Name: "V", Targets: targets("100%")}},
		Flows: brings("0 V ann 60 0", "0 V bob 40 0", "1 V bob all", "1 V cy 30"), Rules: Rules{Percent: Dec("5%")}}
	o := Run(w)
	expect(t, filled(w, o), "2 V A cross sell 29.99999800 =29.999998 bob", "2 V A market sell 10.00000200 =10.000002 bob", "2 V A cross buy 29.99999800 =29.999998 cy")
	if p := o.Paid[0]; len(o.Paid) != 1 || p.Amount != 40_000_000 || p.Waited != 1 || o.Members[0][1].Left != 2 {
		t.Errorf("paid %+v, %+v", o.Paid, o.Members[0][1])
	}
}

// What waits goes at the release whatever its size, or at once when its company drifts by
// more than 30 % (VC-11): 505 and 495 at 50/50 put 5 of A and 4.999998 of B into the batch.
// At 2 for A the weights are 1,010 and 495 of 1,505: 34 % off.
func TestBatchGoes(t *testing.T) {
	w := World{Assets: []string{"A", "B"}, Prices: prices("1 1", "1 1", "1 1", "2 1"), Villages: []Village{{Name: "V", Targets: targets("50%", "50%")}},
		Flows: brings("0 V ann 505 0", "0 V ann 495 1"),
		Rules: Rules{Look: []int{1}, Percent: Dec("0.5%"), Scope: "all", Minimum: whole(100), SameClose: true, Batch: &Batch{Release: []int{2}}}}
	expect(t, filled(w, Run(w)), "2 V A market sell 5.00000000 =5.000000 ann", "2 V B market buy 4.99999800 =4.999998 ann")
	w.Rules.Batch = &Batch{Urgent: Dec("30%")}
	expect(t, filled(w, Run(w)), "3 V A market sell 5.00000000 =10.000000 ann", "3 V B market buy 4.99999800 =4.999998 ann")
	w.Rules.Batch = &Batch{}
	expect(t, filled(w, Run(w)))
}

// A lock holds shares back from the village and from their member (4.6.8): bob's request of
// session 1 waits until session 3.
func TestLockWaits(t *testing.T) {
	w := World{Assets: []string{"A"}, Prices: prices("1", "1", "1", "1", "1"), Villages: []Village{{Name: "V", Targets: targets("100%"), Lock: map[string]int{"bob": 3}}},
		Flows: brings("0 V ann 60 0", "0 V bob 40 0", "1 V bob -10"), Rules: Rules{Percent: Dec("5%")}}
	o := Run(w)
	expect(t, filled(w, o), "4 V A market sell 10.00000000 =10.000000 bob")
	if p := o.Paid[0]; p.Amount != 10_000_000 || p.Waited != 3 {
		t.Errorf("paid %+v", p)
	}
}

// A split and a dividend go by what members held (4.2.7): 10 and 5 shares at 3 for 2 are 15
// and 7.5; 0.10 a share before it are 1.00 and 0.50. One unit that rounding leaves over goes
// to the largest remainder: 0.00000001 x 3/2 and 0.00000002 x 3/2 are 1.5 and 3 units, 4 of
// the village's 4.
func TestActionsGoByHoldings(t *testing.T) {
	w := World{Assets: []string{"A"}, Prices: prices("3", "2"), Villages: []Village{{Name: "V", Targets: targets("100%")}},
		Flows: brings("0 V ann 10 0", "0 V bob 5 0"), Actions: []Action{{Session: 1, Split: Dec("1.5"), Dividend: Dec("0.1")}}, Rules: Rules{Percent: Dec("5%")}}
	o := Run(w)
	books := o.Sessions[1].Villages[0].Members
	if books[0].Shares[0] != 15*unitsPerShare || books[1].Shares[0] != 75*unitsPerShare/10 || books[0].Cash != 1_000_000 || books[1].Cash != 500_000 {
		t.Errorf("books %+v", books)
	}
	w.Flows = brings("0 V ann 0.00000001 0", "0 V bob 0.00000002 0")
	w.Actions[0].Dividend = nil
	books = Run(w).Sessions[1].Villages[0].Members
	if books[0].Shares[0] != 1 || books[1].Shares[0] != 3 {
		t.Errorf("books %+v", books)
	}
}
