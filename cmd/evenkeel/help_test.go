package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/reports/draw"
)

var (
	namedFlag  = regexp.MustCompile(`--([a-z][a-z-]+)`)
	optionLine = regexp.MustCompile(`(?m)^ +(?:-[a-z], )? *--([a-z-]+)`)
	quotedRun  = regexp.MustCompile(`"evenkeel[^"]*"`)
	saysOther  = regexp.MustCompile(`--qos=`) // an option of sbatch
)

// A help text names flags that its command has, and says a default once.
func TestHelpNamesFlagsThatThereAre(t *testing.T) {
	root, _ := newRoot(newConsole(&bytes.Buffer{}, &bytes.Buffer{}))
	named := 0
	for _, cmd := range commandsOf(root) {
		text := cmd.Short + "\n" + quotedRun.ReplaceAllString(cmd.Long, "")
		for _, m := range optionLine.FindAllStringSubmatch(cmd.Flags().FlagUsages(), -1) {
			f := cmd.Flags().Lookup(m[1])
			text += "\n" + f.Usage
			require.LessOrEqual(t, strings.Count(f.Usage, "(default"), 1, "%s --%s", cmd.CommandPath(), f.Name)
			if strings.Contains(f.Usage, "(default") {
				require.Contains(t, []string{"", "0", "[]", "false", "0s"}, f.DefValue, "%s --%s says two defaults", cmd.CommandPath(), f.Name)
			}
		}
		for _, m := range namedFlag.FindAllStringSubmatch(saysOther.ReplaceAllString(text, ""), -1) {
			if !strings.HasPrefix(cmd.CommandPath(), "evenkeel submit") || m[1] != "help" {
				require.NotNil(t, cmd.Flags().Lookup(m[1]), "%s speaks of --%s, which it does not have", cmd.CommandPath(), m[1])
			}
			named++
		}
		for _, args := range examplesOf(cmd) {
			target, rest, err := root.Find(args)
			require.NoError(t, err, args)
			target.InitDefaultHelpFlag()
			require.NoError(t, target.ParseFlags(rest), "%s: %q", cmd.CommandPath(), args)
			require.NotEqual(t, root, target, args)
		}
	}
	require.Greater(t, named, 15)
}

// examplesOf are the command lines of a help's examples, as the shell would cut them.
func examplesOf(cmd *cobra.Command) (all [][]string) {
	for line := range strings.Lines(strings.ReplaceAll(cmd.Example, "\\\n", " ")) {
		line, _, _ = strings.Cut(line, " #")
		line, _, _ = strings.Cut(line, " | ")
		line, _, _ = strings.Cut(line, " > ")
		words := strings.Fields(line)
		if len(words) == 0 || words[0] != "evenkeel" {
			continue
		}
		for i := range words {
			words[i] = strings.Trim(words[i], `"`)
		}
		all = append(all, words[1:])
	}
	return all
}

// helpFolder has every file that the examples of help texts name; pictures are coarse.
func helpFolder(t *testing.T) string {
	t.Helper()
	t.Cleanup(draw.Coarse())
	dir := t.TempDir()
	copyExamples(t, dir)
	t.Chdir(dir)
	for _, sub := range []string{"data", "shared", "tmp"} {
		require.NoError(t, os.Mkdir(sub, 0o755))
	}
	text := strings.Replace(experiment.Starter, "prices: prices.parquet", "prices: prices.csv", 1)
	text += "\nsweep: {policy: bands, axes: {band: [10%, 20%, 30%], rail_ratio: [0, 50%, 100%], look: [session, month_end]}}\n"
	require.NoError(t, os.WriteFile("experiment.yaml", []byte(text), 0o600))
	mustDo(t, "demo", "--quiet")
	mustDo(t, "convert", "evenkeel-demo/prices.parquet", "long.csv")
	b, err := os.ReadFile("long.csv")
	require.NoError(t, err)
	var prices strings.Builder // with the columns that an example names beside the usual ones
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		other := strings.Join(strings.Split(line, ",")[:3], ",")
		if other == "date,symbol,close" {
			other = "Day,Fund,NAV"
		}
		prices.WriteString(line + "," + other + "\n")
	}
	for _, name := range []string{"prices.csv", "other.csv"} {
		require.NoError(t, os.WriteFile(name, []byte(prices.String()), 0o600))
	}
	for _, out := range []string{"before-report", "after-report"} {
		mustDo(t, "run", "experiment.yaml", "--quiet", "--out", out)
	}
	mustDo(t, "sweep", "experiment.yaml", "--quiet", "--out", "sweep-1")
	return dir
}

