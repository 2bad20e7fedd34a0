package experiment

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	name  string
	value any // string, bool, number, object, []any
}

// number is a JSON number as text.
type number string

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
	case object:
		open('{', len(v), func(i int) {
			writeText(b, v[i].name)
			b.WriteString(": ")
			writeTo(b, v[i].value, deeper)
		})
	case []any:
		open('[', len(v), func(i int) { writeTo(b, v[i], deeper) })
	case string:
		writeText(b, v)
	case number:
		b.WriteString(string(v))
	case bool:
		fmt.Fprint(b, v)
	}
}

func writeText(b *bytes.Buffer, s string) {
	var one bytes.Buffer
	e := json.NewEncoder(&one)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string cannot fail
	b.Write(bytes.TrimRight(one.Bytes(), "\n"))
}

func texts(words []string) []any {
	out := make([]any, len(words))
	for i, w := range words {
		out[i] = w
	}
	return out
}
