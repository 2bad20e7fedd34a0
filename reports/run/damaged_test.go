package run

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data/fault"
	"evenkeel/internal/simtest/seed"
	"evenkeel/reports/draw"
	"evenkeel/reports/internal/reporttest"
)

// oddJSON is written in the place of every value of a stored file.
var oddJSON = []string{
	"null", "true", "0", "-1", "1", "3", "0.5", "1e300", "-1e300", "9223372036854775807", "1e999", `""`, `"x"`, `"2020-13-01"`, `"9999-12-31"`, `"NaN"`, `"../x"`, "[]", "[0]", "[-1,1]", "[null]", "{}", `{"a":1}`,
}

// leavesOf are the paths of all values of a document, of lists only the first two and
// the last.
func leavesOf(v any, at []string) (all [][]string) {
	all = append(all, slices.Clone(at))
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			all = append(all, leavesOf(v[k], append(at, k))...)
		}
	case []any:
		for i := range v {
			if i < 2 || i == len(v)-1 {
				all = append(all, leavesOf(v[i], append(at, strconv.Itoa(i)))...)
			}
		}
	}
	return all
}

// replaced is a document with another value at a path.
func replaced(v any, at []string, by json.RawMessage) any {
	if len(at) == 0 {
		return by
	}
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			out[k] = x
		}
		out[at[0]] = replaced(v[at[0]], at[1:], by)
		return out
	case []any:
		out := slices.Clone(v)
		i, _ := strconv.Atoi(at[0])
		out[i] = replaced(v[i], at[1:], by)
		return out
	}
	return by
}

// stored is a run's folder of which files are replaced, with a manifest that fits.
type stored struct {
	folder   string
	manifest []byte
	was      map[string][]byte // by name
	doc      map[string]any
}

func newStored(t testing.TB) *stored {
	s := &stored{folder: onDisk(t, small(t)), was: map[string][]byte{}, doc: map[string]any{}}
	var err error
	s.manifest, err = os.ReadFile(filepath.Join(s.folder, "manifest.json"))
	require.NoError(t, err)
	for _, name := range []string{settingsName, "summary.json"} {
		s.was[name], err = os.ReadFile(filepath.Join(s.folder, name))
		require.NoError(t, err)
		var v any
		require.NoError(t, json.Unmarshal(s.was[name], &v))
		s.doc[name] = v
	}
	return s
}

// put replaces a file, and says so in the manifest.
func (s *stored) put(t testing.TB, name string, b []byte) {
	var m map[string]any
	require.NoError(t, json.Unmarshal(s.manifest, &m))
	for _, x := range m["files"].([]any) {
		if f := x.(map[string]any); f["name"] == name {
			sum := sha256.Sum256(b)
			f["bytes"], f["sha256"] = len(b), hex.EncodeToString(sum[:])
		}
	}
	text, err := json.Marshal(m)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(s.folder, name), b, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(s.folder, "manifest.json"), text, 0o600))
}

// holds reads the folder with another file: there is a finding, or a run of which every
// text can be written.
func (s *stored) holds(t testing.TB, name string, b []byte) {
	s.put(t, name, b)
	defer s.put(t, name, s.was[name])
	run, err := Read(context.Background(), s.folder)
	if err == nil {
		err = Write(reporttest.Memory{}, run, texts...)
		if err == nil {
			err = HTML(io.Discard, run)
		}
	}
	if err != nil {
		require.NotEmpty(t, fault.Of(err), "no finding: %v\n%s", err, b)
	}
}

// Any bytes may be run.json and summary.json, as may any value in the place of one.
func FuzzSettings(f *testing.F) {
	f.Add(false, uint16(3), []byte("null"))
	f.Add(true, uint16(9), []byte(`[]`))
	f.Add(false, uint16(0), []byte(`{"schema": 2, "policies": [{}]}`))
	f.Cleanup(draw.Coarse())
	s := newStored(f)
	f.Fuzz(func(t *testing.T, summary bool, at uint16, by []byte) {
		name := settingsName
		if summary {
			name = "summary.json"
		}
		if all := leavesOf(s.doc[name], nil); at > 0 && json.Valid(by) {
			b, err := json.Marshal(replaced(s.doc[name], all[int(at)%len(all)], by))
			require.NoError(t, err)
			by = b
		}
		s.holds(t, name, by)
	})
}

// Whatever stands in the place of a value of run.json or summary.json, under a manifest
// that fits, it is a finding or a run of which reports can be made; never a panic.
func TestDamagedSettingsAreFindings(t *testing.T) {
	t.Cleanup(draw.Coarse())
	stride := 211
	if os.Getenv(seed.Checks) != "" {
		stride = 7
	}
	s, n := newStored(t), 0
	for name, doc := range s.doc {
		for i, at := range leavesOf(doc, nil) {
			for k, odd := range oddJSON {
				if (i*len(oddJSON)+k)%stride != 0 {
					continue
				}
				b, err := json.Marshal(replaced(doc, at, json.RawMessage(odd)))
				require.NoError(t, err, odd)
				func() {
					defer func() {
						if p := recover(); p != nil {
							t.Errorf("%s %v: %s: panic %v", name, at, odd, p)
						}
					}()
					s.holds(t, name, b)
				}()
				n++
			}
		}
	}
	t.Log(n, "damaged files")
}
