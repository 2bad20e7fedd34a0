package run

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/reports/internal/reporttest"
)

func TestGoldenFiles(t *testing.T) {
	m := reporttest.Memory{}
	require.NoError(t, Write(m, small(t)))
	for _, name := range []string{"growth", "weights-bands", "drift", "cost-tracking", "shortfall"} {
		reporttest.Golden(t, name+".svg", m["plots/"+name+".svg"], bytes.Equal)
	}
	reporttest.Golden(t, "cost-tracking.png", m["plots/cost-tracking.png"], reporttest.Alike)
	reporttest.Golden(t, "shortfall.png", m["plots/shortfall.png"], reporttest.Alike)
	reporttest.Golden(t, "report.md", m["report.md"], bytes.Equal)
	for _, width := range []string{"60", "120"} {
		var b bytes.Buffer
		require.NoError(t, Table(&b, small(t), map[string]int{"60": 60, "120": 120}[width]))
		reporttest.Golden(t, "terminal-"+width+".txt", b.Bytes(), bytes.Equal)
	}
}
