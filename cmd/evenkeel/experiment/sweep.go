package experiment

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"evenkeel/data/fault"
	"evenkeel/sim/card"
	"evenkeel/sim/cost"
	"evenkeel/strategies"
)

var sweepKeys = []string{"policy", "axes", "points"}

const latinHypercube = "latin_hypercube"

// readSweep checks the points of a sweep: the policy is there, every axis names
// a parameter that may be swept, every value is one that the parameter takes.
func (f *File) readSweep(c *checker, n *node) {
	if n == nil || !c.isMap(n, "a map with the keys "+join3(sweepKeys)) {
		return
	}
	var keys []entry
	for _, name := range sweepKeys {
		keys = append(keys, entry{Knob: card.Knob{Name: name}})
	}
	c.keys(keys, n)
	s := &Sweep{}
	f.sweepPolicy(c, n, s)
	f.sweepPoints(c, n, s)
	f.sweepAxes(c, n, s)
	f.Sweep = s
}

func (f *File) sweepPolicy(c *checker, n *node, s *Sweep) {
	policy := n.get("policy")
	switch {
	case policy == nil:
		c.missing(n.at, n.path, "policy", "the policy whose parameters are swept")
	case policy.kind != scalar || policy.null && policy.text == "":
		c.want(policy, "the name of a policy")
	default:
		if _, ok := f.Policy(policy.text); !ok {
			c.unknown(policy.at, "sweep.policy: no policy "+fault.Quote(policy.text), policy.text, f.policyNames(), "policies: ")
			return
		}
		s.Policy = policy.text
	}
}

func (f *File) sweepAxes(c *checker, n *node, s *Sweep) {
	axes := n.get("axes")
	if axes == nil {
		c.missing(n.at, n.path, "axes", "the parameters and their values: {band: 5%:50%:5%}")
		return
	}
	if !c.isMap(axes, "a map of parameters and their values such as {band: 5%:50%:5%}") {
		return
	}
	if len(axes.keys) == 0 {
		c.at(axes.at, "E129", "sweep.axes: no axis", "a sweep has at least one", "Add one, such as band: 5%:50%:5%")
		return
	}
	paths, values := map[string]string{}, 0
	for i, k := range axes.keys {
		path, knob, ok := f.axisKnob(c, k, s.Policy)
		if !ok {
			continue
		}
		if other, twice := paths[parameter(path)]; twice {
			c.at(k.at, "E129", "sweep.axes: "+other+" and "+k.text+" are the same parameter", "", "Keep one of the two")
			continue
		}
		paths[parameter(path)] = k.text
		a := Axis{Name: k.text, Path: path, shape: shapeOf(knob)}
		limit := MaxPoints / s.Points
		if s.Sample != "" {
			limit = MaxPoints - values // no grid: the axes need not multiply to the points
		}
		if a.fill(c, knob, axes.items[i], limit) {
			s.Axes = append(s.Axes, a)
			values += len(a.Values)
			if s.Sample == "" {
				s.Points *= len(a.Values)
			}
		}
	}
}

// parameter is the path by which two axes are the same: keys that take the place
// of another one are that one.
func parameter(path string) string {
	at := strings.LastIndexByte(path, '.')
	for _, i := range instead {
		if path[at+1:] == i.key && strings.HasPrefix(path, "policies.") {
			return path[:at+1] + i.of
		}
	}
	return path
}

// axisKnob finds the knob that an axis names: one of the policy's own, or any
// other by its path.
func (f *File) axisKnob(c *checker, k key, policy string) (path string, knob card.Knob, ok bool) {
	if policy == "" {
		return "", knob, false
	}
	p, _ := f.Policy(policy)
	if p.Strategy == "" {
		return "", knob, false
	}
	plug, _ := strategies.Catalog.Find(p.Strategy)
	_, knobs := plug.New()
	words := sweepable(knobs)
	if knob, ok = knobOf(knobs, k.text); ok {
		path = "policies." + policy + "." + k.text
	} else if knob, ok = f.knobAt(k.text); ok {
		path = k.text
	}
	switch {
	case !ok:
		c.unknown(k.at, "sweep.axes: no parameter "+fault.Quote(k.text), k.text, words, "parameters of "+p.Strategy+": ")
	case !knob.Sweep:
		c.at(k.at, "E129", "sweep.axes: "+k.text+" cannot be swept", "parameters of "+p.Strategy+": "+join3(words), "")
	default:
		return path, knob, true
	}
	return "", knob, false
}

func knobOf(knobs []card.Knob, name string) (card.Knob, bool) {
	i := slices.IndexFunc(knobs, func(k card.Knob) bool { return k.Name == name })
	if i < 0 {
		return card.Knob{}, false
	}
	return knobs[i], true
}

func sweepable(knobs []card.Knob) []string {
	var out []string
	for _, k := range knobs {
		if k.Sweep {
			out = append(out, k.Name)
		}
	}
	return out
}

