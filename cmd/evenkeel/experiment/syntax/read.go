package syntax

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/token"

	"evenkeel/data/fault"
)

// Read makes the tree of a document. The scanner is the library's; the grammar is
// the small part of YAML that experiments use: block and flow maps and lists,
// plain, quoted and literal texts. It takes time in proportion to the length
// (the library's own parser takes the square of it), goes no deeper than
// maxDepth, and leaves every text as it was written.
func Read(c *Checker, source []byte) *Node {
	if !c.readable(source) {
		return nil
	}
	tokens, ok := c.tokens(string(source))
	if !ok {
		return nil
	}
	s := &parser{Checker: c, tokens: tokens}
	if len(tokens) == 0 {
		return &Node{Null: true, At: Place{Line: 1, Col: 1}}
	}
	n := s.block(0)
	if t := s.peek(); !s.failed && t != nil {
		s.fail(t, "unexpected "+fault.Quote(t.Value))
	}
	if s.failed {
		return nil
	}
	return n
}

// parser makes nodes of tokens by recursive descent.
type parser struct {
	*Checker
	tokens []*token.Token
	next   int
	depth  int
	failed bool
}

func (s *parser) peek() *token.Token {
	if s.next < len(s.tokens) {
		return s.tokens[s.next]
	}
	return nil
}

func (s *parser) take() *token.Token {
	s.next++
	return s.tokens[s.next-1]
}

func (s *parser) fail(t *token.Token, what string) {
	if !s.failed {
		s.failed = true
		s.At(placeOf(t), fault.BadSyntax, what, "an experiment is a small part of YAML: maps, lists and texts", "Fix the text at this place")
	}
}

// enter counts a level down; it fails when there are too many.
func (s *parser) enter(t *token.Token) bool {
	if s.depth++; s.depth > maxDepth {
		s.failed = true
		s.At(placeOf(t), fault.NotPlain, fmt.Sprintf("more than %d maps and lists in one another", maxDepth), "an experiment is a few levels deep", "Take levels out")
	}
	return !s.failed
}

// isKey reports whether the next token is a key: a text with a colon behind it on
// the same line.
func (s *parser) isKey() bool {
	if s.next+1 >= len(s.tokens) {
		return false
	}
	t, colon := s.tokens[s.next], s.tokens[s.next+1]
	return isText(t) && colon.Type == token.MappingValueType && colon.Position.Line == t.Position.Line
}

func isText(t *token.Token) bool {
	switch t.Type {
	case token.StringType, token.SingleQuoteType, token.DoubleQuoteType, token.NullType, token.BoolType,
		token.IntegerType, token.BinaryIntegerType, token.OctetIntegerType, token.HexIntegerType,
		token.FloatType, token.InfinityType, token.NanType:
		return true
	}
	return false
}

// block reads the value that begins at the next token, outside of brackets.
func (s *parser) block(last int) *Node {
	t := s.peek()
	switch {
	case t.Type == token.SequenceEntryType:
		return s.blockList(t.Position.Column)
	case t.Type == token.MappingValueType:
		s.fail(t, "a colon without a key before it")
		return &Node{}
	case t.Type == token.MappingKeyType:
		s.fail(t, "keys are written KEY: value, without a question mark")
		return &Node{}
	case s.isKey():
		if t.Position.Line == last {
			s.fail(s.tokens[s.next+1], "mapping values are not allowed here: a second colon on the line")
			return &Node{}
		}
		return s.blockMap(t.Position.Column)
	}
	n := s.single()
	if t := s.peek(); t != nil && !s.failed && s.next > 0 && t.Position.Line == s.tokens[s.next-1].Position.Line {
		s.fail(t, "unexpected "+fault.Quote(strings.TrimSpace(t.Value))+" behind a value")
	}
	return n
}

// blockMap reads the keys that begin at a column, one a line.
func (s *parser) blockMap(column int) *Node {
	first := s.peek()
	n := &Node{Kind: Mapping, At: placeOf(first)}
	if !s.enter(first) {
		return n
	}
	defer func() { s.depth-- }()
	seen := map[string]int{}
	for !s.failed {
		t := s.peek()
		if t == nil || t.Position.Column < column {
			break
		}
		if t.Position.Column > column || !s.isKey() {
			if t.Type == token.SequenceEntryType && t.Position.Column == column {
				break // the list of a key further out
			}
			s.fail(t, s.noKey(t, column))
			break
		}
		k := s.key()
		colon := s.take()
		s.enterKey(n, seen, k, s.blockValue(colon, column))
	}
	return n
}

func (s *parser) noKey(t *token.Token, column int) string {
	if t.Type == token.MappingValueType {
		return "a colon that belongs to no key: the line's indentation makes it part of the line above"
	}
	return fmt.Sprintf("want a key at column %d: is the indentation right, is there a colon and a space?", column)
}

func (s *parser) key() Key {
	t := s.take()
	return Key{Text: t.Value, At: placeOf(t), void: t.Value == ""}
}

