package run

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"

	"evenkeel/data"
	"evenkeel/reports/draw"
)

// policyStyles are the lines of the run's policies: the base dark grey and
// heavier, the others in the palette's order, dashed when it repeats.
func (run *Run) policyStyles() []vgdraw.LineStyle {
	all := make([]vgdraw.LineStyle, len(run.Policies))
	base, k := run.base(), 0
	width := vg.Length(draw.LineWidth)
	if len(all) > 8 {
		width = 0.8
	}
	for i := range all {
		if &run.Policies[i] == base {
			all[i] = draw.Stroke(draw.BaseGrey, draw.BoldWidth)
			continue
		}
		n := len(draw.LineColors)
		all[i] = draw.Stroke(draw.LineColors[k%n], width, draw.LineDashes[k/n%len(draw.LineDashes)]...)
		k++
	}
	return all
}

// grid is the layout of n small panels, which takes the place of newGrid's.
func (run *Run) grid(n int) draw.Grid {
	g := draw.NewGrid(n)
	if run.size == "" || run.size == draw.Screen {
		return g
	}
	g.Columns = draw.LayoutOf(run.size, 1).Columns(n)
	g.Layout = draw.LayoutOf(run.size, g.Rows())
	g.Tall = 96
	return g
}

// single is the size of a figure that is no grid and needs a height on the screen.
func (run *Run) single(tall vg.Length) (vg.Length, vg.Length) {
	switch l := draw.LayoutOf(run.size, 1); l.Size {
	case draw.Paper:
		return l.Wide, min(tall, l.Wide*1.1)
	case draw.Slide:
		return l.Wide, l.Tall
	}
	return draw.FigureWide, tall
}

// sized is the run with figures of a size.
func (run *Run) sized(size draw.Size) *Run {
	r := *run
	r.size = size
	return &r
}

// fileNames are names for files, one a policy: letters, digits and hyphens of
// the policy's name, different without regard to capitals.
func fileNames(run *Run) []string {
	const longest = 40
	names := make([]string, len(run.Policies))
	taken := map[string]bool{}
	for i := range run.Policies {
		name := strings.Trim(strings.Map(func(r rune) rune {
			switch {
			case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '_':
				return r
			}
			return '-'
		}, run.Policies[i].Name), "-")
		for strings.Contains(name, "--") {
			name = strings.ReplaceAll(name, "--", "-")
		}
		if name == "" {
			name = "policy"
		}
		name = name[:min(longest, len(name))]
		for n, plain := 2, name; taken[strings.ToLower(name)]; n++ {
			name = fmt.Sprintf("%s-%d", plain, n)
		}
		taken[strings.ToLower(name)] = true
		names[i] = name
	}
	return names
}

// Period is the policy's first and last date.
func (p *Policy) Period() string {
	r := p.Record
	return fmt.Sprintf("%s to %s", r.Panel.Date(r.First), r.Panel.Date(r.End-1))
}

// dates are the policy's sessions.
func (p *Policy) dates() []data.Date { return p.Record.Panel.Dates()[p.Record.First:p.Record.End] }
