package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"evenkeel/cmd/evenkeel/batch"
	"evenkeel/data/store"
)

func newMerge(c *console) *cobra.Command {
	var out string
	var asJSON bool
	var wait time.Duration
	cmd := &cobra.Command{
		Use:   "merge DIR...",
		Short: "Merge a sweep's shards into one table",
		Long: `Merge proves that the folders contain every part of one sweep, once and undamaged, and
writes the table of all points and the manifest to the first folder, or to --out. Shards
may have shared one folder or have had separate folders.

It refuses folders of different sweeps (E401), parts that do not match their record
(E405) and a sweep that is not complete (E406), and then changes nothing.`,
		Example: `  evenkeel merge /shared/sweep
  evenkeel merge shard-1 shard-2 shard-3 --out sweep
  evenkeel merge /shared/sweep --wait 12h       # while other machines compute`,
		GroupID: "work",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, dirs []string) error {
			dirs = distinct(dirs)
			if err := awaitParts(cmd.Context(), c, dirs, wait); err != nil {
				return stopped(err, dirs[0])
			}
			var spec *batch.Spec
			s, err := batch.Merge(cmd.Context(), out, dirs, func(x *batch.Spec, s batch.Summary) []byte {
				spec = x
				return sweepManifest(x, s)
			})
			to := out
			if to == "" {
				to = dirs[0]
			}
			if err != nil {
				return stopped(err, to)
			}
			if len(s.Warnings) > 0 {
				c.findings(s.Warnings)
			}
			if asJSON {
				return writeJSON(c.out, sweepSummary(s, spec, to))
			}
			if c.quiet {
				return nil
			}
			say(c.out, "%s: %s, %s of %s", to, batch.TableName, count(s.Points, "point"), count(s.Parts, "part"))
			if s.Failed > 0 {
				say(c.out, ", %s failed", grouped(int64(s.Failed)))
			}
			say(c.out, "\nresult digest %s\n", s.Digest)
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&out, "out", "o", "", "folder of the table (default the first folder)")
	flags.DurationVar(&wait, "wait", 0, "wait at most this long until all parts are there, such as 12h (default not at all)")
	flags.BoolVar(&asJSON, "json", false, "print the summary as JSON")
	flags.BoolVarP(&c.quiet, "quiet", "q", false, "no summary, errors only")
	return cmd
}

// distinct are the folders without those that are named again, by the same name or
// another.
func distinct(dirs []string) (out []string) {
	var known []os.FileInfo
	for _, dir := range dirs {
		info, err := os.Stat(dir)
		if err == nil && slices.ContainsFunc(known, func(other os.FileInfo) bool { return os.SameFile(info, other) }) {
			continue
		}
		if err == nil {
			known = append(known, info)
		}
		out = append(out, dir)
	}
	return out
}

// awaitParts waits until the folder of a sweep has all parts. Folders that are not
// shared are each complete in themselves, or not: they are not waited for.
func awaitParts(ctx context.Context, c *console, dirs []string, most time.Duration) error {
	if most <= 0 || len(dirs) != 1 {
		return nil
	}
	limited, stop := context.WithTimeout(ctx, most)
	defer stop()
	before := -1
	err := batch.Wait(limited, dirs[0], waitEvery, func(have, of int) {
		if have != before && of > 0 {
			c.note("waiting: %d of %d parts are there", have, of)
		}
		before = have
	})
	if ctx.Err() != nil {
		return batch.ErrStopped
	}
	return err
}

// waitEvery is how often a waiting merge looks.
const waitEvery = 2 * time.Second

// sweepManifest is manifest.json of a finished sweep. It says nothing of who
// computed what and when: shards, workers and kills leave no trace.
func sweepManifest(spec *batch.Spec, s batch.Summary) []byte {
	m := struct {
		Schema       int             `json:"schema"`
		Experiment   string          `json:"experiment"`
		Engine       build           `json:"engine"`
		Config       json.RawMessage `json:"config"`
		ConfigSHA256 string          `json:"config_sha256"`
		Inputs       json.RawMessage `json:"inputs"`
		Seed         uint64          `json:"seed"`
		Sweep        sweptPart       `json:"sweep"`
		Files        []store.File    `json:"files"`
		ResultDigest string          `json:"result_digest"`
	}{
		manifestSchema, spec.Experiment, thisBuild(), spec.Config, spec.ConfigSHA256, spec.Inputs, spec.Seed,
		sweptPart{s.Points, s.Failed, spec.LeftOut, s.Parts, spec.PartPoints}, s.Files, s.Digest,
	}
	var b bytes.Buffer
	if err := writeJSON(&b, m); err != nil {
		panic(err) // texts and numbers that were JSON before
	}
	return b.Bytes()
}

// sweptPart is what a manifest says of a sweep.
type sweptPart struct {
	Points     int `json:"points"`
	Failed     int `json:"failed"`
	LeftOut    int `json:"left_out"`
	Parts      int `json:"parts"`
	PartPoints int `json:"part_points"`
}

// ended is an end of the program that is neither good nor an error of the input.
type ended struct {
	code int
	text string
}

func (e *ended) Error() string { return e.text }

// endedAs is the exit code of an end that has one of its own.
func (c *console) endedAs(e *ended) int {
	say(c.err, "%s\n", e.text)
	return e.code
}
