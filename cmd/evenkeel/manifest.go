package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/data/fault"
	"evenkeel/data/store"
)

// manifestSchema is the version of manifest.json: it changes when a key changes
// its meaning.
const manifestSchema = 1

// manifest describes what was run on which bytes and what came out. It holds nothing
// that differs between two runs of one experiment by one program.
type manifest struct {
	Schema       int             `json:"schema"`
	Experiment   string          `json:"experiment"`
	Engine       build           `json:"engine"`
	Config       json.RawMessage `json:"config"`        // canonical, all defaults filled in
	ConfigSHA256 string          `json:"config_sha256"` // of the config as "evenkeel validate --canonical" prints it
	Inputs       []input         `json:"inputs"`
	Seed         uint64          `json:"seed"`
	Files        []store.File    `json:"files"`
	ResultDigest string          `json:"result_digest"`
}

// input is one file that was read.
type input struct {
	Name    string    `json:"name"` // base name
	Format  string    `json:"format"`
	Bytes   int64     `json:"bytes"`
	SHA256  string    `json:"sha256"`
	Rows    int64     `json:"rows"`              // of the file
	First   data.Date `json:"first"`             // session used; of other files than prices, the first date
	Last    data.Date `json:"last"`              // likewise
	Symbols []string  `json:"symbols,omitempty"` // used, of prices
}

// inputsOf are the prices and then the files that the experiment names beside them.
func inputsOf(prices *columnar.Source, others []columnar.Source) []input {
	var all []input
	for _, s := range append([]columnar.Source{*prices}, others...) {
		all = append(all, input{s.File, string(s.Format), s.Bytes, s.SHA256, s.Rows, s.First, s.Last, s.Symbols})
	}
	return all
}

// resultDigest is the SHA-256 over a line "sha256  name" for each file but PNG
// pictures, in order of their names: what sha256sum prints for them. Inputs have
// no part in it: the same prices in another format give the same digest. Nor have
// pixels: letters are rasterised in float32, and a processor that fuses
// multiplications may shade one of a million differently; the same pictures as
// SVG are covered.
func resultDigest(files []store.File) string {
	var b strings.Builder
	for _, f := range files {
		if !strings.HasSuffix(f.Name, ".png") {
			fmt.Fprintf(&b, "%s  %s\n", f.SHA256, f.Name)
		}
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

// runInfo is what differs from run to run. No manifest lists it.
type runInfo struct {
	Started  string     `json:"started"` // UTC
	Seconds  float64    `json:"seconds"`
	Host     string     `json:"host"`
	PID      int        `json:"pid"`
	Workers  int        `json:"workers"`
	Cores    int        `json:"cores"`
	AMD64    string     `json:"goamd64,omitempty"` // the processor level of the build
	Warnings fault.List `json:"warnings,omitempty"`
}

func newRunInfo(started time.Time, workers int, warnings fault.List) runInfo {
	host, _ := os.Hostname() // a name for people: none will do
	return runInfo{
		Started: started.UTC().Format(time.RFC3339), Seconds: time.Since(started).Seconds(),
		Host: host, PID: os.Getpid(), Workers: workers, Cores: runtime.NumCPU(),
		AMD64: buildSetting("GOAMD64"), Warnings: warnings,
	}
}

// finish writes run-info.json and, last, the manifest.
func finish(dir *store.Dir, m manifest, info runInfo) (manifest, error) {
	if err := dir.Write(store.RunInfoName, func(w io.Writer) error { return writeJSON(w, info) }); err != nil {
		return m, err
	}
	m.Files = dir.Files()
	m.ResultDigest = resultDigest(m.Files)
	return m, dir.Finish(func(w io.Writer) error { return writeJSON(w, m) })
}
