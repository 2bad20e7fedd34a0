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

var sweepKeys = []string{"policy", "axes", "points", "constraints"}

// How the points of a sweep are chosen; the full grid has no word of its own here.
const (
	latinHypercube = "latin_hypercube"
	randomPoints   = "random"
	listedPoints   = "list"
)

// Sweep is which points of one policy's parameters are to be run; see Plan.
type Sweep struct {
	Policy string
	Axes   []Axis // as written
	Sample string // "": the full grid; random, latin_hypercube, list
	Points int    // before constraints
	listed [][]int32
	rules  []rule
}

// Axis is one parameter of a sweep and its values, as With takes them.
type Axis struct {
	Name   string // as written: band, costs.0.rate
	Path   string // for With: policies.bands.band, costs.0.rate
	Values []string
	ranged string // from:to:step, tidied; "" for a list
	shape  card.Shape
	nodes  []*node // of a list
	what   axisKind
	knob   card.Knob // of the parameter; without Parse when it has none
	cost   int       // with costAxis: its place

	numbers []quantity // of the values, where they are some
	numeric []bool
}

// axisKind says what has to be made anew when an axis takes another value.
type axisKind uint8

const (
	policyAxis  axisKind = iota // a knob of the policy
	costAxis                    // a knob of a cost
	generalAxis                 // the experiment
)

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
	if points := n.get("points"); points != nil && points.kind == list {
		f.listPoints(c, n, points, s)
	} else {
		f.sweepAxes(c, n, s)
	}
	f.sweepRules(c, n.get("constraints"), s)
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
	taken, values := takenPaths{}, 0
	for i, k := range axes.keys {
		a, ok := f.newAxis(c, k, s.Policy, &taken)
		if !ok {
			continue
		}
		limit := MaxPoints / s.Points
		if s.Sample != "" {
			limit = MaxPoints - values // no grid: the axes need not multiply to the points
		}
		if a.fill(c, axes.items[i], limit) {
			s.Axes = append(s.Axes, a)
			values += len(a.Values)
			if s.Sample == "" {
				s.Points *= len(a.Values)
			}
		}
	}
	if s.Sample != "" && c.list.Err() == nil {
		s.warnOfRepeats(c, n.get("points"))
	}
}

// warnOfRepeats warns when more points are drawn than the axes have combinations.
func (s *Sweep) warnOfRepeats(c *checker, points *node) {
	grid := 1
	for _, a := range s.Axes {
		if grid *= max(1, len(a.Values)); grid >= s.Points {
			return
		}
	}
	c.warn(points.at, "E129", fmt.Sprintf("sweep.points: %d points are drawn, and the axes have %s", s.Points, plural(grid, "combination")), "drawn points repeat", "Leave points out: the grid has every combination once")
}

// takenPaths are the parameters that axes have, and what each axis is called.
type takenPaths []struct{ path, name string }

// take enters a path; other is the axis that has it already, or a part of it.
func (t *takenPaths) take(path, name string) (other string) {
	path = parameter(path)
	for _, x := range *t {
		if x.path == path || strings.HasPrefix(path, x.path+".") || strings.HasPrefix(x.path, path+".") {
			if !offsetOf(x.path, path) && !offsetOf(path, x.path) {
				return x.name
			}
		}
	}
	*t = append(*t, struct{ path, name string }{path, name})
	return ""
}

// offsetOf says whether a path is the offset of a schedule: the two go together.
func offsetOf(path, schedule string) bool { return path == schedule+".offset" }

