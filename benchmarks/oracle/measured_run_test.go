package oracle_test

import (
	"math"
	"slices"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"evenkeel/benchmarks/oracle"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

// rowsOf are the sessions of a run as its journal tells them; owed is what of the
// setting's withdrawals is due and not paid. What is owed and worth less than 0.01 is dust.
func rowsOf(s *setting, rec *sim.Record) []oracle.Session {
	rows := make([]oracle.Session, rec.End)
	owed := make([]decimal.Decimal, rec.End)
	for d := range rows {
		rows[d].Date, rows[d].NAV = int32(rec.Panel.Date(d)), decimal.NewFromFloat(rec.NAV[d])
	}
	for _, f := range s.in.Flows {
		if f.Amount < 0 {
			owed[f.Session] = owed[f.Session].Sub(decimal.NewFromFloat(f.Amount))
		}
	}
	for i := range rec.Log.Entries {
		e := &rec.Log.Entries[i]
		row, money := &rows[e.Session], decimal.New(int64(e.Cash+e.Due), -6)
		switch {
		case e.Session == 0:
		case e.Kind == sim.EntryFlow:
			row.Flow = row.Flow.Add(money)
			if money.IsNegative() {
				owed[e.Session] = owed[e.Session].Add(money)
			}
		case e.Kind == sim.EntryCost:
			row.Cost = row.Cost.Sub(money)
		}
	}
	sum := decimal.Zero
	for d := range rows {
		if sum = sum.Add(owed[d]); sum.GreaterThanOrEqual(decimal.New(1, -2)) {
			rows[d].Owed = sum
		}
	}
	return rows
}

// givenUpBesideDeposit reports whether a deposit came on a session that left something
// owed. The engine then gives up what the money before could not pay and leaves the
// deposit alone; the second reading has no giving up and sees a ruin when the deposit is
// gone, too. The text says neither.
func givenUpBesideDeposit(rec *sim.Record, rows []oracle.Session) bool {
	return slices.ContainsFunc(rec.Log.Entries, func(e sim.Entry) bool {
		return e.Kind == sim.EntryFlow && e.Session > 0 && e.Cash+e.Due > 0 && rows[e.Session].Owed.IsPositive()
	})
}

// cut is one past the last session that the engine measures.
func cut(rec *sim.Record) int {
	if rec.Tally.Ruined > 0 {
		return rec.Tally.Ruined + 1
	}
	return rec.End
}

// agreeMeasures compares the measures of a run with the second reading of its journal.
func agreeMeasures(t tester, s *setting, rec *sim.Record) {
	const periods, riskFree = 252, 0.01
	in := &metric.Input{Record: rec, PeriodsPerYear: periods, RiskFree: riskFree}
	values := map[string]float64{}
	for _, v := range metric.Compute(in) {
		values[v.Name] = v.X
	}
	whole := rowsOf(s, rec)
	rows := whole[:cut(rec)]
	if s.in.Funding != "reduction" && !givenUpBesideDeposit(rec, whole) { // whose proceeds are no withdrawals of the setting
		end := oracle.Ruin(whole)
		require.Equal(t, end.Survived, values["survived"] == 1, "survived")
		require.Equal(t, end.Ruined, rec.Tally.Ruined, "the session of ruin")
		require.InDelta(t, end.Unpaid.InexactFloat64(), values["unpaid"], 0.01, "unpaid")
		rows = oracle.Measured(whole)
	}
	same := func(name string, want float64, ok bool, slack float64) {
		got := values[name]
		require.Equal(t, ok, got == got, "%s: %v, second reading %v", name, got, want)
		if ok {
			require.InDelta(t, want, got, slack*(1+math.Abs(want)), name)
		}
	}
	index, rates, d := oracle.Index(rows), oracle.Rates(rows), oracle.Rounding(rows)
	var dates []int32
	for _, row := range rows {
		dates = append(dates, row.Date)
	}
	for k, x := range metric.Returned(rec)[:len(rates)] {
		require.Equal(t, rates[k].None, x != x, "session %d: %v", k+1, x)
		if x == x {
			require.InDelta(t, rates[k].Value.InexactFloat64(), x, 1e-9*(1+math.Abs(x))+d, "return of session %d", k+1)
		}
	}
	growth, ok := oracle.Growth(dates, index)
	same("cagr", growth, ok, 1e-5)
	volatility, ok := oracle.Volatility(rates, periods)
	same("volatility", volatility, ok, 1e-6)
	if sd, _ := oracle.Volatility(rates, 1); math.Abs(sd-d) > 1e-2*d {
		sharpe, ok := oracle.Sharpe(rates, periods, riskFree, d)
		same("sharpe", sharpe, ok, 1e-4+10*d/max(sd, d))
	}
	sortino, ok := oracle.Sortino(rates, periods, riskFree, d)
	same("sortino", sortino, ok, 1e-4)
	falls := oracle.Water(dates, index, d)
	same("max_drawdown", falls.Deepest, true, 1e-8)
	switch payments, flowing := oracle.Payments(rows); {
	case flowing:
		rate, ok := oracle.XIRR(payments)
		same("xirr", rate, ok, 1e-5)
	case rec.Flow == nil:
		same("xirr", 0, false, 0)
	default: // a deposit and a withdrawal of one session are flows, but rows have only what is left of both
	}
	agreeEfficiency(t, s, rec)
	agreeLanes(t, s, *rec)
}

// agreeEfficiency compares the part of what was requested that was executed, where the
// policy alone decides, at looks that are known. What waits in a batch is neither blocked
// nor given up: the second reading has no word for it.
func agreeEfficiency(t tester, s *setting, rec *sim.Record) {
	if s.when != nil || s.in.Segments != nil || s.in.Batch || s.in.Strategy == "buy_and_hold" {
		return
	}
	logged := map[int]int{}
	for k, d := range rec.Log.Decisions {
		if d.Cause == sim.CauseOpening || d.State == sim.StatePaused || d.State == sim.StateOrdersOpen {
			logged[int(d.Session)] = -1
			continue
		}
		if _, two := logged[int(d.Session)]; two || d.Cause != sim.CauseNone && !d.Cause.OfPolicy() {
			return
		}
		logged[int(d.Session)] = k
	}
	var decisions [][]oracle.Wish
	for session := range s.in.Dates {
		k, some := logged[session]
		switch {
		case some && k >= 0:
			decisions = append(decisions, wishesOf(rec, k))
		case !some && s.in.Look[session]:
			decisions = append(decisions, nil)
		}
	}
	want, ok := oracle.Efficiency(decisions)
	got := metric.Efficiency(rec, calendarOf(s.in.Look))
	require.Equal(t, ok, got == got, "efficiency %v, second reading %v", got, want)
	if ok {
		require.InDelta(t, want.InexactFloat64(), got, 1e-9, "efficiency")
	}
}

// wishesOf are the orders of a decision, those that are still open left out.
func wishesOf(rec *sim.Record, decision int) (all []oracle.Wish) {
	for _, o := range rec.Log.Orders {
		if int(o.Decision) != decision || o.State == sim.StatePending || o.State == sim.StateQueued || o.State == sim.StateBatched {
			continue
		}
		price := decimal.NewFromFloat(rec.Panel.Close(int(o.Session))[o.Asset])
		all = append(all, oracle.Wish{
			Asset: int(o.Asset), Asked: decimal.New(int64(o.Units), -8).Mul(price),
			Executed: decimal.New(int64(o.Done), -8).Mul(price), Blocked: o.Done == 0,
		})
	}
	return all
}

// agreeLanes runs the setting beside itself, without a journal, as a sweep does: the
// measures are the same numbers.
func agreeLanes(t tester, s *setting, alone sim.Record) {
	const lanes = 3
	alone.Log = nil
	want := metric.Compute(&metric.Input{Record: &alone, PeriodsPerYear: 252, RiskFree: 0.01})
	p, m := s.mandate(t)
	runner, err := sim.NewRunner(p, lanes, sim.KeepDrift)
	require.NoError(t, err)
	for lane := range lanes {
		require.NoError(t, runner.Set(lane, m))
		_, m = s.mandate(t)
	}
	runner.Run()
	in := &metric.Input{PeriodsPerYear: 252, RiskFree: 0.01}
	var column []metric.Value
	for lane := range lanes {
		rec := runner.Record(lane)
		in.Record = &rec
		column = in.Append(column[:0])
		for k, v := range column {
			if v.X == v.X || want[k].X == want[k].X {
				require.Equal(t, want[k].X, v.X, "%s of lane %d", v.Name, lane)
			}
		}
	}
}
