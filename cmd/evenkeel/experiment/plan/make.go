package plan

import (
	"errors"
	"math"
	"slices"
	"strings"

	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim"
	"evenkeel/sim/card"
	"evenkeel/sim/cost"
	"evenkeel/sim/metric"
	"evenkeel/sim/sweep"
	"evenkeel/strategies"
)

// group is what points with the same values of the general axes share: the
// experiment bound to its prices. It does not change.
type group struct {
	key       uint64
	x         *experiment.Experiment
	policy    int // place of the swept policy in x
	reference []float64
	sum       sum128 // see ids
	err       error
}

// panelKey is the prices of an experiment: the same ones have one panel.
type panelKey struct {
	from        *data.Panel
	first, last data.Date
	sessions    int
	symbols     string
	made        string // what the file makes of prices: currencies, dividends, lives
}

// maxGroups is how many groups are kept; beyond it the oldest are made again when
// they are met again.
const maxGroups = 256

// key is the number of a point's group.
func (p *Plan) key(at []int32) (key uint64) {
	for _, i := range p.slow {
		key = key*uint64(len(p.axes[i].Values)) + uint64(at[i])
	}
	return key
}

// sumAt is the sum of a point's group, whether the group is still there or not.
func (p *Plan) sumAt(at []int32) sum128 {
	p.mu.Lock()
	sum, ok := p.sums[p.key(at)]
	p.mu.Unlock()
	if ok {
		return sum
	}
	return p.group(at).sum
}

// group finds or makes the group of a point.
func (p *Plan) group(at []int32) *group {
	key := p.key(at)
	p.mu.Lock()
	g := p.groups[key]
	p.mu.Unlock()
	if g != nil {
		return g
	}
	g = p.newGroup(key, at)
	p.mu.Lock()
	defer p.mu.Unlock()
	if other := p.groups[key]; other != nil {
		return other // another worker was faster
	}
	if len(p.oldest) == maxGroups {
		delete(p.groups, p.oldest[0])
		p.oldest = p.oldest[1:]
	}
	p.groups[key], p.oldest = g, append(p.oldest, key)
	p.sums[key] = g.sum
	return g
}

// newGroup resolves the experiment at the general axes of a point and binds it.
func (p *Plan) newGroup(key uint64, at []int32) *group {
	g := &group{key: key, policy: -1}
	f, err := p.resolve(at)
	if err != nil {
		g.err = inWords(err)
		g.sum = p.unresolved(at)
		return g
	}
	g.sum = p.ids.of(f)
	panel, err := p.prices(f)
	if err != nil {
		g.err = inWords(err)
		return g
	}
	if g.x, err = f.Bind(panel); err != nil {
		g.err = inWords(err)
		return g
	}
	g.x.Panel = p.shared(f, panel, g.x.Panel)
	g.policy = slices.IndexFunc(g.x.Policies, func(q experiment.Policy) bool { return q.Name == p.sweep.Policy })
	if g.reference = g.x.Reference; g.reference == nil {
		g.reference = metric.MandateReturns(g.x.Panel, g.x.Mandate(nil))
	}
	return g
}

// resolve puts the values of the general axes of a point in their places, all at
// once: a start beyond the file's end is right beside a later end. An offset is
// of the schedule that the others have left.
func (p *Plan) resolve(at []int32) (*experiment.File, error) {
	f := p.file
	for _, offsets := range []bool{false, true} {
		var all []experiment.Change
		for _, i := range p.slow {
			if a := &p.axes[i]; strings.HasSuffix(a.Path, ".offset") == offsets {
				all = append(all, a.Changes(f, int(at[i]))...)
			}
		}
		if len(all) == 0 {
			continue
		}
		g, err := f.WithAll(all...)
		if err != nil {
			return nil, err
		}
		f = g
	}
	return f, nil
}

// unresolved stands for the parameters of a point that cannot be put together.
func (p *Plan) unresolved(at []int32) sum128 {
	sum := p.ids.base
	for _, i := range p.slow {
		sum = sum.plus(hashOf(p.axes[i].Path, p.axes[i].Text(int(at[i]))))
	}
	return sum
}

// shared is the panel that all groups with these prices have, so that their points
// run side by side.
func (p *Plan) shared(f *experiment.File, from, panel *data.Panel) *data.Panel {
	key := panelKey{from, panel.Date(0), panel.Date(panel.Sessions() - 1), panel.Sessions(), strings.Join(panel.Symbols(), "\n"), f.Pricing()}
	p.mu.Lock()
	defer p.mu.Unlock()
	if known := p.panels[key]; known != nil {
		return known
	}
	if len(p.panels) >= maxGroups {
		clear(p.panels)
	}
	p.panels[key] = panel
	return panel
}

