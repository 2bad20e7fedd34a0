package draw

import (
	"encoding/hex"
	"image/color"
	"math"
)

// Shade gives a place on a scale of colours, 0 to 1, its colour.
type Shade func(at float64) color.NRGBA

// CividisAt is the map of values.
func CividisAt(at float64) color.NRGBA {
	k := int(math.Round(max(0, min(1, at)) * 255))
	rgb, err := hex.DecodeString(cividis[6*k : 6*k+6])
	if err != nil {
		panic(err) // the table is part of the program
	}
	return color.NRGBA{rgb[0], rgb[1], rgb[2], 0xFF}
}

// Ends of the map of differences. They are no hues: a heat map looks the same on dark
// ground.
var below, above = rgb(0x006CA9), rgb(0xCC5A00)

// DivergingAt is the map of differences: blue below none, white at none, vermilion
// above it.
func DivergingAt(at float64) color.NRGBA {
	const middle = 0xF7
	end, part := above, 2*max(0, min(1, at))-1
	if part < 0 {
		end, part = below, -part
	}
	mix := func(to uint8) uint8 { return uint8(math.Round(middle + float64(part*(float64(to)-middle)))) }
	return color.NRGBA{mix(end.R), mix(end.G), mix(end.B), 0xFF}
}

// Luminance is a colour's, 0 to 1, as the Web Content Accessibility Guidelines 2
// compute it.
func Luminance(c color.NRGBA) float64 {
	linear := func(c uint8) float64 {
		x := float64(c) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return float64(0.2126*linear(c.R)) + float64(0.7152*linear(c.G)) + float64(0.0722*linear(c.B))
}

// InkOn is black or white, whichever stands out more from a ground: the contrast
// of the Web Content Accessibility Guidelines 2.
func InkOn(ground color.NRGBA) color.NRGBA {
	if Luminance(ground)+0.05 > math.Sqrt(1.05*0.05) {
		return color.NRGBA{0, 0, 0, 0xFF}
	}
	return color.NRGBA{0xFF, 0xFF, 0xFF, 0xFF}
}
