package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// allOf sets four places to one number.
func allOf(f float64) VecVirtual {
	g, y := GP64(), YMM()
	MOVQ(U64(math.Float64bits(f)), g)
	VMOVQ(g, y.AsX())
	VBROADCASTSD(y.AsX(), y)
	return y
}

// watch256 is watch512 in halves, one after the other: the partial sums of both do not
// fit the registers. The cash comes in money.
func watch256() {
	TEXT("watch256", NOSPLIT, "func(x *byte, nav, px *float64, looks *uint8, cash *float64, n int, active uint64, from, to int) (s int, hit uint64)")
	Pragma("noescape")
	Doc("watch256 is Lanes.Watch for at least one asset and one session.")
	x, nav, px := Load(Param("x"), GP64()), Load(Param("nav"), GP64()), Load(Param("px"), GP64())
	looks, s := Load(Param("looks"), GP64()), Load(Param("from"), GP64())
	cash, offset := Load(Param("cash"), GP64()), GP64()
	MOVQ(s, offset)
	SHLQ(U8(6), offset)
	ADDQ(offset, nav)
	MOVQ(s, offset)
	n := Load(Param("n"), GP64())
	IMULQ(n, offset)
	LEAQ(Mem{Base: px, Index: offset, Scale: 8}, px)
	start := GP64()
	MOVQ(at(x, lanesHeld), start)
	invested, most, least, price, product, far, nought := sumOf(YMM), YMM(), YMM(), YMM(), YMM(), allOf(1e300), YMM()
	VXORPD(nought, nought, nought)
	look, hit, g := GP64(), GP64(), GP32()
	over := assets{GP64(), GP64(), GP64()}

	// half values half of the lanes, and calls more for every asset.
	half := func(name string, disp int, more func(k int)) {
		MOVQ(start, over.held)
		MOVQ(px, over.p)
		MOVQ(n, over.i)
		over.pass(name, nought, []sum{invested}, func(k int, first bool) {
			VBROADCASTSD(at(over.p, 8*k), price)
			if first {
				VMULPD(at(over.held, heldH+k*heldSize+disp), price, invested[k])
			} else {
				VMULPD(at(over.held, heldH+k*heldSize+disp), price, product)
				invested.add(k, product)
			}
			more(k)
		})
		VMOVUPD(invested[0], at(x, lanesInvested+disp))
		VADDPD(at(cash, disp), invested[0], price)
		VMOVUPD(price, at(nav, disp))
	}

	Label("session")
	MOVBQZX(Mem{Base: looks, Index: s, Scale: 1}, look)
	active := Load(Param("active"), GP64())
	ANDQ(active, look)
	JNZ(LabelRef("looked"))
	half("low", 0, func(int) {})
	half("high", 32, func(int) {})
	Label("next")
	LEAQ(Mem{Base: px, Index: n, Scale: 8}, px)
	ADDQ(U8(64), nav)
	INCQ(s)
	end := Load(Param("to"), GP64())
	CMPQ(s, end)
	JLT(LabelRef("session"))
	XORQ(look, look)
	Label("done")
	VZEROUPPER()
	Store(s, Return("s"))
	Store(look, Return("hit"))
	RET()

	Label("looked")
	MOVBQZX(at(x, lanesAlways), hit)
	for upper, name := range []string{"lower", "upper"} {
		disp := 32 * upper
		VMOVAPD(nought, most)
		VMOVAPD(far, least)
		half(name, disp, func(k int) {
			VMULPD(at(over.held, heldHi+k*heldSize+disp), price, product)
			VMAXPD(product, most, most)
			VMULPD(at(over.held, heldLo+k*heldSize+disp), price, product)
			VMINPD(product, least, least)
		})
		VCMPPD(U8(above), invested[0], most, most)
		VCMPPD(U8(below), invested[0], least, least)
		VORPD(most, least, most)
		VMOVMSKPD(most, g)
		SHLL(U8(4*upper), g)
		ORL(g, hit.As32())
	}
	ANDQ(hit, look)
	JZ(LabelRef("next"))
	JMP(LabelRef("done"))
}

// sum256 is sum512 for four lanes.
func sum256() {
	TEXT("sum256", NOSPLIT, "func(m *byte, nav, reference, returns *float64, n int)")
	Pragma("noescape")
	Doc("sum256 is Moments.sum of four lanes for at least two sessions, from the second on.")
	c := newColumn()
	last, peak, values, one, margin, line := YMM(), YMM(), YMM(), allOf(1), allOf(1+1e-12), YMM()
	VMOVUPD(at(c.nav, -64), last)
	VMOVAPD(last, peak)
	VMOVAPD(last, values)
	VMOVAPD(margin, line)
	most, sum, active, squares := YMM(), YMM(), YMM(), YMM()
	for _, y := range []VecVirtual{most, sum, active, squares} {
		VXORPD(y, y, y)
	}
	v, x, fall, g := YMM(), YMM(), YMM(), GP32()
	Label("sum")
	VMOVUPD(at(c.nav, 0), v)
	VADDPD(v, values, values)
	VDIVPD(last, v, x)
	VSUBPD(one, x, x)
	VMOVAPD(v, last)
	VMOVUPD(x, at(c.returns, 0))
	VADDPD(x, sum, sum)
	VBROADCASTSD(at(c.reference, 0), fall)
	VSUBPD(fall, x, x)
	VADDPD(x, active, active)
	VMULPD(x, x, x)
	VADDPD(x, squares, squares)
	VMAXPD(v, peak, peak)
	VMULPD(line, peak, fall)
	VCMPPD(U8(below), fall, v, fall)
	VMOVMSKPD(fall, g)
	TESTL(g, g)
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

// deviate256 is deviate512 for four lanes.
func deviate256() {
	TEXT("deviate256", NOSPLIT, "func(m *byte, nav, reference, returns *float64, n int)")
	Pragma("noescape")
	Doc("deviate256 is Moments.deviate of four lanes for at least two sessions, from the second on.")
	c := newColumn()
	mean, activeMean, squares, activeSquares, x, d := YMM(), YMM(), YMM(), YMM(), YMM(), YMM()
	VMOVUPD(at(c.m, momentsReturn), mean)
	VMOVUPD(at(c.m, momentsActive), activeMean)
	VXORPD(squares, squares, squares)
	VXORPD(activeSquares, activeSquares, activeSquares)
	Label("deviate")
	VMOVUPD(at(c.returns, 0), x)
	VSUBPD(mean, x, d)
	VMULPD(d, d, d)
	VADDPD(d, squares, squares)
	VBROADCASTSD(at(c.reference, 0), d)
	VSUBPD(d, x, x)
	VSUBPD(activeMean, x, x)
	VMULPD(x, x, x)
	VADDPD(x, activeSquares, activeSquares)
	c.next("deviate")
	VMOVUPD(squares, at(c.m, momentsDeviation))
	VMOVUPD(activeSquares, at(c.m, momentsActiveDeviation))
	VZEROUPPER()
	RET()
}
