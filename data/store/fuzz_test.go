package store

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Any bytes may lie in manifest.json: reading them ends in findings, and a run
// over them removes nothing but what a manifest lists.
func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"files":[{"name":"a","bytes":4,"sha256":"982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1"}]}`))
	f.Add([]byte(`{"files":[{"name":"../keep","bytes":-1}]}`))
	f.Add([]byte(`{"files":null}`))
	f.Add([]byte(`{`))
	base := f.TempDir()
	folder := filepath.Join(base, "out")
	f.Fuzz(func(t *testing.T, manifest []byte) {
		require.NoError(t, os.RemoveAll(folder))
		require.NoError(t, os.MkdirAll(filepath.Join(folder, "plots"), 0o700))
		for name, text := range map[string]string{"../keep": "keep", "a": "text", "kept": "kept", "plots/p": "p", ManifestName: string(manifest)} {
			require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
		}
		verify(t, folder)
		run(t, folder, true, map[string]string{"new": "new"})
		require.NoError(t, verify(t, folder).Err())
		require.Equal(t, "keep", tree(t, base)["keep"])
		if !strings.Contains(strings.ToLower(string(manifest)), "kept") && !strings.Contains(string(manifest), `\`) {
			require.Equal(t, "kept", tree(t, folder)["kept"])
		}
	})
}
