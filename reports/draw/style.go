// Package draw draws figures, and decides for every figure and page which scales,
// ticks, colours and digits are shown.
package draw

import (
	"image/color"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"
)

// The style of every picture: one typeface, few sizes, thin grey axes, a light grid;
// lines are told apart by dashes too when colours repeat. Colours: palette.go.

// Sizes are in points.
const (
	titleSize  = 13
	LabelSize  = 9.5
	TickSize   = 9
	Thin       = 0.5
	Hair       = 0.35
	LineWidth  = 1.1
	BoldWidth  = 1.5
	FigureWide = 720
	Edge       = 12 // between the paper's edge and anything on it
)

// LineDashes tell lines of one colour apart.
var LineDashes = [][]vg.Length{nil, {5, 2}, {1.2, 1.6}, {6, 2, 1.2, 2}}

// Stroke is a line style.
func Stroke(c color.Color, width vg.Length, dashes ...vg.Length) vgdraw.LineStyle {
	return vgdraw.LineStyle{Color: c, Width: width, Dashes: dashes}
}

var faces = text.Plain{Fonts: font.NewCache(liberation.Collection())}

// Letters is a text style, aligned to the left on its base line.
func Letters(size vg.Length, c color.Color) text.Style {
	return text.Style{
		Color: c, Handler: faces,
		Font: font.Font{Typeface: "Liberation", Variant: "Sans", Size: size},
	}
}

// Readable is a colour of a line as one for letters on white: darkened, where it is
// pale, until it has the contrast of 4.5 that the Web Content Accessibility
// Guidelines 2 ask of text.
func Readable(c color.NRGBA) color.NRGBA {
	const least, step = 4.5, 0.95
	for 1.05/(Luminance(c)+0.05) < least {
		c.R, c.G, c.B = uint8(float64(c.R)*step), uint8(float64(c.G)*step), uint8(float64(c.B)*step)
	}
	return c
}

// Bold is the style in bold.
func Bold(s text.Style) text.Style {
	s.Font.Weight = 3 // bold, as typefaces number their weights
	return s
}

// Placed is the style with another alignment.
func Placed(s text.Style, x text.XAlignment, y text.YAlignment) text.Style {
	s.XAlign, s.YAlign = x, y
	return s
}

// Fitted is a text in one line, shortened with an ellipsis to a width.
func Fitted(s string, style text.Style, width vg.Length) string {
	const longest = 200
	s = Clean(s, longest)
	runes := []rune(s)
	for len(runes) > 1 && style.Width(s) > width {
		runes = runes[:len(runes)-1]
		s = string(runes) + "…"
	}
	return s
}
