package experiment

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"evenkeel/cmd/evenkeel/experiment/syntax"
)

// span is from:to:step in whole units of a power of ten, so that its values are
// exactly the decimals that a reader expects: 0:0.9:0.1 holds 0.3, not
// 0.30000000000000004.
type span struct {
	from, to, step int64 // in units of 10^-digits
	digits         int
	suffix         string // "", "%", "pp", " sessions", " months"
	count          int
}

// isSpan reports whether a text is meant as a range.
func isSpan(text string) bool { return strings.Count(text, ":") == 2 }

// parseSpan reads a range; its end is included, and it is an error unless
// (to - from)/step is whole within 1e-9. No more than MaxPoints values.
func parseSpan(text string) (s span, err error) {
	parts := strings.Split(text, ":")
	if len(parts) != 3 {
		return s, fmt.Errorf("want from:to:step")
	}
	var mantissa [3]int64
	var digits [3]int
	for i, p := range parts {
		body, suffix := cutSuffix(strings.TrimSpace(p))
		if mantissa[i], digits[i], err = decimalOf(body); err != nil {
			return s, err
		}
		if suffix != "" && s.suffix != "" && suffix != s.suffix {
			return s, fmt.Errorf("its parts have different units")
		}
		if suffix == "" && s.suffix != "" && mantissa[i] != 0 || suffix != "" && s.suffix == "" && i > 0 && mantissa[0] != 0 {
			return s, fmt.Errorf("its parts have different units")
		}
		if suffix != "" {
			s.suffix = suffix
		}
		s.digits = max(s.digits, digits[i])
	}
	for i := range mantissa {
		for ; digits[i] < s.digits; digits[i]++ {
			if mantissa[i] *= 10; mantissa[i] > maxMantissa || mantissa[i] < -maxMantissa {
				return s, fmt.Errorf("its numbers have more than 15 digits")
			}
		}
	}
	s.from, s.to, s.step = mantissa[0], mantissa[1], mantissa[2]
	return s, s.measure()
}

func (s *span) measure() error {
	if s.step == 0 {
		return fmt.Errorf("its step is 0")
	}
	q := float64(s.to-s.from) / float64(s.step)
	k := math.Round(q)
	switch {
	case q < 0:
		return fmt.Errorf("its step leads away from its end")
	case k >= MaxPoints:
		return fmt.Errorf("it has %.0f values, the limit is %d", k+1, MaxPoints)
	case math.Abs(q-k) > 1e-9:
		return fmt.Errorf("its step does not reach its end: %s steps", brief(q))
	}
	s.count = int(k) + 1
	return nil
}

const maxMantissa = 1 << 52

// decimalOf is a plain decimal as a whole number of 10^-digits.
func decimalOf(text string) (mantissa int64, digits int, err error) {
	bad := fmt.Errorf("%q is not a plain decimal number", text)
	if code, _, _ := syntax.OddNumber(text); code != "" {
		return 0, 0, bad
	}
	whole, part, _ := strings.Cut(text, ".")
	part = strings.TrimRight(part, "0")
	if len(part) > 15 {
		return 0, 0, bad
	}
	mantissa, err = strconv.ParseInt(whole+part, 10, 64)
	if err != nil || mantissa > maxMantissa || mantissa < -maxMantissa {
		return 0, 0, bad
	}
	return mantissa, len(part), nil
}

func cutSuffix(text string) (body, suffix string) {
	for _, s := range []string{"%", "pp", "sessions", "session", "months", "month"} {
		if rest, ok := strings.CutSuffix(text, s); ok {
			if s == "session" || s == "month" {
				s += "s"
			}
			if s == "sessions" || s == "months" {
				s = " " + s
			}
			return strings.TrimSpace(rest), s
		}
	}
	return text, ""
}

// value is the k-th value, as text.
func (s span) value(k int) string {
	if k == s.count-1 {
		return s.text(s.to)
	}
	return s.text(s.from + int64(k)*s.step)
}

// text writes a number of units: the quotient of two exact numbers is the float
// nearest to the decimal, and its shortest form is that decimal.
func (s span) text(units int64) string {
	return syntax.Shortest(float64(units)/math.Pow10(s.digits)) + s.suffix
}

// values are all values in order.
func (s span) values() []string {
	out := make([]string, s.count)
	for k := range out {
		out[k] = s.value(k)
	}
	return out
}

// tidy is the range in its one form: per cent as fractions, where that is the
// same.
func (s span) tidy(fractions bool) string {
	if s.suffix == "%" && fractions {
		s.digits, s.suffix = s.digits+2, ""
	}
	return s.text(s.from) + ":" + s.text(s.to) + ":" + s.text(s.step)
}
