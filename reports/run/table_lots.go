package run

import (
	"math"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/reports/draw"
	"evenkeel/sim"
	"evenkeel/sim/tax"
)

func init() {
	add("lots", "every part of a sale by the lot it came from, and the lots still held; written only when gains are taxed", "lots.parquet", lotsTable)
}

// parcels is the table of lots in the making.
type parcels struct {
	policy, symbol                    []int32
	state                             words
	acquired, held, sold              []data.Date
	shares                            []sim.Units
	proceeds, basis, gain, disallowed []sim.Micros
	price                             []float64
	long, replaces                    []bool
}

func lotsTable(dir draw.Dir, run *Run) error {
	x, some := &parcels{}, false
	for k := range run.Policies {
		if a := run.Policies[k].account(); a != nil {
			some = true
			x.of(int32(k), run.Policies[k].Record, a)
		}
	}
	if !some {
		return nil
	}
	t := newSheet("one row per lot from which a sale took shares, in order of the sales, then one row per lot held at the end; there is no such file if gains are not taxed")
	t.put(columnar.Coded("policy", x.policy, run.policyNames()), "name of the policy")
	t.put(x.state.column("state"), "sold, or held at the end")
	t.put(columnar.Coded("symbol", x.symbol, run.Panel.Symbols()), "the asset")
	t.put(columnar.Dates("acquired", x.acquired), "session of the purchase")
	t.put(columnar.Dates("held_since", x.held), "the holding period begins on the day after it: before the purchase where that of shares sold at a loss was carried over")
	t.put(columnar.Dates("sold", x.sold), "session of the sale; null when held")
	t.put(fixed("shares", 8, x.shares), "above 0, in shares of the sale's session or of the end")
	t.put(columnar.Floats("price", x.price), "proceeds a share; of what is held, the last close")
	t.put(fixed("proceeds", 6, x.proceeds), "the lot's part of what the sale brought after costs; of what is held, its value at the last close; in account currency")
	t.put(fixed("basis", 6, x.basis), "what the shares cost, with costs and disallowed losses, in account currency")
	t.put(fixed("gain", 6, x.gain), "proceeds - basis")
	t.put(fixed("disallowed", 6, x.disallowed), "the part of a loss that does not count, 0 or more: it is in the basis of the shares that replaced these")
	t.put(columnar.Bools("long", x.long), "whether the gain is, or would be at the last close, a long-term one")
	t.put(columnar.Bools("replacement", x.replaces), "whether a disallowed loss is in the basis")
	return t.save(dir, "lots")
}

// of appends an account's rows.
func (x *parcels) of(k int32, r *sim.Record, a *taxBook) {
	for _, s := range a.Sales() {
		x.add(k, "sold", s.Asset, r.Panel.Date(s.Acquired), s.Held, r.Panel.Date(s.Session), s.Units, s.Proceeds, s.Basis)
		x.disallowed, x.long, x.replaces = append(x.disallowed, s.Disallowed), append(x.long, s.Long), append(x.replaces, s.Replaces)
		x.price = append(x.price, perShare(s.Proceeds, s.Units))
	}
	last := r.Panel.Date(r.End - 1)
	for i, price := range r.Panel.Close(r.End - 1) {
		a.Open(i, func(l tax.Lot) {
			x.add(k, "held", i, r.Panel.Date(l.Acquired), l.Held, data.NoDate, l.Units, sim.ToMicros(float64(price*l.Units.Shares())), l.Basis)
			x.disallowed, x.long, x.replaces = append(x.disallowed, 0), append(x.long, last >= l.LongFrom), append(x.replaces, l.Replaces)
			x.price = append(x.price, price)
		})
	}
}

func (x *parcels) add(k int32, state string, asset int, acquired, held, sold data.Date, u sim.Units, proceeds, basis sim.Micros) {
	x.policy, x.symbol = append(x.policy, k), append(x.symbol, int32(asset))
	x.state.add(state)
	x.acquired, x.held, x.sold = append(x.acquired, acquired), append(x.held, held), append(x.sold, sold)
	x.shares, x.proceeds, x.basis = append(x.shares, u), append(x.proceeds, proceeds), append(x.basis, basis)
	x.gain = append(x.gain, proceeds-basis)
}

// perShare is money a share, NaN of none.
func perShare(m sim.Micros, u sim.Units) float64 {
	if u == 0 {
		return math.NaN()
	}
	return m.Money() / u.Shares()
}
