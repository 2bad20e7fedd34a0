// Package workload makes the synthetic prices that engines are compared on, and
// has the bare loop that measures the arithmetic alone.
package workload

import (
	"fmt"
	"math"
	"math/rand/v2"

	"evenkeel/data"
)

// W1 is 10 assets over 5,040 weekdays from 2004-01-01, and target weights.
func W1() (*data.Panel, []float64) {
	return walk(10, 5040, 20240601), []float64{.20, .15, .15, .10, .10, .10, .05, .05, .05, .05}
}

// W3 is 500 assets over 2,520 weekdays, and target weights.
func W3() (*data.Panel, []float64) {
	targets := make([]float64, 500)
	for i := range targets {
		targets[i] = float64(1+i%5) / 1500
	}
	return walk(500, 2520, 20240603), targets
}

// walk is a geometric random walk with one common factor, rounded to six decimals.
func walk(assets, sessions int, seed uint64) *data.Panel {
	r := rand.New(rand.NewPCG(seed, 0x9E3779B97F4A7C15))
	const dt = 1.0 / 252
	mean, vol, beta, log := make([]float64, assets), make([]float64, assets), make([]float64, assets), make([]float64, assets)
	symbols := make([]string, assets)
	for i := range assets {
		symbols[i] = fmt.Sprintf("A%03d", i)
		mean[i] = 0.01 + 0.09*r.Float64()
		vol[i] = 0.05 + 0.25*r.Float64()
		beta[i] = 0.2 + 0.6*r.Float64()
		log[i] = math.Log(20 + 180*r.Float64())
	}
	closes := make([]float64, 0, assets*sessions)
	dates := make([]data.Date, 0, sessions)
	for d := data.NewDate(2004, 1, 1); len(dates) < sessions; d++ {
		if day := d.Weekday(); day == 0 || day == 6 {
			continue
		}
		dates = append(dates, d)
		factor := 0.0
		if len(dates) > 1 {
			factor = r.NormFloat64()
		}
		for i := range assets {
			if len(dates) > 1 {
				z := beta[i]*factor + math.Sqrt(1-beta[i]*beta[i])*r.NormFloat64()
				log[i] += (mean[i]-0.5*vol[i]*vol[i])*dt + vol[i]*math.Sqrt(dt)*z
			}
			closes = append(closes, math.Round(math.Exp(log[i])*1e6)/1e6)
		}
	}
	p, err := data.NewPanel(data.Adjusted, dates, symbols, closes, nil)
	if err != nil {
		panic(err) // the walk stays within the limits of a panel
	}
	return p
}
