package experiment

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim"
	"evenkeel/sim/card"
	"evenkeel/sim/tax"
)

// Tax is how gains are taxed.
type Tax struct {
	Rules      tax.Rules
	AvoidShort bool // sales that would bring a short-term gain are not made

	node *syntax.Node
	file string // of the lots that are sold first
}

// taxKeys are the keys of the section, bound to t.
func taxKeys(t *Tax) []entry {
	r := &t.Rules
	return []entry{
		{Knob: lotsKnob(t)},
		{Knob: card.Fraction(&r.Short, "short", percentOf(tax.Standard.Short), "rate on net gains of shares held no longer than long_after", 0, 1), code: fault.BadCost},
		{Knob: card.Fraction(&r.Long, "long", percentOf(tax.Standard.Long), "rate on net gains of shares held longer", 0, 1), code: fault.BadCost},
		{Knob: monthsKnob(&r.LongAfter, "long_after", "1 year", "a gain is long-term if the shares were held for more than this, counted from the day after the purchase: 1 year, 6 months")},
		{Knob: card.Flag(&r.Wash, "wash_sale", "true", "whether a loss does not count for shares bought again within 30 days before or after the sale")},
		{Knob: dueKnob(r, "due", "04-15", "the tax on a year's gains is paid at the first session on or after this day of the next year")},
		{Knob: card.Flag(&t.AvoidShort, "avoid_short_term", "false", "whether to keep shares that would realise a short-term gain: a policy's sales of them are missed")},
	}
}

func percentOf(part float64) string { return syntax.Shortest(part*100) + "%" }

// lotWords are the orders of lots that need no table.
var lotWords = tax.OrderWords[:tax.Specific]

// lotsKnob reads one of lotWords or {specific: lots.csv}.
func lotsKnob(t *Tax) card.Knob {
	doc := "which shares a sale takes first: fifo the earliest purchase, lifo the latest, highest_cost, lowest_tax, or {specific: lots.csv}, a table with symbol, acquired and, if a row is only for the sales of one date, sold"
	word := tax.Specific.String()
	return card.Knob{Name: "lots", Doc: doc, Default: lotWords[0], Shape: card.WordShape, Words: lotWords, Sweep: true, Parse: func(v card.Value) (func(), error) {
		if file, ok := v.Get(word); ok && len(v.Keys) == 1 && file.Kind == card.Text && file.Text != "" {
			return func() { t.Rules.Lots, t.file = tax.Specific, file.Text }, nil
		}
		i := slices.Index(lotWords, v.Text)
		switch {
		case v.Kind != card.Text || v.Text == word:
			return nil, card.Badly(v, "want one of %s, or a table: {%s: lots.csv}", strings.Join(lotWords, ", "), word)
		case i < 0:
			return nil, &card.Problem{Path: v.Path, What: "unknown lots " + strconv.Quote(v.Text) + "; one of " + strings.Join(lotWords, ", "), Word: v.Text, Near: lotWords}
		}
		return func() { t.Rules.Lots, t.file = tax.Order(i), "" }, nil
	}}
}

// monthsKnob reads 6 months or 1 year.
func monthsKnob(dst *int, name, def, doc string) card.Knob {
	return card.Knob{Name: name, Doc: doc, Default: def, Unit: "months", Shape: monthsShape, Sweep: true, Parse: func(v card.Value) (func(), error) {
		fields := strings.Fields(v.Text)
		n, unit := 0, ""
		if len(fields) == 2 && v.Kind == card.Text {
			n, _ = strconv.Atoi(fields[0])
			unit = strings.TrimSuffix(fields[1], "s")
		}
		if unit == "year" && n > 0 && n <= tax.MaxMonths/12 {
			n, unit = 12*n, "month"
		}
		if n < 1 || n > tax.MaxMonths || unit != "month" {
			return nil, card.Badly(v, "want 1 month to %d years, such as 1 year, got %q", tax.MaxMonths/12, v.Text)
		}
		return func() { *dst = n }, nil
	}}
}

// dueKnob reads the month and day, MM-DD.
func dueKnob(r *tax.Rules, name, def, doc string) card.Knob {
	return card.Knob{Name: name, Doc: doc, Default: def, Shape: card.WordShape, Parse: func(v card.Value) (func(), error) {
		d, err := data.ParseDate("2023-" + v.Text) // a year without 29 February: the day is in every year
		if v.Kind != card.Text || err != nil {
			return nil, card.Badly(v, "want a month and day such as 04-15, in every year there, got %q", v.Text)
		}
		if d <= data.NewDate(2023, 1, tax.Window) {
			return nil, card.Badly(v, "%s %s: want 01-31 or later: until 30 January a purchase may disallow a loss of December", name, v.Text)
		}
		_, month, day := d.Civil()
		return func() { r.Month, r.Day = month, day }, nil
	}}
}

