package engine

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A shell reads back every word as it was.
func TestWordsSurviveTheShell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[ -~é]{0,12}`), 1, 8).Draw(t, "words")
		out, err := exec.Command("bash", "-c", command("printf", append([]string{`%s\n`}, words...))).Output()
		require.NoError(t, err)
		require.Equal(t, strings.Join(words, "\n")+"\n", string(out))
	})
}

// Every name is one that Kubernetes takes: a DNS label, with room for "-merge".
func TestJobNames(t *testing.T) {
	for text, want := range map[string]string{
		"Bands and rails": "bands-and-rails", "s": "s", "": "sweep", "5-25": "sweep-5-25", "--a__b--": "a-b", "Überlauf": "berlauf", "日本": "sweep",
	} {
		require.Equal(t, want, JobName(text))
	}
	rapid.Check(t, func(t *rapid.T) {
		require.Regexp(t, `^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$`, JobName(rapid.String().Draw(t, "text")))
	})
}

func TestShare(t *testing.T) {
	for n, want := range map[int]string{1: "one task computes all", 2: "every other part", 3: "every 3rd", 11: "every 11th", 21: "every 21st", 112: "every 112th", 122: "every 122nd"} {
		require.Contains(t, (&Sweep{Tasks: n}).share(), want)
	}
}

// What a template gets is what it says: equal input, equal bytes, and nothing of the
// caller is changed.
func TestManifestIsPure(t *testing.T) {
	x := &Kubernetes{Sweep: Sweep{Name: "s", File: "/data/s.yaml", Out: "/data/s", Tasks: 3}, Image: "i", AtOnce: 9, Wait: "1h"}
	before := *x
	first := x.Manifest()
	require.Equal(t, first, x.Manifest())
	require.Equal(t, before, *x)
	require.Contains(t, first, "completions: 3\n  parallelism: 3\n")
	require.NotContains(t, first, "namespace")
	require.NotContains(t, first, "<no value>")
}
