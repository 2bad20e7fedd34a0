package draw

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/color"
	"io"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"
)

// pdfCanvas draws a page of a PDF 1.4 file. Letters are drawn as outlines: the
// page needs no typeface where it is shown or printed, and any letter of the
// house's typeface can be on it. There is no date in the file: the same figure
// gives the same bytes.
type pdfCanvas struct {
	w, h   vg.Length
	page   bytes.Buffer
	state  pdfState
	stack  []pdfState
	alphas []uint8 // used, each an entry of the page's graphics states
}

// pdfState is what Push saves.
type pdfState struct {
	width vg.Length
	color color.Color
}

func newPDF(w, h vg.Length) *pdfCanvas {
	c := &pdfCanvas{w: w, h: h}
	vg.Initialize(c)
	return c
}

// PDF is the figure on a page, times larger.
func (f Figure) PDF(w io.Writer, times float64) error {
	c := newPDF(f.Width, f.Height)
	fmt.Fprintf(&c.page, "1 j\n%s 0 0 %s 0 0 cm\n", pdfNumber(times), pdfNumber(times)) // round joints: no spikes
	f.Draw(vgdraw.New(c))
	c.w, c.h = f.Width*vg.Length(times), f.Height*vg.Length(times)
	_, err := c.WriteTo(w)
	return err
}

// pdfNumber is a number with as many digits as a printer sees.
func pdfNumber(x float64) string {
	s := strconv.FormatFloat(math.Round(x*1e3)/1e3, 'f', -1, 64)
	if s == "-0" {
		return "0"
	}
	return s
}

func (c *pdfCanvas) say(op string, numbers ...float64) {
	for _, x := range numbers {
		c.page.WriteString(pdfNumber(x))
		c.page.WriteByte(' ')
	}
	c.page.WriteString(op)
	c.page.WriteByte('\n')
}

// Size is the page's.
func (c *pdfCanvas) Size() (w, h vg.Length) { return c.w, c.h }

// SetLineWidth is that of a vg.Canvas, and so are the methods below.
func (c *pdfCanvas) SetLineWidth(w vg.Length) {
	c.state.width = w
	c.say("w", float64(w))
}

// SetLineDash sets the dashes of lines.
func (c *pdfCanvas) SetLineDash(dashes []vg.Length, offset vg.Length) {
	c.page.WriteByte('[')
	for i, d := range dashes {
		if i > 0 {
			c.page.WriteByte(' ')
		}
		c.page.WriteString(pdfNumber(float64(d)))
	}
	c.page.WriteString("] ")
	c.say("d", float64(offset))
}

// SetColor sets the colour of lines and areas, and their opacity.
func (c *pdfCanvas) SetColor(col color.Color) {
	if col == nil {
		col = color.Black
	}
	c.state.color = col
	n := color.NRGBAModel.Convert(col).(color.NRGBA)
	r, g, b := float64(n.R)/255, float64(n.G)/255, float64(n.B)/255
	c.say("rg", r, g, b)
	c.say("RG", r, g, b)
	if !slices.Contains(c.alphas, n.A) {
		c.alphas = append(c.alphas, n.A)
	}
	fmt.Fprintf(&c.page, "/A%d gs\n", n.A)
}

// Rotate turns what follows, in radians.
func (c *pdfCanvas) Rotate(rad float64) {
	sin, cos := math.Sincos(rad)
	c.say("cm", cos, sin, -sin, cos, 0, 0)
}

// Translate moves what follows.
func (c *pdfCanvas) Translate(p vg.Point) { c.say("cm", 1, 0, 0, 1, float64(p.X), float64(p.Y)) }

// Scale stretches what follows.
func (c *pdfCanvas) Scale(x, y float64) { c.say("cm", x, 0, 0, y, 0, 0) }

// Push saves the state.
func (c *pdfCanvas) Push() {
	c.stack = append(c.stack, c.state)
	c.say("q")
}

// Pop restores it.
func (c *pdfCanvas) Pop() {
	c.state, c.stack = c.stack[len(c.stack)-1], c.stack[:len(c.stack)-1]
	c.say("Q")
}

// Stroke draws a line along a path, none of no width.
func (c *pdfCanvas) Stroke(p vg.Path) {
	if c.state.width > 0 && len(p) > 0 {
		c.path(p)
		c.say("S")
	}
}

// Fill fills a path.
func (c *pdfCanvas) Fill(p vg.Path) {
	if len(p) > 0 {
		c.path(p)
		c.say("f")
	}
}

func (c *pdfCanvas) path(p vg.Path) {
	var last vg.Point
	open := false
	for _, s := range p {
		switch s.Type {
		case vg.MoveComp:
			last, open = s.Pos, true
			c.say("m", float64(s.Pos.X), float64(s.Pos.Y))
		case vg.LineComp:
			last = s.Pos
			c.say("l", float64(s.Pos.X), float64(s.Pos.Y))
		case vg.ArcComp:
			last, open = c.arc(s, open), true
		case vg.CurveComp:
			a, b := s.Control[0], s.Control[len(s.Control)-1]
			if len(s.Control) == 1 { // of degree two: the same curve of degree three
				q := s.Control[0]
				a = vg.Point{X: last.X + (q.X-last.X)*2/3, Y: last.Y + (q.Y-last.Y)*2/3}
				b = vg.Point{X: s.Pos.X + (q.X-s.Pos.X)*2/3, Y: s.Pos.Y + (q.Y-s.Pos.Y)*2/3}
			}
			c.say("c", float64(a.X), float64(a.Y), float64(b.X), float64(b.Y), float64(s.Pos.X), float64(s.Pos.Y))
			last = s.Pos
		case vg.CloseComp:
			c.say("h")
		}
	}
}

