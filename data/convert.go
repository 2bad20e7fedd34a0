package data

import "slices"

// Convert is the panel in another currency: every price, open and dividend times
// the rate of its session and asset. Rates are asked for within an asset's life alone
// and must be finite and above zero. Outside its life an asset stands at its first
// or last converted price; a price that was carried forward is converted at the rate
// of its own session. Volumes, spreads and splits do not change.
func (p *Panel) Convert(rate func(session, asset int) float64) (*Panel, error) {
	t := p.Table()
	t.Close, t.Open, t.Actions = slices.Clone(t.Close), slices.Clone(t.Open), nil
	n := len(p.symbols)
	for i := range n {
		first, end := p.Life(i)
		for s := first; s < end; s++ {
			r := rate(s, i)
			t.Close[s*n+i] *= r
			if t.Open != nil {
				t.Open[s*n+i] *= r
			}
		}
		if first == end {
			continue
		}
		for s := range p.dates {
			k, from := s*n+i, min(max(s, first), end-1)*n+i
			t.Close[k] = t.Close[from]
			if t.Open != nil && k != from {
				t.Open[k] = t.Close[from]
			}
		}
	}
	for _, a := range p.actions {
		t.Actions = append(t.Actions, DatedAction{p.dates[a.Session], a.Asset, a.Split, a.Dividend * rate(a.Session, a.Asset)})
	}
	return Make(t)
}

// WithActions is the panel as raw closes with splits and dividends beside them, in
// place of those it had; see Make for when they take effect.
func (p *Panel) WithActions(actions []DatedAction) (*Panel, error) {
	t := p.Table()
	t.Kind, t.Actions = Raw, actions
	return Make(t)
}
