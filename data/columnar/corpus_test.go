package columnar

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"evenkeel/internal/reference"
)

const corpusFile = "COLUMNAR_TEST_FILE" // set: this process reads one hostile file

// TestMain is also the child that reads one hostile file in every way there is.
func TestMain(m *testing.M) {
	if path := os.Getenv(corpusFile); path != "" {
		readHostile(path)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// readHostile reads a file by its content and then as each format in turn,
// column by column, as far as it goes.
func readHostile(path string) {
	_, _ = ReadTable(ctx, path, TableOptions{})
	_, _ = Inspect(ctx, path, Options{})
	_, _, _ = ReadPanel(ctx, path, Options{})
	b, err := os.ReadFile(path)
	if err != nil {
		os.Exit(1)
	}
	for _, f := range formats {
		readAs(b, f)
	}
}

// readAs opens bytes as a format and reads every column alone.
func readAs(b []byte, f Format) {
	l := filled(Limits{Memory: 1 << 30})
	r, err := openReader(context.Background(), &input{name: "x", bytes: b, format: f}, l, nil)
	if err != nil {
		return
	}
	for c := range r.fields() {
		_, _ = r.read(context.Background(), []int{c}, everything, l)
		r.storage(c)
	}
}

// No published crash file kills or hangs the reader within 4 GiB and 10 s.
func TestHostileFilesNeitherKillNorHang(t *testing.T) {
	dir := reference.Beside(t, "corpus")
	sh, err := exec.LookPath("sh")
	require.NoError(t, err, "a shell sets the memory limit")
	var files []string
	require.NoError(t, filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			files = append(files, path)
		}
		return err
	}))
	require.Greater(t, len(files), 200)
	if testing.Short() {
		files = files[:len(files)/10]
	}
	var wg sync.WaitGroup
	room := make(chan struct{}, 2)
	for _, path := range files {
		room <- struct{}{}
		wg.Go(func() {
			defer func() { <-room }()
			limit, cancel := context.WithTimeout(ctx, 10*time.Second)
			defer cancel()
			cmd := exec.CommandContext(limit, sh, "-c", `ulimit -v 4194304 && exec "$0"`, os.Args[0])
			cmd.Env = append(os.Environ(), corpusFile+"="+path, "GOTRACEBACK=none")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %v: %.300s", filepath.Base(path), err, out)
			}
		})
	}
	wg.Wait()
}
