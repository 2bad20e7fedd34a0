package experiment

import (
	"math"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/sim/card"
)

// partSchema is the schema of the shapes that this package has by itself.
func partSchema(shape card.Shape, k card.Knob) (Object, bool) {
	switch shape {
	case monthsShape:
		return ref("months"), true
	case shareShape:
		return ref("share"), true
	case pauseShape:
		return ref("pause"), true
	case sessionsShape:
		return Object{{"type", "string"}, {"pattern", `^ *[0-9]+ +sessions? *$`}}, true
	case settlementShape:
		sessions := Object{{"type", "string"}, {"pattern", `^ *[0-9]+ +sessions? *$`}}
		return Object{{"anyOf", []any{sessions, Object{{"type", "object"}, {"minProperties", Number("1")}, {"additionalProperties", sessions}}}}}, true
	case lotShape:
		return Object{{"type", "string"}, {"pattern", `^ *(fractional|[0-9.eE+-]+ +shares?) *$`}}, true
	case endedShape:
		return endedSchema(), true
	case syntax.FileShape:
		return Object{{"type", "string"}, {"minLength", Number("1")}}, true
	case syntax.AmountShape:
		return ref("amount"), true
	case syntax.GrowthShape:
		return Object{{"anyOf", []any{fractionSchema(k.Bounds), Object{{"type", "string"}, {"pattern", `\.`}}}}}, true
	case segmentsShape:
		return Object{{"type", "array"}, {"minItems", Number("1")}, {"items", partsSchema(segmentParts, "nav")}}, true
	case miniShape:
		return partsSchema(miniParts), true
	case triggerShape:
		return ref("trigger"), true
	}
	return nil, false
}

// partsSchema is a closed map of parts.
func partsSchema(parts []part, required ...any) Object {
	properties := Object{}
	for _, p := range parts {
		properties = append(properties, member{p.name, knobSchema(card.Knob{Name: p.name, Shape: p.shape, Default: p.def})})
	}
	out := Object{{"type", "object"}, {"additionalProperties", false}}
	if len(required) > 0 {
		out = append(out, member{"required", required})
	}
	return append(out, member{"properties", properties})
}

// triggerSchema is a tree of triggers.
func triggerSchema(closed func(required []any, properties Object) Object) Object {
	money := numberSchema(card.Bounds{Most: 1e15})
	perNAV := Object{{"anyOf", []any{Object{{"const", Number("0")}}, numberSchema(card.Bounds{Least: 1e-6, Most: 1e15})}}}
	yes := Object{{"const", true}}
	group := Object{{"type", "array"}, {"minItems", Number("1")}, {"items", ref("trigger")}}
	signal := Object{{"anyOf", []any{
		Object{{"type", "string"}, {"minLength", Number("1")}},
		Object{{"type", "array"}, {"minItems", Number("1")}, {"items", ref("date")}},
	}}}
	one := func(name string, s Object) any { return closed([]any{name}, Object{{name, s}}) }
	return Object{
		{"description", "what makes a look trade: one word with its value; any (or) and all (and) combine them"},
		{"anyOf", []any{
			one("any", group), one("all", group),
			one("band", ref("limit")), one("deviation", fractionSchema(card.Bounds{Most: 4})), one("portfolio_drift", ref("drift")),
			one("idle_cash", fractionSchema(card.Bounds{Most: math.Nextafter(1, 0)})), one("signal", signal), one("target_change", yes), one("calendar", yes),
			closed([]any{"deviation_money"}, Object{{"deviation_money", money}, {"per_nav", perNAV}}),
		}},
	}
}

func scheduleSchema() Object {
	return Object{{"type", "object"}, {"anyOf", []any{
		Object{{"type", "object"}, {"additionalProperties", false}, {"required", []any{"file"}}, {"properties", Object{{"file", Object{{"type", "string"}}}}}},
		Object{{"type", "object"}, {"minProperties", Number("1")}, {"additionalProperties", false},
			{"patternProperties", Object{{`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`, ref("weights")}}}},
	}}}
}

// flowsSchema is a list of entries; their keys are those of flowKeys.
func flowsSchema() Object {
	properties := Object{}
	for _, e := range flowKeys(&Flow{}) {
		properties = append(properties, member{e.Name, append(Object{{"description", e.Doc}}, knobSchema(e.Knob)...)})
	}
	needs := func(keys ...any) any { return Object{{"required", keys}} }
	return Object{{"type", "array"}, {"items", Object{
		{"type", "object"}, {"additionalProperties", false}, {"properties", properties},
		{"oneOf", []any{
			needs("file"), needs("deposit", "every"), needs("deposit", "on"), needs("withdraw", "every"), needs("withdraw", "on"),
		}},
	}}}
}
