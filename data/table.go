package data

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Table is what a panel is made of: rows in session order, [session*assets +
// asset]. What is nil is not there. Prices, volumes and spreads are finite in every
// cell: Carry fills those of sessions without a price.
type Table struct {
	Kind    Kind
	Dates   []Date   // increasing
	Symbols []string // in any order, each once
	Close   []float64
	Open    []float64
	NoOpen  []bool        // opens that are missing beside a price: Open holds the close there, and nothing is filled at it
	Volume  []float64     // shares traded, 0 or more, in the shares that prices are for
	Spread  []float64     // half the spread in basis points, 0 or more
	Stale   []bool        // prices that were carried forward
	Lives   [][2]int      // sessions [first, end) with prices, one an asset; nil: all
	Actions []DatedAction // of raw closes, in any order
	Whole   []Date        // of the sessions of all prices that the table is a part of; nil: Dates
}

// DatedAction is what a company does to its shares before trade begins on a date.
// Both parts are for one share held before it.
type DatedAction struct {
	Date     Date
	Asset    int     // place in Table.Symbols
	Split    float64 // shares after it for one before, above 0; 1: none
	Dividend float64 // cash for one share before the split, 0 or more
}

// Make makes a panel of a table. Columns are put in order of their symbols; slices
// are kept when they need no change, so the table must not be written to afterwards.
//
// An action takes effect at the first session on or after its date that has a price
// of the asset's own; those that meet there are combined in the order of their
// dates. Actions that would take effect at the first price of the data or after the
// asset's last one are left out: nobody holds the share between two of its prices then.
// Cells outside an asset's life are stale.
//
// It returns an error when shapes do not fit, dates do not increase, symbols repeat,
// a number is out of its range, or adjusted closes come with actions: checks with
// places and remedies come before it (see columnar), this is the last door.
func Make(t Table) (*Panel, error) {
	if err := t.shapes(); err != nil {
		return nil, err
	}
	order, err := t.order()
	if err != nil {
		return nil, err
	}
	p := &Panel{kind: t.Kind, dates: t.Dates, symbols: reorder(t.Symbols, order),
		close: reorder(t.Close, order), open: reorder(t.Open, order), noOpen: reorder(t.NoOpen, order), volume: reorder(t.Volume, order),
		spread: reorder(t.Spread, order), stale: reorder(t.Stale, order), lives: reorder(t.Lives, order), whole: t.Whole}
	if err := p.checkCells(); err != nil {
		return nil, err
	}
	if err := p.settleLives(); err != nil {
		return nil, err
	}
	return p, p.act(t.Actions, order)
}

// Table is what the panel was made of, its memory shared. Actions are those that
// took effect, dated by their sessions.
func (p *Panel) Table() Table {
	t := Table{Kind: p.kind, Dates: p.dates, Symbols: p.symbols, Close: p.close, Open: p.open, NoOpen: p.noOpen,
		Volume: p.volume, Spread: p.spread, Stale: p.stale, Lives: p.lives, Whole: p.whole}
	for _, a := range p.actions {
		t.Actions = append(t.Actions, DatedAction{p.dates[a.Session], a.Asset, a.Split, a.Dividend})
	}
	return t
}

// Carry fills the cells of Close that are NaN: with the price before them, or the
// first one before it, marks them as stale and sets Lives. A NaN among the opens
// becomes the cell's close, at which nothing is filled: the cell is stale, or marked
// in NoOpen; one among volumes 0, one among spreads the one before it, or the first.
// It writes into the table's slices. It is an error when an asset has no price at all.
func (t *Table) Carry() error {
	n := len(t.Symbols)
	t.Lives = make([][2]int, n)
	for i, name := range t.Symbols {
		first, last := -1, -1
		for s := range t.Dates {
			if v := t.Close[s*n+i]; v == v {
				if last = s; first < 0 {
					first = s
				}
			}
		}
		if first < 0 {
			return fmt.Errorf("%s has no price", name)
		}
		t.Lives[i] = [2]int{first, last + 1}
		carry(t.Spread, i, n)
	}
	for k, v := range t.Close {
		if v == v {
			continue
		}
		if t.Stale == nil {
			t.Stale = make([]bool, len(t.Close))
		}
		t.Stale[k] = true
	}
	for i := range t.Symbols {
		carry(t.Close, i, n)
	}
	for k, v := range t.Open {
		if v == v {
			continue
		}
		if t.Open[k] = t.Close[k]; t.Stale == nil || !t.Stale[k] {
			if t.NoOpen == nil {
				t.NoOpen = make([]bool, len(t.Open))
			}
			t.NoOpen[k] = true
		}
	}
	for k, v := range t.Volume {
		if v != v {
			t.Volume[k] = 0
		}
	}
	return nil
}

// carry fills the NaN of column i with the value above, or the first one below.
func carry(v []float64, i, n int) {
	last := math.NaN()
	for k := i; k < len(v) && last != last; k += n {
		last = v[k]
	}
	for k := i; k < len(v); k += n {
		if v[k] != v[k] {
			v[k] = last
		}
		last = v[k]
	}
}

func (t *Table) shapes() error {
	n, days := len(t.Symbols), len(t.Dates)
	if n == 0 || days == 0 {
		return fmt.Errorf("a panel needs sessions and assets, got %d x %d", days, n)
	}
	cells := n * days
	if len(t.Close) != cells || t.Open != nil && len(t.Open) != cells {
		return fmt.Errorf("a panel of %d sessions x %d assets needs %d prices, got %d closes and %d opens", days, n, cells, len(t.Close), len(t.Open))
	}
	if t.Volume != nil && len(t.Volume) != cells || t.Spread != nil && len(t.Spread) != cells || t.Stale != nil && len(t.Stale) != cells || t.NoOpen != nil && len(t.NoOpen) != cells {
		return fmt.Errorf("a panel of %d sessions x %d assets needs %d cells, got %d volumes, %d spreads, %d stale marks and %d of missing opens", days, n, cells, len(t.Volume), len(t.Spread), len(t.Stale), len(t.NoOpen))
	}
	if t.Lives != nil && len(t.Lives) != n {
		return fmt.Errorf("%d assets and %d lives", n, len(t.Lives))
	}
	if t.Kind != Raw && len(t.Actions) > 0 {
		return fmt.Errorf("adjusted closes hold splits and dividends already: %d actions beside them", len(t.Actions))
	}
	for s := 1; s < days; s++ {
		if t.Dates[s] <= t.Dates[s-1] {
			return fmt.Errorf("session %d: %s does not follow %s", s, t.Dates[s], t.Dates[s-1])
		}
	}
	return nil
}

// order is the places of the symbols when they are sorted.
func (t *Table) order() ([]int, error) {
	order := make([]int, len(t.Symbols))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(t.Symbols[a], t.Symbols[b]) })
	for i := 1; i < len(order); i++ {
		if name := t.Symbols[order[i]]; name == t.Symbols[order[i-1]] {
			return nil, fmt.Errorf("symbol %q twice", name)
		}
	}
	return order, nil
}

