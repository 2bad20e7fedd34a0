package main

import (
	"encoding/binary"
	"math"

	"evenkeel/data"
)

// raw is the closes as little-endian float64, session by session.
func raw(p *data.Panel) []byte {
	b := make([]byte, 0, 8*len(p.Closes()))
	for _, x := range p.Closes() {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
	}
	return b
}
