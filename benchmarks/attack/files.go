package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"evenkeel/data/columnar"
)

// victim is a file that mutations begin from, and what it says.
type victim struct {
	group string // what the counts are kept by: format and how it is written
	ext   string
	bytes []byte
	want  *columnar.Table
}

// fileLimits are those of every read: small enough that a length that is believed
// shows in a second. The clock has no say: a busy machine would make findings.
var fileLimits = columnar.Limits{Memory: 256 << 20, Rows: 1 << 20, Time: standstill}

// prepareFiles makes the files. A case mutates one of them and reads it as a table and
// as prices.
func prepareFiles(scratch string) (func(*rand.Rand) outcome, error) {
	all, err := victims()
	if err != nil {
		return nil, err
	}
	for i := range all {
		v := &all[i]
		if v.want, err = columnar.DecodeTable(context.Background(), "x"+v.ext, v.bytes, columnar.TableOptions{Limits: fileLimits}); err != nil {
			return nil, fmt.Errorf("%s before any mutation: %w", v.group, err)
		}
	}
	return func(r *rand.Rand) outcome {
		v := all[r.IntN(len(all))]
		b := mutate(r, v.bytes)
		o := outcome{group: v.group, input: b, ext: v.ext}
		got, err := columnar.DecodeTable(context.Background(), "x"+v.ext, b, columnar.TableOptions{Limits: fileLimits})
		if o.verdict, o.detail = judge(err); o.verdict == same && !equal(v.want, got) {
			o.verdict = other
		}
		if o.verdict == broken {
			return o
		}
		path := filepath.Join(scratch, "x"+v.ext)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			o.verdict, o.detail = broken, err.Error()
			return o
		}
		_, _, err = columnar.ReadPanel(context.Background(), path, columnar.Options{Limits: fileLimits})
		if verdict, detail := judge(err); verdict == broken {
			o.verdict, o.detail = verdict, "as prices: "+detail
		}
		return o
	}, nil
}

// extremes are values that a damaged length may have.
var extremes = []uint64{0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 1 << 40, 1<<63 - 1, 1 << 63, 1<<64 - 1}

// mutate is a copy with one to three changes.
func mutate(r *rand.Rand, from []byte) []byte {
	b := bytes.Clone(from)
	for range 1 + r.IntN(3)*r.IntN(2) {
		if len(b) < 16 {
			break
		}
		b = mutations[r.IntN(len(mutations))](r, b)
	}
	return b
}

var mutations = []func(r *rand.Rand, b []byte) []byte{
	flipBit, flipBit, flipBit, // the most usual damage
	func(r *rand.Rand, b []byte) []byte { return b[:r.IntN(len(b))] },               // cut short
	func(r *rand.Rand, b []byte) []byte { return append(b, b[r.IntN(len(b)):]...) }, // something behind the end
	func(r *rand.Rand, b []byte) []byte { // a byte of any value
		b[r.IntN(len(b))] = byte(r.Uint32())
		return b
	},
	func(r *rand.Rand, b []byte) []byte { // a length
		v, width := extremes[r.IntN(len(extremes))], 1<<r.IntN(4)
		at := r.IntN(len(b) - 8)
		for k := range width {
			b[at+k] = byte(v >> (8 * k))
		}
		return b
	},
	func(r *rand.Rand, b []byte) []byte { // a block of zeros, as a lost sector leaves it
		at, n := block(r, len(b))
		clear(b[at : at+n])
		return b
	},
	func(r *rand.Rand, b []byte) []byte { // a block of noise
		at, n := block(r, len(b))
		for i := range n {
			b[at+i] = byte(r.Uint32())
		}
		return b
	},
	func(r *rand.Rand, b []byte) []byte { // a block in another's place
		at, n := block(r, len(b))
		copy(b[at:at+n], b[r.IntN(len(b)-n+1):])
		return b
	},
	func(r *rand.Rand, b []byte) []byte { // two blocks swapped
		at, n := block(r, len(b)/2)
		to := len(b)/2 + r.IntN(len(b)-len(b)/2-n+1)
		x := bytes.Clone(b[at : at+n])
		copy(b[at:at+n], b[to:to+n])
		copy(b[to:], x)
		return b
	},
	func(r *rand.Rand, b []byte) []byte { // a block repeated
		at, n := block(r, len(b))
		return append(b[:at+n:at+n], append(bytes.Clone(b[at:at+n]), b[at+n:]...)...)
	},
	func(r *rand.Rand, b []byte) []byte { // a block missing
		at, n := block(r, len(b))
		return append(b[:at:at], b[at+n:]...)
	},
}

func flipBit(r *rand.Rand, b []byte) []byte {
	b[r.IntN(len(b))] ^= 1 << r.IntN(8)
	return b
}

// block is a place and a size of at most a sector.
func block(r *rand.Rand, n int) (at, size int) {
	size = 1 + r.IntN(min(n, 1<<(1+r.IntN(9))))
	return r.IntN(n - size + 1), size
}

// equal reports whether two tables hold the same columns, names and values.
func equal(a, b *columnar.Table) bool {
	if len(a.Columns) != len(b.Columns) || a.Rows() != b.Rows() {
		return false
	}
	for i := range a.Columns {
		x, y := &a.Columns[i], &b.Columns[i]
		if x.Name != y.Name || x.Type.Kind != y.Type.Kind || x.Type.Zone != y.Type.Zone {
			return false
		}
		for row := range x.Len() {
			if x.Null(row) != y.Null(row) || !x.Null(row) && cell(x, row) != cell(y, row) {
				return false
			}
		}
	}
	return true
}

// cell is a value as text that tells any two apart.
func cell(c *columnar.Column, row int) string {
	switch c.Type.Kind {
	case columnar.Text:
		return c.Text(row)
	case columnar.Date:
		return c.Days[row].String()
	case columnar.Int:
		return fmt.Sprint(c.Ints[row])
	case columnar.Timestamp:
		return fmt.Sprint(c.Ints[row], c.Type.Unit)
	case columnar.Decimal:
		return c.Decimals[row].Text(c.Type.Scale)
	}
	return strings.TrimSpace(fmt.Sprintf("%x", c.Float(row)))
}
