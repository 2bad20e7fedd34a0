// Package syntax reads a small part of YAML into a tree in which every value knows its
// place, and collects findings about it. It knows no key of an experiment; keys and
// values are checked with the names and knobs that it is given.
package syntax
