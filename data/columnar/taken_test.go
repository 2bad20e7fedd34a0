package columnar

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
)

// The columns that are taken, by which rule, and what else would have done.
func TestTakenColumns(t *testing.T) {
	long := "Date,Ticker,Open,Close,Adj Close,Volume\n2020-01-02,A,9,10,8,100\n2020-01-03,A,9,10,8,100\n"
	for name, c := range map[string]struct {
		text  string
		o     Options
		close float64
		says  string
	}{
		"adjusted first": {long, Options{}, 8, `close from "Adj Close" (adjusted before quoted closes; "Close" is left), open from "Open" (a usual name)`},
		"named":          {long, Options{Columns: Columns{Close: "Close"}}, 10, `close from "Close" (named; "Adj Close" is left), open from "Open" (a usual name)`},
		"raw": {long, Options{Kind: data.Raw, Volume: true}, 10,
			`close from "Close" (data.kind: raw takes quoted before adjusted closes; "Adj Close" is left), open from "Open" (a usual name), volume from "Volume" (a usual name)`},
		"one close": {"date,symbol,price\n2020-01-02,A,7\n", Options{}, 7, `close from "price" (a usual name)`},
		"many": {"date,symbol,price,close,adjclose,adj_close\n2020-01-02,A,7,6,5,4\n", Options{}, 4,
			`close from "adj_close" (adjusted before quoted closes; "price", "close", "adjclose" are left)`},
		"wide":   {"date,A\n2020-01-02,7\n", Options{}, 7, "a column for each asset"},
		"series": {"date,open,close\n2020-01-02,6,7\n", Options{}, 7, `close from "close" (a usual name), open from "open" (a usual name)`},
	} {
		p, src, err := ReadPanel(ctx, save(t, "t.csv", []byte(c.text)), c.o)
		require.NoError(t, err, name)
		require.Equal(t, c.close, p.Close(0)[0], name)
		require.Equal(t, c.says, Describe(src.Taken), name)
		in, err := Inspect(ctx, save(t, "t.csv", []byte(c.text)), c.o)
		require.NoError(t, err, name)
		require.Equal(t, src.Taken, in.Taken, name)
	}
	_, src, err := ReadPanel(ctx, save(t, "t.csv", []byte("when,symbol,close\n2020-01-02,A,7\n")), Options{Columns: Columns{Date: "when"}})
	require.NoError(t, err)
	require.Equal(t, Taken{Use: "date", Column: "when", Rule: ruleNamed}, src.Taken[0])
	require.Equal(t, Taken{Use: "symbol", Column: "symbol", Rule: ruleUsual}, src.Taken[1])
}
