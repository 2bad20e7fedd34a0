package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// filling holds what the passes of fill512 share. Money is in millionths but for
// before, value, worth and factor.
type filling struct {
	deciding
	lanes, short                OpmaskVirtual
	before, value, worth, units Register
	sold, bought, cost, trades  Register // of both sides, but for bought
	spent                       Register // on purchases, with their costs
	buyCost, buys               Register // of purchases
	cents, share, millions, _   Register
	one, factor                 Register
}

// fill512 is Lanes.Fill, the eight accounts of due at a time: what there is before, what
// the orders are worth and cost, purchases scaled where the cash does not reach, then the bookings
// of those lanes in which nothing is odd.
func fill512() {
	TEXT("fill512", NOSPLIT, "func(x *byte, p *float64, n int, due uint64, nav *float64) (rare uint64)")
	Pragma("noescape")
	Doc("fill512 is Lanes.Fill for at least one asset.")
	f := &filling{}
	f.x = Load(Param("x"), GP64())
	f.asset, f.held, f.price, f.i = GP64(), GP64(), GP64(), GP64()
	due := GP64()
	Load(Param("due"), due)
	f.lanes = mask(due)
	f.zero = zero()
	f.holdings()
	f.cents, f.share, f.millions = all(1e-6), all(1e-8), all(1e6)
	f.one = whole(1)
	f.worths()

	rare, k := K(), K()
	plenty := all(1e12)
	VCMPPD(U8(above), plenty, f.before, f.lanes, rare)
	VCMPPD(U8(above), plenty, f.worth, f.lanes, k)
	KORB(k, rare, rare)
	VPCMPGTQ(whole(1<<60), f.units, f.lanes, k)
	KORB(k, rare, rare)
	KANDNB(f.lanes, rare, f.lanes)
	odd := GP64()
	KMOVB(rare, odd.As32())
	f.short = K()
	VPCMPGTQ(f.cash, f.spent, f.lanes, f.short)
	KTESTB(f.short, f.short)
	JZ(LabelRef("scaled"))
	f.values()
	f.scale(odd)
	Label("scaled")
	f.enter()
	VZEROUPPER()
	Store(odd, Return("rare"))
	RET()
}

// holdings finds what is held before, at the prices.
func (f *filling) holdings() {
	value, sum := ZMM(), sumOf(ZMM)
	sum.begin(f.zero)
	f.sumLoop("before", func() {
		VMOVUPD(f.ofHeld(heldH), value)
		VMULPD_BCST(f.ofPrice(), value, value)
		sum.add(f.k, value)
	})
	f.before = sum.total()
}

// worths finds what the orders are worth and cost. cash becomes the cash after the
// sales, and before becomes the NAV before.
func (f *filling) worths() {
	cash := ZMM()
	VMOVDQU64(at(f.x, lanesCash), cash)
	f.cash = cash
	f.sold, f.bought, f.cost, f.trades, f.worth, f.units = zero(), zero(), zero(), zero(), zero(), zero()
	f.spent, f.buyCost, f.buys = zero(), zero(), zero()
	price, order, worth, value, cost, sold, bought := ZMM(), ZMM(), ZMM(), ZMM(), ZMM(), K(), K()
	VCVTQQ2PD(cash, worth)
	VMULPD(f.cents, worth, worth)
	VADDPD(worth, f.before, f.before)
	f.loop("worths", func() {
		VBROADCASTSD(at(f.price, 0), price)
		VMOVDQU64(at(f.asset, assetOrder), order)
		VPCMPGTQ(order, f.zero, sold)
		VPCMPGTQ(f.zero, order, bought)
		VPADDQ(at(f.asset, assetUnits), order, value)
		VPMAXSQ(value, f.units, f.units)

		VPABSQ(order, order)
		f.priced(order, price, worth, value)
		VMAXPD(worth, f.worth, f.worth)
		VCVTQQ2PD(value, worth)
		VMULPD(f.cents, worth, worth)
		VMOVUPD(at(f.asset, assetBuying), cost)
		VMOVUPD(at(f.asset, assetSelling), sold, cost)
		f.rated(worth, cost)
		VPADDQ(value, f.sold, sold, f.sold)
		VPADDQ(cost, f.cost, sold, f.cost)
		VPADDQ(f.one, f.trades, sold, f.trades)
		VPADDQ(value, f.bought, bought, f.bought)
		VPADDQ(cost, f.buyCost, bought, f.buyCost)
		VPADDQ(f.one, f.buys, bought, f.buys)
	})
	VPADDQ(f.sold, cash, cash)
	VPSUBQ(f.cost, cash, cash)
	VPADDQ(f.bought, f.buyCost, f.spent)
}

