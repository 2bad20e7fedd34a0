package columnar

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"evenkeel/data"
)

// csvInt reads digits; leading zeros make a name of a number (000001), and -0 is a float.
func csvInt(b []byte) (int64, bool) {
	d, neg := b, false
	if len(d) > 0 && d[0] == '-' {
		d, neg = d[1:], true
	}
	if neg && len(d) > 0 && d[0] == '0' {
		return 0, false // -0 is a float
	}
	if len(d) == 0 || len(d) > 18 || len(d) > 1 && d[0] == '0' {
		if len(d) != 19 {
			return 0, false
		}
		v, err := strconv.ParseInt(string(b), 10, 64)
		return v, err == nil && d[0] != '0' && d[0] != '+'
	}
	v := int64(0)
	for _, c := range d {
		if c < '0' || c > '9' {
			return 0, false
		}
		v = 10*v + int64(c-'0')
	}
	if neg {
		v = -v
	}
	return v, true
}

// csvFloat reads decimal numbers, NaN and Inf. Up to 15 digits and 22 decimals
// the quotient of two exact numbers is the correctly rounded one.
func csvFloat(b []byte) (float64, bool) {
	d, neg := b, false
	if len(d) > 0 && d[0] == '-' {
		d, neg = d[1:], true
	}
	mantissa, digits, decimals, point := int64(0), 0, 0, false
	for _, c := range d {
		switch {
		case c >= '0' && c <= '9' && digits < 15:
			mantissa = 10*mantissa + int64(c-'0')
			digits++
			if point {
				decimals++
			}
		case c == '.' && !point:
			point = true
		default:
			return slowFloat(b)
		}
	}
	if digits == 0 || len(d) > 1 && d[0] == '0' && d[1] != '.' {
		return 0, false
	}
	v := float64(mantissa) / pow10[decimals]
	if neg {
		v = -v
	}
	return v, true
}

// slowFloat reads what is not plain digits; hexadecimal, underscores and leading
// zeros are no numbers here.
func slowFloat(b []byte) (float64, bool) {
	if len(b) == 0 || bytes.ContainsAny(b, "xXpP_") {
		return 0, false
	}
	d := bytes.TrimLeft(b, "+-")
	if len(d) > 1 && d[0] == '0' && d[1] >= '0' && d[1] <= '9' {
		return 0, false
	}
	v, err := strconv.ParseFloat(string(b), 64)
	return v, err == nil
}

// csvDate reads YYYY-MM-DD.
func csvDate(b []byte) (data.Date, bool) {
	if len(b) != 10 || b[4] != '-' || b[7] != '-' {
		return 0, false
	}
	var n [3]int
	for i, part := range [][]byte{b[:4], b[5:7], b[8:]} {
		for _, c := range part {
			if c < '0' || c > '9' {
				return 0, false
			}
			n[i] = 10*n[i] + int(c-'0')
		}
	}
	d := data.NewDate(n[0], n[1], n[2])
	if n[1] < 1 || n[1] > 12 || n[2] < 1 || n[2] > 28 && d >= data.NewDate(n[0], n[1]+1, 1) {
		return 0, false
	}
	return d, true
}

func csvBool(b []byte) (bool, bool) {
	switch string(b) {
	case "true", "True", "TRUE":
		return true, true
	case "false", "False", "FALSE":
		return false, true
	}
	return false, false
}

// csvDecimal reads plain digits with a point or without, up to 38 of them, as a number
// times ten to the power of -scale. significant is how many digits it has behind its
// leading zeros.
func csvDecimal(b []byte) (v Int128, scale, significant int, ok bool) {
	d, neg := b, false
	if len(d) > 0 && d[0] == '-' {
		d, neg = d[1:], true
	}
	point, digits := -1, 0
	for i, c := range d {
		switch {
		case c == '.' && point < 0 && i > 0:
			point = i
			continue
		case c < '0' || c > '9':
			return v, 0, 0, false
		}
		if digits++; significant > 0 || c != '0' {
			significant++
		}
		if digits > 38 {
			return v, 0, 0, false
		}
		v = v.times10(uint64(c - '0'))
	}
	if digits == 0 || len(d) > 1 && d[0] == '0' && point != 1 || point == len(d)-1 {
		return v, 0, 0, false
	}
	if point >= 0 {
		scale = len(d) - 1 - point
	}
	if neg {
		v = v.negated()
	}
	return v, scale, significant, true
}

// csvTime is an instant or a local time as a cell writes it.
type csvTime struct {
	nanos  int64
	zone   string // "" local, UTC, or an offset such as +09:00
	digits int    // of the second's fraction
}

// parseTime reads 2020-01-31 16:00:00[.fffffffff][Z|+09:00], the T form too.
func parseTime(b []byte) (t csvTime, ok bool) {
	if len(b) < 16 || len(b) > 35 || b[4] != '-' || b[10] != ' ' && b[10] != 'T' || bytes.IndexByte(b, ',') >= 0 {
		return t, false
	}
	s := string(b[:10]) + "T" + string(b[11:])
	if strings.HasSuffix(s, "Z") {
		s, t.zone = s[:len(s)-1], "UTC"
	} else if i := len(s) - 6; i >= 16 && (s[i] == '+' || s[i] == '-') {
		s, t.zone = s[:i], s[i:]
	}
	offset, ok := offsetSeconds(t.zone)
	if !ok {
		return t, false
	}
	if strings.Count(s, ":") == 1 {
		s += ":00"
	}
	at, err := time.Parse("2006-01-02T15:04:05.999999999", s)
	if err != nil || at.Year() < 1678 || at.Year() > 2261 {
		return t, false
	}
	if i := strings.IndexByte(s, '.'); i >= 0 {
		t.digits = len(s) - 1 - i
	}
	t.nanos = at.UnixNano() - offset*1e9
	return t, true
}

// offsetSeconds reads +09:00; an empty zone and UTC are 0.
func offsetSeconds(zone string) (int64, bool) {
	if zone == "" || zone == "UTC" {
		return 0, true
	}
	at, err := time.Parse("-07:00", zone)
	if err != nil {
		return 0, false
	}
	_, offset := at.Zone()
	return int64(offset), true
}
