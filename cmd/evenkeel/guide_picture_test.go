package main

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/reports/run"
)

// gallery keeps the files of a report in memory.
type gallery map[string]*bytes.Buffer

func (g gallery) Write(name string, fill func(io.Writer) error) error {
	g[name] = &bytes.Buffer{}
	return fill(g[name])
}

// picture is a plot of a run at half its size, of weights the panels asked for.
func (g *guide) picture(t *testing.T, words []string) string {
	name, plot := words[0], words[1]
	var panels, changes []string
	for _, w := range words[2:] {
		if list, ok := strings.CutPrefix(w, "panels="); ok {
			panels = strings.Split(list, ",")
			continue
		}
		changes = append(changes, w)
	}
	r := g.run(t, name, changes)
	runs, report := *r.run, "plot-"+plot
	if policy, ok := strings.CutPrefix(plot, "weights-"); ok {
		report = "plot-weights"
		runs.Policies = slices.DeleteFunc(slices.Clone(runs.Policies), func(p run.Policy) bool { return p.Name != policy })
		require.NotEmpty(t, runs.Policies, "%s has no policy %s", name, policy)
		runs.Base = ""
	}
	made := gallery{}
	require.NoError(t, run.Write(made, &runs, report))
	img, err := png.Decode(made["plots/"+plot+".png"])
	require.NoError(t, err)
	if panels != nil {
		img = cropped(t, img, runs.Panel.Symbols(), panels)
	}
	file := name + "-" + plot + ".png"
	g.images[file] = true
	comparePicture(t, filepath.Join(house, "docs", "images", file), halved(img))
	first, last := runs.Panel.Date(0), runs.Panel.Date(runs.Panel.Sessions()-1)
	alt := fmt.Sprintf("%s of the example %s, %s to %s", plot, name, first, last)
	if panels != nil {
		alt = fmt.Sprintf("%s of the example %s: %s, %s to %s", plot, name, strings.Join(panels, ", "), first, last)
	}
	return fmt.Sprintf("![%s](images/%s)\n", strings.Replace(alt, "weights-", "weights under ", 1), file)
}

// Pixels of a picture of weights, 160 an inch: from one panel's axis to the next,
// from the top of a panel with its heading to its axis, and to the dates below it.
const (
	panelPitch = 112 * 160.0 / 72
	panelTop   = 231
	panelFoot  = 10
	panelDates = 46
)

// cropped is a picture of weights with some of its panels, one below the other.
func cropped(t *testing.T, img image.Image, symbols, panels []string) image.Image {
	t.Helper()
	wide, lowest := img.Bounds().Dx(), lowestAxis(img)
	axis := func(k int) int { return lowest - int(panelPitch*float64(len(symbols)-1-k)+0.5) }
	head := axis(0) - panelTop
	out := image.NewRGBA(image.Rect(0, 0, wide, head+len(panels)*(panelTop+panelFoot)+panelDates))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	y := 0
	put := func(from, to int) {
		draw.Draw(out, image.Rect(0, y, wide, y+to-from), img, image.Point{Y: from}, draw.Src)
		y += to - from
	}
	put(0, head)
	for _, name := range panels {
		k := slices.Index(symbols, name)
		require.GreaterOrEqual(t, k, 0, "no asset %s", name)
		put(axis(k)-panelTop, axis(k)+panelFoot)
	}
	put(lowest+panelFoot, lowest+panelDates)
	return out
}

// lowestAxis is the row of the lowest line that goes through a picture.
func lowestAxis(img image.Image) int {
	b := img.Bounds()
	for y := b.Max.Y - 1; y > b.Min.Y; y-- {
		dark := 0
		for x := b.Min.X; x < b.Max.X; x++ {
			if r, _, _, _ := img.At(x, y).RGBA(); r < 0xe000 {
				dark++
			}
		}
		if dark > b.Dx()*4/5 {
			return y
		}
	}
	return b.Max.Y - 1
}

// comparePicture compares a picture with the stored one, or stores it. A few
// pixels may differ a little: not every processor rounds edges alike.
func comparePicture(t *testing.T, stored string, want image.Image) {
	t.Helper()
	if *update {
		var b bytes.Buffer
		require.NoError(t, (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, fewColours(want)))
		require.NoError(t, os.WriteFile(stored, b.Bytes(), 0o644))
		return
	}
	got := readPNG(t, stored)
	require.Equal(t, want.Bounds(), got.Bounds(), stored)
	differ := 0
	for y := range want.Bounds().Dy() {
		for x := range want.Bounds().Dx() {
			if far(want.At(x, y), got.At(x, y)) {
				differ++
			}
		}
	}
	area := want.Bounds().Dx() * want.Bounds().Dy()
	require.LessOrEqual(t, differ, area/500, "%s is out of date: run make update", stored)
}

// fewColours is a picture in at most 256 colours, which packs well: the commonest
// ones, each at some distance from the others so that rare hues keep their place.
func fewColours(img image.Image) image.Image {
	b := img.Bounds()
	count := map[color.RGBA]int{}
	at := func(x, y int) color.RGBA { return color.RGBAModel.Convert(img.At(x, y)).(color.RGBA) }
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			count[at(x, y)]++
		}
	}
	var all []color.RGBA
	for c := range count {
		all = append(all, c)
	}
	slices.SortFunc(all, func(x, y color.RGBA) int {
		return cmp.Or(cmp.Compare(count[y], count[x]), cmp.Compare(x.R, y.R), cmp.Compare(x.G, y.G), cmp.Compare(x.B, y.B))
	})
	var palette color.Palette
	for _, c := range all {
		if len(palette) == 256 {
			break
		}
		if len(palette) == 0 || apart(c, palette.Convert(c).(color.RGBA)) {
			palette = append(palette, c)
		}
	}
	index := map[color.RGBA]uint8{}
	for _, c := range all {
		index[c] = uint8(palette.Index(c))
	}
	out := image.NewPaletted(b, palette)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			out.SetColorIndex(x, y, index[at(x, y)])
		}
	}
	return out
}

// apart reports whether two colours can be told from each other.
func apart(a, b color.RGBA) bool {
	const near = 12
	return max(a.R, b.R)-min(a.R, b.R) > near || max(a.G, b.G)-min(a.G, b.G) > near || max(a.B, b.B)-min(a.B, b.B) > near
}