// arc draws part of a circle as curves of at most a quarter each and returns where
// it ends.
func (c *pdfCanvas) arc(s vg.PathComp, open bool) vg.Point {
	n := max(1, int(math.Ceil(math.Abs(s.Angle)/(math.Pi/2))))
	step := s.Angle / float64(n)
	pull := 4.0 / 3 * math.Tan(step/4) * float64(s.Radius)
	on := func(t float64) (x, y, dx, dy float64) {
		sin, cos := math.Sincos(t)
		return float64(s.Pos.X) + float64(s.Radius)*cos, float64(s.Pos.Y) + float64(s.Radius)*sin, -sin * pull, cos * pull
	}
	x, y, dx, dy := on(s.Start)
	if open {
		c.say("l", x, y)
	} else {
		c.say("m", x, y)
	}
	for k := range n {
		x2, y2, dx2, dy2 := on(s.Start + float64(k+1)*step)
		c.say("c", x+dx, y+dy, x2-dx2, y2-dy2, x2, y2)
		x, y, dx, dy = x2, y2, dx2, dy2
	}
	return vg.Point{X: vg.Length(x), Y: vg.Length(y)}
}

// FillString draws letters as outlines; one that the typeface lacks is a question
// mark.
func (c *pdfCanvas) FillString(face font.Face, p vg.Point, s string) {
	const em = 2048 // the units that outlines are asked for in
	f := face.Face
	g := glyphs{c: c, x: float64(p.X), y: float64(p.Y), scale: float64(face.Font.Size) / em}
	for _, r := range s {
		i, err := f.GlyphIndex(nil, r)
		if err != nil || i == 0 {
			i, _ = f.GlyphIndex(nil, '?')
		}
		if segments, err := f.LoadGlyph(nil, i, em, nil); err == nil {
			for k := range segments {
				a := &segments[k].Args
				g.segment(int(segments[k].Op), [6]int{int(a[0].X), int(a[0].Y), int(a[1].X), int(a[1].Y), int(a[2].X), int(a[2].Y)})
			}
		}
		if wide, err := f.GlyphAdvance(nil, i, em, 0); err == nil {
			g.x += float64(wide) * g.scale
		}
	}
	if g.drawn {
		c.say("f")
	}
}

// glyphs draws outlines from a place on.
type glyphs struct {
	c            *pdfCanvas
	x, y, scale  float64
	lastX, lastY float64
	drawn        bool
}

// segment draws a part of an outline: to move to, a line, a curve of degree two or
// three; the last of its points is where it ends.
func (g *glyphs) segment(op int, v [6]int) {
	at := func(k int) (float64, float64) { return g.x + float64(v[2*k])*g.scale, g.y - float64(v[2*k+1])*g.scale }
	ax, ay := at(0)
	bx, by := at(1)
	cx, cy := at(2)
	g.drawn = true
	switch op {
	case 0:
		g.c.say("m", ax, ay)
		g.lastX, g.lastY = ax, ay
	case 1:
		g.c.say("l", ax, ay)
		g.lastX, g.lastY = ax, ay
	case 2:
		g.c.say("c", g.lastX+(ax-g.lastX)*2/3, g.lastY+(ay-g.lastY)*2/3, bx+(ax-bx)*2/3, by+(ay-by)*2/3, bx, by)
		g.lastX, g.lastY = bx, by
	case 3:
		g.c.say("c", ax, ay, bx, by, cx, cy)
		g.lastX, g.lastY = cx, cy
	}
}

// DrawImage draws nothing: no figure has images.
func (c *pdfCanvas) DrawImage(vg.Rectangle, image.Image) {}

// WriteTo writes the file.
func (c *pdfCanvas) WriteTo(w io.Writer) (int64, error) {
	var stream, out bytes.Buffer
	z := zlib.NewWriter(&stream)
	if _, err := z.Write(c.page.Bytes()); err != nil {
		return 0, err
	}
	if err := z.Close(); err != nil {
		return 0, err
	}
	states := ""
	for _, a := range c.alphas {
		x := pdfNumber(float64(a) / 255)
		states += fmt.Sprintf(" /A%d << /ca %s /CA %s >>", a, x, x)
	}
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %s %s] /Contents 4 0 R /Resources << /ExtGState <<%s >> >> >>",
			pdfNumber(float64(c.w)), pdfNumber(float64(c.h)), states),
		fmt.Sprintf("<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream", stream.Len(), stream.Bytes()),
	}
	out.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	var at []int
	for i, o := range objects {
		at = append(at, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, a := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", a)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return out.WriteTo(w)
}
