package experiment

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/data/table"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Restriction is one entry of the restrictions: what may not be traded when.
type Restriction struct {
	Assets      []string // nil: all
	Rule        sim.Rule
	From, Until data.Date // both included; NoDate: open
	node        *syntax.Node
	file        string // of symbols, rules and dates; the rest is empty
}

// ruleRow is a row of a file of restrictions.
type ruleRow struct {
	symbol      string
	rule        sim.Rule
	from, until data.Date
	row         int32
}

// maxRestrictions bounds the entries.
const maxRestrictions = 1_000

// restrictionKeys are the keys of an entry, bound to e.
func restrictionKeys(e *Restriction) []entry {
	e.From, e.Until = data.NoDate, data.NoDate
	rule := card.Choice(&e.Rule, "rule", "what is forbidden: no_buy purchases, no_sell sales, hold both, lock_up the sale of shares bought while it is in force", sim.RuleWords...)
	rule.Default, rule.Sweep = "", false
	return []entry{
		{Knob: card.Names(&e.Assets, "assets", "the assets it applies to; all if left out")},
		{Knob: rule},
		{Knob: card.Day(&e.From, "from", "in force from the first session on or after this date; from the beginning when left out")},
		{Knob: card.Day(&e.Until, "until", "to the last session on or before this date; to the end when left out")},
		{Knob: fileKnob(&e.file, "file", "instead: a file with symbol, rule, from, until")},
	}
}

// readRestrictions reads the entries and notes the files that they name.
func (f *File) readRestrictions(c *syntax.Checker, n *syntax.Node) {
	if n == nil {
		return
	}
	if n.Kind != syntax.List {
		c.Want(n, "a list of restrictions such as [{assets: [GLD], rule: no_sell, from: 2010-01-01, until: 2010-12-31}]")
		return
	}
	if len(n.Items) > maxRestrictions {
		c.At(n.At, fault.BadValue, fmt.Sprintf("restrictions: %d entries", len(n.Items)), fmt.Sprintf("at most %d", maxRestrictions), "Write them into a file: {file: restrictions.csv}")
		return
	}
	for _, item := range n.Items {
		if !c.IsMap(item, "a map such as {assets: [GLD], rule: no_sell}") {
			continue
		}
		e := Restriction{node: item}
		before := c.Errors()
		section(c, restrictionKeys(&e), item, item.Path)
		if c.Errors() > before || !f.restriction(c, &e) {
			continue
		}
		if e.file != "" {
			e.file, _ = pathOf(e.file)
			f.mention(c, restrictionFile, item.Get("file"))
		}
		f.Restrictions = append(f.Restrictions, e)
	}
}

// restriction checks what the keys of an entry say together.
func (f *File) restriction(c *syntax.Checker, e *Restriction) bool {
	n, before := e.node, c.Errors()
	if n.Get("file") != nil {
		for _, name := range []string{"assets", "rule", "from", "until"} {
			if n.Get(name) != nil {
				c.At(n.KeyAt(name), fault.BadValue, n.Path+": "+name+" beside a file", "the file has symbols, rules and dates", "Take "+name+" out, or write two entries")
			}
		}
		return c.Errors() == before
	}
	if n.Get("rule") == nil {
		c.Missing(n.At, n.Path, "rule", "one of "+strings.Join(sim.RuleWords, ", "))
	}
	if assets := n.Get("assets"); assets != nil {
		if len(assets.Items) == 0 {
			c.At(assets.At, fault.BadValue, assets.Path+": a restriction of no assets", "assets names those that a restriction is for", "Leave assets out for all of them, or the restriction")
		}
		f.known(c, assets)
	}
	if e.From != data.NoDate && e.Until != data.NoDate && e.From > e.Until {
		c.At(n.KeyAt("from"), fault.BackwardPeriod, fmt.Sprintf("%s: from %s is after until %s", n.Path, e.From, e.Until), "an entry holds from its first date to its last", "Swap the two dates, or correct one of them")
	}
	return c.Errors() == before
}

