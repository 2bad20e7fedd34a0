package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/data/fault"
	"evenkeel/data/store"
	"evenkeel/data/vfs"
)

const (
	demoFolder     = "evenkeel-demo"
	demoPrices     = "prices.parquet"
	demoExperiment = "experiment.yaml"
	demoReport     = "report"
	demoMark       = "evenkeel-demo.json" // says that a folder is the demo's own
)

func newDemo(c *console) *cobra.Command {
	o := runFlags{out: demoFolder}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Make an example: prices, an experiment and its report",
		Long: `Demo makes a folder with synthetic prices of five asset classes, a commented
experiment file and its JSON Schema, runs the experiment and prints the comparison.
It needs nothing but this program.

Run it again to refresh its folder. It refuses a folder that it did not make, or
whose files you have changed, unless you give --force.`,
		Example: `  evenkeel demo
  evenkeel demo --dir /tmp/demo`,
		GroupID: "work",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return demo(cmd.Context(), c, o) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.out, "dir", demoFolder, "the demo's folder")
	flags.StringVarP(&o.out, "out", "o", demoFolder, "the same as --dir")
	flags.BoolVar(&o.force, "force", false, "write into the folder whatever is in it")
	flags.BoolVar(&o.json, "json", false, "print summary.json instead of the table")
	flags.IntVar(&o.workers, "workers", 0, "policies to run at a time (default all cores); does not change results")
	flags.BoolVarP(&c.quiet, "quiet", "q", false, "no notes and no table, errors only")
	return cmd
}

// demoFile is one file that the demo writes.
type demoFile struct {
	name  string
	bytes []byte
}

func demo(ctx context.Context, c *console, o runFlags) error {
	files, err := demoFiles()
	if err != nil {
		return err
	}
	if err := writeDemo(o.out, files, o.force); err != nil {
		return err
	}
	path := filepath.Join(o.out, demoExperiment)
	f, err := experiment.Load(path)
	if err != nil {
		return fmt.Errorf("the demo's own experiment: %v", err)
	}
	folder := o.out
	o.out, o.force = filepath.Join(folder, demoReport), true
	if err := runExperiment(ctx, c, f, o); err != nil {
		return err
	}
	if !o.json && !c.quiet {
		say(c.out, `
Open %s, change %s and run it again:
  evenkeel run %s
`, filepath.ToSlash(filepath.Join(o.out, "report.html")), filepath.ToSlash(path), filepath.ToSlash(path))
	}
	return nil
}

func demoFiles() ([]demoFile, error) {
	var prices bytes.Buffer
	if err := priceTable(data.Synthetic(), data.SyntheticNote).Write(&prices, columnar.Parquet); err != nil {
		return nil, err
	}
	files := []demoFile{
		{demoPrices, prices.Bytes()},
		{demoExperiment, []byte(experiment.Starter)},
		{experiment.SchemaName, experiment.Schema()},
	}
	mark, err := demoMarkOf(files)
	return append([]demoFile{mark}, files...), err // the mark first: from then on the folder is known
}

// markText is what the demo leaves to know its folder by.
type markText struct {
	About  string       `json:"about"`
	Prices string       `json:"prices"`
	Files  []store.File `json:"files"`
}

func demoMarkOf(files []demoFile) (demoFile, error) {
	m := markText{About: `"evenkeel demo" made this folder and refreshes these files unless they are changed`, Prices: data.SyntheticNote}
	for _, f := range files {
		m.Files = append(m.Files, store.File{Name: f.name, Bytes: int64(len(f.bytes)), SHA256: hashOf(f.bytes)})
	}
	var b bytes.Buffer
	err := writeJSON(&b, m)
	return demoFile{demoMark, b.Bytes()}, err
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// writeDemo writes the demo's files into a folder that is new, empty or its own.
func writeDemo(folder string, files []demoFile, force bool) error {
	if err := vfs.MakeAll(folder); err != nil {
		return unwritable(folder, err)
	}
	if !force {
		if err := checkDemo(folder, files); err != nil {
			return err
		}
	}
	for _, f := range files {
		fill := func(w *bufio.Writer) error { _, err := w.Write(f.bytes); return err }
		if _, err := writeAside(filepath.Join(folder, f.name), fill); err != nil {
			return err
		}
	}
	return nil
}

// maxDemoFile is more bytes than any file of the demo has.
const maxDemoFile = 16 << 20

// checkDemo refuses a folder that another made, and files that were changed
// since the demo wrote them.
func checkDemo(folder string, files []demoFile) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return unwritable(folder, err)
	}
	if len(entries) == 0 {
		return nil
	}
	refuse := func(file, what, rule string) error {
		return fault.One(fault.Finding{Code: fault.FolderTaken, File: file, What: what, Rule: rule, Remedy: "Choose another --dir, or write over it with --force"})
	}
	var mark markText
	b, err := vfs.ReadPlain(filepath.Join(folder, demoMark), maxDemoFile)
	if err != nil || json.Unmarshal(b, &mark) != nil {
		return refuse(folder, "the folder holds "+fault.Quote(entries[0].Name())+" and was not made by the demo", "the demo writes into a new folder or its own")
	}
	known := map[string]string{}
	for _, f := range mark.Files {
		known[f.Name] = f.SHA256
	}
	for _, f := range files[1:] { // [0] is the mark
		path := filepath.Join(folder, f.name)
		b, err := vfs.ReadPlain(path, maxDemoFile)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case errors.Is(err, vfs.ErrNotRegular):
			return replaceable(path)
		case errors.Is(err, vfs.ErrTooLarge):
			return refuse(path, "was changed since the demo wrote it", "the demo does not write over work of yours")
		}
		if err != nil {
			return unwritable(path, err)
		}
		if h := hashOf(b); h != known[f.name] && h != hashOf(f.bytes) {
			return refuse(path, "was changed since the demo wrote it", "the demo does not write over work of yours")
		}
	}
	return nil
}
