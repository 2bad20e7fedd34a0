package columnar

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync/atomic"

	"evenkeel/data/fault"
)

// meter counts what a file is expanded to, before memory is asked for: what is kept
// for the table and what is made of it, what is lent to a page while it is decoded,
// and all that ever came out of the file.
type meter struct {
	file, limit int64 // bytes
	held        atomic.Int64
	swollen     atomic.Int64
	garbage     atomic.Int64
}

// A file may expand to maxSwell times its size, or to what is harmless.
const maxSwell = 1024

var harmless int64 = 128 << 20 // bytes; a test needs less

func newMeter(file int, limit int64) *meter {
	m := &meter{file: int64(file), limit: limit}
	m.held.Store(int64(file))
	return m
}

// keep counts n more bytes that stay until the read is over; E601 beyond the limit.
func (m *meter) keep(n int64, what string) error {
	if held := m.held.Add(n); n < 0 || held > m.limit {
		m.held.Add(-n)
		return tooMuch(fmt.Sprintf("%s need %d bytes, %d in all", what, n, held), m.limit)
	}
	return nil
}

// back returns what was lent or kept.
func (m *meter) back(n int64) { m.held.Add(-n) }

// expand counts n bytes that come out of the file; E308 when they are out of all
// proportion to it.
func (m *meter) expand(n int64, what string) error {
	most := max(harmless, maxSwell*m.file)
	if all := m.swollen.Add(n); n < 0 || all > most {
		return bad(fault.OutOfProportion, "", fmt.Sprintf("%s: the file's %d bytes expand to %d or more", what, m.file, all), fmt.Sprintf("limit %d bytes", most), "write the file again; no table of prices shrinks so much")
	}
	return nil
}

// lend counts a page of so many bytes, which takes n while it is decoded. What pages
// leave behind is collected before it adds up.
func (m *meter) lend(page, n int64) error {
	if err := m.expand(page, "a page"); err != nil {
		return err
	}
	if err := m.keep(n, "a page"); err != nil {
		return err
	}
	const much = 256 << 20
	if m.garbage.Add(n) > much {
		m.garbage.Store(0)
		runtime.GC()
	}
	return nil
}

// defaultMemory is 4 GiB, or half of the address space where a process may have less:
// the runtime and what is being collected need the rest.
func defaultMemory() int64 {
	most := int64(defaultMost)
	b, _ := os.ReadFile("/proc/self/limits") // there on Linux; elsewhere there is no such limit
	for line := range bytes.Lines(b) {
		rest, ok := bytes.CutPrefix(line, []byte("Max address space"))
		if !ok {
			continue
		}
		if words := bytes.Fields(rest); len(words) > 0 {
			if n, err := strconv.ParseInt(string(words[0]), 10, 64); err == nil {
				most = min(most, n/2)
			}
		}
	}
	return most
}

// text counts a text that is kept, with what it takes in a dictionary.
func (m *meter) text(b []byte) error {
	const entry = 64
	n := int64(len(b)) + entry
	if err := m.expand(n, "texts"); err != nil {
		return err
	}
	return m.keep(n, "texts")
}
