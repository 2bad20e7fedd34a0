package columnar

import (
	"bufio"
	"io"
	"strconv"
	"strings"
	"time"
)

// writeCSV writes UTF-8 with LF line ends. A text that a spreadsheet would take
// for a formula gets an apostrophe before it.
func (t *Table) writeCSV(w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<16)
	var line []byte
	for i := range t.Columns {
		line = appendText(appendComma(line, i), t.Columns[i].Name)
	}
	line = append(line, '\n')
	for r := range t.Rows() {
		if _, err := b.Write(line); err != nil {
			return err
		}
		line = line[:0]
		for i := range t.Columns {
			line = t.Columns[i].appendCell(appendComma(line, i), r)
		}
		if len(line) == 0 {
			line = append(line, `""`...) // a line of its own, not a blank one
		}
		line = append(line, '\n')
	}
	if _, err := b.Write(line); err != nil {
		return err
	}
	return b.Flush()
}

func appendComma(line []byte, i int) []byte {
	if i > 0 {
		return append(line, ',')
	}
	return line
}

func appendText(line []byte, s string) []byte {
	if s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0 {
		s = "'" + s
	}
	if s != "" && !strings.ContainsAny(s, ",\"\r\n") && s[0] != ' ' && s[len(s)-1] != ' ' {
		return append(line, s...)
	}
	line = append(line, '"')
	line = append(line, strings.ReplaceAll(s, `"`, `""`)...)
	return append(line, '"')
}

// appendCell writes row r; nothing for null.
func (c *Column) appendCell(line []byte, r int) []byte {
	if c.Null(r) {
		return line
	}
	switch c.Type.Kind {
	case Bool:
		return strconv.AppendBool(line, c.Bools[r])
	case Int:
		return strconv.AppendInt(line, c.Ints[r], 10)
	case Float:
		bits := 64
		if c.Type.Bits == 32 {
			bits = 32
		}
		return strconv.AppendFloat(line, c.Floats[r], 'g', -1, bits)
	case Text:
		return appendText(line, c.Text(r))
	case Date:
		return append(line, c.Days[r].String()...)
	case Timestamp:
		return c.appendTime(line, r)
	case Decimal:
		return append(line, c.Decimals[r].Text(c.Type.Scale)...)
	}
	return line
}

// appendTime writes a timestamp in UTC, with Z when it is an instant.
func (c *Column) appendTime(line []byte, r int) []byte {
	perSecond := c.Type.perDay() / 86400
	s := floorDiv(c.Ints[r], perSecond)
	t := time.Unix(s, (c.Ints[r]-s*perSecond)*(1e9/perSecond)).UTC()
	line = t.AppendFormat(line, "2006-01-02T15:04:05.999999999")
	if c.Type.Zone != "" {
		line = append(line, 'Z')
	}
	return line
}
