package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io/fs"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"
)

// The tests run against an S3 server in this process, or against the one that
// EVENKEEL_S3 names, such as
// "s3://bucket?endpoint=http://127.0.0.1:7070&use_path_style=true&region=us-east-1".
var s3 = os.Getenv("EVENKEEL_S3")

var evenkeelPath = flag.String("evenkeel", "", "evenkeel; built from the tree when not given")

// TestMain makes the test binary the command itself, where it is told so.
func TestMain(m *testing.M) {
	if os.Getenv("EVENKEEL_OBJECTS") != "" {
		os.Exit(program(os.Args[1:], os.Stdout, os.Stderr))
	}
	flag.Parse()
	os.Exit(prepared(m))
}

func prepared(m *testing.M) int {
	dir, err := os.MkdirTemp("", "objects-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if *evenkeelPath == "" {
		*evenkeelPath = filepath.Join(dir, "evenkeel")
		build := exec.Command("go", "build", "-o", *evenkeelPath, "./cmd/evenkeel")
		build.Dir = filepath.Join("..", "..")
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
			return 1
		}
	}
	if s3 == "" {
		memory := s3mem.New()
		if err := memory.CreateBucket("bucket"); err != nil {
			panic(err)
		}
		server := httptest.NewServer(gofakes3.New(memory).Server())
		defer server.Close()
		s3 = "s3://bucket?endpoint=" + server.URL + "&use_path_style=true&region=us-east-1"
		os.Setenv("AWS_ACCESS_KEY_ID", "x")
		os.Setenv("AWS_SECRET_ACCESS_KEY", "y")
	}
	os.Setenv("EVENKEEL_PROGRAM", *evenkeelPath)
	return m.Run()
}

// at is a folder of the bucket that only this test has.
func at(t *testing.T, name string) string {
	return strings.Replace(s3, "?", fmt.Sprintf("/%s-%d/%s?", t.Name(), os.Getpid(), name), 1)
}

// objects is the command as a process.
func objects(args ...string) (*exec.Cmd, *bytes.Buffer) {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), "EVENKEEL_OBJECTS=1")
	text := &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = text, text
	return cmd, text
}

func ran(t *testing.T, want int, args ...string) string {
	t.Helper()
	cmd, text := objects(args...)
	_ = cmd.Run()
	require.Equal(t, want, cmd.ProcessState.ExitCode(), "%v\n%s", args, text)
	return text.String()
}

// experiment is a folder with prices and a sweep of 2,000 points in 250 parts, and
// what a local run makes of it.
func experiment(t *testing.T) (dir, want string) {
	t.Helper()
	dir, want = t.TempDir(), filepath.Join(t.TempDir(), "want")
	demo := exec.Command(*evenkeelPath, "demo", "--out", filepath.Join(dir, "demo"), "-q")
	out, err := demo.CombinedOutput()
	require.NoError(t, err, string(out))
	prices, err := os.ReadFile(filepath.Join(dir, "demo", "prices.parquet"))
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "demo")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "prices.parquet"), prices, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "s.yaml"), []byte(`name: s
data: {prices: prices.parquet, start: 2008-01-02, end: 2012-12-31}
targets: {US_STOCKS: 40%, WORLD_STOCKS: 20%, BONDS: 25%, REAL_ESTATE: 10%, GOLD: 5%}
costs: [{model: bps, rate: 10}]
policies: {bands: {strategy: bands, band: 20%, rail: 10%, look: session}}
sweep: {policy: bands, axes: {band: 0.2%:20%:0.2%, rail_ratio: 0:0.9:0.1, look: [session, 5 sessions]}}
`), 0o600))
	out, err = exec.Command(*evenkeelPath, "sweep", filepath.Join(dir, "s.yaml"), "--out", want, "--part-points=8").CombinedOutput()
	require.NoError(t, err, string(out))
	return dir, want
}

func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		all[name] = string(b)
		return err
	}))
	return all
}

// count is how many names of a folder of the bucket begin so.
func count(t *testing.T, address, prefix string) int {
	t.Helper()
	f, err := openFolder(context.Background(), address)
	require.NoError(t, err)
	defer f.Close()
	names, err := f.list(context.Background(), prefix)
	require.NoError(t, err)
	return len(names)
}

