package columnar

import (
	"fmt"
	"slices"
	"strings"

	"evenkeel/data"
)

// How a column was found.
const (
	ruleNamed    = "named"
	ruleUsual    = "a usual name"
	ruleOnlyDate = "the only column of dates"
	ruleAdjusted = "adjusted before quoted closes"
	ruleQuoted   = "data.kind: raw takes quoted before adjusted closes"
	ruleWide     = "a column for each asset"
)

// closeNamesOf are the usual names of closes, the first that is there being taken.
func closeNamesOf(o Options) []string {
	if o.Kind == data.Raw {
		return slices.Concat(quotedNames, adjustedNames)
	}
	return slices.Concat(adjustedNames, quotedNames)
}

// taken returns which columns a layout uses.
func (l *layout) taken(fields []field, o Options) (all []Taken) {
	put := func(use string, at int, name string, usual []string, rule string) {
		if at < 0 {
			return
		}
		t := Taken{Use: use, Column: fields[at].name, Rule: rule}
		for i, f := range fields {
			if i != at && slices.ContainsFunc(usual, func(n string) bool { return strings.EqualFold(strings.TrimSpace(f.name), n) }) {
				t.Left = append(t.Left, f.name)
			}
		}
		if name != "" {
			t.Rule = ruleNamed
		}
		all = append(all, t)
	}
	dateRule := ruleOnlyDate
	if isUsual(fields, l.date, dateNames) {
		dateRule = ruleUsual
	}
	put("date", l.date, o.Columns.Date, nil, dateRule)
	if l.kind == layoutWide {
		return append(all, Taken{Use: "close", Rule: ruleWide})
	}
	put("symbol", l.symbol, o.Columns.Symbol, symbolNames, ruleUsual)
	put("close", l.close, o.Columns.Close, closeNamesOf(o), l.closeRule(fields, o))
	for k, name := range [besides]string{opens: o.Columns.Open, volumes: o.Columns.Volume, spreads: o.Columns.Spread} {
		put([besides]string{"open", "volume", "half spread"}[k], l.beside[k], name, besideNames[k], ruleUsual)
	}
	return all
}

// closeRule returns why a column of closes was taken among several.
func (l *layout) closeRule(fields []field, o Options) string {
	quoted, adjusted := findAny(fields, quotedNames) >= 0, findAny(fields, adjustedNames) >= 0
	switch {
	case !quoted || !adjusted:
		return ruleUsual
	case o.Kind == data.Raw:
		return ruleQuoted
	}
	return ruleAdjusted
}

func isUsual(fields []field, at int, names []string) bool {
	return at >= 0 && slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(strings.TrimSpace(fields[at].name), n) })
}

// Describe returns which columns were taken for prices: the closes, and what is beside them.
func Describe(taken []Taken) string {
	var parts []string
	for _, t := range taken {
		switch {
		case t.Use == "date" || t.Use == "symbol":
		case t.Column == "":
			parts = append(parts, t.Rule)
		default:
			parts = append(parts, fmt.Sprintf("%s from %s", t.Use, t))
		}
	}
	return strings.Join(parts, ", ")
}
