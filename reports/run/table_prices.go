package run

import (
	"math"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/reports/draw"
)

func init() {
	add("prices", "the closes that the run saw, with splits and dividends", "prices.parquet", pricesTable)
	add("hold", "the account bought and held, drawn beside the policies; written only when it is", "hold.parquet", holdTable)
}

func pricesTable(dir draw.Dir, run *Run) error {
	p := run.Panel
	n := p.Sessions() * p.Assets()
	date, symbol := make([]data.Date, 0, n), make([]int32, 0, n)
	fresh := make([]bool, 0, n)
	for s := range p.Sessions() {
		for i := range p.Assets() {
			date, symbol, fresh = append(date, p.Date(s)), append(symbol, int32(i)), append(fresh, p.Fresh(s, i))
		}
	}
	t := newSheet("one row per session and asset of the data that the run used")
	t.put(columnar.Dates("date", date), "the session")
	t.put(columnar.Coded("symbol", symbol, p.Symbols()), "the asset")
	t.put(columnar.Floats("close", p.Closes()), "as the experiment took it: adjusted, or raw with splits and dividends beside it")
	t.put(columnar.Bools("fresh", fresh), "false: the session has no price; the one before was carried forward, and no order fills at it")
	if p.Kind() == data.Raw {
		split, dividend := make([]float64, n), make([]float64, n)
		for k := range split {
			split[k], dividend[k] = math.NaN(), math.NaN()
		}
		for _, a := range p.Actions() {
			k := a.Session*p.Assets() + a.Asset
			split[k], dividend[k] = a.Split, a.Dividend
		}
		t.put(columnar.Floats("split", split), "of raw closes: shares after it for one before, 1 for none; null: nothing happened")
		t.put(columnar.Floats("dividend", dividend), "of raw closes: cash for a share held at the close before, 0 for none; null: nothing happened")
	}
	return t.save(dir, "prices")
}

func holdTable(dir draw.Dir, run *Run) error {
	h := run.Hold
	if h == nil {
		return nil
	}
	t := newSheet("one row per session of the account bought and held; there is no such file if a policy is buy and hold")
	t.put(columnar.Dates("date", run.Panel.Dates()[h.First:h.End]), "the session")
	t.put(columnar.Floats("nav", h.NAV[h.First:h.End]), "invested value and cash, in account currency")
	return t.save(dir, "hold")
}
