package experiment

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data/fault"
	"evenkeel/data/table"
	"evenkeel/sim/card"
	"evenkeel/sim/tax"
)

// role is what a file beside the experiment is read for.
type role uint8

const (
	scheduleFile    role = iota // dates, symbols, weights
	flowsFile                   // dates, amounts
	indexFile                   // dates, values above 0
	signalFile                  // dates
	restrictionFile             // symbols, rules, from, until
	lotsFile                    // symbols, acquired, sold
	actionsFile                 // dates, symbols, splits, dividends
	fxFile                      // dates, rates of currencies
	rateFile                    // dates, yearly rates
)

// maxRows is how many rows such a file may have, by its role.
var maxRows = [...]int64{scheduleFile: 10_000_000, flowsFile: 1_000_000, indexFile: 1_000_000, signalFile: 1_000_000, restrictionFile: 1_000_000, lotsFile: 1_000_000, actionsFile: 10_000_000, fxFile: 10_000_000, rateFile: 1_000_000}

// mention is a file that the experiment names, and where.
type mention struct {
	tableKey
	at *syntax.Node
}

// tableKey is a file read for a role. The path is as written, without a pin.
type tableKey struct {
	role role
	path string
}

// contents are what a file holds for its role. It does not change once it is read.
type contents struct {
	source   table.Source
	weights  []datedWeights       // of scheduleFile, by date
	amounts  []datedAmount        // of flowsFile and indexFile, by date
	signal   *signalDates         // of signalFile
	rules    []ruleRow            // of restrictionFile, by symbol
	lots     []tax.Choice         // of lotsFile, as written
	actions  []symbolAction       // of actionsFile, by date
	place    func(row int) string // where a row stands
	rates    rates                // of fxFile
	rate     *series              // of rateFile
	warnings fault.List
}

// pin is a SHA-256 behind a path: the file must have it. Canonical texts name
// files so.
var pin = regexp.MustCompile(`^(.*\S) sha256:([0-9a-f]{64})$`)

func pathOf(text string) (path, sum string) {
	if m := pin.FindStringSubmatch(text); m != nil {
		return m[1], m[2]
	}
	return text, ""
}

func fileKnob(dst *string, name, doc string) card.Knob {
	k := pathKnob(dst, name, doc)
	k.Shape = syntax.FileShape
	return k
}

// mention notes that a file is to be read, and gives it when it has been.
func (f *File) mention(c *syntax.Checker, r role, n *syntax.Node) *contents {
	path, _ := pathOf(n.Text)
	if !printable(path) || len(path) > maxPath {
		c.At(n.At, fault.BadValue, syntax.In(n.Path)+"want the path of a file", "a path is a text that is not empty", "Write the name of the file")
		return nil
	}
	m := mention{tableKey{r, path}, n}
	f.mentions = append(f.mentions, m)
	t := f.tables[m.tableKey]
	if t != nil {
		m.pinned(c, t)
		for _, w := range t.warnings {
			c.List.Add(w)
		}
	}
	return t
}

// contents are those of a file that has been read, nil before.
func (f *File) contents(r role, text string) *contents {
	path, _ := pathOf(text)
	return f.tables[tableKey{r, path}]
}

// beside is where a path of the experiment leads: relative ones begin at its
// folder.
func (f *File) beside(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(f.path), filepath.FromSlash(path))
}

// Reads are the paths of the files that a run of the experiment reads.
func (f *File) Reads() []string {
	all := []string{f.PricesPath()}
	for _, m := range f.mentions {
		all = append(all, f.beside(m.path))
	}
	return all
}

// Load reads the files that the experiment names beside its prices (targets,
// flows, indices, signals, restrictions) and checks the experiment with them. Without such
// files it does nothing; files that have been read are not read again, so an
// experiment made by With of a loaded one has those of it. Bind needs it. The
// error is a fault.List of all findings, or the context's own; f does not change
// then.
func (f *File) Load(ctx context.Context, files table.Reader) error {
	if f.loaded() {
		return nil
	}
	c := &syntax.Checker{Name: f.path, Lines: f.lines}
	tables := maps.Clone(f.tables)
	if tables == nil {
		tables = map[tableKey]*contents{}
	}
	tried := map[tableKey]bool{}
	for _, m := range f.mentions {
		if tried[m.tableKey] || tables[m.tableKey] != nil {
			continue
		}
		tried[m.tableKey] = true
		t, err := f.readTable(ctx, files, m)
		if err != nil {
			if fault.Of(err) == nil {
				return err
			}
			m.refused(c, fault.Of(err))
			continue
		}
		tables[m.tableKey] = t
	}
	if c.Errors() > 0 {
		return c.Sorted()
	}
	g, err := build(c, f.root, tables)
	if err != nil {
		return err
	}
	*f = *g
	return nil
}

// loaded reports whether every file that is named has been read.
func (f *File) loaded() bool {
	for _, m := range f.mentions {
		if f.tables[m.tableKey] == nil {
			return false
		}
	}
	return true
}

// unread are findings for files that have not been read.
func (f *File) unread(c *syntax.Checker) {
	for _, m := range f.mentions {
		if f.tables[m.tableKey] == nil {
			c.At(m.at.At, fault.NoFile, syntax.In(m.at.Path)+fault.Quote(m.path)+" has not been read", "files are read before prices are bound", "Read the experiment's files first")
		}
	}
}

// Inputs are the files that Load has read, in the order in which the experiment
// names them, each once.
func (f *File) Inputs() []table.Source {
	var out []table.Source
	seen := map[string]bool{}
	for _, m := range f.mentions {
		if t := f.tables[m.tableKey]; t != nil && !seen[m.path] {
			seen[m.path] = true
			out = append(out, t.source)
		}
	}
	return out
}

// refused reports what is wrong with a file: findings that know their row stay
// where they are, those of the whole file stand where it is named.
func (m mention) refused(c *syntax.Checker, list fault.List) {
	for _, x := range list {
		if x.Place == "" {
			c.At(m.at.At, x.Code, syntax.In(m.at.Path)+filepath.Base(m.path)+": "+x.What, x.Rule, x.Remedy)
			continue
		}
		c.List.Add(x)
	}
}

// pinned checks a file against the SHA-256 that it is named with.
func (m mention) pinned(c *syntax.Checker, t *contents) {
	pinned(c, m.at, &t.source)
}

// pinned checks a file against the SHA-256 that stands behind its path at n.
func pinned(c *syntax.Checker, n *syntax.Node, s *table.Source) {
	if _, sum := pathOf(n.Text); sum != "" && sum != s.SHA256 {
		c.At(n.At, fault.OtherBytes, fmt.Sprintf("%s%s has the SHA-256 %s", syntax.In(n.Path), s.File, s.SHA256), "want "+sum, "Use the file that the experiment was made with, or take the SHA-256 out")
	}
}
