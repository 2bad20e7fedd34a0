package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// tally is the counts of a kind, kept in a file so that a run can be resumed.
type tally struct {
	Kind  string                     `json:"kind"`
	Seed  uint64                     `json:"seed"`
	Done  int                        `json:"done"` // cases 0..Done-1 are counted
	Count map[string]map[verdict]int `json:"count"`
	Codes map[string]int             `json:"codes"` // first findings
	Said  []string                   `json:"faults,omitempty"`
}

func (t *tally) add(i int, o outcome) {
	if t.Count[o.group] == nil {
		t.Count[o.group] = map[verdict]int{}
	}
	t.Count[o.group][o.verdict]++
	switch o.verdict {
	case refused:
		t.Codes[o.detail]++
	case broken:
		t.Said = append(t.Said, fmt.Sprintf("case %d, %s: %s", i, o.group, o.detail))
	}
	t.Done = i + 1
}

// Faults counts the cases that broke something.
func (t *tally) Faults() int {
	n := 0
	for _, c := range t.Count {
		n += c[broken]
	}
	return n
}

// print writes a line a group and the faults.
func (t *tally) print(w io.Writer, k kind) {
	_, _ = fmt.Fprintf(w, "%s: %s; %d cases, seed %d\n", k.name, k.what, t.Done, t.Seed)
	_, _ = fmt.Fprintf(w, "  %-34s %9s %9s %9s %9s\n", "", refused, same, other, broken)
	for _, g := range slices.Sorted(maps.Keys(t.Count)) {
		c := t.Count[g]
		_, _ = fmt.Fprintf(w, "  %-34s %9d %9d %9d %9d\n", g, c[refused], c[same], c[other], c[broken])
	}
	for i, s := range t.Said {
		if i == 20 {
			_, _ = fmt.Fprintf(w, "  and %d more\n", len(t.Said)-i)
			break
		}
		_, _ = fmt.Fprintf(w, "  %s\n", s)
	}
}

func newTally(k kind, seed uint64) *tally {
	return &tally{Kind: k.name, Seed: seed, Count: map[string]map[verdict]int{}, Codes: map[string]int{}}
}

// resume is the tally in a folder, or a new one: of another seed none goes on.
func resume(dir string, k kind, seed uint64) (*tally, error) {
	b, err := os.ReadFile(filepath.Join(dir, k.name+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		return newTally(k, seed), nil
	}
	if err != nil {
		return nil, err
	}
	t := newTally(k, seed)
	if err := json.Unmarshal(b, t); err != nil {
		return nil, fmt.Errorf("%s.json in %s: %w", k.name, dir, err)
	}
	if t.Seed != seed {
		return nil, fmt.Errorf("%s holds a run of seed %d: choose another folder", dir, t.Seed)
	}
	return t, nil
}

// save replaces the tally's file.
func (t *tally) save(dir string) error {
	b, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(dir, t.Kind+".json")
	if err := os.WriteFile(path+".new", append(b, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
