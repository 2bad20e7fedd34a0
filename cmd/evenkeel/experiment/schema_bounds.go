package experiment

import (
	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/sim/card"
)

// numberSchema is a number within bounds; 0 or more when there are none.
func numberSchema(b card.Bounds) Object {
	if !b.Set() {
		return Object{{"type", "number"}, {"minimum", Number("0")}}
	}
	return Object{{"type", "number"}, {"minimum", Number(syntax.Shortest(b.Least))}, {"maximum", Number(syntax.Shortest(b.Most))}}
}

// fractionSchema is a fraction within bounds, as a number or in percent.
func fractionSchema(b card.Bounds) Object {
	if !b.Set() {
		return ref("fraction")
	}
	return Object{{"anyOf", []any{numberSchema(b), Object{{"type", "string"}, {"pattern", "^" + percentPattern(b) + " *%$"}}}}}
}

// percentPattern are the numbers before a % sign that are within bounds, as exactly as
// a pattern says it in few words: the sign, nothing at all, 100 as the most.
func percentPattern(b card.Bounds) string {
	whole, hundred := `[0-9]+`, ""
	switch {
	case b.Most == 1:
		whole, hundred = `[0-9]{1,2}`, `|100(\.0+)?`
	case b.Most < 1:
		whole = `[0-9]{1,2}`
	}
	plain := `(` + whole + `(\.[0-9]+)?|\.[0-9]+` + hundred + `)`
	switch {
	case b.Least < 0:
		return "-?" + plain
	case b.Least > 0: // some digit is not 0
		if whole != `[0-9]+` {
			whole = `[1-9][0-9]?`
		} else {
			whole = `[1-9][0-9]*`
		}
		return `(` + whole + `(\.[0-9]+)?|0?\.[0-9]*[1-9][0-9]*` + hundred + `)`
	}
	return plain
}

// wordMapSchema is the map that may stand in the place of a word.
func wordMapSchema(parts []card.Knob) Object {
	if len(parts) == 0 {
		return Object{{"type", "object"}}
	}
	properties, required := Object{}, []any{}
	for _, p := range parts {
		properties, required = append(properties, member{p.Name, shapeSchema(p)}), append(required, p.Name)
	}
	return Object{{"type", "object"}, {"additionalProperties", false}, {"required", required}, {"properties", properties}}
}
