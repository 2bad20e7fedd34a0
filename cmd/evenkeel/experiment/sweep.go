package experiment

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data/fault"
	"evenkeel/sim/card"
	"evenkeel/sim/cost"
	"evenkeel/strategies"
)

var sweepKeys = []string{"policy", "axes", "points", "constraints"}

// How the points of a sweep are chosen; the full grid has no word of its own here.
const (
	LatinHypercube = "latin_hypercube"
	RandomPoints   = "random"
	ListedPoints   = "list"
)

// Sweep is which points of one policy's parameters are to be run; see Plan.
type Sweep struct {
	Policy string
	Axes   []Axis // as written
	Sample string // "": the full grid; random, latin_hypercube, list
	Points int    // before constraints
	Listed [][]int32
	Rules  []rule
}

// Axis is one parameter of a sweep and its values, as With takes them.
type Axis struct {
	Name   string // as written: band, costs.0.rate
	Path   string // for With: policies.bands.band, costs.0.rate
	Values []string
	ranged string // from:to:step, tidied; "" for a list
	shape  card.Shape
	nodes  []*syntax.Node // of a list
	What   AxisKind
	Knob   card.Knob // of the parameter; without Parse when it has none
	Cost   int       // with costAxis: its place
}

// AxisKind describes what has to be made again when an axis takes another value.
type AxisKind uint8

const (
	PolicyAxis  AxisKind = iota // a knob of the policy
	CostAxis                    // a knob of a cost
	GeneralAxis                 // the experiment
)

// readSweep checks the points of a sweep: the policy is there, every axis names
// a parameter that may be swept, every value is one that the parameter takes.
func (f *File) readSweep(c *syntax.Checker, n *syntax.Node) {
	if n == nil || !c.IsMap(n, "a map with the keys "+strings.Join(sweepKeys, ", ")) {
		return
	}
	c.Keys(sweepKeys, n)
	s := &Sweep{}
	f.sweepPolicy(c, n, s)
	f.sweepPoints(c, n, s)
	if points := n.Get("points"); points != nil && points.Kind == syntax.List {
		f.listPoints(c, n, points, s)
	} else {
		f.sweepAxes(c, n, s)
	}
	f.sweepRules(c, n.Get("constraints"), s)
	f.Sweep = s
}

func (f *File) sweepPolicy(c *syntax.Checker, n *syntax.Node, s *Sweep) {
	policy := n.Get("policy")
	switch {
	case policy == nil:
		c.Missing(n.At, n.Path, "policy", "the policy whose parameters are swept")
	case policy.Kind != syntax.Scalar || policy.Null && policy.Text == "":
		c.Want(policy, "the name of a policy")
	default:
		if _, ok := f.Policy(policy.Text); !ok {
			c.Unknown(policy.At, "sweep.policy: no policy "+fault.Quote(policy.Text), policy.Text, f.policyNames(), "policies: ")
			return
		}
		s.Policy = policy.Text
	}
}

func (f *File) sweepAxes(c *syntax.Checker, n *syntax.Node, s *Sweep) {
	axes := n.Get("axes")
	if axes == nil {
		c.Missing(n.At, n.Path, "axes", "the parameters and their values: {band: 5%:50%:5%}")
		return
	}
	if !c.IsMap(axes, "a map of parameters and their values such as {band: 5%:50%:5%}") {
		return
	}
	if len(axes.Keys) == 0 {
		c.At(axes.At, fault.BadSweep, "sweep.axes: no axis", "a sweep has at least one", "Add one, such as band: 5%:50%:5%")
		return
	}
	taken, values := takenPaths{}, 0
	for i, k := range axes.Keys {
		a, ok := f.newAxis(c, k, s.Policy, &taken)
		if !ok {
			continue
		}
		limit := MaxPoints / s.Points
		if s.Sample != "" {
			limit = MaxPoints - values // no grid: the axes need not multiply to the points
		}
		if a.fill(c, axes.Items[i], limit) {
			s.Axes = append(s.Axes, a)
			values += len(a.Values)
			if s.Sample == "" {
				s.Points *= len(a.Values)
			}
		}
	}
	if s.Sample != "" && c.List.Err() == nil {
		s.warnOfRepeats(c, n.Get("points"))
	}
}

