package strategies

import (
	"fmt"
	"slices"
	"strings"

	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Bands is tolerance-band rebalancing with inner rails: when some weight leaves
// its band at a look, every asset above its upper rail is sold down to it, and
// the cash buys what is below target, shared by relative distance.
type Bands struct {
	Recipe
	Band      Limit
	Rail      Limit
	RailRatio float64 // with RailOfBand: the rail as a part of the band
	OfBand    bool
	PerAsset  []AssetLimits

	bands, rails []Limit // by asset, and their trigger: used again by the next Bind
	band         Band
}

// AssetLimits are limits of one asset that differ from the others'; nil: they do not.
type AssetLimits struct {
	Symbol     string
	Band, Rail *Limit
	RailRatio  *float64
}

func init() {
	Catalog.Add(card.Plug[Strategy]{
		Card: card.Card{
			Name: "bands",
			Doc:  "trade when a weight leaves its band, back to the inner rail",
			Details: `A look triggers if the weight w of an asset (its value divided by the invested value, without cash) is outside its band around the target t: w/t - 1 beyond a relative limit, w - t beyond a limit in percentage points.
Every asset worth more than t(1 + rail) of V' (the invested value plus the value that the cash can buy) is sold down to that rail, inside its band or not. The cash and the net proceeds buy the assets below target. If they do not cover all deficits, they are split by relative distance (t V' - v)/(t V'), no asset beyond its target; the rest is split again.
A trigger with no asset above its rail and no cash trades nothing and is counted as unfunded.

band 0 is calendar rebalancing, except that a look without drift does not trade; rail 0 trades back to target, rail = band to the edge of the band; band none never trades. Daryanani (2008) calls the band "rebalance band" and the rail "tolerance band".

Sources: the tolerance bands and inner rails of ETFmatic's rebalancing methodology; G. Daryanani, Opportunistic Rebalancing, Journal of Financial Planning 21(1), 2008, 48-61.`,
			Example: "bands: {strategy: bands, band: 20%, rail: 10%, look: session}",
		},
		New: func() (Strategy, []card.Knob) { b := NewBands(); return b, b.knobs() },
	})
}

// NewBands is the policy with its defaults: bands of 20 %, rails of 10 %, a look
// every session.
func NewBands() *Bands {
	return &Bands{Recipe: Recipe{Looking: Looking{Look: data.EverySession}, If: &Band{}}, Band: Both(Relative(0.2)), Rail: Both(Relative(0.1))}
}

func (b *Bands) knobs() []card.Knob {
	return append([]card.Knob{
		limitKnob(&b.Band, "band", "20%", "the limit whose breach triggers: a fraction of the target (20%) or percentage points (5pp)"),
		b.railKnob(),
		b.ratioKnob(),
		b.lookKnob("session"),
		b.toKnob(),
		b.scopeKnob(),
		card.Choice(&b.Aim.Share, "share", "how to split cash too small for all deficits", ShareWords...),
		flagChoice(&b.Aim.Fallback, "unfunded", "what an unfunded trigger does: nothing, or sell the most overweight assets towards target to buy those below their band", "nothing", "largest_overweight"),
		flagChoice(&b.Aim.Spread, "surplus", "cash beyond all deficits: kept, or spread by target weight", "cash", "target_weights"),
		b.perAssetKnob(),
		card.Choice(&b.Funding, "funding", "what pays: sales, sales whose proceeds leave, new money, cash alone, or cash alone if that suffices", FundingWords...),
		b.miniKnob(),
	}, b.Recipe.knobs()...)
}

// Bind finds the assets that have limits of their own and checks that no rail
// lies outside its band.
func (b *Bands) Bind(p *data.Panel, targets []float64) error {
	n := len(targets)
	if len(b.bands) != n {
		b.bands, b.rails = make([]Limit, n), make([]Limit, n)
	}
	bands, rails := b.bands, b.rails
	rail := b.Rail
	if b.OfBand {
		rail = b.Band.times(b.RailRatio)
	}
	for i := range targets {
		bands[i], rails[i] = b.Band, rail
	}
	var wrong []string
	for _, a := range b.PerAsset {
		i := p.Symbol(a.Symbol)
		if i < 0 {
			wrong = append(wrong, fmt.Sprintf("per_asset.%s: no such asset among the targets", a.Symbol))
			continue
		}
		b.override(a, &bands[i], &rails[i])
	}
	for i, t := range targets {
		switch {
		case b.Aim.To == ToTarget:
			rails[i] = Both(zeroHalf)
		case b.Aim.To == ToEdge:
			rails[i] = bands[i]
		case !rails[i].within(bands[i], t):
			wrong = append(wrong, fmt.Sprintf("%s: the inner rail exceeds the band, %s against %s", p.Symbols()[i], rails[i].Title(), bands[i].Title()))
		}
	}
	if wrong != nil {
		return fmt.Errorf("%s", strings.Join(wrong, "; "))
	}
	b.band.All, b.band.Each = b.Band, bands
	b.If, b.Aim.Rails = &b.band, rails
	return nil
}

// Title is the bands, how far and when.
func (b *Bands) Title() string {
	title := "bands " + b.Band.Title()
	switch {
	case b.Aim.To == ToTarget:
		title += " to target"
	case b.Aim.To == ToEdge:
		title += " to edge"
	case b.Aim.To == ToFraction:
		title += " " + percentText(b.Aim.Fraction) + " of the way to target"
	case b.OfBand:
		title += " / rail " + percentText(b.RailRatio) + " of band"
	default:
		title += " / rail " + b.Rail.Title()
	}
	switch n := len(b.PerAsset); {
	case n == 1:
		title += ", 1 asset apart"
	case n > 1:
		title += fmt.Sprintf(", %d assets apart", n)
	}
	rest := strings.TrimPrefix(b.Recipe.Title(), b.If.Title())
	return title + rest
}

// Edges are the bands and the inner rails.
func (b *Bands) Edges(targets []float64) sim.Edges {
	e := b.Recipe.Edges(targets)
	if b.Aim.To != ToFraction {
		b.Aim.prepare(targets)
		for _, rail := range b.Aim.rails {
			e.RailLo, e.RailHi = append(e.RailLo, rail.lo), append(e.RailHi, rail.hi)
		}
	}
	return e
}

// Shape is that of the recipe.
func (b *Bands) Shape(p sim.Policy, x *sim.Shape) bool { return p == sim.Policy(b) && b.common(x) }

// override puts an asset's own limits in place; a rail given as a part of the
// band follows the asset's own band.
func (b *Bands) override(a AssetLimits, band, rail *Limit) {
	if a.Band != nil {
		*band = *a.Band
	}
	switch {
	case a.Rail != nil:
		*rail = *a.Rail
	case a.RailRatio != nil:
		*rail = band.times(*a.RailRatio)
	case b.OfBand:
		*rail = band.times(b.RailRatio)
	}
}

// railKnob takes a limit or "50% of band".
func (b *Bands) railKnob() card.Knob {
	k := limitKnob(&b.Rail, "rail", "10%", "the inner limit, at which sales stop: a limit like band, or 50% of band")
	k.Code, k.Under = fault.BadRail, card.Under{Key: "band", Where: "to", Is: "rail"}
	plain := k.Parse
	k.Parse = func(v card.Value) (func(), error) {
		ratio, ok, err := readOfBand(v)
		if err != nil {
			return nil, err
		}
		if ok {
			return func() { b.OfBand, b.RailRatio = true, ratio }, nil
		}
		store, err := plain(v)
		if err != nil {
			return nil, err
		}
		return func() { store(); b.OfBand = false }, nil
	}
	return k
}

func readOfBand(v card.Value) (ratio float64, ok bool, err error) {
	text, ok := strings.CutSuffix(strings.TrimSpace(v.Text), "of band")
	if v.Kind != card.Text || !ok {
		return 0, false, nil
	}
	ratio, err = card.ReadFraction(card.Value{Path: v.Path, Text: strings.TrimSpace(text)})
	if err == nil && (ratio < 0 || ratio > 1) {
		err = card.Badly(v, "rail %s: must be 0%% to 100%% of the band", v.Text)
	}
	return ratio, true, err
}

func (b *Bands) ratioKnob() card.Knob {
	k := card.Fraction(&b.RailRatio, "rail_ratio", "", "the rail as a fraction of the band, instead of rail", 0, 1)
	k.Code, k.Instead = fault.BadRail, "rail"
	plain := k.Parse
	k.Parse = func(v card.Value) (func(), error) {
		store, err := plain(v)
		if err != nil {
			return nil, err
		}
		return func() { store(); b.OfBand = true }, nil
	}
	return k
}

func (b *Bands) toKnob() card.Knob {
	words := []string{"rail", "target", "edge"}
	return card.Knob{Name: "to", Doc: "where sales stop: rail, target, edge of the band, or {fraction: 50%} of the way to target", Default: "rail", Shape: card.AnyShape, Words: words, Parts: []card.Knob{{Name: "fraction", Shape: card.FracShape, Bounds: card.Bounds{Most: 1}}}, Sweep: true, Parse: func(v card.Value) (func(), error) {
		if part, ok := v.Get("fraction"); ok && len(v.Keys) == 1 {
			f, err := card.ReadFraction(part)
			if err != nil {
				return nil, err
			}
			if f < 0 || f > 1 {
				return nil, card.Badly(part, "fraction %s: must be 0%% to 100%%", part.Text)
			}
			return func() { b.Aim.To, b.Aim.Fraction = ToFraction, f }, nil
		}
		i := slices.Index(words, v.Text)
		if v.Kind != card.Text || i < 0 {
			return nil, &card.Problem{Path: v.Path, What: fmt.Sprintf("unknown to %q; want rail, target, edge or {fraction: 50%%}", v.Text), Word: v.Text, Near: words}
		}
		return func() { b.Aim.To = To(i) }, nil
	}}
}

func (b *Bands) scopeKnob() card.Knob {
	words := []string{"all", "breached"}
	return card.Knob{Name: "scope", Doc: "which assets trade: all, breached (and one counterpart if all breaches are on one side), or {largest: 3} drifts", Default: "all", Shape: card.AnyShape, Words: words, Parts: []card.Knob{{Name: "largest", Shape: card.WholeShape}}, Sweep: true, Parse: func(v card.Value) (func(), error) {
		if k, ok := v.Get("largest"); ok && len(v.Keys) == 1 {
			largest, err := readWhole(k)
			if err != nil {
				return nil, card.Badly(k, "largest %s: want a whole number of assets, 1 or more", k.Text)
			}
			return func() { b.Aim.Scope, b.Aim.Largest = ScopeLargest, largest }, nil
		}
		i := slices.Index(words, v.Text)
		if v.Kind != card.Text || i < 0 {
			return nil, &card.Problem{Path: v.Path, What: fmt.Sprintf("unknown scope %q; want all, breached or {largest: 3}", v.Text), Word: v.Text, Near: words}
		}
		return func() { b.Aim.Scope = Scope(i) }, nil
	}}
}

func (b *Bands) perAssetKnob() card.Knob {
	return card.Knob{Name: "per_asset", Doc: "bands and rails for single assets: {GLD: {band: 30%}, AGG: {band: 5pp, rail: 2pp}}", Shape: card.AnyShape, ByAsset: true, Parse: func(v card.Value) (func(), error) {
		if v.Kind != card.Map {
			return nil, card.Badly(v, "want {SYMBOL: {band: LIMIT, rail: LIMIT}}")
		}
		var all []AssetLimits
		for i, symbol := range v.Keys {
			a, err := readAssetLimits(symbol, v.List[i])
			if err != nil {
				return nil, err
			}
			all = append(all, a)
		}
		return func() { b.PerAsset = all }, nil
	}}
}

func readAssetLimits(symbol string, v card.Value) (a AssetLimits, err error) {
	a.Symbol = symbol
	if v.Kind != card.Map {
		return a, card.Badly(v, "want {band: LIMIT, rail: LIMIT}")
	}
	for i, key := range v.Keys {
		x := v.List[i]
		if key != "band" && key != "rail" {
			return a, &card.Problem{Path: x.Path, What: fmt.Sprintf("unknown key %q", key), Word: key, Near: []string{"band", "rail"}}
		}
		if ratio, ok, err := readOfBand(x); key == "rail" && (ok || err != nil) {
			if err != nil {
				return a, err
			}
			a.RailRatio = &ratio
			continue
		}
		l, err := ReadLimit(x)
		if err != nil {
			return a, err
		}
		if key == "band" {
			a.Band = &l
		} else {
			a.Rail = &l
		}
	}
	return a, nil
}

// flagChoice is a knob for one of two words; the second sets dst.
func flagChoice(dst *bool, name, doc, off, on string) card.Knob {
	at := new(uint8)
	k := card.Choice(at, name, doc, off, on)
	plain := k.Parse
	k.Parse = func(v card.Value) (func(), error) {
		store, err := plain(v)
		if err != nil {
			return nil, err
		}
		return func() { store(); *dst = *at == 1 }, nil
	}
	return k
}

var _ sim.Watcher = (*Bands)(nil)