// values finds what the purchases come to with what is in proportion to them.
func (f *filling) values() {
	price, order, worth, value, bought, sum := ZMM(), ZMM(), ZMM(), ZMM(), K(), sumOf(ZMM)
	sum.begin(f.zero)
	f.sumLoop("values", func() {
		VBROADCASTSD(f.ofPrice(), price)
		VMOVDQU64(f.ofAsset(assetOrder), order)
		VPCMPGTQ(f.zero, order, bought)
		f.priced(order, price, worth, value)
		VCVTQQ2PD(value, worth)
		VMULPD(f.cents, worth, worth)
		VMULPD(f.ofAsset(assetGross), worth, worth)
		VADDPD(worth, sum[f.k], bought, sum[f.k])
	})
	f.value = sum.total()
}

// priced is the worth of units in money, and its value in millionths.
func (f *filling) priced(units, price, worth, value Register) {
	VCVTQQ2PD(units, worth)
	VMULPD(f.share, worth, worth)
	VMULPD(price, worth, worth)
	VMULPD(f.millions, worth, value)
	VCVTPD2QQ(value, value)
}

// rated makes the cost in millionths of a rate on a value in money.
func (f *filling) rated(money, rate Register) {
	VMULPD(money, rate, rate)
	VMULPD(f.millions, rate, rate)
	VCVTPD2QQ(rate, rate)
}

// scale cuts the purchases of the lanes in short by one factor each to what their
// cash pays for; what rounding makes too dear is shaved. Lanes in which one would be
// below Dust are odd, and none of them is booked.
func (f *filling) scale(odd GPVirtual) {
	factor, k, g := ZMM(), K(), GP64()
	VCVTQQ2PD(f.cash, factor)
	VMULPD(f.cents, factor, factor)
	VDIVPD(f.value, factor, factor)
	VMAXPD(f.zero, factor, factor)
	VMINPD(all(1), factor, factor)
	f.factor = factor
	f.dusty(odd)
	VMINPD(all(math.Nextafter(1, 0)), factor, factor)

	VMOVDQA64(f.zero, f.short, f.bought)
	VMOVDQA64(f.zero, f.short, f.buyCost)
	VMOVDQA64(f.zero, f.short, f.buys)
	left, over, buys := ZMM(), ZMM(), K()
	VMOVDQA64(f.cash, left)
	price, order, units, worth, value, cost := ZMM(), ZMM(), ZMM(), ZMM(), ZMM(), ZMM()
	bill := func() {
		f.priced(units, price, worth, value)
		VCVTQQ2PD(value, worth)
		VMULPD(f.cents, worth, worth)
		VMOVUPD(at(f.asset, assetBuying), cost)
		f.rated(worth, cost)
		VPADDQ(cost, value, over)
		VPSUBQ(left, over, over)
	}
	f.loop("scale", func() {
		VBROADCASTSD(at(f.price, 0), price)
		VMOVDQU64(at(f.asset, assetOrder), order)
		VPCMPGTQ(f.zero, order, f.short, buys)
		VCVTQQ2PD(order, units)
		VMULPD(factor, units, units)
		VCVTTPD2QQ(units, units)
		Label("shave")
		bill()
		VPCMPGTQ(f.zero, over, buys, k)
		VPCMPGTQ(f.zero, units, k, k)
		KMOVB(k, g.As32())
		TESTL(g.As32(), g.As32())
		JZ(LabelRef("shaved"))
		VCVTQQ2PD(over, worth)
		VMULPD(f.cents, worth, worth)
		VDIVPD(price, worth, worth)
		VMULPD(all(1e8), worth, worth)
		VRNDSCALEPD(U8(0x0a), worth, worth) // up
		VCVTTPD2QQ(worth, worth)
		VPADDQ(f.one, worth, worth)
		VPSUBQ(worth, units, k, units)
		VPMAXSQ(f.zero, units, units)
		JMP(LabelRef("shave"))
		Label("shaved")
		VMOVDQA64(units, buys, order)
		VMOVDQU64(order, at(f.asset, assetOrder))
		VPCMPGTQ(f.zero, units, buys, k)
		VPADDQ(value, f.bought, k, f.bought)
		VPADDQ(cost, f.buyCost, k, f.buyCost)
		VPADDQ(f.one, f.buys, k, f.buys)
		VPSUBQ(value, left, k, left)
		VPSUBQ(cost, left, k, left)
	})
	VPADDQ(f.bought, f.buyCost, f.spent)
}

