package reports

import (
	"image/color"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The house style of every picture: one typeface, few sizes, thin grey axes, a
// light grid, colours that the colour-blind can tell apart (Okabe and Ito, Color
// Universal Design, 2008), told apart by dashes too when they repeat.

// Sizes are in points.
const (
	titleSize  = 13
	labelSize  = 9.5
	tickSize   = 9
	thin       = 0.5
	hair       = 0.35
	lineWidth  = 1.1
	boldWidth  = 1.5
	figureWide = 720
	edge       = 12 // between the paper's edge and anything on it
)

var (
	ink      = color.NRGBA{0x22, 0x22, 0x22, 0xFF}
	faint    = color.NRGBA{0x66, 0x66, 0x66, 0xFF}
	axisGrey = color.NRGBA{0x99, 0x99, 0x99, 0xFF}
	gridGrey = color.NRGBA{0xE6, 0xE6, 0xE6, 0xFF}
	baseGrey = color.NRGBA{0x4A, 0x4A, 0x4A, 0xFF}

	blue      = color.NRGBA{0x00, 0x72, 0xB2, 0xFF}
	vermilion = color.NRGBA{0xD5, 0x5E, 0x00, 0xFF}
	green     = color.NRGBA{0x00, 0x9E, 0x73, 0xFF}
	// Lighter, for trades that only follow deposits and withdrawals.
	paleVermilion = color.NRGBA{0xE3, 0x93, 0x58, 0xFF}
	paleGreen     = color.NRGBA{0x59, 0xC1, 0xA4, 0xFF}

	purple     = color.NRGBA{0xCC, 0x79, 0xA7, 0xFF}
	orange     = color.NRGBA{0xE6, 0x9F, 0x00, 0xFF}
	sky        = color.NRGBA{0x56, 0xB4, 0xE9, 0xFF}
	bandShade  = color.NRGBA{0xEA, 0xF1, 0xF7, 0xFF}
	lineColors = []color.NRGBA{blue, vermilion, green, purple, orange, sky}
	lineDashes = [][]vg.Length{nil, {5, 2}, {1.2, 1.6}, {6, 2, 1.2, 2}}
)

// stroke is a line style.
func stroke(c color.Color, width vg.Length, dashes ...vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: width, Dashes: dashes}
}

// policyStyles are the lines of the run's policies: the base dark grey and
// heavier, the others in the palette's order, dashed when it repeats.
func (run *Run) policyStyles() []draw.LineStyle {
	all := make([]draw.LineStyle, len(run.Policies))
	base, k := run.base(), 0
	width := vg.Length(lineWidth)
	if len(all) > 8 {
		width = 0.8
	}
	for i := range all {
		if &run.Policies[i] == base {
			all[i] = stroke(baseGrey, boldWidth)
			continue
		}
		n := len(lineColors)
		all[i] = stroke(lineColors[k%n], width, lineDashes[k/n%len(lineDashes)]...)
		k++
	}
	return all
}

var faces = text.Plain{Fonts: font.NewCache(liberation.Collection())}

// letters is a text style, aligned to the left on its base line.
func letters(size vg.Length, c color.Color) text.Style {
	return text.Style{
		Color: c, Handler: faces,
		Font: font.Font{Typeface: "Liberation", Variant: "Sans", Size: size},
	}
}

// readable is a colour of a line as one for letters on white: darkened, where it is
// pale, until it has the contrast of 4.5 that the Web Content Accessibility
// Guidelines 2 ask of text.
func readable(c color.NRGBA) color.NRGBA {
	const least, step = 4.5, 0.95
	for 1.05/(luminance(c)+0.05) < least {
		c.R, c.G, c.B = uint8(float64(c.R)*step), uint8(float64(c.G)*step), uint8(float64(c.B)*step)
	}
	return c
}

// bold is the style in bold.
func bold(s text.Style) text.Style {
	s.Font.Weight = 3 // bold, as typefaces number their weights
	return s
}

// placed is the style with another alignment.
func placed(s text.Style, x text.XAlignment, y text.YAlignment) text.Style {
	s.XAlign, s.YAlign = x, y
	return s
}

// fitted is a text in one line, shortened with an ellipsis to a width.
func fitted(s string, style text.Style, width vg.Length) string {
	const longest = 200
	s = clean(s, longest)
	runes := []rune(s)
	for len(runes) > 1 && style.Width(s) > width {
		runes = runes[:len(runes)-1]
		s = string(runes) + "…"
	}
	return s
}
