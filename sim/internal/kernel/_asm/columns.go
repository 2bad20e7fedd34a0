package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// columns512 turns eight sessions of eight lanes at a time: pairs of sessions, then
// fours, then eights.
func columns512() {
	TEXT("columns512", NOSPLIT, "func(to *[8]*float64, from *float64, blocks int)")
	Pragma("noescape")
	Doc("columns512 writes the lanes of at least one block of eight sessions as columns.")
	to, from, blocks, s := Load(Param("to"), GP64()), Load(Param("from"), GP64()), Load(Param("blocks"), GP64()), GP64()
	var column [8]Register
	for l := range column {
		column[l] = GP64()
		MOVQ(at(to, 8*l), column[l])
	}
	XORQ(s, s)
	Label("block")
	var low, high [4]VecVirtual // of pairs of sessions: even lanes, odd lanes
	for k := range low {
		a, b := load(at(from, 128*k)), load(at(from, 128*k+64))
		low[k], high[k] = ZMM(), ZMM()
		VUNPCKLPD(b, a, low[k])
		VUNPCKHPD(b, a, high[k])
	}
	for odd, pairs := range [][4]VecVirtual{low, high} {
		for half, pick := range []U8{0x44, 0xee} {
			a, b, out := ZMM(), ZMM(), ZMM()
			VSHUFF64X2(pick, pairs[1], pairs[0], a)
			VSHUFF64X2(pick, pairs[3], pairs[2], b)
			VSHUFF64X2(U8(0x88), b, a, out)
			VMOVUPD(out, Mem{Base: column[4*half+odd], Index: s, Scale: 8})
			VSHUFF64X2(U8(0xdd), b, a, a)
			VMOVUPD(a, Mem{Base: column[4*half+2+odd], Index: s, Scale: 8})
		}
	}
	ADDQ(U32(512), from)
	ADDQ(U8(8), s)
	DECQ(blocks)
	JNZ(LabelRef("block"))
	VZEROUPPER()
	RET()
}
