package experiment

import (
	"fmt"
	"slices"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim"
)

// Settings that are allowed and rarely meant. Each is a warning with its remedy.

// lateFills warns of orders that wait for the next close where that is a week or more
// away: the delay moves results by as much as policies differ.
func (f *File) lateFills(c *syntax.Checker, x *Experiment) {
	spacing := data.Spacing(x.Panel.Dates())
	if f.Execution.Fill != sim.NextClose || spacing == "" || spacing == "daily" || !f.trades(x) {
		return
	}
	what := "execution.fill: next_close"
	if f.root.Find("execution.fill") == nil {
		what += " (the default)"
	}
	c.Warn(f.spot("execution.fill", "execution"), fault.DoubtfulSetting, fmt.Sprintf("%s on %s sessions fills orders %s after the decision", what, spacing, data.Later(spacing)),
		"a delay of weeks moves returns by as much as policies differ", "Set execution.fill: same_close")
}

// trades reports whether orders come after the initial purchase.
func (f *File) trades(x *Experiment) bool {
	return len(x.Flows) > 0 || slices.ContainsFunc(x.Policies, func(p Policy) bool { return p.Made.Sessions(x.Panel) != nil })
}

const (
	leastYearly = 0.0005 // a median rate below it is probably one of a session or a month
	rateGap     = 4      // days that rates may be missing at the end without a word: a long weekend
)

// doubtRates warns of rates that are probably not yearly ones, and of rates that end
// before the run. Rates that begin after it are an error.
func (f *File) doubtRates(c *syntax.Checker, n *syntax.Node, x *series, p *data.Panel) {
	sorted := slices.Sorted(slices.Values(x.values))
	if median := (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2; median > -leastYearly && median < leastYearly {
		c.Warn(n.At, fault.DoubtfulRates, fmt.Sprintf("data.risk_free: the median rate is %s", brief(median)), fmt.Sprintf("rates of a risk-free file are yearly: 0.05 or 5%%; below %g they are probably those of a day or a month", leastYearly),
			"Multiply them by the periods of a year")
	}
	last, end := x.dates[len(x.dates)-1], p.Date(p.Sessions()-1)
	if int(end-last) > max(rateGap, usualGap(x.dates)) {
		c.Warn(n.At, fault.DoubtfulRates, "data.risk_free ends on "+last.String()+", before the last session "+end.String(), "the last rate holds until the end", "Add later rates, or set data.end: "+last.String())
	}
}

// usualGap is the median number of days between dates, 0 of fewer than two.
func usualGap(dates []data.Date) int {
	if len(dates) < 2 {
		return 0
	}
	gaps := make([]int, len(dates)-1)
	for i := range gaps {
		gaps[i] = int(dates[i+1] - dates[i])
	}
	slices.Sort(gaps)
	return gaps[len(gaps)/2]
}
