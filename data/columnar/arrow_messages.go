package columnar

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	flatbuffers "github.com/google/flatbuffers/go"

	"evenkeel/data/fault"
)

// A message of the Arrow stream: its flatbuffer and the body behind it.
type message struct {
	meta, body []byte
	kind       byte  // of messageSchema...
	version    int16 // of the metadata: 4 is version 5
	rows       int64 // of a record batch
	at         int64 // where it begins
	next       int64 // and where it ends
}

// stream is what a stream, or the stream inside a file, holds.
type stream struct {
	schema *flatbuffers.Table
	list   []message // dictionaries and batches
	end    int64     // where it ends, behind the mark
	open   bool      // there is no mark at its end
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
	slotDictionaryData, slotDelta           = 6, 8
	slotVersion                             = 4
)

// splitMessages finds the messages of a stream without copying. Every length is
// checked against the bytes there are. What follows the end of the stream is an error:
// it would be left out without a word.
func splitMessages(b []byte) (stream, error) {
	s, err := messagesOf(b, 0)
	if err != nil {
		return s, err
	}
	rest := b[s.end:]
	if len(bytes.Trim(rest, "\x00")) == 0 {
		return s, nil
	}
	what := fmt.Sprintf("%d bytes follow the end of the stream at byte %d", len(rest), s.end)
	if m, _, err := nextMessage(rest); err == nil && m.kind == messageSchema {
		what = fmt.Sprintf("a second stream follows the end of the first at byte %d", s.end)
	}
	return s, bad(fault.Damaged, "", what, "one stream a file", "write each stream to a file of its own, or join the tables")
}

// messagesOf are the messages of a stream that begins at a place of its file.
func messagesOf(b []byte, at int64) (s stream, err error) {
	for n := 0; ; n++ {
		m, rest, err := nextMessage(b)
		if errors.Is(err, io.EOF) {
			s.open, s.end = len(b) == 0, at+int64(len(b)-len(rest))
			return s, nil
		}
		if err == nil {
			err = guard(m.check)
		}
		if err != nil {
			if list := fault.Of(err); list != nil {
				return s, err
			}
			return s, fmt.Errorf("message %d: %w", n, err)
		}
		m.at = at
		at += int64(len(b) - len(rest))
		m.next = at
		switch {
		case m.kind != messageSchema:
			s.list = append(s.list, m)
		case n == 0:
			head := m.header()
			s.schema = &head
		default:
			return s, fmt.Errorf("message %d is a second schema", n)
		}
		b = rest
	}
}

// nextMessage cuts one message off; io.EOF is the stream's end, rest then what follows.
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
		return m, b, io.EOF
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
		m.version = root.GetInt16Slot(slotVersion, 0)
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
	if root.Offset(slotHeader) == 0 {
		return errors.New("no header")
	}
	if m.version < 3 || m.version > 4 {
		return bad(fault.NoDecoder, "", fmt.Sprintf("metadata of version %d is not supported", m.version+1), "Arrow metadata of version 4 or 5", "write it with a current library")
	}
	head := m.header()
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
	return bad(fault.NoDecoder, "", fmt.Sprintf("a message of kind %d (a tensor, or newer than this program) is not supported", m.kind), "schema, dictionaries and record batches", "write a table")
}

// header is the table that a message carries.
func (m *message) header() flatbuffers.Table {
	root := flatbuffers.Table{Bytes: m.meta, Pos: flatbuffers.GetUOffsetT(m.meta)}
	var head flatbuffers.Table
	root.Union(&head, flatbuffers.UOffsetT(root.Offset(slotHeader)))
	return head
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
	if _, err := vector(t, slotBuffers, 16); err != nil {
		return err
	}
	_, err := vector(t, slotVariadic, 8)
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
