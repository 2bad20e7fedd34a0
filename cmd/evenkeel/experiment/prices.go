package experiment

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/data/table"
	"evenkeel/sim/card"
	"evenkeel/sim/cost"
)

// Dividends describes what becomes of the dividends of raw prices.
type Dividends uint8

const (
	AsCash   Dividends = iota
	Reinvest           // in their asset, at the close of the session, free of cost
)

// Late describes what becomes of the share of an asset that is not listed at the start.
type Late uint8

const (
	LateError Late = iota
	LateWait
	LateRedistribute
)

// Ended describes what becomes of an asset whose series ends.
type Ended uint8

const (
	EndedError Ended = iota
	EndedLast
	EndedZero
	EndedPrice // Data.EndPrice
)

var (
	dividendWords = []string{"cash", "reinvest"}
	lateWords     = []string{table.LateError, table.LateWait, table.LateRedistribute}
	endedWords    = []string{table.EndedError, table.EndedLast, table.EndedZero, table.EndedPrice}
)

// FX describes how prices in other currencies become prices in the account's.
type FX struct {
	Rates    string // the file of rates, as written
	Quote    Quote
	Currency []Quoted // by symbol; assets that are not in it are quoted in the account's currency
}

// Quote is the direction of exchange rates.
type Quote uint8

const (
	UnitsPerAccount Quote = iota // units of the other currency for one of the account's
	AccountPerUnit
)

var quoteWords = []string{"units_per_account_currency", "account_currency_per_unit"}

// Quoted is the currency that an asset's prices are in.
type Quoted struct{ Symbol, Currency string }

// of is the currency of a symbol, "" for the account's.
func (x *FX) of(symbol string) string {
	i, there := slices.BinarySearchFunc(x.Currency, symbol, func(q Quoted, s string) int { return strings.Compare(q.Symbol, s) })
	if !there {
		return ""
	}
	return x.Currency[i].Currency
}

// endedShape is a word or {price: 12.5}; card has no shape for it.
const endedShape = card.Shape(240)

// fileEntry is a key that names a file to be read for a role.
func (f *File) fileEntry(c *syntax.Checker, k card.Knob, r role, path string) entry {
	return entry{
		Knob: k,
		read: func(n *syntax.Node) {
			if n == nil {
				return
			}
			if store, ok := c.Knob(k, n, fault.BadValue); ok {
				if store(); r != actionsFile || f.Data.Kind == data.Raw {
					f.mention(c, r, n)
				}
			}
		},
		canon:  func() any { return f.canonKnob(k, f.root.Find(path)) },
		schema: func() Object { return knobSchema(k) },
	}
}

// noAxis is a choice that is no axis of a sweep: prices are read once.
func noAxis(k card.Knob) card.Knob {
	k.Sweep = false
	return k
}

func kindKnob(dst *data.Kind) card.Knob {
	return noAxis(card.Choice(dst, "kind", "adjusted: total-return closes, with splits and dividends in the price; raw: closes as quoted, with splits and dividends in actions. Without this key, a step that looks like a split is an error", "adjusted", "raw"))
}

// duplicatesKnob stands in canonical texts where it is given.
func duplicatesKnob(dst *string) card.Knob {
	k := keepWord(card.Choice(new(uint8), "duplicates", "two rows with the same date and symbol: an error, or use the first or the last row", table.DuplicatesError, table.DuplicatesFirst, table.DuplicatesLast), dst)
	k.Default = ""
	return k
}

// dividendsEntry stands in canonical texts where it means something.
func (f *File) dividendsEntry(c *syntax.Checker) entry {
	k := noAxis(card.Choice(&f.Data.Dividends, "dividends", "for raw prices: cash, or reinvest (they buy their asset at the close of the session, free of cost)", dividendWords...))
	return entry{
		Knob: k,
		read: func(n *syntax.Node) {
			if n == nil {
				return
			}
			if store, ok := c.Knob(k, n, fault.BadValue); ok {
				store()
			}
		},
		canon: func() any {
			if n := f.root.Find("data.kind"); n == nil || n.Text != "raw" {
				return nil
			}
			return f.canonKnob(k, f.root.Find("data.dividends"))
		},
		schema: func() Object { return knobSchema(k) },
	}
}

func lateKnob(dst *Late) card.Knob {
	return noAxis(card.Choice(dst, "late", "an asset that is not listed at the start: error, wait (its target weight stays cash until then), or redistribute (over the listed assets)", lateWords...))
}

