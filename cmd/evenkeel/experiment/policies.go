package experiment

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim/card"
	"evenkeel/strategies"
)

// maxSampled is how many limits of assets are tried out before there are prices.
const maxSampled = 1_000_000

// instead are keys of a policy that take the place of another one.
var instead = []struct{ key, of string }{{"rail_ratio", "rail"}}

func (f *File) readPolicies(c *checker, n *node) {
	if n == nil {
		return
	}
	if !c.isMap(n, "a map of names and policies such as {bands: {strategy: bands}}") {
		return
	}
	if len(n.keys) == 0 {
		c.at(n.at, "E132", "policies: no policy", "an experiment compares at least one", "Add one, such as never: {strategy: buy_and_hold}")
	}
	if len(n.keys) > MaxPolicies {
		c.at(n.at, "E105", fmt.Sprintf("policies: %d of them", len(n.keys)), fmt.Sprintf("at most %d", MaxPolicies), "Sweep one policy over its parameters instead")
		return
	}
	panel, targets := f.sample()
	if len(n.keys)*len(targets)*len(f.Targets) > maxSampled {
		panel = nil // Bind will say it
	}
	for i, k := range n.keys {
		if !printable(k.text) || utf8.RuneCountInString(k.text) > MaxName {
			c.at(k.at, "E105", "policies: the name "+fault.Quote(k.text), fmt.Sprintf("names are 1 to %d printable characters", MaxName), "Write a shorter name of letters, digits and signs")
			continue
		}
		f.readPolicy(c, k, n.items[i], panel, targets)
	}
	f.slugs()
}

// readPolicy checks one policy and enters it.
func (f *File) readPolicy(c *checker, k key, n *node, panel *data.Panel, targets [][]float64) {
	entered := PolicyEntry{Name: k.text, node: n, at: k.at}
	defer func() { f.Policies = append(f.Policies, entered) }()
	if !c.isMap(n, "a map such as {strategy: bands, band: 20%}") {
		return
	}
	before := c.errors()
	strategy, ok := c.plugName(n, "strategy", "strategy", strategies.Catalog.Names())
	if !ok {
		return
	}
	entered.Strategy = strategy
	made := f.makeStrategy(c, strategy, n)
	if per := n.get("per_asset"); per != nil && per.kind == mapping {
		f.known(c, per)
	}
	for _, i := range instead {
		if n.get(i.key) != nil && n.get(i.of) != nil {
			c.at(n.keyAt(i.key), "E123", n.path+": both "+i.of+" and "+i.key, i.key+" takes the place of "+i.of, "Keep one of the two")
		}
	}
	c.wide(n)
	if c.errors() > before {
		return
	}
	if trigger := n.get("trigger"); trigger != nil {
		for _, file := range signals(trigger) {
			f.mention(c, signalFile, file)
		}
	}
	if panel == nil {
		return
	}
	for _, t := range targets {
		if err := made.Bind(panel, t); err != nil {
			f.unbound(c, n, err)
			return
		}
	}
}

// makeStrategy makes the strategy of a policy from its keys.
func (f *File) makeStrategy(c *checker, strategy string, n *node) strategies.Strategy {
	plug, _ := strategies.Catalog.Find(strategy)
	made, knobs := plug.New()
	c.plug(knobs, n, "strategy", "E105")
	for _, file := range made.Files() {
		if t := f.table(signalFile, file.Path); t != nil {
			file.Dates = t.signal.dates
		}
	}
	return made
}

// signals finds the files of signals in the triggers below a node.
func signals(n *node) (out []*node) {
	for i, item := range n.items {
		if n.kind == mapping && n.keys[i].text == "signal" && item.kind == scalar {
			out = append(out, item)
			continue
		}
		out = append(out, signals(item)...)
	}
	return out
}

