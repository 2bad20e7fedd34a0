package columnar

import (
	"bytes"
	"errors"
	"fmt"
)

// cell is a field of a CSV record; quoted tells "" from nothing.
type cell struct {
	text   []byte
	quoted bool
}

// scanner cuts CSV into records: fields split by commas, quoted ones with ""
// for a quote and any line break inside; lines end in LF or CRLF; blank lines
// are skipped. Fields are slices of the input or of fresh memory.
type scanner struct {
	rest []byte
	line int // of the record last read, from 1
	next int // line that comes next
	rec  []cell
	most int // fields of a record
}

// newScanner reads records of at most so many fields: beyond them, a record of commas
// would take more memory than the file.
func newScanner(b []byte, most int) *scanner {
	return &scanner{rest: bytes.TrimPrefix(b, bom), next: 1, most: most}
}

func (s *scanner) tooWide() error { return fmt.Errorf("more than %d fields: %w", s.most, errWide) }

var errWide = errors.New("a record is too wide")

var (
	errQuote = errors.New("a quote that is not closed, or stands inside a field")
	errOpen  = errors.New("a quote that is not closed before the file ends")
)

// scan reads the next record; false at the end.
func (s *scanner) scan() (bool, error) {
	for len(s.rest) > 0 && (s.rest[0] == '\n' || bytes.HasPrefix(s.rest, []byte("\r\n"))) {
		s.rest = s.rest[1+int(s.rest[0]/'\r'):]
		s.next++
	}
	if len(s.rest) == 0 {
		return false, nil
	}
	s.line, s.rec = s.next, s.rec[:0]
	line, rest := s.rest, []byte(nil)
	if i := bytes.IndexByte(s.rest, '\n'); i >= 0 {
		line, rest = s.rest[:i], s.rest[i+1:]
	}
	if bytes.IndexByte(line, '"') >= 0 {
		return true, s.quoted()
	}
	s.next++
	s.rest = rest
	line = bytes.TrimSuffix(line, []byte("\r"))
	if bytes.IndexByte(line, '\r') >= 0 {
		return true, errors.New("a lone CR inside a line")
	}
	for {
		if len(s.rec) >= s.most {
			return true, s.tooWide()
		}
		i := bytes.IndexByte(line, ',')
		if i < 0 {
			s.rec = append(s.rec, cell{text: line})
			return true, nil
		}
		s.rec = append(s.rec, cell{text: line[:i]})
		line = line[i+1:]
	}
}

// quoted reads a record that has quotes in it.
func (s *scanner) quoted() error {
	for {
		at := s.next // a field that fails may have counted lines which are read again
		c, rest, err := s.field()
		if err != nil {
			s.next = at
			s.skipLine()
			return err
		}
		if len(s.rec) >= s.most {
			s.skipLine()
			return s.tooWide()
		}
		s.rec = append(s.rec, c)
		s.rest = rest
		switch {
		case len(rest) == 0:
			s.next++
			return nil
		case rest[0] == ',':
			s.rest = rest[1:]
		default:
			s.rest = bytes.TrimPrefix(rest, []byte("\r"))[1:]
			s.next++
			return nil
		}
	}
}

func (s *scanner) skipLine() {
	s.next++
	if i := bytes.IndexByte(s.rest, '\n'); i >= 0 {
		s.rest = s.rest[i+1:]
		return
	}
	s.rest = nil
}

// field cuts one field off; what is left begins with a comma or a line's end.
func (s *scanner) field() (c cell, rest []byte, err error) {
	b := s.rest
	if len(b) == 0 || b[0] != '"' {
		i := bytes.IndexAny(b, ",\n\"")
		if i < 0 {
			return cell{text: bytes.TrimSuffix(b, []byte("\r"))}, nil, nil
		}
		if b[i] == '"' {
			return c, nil, errQuote
		}
		text, rest := b[:i], b[i:]
		if b[i] == '\n' {
			text = bytes.TrimSuffix(text, []byte("\r"))
		}
		return cell{text: text}, rest, nil
	}
	b = b[1:]
	c.quoted = true
	var made []byte // a field with quotes in it is made again
	for {
		i := bytes.IndexByte(b, '"')
		if i < 0 {
			return c, nil, errOpen
		}
		s.next += bytes.Count(b[:i], []byte("\n"))
		part := b[:i]
		b = b[i+1:]
		if len(b) > 0 && b[0] == '"' {
			made = append(append(made, part...), '"')
			b = b[1:]
			continue
		}
		if c.text = part; made != nil {
			made = append(made, part...)
			c.text = made
		}
		if len(b) == 0 || b[0] == ',' || b[0] == '\n' || bytes.HasPrefix(b, []byte("\r\n")) {
			return c, b, nil
		}
		return c, nil, errQuote
	}
}

// separator guesses what splits a header that is one field without quotes.
func separator(header []cell) error {
	if len(header) != 1 || header[0].quoted {
		return nil
	}
	for _, sep := range []byte{';', '\t', '|'} {
		if bytes.IndexByte(header[0].text, sep) >= 0 {
			return fmt.Errorf("fields are separated by %q, decimal commas?", string(sep))
		}
	}
	return nil
}
