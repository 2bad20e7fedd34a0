package experiment

import (
	"context"
	"errors"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/data/table"
	"evenkeel/data/vfs"
)

// Limits of a file, beside MaxBytes.
const (
	MaxPolicies = 1_000
	MaxPoints   = 1_000_000 // of a sweep
	MaxName     = 64        // characters
)

// File is a checked experiment: everything that can be known without the
// prices. It does not change; With makes another.
type File struct {
	Name         string
	Data         Data
	Account      Account
	Targets      []Target // in order of their symbols; with a schedule, those it begins with
	Flows        []Flow   // as written
	Costs        []Cost
	Execution    Execution
	Restrictions []Restriction
	Policies     []PolicyEntry // as written
	Base         string        // the policy that the others are compared with
	Reference    string        // of the tracking error: PolicyTargets, ZeroCostTwin, BuyAndHold, or a file as written
	Sweep        *Sweep        // nil: none
	Tax          *Tax          // nil: none
	Seed         uint64
	Limits       Limits
	Warnings     fault.List // odd, but no reason to stop

	path  string // as the user wrote it
	root  *syntax.Node
	lines []string

	schedule []datedWeights // nil: the targets hold for the whole run
	mentions []mention      // files that it names beside the prices
	tables   map[tableKey]*contents
}

// Data describes where prices come from and what they are.
type Data struct {
	Prices         string // as written; PricesPath is where it is
	Columns        Columns
	Kind           data.Kind
	Start, End     data.Date // NoDate: open
	Actions        string    // of raw prices: the file of splits and dividends, as written
	Dividends      Dividends // of raw prices
	Missing        string    // error | ffill | drop
	Duplicates     string    // error | first | last; "": error
	NullValues     []string  // texts of the file that mean "no value"
	Timezone       string    // in which instants are dates; "": the file's own
	Late           Late
	Ended          Ended
	EndPrice       float64 // a share, with EndedPrice, in the currency of the prices
	PeriodsPerYear float64 // 0: by the spacing of the data
	RiskFree       float64 // a year
	RiskFreeFile   string  // in its place, as written; "": none
	FX             *FX     // nil: every price is in the account's currency
}

// Columns names the columns of the prices; "" is the usual name.
type Columns struct{ Date, Symbol, Close, Open, Volume, Spread string }

// Account is what the run begins with.
type Account struct {
	Cash            float64
	Currency        string
	Holdings        []Holding // by symbol; then nothing is bought at the start
	Reserve         float64   // money that is never invested
	ReserveFraction float64   // the same as a part of NAV; one of the two is 0
	OpeningCost     bool      // the initial purchase costs what trades cost
	OpeningTurnover bool      // the initial purchase counts as turnover
}

// Target is the weight of one asset.
type Target struct {
	Symbol string
	Weight float64
}

// Cost is one entry of the costs.
type Cost struct {
	Model string
	node  *syntax.Node
}

// PolicyEntry is one of the policies.
type PolicyEntry struct {
	Name     string
	Slug     string // a part of file names: [A-Za-z0-9._-], unique whatever the case
	Strategy string
	node     *syntax.Node
	at       syntax.Place // of the name
}

// Load reads and checks a file from disk.
func Load(path string) (*File, error) {
	stop := func(what, rule, remedy string) error {
		return fault.One(fault.Finding{Code: fault.NoExperiment, File: path, What: what, Rule: rule, Remedy: remedy})
	}
	source, err := vfs.ReadPlain(path, syntax.MaxBytes)
	var other vfs.NotPlain
	switch {
	case errors.As(err, &other):
		return nil, stop("the experiment is "+other.What, "an experiment is a regular file", "Name the file in it, or write what a program prints into a file first")
	case errors.Is(err, vfs.ErrTooLarge):
		return Parse(path, make([]byte, syntax.MaxBytes+1)) // says so
	case err != nil:
		return nil, stop("cannot open the experiment: "+vfs.Reason(err), "an experiment is a file that can be read", "Check the path and its permissions")
	}
	return Parse(path, source)
}

// Parse checks the text of an experiment; path is its name in findings and where
// relative paths begin. The error is a fault.List with everything that is wrong;
// warnings of a good file are in File.Warnings.
func Parse(path string, source []byte) (*File, error) {
	c := &syntax.Checker{Name: path, Lines: syntax.LinesOf(string(source))}
	root := syntax.Read(c, source)
	if root == nil {
		return nil, c.Sorted()
	}
	root.Rename("")
	return build(c, root, nil)
}

// build checks a tree, with the files that have been read. Findings of the
// syntax (duplicate keys) may be there already.
func build(c *syntax.Checker, root *syntax.Node, tables map[tableKey]*contents) (*File, error) {
	f := &File{path: c.Name, root: root, lines: c.Lines, tables: tables}
	if root.Kind != syntax.Mapping {
		c.At(root.At, fault.BadValue, "the file holds "+root.What()+", not a map", "an experiment is a map of keys such as data, targets and policies", "Begin from the starter file that the demo writes")
		return nil, c.Sorted()
	}
	section(c, f.sections(c), root, "")
	f.cross(c)
	list := c.Sorted()
	if err := list.Err(); err != nil {
		return nil, err
	}
	f.Warnings = list.Warnings()
	return f, nil
}

// Path is the file's path as it was given.
func (f *File) Path() string { return f.path }

// PricesPath is where the prices are: relative paths begin at the file's folder.
func (f *File) PricesPath() string {
	path, _ := pathOf(f.Data.Prices)
	return f.beside(path)
}

// ReadPrices reads the prices. What keeps their file from being opened, or is wrong
// with its SHA-256, stands where the experiment names them.
func (f *File) ReadPrices(ctx context.Context, files table.Reader, o table.Options) (*data.Panel, *table.Source, error) {
	p, source, err := files.Panel(ctx, f.PricesPath(), o)
	n := f.root.Find("data.prices")
	if n == nil {
		return p, source, err
	}
	c := &syntax.Checker{Name: f.path, Lines: f.lines}
	if list := fault.Of(err); len(list) == 1 && list[0].Code == fault.NoFile && list[0].Place == "" {
		path, _ := pathOf(f.Data.Prices)
		c.At(n.At, fault.NoFile, "data.prices: "+path+": "+list[0].What, list[0].Rule, list[0].Remedy)
	}
	if err == nil {
		pinned(c, n, source)
	}
	if len(c.List) > 0 {
		return nil, nil, c.Sorted()
	}
	return p, source, err
}

// Symbols are the assets of the targets, in order.
func (f *File) Symbols() []string {
	names := make([]string, len(f.Targets))
	for i, t := range f.Targets {
		names[i] = t.Symbol
	}
	return names
}
