package experiment

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/data/fault"
	"evenkeel/sim"
	"evenkeel/strategies"
)

// folder writes an experiment and the files beside it, and loads it.
func folder(t testing.TB, text string, files map[string]string) (*File, error) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	path := filepath.Join(dir, "run.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	f, err := Load(path)
	require.NoError(t, err)
	return f, f.Load(context.Background(), columnar.Files{})
}

func loadedIn(t testing.TB, text string, files map[string]string) *File {
	t.Helper()
	f, err := folder(t, text, files)
	require.NoError(t, err)
	return f
}

// days is a panel of every day from 2020-01-01 on, at prices that do not move.
func days(t testing.TB, n int, symbols ...string) *data.Panel {
	t.Helper()
	dates, prices := make([]data.Date, n), make([]float64, n*len(symbols))
	for s := range dates {
		dates[s] = data.NewDate(2020, 1, 1) + data.Date(s)
	}
	for i := range prices {
		prices[i] = 100
	}
	p, err := data.NewPanel(data.Adjusted, dates, symbols, prices, nil)
	require.NoError(t, err)
	return p
}

const small = `data: {prices: p.csv}
targets: {A: 60%, B: 40%}
policies:
  never: {strategy: buy_and_hold}
  bands: {strategy: bands}
`

func bound(t testing.TB, f *File, p *data.Panel) *Experiment {
	t.Helper()
	x, err := f.Bind(p)
	require.NoError(t, err)
	return x
}

func lines(list fault.List) (out []string) {
	for _, f := range list {
		out = append(out, line(f))
	}
	return out
}

func TestDelayAndWindows(t *testing.T) {
	f := parsed(t, small+"execution: {delay: 2 sessions, window: mon/wed/fri}\n")
	p := days(t, 30, "A", "B")
	x := bound(t, f, p)
	require.Equal(t, 2, x.Terms.Delay)
	require.Same(t, p.Calendar(data.Schedule{Days: 1<<1 | 1<<3 | 1<<5}), p.Calendar(f.Execution.Window))
	for s := range 30 {
		_, wanted := map[string]bool{"Monday": true, "Wednesday": true, "Friday": true}[p.Date(s).Weekday().String()]
		require.Equal(t, wanted, x.Terms.Windows.Has(s))
	}
	require.Contains(t, string(f.Canonical()), `"delay": "2 sessions"`)
	plain := bound(t, parsed(t, small), p)
	require.Zero(t, plain.Terms.Delay)
	require.Nil(t, plain.Terms.Windows)
	changed, err := f.With("execution.delay", "1 session")
	require.NoError(t, err)
	require.Equal(t, 1, changed.Execution.Delay)
}

func TestSingleFlows(t *testing.T) {
	f := parsed(t, small+"flows:\n- {deposit: 500, on: 2020-01-05}\n- {withdraw: 2%, on: 2020-01-05}\n- {withdraw: 70, on: 2020-01-03}\n- {deposit: 1, on: 2021-01-01}\n")
	x := bound(t, f, days(t, 30, "A", "B"))
	require.Equal(t, []sim.Flow{{Session: 2, Amount: -70}, {Session: 4, Amount: 500}, {Session: 4, Percent: -0.02}}, x.Flows)
	for _, p := range x.Policies {
		require.Equal(t, x.Flows, p.Mandate.Flows)
	}
	require.Equal(t, []string{"warning E111 line 10, column 20: flows.3.on 2021-01-01 is after the last session 2020-01-30 (the flow is left out) "}, lines(x.Warnings))

	early := parsed(t, small+"flows: [{deposit: 500, on: 2019-12-31}]\n")
	_, err := early.Bind(days(t, 30, "A", "B"))
	require.Equal(t, []string{"E111 line 6, column 28: flows.0.on 2019-12-31 is not after the first session 2020-01-01 (the account is opened at the first session) Put the money into account.cash, or give a later date"}, lines(fault.Of(err)))
}

// A flow on a day without a session happens at the next one.
func TestFlowsWaitForASession(t *testing.T) {
	dates := []data.Date{data.NewDate(2020, 1, 3), data.NewDate(2020, 1, 6), data.NewDate(2020, 1, 7)}
	p, err := data.NewPanel(data.Adjusted, dates, []string{"A", "B"}, []float64{1, 1, 1, 1, 1, 1}, nil)
	require.NoError(t, err)
	x := bound(t, parsed(t, small+"flows: [{deposit: 500, on: 2020-01-04}]\n"), p)
	require.Equal(t, []sim.Flow{{Session: 1, Amount: 500}}, x.Flows)
}

