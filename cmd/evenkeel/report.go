package main

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"evenkeel/reports/draw"
	"evenkeel/reports/run"
)

// reportFlags are the choices of a report.
type reportFlags struct {
	out     string
	force   bool
	formats []string
	size    string
	only    []string
}

func newReport(c *console) *cobra.Command {
	var o reportFlags
	cmd := &cobra.Command{
		Use:   "report DIR",
		Short: "Render the reports of a finished run again",
		Long: `Report renders reports, tables and figures from the files of a run: manifest.json,
run.json, summary.json and the Parquet tables. It does not need the prices or the
experiment file. It first compares the files with the manifest, names a damaged or
missing table, and proves every journal again.

Without --format it renders the run's own output: report.md, report.html and the
pictures, the same bytes with the same program, and each table as Markdown. It does
not change the folder that it reads.

Formats: md, html, csv, latex, json, png, svg, pdf. Tables are tables/NAME.csv and
so on, figures plots/NAME.pdf and so on. LaTeX tables need the package booktabs,
long ones longtable too. Sizes of figures: screen (as the run's own), paper (a
column, 3.4 in wide), slide (10 x 5.6 in).`,
		Example: `  evenkeel report evenkeel-demo/report
  evenkeel report evenkeel-demo/report --format csv,json --out tables
  evenkeel report evenkeel-demo/report --format pdf,latex --size paper --out paper
  evenkeel report evenkeel-demo/report --format png --size slide --only growth --out slides`,
		GroupID: "look",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return renderAgain(cmd, c, args[0], o)
		},
		ValidArgsFunction: folders,
	}
	flags := cmd.Flags()
	flags.StringVarP(&o.out, "out", "o", "", "output folder (default DIR-rendered)")
	flags.BoolVar(&o.force, "force", false, "replace an earlier output")
	flags.StringSliceVar(&o.formats, "format", nil, "formats, separated by commas (default md,html,png,svg)")
	flags.StringVar(&o.size, "size", string(draw.Screen), "size of figures: screen, paper or slide")
	flags.StringSliceVar(&o.only, "only", nil, "names of tables and figures, or report (default all)")
	flags.BoolVarP(&c.quiet, "quiet", "q", false, "errors only")
	for flag, values := range map[string][]string{"format": run.ExportFormats, "size": sizeNames()} {
		if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
			panic(err) // no such flag
		}
	}
	return cmd
}

func sizeNames() (all []string) {
	for _, s := range draw.Sizes {
		all = append(all, string(s))
	}
	return all
}

func renderAgain(cmd *cobra.Command, c *console, folder string, o reportFlags) error {
	r, err := run.Read(cmd.Context(), folder)
	if err != nil {
		return err
	}
	e := run.Export{Formats: o.formats, Size: draw.Size(o.size), Only: o.only}
	if err := e.Check(r); err != nil {
		return usage(cmd, err)
	}
	if o.out == "" {
		o.out = filepath.Clean(folder) + "-rendered"
	}
	if err := notRead(cmd, o.out, folder); err != nil {
		return err
	}
	n, err := written(o.out, o.force, "report", func(dir draw.Dir) error { return e.Write(dir, r) })
	if err != nil || c.quiet {
		return err
	}
	say(c.out, "%s: %s of %s (%s)\n", filepath.ToSlash(o.out), count(n, "file"), filepath.ToSlash(folder), strings.Join(formatsOf(e), ", "))
	return nil
}

// formatsOf are the formats that were asked for.
func formatsOf(e run.Export) []string {
	if len(e.Formats) == 0 {
		return run.DefaultFormats
	}
	return e.Formats
}
