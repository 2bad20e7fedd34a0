package experiment

import (
	"math"

	"evenkeel/sim"
	"evenkeel/sim/card"
	"evenkeel/sim/cost"
	"evenkeel/strategies"
)

// SchemaName is the file that the starter experiment points to.
const SchemaName = "evenkeel.schema.json"

// Schema is the JSON Schema (draft 2020-12) of experiment files, for editors:
// what it accepts has the right keys and kinds of values. Numbers that
// depend on one another (sums, rails) are left to the program.
func Schema() []byte {
	f := &File{path: "experiment.yaml"}
	s := object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"$id", SchemaName},
		{"title", "An experiment of Evenkeel"},
	}
	return toJSON(append(s, append(sectionSchema(f.sections(&checker{}), true), member{"$defs", defs()})...))
}

// sectionSchema is a closed map of the entries.
func sectionSchema(entries []entry, top bool) object {
	properties, required := object{}, []any{}
	for _, e := range entries {
		var s object
		switch {
		case e.read != nil:
			s = e.schema()
		case e.keys != nil:
			s = sectionSchema(e.keys, false)
		default:
			s = knobSchema(e.Knob)
		}
		properties = append(properties, member{e.Name, append(object{{"description", e.Doc}}, s...)})
		if e.required || top && e.Name == "data" {
			required = append(required, e.Name)
		}
	}
	out := object{{"type", "object"}, {"additionalProperties", false}}
	if len(required) > 0 {
		out = append(out, member{"required", required})
	}
	if top {
		needs := func(key string) object { return object{{"required", []any{key}}} }
		out = append(out, member{"oneOf", []any{needs("targets"), needs("target_schedule")}})
	}
	return append(out, member{"properties", properties})
}

func ref(name string) object { return object{{"$ref", "#/$defs/" + name}} }

// knobSchema says what a knob's values look like.
func knobSchema(k card.Knob) object {
	s := shapeSchema(k)
	if k.Default != "" {
		s = append(s, member{"default", canonText(k.Shape, k.Default)})
	}
	return s
}

func shapeSchema(k card.Knob) object {
	if s, ok := partSchema(shapeOf(k), k); ok {
		return s
	}
	switch k.Shape {
	case card.FracShape:
		return fractionSchema(k.Bounds)
	case card.LimitShape:
		if k.Name == "rail" {
			return object{{"anyOf", []any{ref("limit"), object{{"type", "string"}, {"pattern", "^[0-9.]+ *%? of band$"}}}}}
		}
		return ref("limit")
	case card.CountShape, card.MoneyShape, card.RateShape, card.NumberShape:
		return numberSchema(k.Bounds)
	case wholeShape:
		return object{{"type", "integer"}, {"minimum", number("1")}, {"maximum", number("1000000")}}
	case card.WordShape:
		return object{{"enum", texts(k.Words)}}
	case card.LookShape:
		if k.Name == "look" {
			return ref("look")
		}
		return ref("schedule")
	case card.DateShape:
		return ref("date")
	case card.NamesShape:
		return object{{"type", "array"}, {"items", ref("symbol")}}
	case card.FlagShape:
		return object{{"type", "boolean"}}
	case textShape:
		return object{{"type", "string"}, {"minLength", number("1")}}
	}
	if len(k.Words) > 0 {
		return object{{"anyOf", []any{object{{"enum", texts(k.Words)}}, wordMapSchema(k.Name)}}}
	}
	return object{}
}

