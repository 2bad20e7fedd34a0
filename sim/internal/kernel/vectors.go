//go:build amd64 && !purego

package kernel

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

//go:generate go run -C _asm . -out ../lanes_amd64.s -stubs ../vectors_amd64.go -pkg kernel

// vectors returns what the processor can do.
func vectors() Path {
	switch {
	case cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ:
		return AVX512
	case cpu.X86.HasAVX2:
		return AVX2
	}
	return Plain
}

func (x *Lanes) bytes() *byte { return (*byte)(unsafe.Pointer(x)) }

func (x *Lanes) watch(nav, px []float64, looks []uint8, active uint8, from, to int) (int, uint8) {
	switch path {
	case Plain:
		return x.watchPlain(nav, px, looks, active, from, to)
	case AVX2:
		var cash Row
		for l, c := range x.Cash {
			cash[l] = float64(c) * money
		}
		s, hit := watch256(x.bytes(), &nav[0], &px[0], &looks[0], &cash[0], len(x.Held), uint64(active), from, to)
		return s, uint8(hit)
	}
	s, hit := watch512(x.bytes(), &nav[0], &px[0], &looks[0], len(x.Held), uint64(active), from, to)
	return s, uint8(hit)
}

func (x *Lanes) decide(p []float64, hit uint8) (placed, rare uint8) {
	if path < AVX512 {
		return x.decidePlain(p, hit)
	}
	a, b := decide512(x.bytes(), &p[0], len(x.Assets), uint64(hit))
	return uint8(a), uint8(b)
}

func (x *Lanes) fill(p []float64, due uint8, nav []float64) (rare uint8) {
	if path < AVX512 {
		return x.fillPlain(p, due, nav)
	}
	return uint8(fill512(x.bytes(), &p[0], len(x.Assets), uint64(due), &nav[0]))
}

func (x *Lanes) drift(half, most, px []float64) {
	if path < AVX512 {
		x.driftPlain(half, most, px)
		return
	}
	drift512(x.bytes(), &half[0], &most[0], &px[0], len(x.Held), len(half)/Width)
}

func (m *Moments) sum(nav, reference []float64) {
	if path == Plain || len(nav) < 2*Width {
		m.sumPlain(nav, reference)
		return
	}
	if path == AVX2 {
		for half := range 2 {
			sum256(m.half(half), &nav[Width+4*half], m.against(reference), &m.returns[Width+4*half], len(nav)/Width-1)
		}
		return
	}
	sum512((*byte)(unsafe.Pointer(m)), &nav[Width], m.against(reference), &m.returns[Width], len(nav)/Width-1)
}

func (m *Moments) deviate(nav, reference []float64) {
	if path == Plain || len(nav) < 2*Width {
		m.deviatePlain(nav, reference)
		return
	}
	if path == AVX2 {
		for half := range 2 {
			deviate256(m.half(half), &nav[Width+4*half], m.against(reference), &m.returns[Width+4*half], len(nav)/Width-1)
		}
		return
	}
	deviate512((*byte)(unsafe.Pointer(m)), &nav[Width], m.against(reference), &m.returns[Width], len(nav)/Width-1)
}

func (m *Moments) spread(half, most []float64) {
	if path < AVX512 {
		m.spreadPlain(half, most)
		return
	}
	spread512((*byte)(unsafe.Pointer(m)), &half[0], &most[0], len(half)/Width)
}

// half is the place of the lower or the upper four lanes.
func (m *Moments) half(k int) *byte { return (*byte)(unsafe.Pointer(&m.Mean[4*k])) }

// against is the reference from the second session on; without one, numbers of
// which nothing is kept.
func (m *Moments) against(reference []float64) *float64 {
	if reference == nil {
		return &m.returns[1]
	}
	return &reference[1]
}

func columns(to *[Width][]float64, nav []float64) (done int) {
	blocks := len(nav) / (Width * Width)
	if path < AVX512 || blocks == 0 {
		return 0
	}
	var at [Width]*float64
	for l, c := range to {
		at[l] = &c[:blocks*Width][0]
	}
	columns512(&at, &nav[0], blocks)
	return blocks * Width
}
