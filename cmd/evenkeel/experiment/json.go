package experiment

import (
	"bytes"
	"fmt"

	"evenkeel/cmd/evenkeel/experiment/syntax"
)

// Object is a JSON object whose members keep their order.
type Object []member

type member struct {
	Name  string
	Value any // string, bool, number, object, []any
}

// Number is a JSON number as text.
type Number string

// toJSON writes a value as indented JSON, which is YAML as well.
func toJSON(v any) []byte {
	var b bytes.Buffer
	writeTo(&b, v, "")
	b.WriteByte('\n')
	return b.Bytes()
}

func writeTo(b *bytes.Buffer, v any, indent string) {
	deeper := indent + "  "
	open := func(sign byte, n int, item func(i int)) {
		b.WriteByte(sign)
		for i := range n {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString("\n" + deeper)
			item(i)
		}
		if n > 0 {
			b.WriteString("\n" + indent)
		}
		b.WriteByte(sign + 2) // ] follows [ and } follows { by two
	}
	switch v := v.(type) {
	case Object:
		open('{', len(v), func(i int) {
			b.WriteString(syntax.Quoted(v[i].Name))
			b.WriteString(": ")
			writeTo(b, v[i].Value, deeper)
		})
	case []any:
		open('[', len(v), func(i int) { writeTo(b, v[i], deeper) })
	case string:
		b.WriteString(syntax.Quoted(v))
	case Number:
		b.WriteString(string(v))
	case bool:
		fmt.Fprint(b, v)
	}
}

func texts(words []string) []any {
	out := make([]any, len(words))
	for i, w := range words {
		out[i] = w
	}
	return out
}
