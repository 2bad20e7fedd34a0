package plan

import (
	"cmp"
	"errors"
	"slices"

	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/data/fault"
	"evenkeel/sim/card"
	"evenkeel/sim/cost"
	"evenkeel/strategies"
)

// newSlot makes the instances of a lane for a group, and of what runs beside it.
func (p *Plan) newSlot(g *group) *slot {
	s := p.instances(g)
	reference := g.x.File.Reference
	if p.twins || reference == experiment.ZeroCostTwin {
		s.twin = p.instances(g)
		free := *s.twin.mandate.Terms
		free.Costs = nil
		s.twin.mandate.Terms, s.twin.costs = &free, nil
	}
	if reference == experiment.BuyAndHold {
		s.hold = g.x.Mandate(strategies.NewBuyAndHold())
		s.hold.Terms = s.mandate.Terms
	}
	return s
}

// instances are a group's policy and the costs that axes change.
func (p *Plan) instances(g *group) *slot {
	s := &slot{group: g, axes: make([]setter, len(p.axes))}
	f := g.x.File
	var knobs []card.Knob
	s.made, knobs, s.err = f.NewStrategy(p.sweep.Policy)
	s.mandate = g.x.Mandate(s.made)
	made := map[int]bool{}
	for i := range p.axes {
		switch a := &p.axes[i]; a.What {
		case experiment.PolicyAxis:
			s.axes[i].knob, _ = experiment.KnobOf(knobs, a.Knob.Name)
		case experiment.CostAxis:
			if !made[a.Cost] {
				made[a.Cost] = true
				s.ownCost(f, p, a.Cost)
			}
		}
	}
	if s.err != nil {
		s.err = inWords(s.err)
	}
	return s
}

// ownCost gives the slot a cost of its own in place of the shared one.
func (s *slot) ownCost(f *experiment.File, p *Plan, place int) {
	if s.mandate.Terms == s.group.x.Terms {
		terms := *s.group.x.Terms
		terms.Costs = slices.Clone(terms.Costs)
		s.mandate.Terms = &terms
	}
	made, knobs, err := f.NewCost(place)
	s.err = cmp.Or(s.err, err)
	s.mandate.Terms.Costs[place] = made
	s.costs = append(s.costs, made)
	for i := range p.axes {
		if a := &p.axes[i]; a.What == experiment.CostAxis && a.Cost == place {
			s.axes[i].knob, _ = experiment.KnobOf(knobs, a.Knob.Name)
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
		if p.axes[i].What == experiment.GeneralAxis {
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
			return errors.New(fault.BadRail + ": " + err.Error())
		}
	}
	return nil
}

func (t *setter) set(a *experiment.Axis, k int) error {
	if t.stores == nil && len(a.Values) <= keptStores {
		t.stores = make([]func(), len(a.Values))
	}
	if t.stores != nil && t.stores[k] != nil {
		t.stores[k]()
		return nil
	}
	store, err := t.knob.Parse(a.Value(k))
	if err != nil {
		return err
	}
	if t.stores != nil {
		t.stores[k] = store
	}
	store()
	return nil
}