// unbound reports what a strategy finds out about its own values together, such
// as a rail outside its band.
func (f *File) unbound(c *checker, n *node, err error) {
	at, remedy := n.at, "The rail is "+strategies.NewBands().Rail.Title()+" where it is left out: give one, such as rail: 50% of band"
	for _, name := range []string{"per_asset", "rail_ratio", "rail"} {
		if n.get(name) != nil {
			at, remedy = n.get(name).at, "Lower the rail, or widen the band"
		}
	}
	parts := strings.Split(err.Error(), "; ")
	const most = 3
	what := strings.Join(parts[:min(most, len(parts))], "; ")
	if len(parts) > most {
		what += fmt.Sprintf("; and %d more", len(parts)-most)
	}
	c.at(at, "E123", in(n.path)+what, "0 <= rail <= band for every asset; with one in percent and one in points it depends on the target", remedy)
}

// wide warns of a relative band that no fall can leave.
func (c *checker) wide(n *node) {
	band := n.get("band")
	if band == nil || band.kind != scalar || strings.HasSuffix(band.text, "pp") {
		return
	}
	if f, err := card.ReadFraction(band.value()); err == nil && f > 1 && f <= 4 {
		remedy := ""
		if !strings.HasSuffix(band.text, "%") {
			remedy = fmt.Sprintf("Did you mean %s%% or %spp?", band.text, band.text)
		}
		c.warn(band.at, "E122", fmt.Sprintf("%s %s is %s %% of the target", band.path, band.text, brief(f*100)), "a weight cannot fall by more than 100 % of its target: only rises are seen", remedy)
	}
}

// sample is a panel of the targets' symbols with one session of made-up prices,
// and all targets that will be in force: what a strategy says about its own
// values needs no more. It is nil when the targets are not good.
func (f *File) sample() (*data.Panel, [][]float64) {
	n := len(f.Targets)
	if n == 0 {
		return nil, nil
	}
	prices, weights := make([]float64, n), make([]float64, n)
	for i, t := range f.Targets {
		prices[i], weights[i] = 1, t.Weight
	}
	p, err := data.NewPanel(data.Adjusted, []data.Date{0}, f.Symbols(), prices, nil)
	if err != nil {
		return nil, nil
	}
	all := [][]float64{weights}
	if n*len(f.schedule) <= maxSampled {
		for _, row := range f.schedule {
			all = append(all, f.dense(row.weights))
		}
	}
	return p, all
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// slugs gives every policy a part of file names of its own. A name that is one
// already keeps it.
func (f *File) slugs() {
	taken := map[string]bool{}
	for round := range 2 { // names that need no change come first
		for i := range f.Policies {
			p := &f.Policies[i]
			slug := strings.Trim(notInNames.ReplaceAllString(p.Name, "-"), ".-")
			if slug == "" {
				slug = "policy"
			}
			if (slug == p.Name) == (round == 0) {
				p.Slug = unique(slug, taken)
			}
		}
	}
}

func unique(slug string, taken map[string]bool) string {
	made := slug
	for k := 2; taken[strings.ToLower(made)]; k++ {
		made = fmt.Sprintf("%s-%d", slug, k)
	}
	taken[strings.ToLower(made)] = true
	return made
}

// Policy finds a policy by its name.
func (f *File) Policy(name string) (PolicyEntry, bool) {
	for _, p := range f.Policies {
		if p.Name == name {
			return p, true
		}
	}
	return PolicyEntry{}, false
}

func (f *File) policyNames() []string {
	var out []string
	for _, p := range f.Policies {
		out = append(out, p.Name)
	}
	return out
}

// readBase reads the name of the policy to compare with.
func (f *File) readBase(c *checker, n *node) {
	switch {
	case n == nil:
		if len(f.Policies) > 0 {
			f.Base = f.Policies[0].Name
		}
	case n.kind != scalar || n.null && n.text == "":
		c.want(n, "the name of a policy")
	default:
		if _, ok := f.Policy(n.text); !ok {
			c.unknown(n.at, "base: no policy "+fault.Quote(n.text), n.text, f.policyNames(), "policies: ")
			return
		}
		f.Base = n.text
	}
}
