package experiment

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/data/fault"
	"evenkeel/sim/card"
)

// Dividends says what becomes of the dividends of raw prices.
type Dividends uint8

const (
	AsCash   Dividends = iota
	Reinvest           // in their asset, at the close of the session, free of cost
)

// Late says what becomes of the share of an asset that is not listed at the start.
type Late uint8

const (
	LateError Late = iota
	LateWait
	LateRedistribute
)

// Ended says what becomes of an asset whose series ends.
type Ended uint8

const (
	EndedError Ended = iota
	EndedLast
	EndedZero
	EndedPrice // Data.EndPrice
)

var (
	dividendWords = []string{"cash", "reinvest"}
	lateWords     = []string{columnar.LateError, columnar.LateWait, columnar.LateRedistribute}
	endedWords    = []string{columnar.EndedError, columnar.EndedLast, columnar.EndedZero, columnar.EndedPrice}
)

// FX says how prices in other currencies become prices in the account's.
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
func (f *File) fileEntry(c *checker, k card.Knob, r role, path string) entry {
	return entry{
		Knob: k,
		read: func(n *node) {
			if n == nil {
				return
			}
			if store, ok := c.knob(k, n, "E105"); ok {
				if store(); r != actionsFile || f.Data.Kind == data.Raw {
					f.mention(c, r, n)
				}
			}
		},
		canon:  func() any { return f.canonKnob(k, f.root.find(path)) },
		schema: func() object { return knobSchema(k) },
	}
}

// noAxis is a choice that is no axis of a sweep: prices are read once.
func noAxis(k card.Knob) card.Knob {
	k.Sweep = false
	return k
}

func kindKnob(dst *data.Kind) card.Knob {
	return noAxis(card.Choice(dst, "kind", "adjusted: total-return closes, splits and dividends are in the price; raw: closes as quoted, with splits and dividends in actions. Until it is written, a step that looks like a split is an error", "adjusted", "raw"))
}

// duplicatesKnob stands in canonical texts where it is given.
func duplicatesKnob(dst *string) card.Knob {
	k := keepWord(card.Choice(new(uint8), "duplicates", "a date and symbol that comes twice: an error, or the first or the last row of it is taken", columnar.DuplicatesError, columnar.DuplicatesFirst, columnar.DuplicatesLast), dst)
	k.Default = ""
	return k
}

// dividendsEntry stands in canonical texts where it means something.
func (f *File) dividendsEntry(c *checker) entry {
	k := noAxis(card.Choice(&f.Data.Dividends, "dividends", "of raw prices: cash, or reinvest (they buy their asset at the close of the session, free of cost)", dividendWords...))
	return entry{
		Knob: k,
		read: func(n *node) {
			if n == nil {
				return
			}
			if store, ok := c.knob(k, n, "E105"); ok {
				store()
			}
		},
		canon: func() any {
			if n := f.root.find("data.kind"); n == nil || n.text != "raw" {
				return nil
			}
			return f.canonKnob(k, f.root.find("data.dividends"))
		},
		schema: func() object { return knobSchema(k) },
	}
}

func lateKnob(dst *Late) card.Knob {
	return noAxis(card.Choice(dst, "late", "an asset that is not listed at the start: error, wait (its share stays cash until it is), or redistribute (over the listed ones)", lateWords...))
}

