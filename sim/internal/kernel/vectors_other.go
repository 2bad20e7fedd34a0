//go:build !amd64 || purego

package kernel

func vectors() Path { return Plain }

func (x *Lanes) watch(nav, px []float64, looks []uint8, active uint8, from, to int) (int, uint8) {
	return x.watchPlain(nav, px, looks, active, from, to)
}

func (x *Lanes) decide(p []float64, hit uint8) (placed, rare uint8) { return x.decidePlain(p, hit) }

func (x *Lanes) fill(p []float64, due uint8, nav []float64) (rare uint8) {
	return x.fillPlain(p, due, nav)
}

func (x *Lanes) drift(half, most, px []float64) { x.driftPlain(half, most, px) }

func (m *Moments) sum(nav, reference []float64)     { m.sumPlain(nav, reference) }
func (m *Moments) spread(half, most []float64)      { m.spreadPlain(half, most) }
func (m *Moments) deviate(nav, reference []float64) { m.deviatePlain(nav, reference) }

func columns(to *[Width][]float64, nav []float64) (done int) { return 0 }
