package experiment

import (
	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/sim/card"
	"evenkeel/strategies"
)

// partSchema is the schema of the shapes that this package has by itself.
func partSchema(shape card.Shape, k card.Knob) (Object, bool) {
	switch shape {
	case monthsShape:
		return ref("months"), true
	case card.ShareShape:
		return ref("share"), true
	case card.PauseShape:
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
	case card.RowsShape:
		return Object{{"type", "array"}, {"minItems", Number("1")}, {"items", partsSchema(k.Parts)}}, true
	case card.MapShape:
		return partsSchema(k.Parts), true
	case card.TriggerShape:
		return ref("trigger"), true
	case card.PointsShape:
		return ref("drift"), true
	case card.YesShape:
		return Object{{"const", true}}, true
	case card.DatesShape:
		return Object{{"anyOf", []any{
			Object{{"type", "string"}, {"minLength", Number("1")}},
			Object{{"type", "array"}, {"minItems", Number("1")}, {"items", ref("date")}},
		}}}, true
	case card.MoneyShape:
		if len(k.Words) > 0 { // numbers that are no amounts
			return Object{{"anyOf", []any{Object{{"const", Number(k.Words[0])}}, numberSchema(k.Bounds)}}}, true
		}
	}
	return nil, false
}

// partsSchema is a closed map of parts.
func partsSchema(parts []card.Knob) Object {
	var required []any
	properties := Object{}
	for _, p := range parts {
		properties = append(properties, member{p.Name, knobSchema(p)})
		if p.Required {
			required = append(required, p.Name)
		}
	}
	out := Object{{"type", "object"}, {"additionalProperties", false}}
	if len(required) > 0 {
		out = append(out, member{"required", required})
	}
	return append(out, member{"properties", properties})
}

// triggerSchema is a tree of triggers: those of the catalog, any and all.
func triggerSchema(closed func(required []any, properties Object) Object) Object {
	group := Object{{"type", "array"}, {"minItems", Number("1")}, {"items", ref("trigger")}}
	forms := []any{closed([]any{"any"}, Object{{"any", group}}), closed([]any{"all"}, Object{{"all", group}})}
	for _, plug := range strategies.Triggers.All() {
		_, knobs := plug.New()
		properties := Object{}
		for _, k := range knobs {
			properties = append(properties, member{k.Name, knobSchema(k)})
		}
		forms = append(forms, closed([]any{plug.Name}, properties))
	}
	return Object{
		{"description", "what makes a look trade: one word with its value; any (or) and all (and) combine them"},
		{"anyOf", forms},
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
