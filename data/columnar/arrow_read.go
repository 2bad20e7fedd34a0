package columnar

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/ipc"
)

// arrowReader reads Arrow IPC, file or stream: the file's stream is read in
// order, its footer only proves that it is complete.
type arrowReader struct {
	messages []message
	schema   *arrow.Schema
	list     []field
	total    int64
	most     int // bytes a buffer may take
	meta     map[string]string
}

// maxSwell is how much larger than its file a decompressed buffer may be.
const maxSwell = 1024

func openArrow(in *input, l Limits) (*arrowReader, error) {
	b := in.bytes
	if in.format == ArrowFile {
		var err error
		if b, err = streamOf(b); err != nil {
			return nil, err
		}
	}
	list, err := splitMessages(b)
	if err != nil {
		code := "E305"
		if errors.Is(err, errCut) {
			code = "E304"
		}
		return nil, bad(code, "", cut(err.Error()), "a complete Arrow stream", "copy the file again")
	}
	if len(list) == 0 {
		return nil, bad("E304", "", "no schema", "a complete Arrow stream", "copy the file again")
	}
	r := &arrowReader{messages: list, most: int(min(l.Memory, maxSwell*int64(len(b)), maxPage))}
	for _, m := range list {
		if m.kind != messageBatch {
			continue
		}
		if r.total += m.rows; m.rows > l.Rows || r.total > l.Rows {
			return nil, tooManyRows(r.total, l)
		}
	}
	err = guard(func() error {
		rd, err := r.reader()
		if err != nil {
			return err
		}
		r.schema = rd.Schema()
		for _, f := range r.schema.Fields() {
			t, why := arrowType(f.Type)
			r.list = append(r.list, field{name: strings.Clone(f.Name), typ: t, why: why})
		}
		md := r.schema.Metadata()
		for i, k := range md.Keys() {
			if k == "pandas" || len(r.meta) >= 256 || len(k)+len(md.Values()[i]) > 1<<20 {
				continue
			}
			if r.meta == nil {
				r.meta = map[string]string{}
			}
			r.meta[strings.Clone(k)] = strings.Clone(md.Values()[i])
		}
		return nil
	})
	return r, damaged("schema", err)
}

func (r *arrowReader) reader() (*ipc.Reader, error) {
	return ipc.NewReaderFromMessageReader(&feed{r.messages}, ipc.WithAllocator(cappedAllocator{r.most}))
}

func (r *arrowReader) fields() []field      { return r.list }
func (r *arrowReader) rows() int64          { return r.total }
func (r *arrowReader) place(row int) string { return fmt.Sprintf("row %d", row+1) }

// storage says dictionary for texts that are stored as numbers.
func (r *arrowReader) storage(col int) (encodings, codecs []string) {
	if _, ok := r.schema.Field(col).Type.(*arrow.DictionaryType); ok {
		encodings = []string{"DICTIONARY"}
	}
	return encodings, nil
}

// read decodes every batch and takes the columns asked for out of it.
func (r *arrowReader) read(ctx context.Context, cols []int, _ window, l Limits) (*Table, error) {
	var width int64
	t := &Table{Columns: make([]Column, len(cols)), Meta: r.meta}
	for i, c := range cols {
		f := r.list[c]
		if f.why != "" {
			return nil, bad("E318", column(f.name), f.why, "numbers, dates, timestamps, decimals or text", "leave the column out or convert it")
		}
		t.Columns[i] = Column{Name: f.name, Type: f.typ}
		width += f.typ.width()
	}
	if need := width * r.total; need > l.Memory {
		return nil, tooMuch(fmt.Sprintf("%d rows x %d columns need %d bytes", r.total, len(cols), need), l.Memory)
	}
	takers := make([]*taker, len(cols))
	for i := range cols {
		t.Columns[i].grow(int(r.total))
		takers[i] = &taker{to: &t.Columns[i]}
	}
	batchNumber := 0
	err := guard(func() error {
		rd, err := r.reader()
		if err != nil {
			return err
		}
		at := 0
		for rd.Next() {
			if err := ended(ctx); err != nil {
				return err
			}
			rec := rd.Record()
			n := int(rec.NumRows())
			for i, c := range cols {
				a := rec.Column(c)
				if a.Len() != n || at+n > int(r.total) {
					return fmt.Errorf("column %d has %d rows of %d", c, a.Len(), n)
				}
				if err := takers[i].take(a, at); err != nil {
					return damaged(fmt.Sprintf("%s, batch %d", column(r.list[c].name), batchNumber), err)
				}
			}
			at += n
			batchNumber++
		}
		if err := rd.Err(); err != nil {
			return err
		}
		if at != int(r.total) {
			return fmt.Errorf("%d of %d rows could be decoded", at, r.total)
		}
		return nil
	})
	return t, damaged(fmt.Sprintf("batch %d", batchNumber), err)
}

// arrowType is a column's type, or why it cannot be read.
func arrowType(t arrow.DataType) (Type, string) {
	number := func(kind Kind, unsigned bool) (Type, string) {
		return Type{Kind: kind, Bits: t.(arrow.FixedWidthDataType).BitWidth(), Unsigned: unsigned}, ""
	}
	switch t := t.(type) {
	case *arrow.BooleanType:
		return Type{Kind: Bool}, ""
	case *arrow.Int8Type, *arrow.Int16Type, *arrow.Int32Type, *arrow.Int64Type:
		return number(Int, false)
	case *arrow.Uint8Type, *arrow.Uint16Type, *arrow.Uint32Type, *arrow.Uint64Type:
		return number(Int, true)
	case *arrow.Float32Type, *arrow.Float64Type:
		return number(Float, false)
	case *arrow.StringType, *arrow.LargeStringType, *arrow.StringViewType:
		return Type{Kind: Text}, ""
	case *arrow.Date32Type, *arrow.Date64Type:
		return Type{Kind: Date}, ""
	case *arrow.TimestampType:
		return Type{Kind: Timestamp, Unit: [...]Unit{Second, Milli, Micro, Nano}[t.Unit&3], Zone: strings.Clone(t.TimeZone)}, ""
	case *arrow.Decimal128Type:
		return Type{Kind: Decimal, Precision: int(t.Precision), Scale: int(t.Scale)}, ""
	case *arrow.DictionaryType:
		switch t.ValueType.(type) {
		case *arrow.StringType, *arrow.LargeStringType:
			return Type{Kind: Text}, ""
		}
	}
	return Type{}, fmt.Sprintf("type %s is not supported", t)
}
