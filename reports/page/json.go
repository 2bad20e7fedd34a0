package page

import (
	"bytes"
	"encoding/json"

	"evenkeel/data"
)

// Object is a JSON object whose keys keep their order.
type Object struct{ b bytes.Buffer }

// Put adds a key with its value; a number that is not finite becomes null.
func (o *Object) Put(key string, value any) {
	if o.b.Len() > 0 {
		o.b.WriteByte(',')
	}
	o.b.Write(Encode(key))
	o.b.WriteByte(':')
	switch v := value.(type) {
	case *Object:
		o.b.Write(v.Bytes())
	case *Array:
		o.b.Write(v.bytes())
	case float64:
		if !data.Finite(v) {
			value = nil
		}
		o.b.Write(Encode(value))
	default:
		o.b.Write(Encode(value))
	}
}

// Bytes returns the object as JSON.
func (o *Object) Bytes() []byte { return append(append([]byte{'{'}, o.b.Bytes()...), '}') }

// Array is a JSON array of objects.
type Array struct{ b bytes.Buffer }

// Add appends an object.
func (a *Array) Add(o *Object) {
	if a.b.Len() > 0 {
		a.b.WriteByte(',')
	}
	a.b.Write(o.Bytes())
}

func (a *Array) bytes() []byte { return append(append([]byte{'['}, a.b.Bytes()...), ']') }

// Encode is JSON of a text, a number or nil; these cannot fail.
func Encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}
