package plan

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"strconv"
	"strings"

	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/cmd/evenkeel/experiment/syntax"
)

// A point's id is the sum of the SHA-256 of its resolved parameters, one line
// "path=value" each, taken to 128 bits: what an axis changes is taken out of the
// sum and put in again, without writing the experiment again.

// sum128 is a number modulo 2^128.
type sum128 struct{ hi, lo uint64 }

func (a sum128) plus(b sum128) sum128 {
	lo, carry := bits.Add64(a.lo, b.lo, 0)
	hi, _ := bits.Add64(a.hi, b.hi, carry)
	return sum128{hi, lo}
}

// hashOf is the sum of one parameter.
func hashOf(path, value string) sum128 {
	h := sha256.Sum256([]byte(path + "=" + value))
	return sum128{binary.BigEndian.Uint64(h[:8]), binary.BigEndian.Uint64(h[8:16])}
}

// hashes adds up the parameters below a path of a canonical value.
func hashes(path string, v any, skip func(path string) bool) (sum sum128) {
	if skip != nil && skip(path) {
		return sum
	}
	switch v := v.(type) {
	case experiment.Object:
		for _, m := range v {
			sum = sum.plus(hashes(syntax.Join(path, m.Name), m.Value, skip))
		}
		return sum
	case []any:
		for i, x := range v {
			sum = sum.plus(hashes(syntax.Join(path, strconv.Itoa(i)), x, skip))
		}
		return sum
	case string:
		return hashOf(path, v)
	case experiment.Number:
		return hashOf(path, string(v))
	case bool:
		return hashOf(path, strconv.FormatBool(v))
	}
	return sum
}

// ids makes the ids of a plan's points.
type ids struct {
	policy string
	gone   []string // what fast axes replace
	base   sum128   // of everything that no axis changes
	values [][]sum128
	names  []string // of fast axes, as paths of a point
}

// keptSums is up to how many values of an axis keep their sums.
const keptSums = 1 << 16

// policyPath is where the swept policy's parameters stand, whatever its name.
const policyPath = "policy"

func newIDs(f *experiment.File, axes []experiment.Axis, policy string) ids {
	x := ids{policy: "policies." + policy, values: make([][]sum128, len(axes)), names: make([]string, len(axes))}
	for i := range axes {
		a := &axes[i]
		if a.What == experiment.GeneralAxis {
			continue
		}
		x.names[i] = a.Path
		if own, ok := strings.CutPrefix(a.Path, x.policy+"."); ok && a.What == experiment.PolicyAxis {
			x.names[i] = syntax.Join(policyPath, own)
			for _, rival := range f.RivalsOf(policy, own) {
				x.gone = append(x.gone, syntax.Join(policyPath, rival))
			}
		}
		x.gone = append(x.gone, x.names[i])
		if n := len(a.Values); n <= keptSums {
			x.values[i] = make([]sum128, n)
			for k := range n {
				x.values[i][k] = x.sum(a, i, k)
			}
		}
	}
	x.base = x.of(f)
	return x
}

// value is the sum of a value of a fast axis.
func (x *ids) value(a *experiment.Axis, axis, k int) sum128 {
	if x.values[axis] != nil {
		return x.values[axis][k]
	}
	return x.sum(a, axis, k)
}

func (x *ids) sum(a *experiment.Axis, axis, k int) sum128 {
	return hashes(x.names[axis], a.CanonAt(k), nil)
}

// of is the sum of a resolved experiment's parameters without those that fast
// axes replace, without names, and without policies that are not swept.
func (x *ids) of(f *experiment.File) (sum sum128) {
	for _, section := range f.Parameters() {
		switch section.Name {
		case "name", "base", "seed", "sweep":
		case "policies":
			for _, p := range section.Value.(experiment.Object) {
				if x.policy == "policies."+p.Name {
					sum = sum.plus(hashes(policyPath, p.Value, x.replaced))
				}
			}
		default:
			sum = sum.plus(hashes(section.Name, section.Value, x.replaced))
		}
	}
	return sum
}

func (x *ids) replaced(path string) bool {
	for _, g := range x.gone {
		if path == g || strings.HasPrefix(path, g+".") {
			return true
		}
	}
	return false
}
