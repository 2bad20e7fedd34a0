//go:build amd64 && !purego

package kernel

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/cpu"
)

// The best path is the one that the processor knows, and the one that is taken:
// without this the tests of paths would compare plain Go with itself.
func TestBestPath(t *testing.T) {
	want := Plain
	if cpu.X86.HasAVX2 {
		want = AVX2
	}
	if cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ {
		want = AVX512
	}
	require.Equal(t, want, Best())
	require.Equal(t, want, path)
	for p := Plain; p <= want; p++ {
		was := Use(p)
		require.Equal(t, p, path)
		Use(was)
	}
}
