package run

import (
	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/reports/draw"
	"evenkeel/sim"
)

func init() {
	add("flows", "every deposit and withdrawal; written only when there are some", "flows.parquet", flowsTable)
}

func flowsTable(dir draw.Dir, run *Run) error {
	var policy []int32
	var date []data.Date
	var kind words
	var amount, after []sim.Micros
	for k := range run.Policies {
		r := run.Policies[k].Record
		if r.Log == nil {
			continue
		}
		cash := sim.Micros(0)
		for i := range r.Log.Entries {
			e := &r.Log.Entries[i]
			if cash += e.Cash; e.Kind != sim.EntryFlow {
				continue
			}
			policy, date = append(policy, int32(k)), append(date, r.DateOf(e.Session))
			kind.add(flowWord(e))
			amount, after = append(amount, max(e.Cash, -e.Cash)), append(after, cash)
		}
	}
	if policy == nil {
		return nil
	}
	t := newSheet("one row per deposit or withdrawal, in the order of the journal; there is no such file if there are none")
	t.put(columnar.Coded("policy", policy, run.policyNames()), "name of the policy")
	t.put(columnar.Dates("date", date), "session of the booking; a withdrawal is booked when it is paid")
	t.put(kind.column("kind"), "deposit or withdrawal")
	t.put(fixed("amount", 6, amount), "0 or more, exactly as booked, in account currency")
	t.put(fixed("cash_after", 6, after), "cash after the booking, in account currency")
	return t.save(dir, "flows")
}

func flowWord(e *sim.Entry) string {
	if e.Cash < 0 {
		return "withdrawal"
	}
	return "deposit"
}
