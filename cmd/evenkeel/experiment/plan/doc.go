// Package plan makes the points of a sweep one at a time: their values and ids, and their
// accounts for workers.
package plan