// newAxis is the axis of a key of axes, without its values.
func (f *File) newAxis(c *checker, k key, policy string, taken *takenPaths) (a Axis, ok bool) {
	path, knob, ok := f.axisKnob(c, k, policy)
	if !ok {
		return a, false
	}
	if other := taken.take(path, k.text); other != "" {
		c.at(k.at, "E129", "sweep.axes: "+other+" and "+k.text+" are the same parameter", "an axis a parameter", "Keep one of the two")
		return a, false
	}
	a = Axis{Name: k.text, Path: path, knob: knob, shape: shapeOf(knob), what: generalAxis}
	switch parts := strings.Split(path, "."); {
	case path == "policies."+policy+"."+knob.Name && knob.Parse != nil:
		a.what = policyAxis
	case parts[0] == "costs" && len(parts) == 3 && knob.Parse != nil:
		a.what = costAxis
		a.cost, _ = strconv.Atoi(parts[1])
	}
	return a, true
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

// axisKnob finds the parameter that an axis names: a knob of the policy's own, one
// of any other part by its path, or any place of the experiment that takes a value;
// the last has no knob.
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
	own := "policies." + policy + "."
	first, _, _ := strings.Cut(k.text, ".")
	if knob, ok = knobOf(knobs, k.text); ok {
		path = own + k.text
	} else if knob, ok = f.knobAt(k.text); ok {
		path = k.text
	} else if _, part := knobOf(knobs, first); part && f.takes(own+k.text) {
		path, ok = own+k.text, true
	} else if f.takes(k.text) {
		path, ok = k.text, true
	}
	switch {
	case !ok:
		c.unknown(k.at, "sweep.axes: no parameter "+fault.Quote(k.text), k.text, sweepable(knobs), "parameters of "+p.Strategy+": ")
	case notSwept(path):
		c.at(k.at, "E129", "sweep.axes: "+k.text+" cannot be swept", "parameters of "+p.Strategy+": "+join3(sweepable(knobs)), "Sweep one of these")
	default:
		return path, knob, true
	}
	return "", knob, false
}

// swept are the sections of the file in which parameters may be swept.
var swept = []string{"data", "account", "targets", "target_schedule", "flows", "costs", "execution", "restrictions", "tax", "policies"}

// notSwept says whether a path names what is not a parameter of a run.
func notSwept(path string) bool {
	first, rest, _ := strings.Cut(path, ".")
	at := strings.LastIndexByte(path, '.')
	return !slices.Contains(swept, first) || first == "data" && (rest == "" || rest == "prices" || rest == "timezone" || rest == "duplicates" || rest == "null_values" || strings.HasPrefix(rest, "columns")) ||
		first == "policies" && path[at+1:] == "strategy"
}

// windowAxis is the name of the axis that moves data.start and data.end together.
const windowAxis = "data.window"

// takes says whether the file has a place for a value at a path: something is
// there, it is one of the sections, or it is the offset of a schedule.
func (f *File) takes(path string) bool {
	first, _, deeper := strings.Cut(path, ".")
	schedule, offset := strings.CutSuffix(path, ".offset")
	return path == windowAxis || f.root.find(path) != nil && path != "" || !deeper && slices.Contains(swept, first) && first != "policies" ||
		offset && (f.root.find(schedule) != nil || strings.HasSuffix(schedule, ".look"))
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
	if name, ok := strings.CutPrefix(path, "tax."); ok {
		var knobs []card.Knob
		for _, e := range taxKeys(&Tax{}) {
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
		i := slices.IndexFunc(entries, func(e entry) bool { return e.Name == first && e.read == nil })
		switch {
		case i < 0, deeper && entries[i].keys == nil:
			return card.Knob{}, false
		case !deeper:
			return entries[i].Knob, entries[i].keys == nil && entries[i].Parse != nil
		}
		entries, path = entries[i].keys, rest
	}
}

// sweepPoints reads how points are chosen.
func (f *File) sweepPoints(c *checker, n *node, s *Sweep) {
	points := n.get("points")
	s.Points = 1 // times the values of every axis
	if points == nil || points.kind == scalar && points.text == "grid" || points.kind == list {
		return
	}
	if !c.isMap(points, "grid, a list of points, or a map such as {sample: latin_hypercube, n: 500}") {
		return
	}
	var how uint8
	var count float64
	keys := []entry{
		{Knob: card.Choice(&how, "sample", "how points are drawn", latinHypercube, randomPoints), required: true},
		{Knob: card.Amount(&count, "n", "", "", "how many points", card.CountShape, 1, MaxPoints), code: "E128", required: true},
	}
	c.section(keys, points, points.path)
	if count != float64(int(count)) {
		c.at(points.get("n").at, "E105", "sweep.points.n: want a whole number", fmt.Sprintf("a sweep has 1 to %d points", MaxPoints), "Write how many points are drawn, such as 500")
	}
	s.Sample, s.Points = []string{latinHypercube, randomPoints}[how], max(1, int(count))
}
