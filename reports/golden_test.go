package reports

import (
	"bytes"
	"flag"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/strategies"
)

var update = flag.Bool("update", false, "write what is made as what is expected")

// small is the run of the golden files: few sessions, so that they stay small,
// and narrow bands, so that everything happens in them.
func small(t testing.TB) *Run {
	p := walk(t, []string{"A", "B", "C"}, 90)
	targets := []float64{0.5, 0.3, 0.2}
	weekly := data.Schedule{Period: data.Week, Last: true}
	week := plan{name: "weekly", title: "calendar, week_end", policy: strategies.NewCalendar(weekly)}
	return replay(t, p, targets, tenBPS(t, p, sim.NextClose), never(), week, banded("bands", targets, 0.03, 0.02))
}

// golden compares with testdata/NAME, or writes it with -update.
func golden(t *testing.T, name string, got []byte, same func(want, got []byte) bool) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o644))
		return
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	if !same(want, got) {
		t.Errorf("%s differs from what is made now; look at both, then run the test with -update", path)
	}
}

func TestGoldenFiles(t *testing.T) {
	m := memory{}
	require.NoError(t, Write(m, small(t)))
	for _, name := range []string{"growth", "weights-bands", "drift", "cost-tracking", "shortfall"} {
		golden(t, name+".svg", m["plots/"+name+".svg"], bytes.Equal)
	}
	golden(t, "cost-tracking.png", m["plots/cost-tracking.png"], alike)
	golden(t, "shortfall.png", m["plots/shortfall.png"], alike)
	golden(t, "report.md", m["report.md"], bytes.Equal)
	for _, width := range []string{"60", "120"} {
		var b bytes.Buffer
		require.NoError(t, Table(&b, small(t), map[string]int{"60": 60, "120": 120}[width]))
		golden(t, "terminal-"+width+".txt", b.Bytes(), bytes.Equal)
	}
}

// alike says whether two PNG files show the same: at most one pixel in a
// thousand may differ by more than a shade.
func alike(want, got []byte) bool {
	a, err1 := png.Decode(bytes.NewReader(want))
	b, err2 := png.Decode(bytes.NewReader(got))
	if err1 != nil || err2 != nil || a.Bounds() != b.Bounds() {
		return false
	}
	return differing(a, b) <= a.Bounds().Dx()*a.Bounds().Dy()/1000
}

func differing(a, b image.Image) (n int) {
	const shade = 0x0800
	far := func(x, y uint32) bool { return max(x, y)-min(x, y) > shade }
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			r, g, bl, _ := a.At(x, y).RGBA()
			r2, g2, bl2, _ := b.At(x, y).RGBA()
			if far(r, r2) || far(g, g2) || far(bl, bl2) {
				n++
			}
		}
	}
	return n
}
