// Command asm writes the vector code of package kernel: lanes_amd64.s and its
// declarations. It is a separate module, so that the simulator itself does not depend
// on the generator. Run it as go generate ./sim/internal/kernel does.
package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func main() {
	ConstraintExpr("amd64,!purego")
	watch512()
	decide512()
	fill512()
	drift512()
	sum512()
	deviate512()
	spread512()
	columns512()
	watch256()
	sum256()
	deviate256()
	Generate()
}

// Places in kernel.Lanes, kernel.Held and kernel.Asset; a test of kernel holds them
// against the compiler's.
const (
	row = 64

	lanesCash, lanesInvested, lanesGross, lanesHold, lanesTurnover = 0, row, 2 * row, 3 * row, 4 * row
	lanesTrades, lanesCost, lanesTriggers, lanesDone               = 5 * row, 6 * row, 7 * row, 8 * row
	lanesAlways, lanesWide, lanesHeld, lanesAssets                 = 9 * row, 9*row + 2, 9*row + 8, 9*row + 32

	heldH, heldHi, heldLo, heldSize = 0, row, 2 * row, 3 * row

	assetUnits, assetOrder, assetTarget, assetTop, assetHigh = 0, row, 2 * row, 3 * row, 4 * row
	assetLow, assetFloor, assetRail, assetNet, assetGross    = 5 * row, 6 * row, 7 * row, 8 * row, 9 * row
	assetSelling, assetBuying, assetOverHi, assetOverLo      = 10 * row, 11 * row, 12 * row, 13 * row
	assetNoLo, assetValue, assetNeed, assetKey, assetOver    = 14 * row, 15 * row, 16 * row, 17 * row, 18 * row
	assetGot, assetSize                                      = 19 * row, 20 * row
)

// Comparisons: the second operand against the first.
const (
	equal     = 0x00
	notEqual  = 0x0c
	below     = 0x11
	unordered = 0x03
	atLeast   = 0x1d
	above     = 0x1e
)

// Dust, and what stands near to it.
const (
	dust      = 0.01
	dustBelow = dust * (1 - 1e-6)
	dustAbove = dust * (1 + 1e-6)
)

// at is a place behind a register.
func at(base Register, disp int) Mem { return Mem{Base: base, Disp: disp} }

// all sets eight places to one number.
func all(f float64) VecVirtual {
	g, z := GP64(), ZMM()
	MOVQ(U64(math.Float64bits(f)), g)
	VPBROADCASTQ(g, z)
	return z
}

func zero() VecVirtual {
	z := ZMM()
	VPXORQ(z, z, z)
	return z
}

func load(m Mem) VecVirtual {
	z := ZMM()
	VMOVUPD(m, z)
	return z
}

// mask is a mask of the low eight bits of a register.
func mask(g GPVirtual) OpmaskVirtual {
	k := K()
	KMOVB(g.As32(), k)
	return k
}

// none empties a mask.
func none(k OpmaskVirtual) {
	g := GP64()
	XORQ(g, g)
	KMOVB(g.As32(), k)
}

// whole sets eight places to one whole number.
func whole(n uint64) VecVirtual {
	g, z := GP64(), ZMM()
	MOVQ(U64(n), g)
	VPBROADCASTQ(g, z)
	return z
}
