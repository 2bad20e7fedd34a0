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
	sessions, x := Load(Param("sessions"), GP64()), Load(Param("x"), GP64())
	held, asset, p, i := GP64(), GP64(), GP64(), GP64()
	one, none, zero, sign, halves := all(1), all(math.NaN()), zero(), all(math.Copysign(0, -1)), all(0.5)
	invested, price, y, v, q, r, sum, largest, k := ZMM(), ZMM(), ZMM(), ZMM(), ZMM(), ZMM(), ZMM(), ZMM(), K()

	Label("session")
	MOVQ(at(x, lanesHeld), held)
	MOVQ(px, p)
	Load(Param("n"), i)
	VPXORQ(invested, invested, invested)
	Label("value")
	VBROADCASTSD(at(p, 0), price)
	VMULPD(at(held, heldH), price, v)
	VADDPD(v, invested, invested)
	ADDQ(U8(8), p)
	ADDQ(U32(heldSize), held)
	DECQ(i)
	JNZ(LabelRef("value"))

	VDIVPD(invested, one, y)
	MOVQ(at(x, lanesHeld), held)
	MOVQ(at(x, lanesAssets), asset)
	Load(Param("n"), i)
	VPXORQ(sum, sum, sum)
	VPXORQ(largest, largest, largest)
	Label("weigh")
	VBROADCASTSD(at(px, 0), price)
	VMULPD(at(held, heldH), price, v)
	VMULPD(y, v, q)
	for range 2 {
		VMOVAPD(v, r)
		VFNMADD231PD(invested, q, r)
		VFMADD231PD(y, r, q)
	}
	VSUBPD(at(asset, assetTarget), q, q)
	VPANDNQ(q, sign, q)
	VADDPD(q, sum, sum)
	VMAXPD(q, largest, largest)
	ADDQ(U8(8), px)
	ADDQ(U32(heldSize), held)
	ADDQ(U32(assetSize), asset)
	DECQ(i)
	JNZ(LabelRef("weigh"))

	VCMPPD(U8(equal), zero, invested, k)
	VMULPD(halves, sum, sum)
	VMOVAPD(none, k, sum)
	VMOVAPD(none, k, largest)
	VMOVUPD(sum, at(half, 0))
	VMOVUPD(largest, at(most, 0))
	ADDQ(U8(64), half)
	ADDQ(U8(64), most)
	DECQ(sessions)
	JNZ(LabelRef("session"))
	VZEROUPPER()
	RET()
}
