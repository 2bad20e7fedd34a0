package columnar

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	flatbuffers "github.com/google/flatbuffers/go"

	"evenkeel/data/fault"
)

// Slots of an Arrow file's footer.
const (
	slotFooterSchema  = 6
	slotFooterBatches = 10
	blockSize         = 24
)

// splitFile finds the messages of an Arrow file: the stream in it, in order. Its footer
// lists the batches; where it lists others than there are, the file is damaged. The
// schema may stand in the footer alone.
func splitFile(b []byte) (stream, error) {
	n := len(b)
	if n < 8+4+len(magicArrow) || !bytes.HasSuffix(b, magicArrow) {
		return stream{}, bad(fault.CutShort, "", fmt.Sprintf("no ARROW1 at the end: the file is cut short (%d bytes)", n), "a complete Arrow file", "copy it again")
	}
	size := int64(int32(binary.LittleEndian.Uint32(b[n-len(magicArrow)-4:])))
	end := int64(n-len(magicArrow)-4) - size
	if size < 8 || end < 8 {
		return stream{}, bad(fault.CutShort, "", fmt.Sprintf("the footer claims %d bytes of %d", size, n), "a complete Arrow file", "copy it again")
	}
	var schema flatbuffers.Table
	var batches []int64
	err := guard(func() (err error) {
		schema, batches, err = readArrowFooter(b[end : end+size])
		return err
	})
	if err != nil {
		return stream{}, damaged("footer", err)
	}
	s, err := messagesOf(b[8:end], 8)
	if err != nil {
		return s, err
	}
	if s.schema == nil {
		s.schema = &schema
	}
	s.open = false // the footer says where a file ends
	return s, s.agree(batches)
}

// readArrowFooter is the schema of a footer and where it says that batches begin.
func readArrowFooter(b []byte) (schema flatbuffers.Table, batches []int64, err error) {
	root := flatbuffers.Table{Bytes: b, Pos: flatbuffers.GetUOffsetT(b)}
	o := flatbuffers.UOffsetT(root.Offset(slotFooterSchema))
	if o == 0 {
		return schema, nil, errNoSchema
	}
	schema = flatbuffers.Table{Bytes: b, Pos: root.Indirect(o + root.Pos)}
	count := 0
	if err := checkFields(schema, slotFields, slotSchemaMeta, 0, &count); err != nil {
		return schema, nil, err
	}
	n, err := vector(root, slotFooterBatches, blockSize)
	if err != nil || n == 0 {
		return schema, nil, err
	}
	at := root.Vector(flatbuffers.UOffsetT(root.Offset(slotFooterBatches)))
	for i := range n {
		batches = append(batches, root.GetInt64(at+flatbuffers.UOffsetT(blockSize*i)))
	}
	return schema, batches, nil
}

// agree holds the footer's list of batches against the file's.
func (s *stream) agree(listed []int64) error {
	var held []int64
	for _, m := range s.list {
		if m.kind == messageBatch {
			held = append(held, m.at)
		}
	}
	if slices.Equal(slices.Sorted(slices.Values(listed)), held) {
		return nil
	}
	what := fmt.Sprintf("it lists %d record batches, the file holds %d", len(listed), len(held))
	if len(listed) == len(held) {
		what = "it lists record batches at other places than where they are"
	}
	return bad(fault.Damaged, "footer", what, "a footer that lists the file's batches", "copy the file again or rewrite it")
}