// Shards on storage, one killed, one told to stop, both started again: the bytes of a
// local run.
func TestSweepOnStorage(t *testing.T) {
	dir, want := experiment(t)
	in, out := at(t, "in"), at(t, "out")
	ran(t, 0, "push", dir, in)
	file := strings.Replace(in, "?", "/s.yaml?", 1)
	shard := func(i int) []string {
		return []string{"sweep", file, out, fmt.Sprintf("--shard=%d/3", i), "--part-points=8", "--workers=1"}
	}
	t.Setenv("EVENKEEL_SCRATCH", t.TempDir())
	for i, sig := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM} {
		cmd, text := objects(shard(i + 1)...)
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		require.NoError(t, cmd.Start())
		for begin, had := time.Now(), count(t, out, "sweep/part-"); count(t, out, "sweep/part-") == had; time.Sleep(5 * time.Millisecond) {
			require.Less(t, time.Since(begin), time.Minute, text)
		}
		if sig == syscall.SIGKILL {
			_ = syscall.Kill(-cmd.Process.Pid, sig) // with evenkeel
		} else {
			_ = cmd.Process.Signal(sig)
		}
		err := cmd.Wait()
		if sig == syscall.SIGTERM && err != nil {
			require.Equal(t, 75, cmd.ProcessState.ExitCode(), text)
		}
	}
	require.Contains(t, ran(t, 4, "merge", out), "parts are missing")
	for i := 1; i <= 3; i++ {
		ran(t, 0, shard(i)...)
	}
	require.Contains(t, ran(t, 0, "merge", out), "2,000 points of 250 parts")
	require.Contains(t, ran(t, 0, shard(2)...), "points were finished before")
	got := t.TempDir()
	ran(t, 0, "pull", out, got)
	compare(t, want, got)
	left, err := os.ReadDir(os.Getenv("EVENKEEL_SCRATCH"))
	require.NoError(t, err)
	require.LessOrEqual(t, len(left), 1, "only the killed one left its files")

	// The whole in one: nothing is left to do but the table.
	ran(t, 0, "sweep", file, out, "--shard=none", "--part-points=8")
	require.Contains(t, ran(t, 4, "sweep", file, out, "--part-points=8", "--set", "costs.0.rate=20"), "E401")
}

// compare compares a folder with what came back; journals of shards stay on storage.
func compare(t *testing.T, want, got string) {
	t.Helper()
	a, b := tree(t, want), tree(t, got)
	for name := range b {
		if strings.HasPrefix(name, filepath.FromSlash(journals+"-")) {
			delete(b, name)
		}
	}
	require.Len(t, b, len(a))
	for name := range a {
		require.True(t, a[name] == b[name], "%s differs", name)
	}
}

// An object is written once: the same bytes again are fine, others are refused and
// change nothing. A part that is damaged on the storage is replaced.
func TestOnce(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	write := func(text string) { require.NoError(t, os.WriteFile(filepath.Join(dir, "x"), []byte(text), 0o600)) }
	for _, address := range []string{at(t, "once"), "file://" + t.TempDir() + "/once"} {
		f, err := openFolder(ctx, address)
		require.NoError(t, err)
		write("one")
		require.NoError(t, f.once(ctx, dir, "x"))
		require.NoError(t, f.once(ctx, dir, "x"))
		write("two")
		require.ErrorContains(t, f.once(ctx, dir, "x"), "other bytes are there")
		b, err := f.ReadAll(ctx, "x")
		require.NoError(t, err)
		require.Equal(t, "one", string(b))

		u := &uploads{folder: f, local: dir, sent: map[string]string{"x": "as it was fetched"}}
		require.NoError(t, u.part(ctx, "x"))
		b, err = f.ReadAll(ctx, "x")
		require.NoError(t, err)
		require.Equal(t, "two", string(b))
		require.NoError(t, f.Close())
	}
}

// Names on storage do not lead out of a folder; addresses that say nothing are refused.
func TestAddresses(t *testing.T) {
	f, err := openFolder(context.Background(), at(t, "names"))
	require.NoError(t, err)
	defer f.Close()
	require.ErrorContains(t, f.get(context.Background(), "../x", t.TempDir()), "leads out of the folder")
	require.Contains(t, ran(t, 4, "pull", "http://bucket/x", t.TempDir()), "want s3://, gs://, az:// or file://")
	require.Contains(t, ran(t, 4, "pull", at(t, "nowhere"), t.TempDir()), "nothing is there")
	require.Contains(t, ran(t, 4, "sweep", at(t, ""), at(t, "out")), "want the address of an experiment file")
	require.Contains(t, ran(t, 1, "frobnicate"), "evenkeel-objects sweep")
	require.Contains(t, ran(t, 0, "help"), "gs://")
	for address, want := range map[string]string{"s3://b/a/x.yaml?region=r": "s3://b/a?region=r x.yaml", "gs://b/x.yaml": "gs://b/ x.yaml"} {
		from, file, err := split(address)
		require.NoError(t, err)
		require.Equal(t, want, from+" "+file)
	}
	for _, address := range []string{"gs://bucket/x", "az://container/x"} { // the drivers are there, and want to know who asks
		_, err := openFolder(context.Background(), address)
		if err != nil {
			require.NotContains(t, err.Error(), "no driver registered")
		}
	}
}
