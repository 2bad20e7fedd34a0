package draw

import (
	"bytes"
	"fmt"
	"image/color"
	"slices"
	"strings"
)

// Hue is one role of a colour, on light ground and on dark. Pages know it as the
// variable --NAME, figures as one of the variables below.
type Hue struct {
	Name        string
	Light, Dark color.NRGBA
}

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 0xFF}
}

// hues are the colours of everything that is drawn. Lines take c0 to c5: the colours
// of Okabe and Ito (Color Universal Design, 2008), which the colour-blind can tell
// apart; three of them are darker here, to stand out from white.
var hues = []Hue{
	{"bg", rgb(0xFFFFFF), rgb(0x12161C)},
	{"card", rgb(0xF7F8FA), rgb(0x1A2029)},
	{"ink", rgb(0x1D2430), rgb(0xE7EAF0)},
	{"dim", rgb(0x5C6675), rgb(0x9BA6B5)},
	{"line", rgb(0xE3E6EB), rgb(0x2A323E)},
	{"axis", rgb(0x9AA3AF), rgb(0x66717F)},
	{"warn", rgb(0x8A4B00), rgb(0xFFC069)},
	{"warnbg", rgb(0xFFF5E5), rgb(0x2C2213)},
	{"base", rgb(0x3C4350), rgb(0xD5DAE3)},
	{"c0", rgb(0x0072B2), rgb(0x4EA3E8)},
	{"c1", rgb(0xD55E00), rgb(0xFF8242)},
	{"c2", rgb(0x009E73), rgb(0x2DC79B)},
	{"c3", rgb(0xB8558A), rgb(0xE592BE)},
	{"c4", rgb(0xC78800), rgb(0xF2B632)},
	{"c5", rgb(0x3DA3DC), rgb(0x93D6FF)},
	{"band", rgb(0xE8F0F7), rgb(0x1D2B3A)},
	{"wide", rgb(0xDCE9F5), rgb(0x22384D)},
	{"narrow", rgb(0xA9CBE6), rgb(0x3A6690)},
	{"dot", rgb(0xBDBDBD), rgb(0x5A6472)},
	{"sell", rgb(0xD55E00), rgb(0xFF8242)},
	{"buy", rgb(0x00855F), rgb(0x2DC79B)},
	{"sellflow", rgb(0xC9773A), rgb(0xE0A882)},
	{"buyflow", rgb(0x3F9C82), rgb(0x8FDCC4)},
	{"accent", rgb(0x0072B2), rgb(0x5FB4EE)},
	{"tip", rgb(0xFFFFFF), rgb(0x1F2630)},
}

func light(name string) color.NRGBA {
	i := slices.IndexFunc(hues, func(h Hue) bool { return h.Name == name })
	if i < 0 {
		panic("draw: no hue " + name)
	}
	return hues[i].Light
}

// Colours of letters, axes, grids, lines, areas and marks on light ground.
var (
	Ink      = light("ink")
	Faint    = light("dim")
	AxisGrey = light("axis")
	GridGrey = light("line")
	BaseGrey = light("base")
	DotGrey  = light("dot")

	Blue      = light("c0")
	Vermilion = light("c1")
	Green     = light("c2")
	Orange    = light("c4")
	Sky       = light("c5")

	BandShade = light("band")
	NineInTen = light("wide")
	HalfOf    = light("narrow")

	SellColor = light("sell")
	BuyColor  = light("buy")
	// Trades that only follow deposits and withdrawals.
	FlowSell = light("sellflow")
	FlowBuy  = light("buyflow")

	LineColors = []color.NRGBA{Blue, Vermilion, Green, light("c3"), Orange, Sky}
)

// Variables are the hues as a style sheet declares them: light, dark where the reader
// or the system asks for it, and light with white cards on paper.
func Variables() string {
	var b strings.Builder
	light := declarations("light", func(h Hue) color.NRGBA { return h.Light })
	dark := declarations("dark", func(h Hue) color.NRGBA { return h.Dark })
	print := declarations("light", func(h Hue) color.NRGBA {
		if h.Name == "card" {
			return rgb(0xFFFFFF)
		}
		return h.Light
	})
	fmt.Fprintf(&b, ":root{%s}\n:root[data-theme=dark]{%s}\n", light, dark)
	fmt.Fprintf(&b, "@media (prefers-color-scheme:dark){:root:not([data-theme=light]){%s}}\n", dark)
	fmt.Fprintf(&b, "@media print{:root,:root[data-theme=dark],:root:not([data-theme=light]){%s}}\n", print)
	return b.String()
}

func declarations(scheme string, of func(Hue) color.NRGBA) string {
	var b strings.Builder
	b.WriteString("color-scheme:" + scheme)
	for _, h := range hues {
		c := of(h)
		fmt.Fprintf(&b, ";--%s:#%02x%02x%02x", h.Name, c.R, c.G, c.B)
		switch h.Name { // shades of a hue are made from its parts
		case "c0":
			fmt.Fprintf(&b, ";--pos:%d,%d,%d", c.R, c.G, c.B)
		case "c1":
			fmt.Fprintf(&b, ";--neg:%d,%d,%d", c.R, c.G, c.B)
		}
	}
	return b.String()
}

// Darkened returns an SVG file of a figure with its hues as they are on dark ground.
// White and black stay: letters on a ground of their own have them.
func Darkened(svg []byte) []byte {
	for _, h := range hues {
		if h.Light == rgb(0xFFFFFF) {
			continue
		}
		for _, use := range []string{"fill:", "stroke:"} {
			// What is replaced is written small, so no hue is replaced twice.
			from := fmt.Appendf(nil, "%s#%02X%02X%02X", use, h.Light.R, h.Light.G, h.Light.B)
			svg = bytes.ReplaceAll(svg, from, fmt.Appendf(nil, "%s#%02x%02x%02x", use, h.Dark.R, h.Dark.G, h.Dark.B))
		}
	}
	return svg
}
