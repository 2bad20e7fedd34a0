package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// deciding holds what the passes of decide512 share.
type deciding struct {
	x                            Register
	asset, held, price, i        Register      // of the loop over the assets
	k                            int           // which of a round's assets the code is for
	hit, act, buys, share        OpmaskVirtual // lanes
	invested, cash, power, money Register
	left, all, keys              Register
	level, most, least           Register
	dust, zero                   Register
	one                          VecVirtual
}

// decide512 is Lanes.Decide, the eight accounts of hit at a time: what fired and
// what is sold, the deficits, the split of the cash, and the orders in units. It ends
// after the first when no asset can trade.
func decide512() {
	TEXT("decide512", NOSPLIT, "func(x *byte, p *float64, n int, hits uint64) (placed, rare uint64)")
	Pragma("noescape")
	Doc("decide512 is Lanes.Decide for at least one asset.")
	d := &deciding{x: Load(Param("x"), GP64())}
	d.asset, d.held, d.price, d.i = GP64(), GP64(), GP64(), GP64()
	hits := GP64()
	Load(Param("hits"), hits)
	d.hit = mask(hits)
	d.invested, d.dust, d.zero = load(at(d.x, lanesInvested)), all(dust), zero()
	cash, power, nav, rich := ZMM(), ZMM(), ZMM(), K()
	VCVTQQ2PD(at(d.x, lanesCash), cash)
	VMULPD(all(1e-6), cash, cash)
	VADDPD(cash, d.invested, nav)
	VCMPPD(U8(above), all(1e12), nav, d.hit, rich)
	VDIVPD(at(d.x, lanesGross), cash, power)
	VADDPD(power, d.invested, power)
	d.cash, d.power = cash, power

	g := [5]GPVirtual{GP64(), GP64(), GP64(), GP64(), GP64()} // masks are few
	able, act, big, placed, odd := g[0], g[1], g[2], g[3], g[4]
	KMOVB(rich, big.As32())
	XORQ(placed, placed)
	XORQ(odd, odd)
	d.fire()
	KANDNB(d.act, rich, d.act)
	KMOVB(d.act, act.As32())
	KMOVB(d.ready(), able.As32())
	TESTQ(able, able)
	JZ(LabelRef("count"))
	d.most = zero()
	again, near := GP64(), GP64()
	XORQ(again, again)
	XORQ(near, near)
	d.sums("lacks", true)
	JMP(LabelRef("share"))
	Label("less")
	d.sums("sums", false)
	Label("share")
	d.divide()
	d.size(able, placed, odd)
	ANDQ(able, odd)
	JZ(LabelRef("shared"))
	TESTQ(again, again)
	JNZ(LabelRef("shared"))
	INCQ(again)
	d.drop(odd, near)
	JMP(LabelRef("less"))
	Label("shared")
	d.risen(near)
	ORQ(near, odd)

	Label("count")
	ANDQ(able, odd)
	NOTQ(odd)
	ANDQ(odd, act)
	ANDQ(odd, placed)
	d.count(lanesTriggers, act)
	d.count(lanesDone, placed)
	VZEROUPPER()
	NOTQ(odd)
	ORQ(big, odd)
	Store(placed, Return("placed"))
	Store(odd, Return("rare"))
	RET()
}

// first goes to the first asset.
func (d *deciding) first() {
	MOVQ(at(d.x, lanesAssets), d.asset)
	MOVQ(at(d.x, lanesHeld), d.held)
	Load(Param("p"), d.price)
	Load(Param("n"), d.i)
}

// Fields of the asset that the code is for, and its price.
func (d *deciding) ofAsset(field int) Mem { return at(d.asset, field+d.k*assetSize) }
func (d *deciding) ofHeld(field int) Mem  { return at(d.held, field+d.k*heldSize) }
func (d *deciding) ofPrice() Mem          { return at(d.price, 8*d.k) }

// sumLoop is loop for a body that sums: unrolled, with the asset's place in the round in k.
func (d *deciding) sumLoop(name string, body func()) {
	d.first()
	d.rounds(name, body)
}

// rounds goes over the assets from where the registers point, many a round.
func (d *deciding) rounds(name string, body func()) {
	Label(name)
	for d.k = range many {
		body()
		DECQ(d.i)
		JZ(LabelRef(name + "_end"))
	}
	d.k = 0
	ADDQ(U32(many*assetSize), d.asset)
	ADDQ(U32(many*heldSize), d.held)
	ADDQ(U32(many*8), d.price)
	JMP(LabelRef(name))
	Label(name + "_end")
}

