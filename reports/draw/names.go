package draw

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean is a text on one line with single spaces, without characters that cannot be printed or that
// turn the direction of a line; longer than limit it ends in an ellipsis.
func Clean(s string, limit int) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		switch {
		case r == utf8.RuneError || unicode.Is(unicode.Cf, r):
			r = '\uFFFD'
		case unicode.IsSpace(r) || unicode.IsControl(r):
			r = ' '
		case !unicode.IsPrint(r):
			r = '\uFFFD'
		}
		if n++; n > limit {
			cut := b.String()
			_, size := utf8.DecodeLastRuneInString(cut)
			return cut[:len(cut)-size] + "…"
		}
		b.WriteRune(r)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
