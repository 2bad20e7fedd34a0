package reports

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean is a text on one line with single spaces, without characters that cannot be printed or that
// turn the direction of a line; longer than limit it ends in an ellipsis.
func clean(s string, limit int) string {
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

// fileNames are names for files, one a policy: letters, digits and hyphens of
// the policy's name, different without regard to capitals.
func fileNames(run *Run) []string {
	const longest = 40
	names := make([]string, len(run.Policies))
	taken := map[string]bool{}
	for i := range run.Policies {
		name := strings.Trim(strings.Map(func(r rune) rune {
			switch {
			case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '_':
				return r
			}
			return '-'
		}, run.Policies[i].Name), "-")
		for strings.Contains(name, "--") {
			name = strings.ReplaceAll(name, "--", "-")
		}
		if name == "" {
			name = "policy"
		}
		name = name[:min(longest, len(name))]
		for n, plain := 2, name; taken[strings.ToLower(name)]; n++ {
			name = fmt.Sprintf("%s-%d", plain, n)
		}
		taken[strings.ToLower(name)] = true
		names[i] = name
	}
	return names
}
