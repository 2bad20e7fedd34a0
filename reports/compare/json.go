package compare

import (
	"bytes"
	"encoding/json"
	"io"

	"evenkeel/reports/page"
	"evenkeel/sim/evidence"
)

// JSON writes compare.json: what compare.md shows, numbers in full and null for
// what is undefined.
func (v *Comparison) JSON(w io.Writer) error {
	var b bytes.Buffer
	if err := json.Indent(&b, v.object().Bytes(), "", "  "); err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err := w.Write(b.Bytes())
	return err
}

func (v *Comparison) object() *page.Object {
	w := &v.Window
	window := &page.Object{}
	window.Put("first", w.First.String())
	window.Put("last", w.Last.String())
	window.Put("sessions", w.Sessions)
	window.Put("left_out", w.LeftOut)
	window.Put("years", w.Years)
	window.Put("periods_per_year", w.Periods)
	window.Put("risk_free", w.RiskFree)
	window.Put("begins_last", w.Starts)
	window.Put("ends_first", w.Ends)
	boot := &page.Object{}
	boot.Put("resamples", v.Bootstrap.Resamples)
	boot.Put("mean_block", v.Bootstrap.Block)
	boot.Put("level", v.Bootstrap.Level)
	boot.Put("seed", v.Bootstrap.Seed)

	top := &page.Object{}
	top.Put("window", window)
	top.Put("base", v.Entrants[v.Base].Name)
	top.Put("by", v.By.Name)
	top.Put("bootstrap", boot)
	top.Put("notes", v.Notes)
	top.Put("runs", v.originObjects())
	y0, labels := v.run.Calendar()
	policies := &page.Object{}
	for i, c := range v.Entrants {
		o := &page.Object{}
		o.Put("run", v.originOf(c.Run).name())
		o.Put("experiment", c.Run.Name)
		o.Put("policy", c.Policy.Name)
		o.Put("rule", c.Policy.Title)
		known(o, "trade_digest", c.Policy.TradeDigest())
		for _, x := range v.run.Policies[i].Values {
			o.Put(x.Name, x.X)
		}
		if i != v.Base {
			o.Put("against_base", v.apart(i))
		}
		years := &page.Object{}
		for k, y := range v.years(i, y0, len(labels)) {
			one := &page.Object{}
			one.Put("return", y.Return)
			one.Put("rebalances", y.Rebalances)
			one.Put("trades", y.Trades)
			one.Put("turnover", y.Turnover)
			one.Put("cost", y.Cost.Money())
			years.Put(count4(y0+k), one)
		}
		o.Put("years", years)
		policies.Put(c.Name, o)
	}
	top.Put("policies", policies)
	top.Put("definitions", v.run.Definitions())
	return top
}

// count4 is a year as a key.
func count4(year int) string { return string(page.Encode(year)) }

func (v *Comparison) apart(i int) *page.Object {
	a := &v.Differences[i]
	o := &page.Object{}
	o.Put("cagr", intervalObject(a.CAGR))
	o.Put("sharpe", intervalObject(a.Sharpe))
	if a.First == nil {
		o.Put("first_difference", nil)
		return o
	}
	x := &page.Object{}
	x.Put("date", a.First.Date.String())
	x.Put("seen", a.First.Seen.String())
	x.Put("at_start", a.First.AtStart)
	for _, l := range []struct {
		name string
		Look
	}{{"base", a.First.Base}, {"policy", a.First.Other}} {
		look := &page.Object{}
		look.Put("state", l.State)
		look.Put("why", l.Why)
		x.Put(l.name, look)
	}
	weights := &page.Object{}
	for _, h := range a.First.Holdings {
		one := &page.Object{}
		one.Put("target_base", h.BaseTarget)
		one.Put("target", h.Target)
		one.Put("look_base", h.BaseWeight)
		one.Put("look", h.Weight)
		one.Put("close_base", h.BaseBefore)
		one.Put("close", h.WeightNow)
		weights.Put(h.Symbol, one)
	}
	x.Put("weights", weights)
	o.Put("first_difference", x)
	return o
}

func intervalObject(x evidence.Interval) *page.Object {
	o := &page.Object{}
	o.Put("difference", x.Difference)
	o.Put("low", x.Low)
	o.Put("high", x.High)
	o.Put("above_0", x.Above)
	o.Put("told_apart", x.Tells())
	return o
}
