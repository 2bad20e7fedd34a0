package run

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/sim"
)

// htmlLog is the log of looks: some events as a table, all looks as data.
type htmlLog struct {
	Rows  []htmlLook // the last events of each policy that trades
	Shown int        // of each policy
	All   int        // looks
	Data  htmlLooks
}

// htmlLook is a line of the log on paper.
type htmlLook struct {
	Key                            page.Key
	Date, State, Why, Filled       string
	Trades, Traded, Turnover, Cost string
}

// htmlLooks are all looks, a row an event. Looks in a row at which the same
// happened, and nothing was ordered, are one row with their number. Columns are
// lists of whole numbers; the page's script makes lines of them and the words.
type htmlLooks struct {
	First    string         `json:"first"`
	Policies []string       `json:"policies"`
	Assets   []string       `json:"assets"`
	States   []string       `json:"states"`
	Causes   []string       `json:"causes"`
	Reasons  []string       `json:"reasons"` // by state
	Of       []htmlLookRows `json:"of"`
}

// htmlLookRows are the rows of a policy; all columns are equally long.
type htmlLookRows struct {
	Policy   int     `json:"k"`
	Day      []int   `json:"d"` // from the day of the row before, in the first row from the first date
	Length   []int   `json:"n"` // days from the row's first to its last look
	Looks    []int   `json:"c"` // 0: the account's own trading, which is no look
	State    []int   `json:"s"`
	Cause    []int   `json:"w"` // cause + 32 x (1 + asset)
	Dev      []int   `json:"v"` // weight in 1e-4, of several looks the furthest
	Limit    []int   `json:"l"` // likewise
	Filled   []int   `json:"f"` // days after the look, -1: not filled
	Trades   []int   `json:"t"`
	Traded   []int64 `json:"m"` // money
	Turnover []int   `json:"o"` // 1e-6
	Cost     []int64 `json:"x"` // in hundredths of money
}

// assetFactor divides causes from assets in a number.
const assetFactor = 32

// stateText are states and why nothing was ordered, in words.
var stateText = map[sim.State][2]string{
	sim.StateTraded:     {"rebalanced", ""},
	sim.StateInBand:     {"in band", "within the limits"},
	sim.StateUnfunded:   {"unfunded", "nothing paid for a trade worth making"},
	sim.StatePaused:     {"paused", "a pause after the last rebalance"},
	sim.StateOrdersOpen: {"orders open", "earlier orders were not filled yet"},
	sim.StateMinimum:    {"below minimum", "every order was below the minimum"},
	sim.StateRestricted: {"restricted", "restrictions left no order"},
	sim.StateQueued:     {"queued", "the orders wait in the batch"},
}

func stateWord(s sim.State) [2]string {
	if t, ok := stateText[s]; ok {
		return t
	}
	return [2]string{strings.ReplaceAll(s.String(), "_", " "), ""}
}

// htmlLog reads the log from the records.
func (run *Run) htmlLog() htmlLog {
	first, _ := run.Span()
	l := htmlLog{Data: htmlLooks{First: run.Panel.Date(first).String()}}
	for _, k := range run.HTMLKeys() {
		l.Data.Policies = append(l.Data.Policies, k.Name)
	}
	for _, s := range run.Panel.Symbols() {
		l.Data.Assets = append(l.Data.Assets, draw.Clean(s, 200))
	}
	for s := range sim.StateBatched + 1 {
		w := stateWord(s)
		l.Data.States, l.Data.Reasons = append(l.Data.States, w[0]), append(l.Data.Reasons, w[1])
	}
	for c := range sim.CauseBatch + 1 {
		l.Data.Causes = append(l.Data.Causes, strings.ReplaceAll(c.String(), "_", " "))
	}
	l.Shown = max(4, min(25, 200/len(run.Policies)))
	for i := range run.Policies {
		if run.Policies[i].Record.Log == nil {
			continue
		}
		rows, looks := run.lookRows(i)
		l.Data.Of = append(l.Data.Of, rows)
		l.All += looks
		l.Rows = append(l.Rows, run.lastLooks(i, l.Shown)...)
	}
	return l
}