// reorder puts the columns of rows of len(order) values in order.
func reorder[T any](v []T, order []int) []T {
	if v == nil || slices.IsSorted(order) {
		return v
	}
	n := len(order)
	out := make([]T, len(v))
	for at := 0; at < len(v); at += n {
		for i, o := range order {
			out[at+i] = v[at+o]
		}
	}
	return out
}

func (p *Panel) checkCells() error {
	check := func(what string, v []float64, lo, hi float64) error {
		for k, x := range v {
			if !(x >= lo && x <= hi) {
				n := len(p.symbols)
				return fmt.Errorf("%s %s: %s %v is not between %g and %g", p.symbols[k%n], p.dates[k/n], what, x, lo, hi)
			}
		}
		return nil
	}
	return cmp.Or(check("price", p.close, MinPrice, MaxPrice), check("open", p.open, MinPrice, MaxPrice),
		check("volume", p.volume, 0, MaxVolume), check("spread", p.spread, 0, MaxSpread))
}

// settleLives checks the lives and makes stale what lies outside them. Marks and
// lives that say nothing are dropped: AllFresh is a look at a pointer.
func (p *Panel) settleLives() error {
	n, days := len(p.symbols), len(p.dates)
	whole := true
	for i, l := range p.lives {
		if !(0 <= l[0] && l[0] <= l[1] && l[1] <= days) {
			return fmt.Errorf("%s: a life from session %d to %d of %d", p.symbols[i], l[0], l[1], days)
		}
		whole = whole && l == [2]int{0, days}
	}
	if whole {
		p.lives = nil
	} else {
		if p.stale = slices.Clone(p.stale); p.stale == nil {
			p.stale = make([]bool, len(p.close))
		}
		for i, l := range p.lives {
			for s := range days {
				p.stale[s*n+i] = p.stale[s*n+i] || s < l[0] || s >= l[1]
			}
		}
	}
	if !slices.Contains(p.stale, true) {
		p.stale = nil
	}
	if !slices.Contains(p.noOpen, true) {
		p.noOpen = nil
	}
	return nil
}

