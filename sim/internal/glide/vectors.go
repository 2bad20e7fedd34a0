//go:build amd64 && !purego

package glide

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

//go:generate go run -C _asm . -out ../lanes_amd64.s -stubs ../vectors_amd64.go -pkg glide

// vectors says what the processor can do.
func vectors() Path {
	switch {
	case cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ:
		return AVX512
	}
	return Plain
}

func (x *Lanes) bytes() *byte { return (*byte)(unsafe.Pointer(x)) }

func (x *Lanes) watch(nav, px []float64, looks []uint8, active uint8, from, to int) (int, uint8) {
	if path < AVX512 {
		return x.watchPlain(nav, px, looks, active, from, to)
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
	if path < AVX512 || len(nav) < 2*Width {
		m.sumPlain(nav, reference)
		return
	}
	sum512((*byte)(unsafe.Pointer(m)), &nav[Width], m.against(reference), &m.returns[Width], len(nav)/Width-1)
}

func (m *Moments) deviate(nav, reference []float64) {
	if path < AVX512 || len(nav) < 2*Width {
		m.deviatePlain(nav, reference)
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
