package experiment

import (
	"math"

	"evenkeel/cmd/evenkeel/experiment/syntax"
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
	s := Object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"$id", SchemaName},
		{"title", "An experiment of Evenkeel"},
	}
	return toJSON(append(s, append(sectionSchema(f.sections(&syntax.Checker{}), true), member{"$defs", defs()})...))
}

// sectionSchema is a closed map of the entries.
func sectionSchema(entries []entry, top bool) Object {
	properties, required := Object{}, []any{}
	for _, e := range entries {
		var s Object
		switch {
		case e.read != nil:
			s = e.schema()
		case e.keys != nil:
			s = sectionSchema(e.keys, false)
		default:
			s = knobSchema(e.Knob)
		}
		properties = append(properties, member{e.Name, append(Object{{"description", e.Doc}}, s...)})
		if e.required || top && e.Name == "data" {
			required = append(required, e.Name)
		}
	}
	out := Object{{"type", "object"}, {"additionalProperties", false}}
	if len(required) > 0 {
		out = append(out, member{"required", required})
	}
	if top {
		needs := func(key string) Object { return Object{{"required", []any{key}}} }
		out = append(out, member{"oneOf", []any{needs("targets"), needs("target_schedule")}})
	}
	return append(out, member{"properties", properties})
}

func ref(name string) Object { return Object{{"$ref", "#/$defs/" + name}} }

// knobSchema returns what a knob's values look like.
func knobSchema(k card.Knob) Object {
	s := shapeSchema(k)
	if k.Default != "" {
		s = append(s, member{"default", canonText(k.Shape, k.Default)})
	}
	return s
}

func shapeSchema(k card.Knob) Object {
	if s, ok := partSchema(k.Shape, k); ok {
		return s
	}
	switch k.Shape {
	case card.FracShape:
		return fractionSchema(k.Bounds)
	case card.LimitShape:
		if k.Name == "rail" {
			return Object{{"anyOf", []any{ref("limit"), Object{{"type", "string"}, {"pattern", "^[0-9.]+ *%? of band$"}}}}}
		}
		return ref("limit")
	case card.CountShape, card.MoneyShape, card.RateShape, card.NumberShape:
		return numberSchema(k.Bounds)
	case card.WholeShape:
		return Object{{"type", "integer"}, {"minimum", Number("1")}, {"maximum", Number("1000000")}}
	case card.WordShape:
		return Object{{"enum", texts(k.Words)}}
	case card.LookShape:
		if k.Name == "look" {
			return ref("look")
		}
		return ref("schedule")
	case card.DateShape:
		return ref("date")
	case card.NamesShape:
		return Object{{"type", "array"}, {"items", ref("symbol")}}
	case card.FlagShape:
		return Object{{"type", "boolean"}}
	case textShape:
		return Object{{"type", "string"}, {"minLength", Number("1")}}
	}
	if len(k.Words) > 0 {
		return Object{{"anyOf", []any{Object{{"enum", texts(k.Words)}}, wordMapSchema(k.Parts)}}}
	}
	return Object{}
}

