package columnar

import (
	"context"
	"slices"
	"strings"
)

// fieldsOfPrices are the fields of a file of prices. In one without a column of closes, a
// text column that is called symbol and holds numbers alone is that of an asset: where
// CSV is converted as any table, the name of a column makes its values text.
func (ld *loaded) fieldsOfPrices(ctx context.Context, o Options) ([]field, error) {
	fields := ld.reader.fields()
	if o.Columns.Symbol != "" || o.Columns.Close != "" || findAny(fields, closeNamesOf(o)) >= 0 {
		return fields, nil
	}
	out := slices.Clone(fields)
	for i, f := range fields {
		if f.typ.Kind != Text || !slices.Contains(symbolNames, strings.ToLower(strings.TrimSpace(f.name))) {
			continue
		}
		t, err := ld.reader.read(ctx, []int{i}, everything, o.Limits)
		if err != nil {
			return nil, err
		}
		found := newFindings(ld.in.name)
		if textNumbers(&t.Columns[0], o.NullValues, ld.reader.place, found); !found.bad() {
			out[i].typ = Type{Kind: Float, Bits: 64}
		}
	}
	return out, nil
}
