package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// filling holds what the passes of fill512 share.
type filling struct {
	deciding
	lanes                      OpmaskVirtual
	before, need, traded, cost Register
	trades, worth, units       Register
}

// fill512 is Lanes.Fill, the eight accounts of due at a time: what the orders are
// worth and cost, then the bookings of those lanes in which nothing is odd.
func fill512() {
	TEXT("fill512", NOSPLIT, "func(x *byte, p *float64, n int, due uint64, nav *float64) (rare uint64)")
	Pragma("noescape")
	Doc("fill512 is Lanes.Fill for at least one asset.")
	f := &filling{}
	f.x, f.p, f.n = Load(Param("x"), GP64()), Load(Param("p"), GP64()), Load(Param("n"), GP64())
	f.asset, f.held, f.price, f.i = GP64(), GP64(), GP64(), GP64()
	due := GP64()
	Load(Param("due"), due)
	f.lanes = mask(due)
	f.zero = zero()
	cents := all(1e-6)
	f.worths(cents)

	rare, k := K(), K()
	VPCMPGTQ(f.cash, f.need, f.lanes, rare)
	plenty := all(1e12)
	VCMPPD(U8(above), plenty, f.before, f.lanes, k)
	KORB(k, rare, rare)
	VCMPPD(U8(above), plenty, f.worth, f.lanes, k)
	KORB(k, rare, rare)
	most := ZMM()
	g := GP64()
	MOVQ(U64(1<<60), g)
	VPBROADCASTQ(g, most)
	VPCMPGTQ(most, f.units, f.lanes, k)
	KORB(k, rare, rare)
	KANDNB(f.lanes, rare, f.lanes)

	cash := load(at(f.x, lanesCash))
	VPSUBQ(f.need, f.cash, f.lanes, cash)
	VMOVDQU64(cash, at(f.x, lanesCash))
	f.add(lanesCost, f.cost)
	f.add(lanesTrades, f.trades)
	turnover, sum := ZMM(), load(at(f.x, lanesTurnover))
	VCVTQQ2PD(f.traded, turnover)
	VMULPD(cents, turnover, turnover)
	VMULPD(all(0.5), turnover, turnover)
	VDIVPD(f.before, turnover, turnover)
	VADDPD(turnover, sum, f.lanes, sum)
	VMOVUPD(sum, at(f.x, lanesTurnover))

	invested := f.book()
	nav := Load(Param("nav"), GP64())
	VCVTQQ2PD(cash, cash)
	VMULPD(cents, cash, cash)
	VADDPD(cash, invested, invested)
	VMOVUPD(at(nav, 0), cash)
	VMOVAPD(invested, f.lanes, cash)
	VMOVUPD(cash, at(nav, 0))
	VZEROUPPER()
	KMOVB(rare, g.As32())
	Store(g, Return("rare"))
	RET()
}

// worths finds what the orders are worth and cost. cash becomes the cash after the
// sales, need what the purchases take; all in millionths.
func (f *filling) worths(cents Register) {
	cash, before := ZMM(), ZMM()
	VMOVDQU64(at(f.x, lanesCash), cash)
	VCVTQQ2PD(cash, before)
	VMULPD(cents, before, before)
	f.cash, f.before = cash, before
	f.need, f.traded, f.cost, f.trades, f.worth, f.units = zero(), zero(), zero(), zero(), zero(), zero()
	share, millions := all(1e-8), all(1e6)
	one, g := ZMM(), GP64()
	MOVQ(U32(1), g)
	VPBROADCASTQ(g, one)
	price, order, worth, value, rate, sold, some := ZMM(), ZMM(), ZMM(), ZMM(), ZMM(), K(), K()
	f.loop("worths", func() {
		VBROADCASTSD(at(f.price, 0), price)
		VMULPD(at(f.held, heldH), price, worth)
		VADDPD(worth, f.before, f.before)
		VMOVDQU64(at(f.asset, assetOrder), order)
		VPCMPGTQ(order, f.zero, sold)
		VPTESTMQ(order, order, some)
		VPADDQ(at(f.asset, assetUnits), order, value)
		VPMAXSQ(value, f.units, f.units)

		VPABSQ(order, order)
		VCVTQQ2PD(order, worth)
		VMULPD(share, worth, worth)
		VMULPD(price, worth, worth)
		VMAXPD(worth, f.worth, f.worth)
		VMULPD(millions, worth, worth)
		VCVTPD2QQ(worth, value)
		VPADDQ(value, f.traded, f.traded)
		VPADDQ(one, f.trades, some, f.trades)
		VMOVUPD(at(f.asset, assetBuying), rate)
		VMOVUPD(at(f.asset, assetSelling), sold, rate)
		VCVTQQ2PD(value, worth)
		VMULPD(cents, worth, worth)
		VMULPD(rate, worth, worth)
		VMULPD(millions, worth, worth)
		VCVTPD2QQ(worth, order)
		VPADDQ(order, f.cost, f.cost)
		VPSUBQ(order, value, worth)
		VPADDQ(worth, cash, sold, cash)
		KNOTB(sold, sold)
		VPADDQ(order, value, worth)
		VPADDQ(worth, f.need, sold, f.need)
	})
}

// add adds to whole numbers of the lanes.
func (f *filling) add(disp int, z Register) {
	sum := load(at(f.x, disp))
	VPADDQ(z, sum, f.lanes, sum)
	VMOVDQU64(sum, at(f.x, disp))
}

// book moves the units, mirrors them for Watch and sums their value.
func (f *filling) book() (invested Register) {
	sum := zero()
	share := all(1e-8)
	units, h, x := ZMM(), ZMM(), ZMM()
	f.loop("book", func() {
		VMOVDQU64(at(f.asset, assetUnits), units)
		VPADDQ(at(f.asset, assetOrder), units, f.lanes, units)
		VMOVDQU64(units, at(f.asset, assetUnits))
		VCVTQQ2PD(units, h)
		VMULPD(share, h, h)
		VMOVUPD(h, at(f.held, heldH))
		VMULPD(at(f.asset, assetOverHi), h, x)
		VMOVUPD(x, at(f.held, heldHi))
		VMULPD(at(f.asset, assetOverLo), h, x)
		VADDPD(at(f.asset, assetNoLo), x, x)
		VMOVUPD(x, at(f.held, heldLo))
		VMULPD_BCST(at(f.price, 0), h, h)
		VADDPD(h, sum, sum)
	})
	return sum
}