// inWords is the reason of a failed point: the findings on one line, without the
// source around them.
func inWords(err error) error {
	list := fault.Of(err)
	if list == nil {
		return err
	}
	var parts []string
	for _, f := range list {
		if f.Warning {
			continue
		}
		f.Excerpt, f.File = "", ""
		if !strings.HasPrefix(f.Place, `column "`) { // which may be an asset
			f.Place = ""
		}
		parts = append(parts, strings.TrimPrefix(f.Error(), "error "))
	}
	const most = 3
	if len(parts) > most {
		parts = append(parts[:most], "...")
	}
	return errors.New(strings.Join(parts, "; "))
}

// Maker makes the accounts of points for one worker.
func (p *Plan) Maker() sweep.Maker {
	return &maker{plan: p, cur: cursor{at: make([]int32, len(p.axes))}}
}

type maker struct {
	plan  *Plan
	cur   cursor
	slots [sim.MaxLanes]slots
	last  *group
	near  []int // scratch of Affinity
}

// slots are the instances of one lane by group, most recently used first.
type slots []*slot

// maxSlots is how many groups a lane keeps instances for.
const maxSlots = 16

// slot is one account's own instances: a strategy and the costs that axes change,
// with the knobs that set them.
type slot struct {
	group   *group
	made    strategies.Strategy
	mandate *sim.Mandate
	axes    []setter // by axis; of general ones nothing
	costs   []cost.Cost
	twin    *slot        // the same account trading free; nil: not asked for
	hold    *sim.Mandate // the account bought and held; nil: not asked for
	err     error
}

// setter sets one parameter of an instance.
type setter struct {
	knob   card.Knob
	stores []func() // by value; nil until first used, or always for long axes
}

// keptStores is up to how many values of an axis keep their stores.
const keptStores = 1 << 12

func (m *maker) group(point int) *group {
	m.cur.seek(m.plan, point)
	if len(m.plan.slow) == 0 && m.last != nil {
		return m.last
	}
	m.last = m.plan.group(m.cur.at)
	return m.last
}

// Affinity puts the looks of a point first, then what is near in the policy's other
// parameters.
func (m *maker) Affinity(point int) uint64 {
	m.cur.seek(m.plan, point)
	looks := uint64(0)
	m.near = m.near[:0]
	for i := range m.plan.axes {
		switch a := &m.plan.axes[i]; {
		case strings.HasSuffix(a.Path, "look") || strings.HasSuffix(a.Path, ".offset"):
			looks = looks*uint64(len(a.Values)) + uint64(m.cur.at[i])
		case a.What == experiment.PolicyAxis:
			m.near = append(m.near, int(m.cur.at[i]))
		}
	}
	return looks<<32 | sweep.Near(m.near...)&(1<<32-1)
}

// Panel is the prices of a point.
func (m *maker) Panel(point int) (*data.Panel, error) {
	g := m.group(point)
	if g.err != nil {
		return nil, g.err
	}
	return g.x.Panel, nil
}

// Account sets a slot to a point.
func (m *maker) Account(i, point int) (sweep.Account, error) {
	g := m.group(point)
	if g.err != nil {
		return sweep.Account{}, g.err
	}
	s := m.slots[i].of(g)
	if s == nil {
		s = m.plan.newSlot(g)
		m.slots[i] = slices.Insert(m.slots[i], 0, s)[:min(len(m.slots[i])+1, maxSlots)]
	}
	if s.err != nil {
		return sweep.Account{}, s.err
	}
	if err := s.set(m.plan, m.cur.at); err != nil {
		return sweep.Account{}, err
	}
	a := sweep.Account{Mandate: s.mandate, Reference: g.reference, PeriodsPerYear: g.x.PeriodsPerYear, RiskFree: g.x.RiskFree, Against: s.hold}
	if s.twin != nil {
		a.Twin = s.twin.mandate
		if g.x.File.Reference == experiment.ZeroCostTwin {
			a.Against = a.Twin
		}
	}
	return a, nil
}

func (s slots) of(g *group) *slot {
	for i, x := range s {
		if x.group == g {
			copy(s[1:i+1], s[:i])
			s[0] = x
			return x
		}
	}
	return nil
}

// Memory is about how many bytes a run on a number of workers takes beside the
// prices: runners, the instances of their lanes, the values of axes.
func (p *Plan) Memory(panel *data.Panel, workers int) int64 {
	sessions, assets := int64(panel.Sessions()), int64(panel.Assets())
	runner := sim.MaxLanes * (3*sessions + 40*assets) * 8
	groups := int64(1)
	for _, i := range p.slow {
		groups = min(groups*int64(len(p.axes[i].Values)), math.MaxInt32)
	}
	values := int64(0)
	for i := range p.axes {
		values += int64(len(p.axes[i].Values))
	}
	shared := min(groups, maxGroups) * (sessions*8 + 100<<10)
	own := int64(workers) * (runner*min(groups+1, 8) + min(groups, maxSlots)*sim.MaxLanes*(assets*1<<10+min(values, 16*keptStores)*64))
	return shared + own + values*256
}
