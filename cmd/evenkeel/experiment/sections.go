package experiment

import (
	"fmt"
	"math"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/data/table"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// sections are the keys of the file, bound to f. Their order is that of the
// canonical text and the order in which they are read: targets before what names
// assets, policies before what names policies.
func (f *File) sections(c *syntax.Checker) []entry {
	return []entry{
		{Knob: textKnob(&f.Name, "name", fileStem(f.path), "the experiment's name in reports")},
		{Knob: card.Knob{Name: "data", Doc: "the prices"}, keys: f.dataKeys(c)},
		{Knob: card.Knob{Name: "account", Doc: "the account at the start of the run"}, keys: f.accountKeys(c)},
		{Knob: card.Knob{Name: "targets", Doc: "the target weight of each asset in the invested value: {VTI: 60%, AGG: 40%}; they sum to 1"},
			read: func(n *syntax.Node) { f.readTargets(c, n) }, canon: f.canonTargets, schema: targetsSchema},
		{Knob: card.Knob{Name: "target_schedule", Doc: "instead of targets: dates and the weights in force from the first session on or after them, {2006-05-08: {VTI: 60%, AGG: 40%}}, or {file: targets.csv} with date, symbol, weight"},
			read: func(n *syntax.Node) { f.readSchedule(c, n) }, canon: f.canonSchedule, schema: scheduleSchema},
		{Knob: card.Knob{Name: "flows", Doc: "deposits and withdrawals: a list of {deposit: 500, every: month_start}, {withdraw: 1%, every: quarter_end}, {deposit: 10000, on: 2012-03-01}, {file: flows.csv}"},
			read: func(n *syntax.Node) { f.readFlows(c, n) }, canon: f.canonFlows, schema: flowsSchema},
		{Knob: card.Knob{Name: "costs", Doc: "trading costs: a list of models, added up"},
			read: func(n *syntax.Node) { f.readCosts(c, n) }, canon: f.canonCosts, schema: costsSchema},
		{Knob: card.Knob{Name: "execution", Doc: "how orders are filled"}, keys: f.executionKeys()},
		{Knob: card.Knob{Name: "restrictions", Doc: "forbidden trades: a list of {assets: [GLD], rule: no_sell, from: 2010-01-01, until: 2010-12-31}, {file: restrictions.csv}"},
			read: func(n *syntax.Node) { f.readRestrictions(c, n) }, canon: f.canonRestrictions, schema: restrictionsSchema},
		{Knob: card.Knob{Name: "tax", Doc: "taxes on realised gains: {lots: fifo, short: 37%, long: 20%, long_after: 1 year, wash_sale: true, due: 04-15}; no taxes if left out"},
			read: func(n *syntax.Node) { f.readTax(c, n) }, canon: f.canonTax, schema: taxSchema},
		{Knob: card.Knob{Name: "policies", Doc: "the rebalancing policies to compare, by name"}, required: true,
			read: func(n *syntax.Node) { f.readPolicies(c, n) }, canon: f.canonPolicies, schema: policiesSchema},
		{Knob: card.Knob{Name: "base", Doc: "the policy that the others are compared with; the first one if left out"},
			read: func(n *syntax.Node) { f.readBase(c, n) }, canon: func() any { return f.Base }, schema: func() Object { return Object{{"type", "string"}} }},
		{Knob: card.Knob{Name: "measures", Doc: "how results are measured"}, keys: []entry{f.referenceEntry(c)}},
		{Knob: card.Knob{Name: "sweep", Doc: "one policy over a grid of parameters"},
			read: func(n *syntax.Node) { f.readSweep(c, n) }, canon: f.canonSweep, schema: sweepSchema},
		{Knob: wholeKnob(&f.Seed, "seed", "0", "the seed of every random draw")},
		{Knob: card.Knob{Name: "limits", Doc: "limits on a sweep's resources; they are not part of its identity"}, how: true, keys: []entry{
			{Knob: durationKnob(&f.Limits.PointTime, "point_time", "the longest time for a point of a sweep, such as 60s or 5m; a point that takes longer fails (E602). No limit if left out")},
		}},
	}
}

func (f *File) dataKeys(c *syntax.Checker) []entry {
	d := &f.Data
	d.Start, d.End = data.NoDate, data.NoDate
	missing := card.Choice(new(uint8), "missing", "a hole inside a series: error, ffill (the last price is carried forward, but no order fills at it), or drop (the session is left out for every asset)", table.MissingError, table.MissingFfill, table.MissingDrop)
	return []entry{
		{Knob: pathKnob(&d.Prices, "prices", "the file of prices (Parquet, Arrow or CSV); its path is relative to the experiment's folder"), required: true},
		{Knob: card.Knob{Name: "columns", Doc: "the columns of the prices, if they do not have the usual names"}, keys: columnKeys(&d.Columns)},
		{Knob: kindKnob(&d.Kind)},
		f.fileEntry(c, fileKnob(&d.Actions, "actions", "for raw prices: a file with date, symbol, split (shares for one) and dividend (per share before the split)"), actionsFile, "data.actions"),
		f.dividendsEntry(c),
		{Knob: card.Day(&d.Start, "start", "the run begins with the first session on or after this date")},
		{Knob: card.Day(&d.End, "end", "the run ends with the last session on or before this date")},
		{Knob: keepWord(missing, &d.Missing)},
		{Knob: duplicatesKnob(&d.Duplicates)},
		{Knob: noAxis(card.Names(&d.NullValues, "null_values", "texts of the file that mean no price, beside the empty one: [N/A, -]"))},
		{Knob: textKnob(&d.Timezone, "timezone", "", "the time zone that turns instants in the file into dates, such as America/New_York; the file's own if left out")},
		{Knob: lateKnob(&d.Late)},
		{Knob: endedKnob(d)},
		{Knob: card.Amount(&d.PeriodsPerYear, "periods_per_year", "", "", "periods per year for the statistics; if left out, derived from the sessions of the price file: 252 for days without weekends, 365, 52, 26, 24, 12, 6, 4, 2 or 1", card.CountShape, 1, 366)},
		f.riskFreeEntry(c),
		f.fxEntry(c),
	}
}

func columnKeys(c *Columns) []entry {
	return []entry{
		{Knob: textKnob(&c.Date, "date", "", "the column of dates")},
		{Knob: textKnob(&c.Symbol, "symbol", "", "the column of symbols")},
		{Knob: textKnob(&c.Close, "close", "", "the column of closes")},
		{Knob: textKnob(&c.Open, "open", "", "the column of opens")},
		{Knob: textKnob(&c.Volume, "volume", "", "the column of volumes: shares traded")},
		{Knob: textKnob(&c.Spread, "spread", "", "the column of spreads: half the difference between bid and ask, in basis points of the price")},
	}
}

func (f *File) accountKeys(c *syntax.Checker) []entry {
	a := &f.Account
	return []entry{
		{Knob: f.cashKnob(), code: fault.BadMoney},
		{Knob: currencyKnob(&a.Currency)},
		{Knob: card.Knob{Name: "holdings", Doc: "holdings at the start, in shares or in money at the close of the first session: {VTI: 100 shares, AGG: 20000 USD}; with holdings there is no initial purchase"},
			read: func(n *syntax.Node) { f.readHoldings(c, n) }, canon: f.canonHoldings, schema: holdingsSchema},
		{Knob: reserveKnob(a), code: fault.BadMoney},
		{Knob: card.Knob{Name: "initial_purchase", Doc: "how the purchase of the first session counts"}, keys: []entry{
			{Knob: card.Flag(&a.OpeningCost, "cost", "true", "whether it costs what trades cost")},
			{Knob: card.Flag(&a.OpeningTurnover, "turnover", "false", "whether it counts as turnover")},
		}},
	}
}

// isFileName reports whether a text is a file where a word or number could stand.
func isFileName(text string) bool {
	ext := filepath.Ext(text)
	return len(ext) > 1 && strings.ContainsFunc(ext, unicode.IsLetter)
}

func fileStem(path string) string {
	base := filepath.Base(path)
	stem := strings.TrimSuffix(base, filepath.Ext(base))
	if stem == "" || stem == "." || utf8.RuneCountInString(stem) > MaxName || !printable(stem) {
		return "experiment"
	}
	return stem
}

func printable(s string) bool {
	return s != "" && strings.TrimSpace(s) == s && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// textKnob is a knob for a short text.
func textKnob(dst *string, name, def, doc string) card.Knob {
	return card.Knob{Name: name, Doc: doc, Default: def, Shape: textShape, Parse: func(v card.Value) (func(), error) {
		if v.Kind != card.Text || !printable(v.Text) || utf8.RuneCountInString(v.Text) > MaxName {
			return nil, card.Badly(v, "want a printable text of 1 to %d characters", MaxName)
		}
		return func() { *dst = v.Text }, nil
	}}
}

// textShape is a text that is kept as it is; card has no shape for it.
const textShape = card.Shape(200)

const maxPath = 4096

func pathKnob(dst *string, name, doc string) card.Knob {
	return card.Knob{Name: name, Doc: doc, Shape: textShape, Parse: func(v card.Value) (func(), error) {
		if v.Kind != card.Text || !printable(v.Text) || len(v.Text) > maxPath {
			return nil, card.Badly(v, "want the path of a file")
		}
		return func() { *dst = v.Text }, nil
	}}
}

// keepWord makes a choice keep the word itself.
func keepWord(k card.Knob, dst *string) card.Knob {
	plain := k.Parse
	k.Sweep = false
	k.Parse = func(v card.Value) (func(), error) {
		if _, err := plain(v); err != nil {
			return nil, err
		}
		return func() { *dst = v.Text }, nil
	}
	return k
}

var currency = regexp.MustCompile(`^[A-Z][A-Z0-9]{1,7}$`)

func currencyKnob(dst *string) card.Knob {
	return card.Knob{Name: "currency", Doc: "the account's currency, a label", Default: "USD", Shape: textShape, Parse: func(v card.Value) (func(), error) {
		if v.Kind != card.Text || !currency.MatchString(v.Text) {
			return nil, card.Badly(v, "currency %q: want a code such as USD", v.Text)
		}
		return func() { *dst = v.Text }, nil
	}}
}

// reserveKnob reads a part of NAV (0.5%, or a number below 1) or an amount of
// money.
func reserveKnob(a *Account) card.Knob {
	return card.Knob{Name: "cash_reserve", Doc: "cash that is never invested: a fraction of NAV (0.5%) or an amount (5000)", Default: "0", Shape: card.FracShape, Sweep: true, Parse: func(v card.Value) (func(), error) {
		f, err := card.ReadFraction(v)
		if err != nil {
			return nil, err
		}
		if part := strings.HasSuffix(strings.TrimSpace(v.Text), "%"); part || f < 1 {
			if f < 0 || f >= 1 {
				return nil, card.Badly(v, "cash_reserve %s: must be 0%% to less than 100%% of NAV", v.Text)
			}
			return func() { a.ReserveFraction, a.Reserve = f, 0 }, nil
		}
		if f > sim.MaxMoney {
			return nil, card.Badly(v, "cash_reserve %s: must be at most %g", v.Text, float64(sim.MaxMoney))
		}
		return func() { a.ReserveFraction, a.Reserve = 0, f }, nil
	}}
}

func wholeKnob(dst *uint64, name, def, doc string) card.Knob {
	return card.Knob{Name: name, Doc: doc, Default: def, Shape: card.CountShape, Parse: func(v card.Value) (func(), error) {
		n, err := strconv.ParseUint(v.Text, 10, 53)
		if x, bad := strconv.ParseFloat(v.Text, 64); err != nil && bad == nil && x >= 0 && x < 1<<53 && x == math.Trunc(x) && strings.ContainsAny(v.Text, "eE.") {
			n, err = uint64(x), nil // 1e6, which JSON takes for a whole number, too
		}
		if v.Kind != card.Text || err != nil {
			return nil, card.Badly(v, "%s", fmt.Sprintf("want a whole number from 0 to %d, got %q", uint64(1)<<53-1, v.Text))
		}
		return func() { *dst = n }, nil
	}}
}

// sessionsShape is a number of sessions; card has no shape for it.
const sessionsShape = card.Shape(202)

const maxDelay = 10_000

// sessionsKnob reads 1 session or 5 sessions.
func sessionsKnob(dst *int, name, def, doc string) card.Knob {
	return card.Knob{Name: name, Doc: doc, Default: def, Unit: "sessions", Shape: sessionsShape, Sweep: true, Parse: func(v card.Value) (func(), error) {
		n, ok := sessionsOf(v)
		if !ok {
			return nil, card.Badly(v, "want a number of sessions up to %d, such as 1 session, got %q", maxDelay, v.Text)
		}
		return func() { *dst = n }, nil
	}}
}

func sessionsOf(v card.Value) (int, bool) {
	number, unit, ok := strings.Cut(strings.TrimSpace(v.Text), " ")
	n, err := strconv.Atoi(number)
	unit = strings.TrimSpace(unit)
	return n, ok && v.Kind == card.Text && err == nil && n >= 0 && n <= maxDelay && (unit == "session" || unit == "sessions")
}
