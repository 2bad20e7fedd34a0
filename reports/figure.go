package reports

import (
	"bytes"
	"io"

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

// save writes the figure as NAME.png and NAME.svg.
func (f figure) save(dir Dir, name string) error {
	if err := dir.Write(name+".png", f.png); err != nil {
		return err
	}
	return dir.Write(name+".svg", f.svg)
}

func (f figure) png(w io.Writer) error {
	c := vgimg.NewWith(vgimg.UseWH(f.width, f.height), vgimg.UseDPI(dots))
	f.draw(draw.New(c))
	_, err := vgimg.PngCanvas{Canvas: c}.WriteTo(w)
	return err
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
	c.FillText(big, vg.Point{X: edge, Y: top}, fitted(title, big, wide))
	top -= titleSize + 5
	c.FillText(small, vg.Point{X: edge, Y: top}, fitted(beneath, small, wide))
	return top - labelSize - 8
}
