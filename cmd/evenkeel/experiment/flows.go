package experiment

import (
	"fmt"
	"strings"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Flow is one entry of the flows: money on a date, money again and again, or a
// file of both.
type Flow struct {
	Amount      float64       // money: + a deposit, - a withdrawal
	Part        float64       // with Amount 0: a part of NAV, + or -
	On          data.Date     // NoDate: periodic
	Every       data.Schedule // of a periodic one
	From, Until data.Date     // NoDate: open
	Growth      float64       // a year: what is paid grows with every whole year
	node        *syntax.Node
	file        string // of dates and amounts; the rest is empty
	index       string // a file by which the amount grows
}

// maxFlows bounds the entries.
const maxFlows = 1_000

var flowWays = [][]string{{"deposit", "withdraw", "file"}, {"every", "on"}}

// flowKeys are the keys of an entry, bound to e.
func flowKeys(e *Flow) []entry {
	e.On, e.From, e.Until = data.NoDate, data.NoDate, data.NoDate
	return []entry{
		{Knob: amountKnob(e, "deposit", "money that comes in, or a fraction of NAV: 500, 1%", 1), code: fault.BadMoney},
		{Knob: amountKnob(e, "withdraw", "money that goes out, or a fraction of NAV: 500, 1%", -1), code: fault.BadMoney},
		{Knob: card.Look(&e.Every, "every", "", "the sessions of a flow that repeats: month_start, quarter_end, 5 sessions")},
		{Knob: card.Day(&e.On, "on", "the date of a single flow: it happens at the first session on or after it")},
		{Knob: card.Day(&e.From, "from", "a flow that repeats begins with the first session on or after this date")},
		{Knob: card.Day(&e.Until, "until", "and ends with the last session on or before this date")},
		{Knob: growthKnob(e)},
		{Knob: fileKnob(&e.file, "file", "a file with date and amount, + a deposit, - a withdrawal")},
	}
}

func amountKnob(e *Flow, name, doc string, sign float64) card.Knob {
	return card.Knob{Name: name, Doc: doc, Shape: syntax.AmountShape, Sweep: true, Parse: func(v card.Value) (func(), error) {
		if strings.HasSuffix(strings.TrimSpace(v.Text), "%") && v.Kind == card.Text {
			part, err := card.ReadFraction(v)
			if err == nil && !(part > 0 && part <= 1) {
				err = card.Badly(v, "%s %s: must be above 0%% and at most 100%% of NAV", name, v.Text)
			}
			if err != nil {
				return nil, err
			}
			return func() { e.Amount, e.Part = 0, sign*part }, nil
		}
		amount, err := card.Number(v)
		if err == nil && !(amount >= 1e-6 && amount <= sim.MaxMoney) {
			err = card.Badly(v, "%s %s: must be 1e-06 to %g", name, v.Text, float64(sim.MaxMoney))
		}
		if err != nil {
			return nil, err
		}
		return func() { e.Amount, e.Part = sign*amount, 0 }, nil
	}}
}

func growthKnob(e *Flow) card.Knob {
	plain := card.Fraction(&e.Growth, "growth", "", "the amount grows by this fraction with each whole year since the first payment, or with the index in a file with date and index", -0.99, 10)
	parse := plain.Parse
	plain.Shape = syntax.GrowthShape
	plain.Parse = func(v card.Value) (func(), error) {
		if path, _ := pathOf(v.Text); v.Kind == card.Text && isFileName(path) && printable(path) {
			return func() { e.index, e.Growth = path, 0 }, nil
		}
		store, err := parse(v)
		if err != nil {
			return nil, err
		}
		return func() { store(); e.index = "" }, nil
	}
	return plain
}

// readFlows reads the entries and notes the files that they name.
func (f *File) readFlows(c *syntax.Checker, n *syntax.Node) {
	if n == nil {
		return
	}
	if n.Kind != syntax.List {
		c.Want(n, "a list of flows such as [{deposit: 500, every: month_start}]")
		return
	}
	if len(n.Items) > maxFlows {
		c.At(n.At, fault.BadValue, fmt.Sprintf("flows: %d entries", len(n.Items)), fmt.Sprintf("at most %d", maxFlows), "Write them into a file: {file: flows.csv}")
		return
	}
	for _, item := range n.Items {
		if !c.IsMap(item, "a map such as {deposit: 500, every: month_start}") {
			continue
		}
		e := Flow{node: item}
		before := c.Errors()
		section(c, flowKeys(&e), item, item.Path)
		if c.Errors() > before || !checkFlow(c, &e) {
			continue
		}
		if e.file != "" {
			e.file, _ = pathOf(e.file)
			f.mention(c, flowsFile, item.Get("file"))
		}
		if e.index != "" {
			f.mention(c, indexFile, item.Get("growth"))
		}
		f.Flows = append(f.Flows, e)
	}
}

// checkFlow checks what the keys of an entry say together.
func checkFlow(c *syntax.Checker, e *Flow) bool {
	n, before := e.node, c.Errors()
	both := func(a, b string) {
		if n.Get(a) != nil && n.Get(b) != nil {
			c.At(n.KeyAt(b), fault.BadValue, fmt.Sprintf("%s: both %s and %s", n.Path, a, b), "a flow has one of them", "Write two flows")
		}
	}
	for _, ways := range flowWays {
		some := false
		for i, way := range ways {
			some = some || n.Get(way) != nil
			for _, other := range ways[i+1:] {
				both(way, other)
			}
		}
		if !some && n.Get("file") == nil {
			c.Missing(n.At, n.Path, ways[0], "a flow has one of "+strings.Join(ways, ", "))
		}
	}
	for _, name := range []string{"every", "on", "from", "until", "growth"} {
		switch key := n.Get(name); {
		case key == nil:
		case n.Get("file") != nil:
			c.At(n.KeyAt(name), fault.BadValue, n.Path+": "+name+" beside a file", "the file has dates and amounts", "Take "+name+" out")
		case n.Get("on") != nil && n.Get("every") == nil && name != "on":
			c.At(n.KeyAt(name), fault.BadValue, n.Path+": "+name+" of a single flow", "it is for a flow that repeats", "Take "+name+" out, or write every in place of on")
		case name == "growth" && e.Part != 0:
			c.At(n.KeyAt(name), fault.BadValue, n.Path+": growth of a part of NAV", "amounts of money grow", "Take growth out")
		}
	}
	if e.From != data.NoDate && e.Until != data.NoDate && e.From > e.Until {
		c.At(n.KeyAt("from"), fault.BackwardPeriod, fmt.Sprintf("%s: from %s is after until %s", n.Path, e.From, e.Until), "an entry holds from its first date to its last", "Swap the two dates, or correct one of them")
	}
	return c.Errors() == before
}

// canonFlows are the flows as they are in the canonical text.
func (f *File) canonFlows() any {
	if f.root.Get("flows") == nil {
		return nil
	}
	out := []any{}
	for _, e := range f.Flows {
		one := Object{}
		for _, k := range flowKeys(&Flow{}) {
			switch child := e.node.Get(k.Name); {
			case child == nil || k.Name == "growth" && e.Growth == 0 && e.index == "":
			default:
				one = append(one, member{k.Name, f.canonValue(k.Shape, child)})
			}
		}
		out = append(out, one)
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
