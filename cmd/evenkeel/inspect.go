package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/data/fault"
)

func newInspect(c *console) *cobra.Command {
	var asJSON bool
	var kind string
	var o columnar.Options
	o.Start, o.End = data.NoDate, data.NoDate
	o.Volume, o.Spread = true, true
	cmd := &cobra.Command{
		Use:   "inspect FILE",
		Short: "Show the content of a file of prices and its faults",
		Long: `Inspect reads a Parquet, Arrow or CSV file of prices and prints its columns,
layout and sessions, a line per symbol, and all its faults: holes, late listings and
ends, jumps, splits that closes are not adjusted for, reused symbols, series that do
not change. The settings of an experiment for such faults (data.kind, data.missing,
data.late, data.ended) are flags here.
Errors in the data end with exit code 3; warnings do not.`,
		Example: `  evenkeel data inspect evenkeel-demo/prices.parquet
  evenkeel data inspect prices.csv --json
  evenkeel data inspect prices.csv --date Day --symbol Fund --close NAV
  evenkeel data inspect prices.csv --kind adjusted
  evenkeel data inspect prices.csv --missing ffill --late wait --ended last`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			err := acceptable(o)
			if err != nil {
				return usage(cmd, err)
			}
			if o.Kind, o.KindGiven, err = kindOf(kind); err != nil {
				return usage(cmd, err)
			}
			in, err := columnar.Inspect(cmd.Context(), args[0], o)
			if err != nil {
				return err
			}
			if asJSON {
				if err := writeJSON(c.out, in); err != nil {
					return err
				}
				return in.Findings.Err()
			}
			printInspection(c.out, in)
			if err := in.Findings.Err(); err != nil {
				return err
			}
			if len(in.Findings) > 0 {
				c.findings(in.Findings)
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.BoolVar(&asJSON, "json", false, "print JSON")
	f.StringVar(&o.Columns.Date, "date", "", "name of the column of dates")
	f.StringVar(&o.Columns.Symbol, "symbol", "", "name of the column of symbols")
	f.StringVar(&o.Columns.Close, "close", "", "name of the column of closes")
	f.StringVar(&o.Columns.Open, "open", "", "name of the column of opens")
	f.StringVar(&o.Columns.Volume, "volume", "", "name of the column of volumes")
	f.StringVar(&o.Columns.Spread, "spread", "", "name of the column of half spreads, in basis points")
	f.StringVar(&kind, "kind", "", "what closes are: adjusted, or raw (default adjusted, unless some look raw)")
	f.StringVar(&o.Missing, "missing", "", "holes: error, ffill or drop (default error)")
	f.StringVar(&o.Late, "late", "", "series that begin late: error, wait or redistribute (default error)")
	f.StringVar(&o.Ended, "ended", "", "series that end early: error, last or zero (default error)")
	f.StringSliceVar(&o.NullValues, "null", nil, "texts that mean \"no value\"")
	f.StringVar(&o.Timezone, "timezone", "", "zone in which an instant's date is read")
	return cmd
}

// acceptable refuses a word that says nothing about flaws.
func acceptable(o columnar.Options) error {
	for _, flag := range []struct {
		name, word string
		words      []string
	}{
		{"missing", o.Missing, []string{columnar.MissingError, columnar.MissingFfill, columnar.MissingDrop}},
		{"late", o.Late, []string{columnar.LateError, columnar.LateWait, columnar.LateRedistribute}},
		{"ended", o.Ended, []string{columnar.EndedError, columnar.EndedLast, columnar.EndedZero}},
	} {
		if flag.word != "" && !slices.Contains(flag.words, flag.word) {
			return fmt.Errorf("--%s %s: want %s", flag.name, fault.Quote(flag.word), strings.Join(flag.words, ", "))
		}
	}
	return nil
}

// kindOf reads the word for what closes are; "" says nothing.
func kindOf(word string) (kind data.Kind, given bool, err error) {
	switch word {
	case "":
		return data.Adjusted, false, nil
	case "adjusted":
		return data.Adjusted, true, nil
	case "raw":
		return data.Raw, true, nil
	}
	return 0, false, fmt.Errorf("--kind %s: want adjusted or raw", word)
}

// maxListed is how many columns or symbols are listed before the rest is counted.
const maxListed = 60

func printInspection(w io.Writer, in *columnar.Inspection) {
	say(w, "%s\n", fault.Clean(in.File))
	about := [][]string{
		{"format", formatName(in.Format)},
		{"size", grouped(in.Bytes) + " bytes"},
		{"sha256", in.SHA256},
		{"rows", grouped(in.Rows)},
	}
	if in.Layout != "" {
		about = append(about, []string{"layout", layoutName(in.Layout)})
	}
	if in.Sessions > 0 {
		sessions := fmt.Sprintf("%s, %s to %s", grouped(int64(in.Sessions)), in.First, in.Last)
		if in.Spacing != "" {
			sessions += ", " + in.Spacing
		}
		about = append(about, []string{"sessions", sessions})
	}
	columns(w, "  ", "", about)
	printTaken(w, in.Taken)
	printColumns(w, in.Columns)
	printSymbols(w, in.Symbols)
	errs := 0
	for _, f := range in.Findings {
		if !f.Warning {
			errs++
		}
	}
	say(w, "\n%s, %s\n", count(errs, "error"), count(len(in.Findings)-errs, "warning"))
}

func formatName(f columnar.Format) string {
	switch f {
	case columnar.Parquet:
		return "Parquet"
	case columnar.ArrowFile:
		return "Arrow IPC file"
	case columnar.ArrowStream:
		return "Arrow IPC stream"
	case columnar.CSV:
		return "CSV"
	}
	return string(f)
}

func layoutName(layout string) string {
	switch layout {
	case "long":
		return "long: a row for each date and symbol"
	case "wide":
		return "wide: a row for each date, a column for each symbol"
	case "series":
		return "series: a row for each date, one price"
	}
	return layout
}

func printColumns(w io.Writer, list []columnar.ColumnInfo) {
	rows := [][]string{{"column", "type", "encoding", "codec", ""}}
	for i, col := range list {
		if i == maxListed {
			break
		}
		rows = append(rows, []string{fault.Clean(col.Name), col.Type, strings.Join(col.Encodings, "+"), strings.Join(col.Codecs, "+"), fault.Clean(col.Problem)})
	}
	say(w, "\n")
	columns(w, "  ", "", dropEmpty(rows))
	if more := len(list) - maxListed; more > 0 {
		say(w, "  and %s\n", count(more, "more column"))
	}
}

// dropEmpty leaves out columns that hold nothing but a heading.
func dropEmpty(rows [][]string) [][]string {
	out := make([][]string, len(rows))
	for j := range rows[0] {
		filled := false
		for _, row := range rows[1:] {
			filled = filled || row[j] != ""
		}
		if !filled {
			continue
		}
		for i, row := range rows {
			out[i] = append(out[i], row[j])
		}
	}
	return out
}

// printTaken returns which column is used for what.
func printTaken(w io.Writer, list []columnar.Taken) {
	if len(list) == 0 {
		return
	}
	rows := [][]string{{"use", "column", "rule", "left"}}
	for _, t := range list {
		var left []string
		for _, name := range t.Left {
			left = append(left, fault.Clean(name))
		}
		rows = append(rows, []string{t.Use, fault.Clean(t.Column), t.Rule, strings.Join(left, ", ")})
	}
	say(w, "\n")
	columns(w, "  ", "", dropEmpty(rows))
}

func orNothing(x float64) string {
	if x == 0 {
		return ""
	}
	return fmt.Sprintf("%.4g", x)
}

// countOrNothing is a number of cells, empty for none.
func countOrNothing(n int) string {
	if n == 0 {
		return ""
	}
	return grouped(int64(n))
}

func printSymbols(w io.Writer, list []columnar.SymbolInfo) {
	if len(list) == 0 {
		return
	}
	right := "lllrrrrrrlrr"
	noOpens := slices.ContainsFunc(list, func(s columnar.SymbolInfo) bool { return s.NoOpen > 0 })
	if noOpens {
		right = "lllrrrrrrrlrr"
	}
	rows := [][]string{{"symbol", "first", "last", "prices", "missing", "missing opens", "stale", "low", "high", "largest move", "", "mean volume", "mean spread"}}
	for i, s := range list {
		if i == maxListed {
			break
		}
		rows = append(rows, []string{
			fault.Clean(s.Symbol), s.First.String(), s.Last.String(), grouped(int64(s.Prices)), grouped(int64(s.Missing)), countOrNothing(s.NoOpen), grouped(int64(s.Stale)),
			fmt.Sprintf("%.6g", s.Low), fmt.Sprintf("%.6g", s.High), fmt.Sprintf("x%.4g", s.Jump), s.JumpDate.String(),
			orNothing(s.Volume), orNothing(s.Spread),
		})
	}
	say(w, "\n")
	columns(w, "  ", right, dropEmpty(rows))
	if more := len(list) - maxListed; more > 0 {
		say(w, "  and %s\n", count(more, "more symbol"))
	}
	if noOpens {
		say(w, "  missing opens: sessions with a price and without an open; nothing is filled at the next open then\n")
	}
	say(w, "  missing: sessions without a price between first and last; stale: longest run of sessions without a change\n")
}
