package sweep

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"evenkeel/data/fault"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
)

// Options say what a report of a sweep shows.
type Options struct {
	Measures []string    // by their columns; nil: the first ones of those that the table has
	Heat     [][2]string // pairs of axes, the one across second; nil: the first axes
	Pareto   [][2]string // pairs of measures, the one across first; nil: costs or turnover against tracking error and drift
	Best     int         // how many best points
	Formats  []string    // of SweepFormats; nil: all but LaTeX
}

// Formats are what a report may be written as.
var Formats = []string{"html", "markdown", "pictures", "csv", "latex", "json"}

// Report is what a report of a sweep holds.
type Report struct {
	s        *Sweep
	o        Options
	measures []*Measure
	heats    []*heatMap
	fronts   []*pareto
	fans     []*fan
	choices  *Sweep // without the luck of the start: means over an axis of starts
}

// Write writes sweep.html, sweep.md, sweep.json, pictures under plots and tables
// under tables, whichever are wanted. Errors are dir's.
func (w *Report) Write(dir draw.Dir) error {
	tables := w.tables()
	if err := w.writeTexts(dir, tables); err != nil {
		return err
	}
	if !w.wants("pictures") && !w.wants("html") {
		return nil
	}
	pictures := w.pictures()
	if w.wants("pictures") {
		named := slices.Clone(pictures)
		for i := range named {
			named[i].Name = "plots/" + named[i].Name
		}
		if err := draw.Save(dir, named...); err != nil {
			return err
		}
	}
	if w.wants("html") {
		return dir.Write("sweep.html", func(to io.Writer) error { return w.html(to, tables, pictures) })
	}
	return nil
}

func (w *Report) wants(format string) bool { return slices.Contains(w.o.Formats, format) }

// NewReport returns what a report of a sweep will hold. An error is a wrong option.
func NewReport(s *Sweep, o Options) (*Report, error) {
	if o.Formats == nil {
		o.Formats = []string{"html", "markdown", "pictures", "csv", "json"}
	}
	for _, f := range o.Formats {
		if !slices.Contains(Formats, f) {
			return nil, fmt.Errorf("no format %s; %s", fault.Quote(f), meant(f, Formats))
		}
	}
	if o.Best == 0 {
		o.Best = 10
	}
	w := &Report{s: s, o: o, choices: s}
	if i := s.startAxis(); i >= 0 {
		w.choices = s.averaged(i)
	}
	var err error
	if w.measures, err = w.chosen(); err != nil {
		return nil, err
	}
	if err := w.chooseHeat(); err != nil {
		return nil, err
	}
	if err := w.chooseFronts(); err != nil {
		return nil, err
	}
	for _, m := range w.measures {
		if f := s.fanOf(m); f != nil {
			w.fans = append(w.fans, f)
		}
	}
	return w, nil
}

// chosen are the measures that are shown.
func (w *Report) chosen() (all []*Measure, err error) {
	for _, name := range w.o.Measures {
		m := w.s.measure(name)
		if m == nil {
			return nil, w.noMeasure(name)
		}
		all = append(all, m)
	}
	if all == nil {
		all = w.s.headline(6)
	}
	return all, nil
}

func (w *Report) noMeasure(name string) error {
	var names []string
	for _, m := range w.s.Values {
		names = append(names, m.Name)
	}
	if len(names) == 0 {
		return errors.New("the sweep has no measures")
	}
	return fmt.Errorf("the sweep has no measure %s; %s", fault.Quote(name), meant(name, names))
}

// chooseHeat makes the heat maps: of the first axis that varies with each of the
// next two, or as asked. An axis of starts has its fan instead.
func (w *Report) chooseHeat() error {
	var pairs [][2]int
	for _, p := range w.o.Heat {
		y, x := w.s.axis(p[0]), w.s.axis(p[1])
		switch {
		case y < 0:
			return w.s.noAxis(p[0])
		case x < 0:
			return w.s.noAxis(p[1])
		case x == y:
			return fmt.Errorf("a heat map has two axes: %s and another", p[0])
		}
		pairs = append(pairs, [2]int{y, x})
	}
	if pairs == nil {
		axes := slices.DeleteFunc(w.s.varied(), func(i int) bool { return i == w.s.startAxis() })
		for k := 1; k < min(3, len(axes)); k++ {
			pairs = append(pairs, [2]int{axes[0], axes[k]})
		}
	}
	for k, p := range pairs {
		for _, m := range w.measures {
			w.heats = append(w.heats, w.s.heatMap(m, p[1], p[0], k == 0))
		}
	}
	return nil
}

