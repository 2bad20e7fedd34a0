package experiment

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/data/table"
	"evenkeel/sim"
)

// datedWeights are targets in force from the first session on or after a date.
type datedWeights struct {
	date    data.Date
	weights []Target     // of some of the assets, by symbol; 0 of the others
	at      syntax.Place // where the experiment says so
	row     int32        // of the file, where it is one
}

// maxCells bounds the weights of a schedule: dates times assets.
const maxCells = 10_000_000

// readSchedule reads a dated table of targets, from the experiment or a file.
func (f *File) readSchedule(c *syntax.Checker, n *syntax.Node) {
	const want = "a map of dates and weights such as {2006-05-08: {VTI: 60%, AGG: 40%}}, or {file: targets.csv}"
	if n == nil || !c.IsMap(n, want) {
		return
	}
	if n.Get("file") != nil {
		var path string
		before := c.Errors()
		section(c, []entry{{Knob: fileKnob(&path, "file", "a file with date, symbol, weight")}}, n, n.Path)
		if c.Errors() == before {
			f.fromFile(c, n.Get("file"))
		}
		return
	}
	if len(n.Keys) == 0 {
		c.At(n.At, fault.BadTargets, "target_schedule: no targets", "want "+want, "Add them")
		return
	}
	var keys []syntax.Key
	for i, k := range n.Keys {
		date, err := data.ParseDate(k.Text)
		if err != nil {
			c.At(k.At, fault.BadValue, "target_schedule: "+err.Error(), "want "+want, "Write the date as 2024-01-31")
			continue
		}
		if row := n.Items[i]; row.Kind == syntax.Mapping {
			keys = append(keys, row.Keys...)
		}
		f.schedule = append(f.schedule, datedWeights{date: date, weights: portfolio(c, n.Items[i], n.Items[i].Path), at: k.At})
	}
	lookalikes(c, keys)
	slices.SortStableFunc(f.schedule, func(a, b datedWeights) int { return cmp.Compare(a.date, b.date) })
	f.begin(c, n)
}

func (f *File) fromFile(c *syntax.Checker, n *syntax.Node) {
	t := f.mention(c, scheduleFile, n)
	if t == nil {
		return
	}
	f.schedule = slices.Clone(t.weights)
	for i := range f.schedule {
		f.schedule[i].at = n.At
	}
	f.begin(c, n)
}

// begin makes the targets those that the schedule begins with: every asset of
// any date, with the weights at the run's start as far as it is known.
func (f *File) begin(c *syntax.Checker, n *syntax.Node) {
	if len(f.schedule) == 0 {
		return
	}
	first := f.schedule[0]
	weight := map[string]float64{}
	for _, row := range f.schedule {
		for _, t := range row.weights {
			weight[t.Symbol] = 0
		}
		if f.Data.Start != data.NoDate && row.date <= f.Data.Start {
			first = row
		}
	}
	if len(weight) > data.MaxSymbols || len(weight)*len(f.schedule) > maxCells {
		c.At(n.At, fault.BadTargets, fmt.Sprintf("target_schedule: %d assets at %d dates", len(weight), len(f.schedule)), fmt.Sprintf("at most %d assets, and %d weights altogether", data.MaxSymbols, maxCells), "Name fewer assets or dates")
		f.schedule = nil
		return
	}
	for _, t := range first.weights {
		weight[t.Symbol] = t.Weight
	}
	f.Targets = nil
	for symbol, w := range weight {
		f.Targets = append(f.Targets, Target{symbol, w})
	}
	slices.SortFunc(f.Targets, func(a, b Target) int { return strings.Compare(a.Symbol, b.Symbol) })
}

// dense are the weights of every target's asset, in the targets' order.
func (f *File) dense(weights []Target) []float64 {
	out, k := make([]float64, len(f.Targets)), 0
	for i, t := range f.Targets {
		if k < len(weights) && weights[k].Symbol == t.Symbol {
			out[i], k = weights[k].Weight, k+1
		}
	}
	return out
}

// sessionOf is the first session on or after a date: the number of sessions when
// there is none.
func sessionOf(p *data.Panel, d data.Date) int {
	s, _ := slices.BinarySearch(p.Dates(), d)
	return s
}

// targets are those of the first session and their changes after it.
func (f *File) targets(c *syntax.Checker, p *data.Panel) (first []float64, changes []sim.Change) {
	if f.schedule == nil {
		for _, t := range f.Targets {
			first = append(first, t.Weight)
		}
		return first, nil
	}
	begin, late := f.schedule[0], 0
	if start := p.Date(0); begin.date > start {
		c.At(begin.at, fault.OutsideData, "target_schedule begins on "+begin.date.String()+", after the first session "+start.String(), "the initial purchase needs targets",
			"Give targets dated "+start.String()+" or before, or set data.start: "+begin.date.String())
		return nil, nil
	}
	for _, row := range f.schedule {
		s := sessionOf(p, row.date)
		last := len(changes) - 1
		switch {
		case s == 0:
			first = f.dense(row.weights)
		case s == p.Sessions():
			if late++; late == 1 {
				begin = row
			}
		case last >= 0 && changes[last].Session == s:
			c.Warn(row.at, fault.OutsideData, fmt.Sprintf("target_schedule: the targets of %s take the place of earlier ones before any session sees those", row.date),
				"both are in force from the session of "+p.Date(s).String(), "Remove the earlier ones")
			changes[last].Targets = f.dense(row.weights)
		default:
			changes = append(changes, sim.Change{Session: s, Targets: f.dense(row.weights)})
		}
	}
	if late > 0 {
		c.Warn(begin.at, fault.OutsideData, fmt.Sprintf("target_schedule: %s after the last session %s", plural(late, "date"), p.Date(p.Sessions()-1)), "the first of them is "+begin.date.String()+f.scheduleRow(begin), "")
	}
	return first, changes
}

