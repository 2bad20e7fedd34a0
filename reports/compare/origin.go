package compare

import (
	"encoding/json"
	"slices"

	"evenkeel/reports/page"
	"evenkeel/reports/run"
)

// origin is a run of a comparison.
type origin struct {
	folder   string
	run      *run.Run
	policies []string // those compared, by their names in the run
}

// name is the folder's, without one the experiment's.
func (s *origin) name() string { return page.OrElse(s.folder, page.OrElse(s.run.Name, "run")) }

// origins are the runs in the order in which they were given, with their policies
// in that of the comparison.
func (v *Comparison) origins() []origin {
	all := slices.Clone(v.given)
	for i := range all {
		all[i].policies = nil
		for _, c := range v.Entrants {
			if c.Run == all[i].run {
				all[i].policies = append(all[i].policies, c.Policy.Name)
			}
		}
	}
	return all
}

// originsOf are the runs of entrants, in order.
func originsOf(all []Entrant) (runs []origin) {
	for _, c := range all {
		if !slices.ContainsFunc(runs, func(r origin) bool { return r.run == c.Run }) {
			runs = append(runs, origin{folder: c.Folder, run: c.Run})
		}
	}
	return runs
}

// originOf is the run's.
func (v *Comparison) originOf(run *run.Run) *origin {
	i := slices.IndexFunc(v.given, func(o origin) bool { return o.run == run })
	return &v.given[i]
}

// originObjects are the runs with what tells them from others; null is not known.
func (v *Comparison) originObjects() (all []json.RawMessage) {
	for _, s := range v.origins() {
		first, end := s.run.Span()
		o := &page.Object{}
		o.Put("name", s.name())
		o.Put("experiment", s.run.Name)
		o.Put("currency", s.run.Currency)
		o.Put("first", s.run.Panel.Date(first).String())
		o.Put("last", s.run.Panel.Date(end-1).String())
		o.Put("policies", s.policies)
		known(o, "result_digest", s.run.Digest)
		o.Put("prices_sha256", s.run.PricesDigest())
		known(o, "settings_sha256", s.run.SettingsDigest())
		all = append(all, o.Bytes())
	}
	return all
}

// known puts a text, null for none.
func known(o *page.Object, key, text string) {
	if text == "" {
		o.Put(key, nil)
		return
	}
	o.Put(key, text)
}