// endedKnob reads a word or {price: 12.5}.
func endedKnob(d *Data) card.Knob {
	words := endedWords[:EndedPrice]
	k := noAxis(card.Choice(&d.Ended, "ended", "a series that ends: error, or its shares become cash at the last price, at zero, or at {price: 12.5} per share", words...))
	plain := k.Parse
	k.Shape = endedShape
	k.Parse = func(v card.Value) (func(), error) {
		if v.Kind != card.Map {
			return plain(v)
		}
		p, there := v.Get("price")
		if !there || len(v.Keys) != 1 {
			return nil, card.Badly(v, "want one of %s, or {price: 12.5}", strings.Join(words, ", "))
		}
		price, err := card.Number(p)
		if err == nil && !(price >= 0 && price <= data.MaxPrice) {
			err = card.Badly(p, "price %s: must be 0 to %g", p.Text, data.MaxPrice)
		}
		if err != nil {
			return nil, err
		}
		return func() { d.Ended, d.EndPrice = EndedPrice, price }, nil
	}
	return k
}

func canonEnded(n *syntax.Node) any {
	if p := n.Get("price"); p != nil {
		return Object{{"price", canonText(card.MoneyShape, p.Text)}}
	}
	return n.Text
}

func endedSchema() Object {
	return Object{{"anyOf", []any{
		Object{{"enum", texts(endedWords[:EndedPrice])}},
		Object{{"type", "object"}, {"additionalProperties", false}, {"required", []any{"price"}},
			{"properties", Object{{"price", numberSchema(card.Bounds{Most: data.MaxPrice})}}}},
	}}}
}

// riskFreeEntry reads a yearly rate or the file of one.
func (f *File) riskFreeEntry(c *syntax.Checker) entry {
	d := &f.Data
	plain := card.Fraction(&d.RiskFree, "risk_free", "0", "the riskless rate per year (0.02 or 2%), or a file with date and rate: yearly rates, each in force from its date", -1, 1)
	k := plain
	k.Shape = syntax.GrowthShape
	return entry{
		Knob: k,
		read: func(n *syntax.Node) {
			switch path, _ := pathOfNode(n); {
			case n == nil:
			case n.Kind == syntax.Scalar && isFileName(path):
				d.RiskFreeFile = path
				f.mention(c, rateFile, n)
			default:
				one(c, entry{Knob: plain}, n)
			}
		},
		canon:  func() any { return f.canonKnob(k, f.root.Find("data.risk_free")) },
		schema: func() Object { return knobSchema(k) },
	}
}

func pathOfNode(n *syntax.Node) (path, sum string) {
	if n == nil {
		return "", ""
	}
	return pathOf(n.Text)
}

// fxEntry is how prices in other currencies are converted.
func (f *File) fxEntry(c *syntax.Checker) entry {
	return entry{
		Knob: card.Knob{Name: "fx", Doc: "prices in other currencies than the account's: {rates: ecb.parquet, quote: units_per_account_currency, currency: {VTI: USD}}"},
		read: func(n *syntax.Node) {
			if n != nil {
				f.Data.FX = &FX{}
				section(c, f.fxKeys(c, f.Data.FX), n, "data.fx")
			}
		},
		canon: func() any {
			n := f.root.Find("data.fx")
			if n == nil {
				return nil
			}
			return f.canonSection(f.fxKeys(&syntax.Checker{}, &FX{}), n)
		},
		schema: func() Object { return sectionSchema(f.fxKeys(&syntax.Checker{}, &FX{}), false) },
	}
}

func (f *File) fxKeys(c *syntax.Checker, x *FX) []entry {
	quote := noAxis(card.Choice(&x.Quote, "quote", "the direction of the rates: units of the other currency per unit of the account's, or the other way round", quoteWords...))
	quote.Default = ""
	rates := f.fileEntry(c, fileKnob(&x.Rates, "rates", "a file with a date and a column for each currency, or with date, currency and rate"), fxFile, "data.fx.rates")
	rates.required = true
	return []entry{
		rates,
		{Knob: quote, required: true},
		{Knob: card.Knob{Name: "currency", Doc: "the currency of each asset's prices: {VTI: USD}; all others are in the account's"}, required: true,
			read:  func(n *syntax.Node) { x.readCurrencies(c, n) },
			canon: func() any { return canonCurrencies(f.root.Find("data.fx.currency")) },
			schema: func() Object {
				return Object{{"type", "object"}, {"minProperties", Number("1")}, {"additionalProperties", Object{{"type", "string"}, {"pattern", currency.String()}}}}
			}},
	}
}

// parts of a currency that prices may be quoted in: a hundred times too large.
var pence = regexp.MustCompile(`^(GB[pXx]|ZA[cC]|IL[aAsS]?a|ILA|US[cX]|EU[cX])$`)

