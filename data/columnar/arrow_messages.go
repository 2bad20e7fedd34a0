package columnar

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	flatbuffers "github.com/google/flatbuffers/go"
)

// A message of the Arrow stream: its flatbuffer and the body behind it.
type message struct {
	meta, body []byte
	kind       byte  // of messageSchema...
	rows       int64 // of a record batch
}

const (
	messageSchema     = 1
	messageDictionary = 2
	messageBatch      = 3
)

// Slots of the flatbuffer tables that are looked at here.
const (
	slotHeaderType, slotHeader, slotBody    = 6, 8, 10
	slotFields, slotSchemaMeta              = 6, 8
	slotChildren, slotFieldMeta             = 14, 16
	slotBatchLength, slotNodes, slotBuffers = 4, 6, 8
	slotDictionaryData                      = 6
)

// splitMessages finds the messages of a stream, or of the stream inside a file,
// without copying. Every length is checked against the bytes there are, so that
// the library never asks for memory that a damaged length names.
func splitMessages(b []byte) ([]message, error) {
	var out []message
	for {
		m, rest, err := nextMessage(b)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err == nil {
			err = guard(m.check)
		}
		if err != nil {
			return nil, fmt.Errorf("message %d: %w", len(out), err)
		}
		if len(out) == 0 && m.kind != messageSchema {
			return nil, errors.New("the stream does not begin with a schema")
		}
		out, b = append(out, m), rest
	}
}

// nextMessage cuts one message off; io.EOF is the stream's end.
func nextMessage(b []byte) (m message, rest []byte, err error) {
	if len(b) == 0 {
		return m, nil, io.EOF
	}
	if len(b) < 4 {
		return m, nil, errCut
	}
	n := binary.LittleEndian.Uint32(b)
	b = b[4:]
	if n == 0xffffffff {
		if len(b) < 4 {
			return m, nil, errCut
		}
		n, b = binary.LittleEndian.Uint32(b), b[4:]
	}
	if n == 0 {
		return m, nil, io.EOF
	}
	if uint64(n) > uint64(len(b)) || n < 8 {
		return m, nil, errCut
	}
	m.meta, b = b[:n:n], b[n:]
	var size int64
	if err := guard(func() error {
		root := flatbuffers.Table{Bytes: m.meta, Pos: flatbuffers.GetUOffsetT(m.meta)}
		size = root.GetInt64Slot(slotBody, 0)
		m.kind = root.GetByteSlot(slotHeaderType, 0)
		return nil
	}); err != nil {
		return m, nil, err
	}
	if size < 0 || size > int64(len(b)) {
		return m, nil, errCut
	}
	m.body = b[:size:size]
	return m, b[size:], nil
}

var errCut = errors.New("the stream is cut short or damaged")

// check looks at the vectors of a message before the library sizes memory by
// them, and at the number of rows of a batch.
func (m *message) check() error {
	root := flatbuffers.Table{Bytes: m.meta, Pos: flatbuffers.GetUOffsetT(m.meta)}
	o := flatbuffers.UOffsetT(root.Offset(slotHeader))
	if o == 0 {
		return errors.New("no header")
	}
	var head flatbuffers.Table
	root.Union(&head, o)
	switch m.kind {
	case messageSchema:
		count := 0
		return checkFields(head, slotFields, slotSchemaMeta, 0, &count)
	case messageBatch:
		m.rows = head.GetInt64Slot(slotBatchLength, 0)
		return checkBatch(head, m.rows)
	case messageDictionary:
		o := flatbuffers.UOffsetT(head.Offset(slotDictionaryData))
		if o == 0 {
			return errors.New("a dictionary without data")
		}
		batch := flatbuffers.Table{Bytes: head.Bytes, Pos: head.Indirect(o + head.Pos)}
		return checkBatch(batch, batch.GetInt64Slot(slotBatchLength, 0))
	}
	return fmt.Errorf("message of kind %d", m.kind)
}

const (
	maxFields = 100_000
	maxDepth  = 16
)

// checkFields bounds the vectors of fields, their children and their metadata.
func checkFields(t flatbuffers.Table, fields, meta flatbuffers.VOffsetT, depth int, count *int) error {
	if _, err := vector(t, meta, 4); err != nil {
		return err
	}
	n, err := vector(t, fields, 4)
	if err != nil {
		return err
	}
	if *count += n; *count > maxFields || depth > maxDepth {
		return fmt.Errorf("more than %d columns, or nested deeper than %d", maxFields, maxDepth)
	}
	for i := range n {
		at := t.Vector(flatbuffers.UOffsetT(t.Offset(fields))) + flatbuffers.UOffsetT(4*i)
		child := flatbuffers.Table{Bytes: t.Bytes, Pos: t.Indirect(at)}
		if err := checkFields(child, slotChildren, slotFieldMeta, depth+1, count); err != nil {
			return err
		}
	}
	return nil
}

func checkBatch(t flatbuffers.Table, rows int64) error {
	if rows < 0 {
		return fmt.Errorf("%d rows", rows)
	}
	if _, err := vector(t, slotNodes, 16); err != nil {
		return err
	}
	_, err := vector(t, slotBuffers, 16)
	return err
}

// vector is the length of a vector that lies within the message.
func vector(t flatbuffers.Table, slot flatbuffers.VOffsetT, width int) (int, error) {
	o := flatbuffers.UOffsetT(t.Offset(slot))
	if o == 0 {
		return 0, nil
	}
	n, at := t.VectorLen(o), int(t.Vector(o))
	if n < 0 || at < 0 || n > (len(t.Bytes)-at)/width {
		return 0, fmt.Errorf("a list of %d entries in a message of %d bytes", n, len(t.Bytes))
	}
	return n, nil
}

// feed hands checked messages to the library's stream reader.
type feed struct{ list []message }

func (f *feed) Message() (*ipc.Message, error) {
	if len(f.list) == 0 {
		return nil, io.EOF
	}
	m := f.list[0]
	f.list = f.list[1:]
	return ipc.NewMessage(memory.NewBufferBytes(m.meta), memory.NewBufferBytes(m.body)), nil
}

func (f *feed) Retain()  {}
func (f *feed) Release() {}

// streamOf is the stream inside an Arrow file. A file without its end is E304.
func streamOf(b []byte) ([]byte, error) {
	n := len(b)
	if n < 8+4+len(magicArrow) || !bytes.HasSuffix(b, magicArrow) {
		return nil, bad("E304", "", fmt.Sprintf("no ARROW1 at the end: the file is cut short (%d bytes)", n), "a complete Arrow file", "copy it again")
	}
	footer := int64(int32(binary.LittleEndian.Uint32(b[n-len(magicArrow)-4:])))
	end := int64(n-len(magicArrow)-4) - footer
	if footer <= 0 || end < 8 {
		return nil, bad("E304", "", fmt.Sprintf("the footer claims %d bytes of %d", footer, n), "a complete Arrow file", "copy it again")
	}
	return b[8:end], nil
}