// dusty takes the lanes out in which the factor leaves a purchase below Dust.
func (f *filling) dusty(odd GPVirtual) {
	small, k, g := K(), K(), GP64()
	price, order, worth, least := ZMM(), ZMM(), ZMM(), all(dust)
	none(small)
	f.loop("dusty", func() {
		VBROADCASTSD(at(f.price, 0), price)
		VMOVDQU64(at(f.asset, assetOrder), order)
		VPCMPGTQ(f.zero, order, f.short, k)
		VCVTQQ2PD(order, worth)
		VMULPD(f.share, worth, worth)
		VMULPD(price, worth, worth)
		VMULPD(f.factor, worth, worth)
		VCMPPD(U8(below), least, worth, k, k)
		KORB(k, small, small)
	})
	KMOVB(small, g.As32())
	ORQ(g, odd)
	KANDNB(f.lanes, small, f.lanes)
	KANDNB(f.short, small, f.short)
}

// enter books the lanes: cash, sums, and the units of every asset, mirrored for
// Watch and valued.
func (f *filling) enter() {
	cash := load(at(f.x, lanesCash))
	VPSUBQ(f.spent, f.cash, f.lanes, cash)
	VMOVDQU64(cash, at(f.x, lanesCash))
	VPADDQ(f.buyCost, f.cost, f.cost)
	f.add(lanesCost, f.cost)
	VPADDQ(f.buys, f.trades, f.trades)
	f.add(lanesTrades, f.trades)
	turnover, sum := ZMM(), load(at(f.x, lanesTurnover))
	VPADDQ(f.bought, f.sold, turnover)
	VCVTQQ2PD(turnover, turnover)
	VMULPD(f.cents, turnover, turnover)
	VMULPD(all(0.5), turnover, turnover)
	VDIVPD(f.before, turnover, turnover)
	VADDPD(turnover, sum, f.lanes, sum)
	VMOVUPD(sum, at(f.x, lanesTurnover))

	invested := f.book()
	nav := Load(Param("nav"), GP64())
	VCVTQQ2PD(cash, cash)
	VMULPD(f.cents, cash, cash)
	VADDPD(cash, invested, invested)
	VMOVUPD(at(nav, 0), cash)
	VMOVAPD(invested, f.lanes, cash)
	VMOVUPD(cash, at(nav, 0))
}

// add adds to whole numbers of the lanes.
func (f *filling) add(disp int, z Register) {
	sum := load(at(f.x, disp))
	VPADDQ(z, sum, f.lanes, sum)
	VMOVDQU64(sum, at(f.x, disp))
}

// book moves the units, mirrors them for Watch and sums their value.
func (f *filling) book() (invested Register) {
	sum := sumOf(ZMM)
	sum.begin(f.zero)
	units, h, x := ZMM(), ZMM(), ZMM()
	f.sumLoop("book", func() {
		VMOVDQU64(f.ofAsset(assetUnits), units)
		VPADDQ(f.ofAsset(assetOrder), units, f.lanes, units)
		VMOVDQU64(units, f.ofAsset(assetUnits))
		VCVTQQ2PD(units, h)
		VMULPD(f.share, h, h)
		VMOVUPD(h, f.ofHeld(heldH))
		VMULPD(f.ofAsset(assetOverHi), h, x)
		VMOVUPD(x, f.ofHeld(heldHi))
		VMULPD(f.ofAsset(assetOverLo), h, x)
		VADDPD(f.ofAsset(assetNoLo), x, x)
		VMOVUPD(x, f.ofHeld(heldLo))
		VMULPD_BCST(f.ofPrice(), h, h)
		sum.add(f.k, h)
	})
	return sum.total()
}