// chooseFronts makes the Pareto fronts.
func (w *Report) chooseFronts() error {
	for _, p := range w.o.Pareto {
		x, y := w.choices.measure(p[0]), w.choices.measure(p[1])
		if x == nil {
			return w.noMeasure(p[0])
		}
		if y == nil {
			return w.noMeasure(p[1])
		}
		f, err := w.choices.pareto(x, y)
		if err != nil {
			return err
		}
		w.fronts = append(w.fronts, f)
	}
	if w.o.Pareto != nil || w.s.against != "" {
		return nil
	}
	x := w.choices.measure("cost_per_year")
	if x == nil || !slices.ContainsFunc(x.X, func(v float64) bool { return v > 0 }) {
		x = w.choices.measure("turnover_per_year")
	}
	for _, name := range []string{"tracking_error", "drift_mean"} {
		if y := w.choices.measure(name); x != nil && y != nil {
			if f, err := w.choices.pareto(x, y); err == nil && len(f.front) > 0 {
				w.fronts = append(w.fronts, f)
			}
		}
	}
	return nil
}

// tables are all tables, in the order of the report.
func (w *Report) tables() (all []*sheet) {
	s := w.s
	if t := s.failures(); t != nil {
		all = append(all, t)
	}
	if len(s.varied()) == 0 {
		return append(all, s.pointsTable(mostPoints))
	}
	for _, f := range w.fronts {
		all = append(all, f.table())
	}
	all = append(all, s.sensitivity(w.measures))
	for _, h := range w.heats {
		for k := range h.panels {
			all = append(all, h.table(s, k))
		}
	}
	for _, m := range w.measures {
		all = append(all, s.effectsTable(m))
		if t := w.choices.bestTable(w.choices.measure(m.Name), w.o.Best); s.against == "" && t.rows() > 0 {
			all = append(all, t)
		}
	}
	for _, f := range w.fans {
		all = append(all, f.tables(s)...)
	}
	for _, t := range all {
		t.name = page.FileName(t.name)
	}
	apart(all, func(t **sheet) *string { return &(*t).name })
	return all
}

// mostPoints is how many points are listed one by one.
const mostPoints = 1000

// pictures are all pictures, in the order of the report.
func (w *Report) pictures() (all []draw.Picture) {
	for _, h := range w.heats {
		all = append(all, draw.Picture{Name: page.FileName("heat-" + h.measure.Name + "-" + h.y.axis.Name + "-" + h.x.axis.Name), Figure: h.figure()})
	}
	for _, f := range w.fronts {
		all = append(all, draw.Picture{Name: page.FileName("pareto-" + f.x.Name + "-" + f.y.Name), Figure: f.figure()})
	}
	if len(w.s.varied()) > 0 {
		for _, m := range w.measures {
			all = append(all, draw.Picture{Name: page.FileName("effects-" + m.Name), Figure: w.s.effectsFigure(m)})
		}
	}
	for _, f := range w.fans {
		all = append(all, draw.Picture{Name: page.FileName("fan-" + f.measure.Name), Figure: f.figure(w.s)})
	}
	apart(all, func(p *draw.Picture) *string { return &p.Name })
	return all
}

// described says of each picture what it shows, for who cannot see it.
func (w *Report) described() (all []string) {
	for _, h := range w.heats {
		all = append(all, fmt.Sprintf("%s by %s and %s, a cell a pair of values", h.measure.Title, h.y.axis.title(), h.x.axis.title()))
	}
	for _, f := range w.fronts {
		all = append(all, fmt.Sprintf("%s against %s of every point, and the front of those that no other betters", f.y.Title, inner(f.x.Title)))
	}
	if len(w.s.varied()) > 0 {
		for _, m := range w.measures {
			all = append(all, fmt.Sprintf("Main effects: %s by the values of each axis", inner(m.Title)))
		}
	}
	for _, f := range w.fans {
		all = append(all, fmt.Sprintf("%s by the first day", f.measure.Title))
	}
	return all
}

// apart makes names of files different, without regard to capitals.
func apart[T any](all []T, name func(*T) *string) {
	taken := map[string]bool{}
	for i := range all {
		n := name(&all[i])
		for k, plain := 2, *n; taken[strings.ToLower(*n)]; k++ {
			*n = fmt.Sprintf("%s-%d", plain, k)
		}
		taken[strings.ToLower(*n)] = true
	}
}

// writeTexts writes what needs no picture: Markdown, CSV, LaTeX, JSON.
func (w *Report) writeTexts(dir draw.Dir, tables []*sheet) error {
	if w.wants("markdown") {
		if err := dir.Write("sweep.md", func(to io.Writer) error { return w.markdown(to, tables) }); err != nil {
			return err
		}
	}
	if w.wants("json") {
		if err := dir.Write("sweep.json", func(to io.Writer) error { return writeTables(to, w.s, tables) }); err != nil {
			return err
		}
	}
	for _, t := range tables {
		name := "tables/" + t.name
		if w.wants("csv") {
			if err := dir.Write(name+".csv", t.csv); err != nil {
				return err
			}
		}
		if w.wants("latex") {
			if err := dir.Write(name+".tex", t.latex); err != nil {
				return err
			}
		}
	}
	return nil
}
