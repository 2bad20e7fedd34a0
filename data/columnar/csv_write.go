package columnar

import (
	"bufio"
	"io"
	"strconv"
	"strings"
	"time"
)

// writeCSV writes UTF-8 with LF line ends. Texts stand as they are, so that they are
// read back as they were; one that would be read as a number, a date or a flag is
// quoted.
func (t *Table) writeCSV(w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<16)
	var line []byte
	for i := range t.Columns {
		line = appendText(appendComma(line, i), t.Columns[i].Name, strings.ContainsAny(t.Columns[i].Name, ";|"))
	}
	line = append(line, '\n')
	zones := make([]*time.Location, len(t.Columns))
	for i := range t.Columns {
		var err error
		if zones[i], err = t.Columns[i].location(); err != nil {
			return err
		}
	}
	for r := range t.Rows() {
		if _, err := b.Write(line); err != nil {
			return err
		}
		line = line[:0]
		for i := range t.Columns {
			line = t.Columns[i].appendCell(appendComma(line, i), r, zones[i])
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

// appendText writes a text, in quotes where it needs them or is asked for them.
func appendText(line []byte, s string, quote bool) []byte {
	if !quote && s != "" && !strings.ContainsAny(s, ",\"\r\n\t") && s[0] != ' ' && s[len(s)-1] != ' ' && !strings.HasPrefix(s, string(bom)) {
		return append(line, s...)
	}
	line = append(line, '"')
	line = append(line, strings.ReplaceAll(s, `"`, `""`)...)
	return append(line, '"')
}

// looksTyped reports whether a text without quotes would be read as something else.
func looksTyped(s string) bool {
	c := csvColumn{guess: anything}
	c.see(cell{text: []byte(s)})
	return c.guess != 0
}

// appendCell writes row r; nothing for null.
func (c *Column) appendCell(line []byte, r int, loc *time.Location) []byte {
	if c.Null(r) {
		return line
	}
	switch c.Type.Kind {
	case Bool:
		return strconv.AppendBool(line, c.Bools[r])
	case Int:
		return strconv.AppendInt(line, c.Ints[r], 10)
	case Float:
		return strconv.AppendFloat(line, c.Floats[r], 'g', -1, 64)
	case Text:
		s := c.Text(r)
		return appendText(line, s, looksTyped(s))
	case Date:
		return append(line, c.Days[r].String()...)
	case Timestamp:
		return c.appendTime(line, r, loc)
	case Decimal:
		return append(line, c.Decimals[r].Text(c.Type.Scale)...)
	}
	return line
}

// appendTime writes a timestamp: a local one as it stands, an instant in its column's
// zone, with the offset there or Z.
func (c *Column) appendTime(line []byte, r int, loc *time.Location) []byte {
	perSecond := c.Type.perDay() / 86400
	s := floorDiv(c.Ints[r], perSecond)
	t := time.Unix(s, (c.Ints[r]-s*perSecond)*(1e9/perSecond)).In(loc)
	if _, offset := t.Zone(); offset%60 != 0 { // local mean time of old: written to the minute, the instant exact
		t = t.In(time.FixedZone("", 60*int(floorDiv(int64(offset)+59, 60))))
	}
	line = t.AppendFormat(line, "2006-01-02T15:04:05.999999999")
	switch {
	case c.Type.Zone == "":
	case loc == time.UTC:
		line = append(line, 'Z')
	default:
		line = t.AppendFormat(line, "-07:00")
	}
	return line
}
