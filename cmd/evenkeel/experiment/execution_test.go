package experiment

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim"
)

// traded is a panel of every day from 2020-01-01 on with volumes.
func traded(t testing.TB, n int, symbols ...string) *data.Panel {
	t.Helper()
	table := days(t, n, symbols...).Table()
	table.Volume = make([]float64, len(table.Close))
	for i := range table.Volume {
		table.Volume[i] = 1000
	}
	p, err := data.Make(table)
	require.NoError(t, err)
	return p
}

// What the keys of the execution mean to a runner.
func TestExecutionTerms(t *testing.T) {
	p := traded(t, 100, "A", "B")
	month := p.Calendar(data.Schedule{Period: data.Month, Last: true})
	for _, c := range []struct {
		text string
		want sim.Terms
	}{
		{"{}", sim.Terms{}},
		{"{settlement: 0 sessions, unsettled: wait, lot: fractional, minimum_trade: 0}", sim.Terms{}},
		{"{settlement: 2 sessions}", sim.Terms{Settle: []int{2, 2}}},
		{"{settlement: {default: 2 sessions, B: 1 session}}", sim.Terms{Settle: []int{2, 1}}},
		{"{settlement: {B: 1 session}}", sim.Terms{Settle: []int{0, 1}}},
		{"{unsettled: bridge}", sim.Terms{Bridge: true}},
		{"{participation: 10%}", sim.Terms{Participation: 0.1}},
		{"{lot: 1 share}", sim.Terms{Lot: 1}},
		{"{lot: 100 shares}", sim.Terms{Lot: 100}},
		{"{lot: 0.001 share}", sim.Terms{Lot: 0.001}},
		{"{lot: 1e-8 shares}", sim.Terms{Lot: 1e-8}},
		{"{minimum_trade: 100}", sim.Terms{Minimum: 100}},
		{"{minimum_trade: 0.01}", sim.Terms{}},
		{"{maximum_turnover: 20%}", sim.Terms{MaxTurnover: 0.2}},
		{"{minimum_trade: 100, batch: {release: month_end}}", sim.Terms{Minimum: 100, Batch: &sim.Batch{Release: month}}},
		{"{minimum_trade: 100, batch: {release: month_end, urgent: 30%}}", sim.Terms{Minimum: 100, Batch: &sim.Batch{Release: month, Urgent: 0.3}}},
		{"{minimum_trade: 0, batch: {release: month_end, urgent: 30%}}", sim.Terms{}},
	} {
		f := parsed(t, small+"execution: "+c.text+"\n")
		x := bound(t, f, p)
		require.Equal(t, &c.want, x.Terms, c.text)
		again := parsed(t, string(f.Canonical()))
		require.Equal(t, f.Execution, again.Execution, c.text)
		require.Equal(t, string(f.Canonical()), string(again.Canonical()), c.text)
		require.NoError(t, schema(t).Validate(document(t, string(f.Canonical()))), c.text)
		require.NoError(t, schema(t).Validate(document(t, small+"execution: "+c.text+"\n")), c.text)
	}
}

// One execution has one canonical text, and the defaults are in it.
func TestCanonicalExecution(t *testing.T) {
	for _, c := range [][2]string{
		{"{}", "{settlement: 0 sessions, unsettled: wait, lot: fractional, minimum_trade: 0}"},
		{"{settlement: 2 sessions}", "{settlement: ' 02  sessions '}"},
		{"{settlement: {default: 2 sessions}}", "{settlement: 2 sessions}"},
		{"{settlement: {B: 1 session, A: 2 sessions}}", "{settlement: {default: 0 sessions, A: 2 session, B: 1 sessions}}"},
		{"{lot: 1 share}", "{lot: 1.0 shares}"},
		{"{lot: 100 shares}", "{lot: 1e2 share}"},
		{"{participation: 10%, maximum_turnover: 0.2}", "{maximum_turnover: 20 %, participation: 0.10}"},
		{"{minimum_trade: 1e2, batch: {urgent: 30%, release: quarter_end}}", "{batch: {release: quarter_end, urgent: 0.3}, minimum_trade: 100}"},
	} {
		f, g := parsed(t, small+"execution: "+c[0]+"\n"), parsed(t, small+"execution: "+c[1]+"\n")
		require.Equal(t, string(f.Canonical()), string(g.Canonical()))
	}
	text := string(parsed(t, small).Canonical())
	for _, want := range []string{`"settlement": "0 sessions"`, `"unsettled": "wait"`, `"lot": "fractional"`, `"minimum_trade": 0`} {
		require.Contains(t, text, want)
	}
	for _, never := range []string{"participation", "maximum_turnover", "batch"} {
		require.NotContains(t, text, never)
	}
	one, two := parsed(t, small+"execution: {settlement: 1 session}\n"), parsed(t, small+"execution: {settlement: {A: 1 session}}\n")
	require.NotEqual(t, one.Hash(), two.Hash())
}

