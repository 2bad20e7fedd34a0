package compare

import (
	"fmt"
	"slices"
	"strings"

	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/reports/run"
)

// Window is the stretch of sessions that a comparison is about, and why.
type Window struct {
	First, Last  data.Date
	Sessions     int
	Years        float64
	Periods      float64 // a year
	RiskFree     float64
	Starts, Ends string // names of the entrants that begin last and end first; "": all do
	LeftOut      int    // sessions between First and Last that not all entrants have
	sessions     []data.Date
	starts, ends []string // the names in Starts and Ends
}

// window finds the sessions that all entrants have.
func (v *Comparison) window(base string) error {
	w := &v.Window
	count := map[data.Date]int{}
	var starts, ends []string
	for i, c := range v.Entrants {
		dates := c.Policy.Performed()
		for _, d := range dates {
			count[d]++
		}
		first, last := dates[0], dates[len(dates)-1]
		if i == 0 || first > w.First {
			w.First, starts = first, nil
		}
		if i == 0 || last < w.Last {
			w.Last, ends = last, nil
		}
		if first == w.First {
			starts = append(starts, c.Name)
		}
		if last == w.Last {
			ends = append(ends, c.Name)
		}
	}
	if len(starts) < len(v.Entrants) {
		w.Starts, w.starts = strings.Join(starts, ", "), starts
	}
	if len(ends) < len(v.Entrants) {
		w.Ends, w.ends = strings.Join(ends, ", "), ends
	}
	some := map[data.Date]bool{}
	for _, c := range v.Entrants {
		for _, d := range c.Policy.Performed() {
			if d >= w.First && d <= w.Last && !some[d] {
				some[d] = true
				if count[d] == len(v.Entrants) {
					w.sessions = append(w.sessions, d)
				} else {
					w.LeftOut++
				}
			}
		}
	}
	slices.Sort(w.sessions)
	if len(w.sessions) < 3 {
		return fault.One(fault.Finding{
			Code: fault.NoPrice, What: fmt.Sprintf("the runs share %d sessions: %s", len(w.sessions), v.periods()),
			Rule: "policies are compared over the sessions that all of them have", Remedy: "Compare runs whose periods overlap",
		})
	}
	w.First, w.Last, w.Sessions = w.sessions[0], w.sessions[len(w.sessions)-1], len(w.sessions)
	w.Years = float64(w.Last-w.First) / 365.25
	return v.basis(base)
}

// periods are the entrants' own.
func (v *Comparison) periods() string {
	var all []string
	for _, c := range v.Entrants {
		all = append(all, c.Name+" "+c.Policy.Period())
	}
	return strings.Join(all, "; ")
}

// basis is what the measures share: the runs' own where they agree.
func (v *Comparison) basis(base string) error {
	panel, err := v.Window.panel()
	if err != nil {
		return err
	}
	w := &v.Window
	for _, c := range v.Entrants {
		if c.Name == base {
			w.Periods, w.RiskFree = c.Run.PeriodsPerYear, c.Run.RiskFree
		}
	}
	for _, c := range v.Entrants {
		if c.Run.PeriodsPerYear != w.Periods {
			w.Periods = panel.PeriodsPerYear()
			v.Notes = append(v.Notes, fmt.Sprintf("The runs count different numbers of periods a year; here it is %s.", draw.Decimal(w.Periods, 0)))
			break
		}
	}
	for _, c := range v.Entrants {
		if c.Run.RiskFree != w.RiskFree {
			v.Notes = append(v.Notes, fmt.Sprintf("The runs have different risk-free rates; here it is that of %s, %s.", base, draw.Percent(w.RiskFree, 2)))
			break
		}
	}
	return nil
}

// panel holds the sessions, of a single asset that stands still.
func (w *Window) panel() (*data.Panel, error) {
	ones := make([]float64, len(w.sessions))
	for i := range ones {
		ones[i] = 1
	}
	return data.NewPanel(data.Adjusted, w.sessions, []string{"index"}, ones, nil)
}

// notes say in what the runs cannot be compared.
func (v *Comparison) notes() {
	first := v.Entrants[0].Run
	seen := map[string]bool{}
	for _, c := range v.Entrants {
		for _, n := range c.Run.Warnings() {
			if !seen[n] {
				seen[n] = true
				v.Notes = append(v.Notes, n)
			}
		}
	}
	for _, c := range v.Entrants {
		if c.Run.Currency != first.Currency {
			v.Notes = append(v.Notes, fmt.Sprintf("The currencies differ (%s, %s): returns are each in its own.", page.OrElse(first.Currency, "none"), page.OrElse(c.Run.Currency, "none")))
			break
		}
	}
	for _, c := range v.Entrants {
		if !sameAssets(first, c.Run) {
			v.Notes = append(v.Notes, "The runs hold different assets: what is different between them is markets, not policies alone.")
			break
		}
	}
	if n := v.Window.Sessions; n <= fewest {
		v.Notes = append(v.Notes, fmt.Sprintf("%s are too few to tell differences from chance: there are no intervals.", draw.Plural(n, "session", "sessions")))
	}
	if n := v.Window.LeftOut; n > 0 {
		v.Notes = append(v.Notes, fmt.Sprintf("%s that not every run has left out: returns reach from one common session to the next.", draw.Plural(n, "session is", "sessions are")))
	}
}

// noteLoss reports that an entrant lost everything at a session of the window, where it did.
func (v *Comparison) noteLoss(name string, lost int) {
	if lost < 0 {
		return
	}
	v.Notes = append(v.Notes, fmt.Sprintf("%s lost everything on %s and has no returns after it: its CAGR is −100 %%, volatility, Sharpe and tracking error are up to that session, and differences with it have no interval.",
		name, v.Window.sessions[lost]))
}

// sameAssets reports whether two runs hold assets of the same names.
func sameAssets(a, b *run.Run) bool {
	x, y := slices.Clone(a.Panel.Symbols()), slices.Clone(b.Panel.Symbols())
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// windowLine returns which sessions are compared, and why these.
func (v *Comparison) windowLine() string {
	w := &v.Window
	line := fmt.Sprintf("Compared over %s to %s, %s, %s years: ", w.First, w.Last, draw.Plural(w.Sessions, "session", "sessions"), draw.Decimal(w.Years, 1))
	switch {
	case w.Starts == "" && w.Ends == "":
		return line + "all runs begin and end there."
	case w.Ends == "":
		return line + v.named(w.starts, "begin") + " last; all end together."
	case w.Starts == "":
		return line + "all begin together; " + v.named(w.ends, "end") + " first."
	}
	return line + v.named(w.starts, "begin") + " last and " + v.named(w.ends, "end") + " first."
}

// named are entrants with a verb; all those of a run go by the run's name.
func (v *Comparison) named(names []string, verb string) string {
	if len(names) == 1 {
		return names[0] + " " + verb + "s"
	}
	var words []string
	for _, o := range v.given {
		var here, all []string
		for _, c := range v.Entrants {
			if c.Run == o.run {
				all = append(all, c.Name)
				if slices.Contains(names, c.Name) {
					here = append(here, c.Name)
				}
			}
		}
		if len(all) > 1 && len(here) == len(all) && o.folder != "" {
			here = []string{"all of " + o.folder}
		}
		words = append(words, here...)
	}
	return strings.Join(words, ", ") + " " + verb
}