// loop calls body for every asset: asset, held and price point at it.
func (d *deciding) loop(name string, body func()) {
	d.first()
	Label(name)
	body()
	ADDQ(U32(assetSize), d.asset)
	ADDQ(U32(heldSize), d.held)
	ADDQ(U8(8), d.price)
	DECQ(d.i)
	JNZ(LabelRef(name))
}

// fire finds the lanes in which a weight is outside its band by at least Dust, and
// writes the values and what is above the rails. money becomes what the sales bring.
// Up to 1e9, Dust is more than the margin of rounding at the bands, which then need
// not be looked at.
func (d *deciding) fire() {
	fired, sold, k := K(), K(), K()
	d.act, d.buys = fired, sold
	always, wide := GP64(), GP64()
	MOVBQZX(at(d.x, lanesAlways), always)
	KMOVB(always.As32(), fired)
	none(sold)
	none, proceeds := zero(), sumOf(ZMM)
	proceeds.begin(d.zero)
	price, value, x := ZMM(), ZMM(), ZMM()
	above1, below1 := ZMM(), ZMM()
	VMOVAPD(d.zero, above1)
	VMOVAPD(d.zero, below1)
	VCMPPD(U8(above), all(1e9), d.invested, d.hit, k)
	KMOVB(k, wide.As32())
	ORB(at(d.x, lanesWide), wide.As8())
	TESTB(wide.As8(), wide.As8())
	JNZ(LabelRef("far"))

	body := func() {
		VBROADCASTSD(d.ofPrice(), price)
		VMULPD(d.ofHeld(heldH), price, value)
		VMOVUPD(value, d.ofAsset(assetValue))
		VPORQ(d.ofHeld(heldLo), none, none) // below 0: nothing is held of it, and there should be
	}
	rest := func() {
		VMULPD(d.ofAsset(assetRail), d.power, x)
		VSUBPD(x, value, x)
		VCMPPD(U8(atLeast), d.dust, x, k)
		KORB(k, sold, sold)
		VMOVAPD_Z(x, k, x)
		VMOVUPD(x, d.ofAsset(assetOver))
		VMULPD(d.ofAsset(assetNet), x, x)
		proceeds.add(d.k, x)
	}
	d.sumLoop("fire", func() {
		body()
		VMULPD(d.ofAsset(assetHigh), d.invested, x)
		VSUBPD(x, value, x)
		VMAXPD(x, above1, above1)
		VMULPD(d.ofAsset(assetFloor), d.invested, x)
		VSUBPD(value, x, x)
		VMAXPD(x, below1, below1)
		rest()
	})
	VMAXPD(below1, above1, above1)
	VCMPPD(U8(atLeast), d.dust, above1, k)
	KORB(k, fired, fired)
	JMP(LabelRef("fired"))
	Label("far")
	d.sumLoop("fires", func() {
		body()
		VMULPD(d.ofAsset(assetTop), d.invested, x)
		VCMPPD(U8(above), x, value, k)
		VMULPD(d.ofAsset(assetHigh), d.invested, x)
		VSUBPD(x, value, x)
		VCMPPD(U8(atLeast), d.dust, x, k, k)
		KORB(k, fired, fired)
		VMULPD(d.ofAsset(assetLow), d.invested, x)
		VCMPPD(U8(below), x, value, k)
		VMULPD(d.ofAsset(assetFloor), d.invested, x)
		VSUBPD(value, x, x)
		VCMPPD(U8(atLeast), d.dust, x, k, k)
		KORB(k, fired, fired)
		rest()
	})
	Label("fired")
	VPMOVQ2M(none, k)
	KORB(k, fired, fired)
	KANDB(d.hit, fired, fired)
	d.money = proceeds.total()
}

// ready finds the lanes that sell something or have money to buy with.
func (d *deciding) ready() (able OpmaskVirtual) {
	able = d.buys
	VADDPD(d.money, d.cash, d.money)
	buys := K()
	VCMPPD(U8(atLeast), d.dust, d.money, d.act, buys)
	KANDB(d.act, able, able)
	KORB(buys, able, able)
	d.buys = buys
	return able
}