// What can be wrong with the keys of the execution, in line 6.
func TestExecutionFindings(t *testing.T) {
	at := func(col int) string { return fmt.Sprintf("line 6, column %d: ", col) }
	for _, c := range []struct{ text, want string }{
		{"{settlement: 2}", "E105 " + at(25) + `execution.settlement: want a number of sessions up to 100, such as 2 sessions, got "2"`},
		{"{settlement: T+2}", "E105 " + at(25)},
		{"{settlement: -1 sessions}", "E105 " + at(25)},
		{"{settlement: 101 sessions}", "E105 " + at(25)},
		{"{settlement: [2 sessions]}", "E105 " + at(25) + "execution.settlement: want 2 sessions, or a map"},
		{"{settlement: {default: 2 sessions, A: 1}}", "E105 " + at(50) + `execution.settlement.A: want a number of sessions`},
		{"{settlement: {default: 2 sessions, AB: 1 session}}", "E320 " + at(47) + `execution.settlement: no asset "AB" (the targets have 2) The nearest is "A"`},
		{"{settlement: {standard: 2 sessions}}", "E320 " + at(26) + `execution.settlement: no asset "standard"`},
		{"{settlement: {A: ~}}", "E107 " + at(29) + "execution.settlement.A: nothing is given"},
		{"{unsettled: bridg}", "E103 " + at(24) + `execution.unsettled: unknown unsettled "bridg" (one of wait, bridge) Did you mean "bridge"?`},
		{"{participation: 0}", "E105 " + at(28) + "execution.participation 0: must be 1e-06 to 1"},
		{"{participation: 10}", "E105 " + at(28) + "execution.participation 10: must be"},
		{"{participation: .nan}", "E106 " + at(28)},
		{"{lot: 1}", "E105 " + at(18) + `execution.lot: want fractional, or a number of shares such as 1 share`},
		{"{lot: 0 shares}", "E105 " + at(18)},
		{"{lot: -1 shares}", "E105 " + at(18)},
		{"{lot: nan shares}", "E105 " + at(18)},
		{"{lot: 010 shares}", "E105 " + at(18)},
		{"{lot: 0.123456789 shares}", "E105 " + at(18)},
		{"{lot: 1e10 shares}", "E105 " + at(18)},
		{"{lot: 1 sheep}", "E105 " + at(18)},
		{"{lot: {A: 1 share}}", "E105 " + at(18)},
		{"{minimum_trade: -1}", "E127 " + at(28) + "execution.minimum_trade -1: must be 0 to 1e+12"},
		{"{minimum_trade: 1,5}", "E108 " + at(30)},
		{"{minimum_trade: 100 USD}", "E105 " + at(28) + "execution.minimum_trade: "},
		{"{maximum_turnover: 120%}", "E105 " + at(31) + "execution.maximum_turnover 120%: must be 1e-06 to 1"},
		{"{maximum_turnover: 0}", "E105 " + at(31)},
		{"{minimum_trade: 5, batch: quarter_end}", "E105 " + at(38) + "execution.batch: want a map with the keys release, urgent, got"},
		{"{minimum_trade: 5, batch: {urgent: 30%}}", "E132 " + at(38) + `execution.batch: key "release" is missing (the sessions on which waiting orders go`},
		{"{minimum_trade: 5, batch: {}}", "E132 " + at(38)},
		{"{minimum_trade: 5, batch: {relase: month_end}}", "E103 " + at(39) + `execution.batch: unknown key "relase" (keys here: release, urgent) Did you mean "release"?`},
		{"{minimum_trade: 5, batch: {release: monthly}}", "E125 " + at(48)},
		{"{minimum_trade: 5, batch: {release: month_end, urgent: 0}}", "E105 " + at(67) + "execution.batch.urgent 0: must be"},
		{"{batch: {release: month_end}}", "E132 " + at(12) + `execution: key "minimum_trade" is missing (the orders below it are those that wait in the batch) Add it`},
	} {
		t.Run(c.text, func(t *testing.T) {
			_, err := Parse("run.yaml", []byte(small+"execution: "+c.text+"\n"))
			got := lines(fault.Of(err))
			require.NotEmpty(t, got)
			require.True(t, slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, c.want) }), "want %s\ngot  %s", c.want, strings.Join(got, "\n"))
		})
	}
	_, err := Parse("run.yaml", []byte(small+"execution: {settlement: 2, unsettled: x, participation: 0, lot: 1, minimum_trade: -1, maximum_turnover: 0, batch: {urgent: 0}}\n"))
	require.Len(t, fault.Of(err), 8, "all at once: %v", err)
}

// An order is measured by the volume of its session: prices without volumes do
// not do.
func TestParticipationNeedsVolumes(t *testing.T) {
	text := small + "execution: {participation: 10%}\n"
	_, err := parsed(t, text).Bind(days(t, 30, "A", "B"))
	require.Equal(t, []string{"E316 line 6, column 28: execution.participation: 10%, and p.csv has no volumes (an order is measured by the volume of its session) Name their column in data.columns.volume, or leave participation out"}, lines(fault.Of(err)))
	bound(t, parsed(t, text), traded(t, 30, "A", "B"))
}

// Every number of the execution may be an axis of a sweep.
func TestExecutionAxes(t *testing.T) {
	f := parsed(t, small+`execution: {minimum_trade: 5, batch: {release: month_end, urgent: 30%}}
sweep:
  policy: bands
  axes:
    execution.settlement: [0 sessions, 2 sessions, {default: 2 sessions, A: 1 session}]
    execution.unsettled: [wait, bridge]
    execution.participation: 5%:20%:5%
    execution.lot: [fractional, 1 share]
    execution.minimum_trade: [0, 100]
    execution.maximum_turnover: [10%, 1]
    execution.batch.release: [month_end, quarter_end]
    execution.batch.urgent: [30%, 40%]
`)
	require.Len(t, f.Sweep.Axes, 8)
	for _, a := range f.Sweep.Axes {
		for _, v := range a.Values {
			_, err := f.With(a.Path, v)
			require.NoError(t, err, "%s = %s", a.Path, v)
		}
	}
	changed, err := parsed(t, small+"execution: {settlement: {default: 1 session}}\n").With("execution.settlement.A", "3 sessions")
	require.NoError(t, err)
	require.Equal(t, Settlement{1, []AssetSettlement{{"A", 3}}}, changed.Execution.Settle)
}
