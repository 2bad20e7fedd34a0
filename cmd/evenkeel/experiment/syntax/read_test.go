package syntax_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/cmd/evenkeel/experiment/syntax/syntaxtest"
)

// The trees are those that the library's own parser makes.
func TestReadsAsTheLibrary(t *testing.T) {
	for _, text := range []string{
		testdata(t, "good.yaml"), experiment.Starter, strings.NewReplacer("1e6", "1000", "1e-1", "0.1").Replace(testdata(t, "simulated.yaml")), // 1e6 is a text to the library
		testdata(t, "vocabulary.yaml"), testdata(t, "etf-bands.yaml"),
		"a: b\n", "a: {b: c, d: [e, f, {g: h}], i: {}}\nj: []\n", `{"a": "b", "c":["d",{"e":"f"}]}`, "{\n  \"a\": [\n    \"b\",\n    \"c\"\n  ],\n  \"d\": {}\n}\n",
		"a:\n- b\n- c\nd:\n  - e\n  - f: g\n    h: i\n", "- a\n- - b\n  - c\n-\n  - d\n-\n  e: f\n", "a :  b \n'c d':   'e ''f'''\n\"g\\th\": \"i\\u00e9\"\n",
		"# top\na: # one\n  # two\n  b: c # three\n# four\nd: e\n", "a: |\n  b\n  c\nd: >-\n  e\n  f\ng: h\n", "a: b\n  c\n  d\ne: f\n", "a: [b,\n  c,\n  d]\ne: {f: g,\n    h: i}\n",
		"a:\n  b:\n    c: d\n  e: f\ng: h\n", "---\na: b\n", "a: b c: d\n", "a: http://b.c/d\ne: f#g\n", "a: -b\nc: '- d'\n", "a: \"b\n  c\"\nd: e\n", "é: ü\n日: 本\n",
		"a:\r\n  - b\r\n  - c: d\r\n", "a: [ b , c ]\nd: { e : f }\n", "a: [b, c,]\nd: {e: f,}\n", "- a: b\n  c:\n  - d\n  - e\n- f\n", "a: mon/wed/fri\nb: 5%:50%:5%\nc: \"\"\n",
	} {
		c := &syntax.Checker{Name: "x", Lines: syntax.LinesOf(text)}
		n := syntax.Read(c, []byte(text))
		var want any
		err := yaml.Unmarshal([]byte(text), &want)
		if err != nil {
			require.Nil(t, n, "the library refuses %q: %v", text, err)
			continue
		}
		require.NotNil(t, n, "%q: %v", text, c.List)
		a, err := json.Marshal(want)
		require.NoError(t, err)
		b, err := json.Marshal(syntaxtest.Plain(n))
		require.NoError(t, err)
		require.JSONEq(t, string(a), string(b), text)
	}
}

// What YAML would read differently from what a reader sees is refused.
func TestSyntaxRefused(t *testing.T) {
	for _, text := range []string{
		"a: b\n c: d\n", "a:\n  b: c\n d: e\n", "a: b: c\n", "a: - b\n", "- a\nb: c\n", "a: b\n- c\n", "a: [b\nc: d\n", "a: {b: c\n", "a: [b] c\n", "a: 'b' c\n",
		"? a\n: b\n", "? [a]\n: b\n", ": a\n", "a: [b c: {d: e]\n", "a: 'b\n", "a: \"b\n", "a: @b\n", "a: `b`\n", "a: {b: c}}\n", "a: [[b]\n", "{a: b}\nc: d\n", "[a]: b\n", "a: [,]\n", "a: {,}\n", "a\nb: c\n", "a:\n\t- b\n", "a: %b\n",
	} {
		c := &syntax.Checker{Name: "x", Lines: syntax.LinesOf(text)}
		require.Nil(t, syntax.Read(c, []byte(text)), text)
		require.NotEmpty(t, c.List, text)
	}
}

// testdata is an experiment of the package above.
func testdata(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "testdata", name))
	require.NoError(t, err)
	return string(text)
}
