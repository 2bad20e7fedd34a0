package columnar

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"evenkeel/data/fault"
)

// numbers is a price column as float64, NaN where there is no value; the
// column's own memory where it is float already. Texts must be numbers or listed
// null values, otherwise E317 or E334; flags and dates are E317.
func numbers(c *Column, nulls []string, place func(int) string, f *findings) []float64 {
	switch c.Type.Kind {
	case Float:
		return c.Floats
	case Int, Decimal:
		out := make([]float64, c.Len())
		for i := range out {
			out[i] = c.Float(i)
		}
		return out
	case Text:
		return textNumbers(c, nulls, place, f)
	}
	f.add(fault.Finding{Code: fault.BadCell, Place: column(c.Name), What: "prices are of type " + c.Type.String(), Rule: "numbers", Remedy: "leave the column out, or name another in data.columns"})
	return nil
}

var decimalComma = regexp.MustCompile(`^[-+]?\d{1,3}([. ]?\d{3})*,\d+$`)

// longestNumber is more characters than any float64 needs.
const longestNumber = 2000

// textNumbers parses a text column of numbers.
func textNumbers(c *Column, nulls []string, place func(int) string, f *findings) []float64 {
	type parsed struct {
		v     float64
		bad   bool
		count int
		first int
	}
	of := make([]parsed, len(c.Dict))
	for k, s := range c.Dict {
		s = strings.TrimSpace(s)
		if s == "" || slices.Contains(nulls, s) {
			of[k].v = math.NaN()
			continue
		}
		if len(s) > longestNumber {
			of[k] = parsed{v: math.NaN(), bad: true}
			continue
		}
		v, err := strconv.ParseFloat(s, 64)
		of[k] = parsed{v: v, bad: err != nil && !math.IsInf(v, 0) || strings.ContainsAny(s, "xXpP_")} // as slowFloat
	}
	out := make([]float64, len(c.Codes))
	worst := -1
	for i, k := range c.Codes {
		if c.Null(i) {
			out[i] = math.NaN()
			continue
		}
		p := &of[k]
		out[i] = p.v
		if !p.bad {
			continue
		}
		out[i] = math.NaN()
		if p.count++; p.count == 1 {
			p.first = i
		}
		if worst < 0 || p.count > of[worst].count {
			worst = int(k)
		}
	}
	if worst < 0 {
		return out
	}
	total := 0
	for _, p := range of {
		total += p.count
	}
	w := of[worst]
	if len(c.Dict[worst]) < longestNumber && decimalComma.MatchString(c.Dict[worst]) {
		f.add(fault.Finding{Code: fault.BadCSV, Place: place(w.first), What: fmt.Sprintf("%s in %s: decimal comma? (%d values like it)", fault.Quote(c.Dict[worst]), column(c.Name), total), Rule: "numbers with a decimal point", Remedy: "write 1.23, with fields separated by commas"})
		return nil
	}
	remedy := "convert it, or list the text in data.null_values"
	if total == len(out) {
		remedy = "leave it out; if it holds symbols, name it in data.columns"
	}
	f.add(fault.Finding{Code: fault.BadCell, Place: place(w.first), What: fmt.Sprintf("%s is text (%s in %d rows, %d rows are no numbers)", column(c.Name), fault.Quote(c.Dict[worst]), w.count, total), Rule: "numbers", Remedy: remedy})
	return nil
}
