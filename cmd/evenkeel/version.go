package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// engineVersion is the version of the simulation: it changes when a result may.
const engineVersion = "0.1.0"

// build describes which program this is. What the source and the compiler decide is
// in a run's manifest; the processor level is not, for results do not depend on it.
type build struct {
	Engine   string `json:"engine"`
	Revision string `json:"revision,omitempty"` // of the source, when the build knows it
	Modified bool   `json:"modified,omitempty"` // the source had changes beside the revision
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

func thisBuild() build {
	b := build{Engine: engineVersion, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	b.Revision = buildSetting("vcs.revision")
	b.Modified = buildSetting("vcs.modified") == "true"
	return b
}

// buildSetting is a setting of the build, "" when it is not known.
func buildSetting(key string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}

func versionLine() string {
	b := thisBuild()
	line := "evenkeel " + b.Engine
	if b.Revision != "" {
		line += fmt.Sprintf(" (%.12s", b.Revision)
		if b.Modified {
			line += ", modified"
		}
		line += ")"
	}
	return fmt.Sprintf("%s %s %s/%s", line, b.Go, b.OS, b.Arch)
}

func newVersion(c *console) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		GroupID: "look",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return writeJSON(c.out, thisBuild())
			}
			say(c.out, "%s\n", versionLine())
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// writeJSON writes a value for people and programs: indented, keys in the order
// of the fields, no HTML escapes.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
