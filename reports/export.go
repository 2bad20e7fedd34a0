package reports

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
)

// ExportFormats are the formats that Export knows: md is report.md and each table
// as Markdown, html is report.html; csv, latex and json are of tables; png, svg
// and pdf of figures.
var ExportFormats = []string{"md", "html", "csv", "latex", "json", "png", "svg", "pdf"}

// DefaultFormats are what a run itself leaves.
var DefaultFormats = []string{"md", "html", "png", "svg"}

// Export is what to render of a run.
type Export struct {
	Formats []string // of ExportFormats; none: DefaultFormats
	Size    Size     // of figures; "": the screen's, as the run's own are
	Only    []string // names of tables and figures, or report; none: all
}

// ExportNames are the names of what can be exported of a run: report, its tables,
// its figures.
func ExportNames(run *Run) []string {
	all := []string{"report"}
	for _, t := range run.exports() {
		all = append(all, t.name)
	}
	for _, p := range run.figures() {
		all = append(all, strings.TrimPrefix(p.name, "plots/"))
	}
	return all
}

// figures are the pictures of a run.
func (run *Run) figures() []picture {
	all := []picture{{"plots/growth", run.growth()}}
	if len(run.Policies) > 1 {
		all = append(all, picture{"plots/cost-tracking", run.costTracking()})
	}
	all = append(all, picture{"plots/drift", run.drift()})
	if run.journals() {
		all = append(all, picture{"plots/shortfall", run.waterfalls()})
	}
	for i, name := range fileNames(run) {
		if run.Policies[i].Record.Log != nil {
			all = append(all, picture{"plots/weights-" + name, run.weights(&run.Policies[i])})
		}
	}
	return all
}

// Write renders what was chosen. Figures are plots/NAME.png, .svg and .pdf, tables
// tables/NAME.md, .csv, .tex and .json: names that stay the same. An unknown
// format, size or name is an error that lists what there is.
func (e Export) Write(dir Dir, run *Run) error {
	if len(e.Formats) == 0 {
		e.Formats = DefaultFormats
	}
	if err := e.Check(run); err != nil {
		return err
	}
	if e.is("report") && e.has("md") {
		if err := dir.Write("report.md", func(w io.Writer) error { return Markdown(w, run) }); err != nil {
			return err
		}
	}
	if e.is("report") && e.has("html") {
		if err := dir.Write("report.html", func(w io.Writer) error { return HTML(w, run) }); err != nil {
			return err
		}
	}
	if err := e.tables(dir, run); err != nil {
		return err
	}
	return e.pictures(dir, run.sized(e.Size))
}

// Check says what of a choice there is not, with what there is.
func (e Export) Check(run *Run) error {
	if err := run.check(); err != nil {
		return err
	}
	for _, f := range e.Formats {
		if !slices.Contains(ExportFormats, f) {
			return fmt.Errorf("no format %q; there are %s", f, strings.Join(ExportFormats, ", "))
		}
	}
	if e.Size != "" && !slices.Contains(Sizes, e.Size) {
		return fmt.Errorf("no size %q; there are screen, paper, slide", e.Size)
	}
	there := ExportNames(run)
	for _, name := range e.Only {
		if !slices.Contains(there, name) {
			return fmt.Errorf("no table or figure %q; there are %s", name, strings.Join(there, ", "))
		}
	}
	return nil
}

func (e Export) has(format string) bool { return slices.Contains(e.Formats, format) }

func (e Export) is(name string) bool { return len(e.Only) == 0 || slices.Contains(e.Only, name) }

func (e Export) tables(dir Dir, run *Run) error {
	for _, t := range run.exports() {
		if !e.is(t.name) {
			continue
		}
		for _, f := range []struct {
			format, ending string
			write          func(io.Writer) error
		}{{"md", "md", t.markdown}, {"csv", "csv", t.csv}, {"latex", "tex", t.latex}, {"json", "json", t.json}} {
			if !e.has(f.format) {
				continue
			}
			if err := dir.Write("tables/"+t.name+"."+f.ending, f.write); err != nil {
				return err
			}
		}
	}
	return nil
}

// pictures draws side by side and writes in order.
func (e Export) pictures(dir Dir, run *Run) error {
	if !e.has("png") && !e.has("svg") && !e.has("pdf") {
		return nil
	}
	all := slices.DeleteFunc(run.figures(), func(p picture) bool { return !e.is(strings.TrimPrefix(p.name, "plots/")) })
	shelves := make([]shelf, len(all))
	return side(len(all), func(i int) {
		p := all[i]
		l := layoutOf(run.size, 1)
		times := 1.0
		if l.size != Screen {
			times = float64(l.times * float64(l.wide) / float64(p.width))
		}
		for _, f := range []struct {
			format string
			write  func(io.Writer) error
		}{
			{"png", func(w io.Writer) error { return p.dotted(w, float64(l.dots)*times) }},
			{"svg", func(w io.Writer) error { return p.printed(w, times) }},
			{"pdf", func(w io.Writer) error { return p.pdf(w, times) }},
		} {
			if e.has(f.format) && shelves[i].err == nil {
				shelves[i].err = shelves[i].Write(p.name+"."+f.format, f.write)
			}
		}
	}, func(i int) error {
		err := shelves[i].moveTo(dir)
		shelves[i] = shelf{}
		return err
	})
}

// printed is the figure as SVG whose print is times larger.
func (f figure) printed(w io.Writer, times float64) error {
	if times == 1 {
		return f.svg(w)
	}
	var b bytes.Buffer
	if err := f.svg(&b); err != nil {
		return err
	}
	is := fmt.Appendf(nil, `<svg width="%.5gpt" height="%.5gpt"`, f.width, f.height)
	be := fmt.Appendf(nil, `<svg width="%.5gpt" height="%.5gpt"`, float64(f.width)*times, float64(f.height)*times)
	if !bytes.Contains(b.Bytes(), is) {
		return fmt.Errorf("the figure's size is not where it was")
	}
	_, err := w.Write(bytes.Replace(b.Bytes(), is, be, 1))
	return err
}
