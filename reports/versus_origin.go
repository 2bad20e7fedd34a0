package reports

import (
	"encoding/json"
	"slices"
)

// origin is a run of a comparison.
type origin struct {
	folder   string
	run      *Run
	policies []string // those compared, by their names in the run
}

// name is the folder's, without one the experiment's.
func (s *origin) name() string { return orElse(s.folder, orElse(s.run.Name, "run")) }

// origins are the runs in the order in which they were given, with their policies
// in that of the comparison.
func (v *Versus) origins() []origin {
	all := slices.Clone(v.given)
	for i := range all {
		all[i].policies = nil
		for _, c := range v.Contenders {
			if c.Run == all[i].run {
				all[i].policies = append(all[i].policies, c.Policy.Name)
			}
		}
	}
	return all
}

// originsOf are the runs of contenders, in order.
func originsOf(all []Contender) (runs []origin) {
	for _, c := range all {
		if !slices.ContainsFunc(runs, func(r origin) bool { return r.run == c.Run }) {
			runs = append(runs, origin{folder: c.Folder, run: c.Run})
		}
	}
	return runs
}

// originOf is the run's.
func (v *Versus) originOf(run *Run) *origin {
	i := slices.IndexFunc(v.given, func(o origin) bool { return o.run == run })
	return &v.given[i]
}

// originObjects are the runs with what tells them from others; null is not known.
func (v *Versus) originObjects() (all []json.RawMessage) {
	for _, s := range v.origins() {
		first, end := s.run.span()
		o := &object{}
		o.put("name", s.name())
		o.put("experiment", s.run.Name)
		o.put("currency", s.run.Currency)
		o.put("first", s.run.Panel.Date(first).String())
		o.put("last", s.run.Panel.Date(end-1).String())
		o.put("policies", s.policies)
		known(o, "result_digest", s.run.Digest)
		o.put("prices_sha256", s.run.pricesDigest())
		known(o, "settings_sha256", s.run.settingsDigest())
		all = append(all, o.bytes())
	}
	return all
}

// known puts a text, null for none.
func known(o *object, key, text string) {
	if text == "" {
		o.put(key, nil)
		return
	}
	o.put(key, text)
}
