package main_test

import (
	"cmp"
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPackagesPicture holds the README's picture of the packages against the import
// table: the packages that there are, and an arrow from each to those that it imports
// and no other of these imports for it. -update draws it again.
func TestPackagesPicture(t *testing.T) {
	root := top(t)
	drawn := drawPackages(importsOf(t, root))
	path := filepath.Join(root, "docs", "images", "packages.svg")
	if f := flag.Lookup("update"); f.Value.String() == "true" { // of the documentation's tests
		require.NoError(t, os.WriteFile(path, []byte(drawn), 0o644))
		return
	}
	stored, err := os.ReadFile(path)
	require.NoError(t, err)
	if string(stored) != drawn {
		t.Error("docs/images/packages.svg is not the import table's: run make update")
	}
}

// inPicture reports whether a room is drawn: what is there for tests and measurements
// alone is not, nor what is a module of its own, nor findings, which all may use.
func inPicture(r room) bool {
	for _, apart := range []string{"benchmarks", "examples", "internal", "cmd/evenkeel-objects", "data/fault", "data/vfs/errorfs", "cmd/evenkeel/experiment/syntax/syntaxtest", "sim/card/cardtest", "reports/internal"} {
		if r.path == apart || strings.HasPrefix(r.path, apart+"/") {
			return false
		}
	}
	return true
}

// importsOf are the rooms that there are, in the order of the table, and the rooms that
// the code of each imports.
func importsOf(t *testing.T, root string) (names []string, imports map[string][]string) {
	t.Helper()
	files, imports := goFiles(t, root), map[string][]string{}
	for _, r := range rooms {
		if _, there := files[r.path]; !there || !inPicture(r) {
			continue
		}
		names = append(names, r.path)
	}
	for _, name := range names {
		for _, file := range files[name] {
			if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.ImportsOnly)
			require.NoError(t, err)
			for _, spec := range f.Imports {
				imported, _ := strconv.Unquote(spec.Path.Value)
				own, ok := strings.CutPrefix(imported, "evenkeel/")
				if ok && slices.Contains(names, own) && !slices.Contains(imports[name], own) {
					imports[name] = append(imports[name], own)
				}
			}
		}
		slices.Sort(imports[name])
	}
	return names, imports
}

// direct are the imports that no other import of the same room has too.
func direct(names []string, imports map[string][]string) map[string][]string {
	below := map[string]map[string]bool{}
	var reach func(name string) map[string]bool
	reach = func(name string) map[string]bool {
		if below[name] == nil {
			below[name] = map[string]bool{}
			for _, x := range imports[name] {
				below[name][x] = true
				maps.Copy(below[name], reach(x))
			}
		}
		return below[name]
	}
	out := map[string][]string{}
	for _, name := range names {
		for _, x := range imports[name] {
			if !slices.ContainsFunc(imports[name], func(y string) bool { return reach(y)[x] }) {
				out[name] = append(out[name], x)
			}
		}
	}
	return out
}

// spot is a room in the picture, or a place that an arrow passes.
type spot struct {
	name  string // "": an arrow passes
	layer int
	x, w  float64
	below []*spot
	above []*spot
}

// layered puts rooms into layers, each above all that it imports, with spots where an
// arrow passes a layer.
func layered(names []string, edges map[string][]string) [][]*spot {
	level := map[string]int{}
	var up func(name string) int
	up = func(name string) int {
		n, known := level[name]
		if !known {
			for _, x := range edges[name] {
				n = max(n, up(x)+1)
			}
			level[name] = n
		}
		return n
	}
	for _, name := range names {
		up(name)
	}
	pullUp(names, edges, level)
	var layers [][]*spot
	at := map[string]*spot{}
	put := func(s *spot) *spot {
		for len(layers) <= s.layer {
			layers = append(layers, nil)
		}
		layers[s.layer] = append(layers[s.layer], s)
		return s
	}
	for _, name := range names {
		at[name] = put(&spot{name: name, layer: level[name], w: 2 * math.Round(11+3.65*float64(len(label(name))))})
	}
	for _, name := range names {
		for _, x := range edges[name] {
			from := at[name]
			for l := from.layer - 1; l > level[x]; l-- {
				s := put(&spot{layer: l, w: 10})
				from.below, s.above, from = append(from.below, s), []*spot{from}, s
			}
			from.below, at[x].above = append(from.below, at[x]), append(at[x].above, from)
		}
	}
	return layers
}

// label is a room's name in the picture: those of the program without its folder.
func label(name string) string {
	if short, ok := strings.CutPrefix(name, "cmd/evenkeel/"); ok {
		return short
	}
	return name
}

// pullUp moves rooms as near to those that import them as they can be.
func pullUp(names []string, edges map[string][]string, level map[string]int) {
	byLevel := slices.Clone(names)
	slices.SortStableFunc(byLevel, func(a, b string) int { return cmp.Compare(level[b], level[a]) })
	for _, name := range byLevel {
		least := -1
		for _, importer := range names {
			if slices.Contains(edges[importer], name) && (least < 0 || level[importer] < least) {
				least = level[importer]
			}
		}
		if least > 0 {
			level[name] = least - 1
		}
	}
}

