package plan

import (
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim/sweep"
)

// Plan is the points of a sweep, in order: those of the grid, the last axis
// fastest, or as listed or drawn, without those that break a constraint. Points
// are made when they are asked for; a plan of a million takes no more memory than
// the values of its axes. It is shared by all workers.
type Plan struct {
	file    *experiment.File // without its sweep
	sweep   *experiment.Sweep
	axes    []experiment.Axis
	numbers []numbers // by axis
	slow    []int     // general axes, in order
	rank    []int32   // raw place of every rankStep-th point; nil: all are kept
	kept    int
	twins   bool // every account has one that trades free beside it

	prices Prices
	mu     sync.Mutex
	groups map[uint64]*group
	oldest []uint64 // of groups, oldest first
	panels map[panelKey]*data.Panel
	sums   map[uint64]sum128 // of groups, see ids; kept when the group is not
	ids    ids
}

// Prices reads the prices of an experiment: those of its period and symbols, or
// more. It may be called by several workers at once.
type Prices func(f *experiment.File) (*data.Panel, error)

const rankStep = 1 << 10

// New makes the points of a file's sweep. Files that the experiment names must
// have been read (Load). The error is a fault.List: values that cannot be put in
// place, or constraints that leave no point.
func New(f *experiment.File, prices Prices) (*Plan, error) {
	if f.Sweep == nil {
		return nil, fault.One(fault.Finding{Code: fault.KeyMissing, File: f.Path(), What: `key "sweep" is missing`, Rule: "a sweep runs one policy over values of its parameters", Remedy: "Add it: sweep: {policy: NAME, axes: {band: 5%:50%:5%}}"})
	}
	bare, err := f.Without("sweep")
	if err != nil {
		return nil, err
	}
	p := &Plan{file: bare, sweep: f.Sweep, axes: slices.Clone(f.Sweep.Axes), prices: prices, groups: map[uint64]*group{}, sums: map[uint64]sum128{}, panels: map[panelKey]*data.Panel{}}
	p.measure()
	p.order()
	if err := p.place(); err != nil {
		return nil, err
	}
	p.ids = newIDs(bare, p.axes, f.Sweep.Policy)
	return p, p.count(f)
}

// order finds the general axes. A schedule whose offset is an axis is one of them,
// and comes before its offset.
func (p *Plan) order() {
	var last []int
	for i, a := range p.axes {
		if schedule, ok := strings.CutSuffix(a.Path, ".offset"); ok {
			last = append(last, i)
			if k := slices.IndexFunc(p.axes, func(b experiment.Axis) bool { return b.Path == schedule }); k >= 0 {
				p.axes[k].What = experiment.GeneralAxis
			}
		}
	}
	for i, a := range p.axes {
		if a.What == experiment.GeneralAxis && !slices.Contains(last, i) {
			p.slow = append(p.slow, i)
		}
	}
	p.slow = append(p.slow, last...)
}

// maxTried is how many values of an axis are tried out one by one before the work
// starts; an axis that is not alone is tried with its first value only, for what
// it needs of the others is not known.
const maxTried = 1_000

// place tries whether values of general axes can be put in their places.
func (p *Plan) place() error {
	if len(p.slow) != 1 {
		return nil
	}
	var wrong fault.List
	a := &p.axes[p.slow[0]]
	for k := range min(len(a.Values), maxTried) {
		if _, err := p.file.WithAll(a.Changes(p.file, k)...); err != nil {
			if fault.Of(err) == nil {
				return err
			}
			wrong = append(wrong, fault.Of(err)...)
		}
	}
	return wrong.Err()
}

// Len is the number of points.
func (p *Plan) Len() int { return p.kept }

// LeftOut is how many points break a constraint.
func (p *Plan) LeftOut() int { return p.sweep.Points - p.kept }

// RunTwins makes every account have one beside it that trades free, for the cost
// drag. It is called before anything runs.
func (p *Plan) RunTwins() { p.twins = true }

// Axes are the parameters, in the order of their columns.
func (p *Plan) Axes() []experiment.Axis { return p.axes }

// Policy is the name of the policy that is swept.
func (p *Plan) Policy() string { return p.sweep.Policy }

// count finds the points that keep the constraints.
func (p *Plan) count(f *experiment.File) error {
	p.kept = p.sweep.Points
	if len(p.sweep.Rules) == 0 {
		return nil
	}
	p.kept = 0
	at := make([]int32, len(p.axes))
	for raw := range p.sweep.Points {
		p.digits(raw, at)
		if !p.keeps(at) {
			continue
		}
		if p.kept%rankStep == 0 {
			p.rank = append(p.rank, int32(raw))
		}
		p.kept++
	}
	if p.kept == p.sweep.Points {
		p.rank = nil
	}
	if p.kept == 0 {
		return fault.One(fault.Finding{Code: fault.BadSweep, File: f.Path(), Place: "sweep", What: "every point breaks a constraint", Rule: p.sweep.Rules[0].Text, Remedy: "Change the axes or the constraints"})
	}
	return nil
}

// keeps reports whether a point keeps all constraints.
func (p *Plan) keeps(at []int32) bool {
	for i := range p.sweep.Rules {
		r := &p.sweep.Rules[i]
		a, ok := p.side(&r.Left, at)
		b, good := p.side(&r.Right, at)
		if ok && good && !r.Holds(a, b) {
			return false
		}
	}
	return true
}

