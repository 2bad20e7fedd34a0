package reports

import (
	"bytes"
	"image/png"
	"io"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// dots is the resolution of PNG files, in pixels an inch.
const dots = 160

// figure is a picture: its size in points, and what draws it.
type figure struct {
	width, height vg.Length
	draw          func(c draw.Canvas)
}

// picture is a figure with the name of its files.
type picture struct {
	name string
	figure
}

// save writes pictures as NAME.png and NAME.svg. They are drawn side by side and
// written in order.
func save(dir Dir, pictures ...picture) error {
	drawn := make([]struct {
		png, svg bytes.Buffer
		err      error
	}, len(pictures))
	return side(len(pictures), func(i int) {
		d := &drawn[i]
		if d.err = pictures[i].png(&d.png); d.err == nil {
			d.err = pictures[i].svg(&d.svg)
		}
	}, func(i int) error {
		d, name := &drawn[i], pictures[i].name
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
func (f figure) png(w io.Writer) error { return f.dotted(w, dots) }

// dotted is the PNG with so many pixels an inch of the layout.
func (f figure) dotted(w io.Writer, dots float64) error {
	c := vgimg.NewWith(vgimg.UseWH(f.width, f.height), vgimg.UseDPI(int(dots+0.5)))
	f.draw(draw.New(&pieces{Canvas: c}))
	e := png.Encoder{CompressionLevel: png.BestSpeed}
	return e.Encode(w, c.Image())
}

// svg names further typefaces that look alike, for machines that lack the first.
func (f figure) svg(w io.Writer) error {
	c := vgsvg.New(f.width, f.height)
	f.draw(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return err
	}
	_, err := w.Write(bytes.ReplaceAll(b.Bytes(),
		[]byte("font-family:Liberation Sans;font-variant:normal;"),
		[]byte("font-family:'Liberation Sans',Arimo,Arial,Helvetica,sans-serif;")))
	return err
}

// header writes the title and the line beneath it and returns the height left
// below them.
func header(c draw.Canvas, title, beneath string) vg.Length {
	top := c.Max.Y - edge
	wide := c.Max.X - c.Min.X - 2*edge
	big := placed(bold(letters(titleSize, ink)), draw.XLeft, draw.YTop)
	small := placed(letters(labelSize, faint), draw.XLeft, draw.YTop)
	for wide < figureWide/2+edge { // in a column, whole parts are left out rather than cut
		at := strings.LastIndex(beneath, " · ")
		if at < 0 || small.Width(clean(beneath, 200)) <= wide {
			break
		}
		beneath = beneath[:at]
	}
	c.FillText(big, vg.Point{X: edge, Y: top}, fitted(title, big, wide))
	top -= titleSize + 5
	c.FillText(small, vg.Point{X: edge, Y: top}, fitted(beneath, small, wide))
	return top - labelSize - 8
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
