package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

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
extension of OUT names:

    .parquet .pq              Parquet, zstd-compressed
    .arrow .feather .ipc      Arrow IPC file
    .arrows                   Arrow IPC stream
    .csv .txt                 CSV with a header line

OUT is written aside and renamed when it is complete; an existing file is kept
unless you give --force. A link, pipe, device or folder is never replaced. Temporary
files of a killed convert in OUT's folder are removed.`,
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
	cmd.Flags().BoolVar(&force, "force", false, "replace OUT if it exists")
	return cmd
}

func convert(ctx context.Context, c *console, in, out string, format columnar.Format, force bool) error {
	if err := replaceable(out); err != nil {
		return err
	}
	if !force {
		if _, err := os.Lstat(out); err == nil {
			return fault.One(fault.Finding{
				Code: fault.FolderTaken, File: out, What: "is already there",
				Rule: "files are replaced only on request", Remedy: "Choose another name, or replace it with --force",
			})
		}
	}
	table, err := columnar.ReadTable(ctx, in, columnar.TableOptions{})
	if err != nil {
		return err
	}
	size, err := writeAside(out, func(w *bufio.Writer) error { return table.Write(w, format) })
	if err != nil {
		return ofInput(err, in)
	}
	say(c.out, "%s: %s rows x %d columns as %s, %s bytes\n", out, grouped(int64(table.Rows())), len(table.Columns), format, grouped(size))
	return nil
}

// ofInput gives the findings of an error that name no file the one that was read: they
// are about its columns.
func ofInput(err error, in string) error {
	found := fault.Of(err)
	if found == nil {
		return err
	}
	out := slices.Clone(found)
	for i := range out {
		if out[i].File == "" {
			out[i].File = filepath.Base(in)
		}
	}
	return out
}