func mustDo(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errs := do(args...)
	require.Zero(t, code, "%q\n%s", args, errs)
	return out
}

// Every example of every help text is executed as it stands, in a folder that has its
// files; only what begins at the root of the disk begins in the folder.
func TestExamplesOfHelpTextsWork(t *testing.T) {
	unlessShort(t)
	dir := helpFolder(t)
	root, _ := newRoot(newConsole(&bytes.Buffer{}, &bytes.Buffer{}))
	n := 0
	for _, cmd := range append(commandsOf(root), root) {
		for _, args := range examplesOf(cmd) {
			inPods := strings.Contains(cmd.CommandPath(), "kubernetes") || strings.Contains(cmd.CommandPath(), "aws-batch")
			for i, a := range args {
				if !inPods && (strings.HasPrefix(a, "/data/") || strings.HasPrefix(a, "/shared/") || strings.HasPrefix(a, "/tmp/")) {
					args[i] = filepath.Join(dir, a)
				}
				if i > 0 && args[i-1] == "--out" && !inPods && args[0] != "merge" {
					require.NoError(t, os.RemoveAll(args[i]))
				}
			}
			if strings.HasPrefix(strings.Join(args, " "), "submit slurm") {
				args = append(args, "--dry-run")
			}
			if args[0] == "merge" {
				shardsFor(t, dir)
			}
			if args[0] == "convert" {
				require.NoError(t, os.RemoveAll(args[2]))
			}
			for _, left := range []string{"five-asset-classes-report", "five-asset-classes-sweep", "sweep-report", "sweep-sweep", "sweep-1-report", "evenkeel-demo/report-rendered"} {
				require.NoError(t, os.RemoveAll(left))
			}
			mustDo(t, args...)
			n++
		}
	}
	require.Greater(t, n, 50)
}

// shardsFor leaves the shards that the examples of merge name.
func shardsFor(t *testing.T, dir string) {
	t.Helper()
	for _, s := range [][2]string{{filepath.Join(dir, "shared/sweep"), "1/2"}, {filepath.Join(dir, "shared/sweep"), "2/2"}, {"shard-1", "1/3"}, {"shard-2", "2/3"}, {"shard-3", "3/3"}} {
		if strings.HasSuffix(s[1], "1/2") || strings.HasSuffix(s[1], "/3") {
			require.NoError(t, os.RemoveAll(s[0]))
		}
		mustDo(t, "sweep", "experiment.yaml", "--quiet", "--out", s[0], "--shard", s[1], "--part-points", "3")
	}
}

// What a flag's text says of its default is what happens without it.
func TestDefaultsAreWhatHelpSays(t *testing.T) {
	unlessShort(t)
	helpFolder(t)
	for _, c := range [][2]string{
		{"data inspect prices.csv", "--missing error --late error --ended error --kind adjusted"},
		{"compare before-report --json", "--by cagr --resamples 2000 --seed 1"},
		{"sweep experiment.yaml --dry-run", "--memory 4GB --shard auto --out five-asset-classes-sweep"},
		{"list", ""},
	} {
		args := strings.Fields(c[0])
		require.Equal(t, mustDo(t, args...), mustDo(t, append(args, strings.Fields(c[1])...)...), c[0])
	}
	for _, c := range []struct{ command, out, explicit string }{
		{"run experiment.yaml --quiet", "five-asset-classes-report", ""},
		{"sweep experiment.yaml --quiet", "five-asset-classes-sweep", "--progress-every 30s --memory 4GB"},
		{"report before-report --quiet", "before-report-rendered", "--format md,html,png,svg --size screen"},
		{"sweep report sweep-1 --quiet", "sweep-1-report", "--best 10 --format html,markdown,pictures,csv,json"},
	} {
		args := strings.Fields(c.command)
		mustDo(t, args...)
		mustDo(t, append(args, append(strings.Fields(c.explicit), "--out", "explicit")...)...)
		want, got := tree(t, c.out), tree(t, "explicit")
		for _, name := range []string{"run-info.json", "manifest.json"} { // they name the folder and the time
			delete(want, name)
			delete(got, name)
		}
		require.Equal(t, keysIn(want), keysIn(got), c.command)
		for name := range want {
			if !strings.HasPrefix(name, "sweep/journal") {
				require.True(t, want[name] == got[name], "%s: %s", c.command, name)
			}
		}
		require.NoError(t, os.RemoveAll("explicit"))
	}
}

func keysIn(m map[string]string) map[string]bool {
	names := map[string]bool{}
	for name := range m {
		names[name] = true
	}
	return names
}
