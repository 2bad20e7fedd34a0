package columnar

import (
	"context"

	"evenkeel/data"
)

// wholeDates are the dates of all sessions of the file on which an asset that is asked
// for has a row, whatever the period; nil when there is no period, or when the rest of
// the file cannot be read: then the sessions of the panel stand for them.
func (ld *loaded) wholeDates(ctx context.Context, o Options) []data.Date {
	if o = filledOptions(o); o.Start == data.NoDate && o.End == data.NoDate {
		return nil
	}
	cols := []int{ld.layout.date}
	if ld.layout.kind == layoutLong {
		cols = append(cols, ld.layout.symbol)
	}
	t, err := ld.reader.read(ctx, cols, window{col: ld.layout.date, from: data.NoDate, to: data.NoDate}, o.Limits)
	if err != nil || t.Rows() == 0 {
		return nil
	}
	found := newFindings(ld.in.name) // what is wrong beyond the period stops nothing
	dates := sessionDates(&t.Columns[0], o.Timezone, ld.reader.place, found)
	counts := func(int) bool { return true }
	if len(cols) > 1 {
		text := textColumn(&t.Columns[1], found)
		if text == nil {
			return nil
		}
		asked := make([]bool, len(text.Dict))
		for _, s := range ld.grid.symbols {
			for k, name := range text.Dict {
				asked[k] = asked[k] || name == s
			}
		}
		counts = func(i int) bool { return !text.Null(i) && asked[text.Codes[i]] }
	}
	if found.bad() {
		return nil
	}
	return newCalendar(dates, counts).dates
}