// endedKnob reads a word or {price: 12.5}.
func endedKnob(d *Data) card.Knob {
	words := endedWords[:EndedPrice]
	k := noAxis(card.Choice(&d.Ended, "ended", "a series that ends: error, or what is held becomes cash at the last price, at zero, or at {price: 12.5} a share", words...))
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

func canonEnded(n *node) any {
	if p := n.get("price"); p != nil {
		return object{{"price", canonText(card.MoneyShape, p.text)}}
	}
	return n.text
}

func endedSchema() object {
	return object{{"anyOf", []any{
		object{{"enum", texts(endedWords[:EndedPrice])}},
		object{{"type", "object"}, {"additionalProperties", false}, {"required", []any{"price"}},
			{"properties", object{{"price", numberSchema(card.Bounds{Most: data.MaxPrice})}}}},
	}}}
}

// riskFreeEntry reads a yearly rate or the file of one.
func (f *File) riskFreeEntry(c *checker) entry {
	d := &f.Data
	plain := card.Fraction(&d.RiskFree, "risk_free", "0", "the riskless rate, yearly (0.02 or 2%), or a file with date and rate, the yearly rates from their dates on", -1, 1)
	k := plain
	k.Shape = growthShape
	return entry{
		Knob: k,
		read: func(n *node) {
			switch path, _ := pathOfNode(n); {
			case n == nil:
			case n.kind == scalar && isFileName(path):
				d.RiskFreeFile = path
				f.mention(c, rateFile, n)
			default:
				c.one(entry{Knob: plain}, n)
			}
		},
		canon:  func() any { return f.canonKnob(k, f.root.find("data.risk_free")) },
		schema: func() object { return knobSchema(k) },
	}
}

func pathOfNode(n *node) (path, sum string) {
	if n == nil {
		return "", ""
	}
	return pathOf(n.text)
}

// fxEntry is how prices in other currencies are converted.
func (f *File) fxEntry(c *checker) entry {
	return entry{
		Knob: card.Knob{Name: "fx", Doc: "prices in other currencies than the account's: {rates: ecb.parquet, quote: units_per_account_currency, currency: {VTI: USD}}"},
		read: func(n *node) {
			if n != nil {
				f.Data.FX = &FX{}
				c.section(f.fxKeys(c, f.Data.FX), n, "data.fx")
			}
		},
		canon: func() any {
			n := f.root.find("data.fx")
			if n == nil {
				return nil
			}
			return f.canonSection(f.fxKeys(&checker{}, &FX{}), n)
		},
		schema: func() object { return sectionSchema(f.fxKeys(&checker{}, &FX{}), false) },
	}
}

func (f *File) fxKeys(c *checker, x *FX) []entry {
	quote := noAxis(card.Choice(&x.Quote, "quote", "the direction of the rates: units of the other currency for one of the account's, or the other way round", quoteWords...))
	quote.Default = ""
	rates := f.fileEntry(c, fileKnob(&x.Rates, "rates", "a file with a date and a column for each currency, or with date, currency and rate"), fxFile, "data.fx.rates")
	rates.required = true
	return []entry{
		rates,
		{Knob: quote, required: true},
		{Knob: card.Knob{Name: "currency", Doc: "the currency of each asset's prices: {VTI: USD}; those that are not named are in the account's"}, required: true,
			read:  func(n *node) { x.readCurrencies(c, n) },
			canon: func() any { return canonCurrencies(f.root.find("data.fx.currency")) },
			schema: func() object {
				return object{{"type", "object"}, {"minProperties", number("1")}, {"additionalProperties", object{{"type", "string"}, {"pattern", currency.String()}}}}
			}},
	}
}

// parts of a currency that prices may be quoted in: a hundred times too large.
var pence = regexp.MustCompile(`^(GB[pXx]|ZA[cC]|IL[aAsS]?a|ILA|US[cX]|EU[cX])$`)

// readCurrencies reads the map of symbols and currencies.
func (x *FX) readCurrencies(c *checker, n *node) {
	if n == nil || !c.isMap(n, "a map of symbols and currencies such as {VTI: USD}") {
		return
	}
	if len(n.keys) == 0 {
		c.at(n.at, "E330", n.path+": no asset", "prices in other currencies have a currency: {VTI: USD}", "Name it, or leave fx out")
	}
	for i, k := range n.keys {
		item := n.items[i]
		switch {
		case !c.symbol(k.text, k.at, n.path):
		case item.kind != scalar || item.null:
			c.want(item, "the code of a currency such as USD")
		case pence.MatchString(item.text):
			c.at(item.at, "E331", item.path+": "+fault.Quote(item.text)+" is a part of a currency", "prices are in whole units of a currency", "Bring the prices to the whole unit (100 GBp = 1 GBP), and name that")
		case !currency.MatchString(item.text):
			c.at(item.at, "E105", in(item.path)+"want the code of a currency such as USD, got "+fault.Quote(item.text), "a currency is a code of 2 to 8 capital letters and digits", "Write the code")
		default:
			x.Currency = append(x.Currency, Quoted{k.text, item.text})
		}
	}
	slices.SortFunc(x.Currency, func(a, b Quoted) int { return strings.Compare(a.Symbol, b.Symbol) })
}

func canonCurrencies(n *node) any {
	out := object{}
	for i, k := range n.keys {
		out = append(out, member{k.text, n.items[i].text})
	}
	slices.SortFunc(out, func(a, b member) int { return strings.Compare(a.name, b.name) })
	return out
}

// crossPrices checks what the keys of data say together.
func (f *File) crossPrices(c *checker) {
	d := f.Data
	if d.Kind == data.Raw && f.root.find("data.actions") == nil {
		c.at(f.root.find("data.kind").at, "E132", `data: key "actions" is missing`, "raw closes need their splits and dividends", "Name the file of date, symbol, split, dividend")
	}
	for _, key := range []string{"actions", "dividends"} {
		n := f.root.find("data." + key)
		if n == nil || d.Kind == data.Raw {
			continue
		}
		const rule, remedy = "splits and dividends are in adjusted closes already", "Leave it out, or set data.kind: raw"
		if f.root.find("data.kind") == nil {
			c.at(n.at, "E130", "data."+key+" beside closes of no kind", "closes are adjusted unless data.kind says otherwise; "+rule, remedy)
		} else {
			c.warn(n.at, "E130", "data."+key+" is not used beside adjusted closes", rule, remedy)
		}
	}
	n := f.root.find("data.fx.currency")
	if d.FX == nil || n == nil || n.kind != mapping {
		return
	}
	f.known(c, n)
	var unnamed []string
	for _, s := range f.Symbols() {
		if d.FX.of(s) == "" {
			unnamed = append(unnamed, fault.Clean(s))
		}
	}
	if len(unnamed) > 0 && len(d.FX.Currency) == len(n.keys) {
		c.warn(n.at, "E330", fmt.Sprintf("data.fx.currency: %s not named", strings.Join(unnamed, ", ")), "an asset without a currency is quoted in the account's, "+f.Account.Currency, "Name its currency")
	}
}

// PriceOptions are how the experiment's prices are to be read: its assets and its
// period, volumes and spreads where something needs them, and the splits and dividends
// that explain steps of raw closes, once their file has been read.
func (f *File) PriceOptions() columnar.Options {
	d := f.Data
	o := columnar.Options{
		Columns: columnar.Columns(d.Columns), Symbols: f.Symbols(), Start: d.Start, End: d.End,
		Kind: d.Kind, KindGiven: f.root.find("data.kind") != nil, Missing: d.Missing, Late: lateWords[d.Late], Ended: endedWords[d.Ended],
		Duplicates: d.Duplicates, NullValues: d.NullValues, Timezone: d.Timezone,
	}
	if n := f.root.find("data.actions"); n != nil && d.Kind == data.Raw {
		if t := f.table(actionsFile, n.text); t != nil {
			for _, a := range t.actions {
				o.Splits = append(o.Splits, columnar.Split{Symbol: a.symbol, Date: a.Date, Ratio: a.Split, Dividend: a.Dividend})
			}
		}
	}
	o.Volume = f.Execution.Part > 0
	for _, e := range f.Costs {
		switch e.Model {
		case "square_root", "almgren", "istar":
			o.Volume = true
		case "half_spread":
			o.Spread = o.Spread || e.node.get("column") != nil
		}
	}
	return o
}