// sums writes the relative distances, and finds what all needs and distances come
// to and what is left of the money after what is held back. The first time it
// writes the needs: what each asset lacks to its target, 0 where nothing is bought.
func (d *deciding) sums(name string, first bool) {
	if d.left == nil {
		d.left, d.all, d.keys, d.least = ZMM(), ZMM(), ZMM(), ZMM()
	}
	VMOVAPD(all(1e300), d.least)
	one, buys := all(1), ZMM()
	VMOVAPD(d.zero, buys)
	full, need, gross, k := ZMM(), ZMM(), ZMM(), K()
	needs, keys := sumOf(ZMM), sumOf(ZMM)
	needs.begin(d.zero)
	keys.begin(d.zero)
	d.sumLoop(name, func() {
		VMULPD(d.ofAsset(assetTarget), d.power, full)
		if first {
			VSUBPD(d.ofAsset(assetValue), full, need)
			VCMPPD(U8(above), d.zero, need, d.buys, k)
			VMOVAPD_Z(need, k, need)
			VMOVUPD(need, d.ofAsset(assetNeed))
		} else {
			VMOVUPD(d.ofAsset(assetNeed), need)
			VCMPPD(U8(above), d.zero, need, k)
		}
		VADDPD(one, buys, k, buys)
		VMINPD(full, d.least, k, d.least)
		VMOVUPD(d.ofAsset(assetGross), gross)
		VDIVPD_Z(full, need, k, full)
		VMULPD(gross, need, need)
		needs.add(d.k, need)
		VMOVUPD(full, d.ofAsset(assetKey))
		VMULPD(gross, full, full)
		keys.add(d.k, full)
	})
	VMOVAPD(needs.total(), d.all)
	VMOVAPD(keys.total(), d.keys)
	VMULPD(at(d.x, lanesHold), buys, buys)
	VSUBPD(buys, d.money, d.left)
}

// drop takes away the needs of the lanes in small that got less than Dust; near
// becomes the lanes in which one stands too near to it.
func (d *deciding) drop(small, near GPVirtual) {
	lanes, odd, k := mask(small), K(), K()
	none(odd)
	need, got, key, line := ZMM(), ZMM(), ZMM(), all(dustAbove)
	d.loop("drop", func() {
		VMOVUPD(at(d.asset, assetNeed), need)
		VMOVUPD(at(d.asset, assetGot), got)
		VCMPPD(U8(above), d.zero, got, lanes, k)
		VCMPPD(U8(atLeast), d.dust, got, k, k)
		VCMPPD(U8(below), line, got, k, k)
		KORB(k, odd, odd)
		VCMPPD(U8(above), d.zero, need, lanes, k)
		VCMPPD(U8(below), d.dust, got, k, k)
		VMOVUPD_Z(at(d.asset, assetKey), k, key)
		seen := K()
		VCMPPD(U8(atLeast), d.dust, need, k, seen)
		VMAXPD(key, d.most, seen, d.most)
		VMOVAPD(d.zero, k, need)
		VMOVUPD(need, at(d.asset, assetNeed))
	})
	KMOVB(odd, near.As32())
}

// risen finds the lanes in which what was dropped would now get Dust.
func (d *deciding) risen(near GPVirtual) {
	k, full, g, x := K(), K(), GP64(), ZMM()
	VMULPD(d.level, d.most, x)
	VCMPPD(U8(atLeast), all(dustBelow), x, d.share, k)
	KNOTB(d.share, full)
	VCMPPD(U8(above), d.zero, d.most, full, full)
	KORB(full, k, k)
	KMOVB(k, g.As32())
	ORQ(g, near)
}

// divide finds the level at which the money of lanes with less than all needs is
// spent: who would get more than its need gets the need, and the rest is shared
// again. A key of 0 is one that is met. A level below every target value meets none,
// which is seen without going through them.
func (d *deciding) divide() {
	d.share, d.level = K(), zero()
	VCMPPD(U8(below), d.all, d.left, d.share)
	KTESTB(d.share, d.share)
	JZ(LabelRef("divided"))
	again, capped, k, live := K(), K(), K(), K()
	level, key, need, got := ZMM(), ZMM(), ZMM(), ZMM()
	VMAXPD(d.zero, d.left, d.left)
	VCMPPD(U8(above), d.zero, d.keys, d.share, again)
	Label("again")
	VDIVPD(d.keys, d.left, level)
	VMOVAPD(level, again, d.level)
	VMULPD(all(1-1e-12), d.least, got)
	VCMPPD(U8(atLeast), got, level, again, again)
	KTESTB(again, again)
	JZ(LabelRef("divided"))
	none(capped)
	VMOVAPD(all(1e300), d.least)
	met, gone := sumOf(ZMM), sumOf(ZMM)
	met.begin(d.zero)
	gone.begin(d.zero)
	d.sumLoop("divide", func() {
		VMOVUPD(d.ofAsset(assetKey), key)
		VMOVUPD(d.ofAsset(assetNeed), need)
		VMULPD(level, key, got)
		VCMPPD(U8(notEqual), d.zero, key, again, live)
		VCMPPD(U8(atLeast), need, got, live, k)
		KORB(k, capped, capped)
		KANDNB(live, k, live)
		VMULPD(d.ofAsset(assetTarget), d.power, got)
		VMINPD(got, d.least, live, d.least)
		VMULPD(d.ofAsset(assetGross), need, need)
		VADDPD(need, met[d.k], k, met[d.k])
		VMULPD(d.ofAsset(assetGross), key, got)
		VADDPD(got, gone[d.k], k, gone[d.k])
		VMOVAPD(d.zero, k, key)
		VMOVUPD(key, d.ofAsset(assetKey))
	})
	VSUBPD(met.total(), d.left, d.left)
	VSUBPD(gone.total(), d.keys, d.keys)
	VCMPPD(U8(above), d.zero, d.keys, capped, again)
	KTESTB(again, again)
	JNZ(LabelRef("again"))
	Label("divided")
}

