package experiment

import (
	"math"

	"evenkeel/sim/card"
)

// partSchema is the schema of the shapes that this package has by itself.
func partSchema(shape card.Shape, k card.Knob) (object, bool) {
	switch shape {
	case monthsShape:
		return ref("months"), true
	case shareShape:
		return ref("share"), true
	case pauseShape:
		return ref("pause"), true
	case sessionsShape:
		return object{{"type", "string"}, {"pattern", `^ *[0-9]+ +sessions? *$`}}, true
	case settlementShape:
		sessions := object{{"type", "string"}, {"pattern", `^ *[0-9]+ +sessions? *$`}}
		return object{{"anyOf", []any{sessions, object{{"type", "object"}, {"minProperties", number("1")}, {"additionalProperties", sessions}}}}}, true
	case lotShape:
		return object{{"type", "string"}, {"pattern", `^ *(fractional|[0-9.eE+-]+ +shares?) *$`}}, true
	case endedShape:
		return endedSchema(), true
	case fileShape:
		return object{{"type", "string"}, {"minLength", number("1")}}, true
	case amountShape:
		return ref("amount"), true
	case growthShape:
		return object{{"anyOf", []any{fractionSchema(k.Bounds), object{{"type", "string"}, {"pattern", `\.`}}}}}, true
	case segmentsShape:
		return object{{"type", "array"}, {"minItems", number("1")}, {"items", partsSchema(segmentParts, "nav")}}, true
	case miniShape:
		return partsSchema(miniParts), true
	case triggerShape:
		return ref("trigger"), true
	}
	return nil, false
}

// partsSchema is a closed map of parts.
func partsSchema(parts []part, required ...any) object {
	properties := object{}
	for _, p := range parts {
		properties = append(properties, member{p.name, knobSchema(card.Knob{Name: p.name, Shape: p.shape, Default: p.def})})
	}
	out := object{{"type", "object"}, {"additionalProperties", false}}
	if len(required) > 0 {
		out = append(out, member{"required", required})
	}
	return append(out, member{"properties", properties})
}

// triggerSchema is a tree of triggers.
func triggerSchema(closed func(required []any, properties object) object) object {
	money := numberSchema(card.Bounds{Most: 1e15})
	perNAV := object{{"anyOf", []any{object{{"const", number("0")}}, numberSchema(card.Bounds{Least: 1e-6, Most: 1e15})}}}
	yes := object{{"const", true}}
	group := object{{"type", "array"}, {"minItems", number("1")}, {"items", ref("trigger")}}
	signal := object{{"anyOf", []any{
		object{{"type", "string"}, {"minLength", number("1")}},
		object{{"type", "array"}, {"minItems", number("1")}, {"items", ref("date")}},
	}}}
	one := func(name string, s object) any { return closed([]any{name}, object{{name, s}}) }
	return object{
		{"description", "what makes a look trade: one word with its value; any (or) and all (and) combine them"},
		{"anyOf", []any{
			one("any", group), one("all", group),
			one("band", ref("limit")), one("deviation", fractionSchema(card.Bounds{Most: 4})), one("portfolio_drift", ref("drift")),
			one("idle_cash", fractionSchema(card.Bounds{Most: math.Nextafter(1, 0)})), one("signal", signal), one("target_change", yes), one("calendar", yes),
			closed([]any{"deviation_money"}, object{{"deviation_money", money}, {"per_nav", perNAV}}),
		}},
	}
}

func scheduleSchema() object {
	return object{{"type", "object"}, {"anyOf", []any{
		object{{"type", "object"}, {"additionalProperties", false}, {"required", []any{"file"}}, {"properties", object{{"file", object{{"type", "string"}}}}}},
		object{{"type", "object"}, {"minProperties", number("1")}, {"additionalProperties", false},
			{"patternProperties", object{{`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`, ref("weights")}}}},
	}}}
}

// flowsSchema is a list of entries; their keys are those of flowKeys.
func flowsSchema() object {
	properties := object{}
	for _, e := range flowKeys(&Flow{}) {
		properties = append(properties, member{e.Name, append(object{{"description", e.Doc}}, knobSchema(e.Knob)...)})
	}
	needs := func(keys ...any) any { return object{{"required", keys}} }
	return object{{"type", "array"}, {"items", object{
		{"type", "object"}, {"additionalProperties", false}, {"properties", properties},
		{"oneOf", []any{
			needs("file"), needs("deposit", "every"), needs("deposit", "on"), needs("withdraw", "every"), needs("withdraw", "on"),
		}},
	}}}
}
