package run

import (
	"bytes"
	"encoding/json"
	"io"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/sim/metric"
)

func init() {
	add("summary", "every measure of every policy, as JSON",
		`summary.json: policies in the order of the experiment file, measures in the order in which they are printed; numbers in the shortest form that reads back exactly, null for what is undefined. ruined_on is the session of ruin, null without one; waiting is money that still waits to be invested at the end, and owed what could not be raised, with amount, assets, since and reason; both are left out when there is none. notes say what a reader of a measure must know, "returns" standing for all measures of returns. warnings is what a reader must know first; it is left out when there is nothing. trade_digest is the SHA-256 over the trades' canonical lines.`,
		func(dir draw.Dir, run *Run) error {
			return dir.Write("summary.json", func(w io.Writer) error { return Summary(w, run) })
		})
}

// Summary writes summary.json.
func Summary(w io.Writer, run *Run) error {
	var b bytes.Buffer
	if err := json.Indent(&b, run.summary().Bytes(), "", "  "); err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err := w.Write(b.Bytes())
	return err
}

func (run *Run) summary() *page.Object {
	first, end := run.Span()
	period := &page.Object{}
	period.Put("first", run.Panel.Date(first).String())
	period.Put("last", run.Panel.Date(end-1).String())
	period.Put("sessions", end-first)
	period.Put("years", run.years())

	policies := &page.Object{}
	for i := range run.Policies {
		p := &run.Policies[i]
		o := &page.Object{}
		for _, v := range p.Values {
			if v.Unit == metric.YesNo && data.Finite(v.X) {
				o.Put(v.Name, v.X != 0)
			} else {
				o.Put(v.Name, v.X)
			}
		}
		p.tellFate(o)
		p.tellWaits(o)
		if p.Statement != nil {
			o.Put("trade_digest", p.Statement.Digest)
		} else {
			o.Put("trade_digest", nil)
		}
		policies.Put(p.Name, o)
	}

	top := &page.Object{}
	top.Put("experiment", run.Name)
	top.Put("currency", run.Currency)
	if run.base() != nil {
		top.Put("base", run.Base)
	} else {
		top.Put("base", nil)
	}
	top.Put("period", period)
	if warnings := run.Warnings(); len(warnings) > 0 {
		top.Put("warnings", warnings)
	}
	top.Put("policies", policies)
	top.Put("definitions", run.Definitions())
	return top
}

// betterNames say which direction is better.
var betterNames = map[bool]string{true: "more", false: "less"}

// Definitions returns the measures with their definitions.
func (run *Run) Definitions() *page.Object {
	all := &page.Object{}
	for _, m := range run.Measures() {
		o := &page.Object{}
		o.Put("title", m.Title)
		o.Put("unit", page.UnitNames[m.Unit])
		if m.Better != 0 {
			o.Put("better", betterNames[m.Better > 0])
		}
		o.Put("definition", m.Doc)
		if m.Details != "" {
			o.Put("formula", m.Details)
		}
		all.Put(m.Name, o)
	}
	return all
}
