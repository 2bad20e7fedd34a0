package main

import (
	"bytes"
	"encoding/json"

	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/reports/run"
)

// sourceOf returns where a run came from, in words that the same prices from another
// file share: the name and the columns of the price file are left out.
func sourceOf(f *experiment.File) *run.Source {
	return &run.Source{
		Settings: withoutFile(f.Canonical()), Start: f.Data.Start, End: f.Data.End, Program: "evenkeel " + engineVersion,
	}
}

// member is a key of a JSON object with its value.
type member struct {
	key   string
	value json.RawMessage
}

// withoutFile is a canonical experiment, indented, without data.prices and
// data.columns; the order of keys stays.
func withoutFile(canonical []byte) string {
	top := members(canonical)
	for i := range top {
		if top[i].key != "data" {
			continue
		}
		var kept []member
		for _, m := range members(top[i].value) {
			if m.key != "prices" && m.key != "columns" {
				kept = append(kept, m)
			}
		}
		top[i].value = object(kept)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, object(top), "", "  "); err != nil {
		panic(err) // what the program itself wrote is JSON
	}
	b.WriteByte('\n')
	return b.String()
}

// members are the keys of an object that the program itself wrote, in order.
func members(text []byte) (all []member) {
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil {
		panic(err)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			panic(err)
		}
		m := member{}
		m.key, _ = key.(string)
		if err := d.Decode(&m.value); err != nil {
			panic(err)
		}
		all = append(all, m)
	}
	return all
}

// object is members as an object.
func object(all []member) []byte {
	b := []byte{'{'}
	for i, m := range all {
		if i > 0 {
			b = append(b, ',')
		}
		key, err := json.Marshal(m.key)
		if err != nil {
			panic(err)
		}
		b = append(append(append(b, key...), ':'), m.value...)
	}
	return append(b, '}')
}
