package run

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/reports/internal/reporttest"
)

// Warnings on the data stand on the page and in Markdown, as text whatever is in them,
// are counted beyond a number of them, and are read back; a run without has none.
func TestDataWarnings(t *testing.T) {
	run := five(t, 60)
	plain := pageOf(t, run)
	reporttest.Lacks(t, plain, `id="data"`)
	reporttest.Lacks(t, plain, "warning")

	run.DataWarnings = []string{"E324: CASH: 85 sessions without change", `E323: <script>alert(1)</script> "x": 0.16 -> 28.58`}
	content := pageOf(t, run)
	require.Contains(t, content, `The prices come with 2 warnings: see <a href="#data">Data</a>.`)
	require.Contains(t, content, "<li><bdi>E324: CASH: 85 sessions without change</bdi></li>")
	require.Contains(t, content, "&lt;script&gt;alert(1)&lt;/script&gt;")
	require.Equal(t, strings.Count(plain, "<script"), strings.Count(content, "<script"))
	var md bytes.Buffer
	require.NoError(t, Markdown(&md, run))
	require.Contains(t, md.String(), "> The prices come with 2 warnings: see [Data](#data).")
	require.Contains(t, md.String(), "- E324: CASH: 85 sessions without change\n")
	require.NotContains(t, md.String(), "<script>")
	sameAgain(t, run, texts...)

	run.DataWarnings = nil
	for i := range mostWarnings + 3 {
		run.DataWarnings = append(run.DataWarnings, fmt.Sprintf("E324: asset %d", i))
	}
	shown := run.shownWarnings()
	require.Len(t, shown, mostWarnings+1)
	require.Equal(t, "and 3 more", shown[mostWarnings])
}