// canonRestrictions are the entries as they are in the canonical text.
func (f *File) canonRestrictions() any {
	out := []any{}
	for _, e := range f.Restrictions {
		one := Object{}
		for _, k := range restrictionKeys(&Restriction{}) {
			if child := e.node.Get(k.Name); child != nil {
				one = append(one, member{k.Name, f.canonValue(k.Shape, child)})
			}
		}
		out = append(out, one)
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// restrictionsSchema is a list of entries; their keys are those of
// restrictionKeys.
func restrictionsSchema() Object {
	inline, file := Object{}, Object{}
	for _, e := range restrictionKeys(&Restriction{}) {
		m := member{e.Name, append(Object{{"description", e.Doc}}, knobSchema(e.Knob)...)}
		if e.Name == "file" {
			file = append(file, m)
		} else {
			inline = append(inline, m)
		}
	}
	closed := func(need string, properties Object) Object {
		return Object{{"type", "object"}, {"additionalProperties", false}, {"required", []any{need}}, {"properties", properties}}
	}
	return Object{{"type", "array"}, {"items", Object{{"oneOf", []any{closed("rule", inline), closed("file", file)}}}}}
}

// rules are the restrictions of all entries by asset, then session.
func (f *File) rules(c *syntax.Checker, p *data.Panel) (out []sim.Restriction) {
	for i := range f.Restrictions {
		e := &f.Restrictions[i]
		if e.file != "" {
			out = append(out, f.filedRules(c, p, e)...)
			continue
		}
		from, until := inForce(p, e.From, e.Until)
		if from >= until {
			c.Warn(e.node.At, fault.OutsideData, e.node.Path+": no session falls into it", fmt.Sprintf("the sessions run from %s to %s", p.Date(0), p.Date(p.Sessions()-1)), "")
			continue
		}
		symbols := e.Assets
		if symbols == nil {
			symbols = p.Symbols()
		}
		for _, s := range symbols {
			out = append(out, sim.Restriction{Asset: p.Symbol(s), Rule: e.Rule, From: from, Until: until})
		}
	}
	slices.SortStableFunc(out, func(a, b sim.Restriction) int {
		return cmp.Or(cmp.Compare(a.Asset, b.Asset), cmp.Compare(a.From, b.From), cmp.Compare(a.Until, b.Until), cmp.Compare(a.Rule, b.Rule))
	})
	return slices.Compact(out)
}

// filedRules are the restrictions of a file; those of other assets and times are
// left out.
func (f *File) filedRules(c *syntax.Checker, p *data.Panel, e *Restriction) (out []sim.Restriction) {
	n := e.node.Get("file")
	var foreign []string
	t, o := f.contents(restrictionFile, e.file), outside{}
	for _, x := range t.rules {
		asset := p.Symbol(x.symbol)
		if asset < 0 {
			foreign = append(foreign, x.symbol)
			continue
		}
		if from, until := inForce(p, x.from, x.until); from < until {
			out = append(out, sim.Restriction{Asset: asset, Rule: x.rule, From: from, Until: until})
		} else if x.from != data.NoDate && x.from > p.Date(0) {
			o.add(p, x.from, t.rowOf(x.row))
		} else {
			o.add(p, x.until, t.rowOf(x.row))
		}
	}
	o.warn(c, p, n.At, n.Path, "row", "into which no session falls, counted from")
	if len(foreign) > 0 {
		c.Warn(n.At, fault.UnknownAsset, fmt.Sprintf("%s: %s of assets that are no targets", n.Path, plural(len(foreign), "row")), "left out; the first is "+fault.Quote(foreign[0]), closest(c, foreign[0], p.Symbols()))
	}
	return out
}

// inForce are the sessions [from, until) of two dates that are both included.
func inForce(p *data.Panel, first, last data.Date) (from, until int) {
	until = p.Sessions()
	if first != data.NoDate {
		from = sessionOf(p, first)
	}
	if last != data.NoDate {
		until = sessionOf(p, last+1)
	}
	return from, until
}

// restrictions are the rows of a file: symbol and rule, and from and until, which
// may be empty or left out.
func (s *sheet) restrictions() (out []ruleRow) {
	symbols, rules := s.Symbols, s.need("rule")
	if symbols == nil {
		s.need("symbol")
	}
	from, until := s.dates("from"), s.dates("until")
	if symbols == nil || rules == nil || len(s.list) > 0 {
		return nil
	}
	if rules.Kind != table.Text && rules.Nulls() < rules.Len() {
		s.bad(-1, fault.BadCell, fmt.Sprintf("column %q is of type %s", rules.Name, rules.Type), "one of "+strings.Join(sim.RuleWords, ", "), "Write the words of the rules into it")
		return nil
	}
	at := func(dates []data.Date, i int) data.Date {
		if dates == nil {
			return data.NoDate
		}
		return dates[i]
	}
	for i := range symbols.Len() {
		row := ruleRow{row: int32(i), symbol: symbols.Text(i), from: at(from, i), until: at(until, i)}
		rule, ok := s.rule(i, rules)
		if row.rule = rule; !s.symbol(i, row.symbol) || !ok {
			continue
		}
		if row.from != data.NoDate && row.until != data.NoDate && row.from > row.until {
			s.bad(i, fault.BackwardPeriod, fmt.Sprintf("from %s is after until %s", row.from, row.until), "a restriction holds from its first date to its last", "Swap the two dates, or correct one of them")
			continue
		}
		out = append(out, row)
	}
	slices.SortStableFunc(out, func(a, b ruleRow) int { return strings.Compare(a.symbol, b.symbol) })
	s.Source.First, s.Source.Last = datesOf(out)
	return out
}

// rule is the word of row i.
func (s *sheet) rule(i int, c *table.Column) (r sim.Rule, ok bool) {
	if c.Null(i) {
		s.bad(i, fault.BadCell, "rule is empty", "every row has a rule, one of "+strings.Join(sim.RuleWords, ", "), "Remove the row")
		return 0, false
	}
	word := strings.TrimSpace(c.Text(i))
	k := slices.Index(sim.RuleWords, word)
	if k >= 0 {
		return sim.Rule(k), true
	}
	remedy := ""
	if near, ok := fault.Nearest(word, sim.RuleWords); ok {
		remedy = "Did you mean " + near + "?"
	}
	s.bad(i, fault.UnknownWord, "unknown rule "+fault.Quote(word), "one of "+strings.Join(sim.RuleWords, ", "), remedy)
	return 0, false
}

// dates are those of a column, NoDate where it is empty; nil without the column.
func (s *sheet) dates(name string) []data.Date {
	c := s.Named(name)
	if c == nil {
		return nil
	}
	dates, list := c.Dates()
	s.list = append(s.list, list...)
	return dates
}

// datesOf spans the dates of all rows.
func datesOf(rows []ruleRow) (first, last data.Date) {
	first, last = data.NoDate, data.NoDate
	for _, r := range rows {
		for _, d := range []data.Date{r.from, r.until} {
			if d != data.NoDate {
				if first == data.NoDate {
					first, last = d, d
				}
				first, last = min(first, d), max(last, d)
			}
		}
	}
	return first, last
}
