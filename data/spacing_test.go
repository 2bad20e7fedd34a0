package data

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSpacing(t *testing.T) {
	for days, want := range map[int][2]string{
		1: {"daily", "a day"}, 3: {"daily", "a day"}, 7: {"weekly", "a week"}, 14: {"fortnightly", "two weeks"},
		30: {"monthly", "a month"}, 91: {"quarterly", "a quarter"}, 365: {"yearly", "a year"},
	} {
		dates := []Date{10000, 10001}
		for range 4 {
			dates = append(dates, dates[len(dates)-1]+Date(days))
		}
		require.Equal(t, want[0], Spacing(dates))
		require.Equal(t, want[1], Later(Spacing(dates)))
	}
	require.Empty(t, Spacing([]Date{10000}))
}