// size writes orders in units.
func (d *deciding) size(can, orders, dust GPVirtual) {
	able := mask(can)
	least, largest := all(1e300), zero()
	d.one = all(1)
	shares, most, nought, any := all(1e8), all(1<<60), zero(), zero()
	key, got, over, units, sale, k := ZMM(), ZMM(), ZMM(), ZMM(), ZMM(), K()
	d.loop("size", func() {
		VMOVUPD(at(d.asset, assetNeed), got)
		VCMPPD(U8(above), d.zero, got, k)
		VMOVUPD(at(d.asset, assetKey), key)
		VMULPD(d.level, key, over)
		met := K()
		VCMPPD(U8(notEqual), d.zero, key, d.share, met)
		VMOVAPD(over, met, got)
		VMINPD(got, least, k, least)
		VMOVUPD(got, at(d.asset, assetGot))

		VMOVUPD(at(d.asset, assetOver), over)
		VADDPD(over, got, got)
		d.quotient(got, units, sale)
		VMULPD(shares, got, got)
		VMAXPD(got, largest, largest)
		VCVTPD2QQ(got, sale)
		VCVTTPD2QQ(got, got)
		VMOVDQU64(at(d.asset, assetUnits), units)
		VPMINSQ(units, sale, sale)
		VCMPPD(U8(atLeast), at(d.asset, assetValue), over, k)
		VMOVDQA64(units, k, sale)
		VCMPPD(U8(above), d.zero, over, k)
		VPSUBQ(sale, nought, k, got)
		VPORQ(got, any, any)
		VMOVDQU64(at(d.asset, assetOrder), units)
		VMOVDQA64(got, able, units)
		VMOVDQU64(units, at(d.asset, assetOrder))
	})
	placed := K()
	VPTESTMQ(any, any, able, placed)
	KMOVB(placed, orders.As32())
	odd := K()
	VCMPPD(U8(below), d.dust, least, odd)
	VCMPPD(U8(atLeast), most, largest, placed)
	KORB(placed, odd, odd)
	KMOVB(odd, dust.As32())
}

// count adds one to the lanes of a mask.
func (d *deciding) count(disp int, which GPVirtual) {
	lanes := mask(which)
	g, one, sum := GP64(), ZMM(), ZMM()
	MOVQ(U32(1), g)
	VPBROADCASTQ(g, one)
	VMOVDQU64(at(d.x, disp), sum)
	VPADDQ(one, sum, lanes, sum)
	VMOVDQU64(sum, at(d.x, disp))
}

// quotient divides by the asset's price, rounded as a division is: from the rounded
// reciprocal of the price, which all lanes share, a quotient is corrected twice by
// its exact remainder (P. Markstein, Computation of elementary functions on the IBM
// RISC System/6000 processor, 1990). x and y are scratch.
func (d *deciding) quotient(a VecVirtual, x, y VecVirtual) {
	price, q := ZMM(), ZMM()
	VMOVSD(at(d.price, 0), price.AsX())
	VDIVSD(price.AsX(), d.one.AsX(), y.AsX())
	VBROADCASTSD(price.AsX(), price)
	VBROADCASTSD(y.AsX(), y)
	VMULPD(y, a, q)
	for range 2 {
		VMOVAPD(a, x)
		VFNMADD231PD(price, q, x)
		VFMADD231PD(y, x, q)
	}
	VMOVAPD(q, a)
}