// blockValue reads what stands behind a colon: on its line, or further in on the
// lines below (lists may begin at the key's own column).
func (s *parser) blockValue(colon *token.Token, column int) *Node {
	t := s.peek()
	line := colon.Position.Line
	switch {
	case t == nil:
	case t.Position.Line == line:
		if t.Type == token.SequenceEntryType {
			s.fail(t, "a list begins on a line of its own, or is written [a, b]")
			return &Node{}
		}
		return s.block(line)
	case t.Position.Column > column || t.Position.Column == column && t.Type == token.SequenceEntryType:
		return s.block(0)
	}
	return nothing(colon)
}

func nothing(after *token.Token) *Node {
	return &Node{Null: true, At: placeOf(after)}
}

// enterKey adds a key to a map, unless it is there already.
func (s *parser) enterKey(n *Node, seen map[string]int, k Key, v *Node) {
	if first, twice := seen[k.Text]; twice {
		s.At(k.At, fault.KeyTwice, fmt.Sprintf("key %s already given at line %d", fault.Quote(k.Text), first), "a key is given once", "Keep one of the two")
		n.Twice = true
		return
	}
	seen[k.Text] = k.At.Line
	n.Keys, n.Items = append(n.Keys, k), append(n.Items, v)
}

// blockList reads the items whose dashes stand at a column.
func (s *parser) blockList(column int) *Node {
	first := s.peek()
	n := &Node{Kind: List, At: placeOf(first)}
	if !s.enter(first) {
		return n
	}
	defer func() { s.depth-- }()
	for !s.failed {
		t := s.peek()
		if t == nil || t.Type != token.SequenceEntryType || t.Position.Column != column {
			if t != nil && t.Position.Column > column {
				s.fail(t, "want - at column "+fmt.Sprint(column)+", as for the item above")
			}
			break
		}
		dash := s.take()
		item := nothing(dash)
		if t := s.peek(); t != nil && (t.Position.Line == dash.Position.Line || t.Position.Column > column) {
			item = s.block(0)
		}
		n.Items = append(n.Items, item)
	}
	return n
}

// single reads a text or a collection in brackets.
func (s *parser) single() *Node {
	t := s.take()
	n := &Node{At: placeOf(t)}
	switch {
	case t.Type == token.MappingStartType:
		return s.flowMap(t)
	case t.Type == token.SequenceStartType:
		return s.flowList(t)
	case t.Type == token.LiteralType || t.Type == token.FoldedType:
		n.Quoted = true
		if text := s.peek(); text != nil && text.Type == token.StringType {
			n.Text = s.take().Value
		}
	case isText(t):
		n.Text = t.Value
		n.Quoted = t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType
		n.Null = t.Type == token.NullType
	default:
		s.fail(t, "unexpected "+fault.Quote(strings.TrimSpace(t.Value)))
	}
	return n
}

// flowMap reads {key: value, ...} behind its bracket.
func (s *parser) flowMap(open *token.Token) *Node {
	n := &Node{Kind: Mapping, At: placeOf(open)}
	if !s.enter(open) {
		return n
	}
	defer func() { s.depth-- }()
	seen := map[string]int{}
	for s.more(open, token.MappingEndType, "}", len(n.Keys) > 0) {
		t := s.peek()
		if !isText(t) {
			s.fail(t, "want KEY: value, got "+fault.Quote(strings.TrimSpace(t.Value)))
			break
		}
		k, v := s.key(), nothing(t)
		if colon := s.peek(); colon != nil && colon.Type == token.MappingValueType {
			s.take()
			v = s.flowValue(colon)
		}
		s.enterKey(n, seen, k, v)
	}
	return n
}

// flowList reads [value, ...] behind its bracket.
func (s *parser) flowList(open *token.Token) *Node {
	n := &Node{Kind: List, At: placeOf(open)}
	if !s.enter(open) {
		return n
	}
	defer func() { s.depth-- }()
	for s.more(open, token.SequenceEndType, "]", len(n.Items) > 0) {
		n.Items = append(n.Items, s.flowValue(s.peek()))
	}
	return n
}

// more goes past a comma and says whether another entry follows; at the closing
// bracket it goes past that.
func (s *parser) more(open *token.Token, end token.Type, sign string, comma bool) bool {
	t := s.peek()
	if s.failed {
		return false
	}
	if comma && t != nil && t.Type == token.CollectEntryType {
		s.take()
		t, comma = s.peek(), false
	}
	switch {
	case t == nil:
		s.fail(open, "no "+sign+" closes this bracket")
		return false
	case t.Type == end:
		s.take()
		return false
	case comma && t.Position.Line > open.Position.Line && t.Position.Column == 1:
		s.fail(open, "no "+sign+" closes this bracket")
		return false
	case comma || t.Type == token.CollectEntryType:
		s.fail(t, "want a comma or "+sign+", got "+fault.Quote(strings.TrimSpace(t.Value)))
		return false
	}
	return true
}

// flowValue reads a value inside brackets; nothing before a comma or a closing
// bracket.
func (s *parser) flowValue(before *token.Token) *Node {
	t := s.peek()
	if t == nil {
		return nothing(before)
	}
	switch t.Type {
	case token.CollectEntryType, token.MappingEndType, token.SequenceEndType:
		return nothing(before)
	}
	return s.single()
}
