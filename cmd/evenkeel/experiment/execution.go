package experiment

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Execution is how orders become trades.
type Execution struct {
	Fill        sim.FillTime
	Delay       int           // further sessions between decision and fill
	Window      data.Schedule // sessions on which orders may be filled
	Settle      Settlement
	Unsettled   Unsettled
	Part        float64       // the largest part of a session's volume that an order may be; 0: no limit
	Lot         float64       // shares are traded in whole multiples of it; 0: fractions
	Minimum     float64       // money: the smallest order; 0: none
	MaxTurnover float64       // of a rebalance, one-way; 0: no limit
	Release     data.Schedule // sessions on which orders below the minimum leave the batch; the zero value: there is no batch
	Urgent      float64       // relative drift that does not wait in the batch; 0: none
}

// Settlement is how many sessions after its sale money is paid.
type Settlement struct {
	Default int
	Assets  []AssetSettlement // of some assets, by symbol
}

// AssetSettlement is the settlement of one asset.
type AssetSettlement struct {
	Symbol   string
	Sessions int
}

// Unsettled describes what purchases do while proceeds are on their way.
type Unsettled uint8

const (
	Wait   Unsettled = iota // they wait for them
	Bridge                  // the proceeds pay for them at once
)

// settlementShape is a number of sessions or a map of them, lotShape a number of
// shares; card has no shapes for them.
const (
	settlementShape = card.Shape(230)
	lotShape        = card.Shape(231)
)

const (
	maxSettlement = 100   // sessions
	maxLot        = 1e9   // shares
	leastPart     = 1e-6  // of volumes and turnovers: less would never trade
	maxUrgent     = 1_000 // a drift of 100,000 % is waited for by nobody
)

func (f *File) executionKeys() []entry {
	x := &f.Execution
	return []entry{
		{Knob: card.Choice(&x.Fill, "fill", "when orders are filled: at the next close, the next open, or the same close (impossible for a real order)", sim.MomentWords...)},
		{Knob: sessionsKnob(&x.Delay, "delay", "0 sessions", "more sessions between decision and fill: 1 session")},
		{Knob: card.Look(&x.Window, "window", "session", "sessions on which orders may be filled: mon/wed/fri")},
		{Knob: settlementKnob(&x.Settle)},
		{Knob: card.Choice(&x.Unsettled, "unsettled", "purchases that need more than settled cash: wait until the proceeds of the sales have settled, or bridge (unsettled proceeds pay for them)", "wait", "bridge")},
		{Knob: card.Fraction(&x.Part, "participation", "", "the largest fraction of a session's volume that an order may fill; the rest is carried over to the next session. Without it orders of any size are filled", leastPart, 1)},
		{Knob: lotKnob(&x.Lot)},
		{Knob: card.Amount(&x.Minimum, "minimum_trade", "0", "money", "a smaller order is missed, or waits in the batch", card.MoneyShape, 0, sim.MaxMoney), code: fault.BadMoney},
		{Knob: card.Fraction(&x.MaxTurnover, "maximum_turnover", "", "the largest one-way turnover of a rebalance, as a fraction of NAV; all its orders are cut by the same factor. Without it there is no limit", leastPart, 1)},
		{Knob: card.Knob{Name: "batch", Doc: "orders below minimum_trade wait, add up by asset, and go once they reach it"}, keys: []entry{
			{Knob: card.Look(&x.Release, "release", "", "sessions on which all waiting orders go, whatever their size: quarter_end")},
			{Knob: card.Fraction(&x.Urgent, "urgent", "", "the relative drift beyond which an order goes at once, whatever its size: 30%", leastPart, maxUrgent)},
		}},
	}
}

// settlementKnob reads 2 sessions, or {default: 2 sessions, GLD: 1 session}.
func settlementKnob(dst *Settlement) card.Knob {
	return card.Knob{
		Name: "settlement", Unit: "sessions", Default: "0 sessions", Shape: settlementShape, Sweep: true,
		Doc: "sessions from a sale to its cash: 2 sessions, or {default: 2 sessions, GLD: 1 session}",
		Parse: func(v card.Value) (func(), error) {
			s, err := readSettlement(v)
			if err != nil {
				return nil, err
			}
			return func() { *dst = s }, nil
		},
	}
}

func readSettlement(v card.Value) (s Settlement, err error) {
	one := func(v card.Value) int {
		n, ok := sessionsOf(v)
		if err == nil && (!ok || n > maxSettlement) {
			err = card.Badly(v, "want a number of sessions up to %d, such as 2 sessions, got %q", maxSettlement, v.Text)
		}
		return n
	}
	switch v.Kind {
	case card.Text:
		s.Default = one(v)
	case card.List:
		err = card.Badly(v, "want 2 sessions, or a map such as {default: 2 sessions, GLD: 1 session}")
	default:
		for i, symbol := range v.Keys {
			if symbol == "default" {
				s.Default = one(v.List[i])
				continue
			}
			s.Assets = append(s.Assets, AssetSettlement{symbol, one(v.List[i])})
		}
		slices.SortFunc(s.Assets, func(a, b AssetSettlement) int { return strings.Compare(a.Symbol, b.Symbol) })
	}
	return s, err
}

const fractional = "fractional"

