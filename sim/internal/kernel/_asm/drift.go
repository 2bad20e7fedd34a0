package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// drift512 is Lanes.Drift: the invested value, then the weights by its reciprocal,
// corrected as quotient does, so that they are rounded as divisions are.
func drift512() {
	TEXT("drift512", NOSPLIT, "func(x *byte, half, most, px *float64, n, sessions int)")
	Pragma("noescape")
	Doc("drift512 is Lanes.Drift for at least one asset and one session, from px on.")
	half, most, px := Load(Param("half"), GP64()), Load(Param("most"), GP64()), Load(Param("px"), GP64())
	sessions, n := Load(Param("sessions"), GP64()), Load(Param("n"), GP64())
	d := &deciding{x: Load(Param("x"), GP64()), asset: GP64(), held: GP64(), price: GP64(), i: GP64()}
	one, none, zero, sign, halves := all(1), all(math.NaN()), zero(), all(math.Copysign(0, -1)), all(0.5)
	price, y, v, q, r, largest, k := ZMM(), ZMM(), ZMM(), ZMM(), ZMM(), ZMM(), K()
	loop := func(name string, body func()) {
		MOVQ(at(d.x, lanesHeld), d.held)
		MOVQ(at(d.x, lanesAssets), d.asset)
		MOVQ(px, d.price)
		MOVQ(n, d.i)
		d.rounds(name, body)
	}

	Label("session")
	values, parts := sumOf(ZMM), sumOf(ZMM)
	values.begin(zero)
	loop("value", func() {
		VMOVUPD(d.ofHeld(heldH), v)
		VMULPD_BCST(d.ofPrice(), v, v)
		values.add(d.k, v)
	})
	invested := values.total()

	VDIVPD(invested, one, y)
	parts.begin(zero)
	VMOVAPD(zero, largest)
	loop("weigh", func() {
		VBROADCASTSD(d.ofPrice(), price)
		VMULPD(d.ofHeld(heldH), price, v)
		VMULPD(y, v, q)
		for range 2 {
			VMOVAPD(v, r)
			VFNMADD231PD(invested, q, r)
			VFMADD231PD(y, r, q)
		}
		VSUBPD(d.ofAsset(assetTarget), q, q)
		VPANDNQ(q, sign, q)
		parts.add(d.k, q)
		VMAXPD(q, largest, largest)
	})

	sum := parts.total()
	VCMPPD(U8(equal), zero, invested, k)
	VMULPD(halves, sum, sum)
	VMOVAPD(none, k, sum)
	VMOVAPD(none, k, largest)
	VMOVUPD(sum, at(half, 0))
	VMOVUPD(largest, at(most, 0))
	LEAQ(Mem{Base: px, Index: n, Scale: 8}, px)
	ADDQ(U8(64), half)
	ADDQ(U8(64), most)
	DECQ(sessions)
	JNZ(LabelRef("session"))
	VZEROUPPER()
	RET()
}
