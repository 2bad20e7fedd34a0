package sweep

import (
	"fmt"
	"slices"

	"evenkeel/reports/draw"
	"evenkeel/reports/page"
)

// sensitivity is how much each axis has to do with each measure.
func (s *Sweep) sensitivity(measures []*Measure) *sheet {
	t := &sheet{
		name: "sensitivity", title: "Sensitivity of each axis",
		note: page.Join("Rank correlation is Spearman's, of the axis's values with the measure over all points; axes of texts have none. Alone explains is the part of the measure's variance that lies between the axis's values (one-way eta squared); in a full grid, what the axes together leave is how they act together. Range of the means is the highest less the lowest, over the axis's values. All else equal is the highest less the lowest value along the axis among points that differ in nothing else: the median over all such groups", s.where()),
	}
	var measure, axis, apart, equal []string
	var rho, eta, span, spans []float64
	families := s.families()
	for _, m := range measures {
		var of, alike []float64
		for _, x := range s.influences(m, families) {
			measure, axis = append(measure, m.Title), append(axis, s.Axes[x.Axis].title())
			rho, eta, of = append(rho, x.Spearman), append(eta, x.Eta2), append(of, x.Range)
			alike = append(alike, x.Alike)
		}
		texts := m.texts(slices.Concat(of, alike))
		span, apart = append(span, of...), append(apart, texts[:len(of)]...)
		spans, equal = append(spans, alike...), append(equal, texts[len(of):]...)
	}
	t.words("Measure", "measure", measure)
	t.words("Axis", "axis", axis)
	t.number("Rank correlation", "spearman", rho, func(x float64) string { return draw.Signed(x, 2) })
	t.number("Alone explains", "eta_squared", eta, func(x float64) string { return draw.Percent(x, 1) })
	t.values("Range of the means", "range_of_means", apart, span)
	t.values("All else equal", "range_all_else_equal", equal, spans)
	return t
}

// effectsTable is a measure by the values of every axis.
func (s *Sweep) effectsTable(m *Measure) *sheet {
	t := &sheet{
		name: "effects-" + m.Name, title: "Main effects: " + inner(m.Title),
		note: page.Join("Each line is over all points with that value of the axis", s.where()),
	}
	var axis, label []string
	var all []spreadOf
	for _, i := range s.varied() {
		for _, e := range s.effects(i, m.X) {
			axis, label, all = append(axis, s.Axes[i].title()), append(label, e.Label), append(all, e.spreadOf)
		}
	}
	t.words("Axis", "axis", axis)
	t.words("Value", "value", label)
	of := func(get func(*spreadOf) float64) []float64 {
		out := make([]float64, len(all))
		for i := range all {
			out[i] = get(&all[i])
		}
		return out
	}
	t.number("Points", "points", of(func(x *spreadOf) float64 { return float64(x.N) }), func(x float64) string { return draw.Decimal(x, 0) })
	for _, c := range []struct {
		title, key string
		get        func(*spreadOf) float64
	}{
		{"Mean", "mean", func(x *spreadOf) float64 { return x.Mean }}, {"Deviation", "sd", func(x *spreadOf) float64 { return x.SD }},
		{"Lowest", "low", func(x *spreadOf) float64 { return x.Low }}, {"5th percentile", "p5", func(x *spreadOf) float64 { return x.P5 }},
		{"Median", "median", func(x *spreadOf) float64 { return x.P50 }},
		{"95th percentile", "p95", func(x *spreadOf) float64 { return x.P95 }}, {"Highest", "high", func(x *spreadOf) float64 { return x.High }},
	} {
		t.values(c.title, c.key, m.texts(of(c.get)), of(c.get))
	}
	return t
}

// table is a panel of a heat map, rows as they are listed.
func (h *heatMap) table(s *Sweep, k int) *sheet {
	t := &sheet{
		name:  "heat-" + h.measure.Name + "-" + h.y.axis.Name + "-" + h.x.axis.Name,
		title: fmt.Sprintf("%s by %s and %s", h.measure.Title, h.y.axis.title(), h.x.axis.title()), note: h.note,
	}
	if h.by != "" {
		t.name += fmt.Sprintf("-%d", k+1)
		t.title += fmt.Sprintf(", %s %s", h.by, h.panels[k].label)
	}
	if h.over != "" {
		t.title += ", difference to " + h.over
	}
	t.words(fmt.Sprintf("%s \\ %s", h.y.axis.title(), h.x.axis.title()), h.y.axis.Name, h.y.labels)
	columns := len(h.x.labels)
	texts := h.measure.texts(h.values())
	per := len(h.panels[k].cells)
	for c, label := range h.x.labels {
		var x []float64
		var text []string
		for row := range h.y.labels {
			x, text = append(x, h.panels[k].cells[row*columns+c]), append(text, texts[k*per+row*columns+c])
		}
		t.values(label, label, text, x)
	}
	return t
}

// failures are the reasons that points failed for, the most frequent first; nil
// when none failed.
func (s *Sweep) failures() *sheet {
	type reason struct {
		why   string
		n     int
		first int
	}
	var all []reason
	at := map[string]int{}
	for p, why := range s.Errs {
		if why == "" {
			continue
		}
		k, ok := at[why]
		if !ok {
			k = len(all)
			at[why], all = k, append(all, reason{why: why, first: p})
		}
		all[k].n++
	}
	if all == nil {
		return nil
	}
	slices.SortStableFunc(all, func(a, b reason) int { return b.n - a.n })
	t := &sheet{name: "failures", title: "Failed points", note: fmt.Sprintf("%s of %s failed; they are left out everywhere", draw.Count(s.Failed()), draw.Plural(s.Points(), "point", "points"))}
	const most = 50
	if len(all) > most {
		t.note += fmt.Sprintf("; the %d most frequent reasons of %s", most, draw.Count(len(all)))
		all = all[:most]
	}
	var n []float64
	var why, first []string
	for _, r := range all {
		n, why, first = append(n, float64(r.n)), append(why, draw.Clean(r.why, 300)), append(first, s.label(r.first))
	}
	t.number("Points", "points", n, func(x float64) string { return draw.Decimal(x, 0) })
	t.words("The first", "first", first)
	t.words("Reason", "reason", why)
	return t
}

// points is the table of all points, at most most of them, as they are in the sweep.
func (s *Sweep) pointsTable(most int) *sheet {
	n := min(most, s.Points())
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	t := &sheet{name: "points", title: "Points"}
	if n < s.Points() {
		t.note = fmt.Sprintf("The first %s of %s; all are in the sweep's table", draw.Count(n), draw.Count(s.Points()))
	}
	s.pointColumns(t, all)
	for _, m := range s.headline(8) {
		t.measure(m, all)
	}
	return t
}
