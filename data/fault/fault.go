// Package fault holds findings: faults of inputs and outputs, reported so that the
// reader can fix them. A finding names its code, the file, the place, what was found,
// the rule it breaks and the remedy. Checks collect all findings before they stop, and
// a List of them is one error.
package fault

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"unicode"
)

// Finding is one thing that is wrong (or, as a warning, odd).
type Finding struct {
	Code    string `json:"code"`              // E310, one of Kinds
	File    string `json:"file,omitempty"`    // base name or path as the user wrote it
	Place   string `json:"place,omitempty"`   // "row 4121", "line 8", `column "close", row group 3`
	What    string `json:"what"`              // what was found, with the value, quoted by Quote
	Rule    string `json:"rule,omitempty"`    // what should have been there
	Remedy  string `json:"remedy,omitempty"`  // what to do about it
	Excerpt string `json:"excerpt,omitempty"` // lines of the source around the place, a marker under it
	Warning bool   `json:"warning,omitempty"` // a warning does not stop the run
}

// Error is the finding on one line, the excerpt (if any) on the lines below:
//
//	error E310 prices.parquet row 4121: date 2016-05-17 after 2016-05-18 (rows must be in increasing date order). Sort the file.
func (f Finding) Error() string {
	var b strings.Builder
	if f.Warning {
		b.WriteString("warning ")
	} else {
		b.WriteString("error ")
	}
	b.WriteString(f.Code)
	for _, s := range []string{f.File, f.Place} {
		if s != "" {
			b.WriteByte(' ')
			b.WriteString(Clean(s))
		}
	}
	b.WriteString(": ")
	b.WriteString(Clean(f.What))
	if f.Rule != "" {
		b.WriteString(" (" + Clean(f.Rule) + ")")
	}
	if f.Remedy != "" {
		b.WriteString(". " + sentence(Clean(f.Remedy)))
		if !strings.HasSuffix(f.Remedy, ".") && !strings.HasSuffix(f.Remedy, "?") {
			b.WriteByte('.')
		}
	}
	if f.Excerpt != "" {
		for line := range strings.SplitSeq(strings.TrimRight(f.Excerpt, "\n"), "\n") {
			b.WriteString("\n" + Clean(line))
		}
	}
	return b.String()
}

// MaxShown is how many findings an error prints before it counts the rest.
const MaxShown = 20

// List is all the findings of one pass, in the order of their places.
type List []Finding

// Error prints at most MaxShown findings, one a line, and counts the rest.
func (l List) Error() string {
	var b strings.Builder
	for i, f := range l {
		if i == MaxShown {
			fmt.Fprintf(&b, "\nand %d more", len(l)-MaxShown)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(f.Error())
	}
	return b.String()
}

// sentence is a remedy with a capital letter, unless it begins with a key or a name.
func sentence(s string) string {
	word, _, _ := strings.Cut(s, " ")
	if word == "" || strings.ContainsFunc(strings.TrimRight(word, ",:;"), func(r rune) bool { return r < 'a' || r > 'z' }) {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// Add appends a finding.
func (l *List) Add(f Finding) { *l = append(*l, f) }

// Err is nil when no finding stops the run, otherwise the whole list.
func (l List) Err() error {
	for _, f := range l {
		if !f.Warning {
			return l
		}
	}
	return nil
}

// Warnings are the findings that do not stop the run.
func (l List) Warnings() List {
	var w List
	for _, f := range l {
		if f.Warning {
			w = append(w, f)
		}
	}
	return w
}

// One is a list of a single finding, as an error.
func One(f Finding) error { return List{f} }

// Of finds the findings in an error's chain; an error without any gives nil.
func Of(err error) List {
	var l List
	if errors.As(err, &l) {
		return l
	}
	var f Finding
	if errors.As(err, &f) {
		return List{f}
	}
	return nil
}

// Exit codes of the program, by what went wrong.
const (
	ExitOK          = 0
	ExitUsage       = 1
	ExitConfig      = 2
	ExitData        = 3
	ExitOutput      = 4
	ExitBusy        = 5
	ExitLimit       = 6
	ExitPoints      = 7
	ExitEngine      = 8
	ExitBug         = 70
	ExitResumable   = 75 // a sweep was stopped; run the same command to resume
	ExitInterrupted = 130
)

// Exit is the program's exit code for an error: that of its first finding that
// is not a warning; an error without findings is a bug.
func Exit(err error) int {
	if err == nil {
		return ExitOK
	}
	for _, f := range Of(err) {
		if k, ok := KindOf(f.Code); ok && !f.Warning {
			return k.Exit
		}
	}
	return ExitBug
}

const maxQuoted = 80

// Quote is a value as findings print it: quoted, cut at 80 characters.
func Quote(s string) string {
	n := 0
	for i := range s { // a text may be long: no more of it is looked at than is shown
		if n == maxQuoted {
			return fmt.Sprintf("%q...", s[:i])
		}
		n++
	}
	return fmt.Sprintf("%q", s)
}

// Clean removes control characters (line breaks become spaces) and those that
// format without being seen (zero width, direction of reading), so that a hostile
// value can neither drive the terminal nor look like another.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029':
			return -1
		}
		return r
	}, s)
}

// Nearest is the candidate closest to word by edit distance, if one is close
// enough to be worth asking about (at most a third of the letters differ).
func Nearest(word string, candidates []string) (string, bool) {
	best, at := len([]rune(word))/3+2, ""
	sorted := append([]string(nil), candidates...)
	sort.Strings(sorted)
	for _, c := range sorted {
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d < best {
			best, at = d, c
		}
	}
	return at, at != ""
}

// distance is the optimal string alignment distance: inserted, deleted,
// replaced and swapped neighbouring letters count one each.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range y {
		rows[0][j+1] = j + 1
	}
	for i := range x {
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			d := min(rows[i][j+1]+1, rows[i+1][j]+1, rows[i][j]+cost)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				d = min(d, rows[i-1][j-1]+1)
			}
			rows[i+1][j+1] = d
		}
	}
	return rows[len(x)][len(y)]
}
