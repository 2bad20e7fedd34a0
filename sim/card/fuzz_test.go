package card

import (
	"math"
	"testing"
)

// A number, a fraction and an amount are refused with words, or finite and in their
// bounds: weights, bands, rates and costs are read by these.
func FuzzNumbers(f *testing.F) {
	for _, s := range []string{"60%", "0.6", "-5%", "1e400", "NaN", ".inf", "1_000", "0x10", "5pp", "%", "", "1e9%", "+1", "1.5.2", "1,5", "٣%", "1e-320", "0.1e1%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fine := func(what string, x float64, err error, low, high float64) {
			switch {
			case err != nil && err.Error() == "":
				t.Fatalf("%s %q: an error without a word", what, text)
			case err == nil && !(x >= low && x <= high):
				t.Fatalf("%s %q is %v", what, text, x)
			}
		}
		x, err := Number(T(text))
		fine("number", x, err, -math.MaxFloat64, math.MaxFloat64)
		x, err = ReadFraction(T(text))
		fine("fraction", x, err, -math.MaxFloat64, math.MaxFloat64)
		for _, k := range []Knob{Fraction(&x, "band", "", "", 0, 1), Amount(&x, "rate", "", "basis points", "", NumberShape, 0, 1e4)} {
			store, err := k.Parse(T(text))
			if err == nil {
				store()
				fine(k.Name, x, nil, 0, 1e4)
			}
		}
	})
}
