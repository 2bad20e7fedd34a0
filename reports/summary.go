package reports

import (
	"bytes"
	"encoding/json"
	"io"

	"evenkeel/data"
	"evenkeel/sim/metric"
)

func init() {
	add("summary", "every measure of every policy, as JSON",
		`summary.json: policies in the order of the experiment file, measures in the order in which they are printed; numbers in the shortest form that reads back exactly, null for what is undefined. ruined_on is the session of ruin, null without one; waiting is money that still waits to be invested at the end, and owed what could not be raised, with amount, assets, since and reason; both are left out when there is none. notes say what a reader of a measure must know, "returns" standing for all measures of returns. warnings is what a reader must know first; it is left out when there is nothing. trade_digest is the SHA-256 over the trades' canonical lines.`,
		func(dir Dir, run *Run) error {
			return dir.Write("summary.json", func(w io.Writer) error { return Summary(w, run) })
		})
}

// Summary writes summary.json.
func Summary(w io.Writer, run *Run) error {
	var b bytes.Buffer
	if err := json.Indent(&b, run.summary().bytes(), "", "  "); err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err := w.Write(b.Bytes())
	return err
}

// object is a JSON object whose keys keep their order.
type object struct{ b bytes.Buffer }

func (o *object) put(key string, value any) {
	if o.b.Len() > 0 {
		o.b.WriteByte(',')
	}
	o.b.Write(encode(key))
	o.b.WriteByte(':')
	switch v := value.(type) {
	case *object:
		o.b.Write(v.bytes())
	case *array:
		o.b.Write(v.bytes())
	case float64:
		if !data.Finite(v) {
			value = nil
		}
		o.b.Write(encode(value))
	default:
		o.b.Write(encode(value))
	}
}

func (o *object) bytes() []byte { return append(append([]byte{'{'}, o.b.Bytes()...), '}') }

// array is a JSON array of objects.
type array struct{ b bytes.Buffer }

func (a *array) add(o *object) {
	if a.b.Len() > 0 {
		a.b.WriteByte(',')
	}
	a.b.Write(o.bytes())
}

func (a *array) bytes() []byte { return append(append([]byte{'['}, a.b.Bytes()...), ']') }

// encode is JSON of a text, a number or nil; these cannot fail.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func (run *Run) summary() *object {
	first, end := run.span()
	period := &object{}
	period.put("first", run.Panel.Date(first).String())
	period.put("last", run.Panel.Date(end-1).String())
	period.put("sessions", end-first)
	period.put("years", run.years())

	policies := &object{}
	for i := range run.Policies {
		p := &run.Policies[i]
		o := &object{}
		for _, v := range p.Values {
			if v.Unit == metric.YesNo && data.Finite(v.X) {
				o.put(v.Name, v.X != 0)
			} else {
				o.put(v.Name, v.X)
			}
		}
		p.tellFate(o)
		p.tellWaits(o)
		if p.Statement != nil {
			o.put("trade_digest", p.Statement.Digest)
		} else {
			o.put("trade_digest", nil)
		}
		policies.put(p.Name, o)
	}

	top := &object{}
	top.put("experiment", run.Name)
	top.put("currency", run.Currency)
	if run.base() != nil {
		top.put("base", run.Base)
	} else {
		top.put("base", nil)
	}
	top.put("period", period)
	if warnings := run.warnings(); len(warnings) > 0 {
		top.put("warnings", warnings)
	}
	top.put("policies", policies)
	top.put("definitions", run.definitions())
	return top
}

// unitNames are the units of measures in summary.json.
var unitNames = map[metric.Unit]string{
	metric.Money: "currency", metric.Fraction: "fraction", metric.Ratio: "ratio", metric.Count: "count", metric.YesNo: "yes_no",
}

// betterNames say which direction is better.
var betterNames = map[bool]string{true: "more", false: "less"}

func (run *Run) definitions() *object {
	all := &object{}
	for _, m := range run.measures() {
		o := &object{}
		o.put("title", m.Title)
		o.put("unit", unitNames[m.Unit])
		if m.Better != 0 {
			o.put("better", betterNames[m.Better > 0])
		}
		o.put("definition", m.Doc)
		if m.Details != "" {
			o.put("formula", m.Details)
		}
		all.put(m.Name, o)
	}
	return all
}