func TestPeriodicFlows(t *testing.T) {
	f := parsed(t, small+"flows: [{deposit: 100, every: month_start, from: 2020-03-01, until: 2022-03-31, growth: 10%}]\n")
	p := days(t, 900, "A", "B")
	x := bound(t, f, p)
	require.Len(t, x.Flows, 25)
	for k, flow := range x.Flows {
		y, m, d := p.Date(flow.Session).Civil()
		require.Equal(t, [3]int{2020 + (k+2)/12, (k+2)%12 + 1, 1}, [3]int{y, m, d})
		want := 100.0
		for range k / 12 {
			want *= 1.1
		}
		require.InEpsilon(t, want, flow.Amount, 1e-15)
	}
	part := bound(t, parsed(t, small+"flows: [{withdraw: 1%, every: 7 sessions}]\n"), days(t, 30, "A", "B"))
	require.Equal(t, []sim.Flow{{Session: 7, Percent: -0.01}, {Session: 14, Percent: -0.01}, {Session: 21, Percent: -0.01}, {Session: 28, Percent: -0.01}}, part.Flows)
	none := bound(t, parsed(t, small+"flows: [{deposit: 1, every: year_end}]\n"), days(t, 30, "A", "B"))
	require.Empty(t, none.Flows)
	require.Contains(t, lines(none.Warnings)[0], "warning E111 line 6, column 9: flows.0: no payment falls into the run (year_end from 2020-01-02 to 2020-01-30)")
}

// Yearly payments grow every year, wherever in January the first session lies;
// those of weeks go by the day.
func TestGrowthByTheYear(t *testing.T) {
	first := []data.Date{data.NewDate(2006, 12, 29), data.NewDate(2007, 1, 3), data.NewDate(2007, 12, 31), data.NewDate(2008, 1, 2), data.NewDate(2008, 12, 31), data.NewDate(2009, 1, 2)}
	prices := make([]float64, len(first))
	for i := range prices {
		prices[i] = 1
	}
	p, err := data.NewPanel(data.Adjusted, first, []string{"A"}, prices, nil)
	require.NoError(t, err)
	one := "data: {prices: p.csv}\ntargets: {A: 1}\npolicies: {a: {strategy: buy_and_hold}}\nflows: [{deposit: 100, every: EVERY, growth: 100%}]\n"
	year := bound(t, parsed(t, strings.Replace(one, "EVERY", "year_start", 1)), p)
	require.Equal(t, []sim.Flow{{Session: 1, Amount: 100}, {Session: 3, Amount: 200}, {Session: 5, Amount: 400}}, year.Flows)
	week := bound(t, parsed(t, strings.Replace(one, "EVERY", "session", 1)), p)
	require.Equal(t, []sim.Flow{{Session: 1, Amount: 100}, {Session: 2, Amount: 100}, {Session: 3, Amount: 100}, {Session: 4, Amount: 200}, {Session: 5, Amount: 200}}, week.Flows)
}

func TestIndexedFlows(t *testing.T) {
	text := small + "flows: [{deposit: 100, every: 10 sessions, growth: cpi.csv}]\n"
	f := loadedIn(t, text, map[string]string{"cpi.csv": "date,index\n2020-01-25,110\n2020-01-01,100\n2020-01-12,99\n"})
	x := bound(t, f, days(t, 45, "A", "B"))
	require.Equal(t, []sim.Flow{{Session: 10, Amount: 100}, {Session: 20, Amount: 99}, {Session: 30, Amount: 110.00000000000001}, {Session: 40, Amount: 110.00000000000001}}, x.Flows)

	late := loadedIn(t, text, map[string]string{"cpi.csv": "date,index\n2020-01-25,110\n"})
	_, err := late.Bind(days(t, 45, "A", "B"))
	require.Equal(t, []string{"E111 line 6, column 52: flows.0.growth: the index begins on 2020-01-25, after the first payment on 2020-01-11 (an amount grows by values that are known) Give from: 2020-01-25, or an index that begins before"}, lines(fault.Of(err)))

	wild := parsed(t, small+"flows: [{deposit: 1e12, every: 400 sessions, growth: 10}]\n")
	_, err = wild.Bind(days(t, 900, "A", "B"))
	require.Contains(t, lines(fault.Of(err))[0], "E127 line 6, column 54: flows.0: the payment on 2022-03-11 would be 1.1e+13 (1e-06 to 1e+12)")
}

func TestFlowsOfAFile(t *testing.T) {
	text := small + "flows: [{deposit: 1, on: 2020-01-09}, {file: flows.csv}]\n"
	f := loadedIn(t, text, map[string]string{"flows.csv": "Date,Amount,note\n2020-01-09,-20.5,rent\n2020-01-03,7,\n2020-01-01,5,\n2019-01-01,5,\n2020-01-04,0,\n2020-02-15,3,\n"})
	x := bound(t, f, days(t, 30, "A", "B"))
	require.Equal(t, []sim.Flow{{Session: 2, Amount: 7}, {Session: 8, Amount: 1}, {Session: 8, Amount: -20.5}}, x.Flows)
	require.Equal(t, []string{
		"warning E111 line 6, column 46: flows.1.file: 2 amounts on or before the first session 2020-01-01 (left out; the first is of 2019-01-01 (flows.csv line 5)) Put the money into account.cash if it is part of the opening",
		"warning E111 line 6, column 46: flows.1.file: 1 amount after the last session 2020-01-30 (left out; the first is of 2020-02-15 (flows.csv line 7)) ",
	}, lines(x.Warnings))
	inputs := f.Inputs()
	require.Len(t, inputs, 1)
	require.Equal(t, "flows.csv", inputs[0].File)
	require.Equal(t, int64(109), inputs[0].Bytes)
	require.Len(t, inputs[0].SHA256, 64)

	changed, err := f.With("flows.0.withdraw", "3")
	require.NoError(t, err)
	again := bound(t, changed, days(t, 30, "A", "B"))
	require.Equal(t, sim.Flow{Session: 8, Amount: -3}, again.Flows[1], "deposit has made room, the file is not read again")
}

