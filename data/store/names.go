package store

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"evenkeel/data/fault"
)

// Names with a meaning of their own in an output folder.
const (
	ManifestName = "manifest.json" // lists the files of a finished run; written last, by Finish
	RunInfoName  = "run-info.json" // times, host, warnings: differs from run to run, so no manifest lists it

	lockName  = ".lock"
	newPrefix = ".tmp-new-" // a file being written, or one that waits for Finish
	oldPrefix = ".tmp-old-" // a file of the earlier output while Finish replaces it
)

const (
	maxElement = 64 // characters in one element of a name
	maxDepth   = 4  // elements in a name
)

// checkName returns what is wrong with a file name, "" when nothing is. A name is
// one to four elements of letters, digits, dot, underscore and hyphen, joined by
// slashes; so it means the same file on every system and cannot leave the folder.
func checkName(name string) string {
	if !filepath.IsLocal(name) || path.Clean(name) != name {
		return "leaves the output folder or is not in its shortest form"
	}
	elements := strings.Split(name, "/")
	if len(elements) > maxDepth {
		return fmt.Sprintf("has %d elements, at most %d are allowed", len(elements), maxDepth)
	}
	for _, e := range elements {
		switch {
		case len(e) > maxElement:
			return fmt.Sprintf("has an element of %d characters, at most %d are allowed", len(e), maxElement)
		case strings.HasPrefix(e, ".") || strings.HasSuffix(e, "."):
			return "has an element that begins or ends with a dot"
		case strings.Trim(e, nameLetters) != "":
			return "has other characters than letters, digits, dot, underscore and hyphen"
		case deviceNames[strings.ToUpper(strings.SplitN(e, ".", 2)[0])]:
			return "is a device on some systems"
		}
	}
	return ""
}

const nameLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"

var deviceNames = func() map[string]bool {
	m := map[string]bool{"CON": true, "PRN": true, "AUX": true, "NUL": true}
	for i := range 10 {
		m[fmt.Sprintf("COM%d", i)], m[fmt.Sprintf("LPT%d", i)] = true, true
	}
	return m
}()

// badName is the finding for a name that checkName refuses.
func badName(folder, name, wrong string) fault.Finding {
	return fault.Finding{
		Code: fault.LinkInTheWay, File: folder,
		What:   fmt.Sprintf("the file name %s %s", fault.Quote(name), wrong),
		Rule:   "outputs stay in the output folder, under plain names",
		Remedy: "Use a name of letters, digits, dot, underscore and hyphen",
	}
}

// aside is the name beside a file under which it waits.
func aside(prefix, name string) string {
	dir, base := path.Split(name)
	return dir + prefix + base
}
