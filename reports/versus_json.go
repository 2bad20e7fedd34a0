package reports

import (
	"bytes"
	"encoding/json"
	"io"

	"evenkeel/sim/evidence"
)

// JSON writes compare.json: what compare.md shows, numbers in full and null for
// what is undefined.
func (v *Versus) JSON(w io.Writer) error {
	var b bytes.Buffer
	if err := json.Indent(&b, v.object().bytes(), "", "  "); err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err := w.Write(b.Bytes())
	return err
}

func (v *Versus) object() *object {
	w := &v.Window
	window := &object{}
	window.put("first", w.First.String())
	window.put("last", w.Last.String())
	window.put("sessions", w.Sessions)
	window.put("left_out", w.LeftOut)
	window.put("years", w.Years)
	window.put("periods_per_year", w.Periods)
	window.put("risk_free", w.RiskFree)
	window.put("begins_last", w.Starts)
	window.put("ends_first", w.Ends)
	boot := &object{}
	boot.put("resamples", v.Bootstrap.Resamples)
	boot.put("mean_block", v.Bootstrap.Block)
	boot.put("level", v.Bootstrap.Level)
	boot.put("seed", v.Bootstrap.Seed)

	top := &object{}
	top.put("window", window)
	top.put("base", v.Contenders[v.Base].Name)
	top.put("by", v.By.Name)
	top.put("bootstrap", boot)
	top.put("notes", v.Notes)
	top.put("runs", v.originObjects())
	y0, labels := v.run.calendar()
	policies := &object{}
	for i, c := range v.Contenders {
		o := &object{}
		o.put("run", v.originOf(c.Run).name())
		o.put("experiment", c.Run.Name)
		o.put("policy", c.Policy.Name)
		o.put("rule", c.Policy.Title)
		known(o, "trade_digest", c.Policy.tradeDigest())
		for _, x := range v.run.Policies[i].Values {
			o.put(x.Name, x.X)
		}
		if i != v.Base {
			o.put("against_base", v.apart(i))
		}
		years := &object{}
		for k, y := range v.years(i, y0, len(labels)) {
			one := &object{}
			one.put("return", y.Return)
			one.put("rebalances", y.Rebalances)
			one.put("trades", y.Trades)
			one.put("turnover", y.Turnover)
			one.put("cost", y.Cost.Money())
			years.put(count4(y0+k), one)
		}
		o.put("years", years)
		policies.put(c.Name, o)
	}
	top.put("policies", policies)
	top.put("definitions", v.run.definitions())
	return top
}

// count4 is a year as a key.
func count4(year int) string { return string(encode(year)) }

func (v *Versus) apart(i int) *object {
	a := &v.Apart[i]
	o := &object{}
	o.put("cagr", intervalObject(a.CAGR))
	o.put("sharpe", intervalObject(a.Sharpe))
	if a.First == nil {
		o.put("first_difference", nil)
		return o
	}
	x := &object{}
	x.put("date", a.First.Date.String())
	x.put("seen", a.First.Seen.String())
	x.put("at_start", a.First.AtStart)
	for _, l := range []struct {
		name string
		Look
	}{{"base", a.First.Base}, {"policy", a.First.Other}} {
		look := &object{}
		look.put("state", l.State)
		look.put("why", l.Why)
		x.put(l.name, look)
	}
	weights := &object{}
	for _, h := range a.First.Holdings {
		one := &object{}
		one.put("target_base", h.BaseTarget)
		one.put("target", h.Target)
		one.put("look_base", h.BaseWeight)
		one.put("look", h.Weight)
		one.put("close_base", h.BaseBefore)
		one.put("close", h.WeightNow)
		weights.put(h.Symbol, one)
	}
	x.put("weights", weights)
	o.put("first_difference", x)
	return o
}

func intervalObject(x evidence.Interval) *object {
	o := &object{}
	o.put("difference", x.Difference)
	o.put("low", x.Low)
	o.put("high", x.High)
	o.put("above_0", x.Above)
	o.put("told_apart", x.Tells())
	return o
}
