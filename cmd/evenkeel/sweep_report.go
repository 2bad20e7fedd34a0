package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"evenkeel/cmd/evenkeel/batch"
	"evenkeel/data/columnar"
	"evenkeel/data/fault"
	"evenkeel/data/store"
	"evenkeel/reports/sweep"
)

// sweepReportFlags are the choices of a report of a sweep.
type sweepReportFlags struct {
	out                    string
	measures, heat, pareto []string
	where, formats         []string
	against                string
	best                   int
	force                  bool
}

func newSweepReport(c *console) *cobra.Command {
	var o sweepReportFlags
	cmd := &cobra.Command{
		Use:   "report DIR",
		Short: "Write the report of a finished sweep",
		Long: `Report reads the folder of a finished sweep and shows heat maps over pairs of axes, the
Pareto front of costs against tracking error and drift, how much each axis matters, the
best points and whether their neighbours are as good, and, if the start is an axis, how
much depends on the start. One page (sweep.html) shows everything; sweep.md, pictures
and tables are beside it.

--where keeps only the points with one value of an axis. All other axes are averaged, or
make panels if they have few values; every picture names them. --against shows each
value as the difference from the point that differs only in that axis.`,
		Example: `  evenkeel sweep report sweep-1
  evenkeel sweep report sweep-1 --measure tracking_error,cagr --heat band,rail_ratio
  evenkeel sweep report sweep-1 --where look=session --pareto turnover_per_year,drift_mean
  evenkeel sweep report sweep-1 --against "rail_ratio=50%" --out differences
  evenkeel sweep report sweep-1 --format csv,latex`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.out == "" {
				o.out = filepath.Clean(args[0]) + "-report"
			}
			if err := notRead(cmd, o.out, args[0]); err != nil {
				return err
			}
			return reportSweep(cmd, c, args[0], o)
		},
		ValidArgsFunction: folders,
	}
	flags := cmd.Flags()
	flags.StringVarP(&o.out, "out", "o", "", "output folder (default DIR-report)")
	flags.BoolVar(&o.force, "force", false, "replace an earlier output")
	flags.StringSliceVar(&o.measures, "measure", nil, "measures to show, with commas between (default the first ones of the table)")
	flags.StringArrayVar(&o.heat, "heat", nil, "two axes of heat maps, as band,rail_ratio, the second one across; may be repeated")
	flags.StringArrayVar(&o.pareto, "pareto", nil, "two measures of a front, as cost_per_year,tracking_error; may be repeated")
	flags.StringArrayVar(&o.where, "where", nil, "points with one value of an axis alone, as look=session, or with some, as rail_ratio=25%..75%; may be repeated")
	flags.StringVar(&o.against, "against", "", "differences to one value of an axis, as rail_ratio=50%")
	flags.IntVar(&o.best, "best", 10, "how many of the best points")
	flags.StringSliceVar(&o.formats, "format", nil, "what to write, with commas between: "+strings.Join(sweep.Formats, ", ")+" (default all but latex)")
	flags.BoolVarP(&c.quiet, "quiet", "q", false, "no summary, errors only")
	return cmd
}

// reportSweep reads a sweep and writes its report.
func reportSweep(cmd *cobra.Command, c *console, folder string, o sweepReportFlags) error {
	s, m, err := readSweep(cmd.Context(), folder)
	if err != nil {
		return err
	}
	r, err := sweepReportOf(s, o)
	if err != nil {
		return usage(cmd, err)
	}
	dir, err := store.Create(o.out, o.force)
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }() // after Finish there is nothing left to lose
	if err := r.Write(dir); err != nil {
		return err
	}
	if err := cmd.Context().Err(); err != nil {
		return err
	}
	m.Files = dir.Files()
	m.ResultDigest = resultDigest(m.Files)
	if err := dir.Finish(func(w io.Writer) error { return writeJSON(w, m) }); err != nil {
		return err
	}
	if !c.quiet {
		say(c.out, "%s: %s\nresult digest %s\n", filepath.ToSlash(o.out), sweepFiles(m.Files), m.ResultDigest)
	}
	return nil
}

// sweepFiles names the files to read first and counts the others.
func sweepFiles(files []store.File) string {
	var first []string
	plots, tables := 0, 0
	for _, f := range files {
		switch {
		case strings.HasPrefix(f.Name, "plots/") && strings.HasSuffix(f.Name, ".png"):
			plots++
		case strings.HasPrefix(f.Name, "plots/"):
		case strings.HasPrefix(f.Name, "tables/"):
			tables++
		default:
			first = append(first, f.Name)
		}
	}
	slices.Sort(first)
	if plots > 0 {
		first = append(first, count(plots, "picture"))
	}
	if tables > 0 {
		first = append(first, count(tables, "table"))
	}
	return strings.Join(first, ", ")
}

