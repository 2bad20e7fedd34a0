package village

import "testing"

// TestValuations is 4.3.5 by hand: A is valued on sessions 0 and 3, B on 0 alone. The look
// of session 2 sees A at 1, that of session 3 at 2; nothing is taken from the future.
func TestValuations(t *testing.T) {
	price, since := Valued(2, 5, []Valuation{{0, 0, one}, {0, 1, one}, {3, 0, whole(2)}})
	w := World{Assets: []string{"A", "B"}, Prices: price, Villages: []Village{{Name: "V", Targets: targets("50%", "50%")}},
		Flows: brings("0 V ann 100 0", "0 V ann 100 1"), Rules: Rules{Look: []int{2, 3}, Percent: Dec("5%")}}
	o := Run(w)
	expect(t, filled(w, o), "4 V A market sell 25.00000000 =50.000000 ann", "4 V B market buy 49.99999800 =49.999998 ann")
	if median, most, some := Ages(o, since); median != 1 || most != 4 || !some {
		t.Errorf("ages %d %d", median, most)
	}
}