// act gives every action its session and asset; at[i] is the asset whose place
// among the actions' assets is order[i].
func (p *Panel) act(actions []DatedAction, order []int) error {
	at := make([]int, len(order))
	for i, o := range order {
		at[o] = i
	}
	byDate := slices.Clone(actions)
	slices.SortStableFunc(byDate, func(a, b DatedAction) int { return cmp.Compare(a.Date, b.Date) })
	for _, a := range byDate {
		if a.Asset < 0 || a.Asset >= len(at) {
			return fmt.Errorf("%s: an action of asset %d of %d", a.Date, a.Asset, len(at))
		}
		i := at[a.Asset]
		if !(a.Split >= 1/MaxSplit && a.Split <= MaxSplit) {
			return fmt.Errorf("%s %s: split %v is not between %g and %g", p.symbols[i], a.Date, a.Split, 1/MaxSplit, MaxSplit)
		}
		if !(a.Dividend >= 0 && a.Dividend <= MaxPrice) {
			return fmt.Errorf("%s %s: dividend %v is not between 0 and %g", p.symbols[i], a.Date, a.Dividend, MaxPrice)
		}
		if s := p.effective(a.Date, i); s >= 0 && (a.Split != 1 || a.Dividend != 0) {
			p.actions = append(p.actions, Action{Session: s, Asset: i, Split: a.Split, Dividend: a.Dividend})
		}
	}
	slices.SortStableFunc(p.actions, compareActions)
	return p.combine()
}

func compareActions(a, b Action) int {
	return cmp.Or(cmp.Compare(a.Session, b.Session), cmp.Compare(a.Asset, b.Asset))
}

// effective is the session at which an action of a date changes asset i, -1 when
// there is none.
func (p *Panel) effective(d Date, i int) int {
	s, _ := slices.BinarySearch(p.dates, d)
	first, end := p.Life(i)
	if s <= first {
		return -1
	}
	for ; s < end; s++ {
		if p.Fresh(s, i) {
			return s
		}
	}
	return -1
}

// combine joins the sorted actions of one asset that meet at one session: a later
// dividend is for the shares that an earlier split has made. Together they keep the
// limits of one.
func (p *Panel) combine() error {
	kept := p.actions[:0]
	for _, a := range p.actions {
		if n := len(kept); n > 0 && compareActions(kept[n-1], a) == 0 {
			last := &kept[n-1]
			last.Dividend += float64(last.Split * a.Dividend)
			last.Split *= a.Split
			if !(last.Split >= 1/MaxSplit && last.Split <= MaxSplit && last.Dividend <= MaxPrice) {
				return fmt.Errorf("%s %s: the actions that meet there are a split of %v and a dividend of %v, not %g to %g and at most %g",
					p.symbols[a.Asset], p.dates[a.Session], last.Split, last.Dividend, 1/MaxSplit, MaxSplit, MaxPrice)
			}
			continue
		}
		kept = append(kept, a)
	}
	p.actions = kept
	return nil
}