// defs are the kinds of values that many keys have.
func defs() object {
	const days = `^(sun|mon|tue|wed|thu|fri|sat)(/(sun|mon|tue|wed|thu|fri|sat))*`
	const percent = `^-?[0-9]*\.?[0-9]+ *%$`
	str := func(pattern string) object { return object{{"type", "string"}, {"pattern", pattern}} }
	anyOf := func(options ...any) object { return object{{"anyOf", options}} }
	closed := func(required []any, properties object) object {
		return object{{"type", "object"}, {"additionalProperties", false}, {"required", required}, {"properties", properties}}
	}
	half := anyOf(
		object{{"type", "number"}, {"minimum", number("0")}},
		str(`^[0-9]*\.?[0-9]+ *(%|pp)$`), object{{"const", "none"}},
		closed([]any{"lesser_of"}, object{{"lesser_of", object{{"type", "array"}, {"minItems", number("2")}, {"maxItems", number("2")}, {"items", ref("half")}}}}),
	)
	words := []any{}
	for _, w := range card.Look(nil, "look", "", "").Words {
		words = append(words, w)
	}
	return object{
		{"fraction", append(object{{"description", "a fraction: 0.2 or 20%"}}, anyOf(object{{"type", "number"}}, str(percent))...)},
		{"share", append(object{{"description", "a fraction, 0 or more: 0.2 or 20%"}}, anyOf(numberSchema(card.Bounds{Most: 1e6}), str(`^[0-9]*\.?[0-9]+ *%$`))...)},
		{"half", half},
		{"drift", anyOf(numberSchema(card.Bounds{Most: math.Nextafter(1, 0)}), str(`^([0-9]{1,2}(\.[0-9]+)?|\.[0-9]+) *(%|pp)$`))},
		{"limit", append(object{{"description", "a limit: 20% of the target, 5pp, none, {lesser_of: [5pp, 25%]} or {up: 25%, down: 15%}"}},
			anyOf(ref("half"), closed([]any{"up", "down"}, object{{"up", ref("half")}, {"down", ref("half")}}))...)},
		{"schedule", append(object{{"description", "a schedule: session, 5 sessions, 2 weeks, mon/wed/fri, month_end, {on: fri, else: next}"}}, anyOf(
			object{{"enum", words}},
			str(`^[1-9][0-9]* sessions?( offset [0-9]+)?$`),
			str(`^[1-9][0-9]* weeks?$`),
			str(days+`( else next)?$`),
			closed([]any{"every"}, object{{"every", str(`^(session|[1-9][0-9]* +sessions?|[1-9][0-9]* +weeks?|[a-z_]+)$`)}, {"offset", object{{"type", "integer"}, {"minimum", number("0")}}}}),
			closed([]any{"on"}, object{{"on", str(days + "$")}, {"else", object{{"const", "next"}}}}),
		)...)},
		{"look", append(object{{"description", "a schedule, or 6 months after rebalance"}}, anyOf(ref("schedule"), str(`^[1-9][0-9]* (months?|years?) +after rebalance$`))...)},
		{"months", append(object{{"description", "6 months or 1 year"}}, str(`^ *[1-9][0-9]* +(months?|years?) *$`)...)},
		{"pause", append(object{{"description", "6 months, 1 year, 10 sessions, 30 days, 2 weeks or none"}}, str(`^ *(none|[1-9][0-9]* +(sessions?|days?|weeks?|months?|years?)) *$`)...)},
		{"amount", append(object{{"description", "money, or a part of NAV: 500, 1%"}}, anyOf(numberSchema(card.Bounds{Least: 1e-6, Most: sim.MaxMoney}), str("^"+percentPattern(card.Bounds{Least: 1e-9, Most: 1})+" *%$"))...)},
		{"trigger", triggerSchema(closed)},
		{"date", object{{"type", "string"}, {"pattern", `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`}}},
		{"symbol", object{{"type", []any{"string", "number", "boolean", "null"}}}},
		{"weights", targetsSchema()},
	}
}

func targetsSchema() object {
	return object{{"type", "object"}, {"minProperties", number("1")}, {"additionalProperties", ref("fraction")}}
}

func costsSchema() object {
	var models []any
	for _, p := range cost.Catalog.All() {
		_, knobs := p.New()
		models = append(models, plugSchema("model", p.Card, knobs, true))
	}
	return object{{"type", "array"}, {"items", object{{"oneOf", models}}}}
}

func policiesSchema() object {
	var kinds []any
	for _, p := range strategies.Catalog.All() {
		_, knobs := p.New()
		kinds = append(kinds, plugSchema("strategy", p.Card, knobs, false))
	}
	return object{{"type", "object"}, {"minProperties", number("1")}, {"additionalProperties", object{{"oneOf", kinds}}}}
}

// plugSchema is the map that chooses a plug-in by a key.
func plugSchema(key string, c card.Card, knobs []card.Knob, needed bool) object {
	required := []any{key}
	properties := object{{key, object{{"const", c.Name}, {"description", c.Doc}}}}
	for _, k := range knobs {
		properties = append(properties, member{k.Name, append(object{{"description", k.Doc}}, knobSchema(k)...)})
		if needed && mandatory(k) {
			required = append(required, k.Name)
		}
	}
	return object{{"type", "object"}, {"description", c.Doc}, {"additionalProperties", false}, {"required", required}, {"properties", properties}}
}
