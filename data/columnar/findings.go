package columnar

import (
	"errors"
	"fmt"

	"evenkeel/data/fault"
)

// maxFindings bounds the findings kept of one code; the rest are counted.
const maxFindings = 1000

// findings collects what is wrong with one file, in the order found.
type findings struct {
	file  string
	list  fault.List
	count map[string]int
}

func newFindings(file string) *findings {
	return &findings{file: file, count: map[string]int{}}
}

// add keeps a finding of the file, or counts it when its code has had its share.
func (f *findings) add(x fault.Finding) {
	f.count[x.Code]++
	if f.count[x.Code] > maxFindings {
		return
	}
	x.File = f.file
	f.list.Add(x)
}

// full counts a finding whose code has had its share; checks that could make
// millions of texts ask first.
func (f *findings) full(code string) bool {
	if f.count[code] < maxFindings {
		return false
	}
	f.count[code]++
	return true
}

// bad reports whether a finding so far stops the run.
func (f *findings) bad() bool { return f.list.Err() != nil }

// done is the list, with one line for each code that overflowed.
func (f *findings) done() fault.List {
	out := f.list
	seen := map[string]bool{}
	for _, x := range f.list {
		n := f.count[x.Code]
		if n > maxFindings && !seen[x.Code] {
			seen[x.Code] = true
			out = append(out, fault.Finding{Code: x.Code, File: f.file, Warning: x.Warning,
				What: fmt.Sprintf("%d more of %s beside the %d listed", n-maxFindings, x.Code, maxFindings), Rule: fmt.Sprintf("%d of a code are listed", maxFindings), Remedy: "fix those first"})
		}
	}
	return out
}

// bad is a single finding as an error of a reader, without the file's name,
// which the caller adds.
func bad(code, place, what, rule, remedy string) error {
	return fault.Finding{Code: code, Place: place, What: what, Rule: rule, Remedy: remedy}
}

// inFile puts the file's name on every finding of an error; an error without
// findings becomes a finding of damaged data.
func inFile(file string, err error) error {
	if err == nil {
		return nil
	}
	list := fault.Of(err)
	if list == nil {
		var stop stopped
		if errors.As(err, &stop) {
			return err
		}
		return fault.One(fault.Finding{Code: fault.Damaged, File: file, What: err.Error(), Rule: "a readable file", Remedy: "copy the file again or rewrite it"})
	}
	out := make(fault.List, len(list))
	for i, x := range list {
		if x.File == "" {
			x.File = file
		}
		out[i] = x
	}
	return out
}

// stopped is the end of a read by its caller: not a fault of the file.
type stopped struct{ error }

func (s stopped) Unwrap() error { return s.error }
