package experiment

import (
	"time"

	"evenkeel/sim/card"
)

// Limits are what a sweep may take. They say nothing of what it is: a folder goes on
// with other limits.
type Limits struct {
	PointTime time.Duration // of a point; 0: no limit
}

// Bounds of limits.point_time.
const (
	minPointTime = 10 * time.Millisecond
	maxPointTime = 1000 * time.Hour
)

// durationKnob is a knob for a span of time such as 60s.
func durationKnob(dst *time.Duration, name, doc string) card.Knob {
	return card.Knob{Name: name, Doc: doc, Shape: textShape, Parse: func(v card.Value) (func(), error) {
		d, err := time.ParseDuration(v.Text)
		if v.Kind != card.Text || err != nil || d < minPointTime || d > maxPointTime {
			return nil, card.Badly(v, "want a time from 10ms to 1000h, such as 60s or 5m")
		}
		return func() { *dst = d }, nil
	}}
}
