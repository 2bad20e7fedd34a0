package syntax

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/goccy/go-yaml/scanner"
	"github.com/goccy/go-yaml/token"

	"evenkeel/data/fault"
)

// MaxBytes is the largest experiment file.
const MaxBytes = 1 << 20

const (
	maxDepth  = 64     // of maps and lists in one another
	maxTokens = 600000 // 10,000 symbols in every part of the file are 200,000
)

// readable checks that the bytes are one text of a sensible size.
func (c *Checker) readable(source []byte) bool {
	bad := func(what, remedy string) bool {
		c.List.Add(fault.Finding{Code: fault.NotPlain, File: c.Name, What: what, Rule: "an experiment is one UTF-8 document of at most 1 MiB", Remedy: remedy})
		return false
	}
	switch {
	case len(source) > MaxBytes:
		return bad("the file has more bytes", "Take what is not part of the experiment out")
	case bytes.HasPrefix(source, []byte("\xef\xbb\xbf")), bytes.HasPrefix(source, []byte("\xff\xfe")), bytes.HasPrefix(source, []byte("\xfe\xff")):
		return bad("the file begins with a byte order mark", "Save it as UTF-8 without one")
	case !utf8.Valid(source):
		return bad("the file is not UTF-8", "Save it as UTF-8")
	}
	for i, line := range c.Lines {
		for j, r := range []rune(line) {
			if r < ' ' && r != '\t' || r == 0x7f {
				c.At(Place{Line: i + 1, Col: j + 1}, fault.NotPlain, fmt.Sprintf("the control character %U", r), "an experiment is one UTF-8 document of at most 1 MiB", "Take it out")
				return false
			}
		}
	}
	return true
}

// tokens are the document's tokens without comments; what experiments do not
// use is refused here. Scanning stops at the first thing that is no token, so
// that no text takes long.
func (c *Checker) tokens(source string) (kept []*token.Token, ok bool) {
	defer func() {
		if r := recover(); r != nil { // the scanner is not ours
			c.At(Place{Line: 1, Col: 1}, fault.BadSyntax, "the file cannot be read as YAML", "an experiment is one YAML document", "Begin from the starter file that the demo writes")
			kept, ok = nil, false
		}
	}()
	s := &sieve{Checker: c}
	var scan scanner.Scanner
	scan.Init(source)
	for {
		some, err := scan.Scan()
		for _, t := range some {
			if !s.sift(t) {
				return nil, false
			}
		}
		switch {
		case err == io.EOF:
			return s.kept, !s.refused
		case err != nil:
			return nil, false // the token that says why has been sifted
		}
	}
}

// sieve keeps the tokens that experiments use.
type sieve struct {
	*Checker
	kept    []*token.Token
	ended   bool // the document's end has been seen
	refused bool
}

// refuse reports a token and says whether to look for more of its kind.
func (s *sieve) refuse(t *token.Token, what, remedy string) bool {
	s.refused = true
	s.At(placeOf(t), fault.NotPlain, what, "an experiment is one plain YAML document", remedy)
	return len(s.List) < maxSyntax
}

// sift keeps a token or refuses it; false ends the scan.
func (s *sieve) sift(t *token.Token) bool {
	switch t.Type {
	case token.CommentType:
		return true
	case token.InvalidType:
		s.At(placeOf(t), fault.BadSyntax, t.Error, "an experiment is a small part of YAML: maps, lists and texts", "Fix the text at this place")
		return false
	case token.AnchorType, token.AliasType:
		return s.refuse(t, "anchors (&) and aliases (*) are not used in experiments", "Write the value out, or quote the text")
	case token.TagType:
		return s.refuse(t, "tags (!) are not used in experiments", "Quote the text if it begins with !")
	case token.MergeKeyType:
		return s.refuse(t, "merge keys (<<) are not used in experiments", "Write the keys out")
	case token.DirectiveType:
		return s.refuse(t, "directives (%) are not used in experiments", "Take the line out")
	case token.DocumentHeaderType:
		return len(s.kept) == 0 && !s.ended || s.refuse(t, "a second document begins", "Keep one experiment a file")
	case token.DocumentEndType:
		s.ended = true
		return true
	}
	switch {
	case s.ended:
		return s.refuse(t, "text after the end of the document", "Keep one experiment a file")
	case len(s.kept) == maxTokens:
		return s.refuse(t, "the file is too long", fmt.Sprintf("Use at most %d words and signs", maxTokens)) && false
	}
	s.kept = append(s.kept, t)
	return true
}

const maxSyntax = 50

func placeOf(t *token.Token) Place {
	return Place{Line: t.Position.Line, Col: t.Position.Column}
}
