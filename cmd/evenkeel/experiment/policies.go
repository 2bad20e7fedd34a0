package experiment

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim/card"
	"evenkeel/strategies"
)

// maxSampled is how many limits of assets are tried out before there are prices.
const maxSampled = 1_000_000

func (f *File) readPolicies(c *syntax.Checker, n *syntax.Node) {
	if n == nil {
		return
	}
	if !c.IsMap(n, "a map of names and policies such as {bands: {strategy: bands}}") {
		return
	}
	if len(n.Keys) == 0 {
		c.At(n.At, fault.KeyMissing, "policies: no policy", "an experiment compares at least one", "Add one, such as never: {strategy: buy_and_hold}")
	}
	if len(n.Keys) > MaxPolicies {
		c.At(n.At, fault.BadValue, fmt.Sprintf("policies: %d of them", len(n.Keys)), fmt.Sprintf("at most %d", MaxPolicies), "Sweep one policy over its parameters instead")
		return
	}
	panel, targets := f.sample()
	if len(n.Keys)*len(targets)*len(f.Targets) > maxSampled {
		panel = nil // Bind will say it
	}
	for i, k := range n.Keys {
		if !printable(k.Text) || utf8.RuneCountInString(k.Text) > MaxName {
			c.At(k.At, fault.BadValue, "policies: the name "+fault.Quote(k.Text), fmt.Sprintf("names are 1 to %d printable characters", MaxName), "Write a shorter name of letters, digits and signs")
			continue
		}
		f.readPolicy(c, k, n.Items[i], panel, targets)
	}
	f.slugs()
}

