package draw

import (
	"bytes"
	"image/color"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func contrast(a, b color.NRGBA) float64 {
	x, y := Luminance(a)+0.05, Luminance(b)+0.05
	return max(x, y) / min(x, y)
}

// The Web Content Accessibility Guidelines 2 ask for a contrast of 4.5 of text and of
// 3 of the strokes of a chart. Orange and sky blue would turn brown and blue; they
// have 2.6 at least, and lines of theirs are labelled at their ends.
func TestHuesStandOutFromTheirGround(t *testing.T) {
	least := map[string]float64{
		"ink": 4.5, "dim": 4.5, "accent": 4.5, "warn": 4.5,
		"base": 3, "c0": 3, "c1": 3, "c2": 3, "c3": 3, "c4": 2.6, "c5": 2.6,
		"sell": 3, "buy": 3, "sellflow": 3, "buyflow": 3,
	}
	by := map[string]Hue{}
	for _, h := range hues {
		require.NotContains(t, by, h.Name)
		by[h.Name] = h
	}
	for name, want := range least {
		require.Contains(t, by, name)
		require.GreaterOrEqual(t, contrast(by[name].Light, by["bg"].Light), want, "%s on light ground", name)
		require.GreaterOrEqual(t, contrast(by[name].Dark, by["bg"].Dark), want, "%s on dark ground", name)
	}
}

// Two hues that are one colour on light ground are one on dark ground, or figures
// could not be darkened; and no colour of a heat map is a hue.
func TestFiguresCanBeDarkened(t *testing.T) {
	dark := map[color.NRGBA]Hue{}
	for _, h := range hues {
		if o, ok := dark[h.Light]; ok && h.Name != "accent" && h.Light != rgb(0xFFFFFF) {
			require.Equal(t, o.Dark, h.Dark, "%s and %s", o.Name, h.Name)
		}
		if _, ok := dark[h.Light]; !ok {
			dark[h.Light] = h
		}
	}
	for k := range 1001 {
		at := float64(k) / 1000
		require.NotContains(t, dark, CividisAt(at))
		require.NotContains(t, dark, DivergingAt(at))
	}
	svg := []byte(`<path style="fill:#0072B2;stroke:#5C6675"/><text style="fill:#FFFFFF">0072B2</text>`)
	want := `<path style="fill:#4ea3e8;stroke:#9ba6b5"/><text style="fill:#FFFFFF">0072B2</text>`
	require.Equal(t, want, string(Darkened(svg)))
	require.True(t, bytes.Equal(svg, []byte(`<path style="fill:#0072B2;stroke:#5C6675"/><text style="fill:#FFFFFF">0072B2</text>`)), "the file given stays")
}

// A page declares every hue for light, dark (asked for twice) and paper.
func TestPagesDeclareEveryHue(t *testing.T) {
	css := Variables()
	for _, h := range hues {
		require.Equal(t, 4, strings.Count(css, "--"+h.Name+":"), h.Name)
	}
}