func TestScheduleInTheExperiment(t *testing.T) {
	text := strings.Replace(small, "targets: {A: 60%, B: 40%}", `target_schedule:
  2020-01-20: {A: 20%, C: 80%}
  2019-05-01: {B: 1}
  2019-12-01: {A: 60%, B: 40%}
  2020-01-10: {B: 100%}
  2020-03-10: {B: 50%, A: 50%}`, 1)
	f := parsed(t, text)
	require.Equal(t, []string{"A", "B", "C"}, f.Symbols())
	x := bound(t, f, days(t, 30, "A", "B", "C", "D"))
	require.Equal(t, []string{"A", "B", "C"}, x.Panel.Symbols())
	require.Equal(t, []float64{0.6, 0.4, 0}, x.Targets)
	require.Equal(t, []sim.Change{{Session: 9, Targets: []float64{0, 1, 0}}, {Session: 19, Targets: []float64{0.2, 0, 0.8}}}, x.Changes)
	for _, p := range x.Policies {
		require.Equal(t, x.Changes, p.Mandate.Changes)
		r, err := sim.NewRunner(x.Panel, 1, 0)
		require.NoError(t, err)
		require.NoError(t, r.Set(0, p.Mandate))
	}
	require.Equal(t, []string{"warning E111 line 7, column 3: target_schedule: 1 date after the last session 2020-01-30 (the first of them is 2020-03-10) "}, lines(x.Warnings))
	twin := x.Mandate(strategies.NewBuyAndHold())
	require.Equal(t, x.Changes, twin.Changes)

	static, err := f.With("targets", "{A: 1}")
	require.NoError(t, err)
	require.Empty(t, bound(t, static, days(t, 30, "A")).Changes)
	dated, err := static.With("target_schedule", "{2020-01-01: {A: 1}, 2020-01-02: {B: 1}}")
	require.NoError(t, err)
	require.Len(t, bound(t, dated, days(t, 30, "A", "B")).Changes, 1)
	more, err := f.With("target_schedule.2020-01-10", "{A: 100%}")
	require.NoError(t, err)
	require.Equal(t, []float64{1, 0, 0}, bound(t, more, days(t, 30, "A", "B", "C")).Changes[0].Targets)
}

func TestScheduleBetweenSessions(t *testing.T) {
	dates := []data.Date{data.NewDate(2020, 1, 3), data.NewDate(2020, 1, 6), data.NewDate(2020, 1, 7)}
	p, err := data.NewPanel(data.Adjusted, dates, []string{"A", "B"}, []float64{1, 1, 1, 1, 1, 1}, nil)
	require.NoError(t, err)
	text := strings.Replace(small, "targets: {A: 60%, B: 40%}", "target_schedule: {2020-01-01: {A: 1}, 2020-01-04: {B: 1}, 2020-01-05: {A: 50%, B: 50%}}", 1)
	x := bound(t, parsed(t, strings.Replace(text, "prices: p.csv", "prices: p.csv, periods_per_year: 252", 1)), p)
	require.Equal(t, []sim.Change{{Session: 1, Targets: []float64{0.5, 0.5}}}, x.Changes)
	require.Equal(t, []string{"warning E111 line 2, column 59: target_schedule: the targets of 2020-01-05 take the place of earlier ones before any session sees those (both are in force from the session of 2020-01-06) Remove the earlier ones"}, lines(x.Warnings))
}

func TestScheduleBeginsLate(t *testing.T) {
	text := strings.Replace(small, "targets: {A: 60%, B: 40%}", "target_schedule: {2020-01-04: {B: 1}}", 1)
	_, err := parsed(t, text).Bind(days(t, 30, "B"))
	require.Equal(t, []string{"E111 line 2, column 19: target_schedule begins on 2020-01-04, after the first session 2020-01-01 (the initial purchase needs targets) Give targets dated 2020-01-01 or before, or set data.start: 2020-01-04"}, lines(fault.Of(err)))
	_, err = parsed(t, text).Bind(days(t, 30, "A"))
	require.Contains(t, lines(fault.Of(err))[0], `E320 line 2, column 32: targets: no symbol "B" in p.csv`)
}
