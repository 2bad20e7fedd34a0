package batch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"evenkeel/data/fault"
	"evenkeel/data/store"
	"evenkeel/data/vfs"
)

// A journal is a text file to which lines are appended: their length, their CRC-32C
// and one JSON value. The first names the sweep, each other one a part that is on
// the disk. A line that does not match its checksum, such as the last one of a
// process that was killed, says nothing.

// header is the first line of a journal.
type header struct {
	Sweep string `json:"sweep"` // SHA-256 of sweep/plan.json
}

// Part is a finished part.
type Part struct {
	Part   int          `json:"part"`
	Rows   int          `json:"rows"`
	Failed int          `json:"failed"`
	Late   int          `json:"late,omitempty"` // of the failed, those that were over their time
	Files  []store.File `json:"files"`
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func journalLine(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // numbers and texts cannot fail
	}
	return fmt.Appendf(nil, "%d %08x %s\n", len(b), crc32.Checksum(b, castagnoli), b)
}

// readLine is the JSON of a line, nil when it is torn or damaged.
func readLine(line []byte) []byte {
	length, rest, ok1 := bytes.Cut(line, []byte(" "))
	sum, body, ok2 := bytes.Cut(rest, []byte(" "))
	n, err1 := strconv.Atoi(string(length))
	want, err2 := strconv.ParseUint(string(sum), 16, 32)
	if !ok1 || !ok2 || err1 != nil || err2 != nil || n != len(body) || want != uint64(crc32.Checksum(body, castagnoli)) {
		return nil
	}
	return body
}

// maxJournal is the largest journal that is read, in bytes.
const maxJournal = 1 << 30

// readJournal reads a journal of a sweep: its parts, and the length of what is
// whole. A journal of another sweep, or without a header, has no parts.
func (d *disk) readJournal(name, sweep string) (parts []Part, whole int64, err error) {
	f, err := vfs.Open(d.root, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, d.failed("open", name, err)
	}
	defer f.Close()
	b, err := readLines(f)
	if err != nil {
		return nil, 0, d.failed("read", name, err)
	}
	parts, whole = parseJournal(b, sweep)
	return parts, whole, nil
}

// readLines reads as long as lines end: a journal that a crash left full of zeros, or
// that somebody stretched, is not read to its end.
func readLines(f io.Reader) (b []byte, err error) {
	piece := make([]byte, 1<<20) // more than any line has
	for len(b) < maxJournal {
		n, err := io.ReadFull(f, piece)
		b = append(b, piece[:n]...)
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			return b, nil
		case err != nil:
			return nil, err
		case bytes.IndexByte(piece, '\n') < 0:
			return b, nil
		}
	}
	return b, nil
}

func parseJournal(b []byte, sweep string) (parts []Part, whole int64) {
	mine, at := false, int64(0)
	for len(b) > 0 {
		line, rest, ended := bytes.Cut(b, []byte("\n"))
		if !ended {
			break // torn
		}
		at += int64(len(line)) + 1
		b = rest
		body := readLine(line)
		if body == nil {
			continue
		}
		if !mine {
			var h header
			if json.Unmarshal(body, &h) != nil || h.Sweep != sweep {
				return nil, 0
			}
			mine, whole = true, at
			continue
		}
		var p Part
		if json.Unmarshal(body, &p) == nil && p.Part >= 0 && len(p.Files) > 0 {
			parts = append(parts, p)
		}
		whole = at
	}
	return parts, whole
}

// journal is a journal that is being written.
type journal struct {
	d    *disk
	name string
	file vfs.File
}

// appendTo opens a journal to append to it: what is torn at its end is cut off, one
// of another sweep begins again.
func (d *disk) appendTo(name, sweep string) (*journal, error) {
	_, whole, err := d.readJournal(name, sweep)
	if err != nil {
		return nil, err
	}
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE)
	if err != nil {
		return nil, d.failed("open", name, err)
	}
	j := &journal{d, name, f}
	if err = f.Truncate(whole); err == nil {
		_, err = f.Seek(whole, io.SeekStart)
	}
	if err != nil {
		j.close()
		return nil, d.failed("write", name, err)
	}
	if whole == 0 {
		if err := errors.Join(j.add(header{sweep}), j.sync()); err != nil {
			j.close()
			return nil, err
		}
		d.syncFolder(folderName)
	}
	return j, nil
}

// add appends a line.
func (j *journal) add(v any) error {
	line := journalLine(v)
	n, err := j.file.Write(line)
	if err == nil && n < len(line) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return j.d.failed("write", j.name, err)
	}
	return nil
}

// sync waits until the lines are on the disk.
func (j *journal) sync() error {
	if err := j.file.Sync(); err != nil {
		return j.d.failed("sync", j.name, err)
	}
	return nil
}

func (j *journal) close() { _ = j.file.Close() }

const (
	journalPrefix = "journal-"    // of a shard's journal
	finalJournal  = "journal.log" // of a finished sweep: every part once, in order
	journalSuffix = ".log"
)

func (s Shard) journal() string { return folderName + "/" + journalPrefix + s.tag() + journalSuffix }

// journals are the journals in the folder, first that of a finished sweep: what shards
// list beside it came later.
func (d *disk) journals() (out []string, err error) {
	names, err := d.names(folderName)
	for _, n := range names {
		switch {
		case n == finalJournal:
			out = slices.Insert(out, 0, folderName+"/"+n)
		case strings.HasPrefix(n, journalPrefix) && strings.HasSuffix(n, journalSuffix):
			out = append(out, folderName+"/"+n)
		}
	}
	return out, err
}

// lateCode begins the reason of a point that was over its time.
const lateCode = fault.TimeLimit

// recorded are the parts that any journal lists, by number. Of two records of one
// part the one with fewer points over their time counts, else the later one.
func (d *disk) recorded(sweep string) (map[int]Part, error) {
	names, err := d.journals()
	if err != nil {
		return nil, err
	}
	out := map[int]Part{}
	for _, n := range names {
		parts, _, err := d.readJournal(n, sweep)
		if err != nil {
			return nil, err
		}
		for _, p := range parts {
			if was, twice := out[p.Part]; !twice || p.Late <= was.Late {
				out[p.Part] = p
			}
		}
	}
	return out, nil
}

// sortedParts are parts in order.
func sortedParts(all map[int]Part) []Part {
	out := make([]Part, 0, len(all))
	for _, p := range all {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Part) int { return a.Part - b.Part })
	return out
}
