package sweep

import (
	"fmt"
	"io"
	"strings"

	"evenkeel/reports/draw"
	"evenkeel/reports/page"
)

// facts say what was swept.
func (s *Sweep) facts() (all [][2]string) {
	if s.Policy != "" {
		all = append(all, [2]string{"Policy", draw.Clean(s.Policy, 200)})
	}
	all = append(all, [2]string{"Points", draw.Plural(s.Points(), "point", "points") + map[bool]string{true: fmt.Sprintf(", %s failed", draw.Count(s.Failed()))}[s.Failed() > 0]})
	if len(s.fixed) > 0 {
		all = append(all, [2]string{"Only", strings.Join(s.fixed, " · ")})
	}
	if s.against != "" {
		all = append(all, [2]string{"Values", "differences to the point that is alike but for " + s.against})
	}
	for i := range s.Axes {
		a := &s.Axes[i]
		const most = 12
		list := strings.Join(a.Labels[:min(most, len(a.Labels))], ", ")
		if n := len(a.Labels); n > most {
			list = fmt.Sprintf("%s values, %s … %s", draw.Count(n), a.Labels[0], a.Labels[n-1])
		}
		all = append(all, [2]string{"Axis " + a.title(), list})
	}
	for _, x := range s.About {
		all = append(all, [2]string{draw.Clean(x[0], 100), draw.Clean(x[1], 400)})
	}
	return all
}

// markdown writes sweep.md.
func (w *Report) markdown(to io.Writer, tables []*sheet) error {
	d := &page.Document{}
	d.Line("# Sweep: %s", page.OrElse(page.Escape(w.s.Name), "of an experiment"))
	var rows [][]string
	for _, f := range w.s.facts() {
		rows = append(rows, []string{page.Escape(f[0]), page.Escape(f[1])})
	}
	d.Table([]string{"What ran", ""}, "l", rows)
	if w.wants("pictures") {
		texts := w.described()
		for i, p := range w.pictures() {
			d.Line("![%s](plots/%s.png)", page.Escape(texts[i]), p.Name)
		}
	}
	for _, t := range tables {
		t.markdown(d)
	}
	_, err := io.WriteString(to, d.B.String())
	return err
}