// ordered sorts each layer by where its neighbours are, back and forth, and sets the
// places: as near to the neighbours as the spots beside them let.
func ordered(layers [][]*spot, width float64) {
	mean := func(spots []*spot, otherwise float64) float64 {
		if len(spots) == 0 {
			return otherwise
		}
		sum := 0.0
		for _, s := range spots {
			sum += s.x
		}
		return sum / float64(len(spots))
	}
	spread := func(layer []*spot) {
		for i, s := range layer { // no nearer than the gap, from the left and then from the right
			if i > 0 {
				s.x = max(s.x, layer[i-1].x+layer[i-1].w/2+gap+s.w/2)
			} else {
				s.x = max(s.x, s.w/2+gap)
			}
		}
		for i := len(layer) - 1; i >= 0; i-- {
			s, most := layer[i], width-gap-layer[i].w/2
			if i < len(layer)-1 {
				most = layer[i+1].x - layer[i+1].w/2 - gap - s.w/2
			}
			s.x = min(s.x, most)
		}
	}
	for _, layer := range layers {
		for i, s := range layer {
			s.x = math.Round(width * (float64(i) + 0.5) / float64(len(layer)))
		}
		spread(layer)
	}
	for round := range 24 {
		down := round%2 == 0
		for i := range layers {
			layer := layers[i]
			if down {
				layer = layers[len(layers)-1-i]
			}
			for _, s := range layer {
				near := s.below
				if down {
					near = s.above
				}
				if round > 15 {
					near = slices.Concat(s.above, s.below)
				}
				s.x = math.Round(mean(near, s.x)) // whole, so that every processor draws the same
			}
			slices.SortStableFunc(layer, func(a, b *spot) int { return cmp.Compare(a.x, b.x) })
			spread(layer)
		}
	}
}

// gap is between neighbours in a layer.
const gap = 14

// roomFor is how wide the widest layer is.
func roomFor(layers [][]*spot) float64 {
	most := 0.0
	for _, layer := range layers {
		wide := float64(gap)
		for _, s := range layer {
			wide += s.w + gap
		}
		most = max(most, wide)
	}
	return most
}

// hue is the class of a room's colour: its first folder.
func hue(name string) string {
	first, _, _ := strings.Cut(name, "/")
	return first
}

// drawPackages is the picture as SVG, legible on light and dark pages.
func drawPackages(names []string, imports map[string][]string) string {
	const tall, step, margin = 28.0, 66.0, 26.0
	layers := layered(names, direct(names, imports))
	width := math.Ceil(max(800, roomFor(layers)))
	ordered(layers, width)
	height := margin*2 + step*float64(len(layers)-1) + tall
	y := func(s *spot) float64 { return margin + step*float64(len(layers)-1-s.layer) }
	var lines, boxes strings.Builder
	for _, layer := range slices.Backward(layers) {
		for _, s := range layer {
			if s.name == "" {
				continue
			}
			for _, next := range s.below {
				fmt.Fprintf(&lines, "<path d=\"M%.0f %.0f", s.x, y(s)+tall)
				from := s.x
				fromY := y(s) + tall
				for {
					end := y(next)
					fmt.Fprintf(&lines, " C%.0f %.0f %.0f %.0f %.0f %.0f", from, (fromY+end)/2, next.x, (fromY+end)/2, next.x, end)
					if next.name != "" {
						break
					}
					fmt.Fprintf(&lines, " V%.0f", end+tall)
					from, fromY, next = next.x, end+tall, next.below[0]
				}
				lines.WriteString("\"/>\n")
			}
			fmt.Fprintf(&boxes, "<g class=\"%s\"><rect x=\"%.0f\" y=\"%.0f\" width=\"%.0f\" height=\"%.0f\" rx=\"5\"/><text x=\"%.0f\" y=\"%.0f\">%s</text></g>\n",
				hue(s.name), s.x-s.w/2, y(s), s.w, tall, s.x, y(s)+18.5, label(s.name))
		}
	}
	return fmt.Sprintf(pictureFrame, width, height, width, height, width-1, height-1, lines.String(), boxes.String())
}

const pictureFrame = `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" role="img" aria-label="The packages and what they import">
<style>
text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; text-anchor: middle; fill: #1b1f24 }
path { fill: none; stroke: #8a929c; stroke-width: 1.2; marker-end: url(#tip) }
marker path { fill: #8a929c; stroke: none; marker-end: none }
.page { fill: #ffffff; stroke: #d5dae0 }
rect { stroke-width: 1.2 }
.data rect { fill: #e3eefb; stroke: #3f78b8 }
.sim rect { fill: #e4f3e6; stroke: #3d8a4a }
.strategies rect { fill: #fdf0d5; stroke: #b07d18 }
.reports rect { fill: #f3e6f5; stroke: #8d4d9c }
.cmd rect { fill: #eceef1; stroke: #606a76 }
@media (prefers-color-scheme: dark) {
text { fill: #e8ebef }
path { stroke: #7f8893 }
marker path { fill: #7f8893 }
.page { fill: #14181d; stroke: #333a43 }
.data rect { fill: #18304b; stroke: #6fa3dd }
.sim rect { fill: #17361d; stroke: #6dbb7a }
.strategies rect { fill: #40300c; stroke: #dcab4a }
.reports rect { fill: #37203d; stroke: #c389d1 }
.cmd rect { fill: #2a3038; stroke: #9aa4b0 }
}
</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0.5 L8 4 L0 7.5 Z"/></marker></defs>
<rect class="page" x="0.5" y="0.5" width="%.0f" height="%.0f" rx="8"/>
%s%s</svg>
`
