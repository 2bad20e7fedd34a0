package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// many is kernel.partials, and how often loops that sum are unrolled: the kth asset of a
// round adds to the kth partial sum.
const many = 8

// sum is a kernel.Sum of several lanes, a register a partial sum.
type sum [many]VecVirtual

func sumOf(register func() VecVirtual) (s sum) {
	for k := range s {
		s[k] = register()
	}
	return s
}

// begin copies 0 into the partial sums: a register that VPXORQ empties counts as needed
// from the start of the function on.
func (s sum) begin(nought Register) {
	for _, z := range s {
		VMOVAPD(nought, z)
	}
}

// add adds the term of the kth asset of a round.
func (s sum) add(k int, term VecVirtual) { VADDPD(term, s[k], s[k]) }

// total joins the partial sums in the first register.
func (s sum) total() VecVirtual {
	for h := many / 2; h > 0; h /= 2 {
		for k := range h {
			VADDPD(s[k+h], s[k], s[k])
		}
	}
	return s[0]
}

// assets goes over the assets of one session, or of several at once: p and held over the
// prices and the shares, i counts n assets down.
type assets struct{ p, held, i Register }

// pass makes sums of a term an asset: body makes that of the kth asset of a round, in the
// partial sum itself when it is the first of it. At least many assets need no 0 to begin
// with.
func (l assets) pass(name string, nought Register, sums []sum, body func(k int, first bool)) {
	CMPQ(l.i, U32(many))
	JGE(LabelRef(name + "_many"))
	for _, s := range sums {
		s.begin(nought)
	}
	JMP(LabelRef(name))
	Label(name + "_many")
	for k := range many {
		body(k, true)
	}
	SUBQ(U32(many), l.i)
	JZ(LabelRef(name + "_end"))
	l.next()
	Label(name)
	for k := range many {
		body(k, false)
		DECQ(l.i)
		JZ(LabelRef(name + "_end"))
	}
	l.next()
	JMP(LabelRef(name))
	Label(name + "_end")
	for _, s := range sums {
		s.total()
	}
}

// next goes on to the next round.
func (l assets) next() {
	ADDQ(U32(8*many), l.p)
	ADDQ(U32(heldSize*many), l.held)
}
