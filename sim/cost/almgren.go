package cost

import (
	"math"
	"strings"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Almgren is market impact by Almgren, Thum, Hauptmann and Li, 2005.
type Almgren struct {
	Impact
	Gamma, Eta  float64
	Days        float64            // trading days that an order is spread over
	Outstanding float64            // shares of each asset; 0: by asset
	ByAsset     map[string]float64 // the same by symbol

	theta []float64 // shares outstanding by asset
}

func init() {
	Catalog.Add(card.Plug[Cost]{
		Card: card.Card{
			Name: "almgren",
			Doc:  "market impact by Almgren, Thum, Hauptmann and Li: a permanent and a temporary part, with the shares outstanding",
			Details: "A trade of X shares over T days costs J = I / 2 + K of its value. I = gamma sigma (X / V) (Theta / V)^(1/4) is the permanent impact, of which the trade itself pays half; K = eta sigma (X / (V T))^(3/5) is the temporary one. sigma is the volatility of a day, V the mean volume of a day, Theta the shares outstanding. gamma, eta and the exponents were fitted to US shares: Almgren, Thum, Hauptmann, Li, Direct Estimation of Equity Market Impact, Risk, July 2005.\n\n" +
				"T is used only in the formula: `execution` sets when orders fill. The permanent impact does not change later prices in the data.\n\n" +
				unknownRule,
			Example: "costs: [{model: almgren, days: 0.5, outstanding: {SPY: 9e8, GLD: 3e8}}]",
		},
		New: func() (Cost, []card.Knob) {
			c := NewAlmgren(0, Impact{Scope: Everywhere})
			return c, append([]card.Knob{
				outstandingKnob(c),
				card.Amount(&c.Days, "days", "1", "days", "trading days that an order is spread over", card.NumberShape, 0.001, 100),
				card.Amount(&c.Gamma, "gamma", "0.314", "", "factor of the permanent impact", card.NumberShape, 0, 100),
				card.Amount(&c.Eta, "eta", "0.142", "", "factor of the temporary impact", card.NumberShape, 0, 100),
			}, c.knobs()...)
		},
	})
}

// Shares outstanding that a number may say.
const minShares, maxShares = 1, 1e15

// outstandingKnob takes one number, or one for each asset.
func outstandingKnob(c *Almgren) card.Knob {
	return card.Knob{
		Name: "outstanding", ByAsset: true, Doc: "shares outstanding: one number for all assets, or one per asset: {SPY: 9e8, GLD: 3e8}",
		Unit: "shares", Sweep: true, Required: true,
		Parse: func(v card.Value) (func(), error) {
			if v.Kind != card.Map {
				f, err := shares(v)
				return func() { c.Outstanding, c.ByAsset = f, nil }, err
			}
			by := map[string]float64{}
			for i, name := range v.Keys {
				f, err := shares(v.List[i])
				if err != nil {
					return nil, err
				}
				by[name] = f
			}
			return func() { c.Outstanding, c.ByAsset = 0, by }, nil
		},
	}
}

func shares(v card.Value) (float64, error) {
	f, err := card.Number(v)
	if err == nil && (f < minShares || f > maxShares) {
		err = card.Badly(v, "outstanding %s: must be %s to %s", v.Text, brief(minShares), brief(maxShares))
	}
	return f, err
}

// NewAlmgren is the model with its published parameters, over one day, for assets
// of so many shares; Bind before use.
func NewAlmgren(outstanding float64, impact Impact) *Almgren {
	return &Almgren{Impact: impact, Gamma: 0.314, Eta: 0.142, Days: 1, Outstanding: outstanding}
}

// Name is the component's name in reports.
func (c *Almgren) Name() string { return "almgren" }

// Bind wants the shares outstanding, too, of every asset that the cost applies to.
func (c *Almgren) Bind(p *data.Panel) error {
	if err := c.Impact.Bind(p); err != nil {
		return err
	}
	c.theta = make([]float64, p.Assets())
	var missing []string
	for i, symbol := range p.Symbols() {
		c.theta[i] = c.Outstanding
		if c.ByAsset != nil {
			c.theta[i] = c.ByAsset[symbol]
		}
		if c.at(i) && c.theta[i] == 0 {
			missing = append(missing, symbol)
		}
	}
	if missing != nil {
		return &card.Problem{Path: "outstanding", What: "outstanding: no shares of " + strings.Join(missing, ", ")}
	}
	return nil
}

// Charge is I/2 + K as a part of the value; 0 for a value of 0.
func (c *Almgren) Charge(f *sim.Fill) (fixed, rate float64) {
	x, rate, ok := c.size(f)
	if ok {
		part, sigma := c.daily(x, f.Sigma)
		permanent, temporary := c.Cost(part, min(c.theta[f.Asset]*c.days/f.Volume, beyond), sigma)
		rate = min(Ceiling, permanent/2+temporary)
	}
	return 0, rate
}

// Cost are the permanent impact I and the temporary K, as parts of the price, of a
// trade that is a part of a day's volume; turnover is the shares outstanding over
// that volume, sigma the volatility of a day.
func (c *Almgren) Cost(part, turnover, sigma float64) (permanent, temporary float64) {
	permanent = float64(float64(c.Gamma*sigma)*part) * math.Sqrt(math.Sqrt(turnover))
	temporary = float64(float64(c.Eta*sigma) * power(part/c.Days, 0.6))
	return permanent, temporary
}

// Line returns what it costs.
func (c *Almgren) Line(string) string {
	return "impact by Almgren et al., in days: " + brief(c.Days) + c.otherwise() + c.where()
}
