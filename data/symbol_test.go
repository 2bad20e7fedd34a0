package data

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSymbols(t *testing.T) {
	for _, s := range []string{"A", "SPY", "BRK.B", "7203.T", "@ES", "=cmd", "-X", "NAN", "TRUE", "1E5", "NULL", "2020-01-01", "ÖMV", "東京", "A B", "^GSPC", strings.Repeat("x", 64), strings.Repeat("é", 64)} {
		require.Empty(t, SymbolFault(s), s)
	}
	for s, what := range map[string]string{
		"": "empty", "\xff": "UTF-8", strings.Repeat("x", 65): "long", "A\x1b[31m": "control", "A\nB": "control", "A\x00": "control", "A\u0085": "control",
		" A": "around", "A ": "around", "A\u00a0": "around", "A\u00a0B": "seen", "A\u3000B": "seen", "A\u200bB": "seen", "\ufeffA": "seen", "A\u202eB": "seen", "A\u2066B": "seen", "A\u2028B": "seen", "A\u00adB": "seen", "\ue000": "seen",
	} {
		require.Contains(t, SymbolFault(s), what, "%q", s)
	}
}
