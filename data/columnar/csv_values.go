package columnar

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"evenkeel/data"
)

// csvInt reads digits; leading zeros make a name of a number (000001).
func csvInt(b []byte) (int64, bool) {
	d, neg := b, false
	if len(d) > 0 && d[0] == '-' {
		d, neg = d[1:], true
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

// csvTime reads 2020-01-31 16:00:00[.ffffff][Z], the T form too, as microseconds.
func csvTime(b []byte) (micros int64, utc, ok bool) {
	if len(b) < 16 || len(b) > 27 || b[4] != '-' || b[10] != ' ' && b[10] != 'T' {
		return 0, false, false
	}
	s := string(b[:10]) + "T" + string(b[11:])
	if utc = strings.HasSuffix(s, "Z"); utc {
		s = s[:len(s)-1]
	}
	if strings.Count(s, ":") == 1 {
		s += ":00"
	}
	t, err := time.Parse("2006-01-02T15:04:05.999999", s)
	if err != nil || strings.Contains(s, ",") {
		return 0, false, false
	}
	return t.UnixMicro(), utc, true
}
