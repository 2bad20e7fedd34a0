package draw

import (
	"bytes"
	"fmt"
	"image/png"
	"io"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// dots is the resolution of PNG files, in pixels an inch.
var dots = 160

// Coarse draws the PNG files of this process with few pixels: two thirds of a run's
// time go into them, and tests that run the program many times need not wait. Nothing
// but the resolution changes, which fine gives back.
func Coarse() (fine func()) {
	was := dots
	dots = 40
	return func() { dots = was }
}

// Figure is a picture: its size in points, and what draws it.
type Figure struct {
	Width, Height vg.Length
	Draw          func(c vgdraw.Canvas)
}

// Picture is a figure with the name of its files.
type Picture struct {
	Name string
	Figure
}

// Save writes pictures as NAME.png and NAME.svg. They are drawn side by side and
// written in order.
func Save(dir Dir, pictures ...Picture) error {
	drawn := make([]struct {
		png, svg bytes.Buffer
		err      error
	}, len(pictures))
	return Side(len(pictures), func(i int) {
		d := &drawn[i]
		if d.err = pictures[i].png(&d.png); d.err == nil {
			d.err = pictures[i].SVG(&d.svg)
		}
	}, func(i int) error {
		d, name := &drawn[i], pictures[i].Name
		if d.err != nil {
			return d.err
		}
		if err := dir.Write(name+".png", func(w io.Writer) error { _, err := d.png.WriteTo(w); return err }); err != nil {
			return err
		}
		return dir.Write(name+".svg", func(w io.Writer) error { _, err := d.svg.WriteTo(w); return err })
	})
}

// png is packed quickly: the best packing takes five times as long and saves a
// fifteenth.
func (f Figure) png(w io.Writer) error { return f.Dotted(w, float64(dots)) }

// Dotted is the PNG with so many pixels an inch of the layout.
func (f Figure) Dotted(w io.Writer, dots float64) error {
	c := vgimg.NewWith(vgimg.UseWH(f.Width, f.Height), vgimg.UseDPI(int(dots+0.5)))
	f.Draw(vgdraw.New(&pieces{Canvas: c}))
	e := png.Encoder{CompressionLevel: png.BestSpeed}
	return e.Encode(w, c.Image())
}

// SVG names further typefaces that look alike, for machines that lack the first.
func (f Figure) SVG(w io.Writer) error {
	c := vgsvg.New(f.Width, f.Height)
	f.Draw(vgdraw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return err
	}
	_, err := w.Write(bytes.ReplaceAll(b.Bytes(),
		[]byte("font-family:Liberation Sans;font-variant:normal;"),
		[]byte("font-family:'Liberation Sans',Arimo,Arial,Helvetica,sans-serif;")))
	return err
}

// Header writes the title and the line beneath it and returns the height left
// below them.
func Header(c vgdraw.Canvas, title, beneath string) vg.Length {
	top := c.Max.Y - Edge
	wide := c.Max.X - c.Min.X - 2*Edge
	big := Placed(Bold(Letters(titleSize, Ink)), vgdraw.XLeft, vgdraw.YTop)
	small := Placed(Letters(LabelSize, Faint), vgdraw.XLeft, vgdraw.YTop)
	for wide < FigureWide/2+Edge { // in a column, whole parts are left out rather than cut
		at := strings.LastIndex(beneath, " · ")
		if at < 0 || small.Width(Clean(beneath, 200)) <= wide {
			break
		}
		beneath = beneath[:at]
	}
	c.FillText(big, vg.Point{X: Edge, Y: top}, Fitted(title, big, wide))
	top -= titleSize + 5
	c.FillText(small, vg.Point{X: Edge, Y: top}, Fitted(beneath, small, wide))
	return top - LabelSize - 8
}

// pieces strokes long solid lines piece by piece: the rasterizer's time grows
// with the square of what one stroke leaves on a row of pixels. Pieces overlap by
// a segment, so that no joint shows.
type pieces struct {
	*vgimg.Canvas
	dashed bool
}

// SetLineDash remembers whether lines are dashed: those stay whole.
func (p *pieces) SetLineDash(dashes []vg.Length, offset vg.Length) {
	p.dashed = len(dashes) > 0
	p.Canvas.SetLineDash(dashes, offset)
}

// Stroke strokes a path of moves and lines.
func (p *pieces) Stroke(path vg.Path) {
	const piece = 48
	for k := piece; k < len(path) && !p.dashed; k++ {
		switch {
		case path[k].Type == vg.MoveComp:
			p.Canvas.Stroke(path[:k:k])
			path = path[k:]
		case path[k].Type == vg.LineComp && path[k-1].Type == vg.LineComp:
			p.Canvas.Stroke(path[:k:k])
			path = append(vg.Path{{Type: vg.MoveComp, Pos: path[k-2].Pos}}, path[k-1:]...)
		default:
			continue
		}
		k = piece - 1
	}
	p.Canvas.Stroke(path)
}

// FillString writes a question mark where the typeface has no letter; otherwise
// nothing would be seen. SVG files keep the letter: who shows them has more
// typefaces.
func (p *pieces) FillString(face font.Face, at vg.Point, s string) {
	p.Canvas.FillString(face, at, strings.Map(func(r rune) rune {
		if i, err := face.Face.GlyphIndex(nil, r); err != nil || i == 0 {
			return '?'
		}
		return r
	}, s))
}

// Printed is the figure as SVG whose print is times larger.
func (f Figure) Printed(w io.Writer, times float64) error {
	if times == 1 {
		return f.SVG(w)
	}
	var b bytes.Buffer
	if err := f.SVG(&b); err != nil {
		return err
	}
	is := fmt.Appendf(nil, `<svg width="%.5gpt" height="%.5gpt"`, f.Width, f.Height)
	be := fmt.Appendf(nil, `<svg width="%.5gpt" height="%.5gpt"`, float64(f.Width)*times, float64(f.Height)*times)
	if !bytes.Contains(b.Bytes(), is) {
		return fmt.Errorf("the figure's size is not where it was")
	}
	_, err := w.Write(bytes.Replace(b.Bytes(), is, be, 1))
	return err
}
