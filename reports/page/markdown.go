package page

import (
	"fmt"
	"strings"

	"evenkeel/reports/draw"
)

// Document is Markdown in the making.
type Document struct{ B strings.Builder }

// Line writes a paragraph.
func (d *Document) Line(format string, args ...any) {
	fmt.Fprintf(&d.B, format+"\n\n", args...)
}

// Table writes a table. align has a letter a column, l or r, the last of which
// stands for all that follow. Cells are Markdown already.
func (d *Document) Table(head []string, align string, rows [][]string) {
	row := func(cells []string) { d.B.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	row(head)
	marks := make([]string, len(head))
	for i := range marks {
		if marks[i] = "---:"; align[min(i, len(align)-1)] == 'l' {
			marks[i] = "---"
		}
	}
	row(marks)
	for _, r := range rows {
		row(r)
	}
	d.B.WriteByte('\n')
}

// Escape is a text that Markdown shows as it is, on one line.
func Escape(s string) string {
	runes := []rune(draw.Clean(s, 400))
	var b strings.Builder
	for i, r := range runes {
		switch r {
		case '\\', '`', '*', '[', ']', '<', '>', '|', '~', '&', '$', '!', '{', '}':
			b.WriteByte('\\')
		case '_':
			if !(inside(runes, i-1) && inside(runes, i+1)) {
				b.WriteByte('\\')
			}
		case '#', '+', '=', '-':
			if i == 0 {
				b.WriteByte('\\')
			}
		case ':': // no address becomes a link
			if i+1 < len(runes) && runes[i+1] == '/' {
				b.WriteByte('\\')
			}
		case '.', ')':
			if i >= 3 && strings.EqualFold(string(runes[i-3:i]), "www") || leadingNumber(runes[:i]) {
				b.WriteByte('\\')
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

// inside reports whether a rune of a text is a letter or a digit, between which an
// underscore means nothing.
func inside(runes []rune, i int) bool {
	if i < 0 || i >= len(runes) {
		return false
	}
	r := runes[i]
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

// leadingNumber reports whether a text is digits alone: a dot after it would begin a list.
func leadingNumber(runes []rune) bool {
	for _, r := range runes {
		if r < '0' || r > '9' {
			return false
		}
	}
	return len(runes) > 0
}
