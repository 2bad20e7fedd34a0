package browser

import (
	"bytes"
	"cmp"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

var pictures = flag.String("pictures", "", "folder for the pictures of the documentation; they are not made when it is empty")

// TestPictures photographs the demo's pages for the documentation.
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("no folder for pictures")
	}
	p := open(t, "demo", 1280, "light")
	tall := p.below("weights")
	p.must(chromedp.Do(p.ctx, chromedp.EmulateViewport(1280, tall)))
	type place struct{ X, Y float64 }
	at := ask[place](p, `(() => { const b = document.getElementById("c-against").getBoundingClientRect(); return {X: b.left + b.width * 0.6, Y: b.top + 20} })()`)
	p.must(chromedp.Do(p.ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at.X, at.Y)))
	want(p, false, `document.querySelector(".tip").hidden`)
	p.photograph("report-desktop", 1280, tall)
	p = open(t, "demo", 375, "dark")
	p.photograph("report-phone", 375, p.below("weights"))
	p = open(t, "demo-compare", 1280, "light")
	tall = p.below("growth")
	p.must(chromedp.Do(p.ctx, chromedp.EmulateViewport(1280, tall)))
	p.photograph("compare-desktop", 1280, tall)
}

// below is where a section begins.
func (p *tab) below(id string) int64 {
	p.Helper()
	return ask[int64](p, `Math.floor(document.getElementById(%q).getBoundingClientRect().top + scrollY)`, id)
}

// photograph writes the upper part of the page with at most 256 colours.
func (p *tab) photograph(name string, wide, tall int64) {
	p.Helper()
	beyond := tall != ask[int64](p, "innerHeight") // otherwise the pointer would leave the page
	shot, err := chromedp.Call(p.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{Clip: &page.Viewport{Width: float64(wide), Height: float64(tall), Scale: 1}, CaptureBeyondViewport: &beyond})
	p.must(err)
	im, err := png.Decode(bytes.NewReader(shot.Data))
	p.must(err)
	var b bytes.Buffer
	p.must((&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, few(im)))
	p.must(os.WriteFile(filepath.Join(*pictures, name+".png"), b.Bytes(), 0o644))
}

// few is a picture in its 256 most frequent colours.
func few(im image.Image) *image.Paletted {
	b := im.Bounds()
	n := map[color.RGBA]int{}
	at := func(x, y int) color.RGBA { return color.RGBAModel.Convert(im.At(x, y)).(color.RGBA) }
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			n[at(x, y)]++
		}
	}
	all := make([]color.RGBA, 0, len(n))
	for c := range n {
		all = append(all, c)
	}
	slices.SortFunc(all, func(x, y color.RGBA) int {
		return cmp.Or(n[y]-n[x], int(x.R)-int(y.R), int(x.G)-int(y.G), int(x.B)-int(y.B))
	})
	palette, known := color.Palette{}, map[color.RGBA]uint8{}
	for i, c := range all[:min(256, len(all))] {
		palette, known[c] = append(palette, c), uint8(i)
	}
	out := image.NewPaletted(b, palette)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := at(x, y)
			k, ok := known[c]
			if !ok {
				k = uint8(palette.Index(c))
				known[c] = k
			}
			out.SetColorIndex(x, y, k)
		}
	}
	return out
}
