package columnar

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	flatbuffers "github.com/google/flatbuffers/go"
	"github.com/pierrec/lz4/v4"

	"evenkeel/data/fault"
)

// batchBody is a record batch or the values of a dictionary: lists of nodes and
// buffers, which its columns take in the order of the schema.
type batchBody struct {
	rows     int
	body     []byte
	nodes    [][2]int64 // length, nulls
	buffers  [][2]int64 // offset, length
	variadic []int64
	codec    int8 // -1: none
	old      bool // metadata version 4: unions have a validity buffer
	meter    *meter
	lent     int64 // to buffers in use
}

// Slots of a record batch.
const (
	slotCompression, slotVariadic = 10, 12
	slotCodec                     = 4
)

// newBatch reads the lists of a record batch whose vectors were checked.
func newBatch(t flatbuffers.Table, body []byte, version int16, m *meter) (*batchBody, error) {
	b := &batchBody{rows: int(t.GetInt64Slot(slotBatchLength, 0)), body: body, codec: -1, old: version < 4, meter: m}
	b.nodes, b.buffers = pairs(t, slotNodes), pairs(t, slotBuffers)
	if o := flatbuffers.UOffsetT(t.Offset(slotVariadic)); o != 0 {
		at := t.Vector(o)
		for i := range t.VectorLen(o) {
			b.variadic = append(b.variadic, t.GetInt64(at+flatbuffers.UOffsetT(8*i)))
		}
	}
	if o := flatbuffers.UOffsetT(t.Offset(slotCompression)); o != 0 {
		c := flatbuffers.Table{Bytes: t.Bytes, Pos: t.Indirect(o + t.Pos)}
		if b.codec = c.GetInt8Slot(slotCodec, 0); b.codec != 0 && b.codec != 1 {
			return nil, bad(fault.NoDecoder, "", fmt.Sprintf("compression number %d is not supported", b.codec), "LZ4, zstd or none", "write it without compression")
		}
	}
	return b, nil
}

// pairs are the structs of two numbers of a vector.
func pairs(t flatbuffers.Table, slot flatbuffers.VOffsetT) [][2]int64 {
	o := flatbuffers.UOffsetT(t.Offset(slot))
	if o == 0 {
		return nil
	}
	list := make([][2]int64, t.VectorLen(o))
	at := t.Vector(o)
	for i := range list {
		p := at + flatbuffers.UOffsetT(16*i)
		list[i] = [2]int64{t.GetInt64(p), t.GetInt64(p + 8)}
	}
	return list
}

// part is what one column has of a batch: still compressed.
type part struct {
	length, nulls int64
	buffers       [][2]int64
}

var errLists = errors.New("a batch has fewer nodes or buffers than its columns need")

// take cuts off the nodes and buffers of a field and of what is inside it.
func (b *batchBody) take(f *arrowField) (part, error) {
	if f.lost {
		return part{}, fmt.Errorf("%s: nobody here knows how many buffers it has", f.why)
	}
	if len(b.nodes) == 0 {
		return part{}, errLists
	}
	p := part{length: b.nodes[0][0], nulls: b.nodes[0][1]}
	b.nodes = b.nodes[1:]
	n, err := b.count(f)
	if err != nil {
		return p, err
	}
	if n > len(b.buffers) {
		return p, errLists
	}
	p.buffers, b.buffers = b.buffers[:n], b.buffers[n:]
	if f.dict == nil {
		for i := range f.children {
			if _, err := b.take(&f.children[i]); err != nil {
				return p, err
			}
		}
	}
	return p, nil
}

// count is the number of a field's own buffers.
func (b *batchBody) count(f *arrowField) (int, error) {
	if f.dict != nil {
		return 2, nil
	}
	switch f.kind {
	case arrowNull, arrowRunEnds:
		return 0, nil
	case arrowStruct, arrowFixedList:
		return 1, nil
	case arrowBinary, arrowText, arrowBigBinary, arrowBigText, arrowListView, arrowBigView:
		return 3, nil
	case arrowUnion:
		n := 1
		if f.dense {
			n++
		}
		if b.old {
			n++
		}
		return n, nil
	case arrowBinaryView, arrowTextView:
		if len(b.variadic) == 0 || b.variadic[0] < 0 || b.variadic[0] > int64(len(b.buffers)) {
			return 0, errLists
		}
		n := int(b.variadic[0])
		b.variadic = b.variadic[1:]
		return 2 + n, nil
	}
	return 2, nil
}

// buffer is buffer i of a part, decompressed; at least is how many bytes it must have.
// What it is lent it has until release.
func (b *batchBody) buffer(p part, i int, least int64) ([]byte, error) {
	if i >= len(p.buffers) {
		return nil, errLists
	}
	at, size := p.buffers[i][0], p.buffers[i][1]
	if at < 0 || size < 0 || at > int64(len(b.body)) || size > int64(len(b.body))-at {
		return nil, fmt.Errorf("a buffer lies at %d, %d bytes long, in a body of %d", at, size, len(b.body))
	}
	raw := b.body[at : at+size]
	if b.codec >= 0 && size > 0 {
		var err error
		if raw, err = b.expand(raw); err != nil {
			return nil, err
		}
	}
	if int64(len(raw)) < least {
		return nil, errShort
	}
	return raw, nil
}

// expand decompresses a buffer into the space that its first eight bytes declare.
func (b *batchBody) expand(raw []byte) ([]byte, error) {
	if len(raw) < 8 {
		return nil, errShort
	}
	n := int64(binary.LittleEndian.Uint64(raw))
	raw = raw[8:]
	switch {
	case n == -1:
		return raw, nil
	case n < 0 || n > maxPage:
		return nil, bad(fault.OutOfProportion, "", fmt.Sprintf("a buffer claims to expand to %d bytes", n), fmt.Sprintf("limit %d bytes a buffer", maxPage), "write it with smaller batches")
	}
	if err := b.meter.lend(n, n); err != nil {
		return nil, err
	}
	b.lent += n
	out := make([]byte, n)
	got, err := 0, error(nil)
	if b.codec == 0 {
		got, err = fill(out, lz4.NewReader(bytes.NewReader(raw)))
	} else {
		got, err = unzstd(out, raw)
	}
	if err != nil {
		return nil, fmt.Errorf("decompressing a buffer: %w", err)
	}
	if got != len(out) {
		return nil, fmt.Errorf("a buffer of %d bytes decompresses to %d", n, got)
	}
	return out, nil
}

// release gives back what the buffers of a column had.
func (b *batchBody) release() {
	b.meter.back(b.lent)
	b.lent = 0
}

var errShort = errors.New("a buffer is shorter than its column")
