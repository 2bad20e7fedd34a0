package columnar

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	flatbuffers "github.com/google/flatbuffers/go"

	"evenkeel/data/fault"
)

// arrowReader reads Arrow IPC, file or stream: the stream is read in order, and the
// file's footer checked against it.
type arrowReader struct {
	messages []message // without the schema
	columns  []arrowField
	order    binary.ByteOrder
	total    int64
	meter    *meter
	meta     map[string]string
	open     bool // a stream that does not say where it ends
}

func openArrow(in *input, l Limits) (*arrowReader, error) {
	var s stream
	var err error
	if in.format == ArrowFile {
		s, err = splitFile(in.bytes)
	} else {
		s, err = splitMessages(in.bytes)
	}
	if err == nil && s.schema == nil {
		err = errNoSchema
	}
	if err != nil {
		code := fault.Damaged
		if errors.Is(err, errCut) {
			code = fault.CutShort
		}
		if fault.Of(err) != nil {
			return nil, err
		}
		return nil, bad(code, "", cut(err.Error()), "a complete Arrow stream", "copy the file again")
	}
	r := &arrowReader{messages: s.list, meter: in.meter, order: binary.LittleEndian, open: s.open}
	for _, m := range s.list {
		if m.kind != messageBatch {
			continue
		}
		if r.total += m.rows; m.rows > l.Rows || r.total > l.Rows {
			return nil, tooManyRows(r.total, l)
		}
	}
	err = guard(func() error {
		if s.schema.GetInt16Slot(slotEndianness, 0) == 1 {
			r.order = binary.BigEndian
		}
		r.columns, r.meta = arrowFields(*s.schema, slotFields), keyValues(*s.schema, slotSchemaMeta)
		return nil
	})
	return r, damaged("schema", err)
}

var errNoSchema = errors.New("the stream does not begin with a schema")

func (r *arrowReader) fields() []field {
	list := make([]field, len(r.columns))
	for i, f := range r.columns {
		list[i] = field{name: f.name, typ: f.typ, why: f.why}
	}
	return list
}

func (r *arrowReader) rows() int64          { return r.total }
func (r *arrowReader) place(row int) string { return fmt.Sprintf("row %d", row+1) }

// warnings tells of a stream that may be cut short.
func (r *arrowReader) warnings() (l fault.List) {
	if r.open {
		l.Add(fault.Finding{Code: fault.CutShort, Warning: true, What: "the stream ends without its end mark", Rule: "a mark behind the last batch", Remedy: "check that nothing is missing"})
	}
	return l
}

// storage says dictionary for texts that are stored as numbers.
func (r *arrowReader) storage(col int) (encodings, codecs []string) {
	if r.columns[col].dict != nil {
		encodings = []string{"DICTIONARY"}
	}
	return encodings, nil
}

// read decodes the columns asked for, and nothing else, of every batch.
func (r *arrowReader) read(ctx context.Context, cols []int, _ window, l Limits) (*Table, error) {
	var width int64
	t := &Table{Columns: make([]Column, len(cols)), Meta: r.meta}
	for i, c := range cols {
		f := &r.columns[c]
		if f.why != "" {
			return nil, bad(fault.NoFlatType, column(f.name), f.why, "numbers, dates, timestamps, decimals or text", "leave the column out or convert it")
		}
		t.Columns[i] = Column{Name: f.name, Type: f.typ}
		width += f.typ.width()
	}
	what := fmt.Sprintf("%d rows x %d columns", r.total, len(cols))
	if err := r.meter.expand(width*r.total, what); err != nil {
		return nil, err
	}
	if err := r.meter.keep(width*r.total, what); err != nil {
		return nil, err
	}
	p := &pass{arrowReader: r, cols: cols, takers: make([]*taker, len(cols)), dicts: map[int64]*dictionary{}, makers: map[int64]*taker{}}
	for i, c := range cols {
		t.Columns[i].grow(int(r.total))
		p.takers[i] = &taker{field: &r.columns[c], to: &t.Columns[i], order: r.order, meter: r.meter}
	}
	for _, m := range r.messages {
		if err := ended(ctx); err != nil {
			return nil, err
		}
		var err error
		if m.kind == messageDictionary {
			err = damaged("dictionary", guard(func() error { return p.dictionary(&m) }))
		} else {
			err = damaged(fmt.Sprintf("batch %d", p.batch), guard(func() error { return p.record(&m) }))
			p.batch++
		}
		if err != nil {
			return nil, err
		}
	}
	return t, nil
}

