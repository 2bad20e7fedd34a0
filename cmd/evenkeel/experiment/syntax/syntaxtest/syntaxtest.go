// Package syntaxtest compares trees of package syntax with what other readers make of a text.
package syntaxtest

import (
	"encoding/json"
	"strings"

	"evenkeel/cmd/evenkeel/experiment/syntax"
)

// Plain returns a node as package json decodes it: plain scalars that look like numbers,
// true, false and null are such; numbers are json.Number.
func Plain(n *syntax.Node) any {
	switch n.Kind {
	case syntax.List:
		out := []any{}
		for _, item := range n.Items {
			out = append(out, Plain(item))
		}
		return out
	case syntax.Mapping:
		out := map[string]any{}
		for i, k := range n.Keys {
			out[k.Text] = Plain(n.Items[i])
		}
		return out
	}
	if n.Quoted {
		return n.Text
	}
	if n.Null {
		return nil
	}
	var v any
	d := json.NewDecoder(strings.NewReader(n.Text))
	d.UseNumber()
	if d.Decode(&v) == nil && !d.More() && d.InputOffset() == int64(len(n.Text)) {
		return v
	}
	return n.Text
}
