package run

import (
	"fmt"
	"math"

	dec "github.com/shopspring/decimal"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/reports/draw"
	"evenkeel/sim"
	"evenkeel/sim/ledger"
	"evenkeel/sim/metric"
)

func init() {
	add("ledger", "every movement of money and shares, with balances, in exact decimals", "ledger.parquet", ledgerTable)
}

// lines is the table of the ledger in the making.
type lines struct {
	policy             []int32
	date               []data.Date
	kind, symbol, part words
	order              []int64
	shares, holds      []sim.Units
	cash, after        []sim.Micros
	due, unsettled     []sim.Micros
	price              []float64
}

func ledgerTable(dir draw.Dir, run *Run) error {
	x := &lines{}
	for k := range run.Policies {
		st := run.Policies[k].Statement
		if st == nil {
			continue
		}
		r := run.Policies[k].Record
		names := metric.ComponentNames(r)
		for i := range st.Lines {
			part := ""
			if e := &r.Log.Entries[i]; e.Part >= 0 {
				part = names[e.Part]
			}
			if err := x.add(int32(k), &st.Lines[i], part); err != nil {
				return fmt.Errorf("policy %q, line %d: %w", run.Policies[k].Name, i, err)
			}
		}
	}
	t := newSheet("one row per entry of the journal, in order, with the balances after it")
	t.put(columnar.Coded("policy", x.policy, run.policyNames()), "name of the policy")
	t.put(columnar.Dates("date", x.date), "session of the booking")
	t.put(x.kind.column("kind"), "cash: opening cash; holding: opening holdings; buy, sell, cost; flow: a deposit or a withdrawal; settle: unsettled cash is paid; split: shares a split adds or takes; fraction: fractions of a lot paid as cash after a split; dividend; reinvest: shares for a dividend, free of cost; end: an asset's life ends; tax: paid")
	t.put(x.symbol.column("symbol"), "the asset; null when none is touched")
	t.put(x.part.column("component"), "of a cost: which; a second of the same name has its number behind it; null otherwise")
	t.put(columnar.Ints("order", x.order), "row of the order among the policy's rows of orders.parquet, from 0; -1: none")
	t.put(fixed("shares", 8, x.shares), "+ into the account")
	t.put(fixed("cash", 6, x.cash), "+ into the settled cash, in account currency")
	t.put(fixed("due", 6, x.due), "+ into the unsettled cash, in account currency")
	t.put(columnar.Floats("price", x.price), "of the market, at a fill or an end; null when none")
	t.put(fixed("shares_after", 8, x.holds), "shares of the symbol after the entry; 0 when no asset is touched")
	t.put(fixed("cash_after", 6, x.after), "settled cash after the entry, in account currency")
	t.put(fixed("unsettled_after", 6, x.unsettled), "unsettled cash after the entry, in account currency")
	return t.save(dir, "ledger")
}

func (x *lines) add(k int32, l *ledger.Line, part string) error {
	x.policy, x.date, x.order = append(x.policy, k), append(x.date, l.Date), append(x.order, int64(l.Order))
	x.kind.add(l.Kind.String())
	x.symbol.add(l.Symbol)
	x.part.add(part)
	price := math.NaN()
	if !l.Price.IsZero() {
		price = l.Price.InexactFloat64()
	}
	x.price = append(x.price, price)
	shares, err1 := scaled(l.Shares, 8)
	cash, err2 := scaled(l.Cash, 6)
	holds, err3 := scaled(l.Holds, 8)
	after, err4 := scaled(l.After, 6)
	due, err5 := scaled(l.Due, 6)
	unsettled, err6 := scaled(l.Unsettled, 6)
	for _, err := range []error{err1, err2, err3, err4, err5, err6} {
		if err != nil {
			return err
		}
	}
	x.shares, x.holds = append(x.shares, sim.Units(shares)), append(x.holds, sim.Units(holds))
	x.cash, x.after = append(x.cash, sim.Micros(cash)), append(x.after, sim.Micros(after))
	x.due, x.unsettled = append(x.due, sim.Micros(due)), append(x.unsettled, sim.Micros(unsettled))
	return nil
}

// scaled is d x 10^scale, which must be a whole number of 64 bits.
func scaled(d dec.Decimal, scale int32) (int64, error) {
	if d.Exponent() == -scale && d.Coefficient().IsInt64() { // as the ledger adds them
		return d.CoefficientInt64(), nil
	}
	n := d.Shift(scale)
	if i := n.BigInt(); n.IsInteger() && i.IsInt64() {
		return i.Int64(), nil
	}
	return 0, fmt.Errorf("%s is no number of 64 bits with %d digits after the point", d, scale)
}