func (p *Plan) side(o *experiment.Operand, at []int32) (experiment.Quantity, bool) {
	if o.Axis < 0 {
		return o.Fixed, true
	}
	return p.numbers[o.Axis].at(int(at[o.Axis]))
}

// numbers are the values of an axis as quantities, where they are some.
type numbers struct {
	quantities []experiment.Quantity
	some       []bool
}

// measure reads the values of the axes as quantities.
func (p *Plan) measure() {
	p.numbers = make([]numbers, len(p.axes))
	for i := range p.axes {
		a := &p.axes[i]
		n := numbers{make([]experiment.Quantity, len(a.Values)), make([]bool, len(a.Values))}
		for k := range a.Values {
			n.quantities[k], n.some[k] = a.Quantity(k)
		}
		p.numbers[i] = n
	}
}

// at is a value of the axis as a quantity, when it is one.
func (n *numbers) at(k int) (experiment.Quantity, bool) { return n.quantities[k], n.some[k] }

// digits are the places of a point's values on its axes, raw counting points
// before constraints.
func (p *Plan) digits(raw int, at []int32) {
	switch p.sweep.Sample {
	case experiment.ListedPoints:
		copy(at, p.sweep.Listed[raw])
	case experiment.RandomPoints, experiment.LatinHypercube:
		for i := range at {
			at[i] = int32(p.draw(raw, i))
		}
	default:
		for i := len(at) - 1; i >= 0; i-- {
			n := len(p.axes[i].Values)
			at[i] = int32(raw % n)
			raw /= n
		}
	}
}

// cursor finds points one after another.
type cursor struct {
	point, raw int
	at         []int32 // places of the values of the point
	some       bool
}

// seek goes to a point.
func (c *cursor) seek(p *Plan, point int) {
	if c.some && c.point == point {
		return
	}
	if p.rank == nil {
		c.point, c.raw, c.some = point, point, true
		p.digits(point, c.at)
		return
	}
	if base := point / rankStep * rankStep; !c.some || point < c.point || base > c.point {
		c.point, c.raw, c.some = base, int(p.rank[base/rankStep]), true
	}
	p.digits(c.raw, c.at)
	for c.point < point {
		for c.raw++; ; c.raw++ {
			if p.digits(c.raw, c.at); p.keeps(c.at) {
				break
			}
		}
		c.point++
	}
}

// Rows is a reader of the plan's points.
func (p *Plan) Rows() sweep.Rows { return &rows{p, cursor{at: make([]int32, len(p.axes))}} }

type rows struct {
	plan *Plan
	cur  cursor
}

// Point is a point; its slices are valid until the next call.
func (r *rows) Point(point int) sweep.Row {
	r.cur.seek(r.plan, point)
	return sweep.Row{At: r.cur.at, ID: r.plan.id(r.cur.at)}
}

// id is the point's name: a hash of its resolved parameters that depends neither
// on the other points nor on how the parameters were given.
func (p *Plan) id(at []int32) string {
	sum := p.ids.base
	if len(p.slow) > 0 {
		sum = p.sumAt(at)
	}
	for i := range p.axes {
		if p.axes[i].What != experiment.GeneralAxis {
			sum = sum.plus(p.ids.value(&p.axes[i], i, int(at[i])))
		}
	}
	var b [16]byte
	for i := range 8 {
		b[i], b[8+i] = byte(sum.hi>>(56-8*i)), byte(sum.lo>>(56-8*i))
	}
	return hex.EncodeToString(b[:12])
}

// Columns are the axes as columns of a table. An axis whose name is one of taken
// is named by its path.
func (p *Plan) Columns(taken func(name string) bool) []sweep.Column {
	out := make([]sweep.Column, len(p.axes))
	for i := range p.axes {
		a := &p.axes[i]
		c := sweep.Column{Name: a.Name}
		if taken(a.Name) {
			c.Name = a.Path
		}
		n := &p.numbers[i]
		switch n.unit() {
		case "":
			for k := range a.Values {
				q, _ := n.at(k)
				c.Numbers = append(c.Numbers, q.X)
			}
		case "date":
			for k := range a.Values {
				q, _ := n.at(k)
				c.Days = append(c.Days, data.Date(q.X))
			}
		default:
			for k := range a.Values {
				c.Texts = append(c.Texts, a.Text(k))
			}
		}
		out[i] = c
	}
	return out
}

// unit is what all values of an axis are measured in, "text" when they are not.
func (n *numbers) unit() string {
	for k := range n.some {
		q, ok := n.at(k)
		first, _ := n.at(0)
		if !ok || q.Unit != first.Unit || q.Unit != "" && q.Unit != "date" || math.IsInf(q.X, 0) {
			return "text"
		}
	}
	q, _ := n.at(0)
	return q.Unit
}

var _ sweep.Points = (*Plan)(nil)

// describe is a point in words, for messages.
func (p *Plan) describe(at []int32) string {
	text := ""
	for i := range p.axes {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%s %s", p.axes[i].Name, p.axes[i].Values[at[i]])
	}
	return text
}