// warnOfRepeats warns when more points are drawn than the axes have combinations.
func (s *Sweep) warnOfRepeats(c *syntax.Checker, points *syntax.Node) {
	grid := 1
	for _, a := range s.Axes {
		if grid *= max(1, len(a.Values)); grid >= s.Points {
			return
		}
	}
	c.Warn(points.At, fault.BadSweep, fmt.Sprintf("sweep.points: %d points are drawn, and the axes have %s", s.Points, plural(grid, "combination")), "drawn points repeat", "Leave points out: the grid has every combination once")
}

// takenPaths are the parameters that axes have, and what each axis is called.
type takenPaths []struct{ path, name string }

// take enters a path; other is the axis that has it already, or a part of it.
func (t *takenPaths) take(path, name string, k card.Knob) (other string) {
	path = parameter(path, k)
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

// offsetOf reports whether a path is the offset of a schedule: the two go together.
func offsetOf(path, schedule string) bool { return path == schedule+".offset" }

// newAxis is the axis of a key of axes, without its values.
func (f *File) newAxis(c *syntax.Checker, k syntax.Key, policy string, taken *takenPaths) (a Axis, ok bool) {
	path, knob, ok := f.axisKnob(c, k, policy)
	if !ok {
		return a, false
	}
	if other := taken.take(path, k.Text, knob); other != "" {
		c.At(k.At, fault.BadSweep, "sweep.axes: "+other+" and "+k.Text+" are the same parameter", "an axis a parameter", "Keep one of the two")
		return a, false
	}
	a = Axis{Name: k.Text, Path: path, Knob: knob, shape: knob.Shape, What: GeneralAxis}
	switch parts := strings.Split(path, "."); {
	case path == "policies."+policy+"."+knob.Name && knob.Parse != nil:
		a.What = PolicyAxis
	case parts[0] == "costs" && len(parts) == 3 && knob.Parse != nil:
		a.What = CostAxis
		a.Cost, _ = strconv.Atoi(parts[1])
	}
	return a, true
}

// parameter is the path by which two axes are the same: a key that takes the place
// of another one is that one.
func parameter(path string, k card.Knob) string {
	if k.Instead != "" {
		return path[:strings.LastIndexByte(path, '.')+1] + k.Instead
	}
	return path
}

// axisKnob finds the parameter that an axis names: a knob of the policy's own, one
// of any other part by its path, or any place of the experiment that takes a value;
// the last has no knob.
func (f *File) axisKnob(c *syntax.Checker, k syntax.Key, policy string) (path string, knob card.Knob, ok bool) {
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
	first, _, _ := strings.Cut(k.Text, ".")
	if knob, ok = KnobOf(knobs, k.Text); ok {
		path = own + k.Text
	} else if knob, ok = f.knobAt(k.Text); ok {
		path = k.Text
	} else if _, part := KnobOf(knobs, first); part && f.takes(own+k.Text) {
		path, ok = own+k.Text, true
	} else if f.takes(k.Text) {
		path, ok = k.Text, true
	}
	switch {
	case !ok:
		c.Unknown(k.At, "sweep.axes: no parameter "+fault.Quote(k.Text), k.Text, sweepable(knobs), "parameters of "+p.Strategy+": ")
	case notSwept(path):
		c.At(k.At, fault.BadSweep, "sweep.axes: "+k.Text+" cannot be swept", "parameters of "+p.Strategy+": "+strings.Join(sweepable(knobs), ", "), "Sweep one of these")
	default:
		return path, knob, true
	}
	return "", knob, false
}

// swept are the sections of the file in which parameters may be swept.
var swept = []string{"data", "account", "targets", "target_schedule", "flows", "costs", "execution", "restrictions", "tax", "policies"}

// notSwept reports whether a path names what is not a parameter of a run.
func notSwept(path string) bool {
	first, rest, _ := strings.Cut(path, ".")
	at := strings.LastIndexByte(path, '.')
	return !slices.Contains(swept, first) || first == "data" && (rest == "" || rest == "prices" || rest == "timezone" || rest == "duplicates" || rest == "null_values" || strings.HasPrefix(rest, "columns")) ||
		first == "policies" && path[at+1:] == "strategy"
}

// windowAxis is the name of the axis that moves data.start and data.end together.
const windowAxis = "data.window"

// takes reports whether the file has a place for a value at a path: something is
// there, it is one of the sections, or it is the offset of a schedule.
func (f *File) takes(path string) bool {
	first, _, deeper := strings.Cut(path, ".")
	schedule, offset := strings.CutSuffix(path, ".offset")
	return path == windowAxis || f.root.Find(path) != nil && path != "" || !deeper && slices.Contains(swept, first) && first != "policies" ||
		offset && (f.root.Find(schedule) != nil || strings.HasSuffix(schedule, ".look"))
}

// KnobOf is the knob of a name.
func KnobOf(knobs []card.Knob, name string) (card.Knob, bool) {
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
		return KnobOf(knobs, name)
	}
	if rest, ok := strings.CutPrefix(path, "flows."); ok {
		at, name, _ := strings.Cut(rest, ".")
		i, err := strconv.Atoi(at)
		flows := f.root.Get("flows")
		if err != nil || flows == nil || i < 0 || i >= len(flows.Items) || flows.Items[i].Get(name) == nil {
			return card.Knob{}, false
		}
		var knobs []card.Knob
		for _, e := range flowKeys(&Flow{}) {
			knobs = append(knobs, e.Knob)
		}
		return KnobOf(knobs, name)
	}
	if name, ok := strings.CutPrefix(path, "tax."); ok {
		var knobs []card.Knob
		for _, e := range taxKeys(&Tax{}) {
			knobs = append(knobs, e.Knob)
		}
		return KnobOf(knobs, name)
	}
	if rest, ok := strings.CutPrefix(path, "policies."); ok {
		for _, p := range f.Policies {
			name, ok := strings.CutPrefix(rest, p.Name+".")
			plug, found := strategies.Catalog.Find(p.Strategy)
			if !ok || !found {
				continue
			}
			_, knobs := plug.New()
			if k, ok := KnobOf(knobs, name); ok {
				return k, true
			}
		}
		return card.Knob{}, false
	}
	twin := *f
	entries := twin.sections(&syntax.Checker{})
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
func (f *File) sweepPoints(c *syntax.Checker, n *syntax.Node, s *Sweep) {
	points := n.Get("points")
	s.Points = 1 // times the values of every axis
	if points == nil || points.Kind == syntax.Scalar && points.Text == "grid" || points.Kind == syntax.List {
		return
	}
	if !c.IsMap(points, "grid, a list of points, or a map such as {sample: latin_hypercube, n: 500}") {
		return
	}
	var how uint8
	var count float64
	keys := []entry{
		{Knob: card.Choice(&how, "sample", "how points are drawn", LatinHypercube, RandomPoints), required: true},
		{Knob: card.Amount(&count, "n", "", "", "how many points", card.CountShape, 1, MaxPoints), code: fault.TooManyPoints, required: true},
	}
	section(c, keys, points, points.Path)
	if count != float64(int(count)) {
		c.At(points.Get("n").At, fault.BadValue, "sweep.points.n: want a whole number", fmt.Sprintf("a sweep has 1 to %d points", MaxPoints), "Write how many points are drawn, such as 500")
	}
	s.Sample, s.Points = []string{LatinHypercube, RandomPoints}[how], max(1, int(count))
}