// lotKnob reads 1 share, 100 shares, 0.001 share, or the word fractional.
func lotKnob(dst *float64) card.Knob {
	return card.Knob{
		Name: "lot", Unit: "shares", Default: fractional, Shape: lotShape, Words: []string{fractional}, Sweep: true,
		Doc: "orders are whole multiples of it: 1 share, 100 shares, 0.001 share; fractional: any number of shares",
		Parse: func(v card.Value) (func(), error) {
			if v.Kind == card.Text && strings.TrimSpace(v.Text) == fractional {
				return func() { *dst = 0 }, nil
			}
			lot, ok := sharesOf(v)
			if units := lot * unitsPerShare; !ok || lot > maxLot || units < 1-1e-6 || math.Abs(units-math.Round(units)) > 1e-6 {
				return nil, card.Badly(v, "want fractional, or a number of shares such as 1 share, from 0.00000001 to %g in steps of 0.00000001, got %q", float64(maxLot), v.Text)
			}
			return func() { *dst = lot }, nil
		},
	}
}

// unitsPerShare is how many parts of a share the books count.
const unitsPerShare = 1e8

// sharesOf reads a number of shares, 100 shares.
func sharesOf(v card.Value) (shares float64, ok bool) {
	number, unit, ok := strings.Cut(strings.TrimSpace(v.Text), " ")
	unit = strings.TrimSpace(unit)
	if !ok || v.Kind != card.Text || unit != "share" && unit != "shares" || oddText(number) {
		return 0, false
	}
	shares, err := card.Number(card.T(number))
	return shares, err == nil
}

// oddText reports whether a number is written as this file does not take it.
func oddText(number string) bool {
	code, _, _ := syntax.OddNumber(number)
	return code != ""
}

// canonLot and canonSettlement are the one form of their values.
func canonLot(text string) any {
	if shares, ok := sharesOf(card.T(text)); ok {
		return sharesText(shares)
	}
	return strings.TrimSpace(text)
}

func sharesText(shares float64) string {
	if shares == 1 {
		return "1 share"
	}
	return strconv.FormatFloat(shares, 'f', -1, 64) + " shares"
}

func canonSettlement(n *syntax.Node) any {
	s, err := readSettlement(n.Value())
	if err != nil {
		return n.Text
	}
	if len(s.Assets) == 0 {
		return plural(s.Default, "session")
	}
	out := Object{{"default", plural(s.Default, "session")}}
	for _, a := range s.Assets {
		out = append(out, member{a.Symbol, plural(a.Sessions, "session")})
	}
	return out
}

// crossExecution checks what the keys of the execution say with others.
func (f *File) crossExecution(c *syntax.Checker) {
	n := f.root.Get("execution")
	if s := n.Get("settlement"); s != nil && s.Kind == syntax.Mapping {
		f.knownBut(c, s, "default")
	}
	batch := n.Get("batch")
	if batch == nil || batch.Kind != syntax.Mapping {
		return
	}
	if batch.Get("release") == nil {
		c.Missing(batch.At, batch.Path, "release", "the sessions on which waiting orders go: quarter_end")
	}
	if n.Get("minimum_trade") == nil {
		c.Missing(n.At, n.Path, "minimum_trade", "the orders below it are those that wait in the batch")
	}
}

// knownBut checks the symbols of a map's keys against the targets, but for one
// word.
func (f *File) knownBut(c *syntax.Checker, n *syntax.Node, word string) {
	twin := *n
	twin.Keys, twin.Items = nil, nil
	for i, k := range n.Keys {
		if k.Text != word {
			twin.Keys, twin.Items = append(twin.Keys, k), append(twin.Items, n.Items[i])
		}
	}
	f.known(c, &twin)
}

// market checks that prices have what the execution needs.
func (f *File) market(c *syntax.Checker, p *data.Panel) {
	n := f.root.Find("execution.participation")
	if n == nil || f.Execution.Part == 0 || p.HasVolume() {
		return
	}
	c.At(n.At, fault.NoColumn, "execution.participation: "+n.Text+", and "+f.pricesName()+" has no volumes", "an order is measured by the volume of its session",
		"Name their column in data.columns.volume, or leave participation out")
}

// execute puts the execution into the terms.
func (f *File) execute(t *sim.Terms, p *data.Panel) {
	x := &f.Execution
	t.Fill, t.Delay = x.Fill, x.Delay
	if x.Window != data.EverySession {
		t.Windows = p.Calendar(x.Window)
	}
	if x.Settle.Default > 0 || len(x.Settle.Assets) > 0 {
		t.Settle = make([]int, p.Assets())
		for i := range t.Settle {
			t.Settle[i] = x.Settle.Default
		}
		for _, a := range x.Settle.Assets {
			t.Settle[p.Symbol(a.Symbol)] = a.Sessions
		}
	}
	t.Bridge = x.Unsettled == Bridge
	t.Participation, t.Lot, t.MaxTurnover = x.Part, x.Lot, x.MaxTurnover
	if x.Minimum > sim.Dust {
		t.Minimum = x.Minimum
	}
	if x.Release != (data.Schedule{}) && t.Minimum > 0 {
		t.Batch = &sim.Batch{Release: p.Calendar(x.Release), Urgent: x.Urgent}
	}
}
