package data_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
)

func TestConvert(t *testing.T) {
	x := smallTable() // B, A
	x.Lives = [][2]int{{1, 3}, {0, 4}}
	x.Actions = []data.DatedAction{{Date: 14, Asset: 0, Split: 2, Dividend: 0.5}}
	p, err := data.Make(x)
	require.NoError(t, err)
	rates := []float64{0, 2, 4, 0} // B lives on sessions 1 and 2
	asked := 0
	q, err := p.Convert(func(s, i int) float64 {
		asked++
		if i == 0 {
			return 1
		}
		return rates[s]
	})
	require.NoError(t, err)
	require.Equal(t, 4+2+1, asked)
	b := q.Symbol("B")
	for s, want := range []float64{4, 4, 12, 12} {
		require.Equal(t, want, q.Close(s)[b], "session %d", s)
		require.Equal(t, p.Close(s)[0], q.Close(s)[0])
		require.Equal(t, p.Fresh(s, b), q.Fresh(s, b))
	}
	require.Equal(t, 5.0, q.Open(1)[b])
	require.Equal(t, 12.0, q.Open(3)[b], "where it is not listed, the open is the close")
	require.Equal(t, []data.Action{{Session: 2, Asset: b, Split: 2, Dividend: 2}}, q.Actions())
	require.Equal(t, p.Volume(2), q.Volume(2))
	require.Equal(t, 2.0, p.Close(1)[b], "the panel itself does not change")
	_, err = p.Convert(func(s, i int) float64 { return 0 })
	require.ErrorContains(t, err, "price 0")
}

func TestWithActions(t *testing.T) {
	p, err := data.NewPanel(data.Adjusted, []data.Date{1, 2}, []string{"A"}, []float64{10, 5}, nil)
	require.NoError(t, err)
	q, err := p.WithActions([]data.DatedAction{{Date: 2, Split: 2}})
	require.NoError(t, err)
	require.Equal(t, data.Raw, q.Kind())
	require.Equal(t, 1.0, q.Growth(1, 0))
	require.Equal(t, 0.5, p.Growth(1, 0))
}
