package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"evenkeel/data/store"
)

// scriptWords are the words that scripts here have beside those of testscript.
var scriptWords = map[string]func(*testscript.TestScript, bool, []string){
	"fails":      wordFails,
	"cut":        wordCut,
	"flip":       wordFlip,
	"shuffle":    wordShuffle,
	"samefiles":  wordSameFiles,
	"samedigest": wordSameDigest,
	"hold":       wordHold,
	"alone":      wordAlone,
	"unbase64":   wordUnbase64,
}

// fails CODE ARGS...: evenkeel ARGS must end with the exit code.
func wordFails(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: fails CODE ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec("evenkeel", args[1:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// cut FILE N: leaves the first N bytes; N below zero counts from the end.
func wordCut(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs(args[0])
	b, err := os.ReadFile(name)
	ts.Check(err)
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	if n < 0 {
		n += len(b)
	}
	ts.Check(os.WriteFile(name, b[:n], 0o644))
}

// flip FILE: changes a byte in the middle.
func wordFlip(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs(args[0])
	b, err := os.ReadFile(name)
	ts.Check(err)
	b[len(b)/2] ^= 0x55
	ts.Check(os.WriteFile(name, b, 0o644))
}

// shuffle IN OUT SEED: a CSV with its rows in another order, the header on top.
func wordShuffle(ts *testscript.TestScript, _ bool, args []string) {
	b, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	seed, err := strconv.ParseUint(args[2], 10, 64)
	ts.Check(err)
	lines := strings.SplitAfter(strings.TrimRight(string(b), "\n")+"\n", "\n")
	lines = lines[:len(lines)-1]
	r := rand.New(rand.NewPCG(seed, 0))
	rows := lines[1:]
	r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(strings.Join(lines, "")), 0o644))
}

// samefiles DIR OTHER...: the folders hold the same names and bytes, but for
// run-info.json; with "but:NAME" first, NAME may differ too.
func wordSameFiles(ts *testscript.TestScript, neg bool, args []string) {
	but := []string{store.RunInfoName}
	if name, ok := strings.CutPrefix(args[0], "but:"); ok {
		but, args = append(but, name), args[1:]
	}
	first := folder(ts, args[0], but)
	if len(first) == 0 {
		ts.Fatalf("%s is empty", args[0])
	}
	for _, other := range args[1:] {
		if wrong := difference(first, folder(ts, other, but)); (wrong != "") != neg {
			ts.Fatalf("%s and %s: %s", args[0], other, wrong)
		}
	}
}

func folder(ts *testscript.TestScript, dir string, but []string) map[string][]byte {
	files := map[string][]byte{}
	root := ts.MkAbs(dir)
	ts.Check(filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil || slices.Contains(but, filepath.ToSlash(name)) {
			return err
		}
		files[filepath.ToSlash(name)], err = os.ReadFile(path)
		return err
	}))
	return files
}

func difference(a, b map[string][]byte) string {
	for name, bytesA := range a {
		if bytesB, ok := b[name]; !ok {
			return name + " is missing"
		} else if !bytes.Equal(bytesA, bytesB) {
			return name + " differs"
		}
	}
	for name := range b {
		if _, ok := a[name]; !ok {
			return name + " is extra"
		}
	}
	return ""
}

// samedigest DIR OTHER...: the manifests name the same result digest.
func wordSameDigest(ts *testscript.TestScript, neg bool, args []string) {
	digest := func(dir string) string {
		b, err := os.ReadFile(filepath.Join(ts.MkAbs(dir), store.ManifestName))
		ts.Check(err)
		var m struct {
			Digest string `json:"result_digest"`
		}
		ts.Check(json.Unmarshal(b, &m))
		if len(m.Digest) != 64 {
			ts.Fatalf("%s: no result digest", dir)
		}
		return m.Digest
	}
	for _, other := range args[1:] {
		if same := digest(args[0]) == digest(other); same == neg {
			ts.Fatalf("%s and %s: same digest %v", args[0], other, same)
		}
	}
}

// hold DIR: locks DIR as a running program would, until the script ends.
func wordHold(ts *testscript.TestScript, _ bool, args []string) {
	d, err := store.Create(ts.MkAbs(args[0]), true)
	ts.Check(err)
	ts.Defer(func() { _ = d.Close() })
}

// alone: leaves evenkeel as the only command there is.
func wordAlone(ts *testscript.TestScript, _ bool, _ []string) {
	path, err := exec.LookPath("evenkeel")
	ts.Check(err)
	ts.Setenv("PATH", filepath.Dir(path))
}

// unbase64 IN OUT: the bytes of a text.
func wordUnbase64(ts *testscript.TestScript, _ bool, args []string) {
	b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(ts.ReadFile(args[0])), ""))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b, 0o644))
}
