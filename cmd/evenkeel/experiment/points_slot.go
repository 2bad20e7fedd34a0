package experiment

import (
	"errors"
	"slices"

	"evenkeel/sim/card"
	"evenkeel/sim/cost"
	"evenkeel/strategies"
)

// newSlot makes the instances of a lane for a group, and of what runs beside it.
func (p *Plan) newSlot(g *group) *slot {
	s := p.instances(g)
	reference := g.x.File.Reference
	if p.twins || reference == ZeroCostTwin {
		s.twin = p.instances(g)
		free := *s.twin.mandate.Terms
		free.Costs = nil
		s.twin.mandate.Terms, s.twin.costs = &free, nil
	}
	if reference == BuyAndHold {
		s.hold = g.x.Mandate(strategies.NewBuyAndHold())
		s.hold.Terms = s.mandate.Terms
	}
	return s
}

// instances are a group's policy and the costs that axes change.
func (p *Plan) instances(g *group) *slot {
	s := &slot{group: g, axes: make([]setter, len(p.axes))}
	f := g.x.File
	c := &checker{name: f.path, lines: f.lines}
	entry, _ := f.Policy(p.sweep.Policy)
	var knobs []card.Knob
	s.made, knobs = f.newStrategy(c, entry)
	s.mandate = g.x.Mandate(s.made)
	made := map[int]bool{}
	for i := range p.axes {
		switch a := &p.axes[i]; a.what {
		case policyAxis:
			s.axes[i].knob, _ = knobOf(knobs, a.knob.Name)
		case costAxis:
			if !made[a.cost] {
				made[a.cost] = true
				s.ownCost(f, c, p, a.cost)
			}
		}
	}
	if err := c.sorted().Err(); err != nil {
		s.err = inWords(err)
	}
	return s
}

// newStrategy is the strategy of a policy with its knobs, at the values of the file.
func (f *File) newStrategy(c *checker, e PolicyEntry) (strategies.Strategy, []card.Knob) {
	plug, _ := strategies.Catalog.Find(e.Strategy)
	made, knobs := plug.New()
	c.plug(knobs, e.node, "strategy", "E105")
	for _, file := range made.Files() {
		if t := f.table(signalFile, file.Path); t != nil {
			file.Dates = t.signal.dates
		}
	}
	return made, knobs
}

// ownCost gives the slot a cost of its own in place of the shared one.
func (s *slot) ownCost(f *File, c *checker, p *Plan, place int) {
	if s.mandate.Terms == s.group.x.Terms {
		terms := *s.group.x.Terms
		terms.Costs = slices.Clone(terms.Costs)
		s.mandate.Terms = &terms
	}
	e := f.Costs[place]
	plug, _ := cost.Catalog.Find(e.Model)
	made, knobs := plug.New()
	c.plug(knobs, e.node, "model", "E126")
	s.mandate.Terms.Costs[place] = made
	s.costs = append(s.costs, made)
	for i := range p.axes {
		if a := &p.axes[i]; a.what == costAxis && a.cost == place {
			s.axes[i].knob, _ = knobOf(knobs, a.knob.Name)
		}
	}
}

// set stores the values of a point and binds what they changed.
func (s *slot) set(p *Plan, at []int32) error {
	if s.twin != nil {
		if err := s.twin.set(p, at); err != nil {
			return err
		}
	}
	for i := range s.axes {
		if p.axes[i].what == generalAxis {
			continue
		}
		if err := s.axes[i].set(&p.axes[i], int(at[i])); err != nil {
			return err
		}
	}
	x := s.group.x
	for _, made := range s.costs {
		if checked, ok := made.(cost.Checker); ok {
			if err := checked.Check(); err != nil {
				return err
			}
		}
		if err := made.Bind(x.Panel); err != nil {
			return err
		}
	}
	for i := len(x.Changes); i >= 0; i-- { // the first targets last: they stay
		targets := x.Targets
		if i > 0 {
			targets = x.Changes[i-1].Targets
		}
		if err := s.made.Bind(x.Panel, targets); err != nil {
			return errors.New("E123: " + err.Error())
		}
	}
	return nil
}

func (t *setter) set(a *Axis, k int) error {
	if t.stores == nil && len(a.Values) <= keptStores {
		t.stores = make([]func(), len(a.Values))
	}
	if t.stores != nil && t.stores[k] != nil {
		t.stores[k]()
		return nil
	}
	store, err := t.knob.Parse(a.value(k))
	if err != nil {
		return err
	}
	if t.stores != nil {
		t.stores[k] = store
	}
	store()
	return nil
}
