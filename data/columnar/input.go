package columnar

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"evenkeel/data/fault"
	"evenkeel/data/vfs"
)

// input is a file in memory: what is decoded is what is hashed, whatever
// happens to the file meanwhile.
type input struct {
	name   string // base name
	bytes  []byte
	format Format
	sum    chan string // receives the SHA-256 once
	hash   string
	meter  *meter
}

// openInput reads a whole file, hashes it on the side and tells its format from
// its first bytes. Errors are findings E301, E302, E303, E309, E601.
func openInput(path string, l Limits) (*input, error) {
	name := filepath.Base(path)
	b, err := readAll(path, l.Memory, FormatOf(name))
	if err != nil {
		return nil, inFile(name, err)
	}
	return newInput(name, b)
}

func newInput(name string, b []byte) (in *input, err error) {
	in = &input{name: name, bytes: b, sum: make(chan string, 1)}
	go func() {
		s := sha256.Sum256(b)
		in.sum <- hex.EncodeToString(s[:])
	}()
	if in.format, err = sniff(b, FormatOf(name)); in.format == CSV {
		err = checkText(b)
	}
	return in, inFile(name, err)
}

// sha256 waits for the hash.
func (in *input) sha256() string {
	if in.hash == "" {
		in.hash = <-in.sum
	}
	return in.hash
}

// readAll reads a file. One that is no text though its name says CSV is refused by its
// first bytes.
func readAll(path string, memory int64, want Format) ([]byte, error) {
	unreadable := func(err error) error {
		var p *fs.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return bad(fault.NoFile, "", "cannot open: "+err.Error(), "a readable file", "check the name and its permissions")
	}
	f, size, err := vfs.OpenPlain(path)
	if errors.Is(err, vfs.ErrNotRegular) {
		return nil, bad(fault.NoFile, "", vfs.Reason(err), "a regular file, so that it has a size and an end", "name a Parquet, Arrow or CSV file; what a program prints, write into one first")
	}
	if err != nil {
		return nil, unreadable(err)
	}
	defer f.Close()
	if size > memory {
		return nil, tooMuch(fmt.Sprintf("the file has %d bytes", size), memory)
	}
	head := make([]byte, min(size, maxHead))
	n, err := io.ReadFull(f, head)
	if format, wrong := sniff(head[:n], want); err == nil && want == CSV && wrong == nil && format == CSV {
		if wrong := checkText(head); wrong != nil {
			return nil, wrong
		}
	}
	b := head
	if err == nil && size > maxHead {
		b = append(make([]byte, 0, size), head...)[:size]
		n, err = io.ReadFull(f, b[maxHead:])
		n += maxHead
	}
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, unreadable(err)
	}
	return b[:n], nil
}

func tooMuch(what string, limit int64) error {
	return bad(fault.MemoryLimit, "", what, fmt.Sprintf("limit %d bytes", limit), "keep the columns that are needed in a file of their own")
}

var (
	magicParquet   = []byte("PAR1")
	magicEncrypted = []byte("PARE")
	magicArrow     = []byte("ARROW1")
	magicFeather   = []byte("FEA1")
	magicLFS       = []byte("version https://git-lfs")
	magicStream    = []byte{0xff, 0xff, 0xff, 0xff}
	bom            = []byte{0xef, 0xbb, 0xbf}
)

// sniff tells the format by content; the extension only words the error.
func sniff(b []byte, want Format) (Format, error) {
	switch {
	case len(b) == 0:
		return "", bad(fault.EmptyFile, "", "0 bytes", "a table", "copy the file again")
	case bytes.HasPrefix(b, magicLFS):
		return "", bad(fault.Pointer, "", "this is a Git LFS pointer, not data", "the file itself", "run git lfs pull")
	case bytes.HasPrefix(b, magicEncrypted):
		return "", bad(fault.NoDecoder, "", "the file is encrypted", "plain Parquet", "write it without encryption")
	case bytes.HasPrefix(b, magicParquet):
		return Parquet, nil
	case bytes.HasPrefix(b, magicArrow):
		return ArrowFile, nil
	case bytes.HasPrefix(b, magicStream) && len(b) >= 8:
		return ArrowStream, nil
	case bytes.HasSuffix(b, magicParquet) && want == Parquet:
		return Parquet, nil
	case want == CSV && !noise(b), looksText(b) && want == "":
		return CSV, nil // odd characters in a CSV file are told where they stand
	case bytes.HasPrefix(b, magicFeather):
		return "", bad(fault.NoDecoder, "", "Feather files of version 1 are not supported", "Parquet, Arrow or CSV", "write it again with a current library")
	case looksText(b):
		return "", bad(fault.OtherFormat, "", fmt.Sprintf("not %s: the file begins with %s", want, fault.Quote(head(b))), "the format its name says", "if it is CSV, name it .csv")
	case want == ArrowStream && len(b) >= 8:
		return ArrowStream, nil // streams before 0.15 begin with a length
	}
	return "", bad(fault.OtherFormat, "", "no Parquet, Arrow or CSV file: it begins with "+fault.Quote(head(b)), "PAR1, ARROW1, an Arrow stream or text", "convert it first")
}

func head(b []byte) string {
	if i := bytes.IndexAny(b, "\r\n"); i >= 0 && i < 60 {
		b = b[:i]
	}
	return string(b[:min(len(b), 24)])
}

// noise reports whether a file begins with a byte of 0 behind others that are no text.
func noise(b []byte) bool {
	at := bytes.IndexByte(b[:min(len(b), maxHead)], 0)
	return at >= 0 && !looksText(b[:at])
}

// looksText reports whether the first bytes are text: no NUL and few controls.
func looksText(b []byte) bool {
	b = b[:min(len(b), maxHead)]
	for _, c := range b {
		if c < 0x20 && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return true
}

// deadline bounds a read in time; the error names the limit when it is ours.
func deadline(ctx context.Context, l Limits) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, l.Time, slow(l.Time))
}

func slow(d time.Duration) error {
	return bad(fault.TimeLimit, "", "reading takes longer than "+d.String(), "a table is read within that time", "keep the columns that are needed in a file of their own")
}

// ended is the reason a context ended: a finding when our own limit was hit,
// else the caller's own error.
func ended(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	cause := context.Cause(ctx)
	if fault.Of(cause) != nil {
		return cause
	}
	return stopped{cause}
}