// readPolicy checks one policy and enters it.
func (f *File) readPolicy(c *syntax.Checker, k syntax.Key, n *syntax.Node, panel *data.Panel, targets [][]float64) {
	entered := PolicyEntry{Name: k.Text, node: n, at: k.At}
	defer func() { f.Policies = append(f.Policies, entered) }()
	if !c.IsMap(n, "a map such as {strategy: bands, band: 20%}") {
		return
	}
	before := c.Errors()
	strategy, ok := c.PlugName(n, "strategy", "strategy", strategies.Catalog.Names())
	if !ok {
		return
	}
	entered.Strategy = strategy
	made, knobs := f.newStrategy(c, strategy, n)
	f.knownIn(c, knobs, n)
	for _, k := range knobs {
		if k.Instead != "" && n.Get(k.Name) != nil && n.Get(k.Instead) != nil {
			c.At(n.KeyAt(k.Name), syntax.CodeOf(k, fault.BadValue), n.Path+": both "+k.Instead+" and "+k.Name, k.Name+" takes the place of "+k.Instead, "Keep one of the two")
		}
	}
	warnWide(c, n)
	if c.Errors() > before {
		return
	}
	for _, file := range filesIn(n, made.Files()) {
		f.mention(c, signalFile, file)
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
func (f *File) makeStrategy(c *syntax.Checker, strategy string, n *syntax.Node) strategies.Strategy {
	made, _ := f.newStrategy(c, strategy, n)
	return made
}

func (f *File) newStrategy(c *syntax.Checker, strategy string, n *syntax.Node) (strategies.Strategy, []card.Knob) {
	plug, _ := strategies.Catalog.Find(strategy)
	made, knobs := plug.New()
	c.Plug(knobs, n, "strategy", fault.BadValue)
	for _, file := range made.Files() {
		if t := f.contents(signalFile, file.Path); t != nil {
			file.Dates = t.signal.dates
		}
	}
	return made, knobs
}

// NewStrategy is a fresh strategy of a policy with its knobs, at the values of the file.
// The error is a fault.List.
func (f *File) NewStrategy(policy string) (strategies.Strategy, []card.Knob, error) {
	c := &syntax.Checker{Name: f.path, Lines: f.lines}
	e, _ := f.Policy(policy)
	made, knobs := f.newStrategy(c, e.Strategy, e.node)
	return made, knobs, c.Sorted().Err()
}

// filesIn are the places below a policy at which it names the files that it goes by.
func filesIn(n *syntax.Node, files []*strategies.DateFile) (out []*syntax.Node) {
	for _, item := range n.Items {
		if item.Kind == syntax.Scalar && slices.ContainsFunc(files, func(d *strategies.DateFile) bool { return d.Path == item.Text }) {
			out = append(out, item)
			continue
		}
		out = append(out, filesIn(item, files)...)
	}
	return out
}

// knobsOf are the knobs of a strategy, none of a word that is no strategy.
func knobsOf(strategy string) []card.Knob {
	plug, ok := strategies.Catalog.Find(strategy)
	if !ok {
		return nil
	}
	_, knobs := plug.New()
	return knobs
}

// rivalsIn are the pairs of keys of a plug-in of which one takes the place of the other.
func rivalsIn(knobs []card.Knob) (out []syntax.Rival) {
	for _, k := range knobs {
		if k.Instead != "" {
			out = append(out, syntax.Rival{Key: k.Name, Of: k.Instead})
		}
	}
	return out
}

// RivalsOf are the keys of a policy that cannot stand beside one of its keys.
func (f *File) RivalsOf(policy, key string) (out []string) {
	e, _ := f.Policy(policy)
	for _, pair := range rivalsIn(knobsOf(e.Strategy)) {
		switch key {
		case pair.Key:
			out = append(out, pair.Of)
		case pair.Of:
			out = append(out, pair.Key)
		}
	}
	return out
}

// unbound reports what a strategy finds out about its own values together, such
// as a rail outside its band.
func (f *File) unbound(c *syntax.Checker, n *syntax.Node, err error) {
	at, remedy := n.At, "The rail is "+strategies.NewBands().Rail.Title()+" where it is left out: give one, such as rail: 50% of band"
	for _, name := range []string{"per_asset", "rail_ratio", "rail"} {
		if n.Get(name) != nil {
			at, remedy = n.Get(name).At, "Lower the rail, or widen the band"
		}
	}
	parts := strings.Split(err.Error(), "; ")
	const most = 3
	what := strings.Join(parts[:min(most, len(parts))], "; ")
	if len(parts) > most {
		what += fmt.Sprintf("; and %d more", len(parts)-most)
	}
	c.At(at, fault.BadRail, syntax.In(n.Path)+what, "0 <= rail <= band for every asset; with one in percent and one in points it depends on the target", remedy)
}

// warnWide warns of a relative band that no fall can leave.
func warnWide(c *syntax.Checker, n *syntax.Node) {
	band := n.Get("band")
	if band == nil || band.Kind != syntax.Scalar || strings.HasSuffix(band.Text, "pp") {
		return
	}
	if f, err := card.ReadFraction(band.Value()); err == nil && f > 1 && f <= 4 {
		remedy := ""
		if !strings.HasSuffix(band.Text, "%") {
			remedy = fmt.Sprintf("Did you mean %s%% or %spp?", band.Text, band.Text)
		}
		c.Warn(band.At, fault.BadBand, fmt.Sprintf("%s %s is %s %% of the target", band.Path, band.Text, brief(f*100)), "a weight cannot fall by more than 100 % of its target: only rises are seen", remedy)
	}
}

// sample is a panel of the targets' symbols with one session of synthetic prices,
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
func (f *File) readBase(c *syntax.Checker, n *syntax.Node) {
	switch {
	case n == nil:
		if len(f.Policies) > 0 {
			f.Base = f.Policies[0].Name
		}
	case n.Kind != syntax.Scalar || n.Null && n.Text == "":
		c.Want(n, "the name of a policy")
	default:
		if _, ok := f.Policy(n.Text); !ok {
			c.Unknown(n.At, "base: no policy "+fault.Quote(n.Text), n.Text, f.policyNames(), "policies: ")
			return
		}
		f.Base = n.Text
	}
}