// lookRows are the rows of a policy and how many looks they are.
func (run *Run) lookRows(i int) (rows htmlLookRows, looks int) {
	p := &run.Policies[i]
	r := p.Record
	rows = htmlLookRows{ // none are lists, too
		Policy: i, Day: []int{}, Length: []int{}, Looks: []int{}, State: []int{}, Cause: []int{}, Dev: []int{}, Limit: []int{},
		Filled: []int{}, Trades: []int{}, Traded: []int64{}, Turnover: []int{}, Cost: []int64{},
	}
	done := map[*sim.Decision]*event{}
	all := events(r)
	for k := range all {
		done[all[k].Decision] = &all[k]
	}
	quiet := &sim.Decision{Asset: -1, State: sim.StateInBand}
	first, _ := run.Span()
	begin, before := int(run.Panel.Date(first)), int(run.Panel.Date(first))
	for _, d := range run.lookOrder(p) {
		day, decision := int(run.Panel.Date(d.session)), d.decision
		isLook := 1
		switch {
		case decision == nil:
			decision = quiet
		case !decision.Cause.OfPolicy():
			isLook = 0
		}
		looks += isLook
		if n := len(rows.Day) - 1; n >= 0 && isLook == 1 && rows.Looks[n] > 0 && decision.State != sim.StateTraded &&
			rows.State[n] == int(decision.State) && rows.Cause[n] == causeNumber(decision) {
			rows.extend(n, decision, day-begin)
			continue
		}
		rows.add(r, decision, done[decision], day-before, isLook)
		before, begin = day, day
	}
	return rows, looks
}

func causeNumber(d *sim.Decision) int { return int(d.Cause) + assetFactor*(1+int(d.Asset)) }

func tenThousandths(x float64) int {
	if !(math.Abs(x) < 1e6) {
		return 0
	}
	return int(math.Round(x * 1e4))
}

// extend adds a look to a row.
func (rows *htmlLookRows) extend(n int, d *sim.Decision, length int) {
	rows.Looks[n]++
	rows.Length[n] = length
	if abs(tenThousandths(d.Dev)-tenThousandths(d.Limit)) > abs(rows.Dev[n]-rows.Limit[n]) {
		rows.Dev[n], rows.Limit[n] = tenThousandths(d.Dev), tenThousandths(d.Limit)
	}
}

func abs(n int) int { return max(n, -n) }

func (rows *htmlLookRows) add(r *sim.Record, d *sim.Decision, e *event, days, isLook int) {
	filled, trades, traded, cost := -1, 0, sim.Micros(0), sim.Micros(0)
	if e != nil {
		trades, traded, cost = e.Trades, e.Bought+e.Sold, e.Cost
		if e.Filled >= 0 {
			filled = int(r.Panel.Date(e.Filled) - r.DateOf(d.Session))
		}
	}
	rows.Day, rows.Length, rows.Looks = append(rows.Day, days), append(rows.Length, 0), append(rows.Looks, isLook)
	rows.State, rows.Cause = append(rows.State, int(d.State)), append(rows.Cause, causeNumber(d))
	rows.Dev, rows.Limit = append(rows.Dev, tenThousandths(d.Dev)), append(rows.Limit, tenThousandths(d.Limit))
	rows.Filled, rows.Trades = append(rows.Filled, filled), append(rows.Trades, trades)
	rows.Traded = append(rows.Traded, int64(math.Round(traded.Money())))
	rows.Turnover = append(rows.Turnover, int(math.Round(d.Turnover*1e6)))
	rows.Cost = append(rows.Cost, int64(math.Round(cost.Money()*100)))
}

// aLook is a session at which a policy looked or the account traded by itself; no decision:
// nothing fired.
type aLook struct {
	session  int
	decision *sim.Decision
}

// lookOrder are the looks of a policy, and the account's own trading, in order.
func (run *Run) lookOrder(p *Policy) (all []aLook) {
	r := p.Record
	if p.Looks != nil {
		for s, at := range looksAt(p) {
			if at == quietLook {
				all = append(all, aLook{session: s})
			}
		}
	}
	for i := range r.Log.Decisions {
		if d := &r.Log.Decisions[i]; d.Cause != sim.CauseOpening {
			all = append(all, aLook{int(d.Session), d})
		}
	}
	slices.SortStableFunc(all, func(a, b aLook) int { return cmp.Compare(a.session, b.session) })
	return all
}

// lastLooks are a policy's last rebalances as lines.
func (run *Run) lastLooks(i, most int) (rows []htmlLook) {
	p := &run.Policies[i]
	all := events(p.Record)
	key := run.HTMLKeys()[i]
	for _, e := range all[max(0, len(all)-most):] {
		l := htmlLook{
			Key: key, Date: p.Record.DateOf(e.Session).String(), State: stateWord(e.State)[0], Why: page.Plain(causeLine(p.Record, e.Decision)),
			Filled: "not filled", Trades: draw.Count(e.Trades), Traded: draw.Decimal((e.Bought + e.Sold).Money(), 0), Turnover: draw.Percent(e.Turnover, 2), Cost: draw.Decimal(e.Cost.Money(), 2),
		}
		if isFlow(e.Decision) {
			l.State = "flow"
		}
		if e.Filled >= 0 {
			l.Filled = p.Record.Panel.Date(e.Filled).String()
		}
		rows = append(rows, l)
	}
	return rows
}
