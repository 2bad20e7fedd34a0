package columnar

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
)

// pow10 holds the powers of ten that a float64 holds exactly.
var pow10 = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// Float is v*10^-scale, correctly rounded: both parts of the quotient are exact
// when they are small, and the decimal text is parsed when they are not.
func (v Int128) Float(scale int) float64 {
	if small, ok := v.Int64(); ok && scale >= 0 && scale < len(pow10) && small > -1<<53 && small < 1<<53 {
		return float64(small) / pow10[scale]
	}
	f, err := strconv.ParseFloat(v.Text(scale), 64)
	if err != nil {
		return math.NaN()
	}
	return f
}

// Int64 is v when it fits.
func (v Int128) Int64() (int64, bool) {
	n := int64(v.Lo)
	return n, (v.Hi == 0 && n >= 0) || (v.Hi == -1 && n < 0)
}

// Big is v as a big integer.
func (v Int128) Big() *big.Int {
	b := big.NewInt(v.Hi)
	b.Lsh(b, 64)
	return b.Add(b, new(big.Int).SetUint64(v.Lo))
}

// Text is v*10^-scale in plain digits: -12.30.
func (v Int128) Text(scale int) string {
	if scale < 0 {
		return v.Big().String() + strings.Repeat("0", -scale)
	}
	s := v.Big().String()
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	if len(s) <= scale {
		s = strings.Repeat("0", scale-len(s)+1) + s
	}
	if scale > 0 {
		s = s[:len(s)-scale] + "." + s[len(s)-scale:]
	}
	if neg {
		return "-" + s
	}
	return s
}

// int128 widens an int64.
func int128(v int64) Int128 { return Int128{Hi: v >> 63, Lo: uint64(v)} }

// int128BigEndian reads two's-complement bytes, the highest first, at most 16.
func int128BigEndian(b []byte) Int128 {
	var v Int128
	if len(b) > 0 && b[0]&0x80 != 0 {
		v = Int128{Hi: -1, Lo: math.MaxUint64}
	}
	for _, x := range b {
		v = Int128{Hi: v.Hi<<8 | int64(v.Lo>>56), Lo: v.Lo<<8 | uint64(x)}
	}
	return v
}

// bigEndian writes v as n bytes, the highest first.
func (v Int128) bigEndian(b []byte) {
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = byte(v.Lo)
		v = Int128{Hi: v.Hi >> 8, Lo: v.Lo>>8 | uint64(v.Hi)<<56}
	}
}

// times10 is 10 v + digit.
func (v Int128) times10(digit uint64) Int128 {
	hi, lo := bits.Mul64(v.Lo, 10)
	lo, carry := bits.Add64(lo, digit, 0)
	return Int128{Hi: v.Hi*10 + int64(hi) + int64(carry), Lo: lo}
}

// negated is -v.
func (v Int128) negated() Int128 {
	lo, borrow := bits.Sub64(0, v.Lo, 0)
	return Int128{Hi: -v.Hi - int64(borrow), Lo: lo}
}

// scaledBy is v times ten to the power of n.
func (v Int128) scaledBy(n int) Int128 {
	for range n {
		v = v.times10(0)
	}
	return v
}
