package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"evenkeel/data/columnar"
	"evenkeel/data/fault"
)

var formatWords = map[string]columnar.Format{
	"parquet": columnar.Parquet, "arrow": columnar.ArrowFile, "arrows": columnar.ArrowStream, "csv": columnar.CSV,
}

func newConvert(c *console) *cobra.Command {
	var to string
	var force bool
	cmd := &cobra.Command{
		Use:   "convert IN OUT",
		Short: "Convert a table between Parquet, Arrow and CSV",
		Long: `Convert reads a table of any known format and writes it in the format that the
extension of OUT asks for:

    .parquet .pq              Parquet, zstd-compressed
    .arrow .feather .ipc      Arrow IPC file
    .arrows                   Arrow IPC stream
    .csv .txt                 CSV with a header line

OUT is written aside and renamed when it is whole; a file that is there is kept
unless --force is given.`,
		Example: `  evenkeel convert prices.csv prices.parquet
  evenkeel convert evenkeel-demo/report/trades.parquet trades.csv`,
		GroupID: "file",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			format := columnar.FormatOf(args[1])
			if to != "" {
				format = formatWords[to]
			}
			if format == "" {
				return usage(cmd, fmt.Errorf("cannot tell the format of %s: use .parquet, .arrow, .arrows or .csv, or --to parquet|arrow|arrows|csv", fault.Quote(args[1])))
			}
			return convert(cmd.Context(), c, args[0], args[1], format, force)
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "format of OUT, whatever its extension: parquet, arrow, arrows or csv")
	cmd.Flags().BoolVar(&force, "force", false, "replace OUT when it is there")
	return cmd
}

func convert(ctx context.Context, c *console, in, out string, format columnar.Format, force bool) error {
	if !force {
		if _, err := os.Lstat(out); err == nil {
			return fault.One(fault.Finding{
				Code: "E401", File: out, What: "is already there",
				Rule: "nothing is overwritten unasked", Remedy: "Choose another name, or replace it with --force",
			})
		}
	}
	table, err := columnar.ReadTable(ctx, in, columnar.TableOptions{})
	if err != nil {
		return err
	}
	size, err := writeAside(out, func(w *bufio.Writer) error { return table.Write(w, format) })
	if err != nil {
		return err
	}
	say(c.out, "%s: %s rows x %d columns as %s, %s bytes\n", out, grouped(int64(table.Rows())), len(table.Columns), format, grouped(size))
	return nil
}

// writeAside writes a file under a temporary name beside it, syncs and renames
// it; it returns the file's size. A failure leaves nothing behind.
func writeAside(path string, fill func(*bufio.Writer) error) (size int64, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".tmp-"+filepath.Base(path)+"-*")
	if err != nil {
		return 0, unwritable(path, err)
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	b := bufio.NewWriterSize(f, 1<<18)
	if err := fill(b); err != nil {
		return 0, unwritable(path, err)
	}
	if err := b.Flush(); err != nil {
		return 0, unwritable(path, err)
	}
	info, err := f.Stat()
	if err != nil {
		return 0, unwritable(path, err)
	}
	for _, step := range []func() error{
		func() error { return f.Chmod(0o644) }, f.Sync, f.Close, func() error { return os.Rename(f.Name(), path) },
	} {
		if err := step(); err != nil {
			return 0, unwritable(path, err)
		}
	}
	return info.Size(), nil
}

// unwritable turns an error of the file system into a finding; other errors pass.
func unwritable(path string, err error) error {
	var at *fs.PathError
	var link *os.LinkError
	reason := ""
	switch {
	case errors.As(err, &at):
		reason = at.Op + ": " + at.Err.Error()
	case errors.As(err, &link):
		reason = link.Op + ": " + link.Err.Error()
	default:
		return err
	}
	f := fault.Finding{Code: "E402", File: path, What: reason, Remedy: "Choose another place, or check the permissions"}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		f.Code, f.Remedy = "E403", "Free space and run again"
	}
	return fault.One(f)
}