// readCurrencies reads the map of symbols and currencies.
func (x *FX) readCurrencies(c *syntax.Checker, n *syntax.Node) {
	if n == nil || !c.IsMap(n, "a map of symbols and currencies such as {VTI: USD}") {
		return
	}
	if len(n.Keys) == 0 {
		c.At(n.At, fault.NoRate, n.Path+": no asset", "prices in other currencies have a currency: {VTI: USD}", "Name it, or leave fx out")
	}
	for i, k := range n.Keys {
		item := n.Items[i]
		switch {
		case !checkSymbol(c, k.Text, k.At, n.Path):
		case item.Kind != syntax.Scalar || item.Null:
			c.Want(item, "the code of a currency such as USD")
		case pence.MatchString(item.Text):
			c.At(item.At, fault.OtherCurrency, item.Path+": "+fault.Quote(item.Text)+" is a part of a currency", "prices are in whole units of a currency", "Bring the prices to the whole unit (100 GBp = 1 GBP), and name that")
		case !currency.MatchString(item.Text):
			c.At(item.At, fault.BadValue, syntax.In(item.Path)+"want the code of a currency such as USD, got "+fault.Quote(item.Text), "a currency is a code of 2 to 8 capital letters and digits", "Write the code")
		default:
			x.Currency = append(x.Currency, Quoted{k.Text, item.Text})
		}
	}
	slices.SortFunc(x.Currency, func(a, b Quoted) int { return strings.Compare(a.Symbol, b.Symbol) })
}

func canonCurrencies(n *syntax.Node) any {
	out := Object{}
	for i, k := range n.Keys {
		out = append(out, member{k.Text, n.Items[i].Text})
	}
	slices.SortFunc(out, func(a, b member) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// crossPrices checks what the keys of data say together.
func (f *File) crossPrices(c *syntax.Checker) {
	d := f.Data
	if d.Kind == data.Raw && f.root.Find("data.actions") == nil {
		c.At(f.root.Find("data.kind").At, fault.KeyMissing, `data: key "actions" is missing`, "raw closes need their splits and dividends", "Name the file of date, symbol, split, dividend")
	}
	for _, key := range []string{"actions", "dividends"} {
		n := f.root.Find("data." + key)
		if n == nil || d.Kind == data.Raw {
			continue
		}
		const rule, remedy = "splits and dividends are in adjusted closes already", "Leave it out, or set data.kind: raw"
		if f.root.Find("data.kind") == nil {
			c.At(n.At, fault.BadTargets, "data."+key+" beside closes of no kind", "closes are adjusted unless data.kind says otherwise; "+rule, remedy)
		} else {
			c.Warn(n.At, fault.BadTargets, "data."+key+" is not used beside adjusted closes", rule, remedy)
		}
	}
	n := f.root.Find("data.fx.currency")
	if d.FX == nil || n == nil || n.Kind != syntax.Mapping {
		return
	}
	f.known(c, n)
	var unnamed []string
	for _, s := range f.Symbols() {
		if d.FX.of(s) == "" {
			unnamed = append(unnamed, fault.Clean(s))
		}
	}
	if len(unnamed) > 0 && len(d.FX.Currency) == len(n.Keys) {
		c.Warn(n.At, fault.NoRate, fmt.Sprintf("data.fx.currency: %s not named", strings.Join(unnamed, ", ")), "an asset without a currency is quoted in the account's, "+f.Account.Currency, "Name its currency")
	}
}

// PriceOptions are how the experiment's prices are to be read: its assets and its
// period, volumes and spreads where something needs them, and the splits and dividends
// that explain steps of raw closes, once their file has been read.
func (f *File) PriceOptions() table.Options {
	d := f.Data
	o := table.Options{
		Columns: table.Columns(d.Columns), Symbols: f.Symbols(), Start: d.Start, End: d.End,
		Kind: d.Kind, KindGiven: f.root.Find("data.kind") != nil, Missing: d.Missing, Late: lateWords[d.Late], Ended: endedWords[d.Ended],
		Duplicates: d.Duplicates, NullValues: d.NullValues, Timezone: d.Timezone,
	}
	if n := f.root.Find("data.actions"); n != nil && d.Kind == data.Raw {
		if t := f.contents(actionsFile, n.Text); t != nil {
			for _, a := range t.actions {
				o.Splits = append(o.Splits, table.Split{Symbol: a.symbol, Date: a.Date, Ratio: a.Split, Dividend: a.Dividend})
			}
		}
	}
	o.Volume = f.Execution.Part > 0
	for i := range f.Costs {
		made, _, _ := f.NewCost(i) // checked before
		if r, ok := made.(cost.Reader); ok {
			volume, spread := r.Reads()
			o.Volume, o.Spread = o.Volume || volume, o.Spread || spread
		}
	}
	return o
}