// sweepReportOf makes a report with the choices of the command line.
func sweepReportOf(s *sweep.Sweep, o sweepReportFlags) (*sweep.Report, error) {
	for _, w := range o.where {
		axis, value, ok := strings.Cut(w, "=")
		if !ok {
			return nil, fmt.Errorf("--where %s: want AXIS=VALUE, such as look=session", w)
		}
		var err error
		if s, err = s.Where(axis, value); err != nil {
			return nil, fmt.Errorf("--where: %w", err)
		}
	}
	if o.against != "" {
		axis, value, ok := strings.Cut(o.against, "=")
		if !ok {
			return nil, fmt.Errorf("--against %s: want AXIS=VALUE, such as rail_ratio=50%%", o.against)
		}
		var err error
		if s, err = s.Against(axis, value); err != nil {
			return nil, fmt.Errorf("--against: %w", err)
		}
	}
	if o.best < 1 || o.best > 1000 {
		return nil, fmt.Errorf("--best %d: want 1 to 1,000", o.best)
	}
	heat, err := pairsOf("--heat", o.heat)
	if err != nil {
		return nil, err
	}
	pareto, err := pairsOf("--pareto", o.pareto)
	if err != nil {
		return nil, err
	}
	return sweep.NewReport(s, sweep.Options{Measures: o.measures, Heat: heat, Pareto: pareto, Best: o.best, Formats: o.formats})
}

// pairsOf reads names in pairs.
func pairsOf(flag string, texts []string) (all [][2]string, err error) {
	for _, t := range texts {
		a, b, ok := strings.Cut(t, ",")
		if a, b = strings.TrimSpace(a), strings.TrimSpace(b); !ok || a == "" || b == "" {
			return nil, fmt.Errorf("%s %s: want two names with a comma between", flag, t)
		}
		all = append(all, [2]string{a, b})
	}
	return all, nil
}

// sweepReportManifest describes which sweep a report shows.
type sweepReportManifest struct {
	Schema       int          `json:"schema"`
	Experiment   string       `json:"experiment"`
	Engine       build        `json:"engine"`
	Sweep        string       `json:"sweep_digest"` // result digest of the sweep
	Files        []store.File `json:"files"`
	ResultDigest string       `json:"result_digest"`
}

// readSweep reads the table of a finished sweep and what its manifest says.
func readSweep(ctx context.Context, folder string) (*sweep.Sweep, sweepReportManifest, error) {
	m := sweepReportManifest{Schema: manifestSchema, Engine: thisBuild()}
	out, err := store.Open(folder)
	if err != nil {
		return nil, m, err
	}
	defer func() { _ = out.Close() }()
	if err := out.Verify().Err(); err != nil {
		return nil, m, err
	}
	about, err := aboutSweep(out)
	if err != nil {
		return nil, m, err
	}
	path := filepath.Join(folder, batch.TableName)
	t, err := columnar.ReadTable(ctx, path, columnar.TableOptions{})
	if err != nil {
		return nil, m, err
	}
	s, err := sweep.New(t, path)
	if err != nil {
		return nil, m, err
	}
	m.Experiment, m.Sweep = about.Experiment, about.ResultDigest
	s.Name, s.Policy, s.About = about.Experiment, about.Config.Sweep.Policy, about.lines()
	return s, m, nil
}

// sweptManifest is what a report needs of a sweep's manifest.
type sweptManifest struct {
	Experiment   string `json:"experiment"`
	ResultDigest string `json:"result_digest"`
	Config       struct {
		Targets json.RawMessage `json:"targets"`
		Costs   json.RawMessage `json:"costs"`
		Sweep   struct {
			Policy string `json:"policy"`
		} `json:"sweep"`
	} `json:"config"`
	Inputs []input `json:"inputs"`
}

// aboutSweep reads the manifest of a sweep, which says what ran.
func aboutSweep(out *store.Output) (*sweptManifest, error) {
	f, err := out.File(store.ManifestName)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was read only
	var b bytes.Buffer
	m := &sweptManifest{}
	if _, err = b.ReadFrom(io.LimitReader(f, 64<<20)); err == nil {
		if err = json.Unmarshal(b.Bytes(), m); err == nil && m.Config.Sweep.Policy == "" {
			err = errors.New("contains no sweep")
		}
	}
	if err != nil {
		return nil, fault.One(fault.Finding{Code: fault.DamagedOutput, File: filepath.Join(out.Path(), store.ManifestName), What: err.Error(), Rule: "it says what was swept", Remedy: "Give the folder that evenkeel sweep or evenkeel merge wrote"})
	}
	return m, nil
}

// lines say what ran.
func (m *sweptManifest) lines() (all [][2]string) {
	if len(m.Inputs) > 0 {
		p := m.Inputs[0]
		all = append(all, [2]string{"Prices", fmt.Sprintf("%s, %s, %s to %s", p.Name, count(len(p.Symbols), "symbol"), p.First, p.Last)})
	}
	var targets []string
	weights := map[string]float64{}
	if json.Unmarshal(m.Config.Targets, &weights) == nil { // a schedule is no map of weights
		for _, n := range slices.Sorted(maps.Keys(weights)) {
			targets = append(targets, fmt.Sprintf("%s %g %%", n, math.Round(1e8*weights[n])/1e6))
		}
	}
	if targets != nil {
		all = append(all, [2]string{"Targets", strings.Join(targets, ", ")})
	}
	var costs []map[string]any
	_ = json.Unmarshal(m.Config.Costs, &costs) // none are null
	var words []string
	for _, c := range costs {
		var keys []string
		for _, k := range slices.Sorted(maps.Keys(c)) {
			if k != "model" && (k != "side" || c[k] != "both") {
				keys = append(keys, fmt.Sprintf("%s %v", k, c[k]))
			}
		}
		words = append(words, fmt.Sprintf("%v: %s", c["model"], strings.Join(keys, ", ")))
	}
	if words != nil {
		all = append(all, [2]string{"Costs", strings.Join(words, "; ")})
	}
	return all
}
