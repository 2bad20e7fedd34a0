package columnar

import (
	"bytes"
	"fmt"
	"slices"

	"evenkeel/data/fault"
)

// maxDamage is how many bytes are read behind the first damaged line of CSV: the file is
// refused, and what is read only finds more to say.
const maxDamage = 16 << 20

// csvDamage collects damaged lines of CSV and says when there are enough of them.
type csvDamage struct {
	found *findings
	n     int // damaged lines
	left  int // bytes behind the first of them
}

// at notes that the record read last is damaged.
func (d *csvDamage) at(s *scanner, what, rule string) {
	if d.n++; d.n == 1 {
		d.left = len(s.rest)
	}
	d.found.add(fault.Finding{Code: fault.BadCSV, Place: fmt.Sprintf("line %d", max(s.line, 1)), What: what, Rule: rule, Remedy: "write comma-separated values with a header line and decimal points"})
}

// enough ends the reading of a damaged file. That it ended is the first finding: of many
// only the first are shown.
func (d *csvDamage) enough(s *scanner) bool {
	if d.n == 0 || d.n < maxFindings-1 && d.left-len(s.rest) < maxDamage {
		return false
	}
	lines := "a line is"
	if d.n > 1 {
		lines = fmt.Sprintf("%d lines are", d.n)
	}
	d.found.add(fault.Finding{Code: fault.BadCSV, What: fmt.Sprintf("reading stopped at line %d: %s damaged", s.line, lines),
		Rule: "a damaged file is read far enough to say so", Remedy: "fix what is listed, then check again"})
	last := len(d.found.list) - 1 // it comes first
	d.found.list = slices.Insert(d.found.list[:last:last], 0, d.found.list[last])
	return true
}

// maxHead is how many bytes of a file are looked at before it is read.
const maxHead = 4096

// checkText refuses what a text cannot hold in a file whose name says CSV: a NUL, as
// UTF-16, sparse files and damaged disks have them.
func checkText(b []byte) error {
	at := bytes.IndexByte(b, 0)
	if at < 0 {
		return nil
	}
	place := fmt.Sprintf("line %d", 1+bytes.Count(b[:at], []byte("\n")))
	if looksUTF16(b[:min(len(b), maxHead)]) {
		return bad(fault.BadCSV, place, "the text is UTF-16", "UTF-8", "save it as UTF-8")
	}
	return bad(fault.BadCSV, place, fmt.Sprintf("a NUL (a byte of 0) after %d bytes", at), "text in UTF-8", "copy the file again or write it again as text")
}

// looksUTF16 reports whether bytes are text in 16 bits: a mark of their order, or a zero
// beside every letter.
func looksUTF16(b []byte) bool {
	if bytes.HasPrefix(b, []byte{0xff, 0xfe}) || bytes.HasPrefix(b, []byte{0xfe, 0xff}) {
		return true
	}
	for _, first := range []int{0, 1} {
		zeros, n := 0, 0
		for i := first; i < len(b); i += 2 {
			n++
			if b[i] == 0 {
				zeros++
			}
		}
		if n > 4 && zeros == n && bytes.Count(b, []byte{0}) == zeros {
			return true
		}
	}
	return false
}
