package syntax

import (
	"math"
	"strconv"
	"strings"

	"evenkeel/data/fault"
)

// OddNumber returns what is wrong with a text that is meant as a number and not
// written as one: a plain decimal, perhaps with an exponent, a % or pp behind
// it. code is "" for everything else, words included.
func OddNumber(text string) (code, what, remedy string) {
	s := strings.TrimSpace(text)
	for _, suffix := range []string{"of band", "%", "pp"} {
		s = strings.TrimSpace(strings.TrimSuffix(s, suffix))
	}
	plain := strings.TrimLeft(s, "+-")
	switch strings.ToLower(plain) {
	case ".nan", "nan", ".inf", "inf", "infinity":
		return fault.NotFinite, "is not a finite number", ""
	}
	if plain == "" || strings.Trim(plain, "0123456789.,_eExobXOBacdfACDF'+-") != "" || !strings.ContainsAny(plain[:1], "0123456789.") {
		return "", "", ""
	}
	tidy := strings.NewReplacer(",", "", "_", "", "'", "").Replace(s)
	if tidy != s {
		if i := strings.IndexByte(s, ','); i >= 0 && strings.Count(s, ",") == 1 && len(s)-i-1 != 3 && !strings.Contains(s, ".") {
			tidy = strings.Replace(s, ",", ".", 1)
		}
		if _, err := strconv.ParseFloat(tidy, 64); err == nil {
			return fault.Separators, "has separators in it", "Write " + strings.Replace(strings.TrimSpace(text), s, tidy, 1)
		}
		return "", "", ""
	}
	if len(plain) > 1 && plain[0] == '0' && strings.ContainsAny(plain[1:2], "0123456789xXoObB") {
		return fault.BadValue, "is not a plain decimal number", "Write it without leading zeros and in base ten"
	}
	if strings.HasPrefix(s, "+") {
		return fault.BadValue, "is not a plain decimal number", "Write " + s[1:]
	}
	if f, err := strconv.ParseFloat(s, 64); err != nil && math.IsInf(f, 0) {
		return fault.NotFinite, "is too large to be a number", ""
	}
	return "", "", ""
}

// Shortest writes a number in its shortest decimal form, with an exponent only
// below 1e-7 and from 1e21 on, as JSON does.
func Shortest(f float64) string {
	if f == 0 {
		return "0" // and not -0
	}
	if a := math.Abs(f); a < 1e-7 || a >= 1e21 {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}
