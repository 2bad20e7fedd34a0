package run

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"evenkeel/reports/draw"
)

// ExportFormats are the formats that Export knows: md is report.md and each table
// as Markdown, html is report.html; csv, latex and json are of tables; png, svg
// and pdf of figures.
var ExportFormats = []string{"md", "html", "csv", "latex", "json", "png", "svg", "pdf"}

// DefaultFormats are what a run itself leaves.
var DefaultFormats = []string{"md", "html", "png", "svg"}

// Export is what to render of a run.
type Export struct {
	Formats []string  // of ExportFormats; none: DefaultFormats
	Size    draw.Size // of figures; "": the screen's, as the run's own are
	Only    []string  // names of tables and figures, or report; none: all
}

// ExportNames are the names of what can be exported of a run: report, its tables,
// its figures.
func ExportNames(run *Run) []string {
	all := []string{"report"}
	for _, t := range run.exports() {
		all = append(all, t.Name)
	}
	for _, p := range run.figures() {
		all = append(all, strings.TrimPrefix(p.Name, "plots/"))
	}
	return all
}

// figures are the pictures of a run.
func (run *Run) figures() []draw.Picture {
	all := []draw.Picture{{Name: "plots/growth", Figure: run.Growth()}}
	if len(run.Policies) > 1 {
		all = append(all, draw.Picture{Name: "plots/cost-tracking", Figure: run.CostTracking()})
	}
	all = append(all, draw.Picture{Name: "plots/drift", Figure: run.drift()})
	if run.journals() {
		all = append(all, draw.Picture{Name: "plots/shortfall", Figure: run.waterfalls()})
	}
	for i, name := range fileNames(run) {
		if run.Policies[i].Record.Log != nil {
			all = append(all, draw.Picture{Name: "plots/weights-" + name, Figure: run.weights(&run.Policies[i])})
		}
	}
	return all
}

// Write renders what was chosen. Figures are plots/NAME.png, .svg and .pdf, tables
// tables/NAME.md, .csv, .tex and .json: names that stay the same. An unknown
// format, size or name is an error that lists what there is.
func (e Export) Write(dir draw.Dir, run *Run) error {
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

// Check returns what of a choice there is not, with what there is.
func (e Export) Check(run *Run) error {
	if err := run.Check(); err != nil {
		return err
	}
	for _, f := range e.Formats {
		if !slices.Contains(ExportFormats, f) {
			return fmt.Errorf("no format %q; there are %s", f, strings.Join(ExportFormats, ", "))
		}
	}
	if e.Size != "" && !slices.Contains(draw.Sizes, e.Size) {
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

func (e Export) tables(dir draw.Dir, run *Run) error {
	for _, t := range run.exports() {
		if !e.is(t.Name) {
			continue
		}
		for _, f := range []struct {
			format, ending string
			write          func(io.Writer) error
		}{{"md", "md", t.Markdown}, {"csv", "csv", t.CSV}, {"latex", "tex", t.LaTeX}, {"json", "json", t.JSON}} {
			if !e.has(f.format) {
				continue
			}
			if err := dir.Write("tables/"+t.Name+"."+f.ending, f.write); err != nil {
				return err
			}
		}
	}
	return nil
}

// pictures draws side by side and writes in order.
func (e Export) pictures(dir draw.Dir, run *Run) error {
	if !e.has("png") && !e.has("svg") && !e.has("pdf") {
		return nil
	}
	all := slices.DeleteFunc(run.figures(), func(p draw.Picture) bool { return !e.is(strings.TrimPrefix(p.Name, "plots/")) })
	buffers := make([]buffer, len(all))
	return draw.Side(len(all), func(i int) {
		p := all[i]
		l := draw.LayoutOf(run.size, 1)
		times := 1.0
		if l.Size != draw.Screen {
			times = float64(l.Times * float64(l.Wide) / float64(p.Width))
		}
		for _, f := range []struct {
			format string
			write  func(io.Writer) error
		}{
			{"png", func(w io.Writer) error { return p.Dotted(w, float64(l.Dots)*times) }},
			{"svg", func(w io.Writer) error { return p.Printed(w, times) }},
			{"pdf", func(w io.Writer) error { return p.PDF(w, times) }},
		} {
			if e.has(f.format) && buffers[i].err == nil {
				buffers[i].err = buffers[i].Write(p.Name+"."+f.format, f.write)
			}
		}
	}, func(i int) error {
		err := buffers[i].moveTo(dir)
		buffers[i] = buffer{}
		return err
	})
}
