package run

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/reports/internal/reporttest"
)

// All reports of 20 years of daily prices.
func BenchmarkWrite(b *testing.B) {
	for _, c := range []struct {
		name string
		run  *Run
	}{
		{"policies=3/assets=5", five(b, 5040)},
		{"policies=20/assets=5", many(b, 5, 5040)},
		{"policies=20/assets=30", many(b, 30, 5040)},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				require.NoError(b, Write(reporttest.Memory{}, c.run))
			}
		})
	}
}