// knobAt finds the knob of a path such as costs.0.rate, policies.bands.band or
// account.cash. It reads into a copy: nothing of f changes.
func (f *File) knobAt(path string) (card.Knob, bool) {
	if rest, ok := strings.CutPrefix(path, "costs."); ok {
		at, name, _ := strings.Cut(rest, ".")
		i, err := strconv.Atoi(at)
		if err != nil || i < 0 || i >= len(f.Costs) {
			return card.Knob{}, false
		}
		plug, _ := cost.Catalog.Find(f.Costs[i].Model)
		_, knobs := plug.New()
		return knobOf(knobs, name)
	}
	if rest, ok := strings.CutPrefix(path, "flows."); ok {
		at, name, _ := strings.Cut(rest, ".")
		i, err := strconv.Atoi(at)
		flows := f.root.get("flows")
		if err != nil || flows == nil || i < 0 || i >= len(flows.items) || flows.items[i].get(name) == nil {
			return card.Knob{}, false
		}
		var knobs []card.Knob
		for _, e := range flowKeys(&Flow{}) {
			knobs = append(knobs, e.Knob)
		}
		return knobOf(knobs, name)
	}
	if rest, ok := strings.CutPrefix(path, "policies."); ok {
		for _, p := range f.Policies {
			name, ok := strings.CutPrefix(rest, p.Name+".")
			plug, found := strategies.Catalog.Find(p.Strategy)
			if !ok || !found {
				continue
			}
			_, knobs := plug.New()
			if k, ok := knobOf(knobs, name); ok {
				return k, true
			}
		}
		return card.Knob{}, false
	}
	twin := *f
	entries := twin.sections(&checker{})
	for {
		first, rest, deeper := strings.Cut(path, ".")
		i := slices.IndexFunc(entries, func(e entry) bool { return e.Name == first && !e.known && e.read == nil })
		switch {
		case i < 0, deeper && entries[i].keys == nil:
			return card.Knob{}, false
		case !deeper:
			return entries[i].Knob, entries[i].keys == nil
		}
		entries, path = entries[i].keys, rest
	}
}

// fill reads the values of an axis, at most limit of them.
func (a *Axis) fill(c *checker, knob card.Knob, n *node, limit int) bool {
	switch {
	case n.kind == list && len(n.items) == 0:
		c.at(n.at, "E129", n.path+": no values", "an axis has at least one", "")
	case n.kind == list && len(n.items) > limit:
		a.tooMany(c, n, float64(len(n.items)))
	case n.kind == list:
		return a.fillList(c, knob, n)
	case n.kind == scalar && !n.null && isSpan(n.text):
		return a.fillSpan(c, knob, n, limit)
	default:
		c.want(n, "a list of values such as [5%, 10%], or a range from:to:step")
	}
	return false
}

func (a *Axis) tooMany(c *checker, n *node, count float64) {
	c.at(n.at, "E128", fmt.Sprintf("%s: %.0f values are too many", n.path, count), fmt.Sprintf("a sweep has at most %d points, all axes multiplied (or values, when points are drawn)", MaxPoints), "Take larger steps, or fewer axes")
}

func (a *Axis) fillList(c *checker, knob card.Knob, n *node) bool {
	ok, seen := true, map[string]bool{}
	for _, item := range n.items {
		if _, good := c.knob(knob, item, codeOf(knob, "E129")); !good {
			ok = false
			continue
		}
		tidy := string(toJSON((&File{}).canonValue(a.shape, item)))
		if seen[tidy] {
			c.at(item.at, "E129", n.path+": value "+item.inline()+" twice", "the values of an axis differ", "Keep one of the two")
			ok = false
			continue
		}
		seen[tidy] = true
		a.Values, a.nodes = append(a.Values, item.inline()), append(a.nodes, item)
	}
	return ok
}

func (a *Axis) fillSpan(c *checker, knob card.Knob, n *node, limit int) bool {
	s, err := parseSpan(n.text)
	switch {
	case err != nil && strings.Contains(err.Error(), "the limit is"):
		c.at(n.at, "E128", n.path+": the range "+fault.Quote(n.text)+": "+err.Error(), "", "Take larger steps")
		return false
	case err != nil:
		c.at(n.at, "E129", n.path+": the range "+fault.Quote(n.text)+": "+err.Error(), "from:to:step, the end included", "")
		return false
	case s.count > limit:
		a.tooMany(c, n, float64(s.count))
		return false
	}
	item := &node{at: n.at, path: n.path}
	a.Values = s.values()
	for _, v := range a.Values {
		item.text = v
		if _, err := knob.Parse(card.Value{Path: n.path, Text: v}); err != nil {
			c.problem(knob, item, err, codeOf(knob, "E129"))
			return false
		}
	}
	a.ranged = s.tidy(a.shape != amountShape)
	return true
}

// sweepPoints reads how points are chosen.
func (f *File) sweepPoints(c *checker, n *node, s *Sweep) {
	points := n.get("points")
	s.Points = 1 // times the values of every axis
	if points == nil || points.kind == scalar && points.text == "grid" {
		return
	}
	if !c.isMap(points, "grid, or a map such as {sample: latin_hypercube, n: 500}") {
		return
	}
	var how uint8
	var count float64
	keys := []entry{
		{Knob: card.Choice(&how, "sample", "how points are drawn", latinHypercube), required: true},
		{Knob: card.Amount(&count, "n", "", "", "how many points", card.CountShape, 1, MaxPoints), code: "E128", required: true},
	}
	c.section(keys, points, points.path)
	if count != float64(int(count)) {
		c.at(points.get("n").at, "E105", "sweep.points.n: want a whole number", "", "")
	}
	s.Sample, s.Points = latinHypercube, max(1, int(count))
}

// inline is the node as one line of YAML.
func (n *node) inline() string {
	switch n.kind {
	case list:
		var parts []string
		for _, item := range n.items {
			parts = append(parts, item.inline())
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case mapping:
		var parts []string
		for i, k := range n.keys {
			parts = append(parts, plain(k.text)+": "+n.items[i].inline())
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return plain(n.text)
}

// plain is a text as YAML: itself when it is one word, otherwise in quotes.
func plain(text string) string {
	safe := text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_%./ -") == "" &&
		!strings.HasPrefix(text, "-") && !strings.HasPrefix(text, "%") && strings.TrimSpace(text) == text
	if safe || strings.HasPrefix(text, "-") && len(text) > 1 && strings.Trim(text[1:], "0123456789.%") == "" {
		return text
	}
	return strings.TrimRight(string(toJSON(text)), "\n")
}
