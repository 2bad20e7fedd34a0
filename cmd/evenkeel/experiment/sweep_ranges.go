package experiment

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
)

// isLogSpan reports whether a text is meant as log from:to:count.
func isLogSpan(text string) bool {
	rest, ok := strings.CutPrefix(strings.TrimSpace(text), "log ")
	return ok && isSpan(rest)
}

// logSpan reads log 1%:100%:10, that many values in equal ratios, both ends
// included. Values between the ends are rounded to six significant digits, so
// that they are what a reader sees.
func logSpan(text string) ([]string, error) {
	parts := strings.Split(strings.TrimPrefix(strings.TrimSpace(text), "log "), ":")
	var ends [2]float64
	var unit string
	for i := range ends {
		body, suffix := cutSuffix(strings.TrimSpace(parts[i]))
		if _, _, err := decimalOf(body); err != nil {
			return nil, err
		}
		ends[i], _ = strconv.ParseFloat(body, 64)
		if i > 0 && suffix != unit {
			return nil, fmt.Errorf("its parts have different units")
		}
		unit = suffix
	}
	n, err := strconv.Atoi(strings.TrimSpace(parts[2]))
	switch {
	case err != nil || n < 2 || n > MaxPoints:
		return nil, fmt.Errorf("want log from:to:count with a count of 2 to %d", MaxPoints)
	case !(ends[0] > 0 && ends[1] > 0 && ends[0] != ends[1]):
		return nil, fmt.Errorf("its ends must differ and be above 0")
	}
	values, ratio := make([]string, n), math.Log(ends[1]/ends[0])/float64(n-1)
	for k := range values {
		x := ends[0] * math.Exp(float64(k)*ratio)
		if k == 0 || k == n-1 {
			x = ends[k/(n-1)]
		} else {
			x, _ = strconv.ParseFloat(strconv.FormatFloat(x, 'g', 6, 64), 64)
		}
		if values[k] = syntax.Shortest(x) + unit; k > 0 && values[k] == values[k-1] {
			return nil, fmt.Errorf("its values are closer than six digits can tell")
		}
	}
	return values, nil
}

// isDateSpan reports whether a text is meant as a range of dates.
func isDateSpan(text string) bool {
	first, _, _ := strings.Cut(text, ":")
	_, err := data.ParseDate(strings.TrimSpace(first))
	return err == nil && isSpan(text)
}

// dateSpan reads 2006-01-02:2016-01-02:1 month, the end included when a step
// reaches it. Steps are days, weeks, months or years; a day that a month lacks is
// its last.
func dateSpan(text string) ([]string, error) {
	parts := strings.Split(text, ":")
	from, err1 := data.ParseDate(strings.TrimSpace(parts[0]))
	to, err2 := data.ParseDate(strings.TrimSpace(parts[1]))
	fields := strings.Fields(parts[2])
	if err1 != nil || err2 != nil || len(fields) != 2 {
		return nil, fmt.Errorf("want from:to:step such as 2006-01-02:2016-01-02:1 month")
	}
	n, err := strconv.Atoi(fields[0])
	if err != nil || n < 1 || n > 100_000 {
		return nil, fmt.Errorf("a step is 1 to 100000 days, weeks, months or years")
	}
	var step func(k int) data.Date
	switch strings.TrimSuffix(fields[1], "s") {
	case "day":
		step = func(k int) data.Date { return from + data.Date(k*n) }
	case "week":
		step = func(k int) data.Date { return from + data.Date(7*k*n) }
	case "month":
		step = func(k int) data.Date { return from.AddMonths(k * n) }
	case "year":
		step = func(k int) data.Date { return from.AddMonths(12 * k * n) }
	default:
		return nil, fmt.Errorf("unknown step %q; days, weeks, months or years", fields[1])
	}
	var values []string
	for d := from; d <= to; d = step(len(values)) {
		if len(values) == MaxPoints {
			return nil, fmt.Errorf("it has more than %d values", MaxPoints)
		}
		values = append(values, d.String())
	}
	if len(values) == 0 {
		return nil, fmt.Errorf("its end comes before its start")
	}
	return values, nil
}

// isWindow reports whether a node is a window: a map of start and end.
func isWindow(n *syntax.Node) bool {
	if n.Kind != syntax.Mapping || len(n.Keys) == 0 {
		return false
	}
	for i, k := range n.Keys {
		if _, err := data.ParseDate(n.Items[i].Text); err != nil || k.Text != "start" && k.Text != "end" {
			return false
		}
	}
	return !n.Twice
}