// pass is one read of a stream.
type pass struct {
	*arrowReader
	cols   []int
	takers []*taker
	dicts  map[int64]*dictionary
	makers map[int64]*taker // of the dictionaries
	row    int
	batch  int
}

// record takes the columns asked for out of a record batch.
func (p *pass) record(m *message) error {
	b, err := newBatch(m.header(), m.body, m.version, p.meter)
	if err != nil {
		return err
	}
	wanted := make(map[int]part, len(p.cols))
	last := 0
	for _, c := range p.cols {
		last = max(last, c+1)
	}
	for c := range last {
		part, err := b.take(&p.columns[c])
		if err != nil {
			return damaged(column(p.columns[c].name), unsupportedLayout(&p.columns[c], err))
		}
		wanted[c] = part
	}
	for i, c := range p.cols {
		var d *dictionary
		if f := p.columns[c].dict; f != nil {
			d = p.dicts[f.id]
		}
		if err := p.takers[i].take(b, wanted[c], p.row, d); err != nil {
			return damaged(fmt.Sprintf("%s, batch %d", column(p.columns[c].name), p.batch), err)
		}
	}
	p.row += b.rows
	return nil
}

// unsupportedLayout calls what is unknown here by its name: columns behind such a one
// cannot be found.
func unsupportedLayout(f *arrowField, err error) error {
	if f.lost {
		return bad(fault.NoDecoder, column(f.name), f.why, "types known here, or such columns last", "leave the column out or convert it")
	}
	return err
}

// dictionary keeps the values of a dictionary that a column asked for needs.
func (p *pass) dictionary(m *message) error {
	head := m.header()
	id := head.GetInt64Slot(slotDictID, 0)
	var f *arrowField
	for _, c := range p.cols {
		if d := p.columns[c].dict; d != nil && d.id == id {
			f = &p.columns[c]
		}
	}
	if f == nil {
		return nil
	}
	o := flatbuffers.UOffsetT(head.Offset(slotDictionaryData))
	b, err := newBatch(flatbuffers.Table{Bytes: head.Bytes, Pos: head.Indirect(o + head.Pos)}, m.body, m.version, p.meter)
	if err != nil {
		return err
	}
	values := *f
	values.dict = nil
	part, err := b.take(&values)
	if err != nil {
		return err
	}
	if int64(b.rows) > int64(len(m.body))*8 && b.rows > 1 && values.kind != arrowTextView {
		return errShort
	}
	d := p.dicts[id]
	if d == nil || !head.GetBoolSlot(slotDelta, false) {
		d = &dictionary{texts: &Column{Name: f.name, Type: Type{Kind: Text}}}
		p.dicts[id] = d
		p.makers[id] = &taker{field: &values, to: d.texts, order: p.order, meter: p.meter}
	}
	if err := p.meter.keep(5*int64(b.rows), "dictionary"); err != nil {
		return err
	}
	d.texts.Codes = append(d.texts.Codes, make([]int32, b.rows)...)
	if d.texts.Valid != nil {
		old := d.texts.Valid
		d.texts.Valid = nil
		d.texts.allValid()
		copy(d.texts.Valid, old)
	}
	if err := p.makers[id].take(b, part, d.n, nil); err != nil {
		return damaged(column(f.name), err)
	}
	d.n += b.rows
	return nil
}