// scheduleRow names the row of dated weights in a message, where a file has them.
func (f *File) scheduleRow(w datedWeights) string {
	n := f.root.Get("target_schedule").Get("file")
	if n == nil {
		return ""
	}
	return f.contents(scheduleFile, n.Text).rowOf(w.row)
}

// weights are the rows of a file of targets: date, symbol, weight, or a date and
// a column a symbol. A symbol without a row or value has the weight 0.
func (s *sheet) weights() []datedWeights {
	by := map[data.Date][]Target{}
	first := map[data.Date]int{} // the first row of a date
	for _, i := range s.order() {
		if _, seen := first[s.Dates[i]]; !seen {
			first[s.Dates[i]] = i
		}
	}
	if symbols := s.Symbols; symbols != nil && s.Named("weight") != nil {
		s.long(symbols, s.Named("weight"), by)
	} else if symbols == nil {
		s.wide(by, first)
	} else {
		s.need("weight")
	}
	var out []datedWeights
	for date := range first {
		w := by[date]
		slices.SortFunc(w, func(a, b Target) int { return strings.Compare(a.Symbol, b.Symbol) })
		out = append(out, datedWeights{date: date, weights: w, row: int32(first[date])})
	}
	slices.SortFunc(out, func(a, b datedWeights) int { return cmp.Compare(a.date, b.date) })
	if len(out) == 0 && len(s.list) == 0 {
		s.bad(-1, fault.EmptyFile, "the table has no rows", "targets have a date and weights", "Check how the file was written")
	}
	if len(s.list) > 0 {
		return nil // sums would only repeat what is wrong
	}
	for _, row := range out {
		if wrong, remedy := whole(row.weights); wrong != "" {
			s.bad(first[row.date], fault.WeightSum, "the targets of "+row.date.String()+" "+wrong, sumRule, remedy)
		}
	}
	return out
}

// long takes rows of date, symbol and weight.
func (s *sheet) long(symbols, weights *table.Column, by map[data.Date][]Target) {
	type cell struct {
		date   data.Date
		symbol string
	}
	seen := map[cell]int{}
	for i, d := range s.Dates {
		symbol := symbols.Text(i)
		if !s.symbol(i, symbol) {
			continue
		}
		at := cell{d, symbol}
		if before, twice := seen[at]; twice {
			s.twice(i, before, symbol+" ")
			continue
		}
		seen[at] = i
		if weights.Null(i) {
			s.bad(i, fault.BadCell, "the weight of "+symbol+" is empty", "every row has a weight", "Write 0, or remove the row")
			continue
		}
		s.take(i, d, symbol, weights, by)
	}
}

// wide takes rows of a date and a weight in the column of each symbol.
func (s *sheet) wide(by map[data.Date][]Target, first map[data.Date]int) {
	for k := range s.Columns {
		if c := &s.Columns[k]; s.symbol(-1, c.Name) {
			for i, d := range s.Dates {
				if !c.Null(i) {
					s.take(i, d, c.Name, c, by)
				}
			}
		}
	}
	for i, d := range s.Dates {
		if before := first[d]; before != i {
			s.twice(i, before, "")
		}
	}
}

// take enters one weight.
func (s *sheet) take(i int, d data.Date, symbol string, c *table.Column, by map[data.Date][]Target) {
	switch w := s.number(c, i); {
	case w < 0 || w > 1:
		s.bad(i, fault.BadWeight, fmt.Sprintf("the weight of %s is %s", symbol, brief(w)), "weights are 0 to 1: there are no short positions and no leverage", "Check the column: 60 percent is 0.6")
	case w == w:
		by[d] = append(by[d], Target{symbol, w})
	}
}

func (s *sheet) symbol(i int, symbol string) bool {
	if what := data.SymbolFault(symbol); what != "" {
		s.bad(i, fault.BadSymbol, "symbol "+fault.Quote(symbol)+" "+what, "symbols are "+data.SymbolRule, "Write the symbol as the prices have it")
		return false
	}
	return true
}

// canonSchedule is the schedule as it is in the canonical text.
func (f *File) canonSchedule() any {
	n := f.root.Get("target_schedule")
	if n == nil {
		return nil
	}
	if file := n.Get("file"); file != nil {
		return Object{{"file", f.canonFile(file)}}
	}
	out := Object{}
	for _, row := range f.schedule {
		weights := Object{}
		for _, t := range row.weights {
			weights = append(weights, member{t.Symbol, Number(syntax.Shortest(t.Weight))})
		}
		out = append(out, member{row.date.String(), weights})
	}
	return out
}

// canonFile names a file by its base name and, once it has been read, by its
// SHA-256.
func (f *File) canonFile(n *syntax.Node) any {
	path, sum := pathOf(n.Text)
	for r := range role(len(maxRows)) {
		if t := f.contents(r, path); t != nil {
			sum = t.source.SHA256
		}
	}
	name := filepath.Base(filepath.FromSlash(path))
	if sum != "" {
		name += " sha256:" + sum
	}
	return name
}
