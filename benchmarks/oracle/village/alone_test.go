package village

import (
	"encoding/json"
	"fmt"
	"testing"
)

// TestVillageOfOne is VC-23: a village of one member is a single account. Its case allows
// 1e-7 shares and 1e-4 money; none is needed.
func TestVillageOfOne(t *testing.T) {
	var in goldenInput
	var want struct {
		Trades []struct{ Date, Symbol, Side, Shares, Value, Cost string }
		NAV    []struct{ Date, NAV string }
	}
	var dates struct{ Dates []string }
	golden(t, "VC-23-village-of-one", &in, &want)
	golden(t, "VC-23-village-of-one", &dates, &json.RawMessage{})
	w := in.world()
	o := Run(w)
	var fills []Fill
	for _, f := range o.Fills {
		if f.Session > 0 {
			fills = append(fills, f)
		}
	}
	if len(fills) != len(want.Trades) {
		t.Errorf("%d trades, want %d", len(fills), len(want.Trades))
	}
	for k, f := range fills[:min(len(fills), len(want.Trades))] {
		x := want.Trades[k]
		got := fmt.Sprint(dates.Dates[f.Session], " ", w.Assets[f.Asset], " ", side(f.Sell))
		if got != fmt.Sprint(x.Date, " ", x.Symbol, " ", x.Side) {
			t.Fatalf("trade %d: got %s, want %v", k, got, x)
		}
		if shares8(f.Shares) != x.Shares || money6(f.Value) != x.Value || money6(total(f.Costs)) != x.Cost {
			t.Errorf("%s: got %s %s %s, want %s %s %s", got, shares8(f.Shares), money6(f.Value), money6(total(f.Costs)), x.Shares, x.Value, x.Cost)
		}
	}
	for s, x := range want.NAV {
		if got := Text(o.Sessions[s].Villages[0].NAV, 6); got != x.NAV {
			t.Errorf("nav %s: got %s, want %s", x.Date, got, x.NAV)
		}
	}
}
