package data

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// SymbolRule is what every symbol obeys, whether a file or an experiment names it.
const SymbolRule = "1 to 64 printable characters"

// SymbolFault returns what is wrong with a text as a symbol; "" when it is one. Characters
// that cannot be seen, turn the direction of reading or only look like a space make two
// symbols of one, or one of two.
func SymbolFault(s string) string {
	switch {
	case s == "":
		return "is empty"
	case !utf8.ValidString(s):
		return "is not UTF-8"
	case utf8.RuneCountInString(s) > MaxSymbolLength:
		return "is too long"
	case strings.ContainsFunc(s, unicode.IsControl):
		return "has control characters"
	case strings.TrimSpace(s) != s:
		return "has spaces around it"
	case strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "has characters that cannot be seen"
	}
	return ""
}
