package fault_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data/fault"
)

// The exit code of a finding goes by the first digit of its code.
var exits = map[byte]int{
	'1': fault.ExitConfig, '3': fault.ExitData, '4': fault.ExitOutput, '5': fault.ExitBusy,
	'6': fault.ExitLimit, '7': fault.ExitPoints, '8': fault.ExitEngine,
}

func TestKinds(t *testing.T) {
	require.True(t, slices.IsSortedFunc(fault.Kinds, func(a, b fault.Kind) int { return strings.Compare(a.Code, b.Code) }))
	codes, names := map[string]bool{}, map[string]bool{}
	for _, k := range fault.Kinds {
		require.Regexp(t, `^E[1345678][0-9]{2}$`, k.Code)
		require.False(t, codes[k.Code] || names[k.Name], "%s is twice in the table", k.Code)
		codes[k.Code], names[k.Name] = true, true
		require.NotEmpty(t, k.Name, k.Code)
		require.NotEmpty(t, k.Meaning, k.Code)
		require.False(t, strings.HasSuffix(k.Meaning, "."), k.Code)
		require.Equal(t, exits[k.Code[1]], k.Exit, k.Code)
		require.Equal(t, k.Exit, fault.Exit(fault.One(fault.Finding{Code: k.Code})))
		found, ok := fault.KindOf(k.Code)
		require.True(t, ok)
		require.Equal(t, k, found)
	}
	_, ok := fault.KindOf("E999")
	require.False(t, ok)
}

// Every constant is a row of the table.
func TestEveryCodeIsAKind(t *testing.T) {
	source, err := os.ReadFile("codes.go")
	require.NoError(t, err)
	all := regexp.MustCompile(`(?m)^\t\w+ += "(E[0-9]{3})"$`).FindAllStringSubmatch(string(source), -1)
	require.Len(t, all, len(fault.Kinds))
	for _, m := range all {
		_, ok := fault.KindOf(m[1])
		require.True(t, ok, m[1])
	}
}
