package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Places in kernel.Moments.
const (
	momentsMean, momentsReturn, momentsDeviation         = 0, row, 2 * row
	momentsActive, momentsActiveDeviation, momentsSquare = 3 * row, 4 * row, 5 * row
	momentsDrawdown, momentsDrift, momentsDriftMost      = 6 * row, 7 * row, 8 * row
)

// column walks sessions of eight values.
type column struct{ m, nav, reference, returns, n Register }

func newColumn() column {
	return column{
		Load(Param("m"), GP64()), Load(Param("nav"), GP64()), Load(Param("reference"), GP64()),
		Load(Param("returns"), GP64()), Load(Param("n"), GP64()),
	}
}

// next goes on to the next session, and to the label while there is one.
func (c column) next(label string) {
	ADDQ(U8(64), c.nav)
	ADDQ(U8(8), c.reference)
	ADDQ(U8(64), c.returns)
	DECQ(c.n)
	JNZ(LabelRef(label))
}

// sum512 is Moments.sum: nav, reference and returns begin at the second session. It
// divides for the drawdown only where a fall may be a new largest one.
func sum512() {
	TEXT("sum512", NOSPLIT, "func(m *byte, nav, reference, returns *float64, n int)")
	Pragma("noescape")
	Doc("sum512 is Moments.sum for at least two sessions, from the second on.")
	c := newColumn()
	last := load(at(c.nav, -64))
	peak, values, one := ZMM(), ZMM(), all(1)
	VMOVAPD(last, peak)
	VMOVAPD(last, values)
	most, sum, active, squares, line := zero(), zero(), zero(), zero(), ZMM()
	margin := all(1 + 1e-12)
	VMOVAPD(margin, line)
	v, x, fall, k := ZMM(), ZMM(), ZMM(), K()
	Label("sum")
	VMOVUPD(at(c.nav, 0), v)
	VADDPD(v, values, values)
	VDIVPD(last, v, x)
	VSUBPD(one, x, x)
	VMOVAPD(v, last)
	VMOVUPD(x, at(c.returns, 0))
	VADDPD(x, sum, sum)
	VSUBPD_BCST(at(c.reference, 0), x, x)
	VADDPD(x, active, active)
	VMULPD(x, x, x)
	VADDPD(x, squares, squares)
	VMAXPD(v, peak, peak)
	VMULPD(line, peak, fall)
	VCMPPD(U8(below), fall, v, k)
	KTESTB(k, k)
	JNZ(LabelRef("fallen"))
	Label("on")
	c.next("sum")
	VMOVUPD(values, at(c.m, momentsMean))
	VMOVUPD(sum, at(c.m, momentsReturn))
	VMOVUPD(active, at(c.m, momentsActive))
	VMOVUPD(squares, at(c.m, momentsSquare))
	VMOVUPD(most, at(c.m, momentsDrawdown))
	VZEROUPPER()
	RET()
	Label("fallen")
	VDIVPD(peak, v, fall)
	VSUBPD(fall, one, fall)
	VMAXPD(fall, most, most)
	VSUBPD(most, one, line)
	VMULPD(margin, line, line)
	JMP(LabelRef("on"))
}

// deviate512 is Moments.deviate.
func deviate512() {
	TEXT("deviate512", NOSPLIT, "func(m *byte, nav, reference, returns *float64, n int)")
	Pragma("noescape")
	Doc("deviate512 is Moments.deviate for at least two sessions, from the second on.")
	c := newColumn()
	mean, activeMean := load(at(c.m, momentsReturn)), load(at(c.m, momentsActive))
	squares, activeSquares, x, d := zero(), zero(), ZMM(), ZMM()
	Label("deviate")
	VMOVUPD(at(c.returns, 0), x)
	VSUBPD(mean, x, d)
	VMULPD(d, d, d)
	VADDPD(d, squares, squares)
	VSUBPD_BCST(at(c.reference, 0), x, x)
	VSUBPD(activeMean, x, x)
	VMULPD(x, x, x)
	VADDPD(x, activeSquares, activeSquares)
	c.next("deviate")
	VMOVUPD(squares, at(c.m, momentsDeviation))
	VMOVUPD(activeSquares, at(c.m, momentsActiveDeviation))
	VZEROUPPER()
	RET()
}

// spread512 is Moments.spread.
func spread512() {
	TEXT("spread512", NOSPLIT, "func(m *byte, half, most *float64, n int)")
	Pragma("noescape")
	Doc("spread512 is Moments.spread for at least one session.")
	m, half, most, n := Load(Param("m"), GP64()), Load(Param("half"), GP64()), Load(Param("most"), GP64()), Load(Param("n"), GP64())
	sum, largest, bad, x, k := zero(), zero(), K(), ZMM(), K()
	none(bad)
	Label("spread")
	VADDPD(at(half, 0), sum, sum)
	VMOVUPD(at(most, 0), x)
	VMAXPD(x, largest, largest)
	VCMPPD(U8(unordered), x, x, k)
	KORB(k, bad, bad)
	ADDQ(U8(64), half)
	ADDQ(U8(64), most)
	DECQ(n)
	JNZ(LabelRef("spread"))
	VMOVAPD(all(math.NaN()), bad, largest)
	VMOVUPD(sum, at(m, momentsDrift))
	VMOVUPD(largest, at(m, momentsDriftMost))
	VZEROUPPER()
	RET()
}