// defs are the kinds of values that many keys have.
func defs() Object {
	const days = `^(sun|mon|tue|wed|thu|fri|sat)(/(sun|mon|tue|wed|thu|fri|sat))*`
	const percent = `^-?[0-9]*\.?[0-9]+ *%$`
	str := func(pattern string) Object { return Object{{"type", "string"}, {"pattern", pattern}} }
	anyOf := func(options ...any) Object { return Object{{"anyOf", options}} }
	closed := func(required []any, properties Object) Object {
		return Object{{"type", "object"}, {"additionalProperties", false}, {"required", required}, {"properties", properties}}
	}
	half := anyOf(
		Object{{"type", "number"}, {"minimum", Number("0")}},
		str(`^[0-9]*\.?[0-9]+ *(%|pp)$`), Object{{"const", "none"}},
		closed([]any{"lesser_of"}, Object{{"lesser_of", Object{{"type", "array"}, {"minItems", Number("2")}, {"maxItems", Number("2")}, {"items", ref("half")}}}}),
	)
	words := []any{}
	for _, w := range card.Look(nil, "look", "", "").Words {
		words = append(words, w)
	}
	return Object{
		{"fraction", append(Object{{"description", "a fraction: 0.2 or 20%"}}, anyOf(Object{{"type", "number"}}, str(percent))...)},
		{"share", append(Object{{"description", "a fraction, 0 or more: 0.2 or 20%"}}, anyOf(numberSchema(card.Bounds{Most: 1e6}), str(`^[0-9]*\.?[0-9]+ *%$`))...)},
		{"half", half},
		{"drift", anyOf(numberSchema(card.Bounds{Most: math.Nextafter(1, 0)}), str(`^([0-9]{1,2}(\.[0-9]+)?|\.[0-9]+) *(%|pp)$`))},
		{"limit", append(Object{{"description", "a limit: 20% of the target, 5pp, none, {lesser_of: [5pp, 25%]} or {up: 25%, down: 15%}"}},
			anyOf(ref("half"), closed([]any{"up", "down"}, Object{{"up", ref("half")}, {"down", ref("half")}}))...)},
		{"schedule", append(Object{{"description", "a schedule: session, 5 sessions, 2 weeks, mon/wed/fri, month_end, {on: fri, else: next}"}}, anyOf(
			Object{{"enum", words}},
			str(`^[1-9][0-9]* sessions?( offset [0-9]+)?$`),
			str(`^[1-9][0-9]* weeks?$`),
			str(days+`( else next)?$`),
			closed([]any{"every"}, Object{{"every", str(`^(session|[1-9][0-9]* +sessions?|[1-9][0-9]* +weeks?|[a-z_]+)$`)}, {"offset", Object{{"type", "integer"}, {"minimum", Number("0")}}}}),
			closed([]any{"on"}, Object{{"on", str(days + "$")}, {"else", Object{{"const", "next"}}}}),
		)...)},
		{"look", append(Object{{"description", "a schedule, or 6 months after rebalance"}}, anyOf(ref("schedule"), str(`^[1-9][0-9]* (months?|years?) +after rebalance$`))...)},
		{"months", append(Object{{"description", "6 months or 1 year"}}, str(`^ *[1-9][0-9]* +(months?|years?) *$`)...)},
		{"pause", append(Object{{"description", "6 months, 1 year, 10 sessions, 30 days, 2 weeks or none"}}, str(`^ *(none|[1-9][0-9]* +(sessions?|days?|weeks?|months?|years?)) *$`)...)},
		{"amount", append(Object{{"description", "money, or a fraction of NAV: 500, 1%"}}, anyOf(numberSchema(card.Bounds{Least: 1e-6, Most: sim.MaxMoney}), str("^"+percentPattern(card.Bounds{Least: 1e-9, Most: 1})+" *%$"))...)},
		{"trigger", triggerSchema(closed)},
		{"date", Object{{"type", "string"}, {"pattern", `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`}}},
		{"symbol", Object{{"type", []any{"string", "number", "boolean", "null"}}}},
		{"weights", targetsSchema()},
	}
}

func targetsSchema() Object {
	return Object{{"type", "object"}, {"minProperties", Number("1")}, {"additionalProperties", ref("fraction")}}
}

func costsSchema() Object {
	var models []any
	for _, p := range cost.Catalog.All() {
		_, knobs := p.New()
		models = append(models, plugSchema("model", p.Card, knobs, true))
	}
	return Object{{"type", "array"}, {"items", Object{{"oneOf", models}}}}
}

func policiesSchema() Object {
	var kinds []any
	for _, p := range strategies.Catalog.All() {
		_, knobs := p.New()
		kinds = append(kinds, plugSchema("strategy", p.Card, knobs, false))
	}
	return Object{{"type", "object"}, {"minProperties", Number("1")}, {"additionalProperties", Object{{"oneOf", kinds}}}}
}

// plugSchema is the map that chooses a plug-in by a key.
func plugSchema(key string, c card.Card, knobs []card.Knob, needed bool) Object {
	required := []any{key}
	properties := Object{{key, Object{{"const", c.Name}, {"description", c.Doc}}}}
	for _, k := range knobs {
		properties = append(properties, member{k.Name, append(Object{{"description", k.Doc}}, knobSchema(k)...)})
		if needed && mandatory(k) {
			required = append(required, k.Name)
		}
	}
	return Object{{"type", "object"}, {"description", c.Doc}, {"additionalProperties", false}, {"required", required}, {"properties", properties}}
}
