package reports

import (
	"fmt"
	"io"
	"strings"
)

// facts say what was swept.
func (s *Sweep) facts() (all [][2]string) {
	if s.Policy != "" {
		all = append(all, [2]string{"Policy", clean(s.Policy, 200)})
	}
	all = append(all, [2]string{"Points", plural(s.Points(), "point", "points") + map[bool]string{true: fmt.Sprintf(", %s failed", count(s.Failed()))}[s.Failed() > 0]})
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
			list = fmt.Sprintf("%s values, %s … %s", count(n), a.Labels[0], a.Labels[n-1])
		}
		all = append(all, [2]string{"Axis " + a.title(), list})
	}
	for _, x := range s.About {
		all = append(all, [2]string{clean(x[0], 100), clean(x[1], 400)})
	}
	return all
}

// markdown writes sweep.md.
func (w *SweepReport) markdown(to io.Writer, tables []*sweepTable) error {
	d := &document{}
	d.line("# Sweep: %s", orElse(escape(w.s.Name), "of an experiment"))
	var rows [][]string
	for _, f := range w.s.facts() {
		rows = append(rows, []string{escape(f[0]), escape(f[1])})
	}
	d.table([]string{"What ran", ""}, "l", rows)
	if w.wants("pictures") {
		texts := w.described()
		for i, p := range w.pictures() {
			d.line("![%s](plots/%s.png)", escape(texts[i]), p.name)
		}
	}
	for _, t := range tables {
		t.markdown(d)
	}
	_, err := io.WriteString(to, d.b.String())
	return err
}
