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

// The house style of every picture: one typeface, few sizes, thin grey axes, a
// light grid, colours that the colour-blind can tell apart (Okabe and Ito, Color
// Universal Design, 2008), told apart by dashes too when they repeat.

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

// Colours of letters, axes, grids and lines.
var (
	Ink      = color.NRGBA{0x22, 0x22, 0x22, 0xFF}
	Faint    = color.NRGBA{0x66, 0x66, 0x66, 0xFF}
	AxisGrey = color.NRGBA{0x99, 0x99, 0x99, 0xFF}
	GridGrey = color.NRGBA{0xE6, 0xE6, 0xE6, 0xFF}
	BaseGrey = color.NRGBA{0x4A, 0x4A, 0x4A, 0xFF}

	Blue      = color.NRGBA{0x00, 0x72, 0xB2, 0xFF}
	Vermilion = color.NRGBA{0xD5, 0x5E, 0x00, 0xFF}
	Green     = color.NRGBA{0x00, 0x9E, 0x73, 0xFF}
	// Lighter, for trades that only follow deposits and withdrawals.
	paleVermilion = color.NRGBA{0xE3, 0x93, 0x58, 0xFF}
	PaleGreen     = color.NRGBA{0x59, 0xC1, 0xA4, 0xFF}

	purple     = color.NRGBA{0xCC, 0x79, 0xA7, 0xFF}
	Orange     = color.NRGBA{0xE6, 0x9F, 0x00, 0xFF}
	Sky        = color.NRGBA{0x56, 0xB4, 0xE9, 0xFF}
	BandShade  = color.NRGBA{0xEA, 0xF1, 0xF7, 0xFF}
	LineColors = []color.NRGBA{Blue, Vermilion, Green, purple, Orange, Sky}
	LineDashes = [][]vg.Length{nil, {5, 2}, {1.2, 1.6}, {6, 2, 1.2, 2}}
)

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