// readTax reads the section and notes the table that it names.
func (f *File) readTax(c *syntax.Checker, n *syntax.Node) {
	if n == nil {
		return
	}
	t := &Tax{Rules: tax.Standard, node: n}
	before := c.Errors()
	if n.Kind != syntax.Mapping {
		c.Want(n, "a map such as {lots: fifo, short: 37%, long: 20%}")
		return
	}
	section(c, taxKeys(t), n, n.Path)
	if c.Errors() > before {
		return
	}
	if t.file != "" {
		t.file, _ = pathOf(t.file)
		f.mention(c, lotsFile, n.Get("lots").Get(tax.Specific.String()))
	}
	f.Tax = t
}

// canonTax is the section in the canonical text, nil when there is no tax.
func (f *File) canonTax() any {
	if f.Tax == nil {
		return nil
	}
	out := Object{}
	for _, e := range taxKeys(&Tax{}) {
		child := f.Tax.node.Get(e.Name)
		if child != nil && child.Kind == syntax.Mapping { // lots
			word := tax.Specific.String()
			out = append(out, member{e.Name, Object{{word, f.canonFile(child.Get(word))}}})
			continue
		}
		out = append(out, member{e.Name, f.canonKnob(e.Knob, child)})
	}
	return out
}

// taxSchema is a closed map of the keys.
func taxSchema() Object {
	properties := Object{}
	for _, e := range taxKeys(&Tax{}) {
		s := knobSchema(e.Knob)
		switch e.Name {
		case "lots":
			table := Object{{tax.Specific.String(), Object{{"type", "string"}, {"minLength", Number("1")}}}}
			s = Object{{"default", e.Default}, {"anyOf", []any{Object{{"enum", texts(e.Words)}},
				Object{{"type", "object"}, {"additionalProperties", false}, {"required", []any{tax.Specific.String()}}, {"properties", table}}}}}
		case "due":
			s = Object{{"type", "string"}, {"pattern", `^[0-9]{2}-[0-9]{2}$`}, {"default", e.Default}}
		}
		properties = append(properties, member{e.Name, append(Object{{"description", e.Doc}}, s...)})
	}
	return Object{{"type", "object"}, {"additionalProperties", false}, {"properties", properties}}
}

// lots are the rows of a table of lots: symbol, acquired, and sold, which may be
// empty or left out. The rows keep their order.
func (s *sheet) lots() (out []tax.Choice) {
	symbols := s.Symbols
	if symbols == nil {
		s.need("symbol")
	}
	if s.need("acquired") == nil || symbols == nil {
		return nil
	}
	acquired, sold := s.dates("acquired"), s.dates("sold")
	if len(s.list) > 0 {
		return nil
	}
	for i, d := range acquired {
		row := tax.Choice{Symbol: symbols.Text(i), Acquired: d, Sold: data.NoDate}
		if sold != nil {
			row.Sold = sold[i]
		}
		switch {
		case !s.symbol(i, row.Symbol):
		case d == data.NoDate:
			s.bad(i, fault.EmptyDate, "acquired is empty", "every row has the date of a purchase", "Remove the row")
		case row.Sold != data.NoDate && row.Sold < d:
			s.bad(i, fault.BackwardPeriod, fmt.Sprintf("sold %s is before acquired %s", row.Sold, d), "shares are sold after they were bought", "Swap the two dates, or correct one of them")
		default:
			out = append(out, row)
		}
	}
	for i, x := range out {
		if i == 0 {
			s.Source.First, s.Source.Last = x.Acquired, x.Acquired
		}
		s.Source.First, s.Source.Last = min(s.Source.First, x.Acquired), max(s.Source.Last, x.Acquired, x.Sold)
	}
	return out
}

// taxed are the rules of every account, nil when there is no tax.
func (f *File) taxed(c *syntax.Checker, p *data.Panel) *tax.Rules {
	if f.Tax == nil {
		return nil
	}
	r := f.Tax.Rules
	if r.Lots != tax.Specific {
		return &r
	}
	foreign := ""
	for _, x := range f.contents(lotsFile, f.Tax.file).lots {
		if p.Symbol(x.Symbol) >= 0 {
			r.First = append(r.First, x)
		} else if foreign == "" {
			foreign = x.Symbol
		}
	}
	if foreign != "" {
		n := f.Tax.node.Get("lots")
		c.Warn(n.At, fault.UnknownAsset, n.Path+": rows of assets that are no targets", "left out; the first is "+fault.Quote(foreign), closest(c, foreign, p.Symbols()))
	}
	return &r
}

// taxes are those of one account, nil when there are none.
func (x *Experiment) taxes() sim.Tax {
	if x.taxed == nil {
		return nil
	}
	a, err := tax.New(*x.taxed)
	if err != nil {
		panic("experiment: " + err.Error()) // the keys have been checked
	}
	return a
}
