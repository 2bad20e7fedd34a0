package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// watch512 is Lanes.Watch: one session after the other, eight accounts at a time.
func watch512() {
	TEXT("watch512", NOSPLIT, "func(x *byte, nav, px *float64, looks *uint8, n int, active uint64, from, to int) (s int, hit uint64)")
	Pragma("noescape")
	Doc("watch512 is Lanes.Watch for at least one asset and one session.")
	x := Load(Param("x"), GP64())
	nav, px := Load(Param("nav"), GP64()), Load(Param("px"), GP64())
	looks, n := Load(Param("looks"), GP64()), Load(Param("n"), GP64())
	active, s, to := Load(Param("active"), GP64()), Load(Param("from"), GP64()), Load(Param("to"), GP64())
	start, always := GP64(), GP64()
	MOVQ(at(x, lanesHeld), start)
	MOVBQZX(at(x, lanesAlways), always)

	Comment("nav and px at the first session")
	offset := GP64()
	MOVQ(s, offset)
	SHLQ(U8(6), offset)
	ADDQ(offset, nav)
	MOVQ(s, offset)
	IMULQ(n, offset)
	LEAQ(Mem{Base: px, Index: offset, Scale: 8}, px)

	cash := ZMM()
	VCVTQQ2PD(at(x, lanesCash), cash)
	VMULPD(all(1e-6), cash, cash)
	far, nought := all(1e300), zero()
	most, least, price, product := ZMM(), ZMM(), ZMM(), ZMM()
	invested, look := sumOf(ZMM), GP64()
	over := assets{GP64(), GP64(), GP64()}
	p, held := over.p, over.held
	// term adds a product to a sum, or begins it.
	term := func(s sum, k int, first bool, make func(to Op)) {
		if first {
			make(s[k])
			return
		}
		make(product)
		s.add(k, product)
	}

	Label("session")
	MOVBQZX(Mem{Base: looks, Index: s, Scale: 1}, look)
	MOVQ(start, held)
	MOVQ(n, over.i)
	MOVQ(px, p)
	ANDQ(active, look)
	JNZ(LabelRef("looked"))
	after := GP64()
	LEAQ(Mem{Base: s, Disp: 1}, after)
	CMPQ(after, to)
	JGE(LabelRef("single"))
	MOVBQZX(Mem{Base: looks, Index: s, Scale: 1, Disp: 1}, look)
	ANDQ(active, look)
	JNZ(LabelRef("single"))

	Comment("two sessions at a time where nobody looks")
	following, h := sumOf(ZMM), ZMM()
	over.pass("values", nought, []sum{invested, following}, func(k int, first bool) {
		VMOVUPD(at(held, heldH+k*heldSize), h)
		term(invested, k, first, func(to Op) { VMULPD_BCST(at(p, 8*k), h, to) })
		term(following, k, first, func(to Op) { VMULPD_BCST(Mem{Base: p, Index: n, Scale: 8, Disp: 8 * k}, h, to) })
	})
	VADDPD(cash, invested[0], price)
	VMOVUPD(price, at(nav, 0))
	VADDPD(cash, following[0], price)
	VMOVUPD(price, at(nav, 64))
	VMOVAPD(following[0], invested[0])
	LEAQ(Mem{Base: px, Index: n, Scale: 8}, px)
	ADDQ(U8(64), nav)
	INCQ(s)
	JMP(LabelRef("next"))

	Label("single")
	over.pass("value", nought, []sum{invested}, func(k int, first bool) {
		VMOVUPD(at(held, heldH+k*heldSize), h)
		term(invested, k, first, func(to Op) { VMULPD_BCST(at(p, 8*k), h, to) })
	})
	VADDPD(cash, invested[0], price)
	VMOVUPD(price, at(nav, 0))
	Label("next")
	LEAQ(Mem{Base: px, Index: n, Scale: 8}, px)
	ADDQ(U8(64), nav)
	INCQ(s)
	CMPQ(s, to)
	JLT(LabelRef("session"))
	XORQ(look, look)
	Label("done")
	lanes := Load(Param("x"), GP64()) // again: its register is free for the loops
	VMOVUPD(invested[0], at(lanes, lanesInvested))
	VZEROUPPER()
	Store(s, Return("s"))
	Store(look, Return("hit"))
	RET()

	Label("looked")
	VMOVAPD(nought, most)
	VMOVAPD(far, least)
	over.pass("compare", nought, []sum{invested}, func(k int, first bool) {
		VBROADCASTSD(at(p, 8*k), price)
		term(invested, k, first, func(to Op) { VMULPD(at(held, heldH+k*heldSize), price, to) })
		VMULPD(at(held, heldHi+k*heldSize), price, product)
		VMAXPD(product, most, most)
		VMULPD(at(held, heldLo+k*heldSize), price, product)
		VMINPD(product, least, least)
	})
	VADDPD(cash, invested[0], price)
	VMOVUPD(price, at(nav, 0))
	above512, below512, hit := K(), K(), GP64()
	VCMPPD(U8(above), invested[0], most, above512)
	VCMPPD(U8(below), invested[0], least, below512)
	KORB(above512, below512, above512)
	KMOVB(above512, hit.As32())
	ORQ(always, hit)
	ANDQ(hit, look)
	JZ(LabelRef("next"))
	JMP(LabelRef("done"))
}
