package sim

import "evenkeel/sim/internal/kernel"

// Sum is a sum over the assets of an account, for policies too: eight partial sums, s_j of
// the assets i = j mod 8 in ascending i, each from +0 and each term rounded before it is
// added, and then
//
//	((s0+s4) + (s2+s6)) + ((s1+s5) + (s3+s7))
//
// however many assets there are. NAV is made so, and so is every sum over assets that a
// decision uses: that is what lets an account run one number at a time, beside seven
// others or over whole vectors of its assets and come to the same bits. What goes over the
// assets by rank, each step on what the one before has left, is a walk and no sum.
type Sum = kernel.Sum

// SumOf is the Sum of one term an asset.
func SumOf(terms []float64) float64 { return kernel.SumOf(terms) }

// Product is the Sum of a[i]*b[i], of prices and shares for instance.
func Product(a, b []float64) float64 { return kernel.Product(a, b) }
