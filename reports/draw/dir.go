package draw

import "io"

// Dir is where reports put their files; a store.Dir is one.
type Dir interface {
	Write(name string, fill func(io.Writer) error) error
}
