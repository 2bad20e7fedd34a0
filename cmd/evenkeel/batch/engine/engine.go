// Package engine renders a sweep as jobs of batch systems: scripts for Slurm, a
// manifest for Kubernetes, requests for AWS Batch. It writes texts and starts
// nothing. Equal input gives equal bytes.
package engine

import (
	"regexp"
	"strconv"
	"strings"
)

// Sweep is a sweep that is to be shared out over tasks, each of which runs
// "evenkeel sweep" and finds its shard in the batch system's variables.
type Sweep struct {
	Name    string   // of the jobs, after JobName
	Program string   // evenkeel, as the tasks find it
	File    string   // the experiment, as the tasks find it
	Out     string   // the output folder, as the tasks find it
	Options []string // of evenkeel sweep, such as --set and its value
	Tasks   int
}

// sweepArgs are the arguments of a task. Points that fail are rows of the table, and
// a task that computed all of its points has done its work.
func (s *Sweep) sweepArgs() []string {
	return append([]string{"sweep", s.File, "--out", s.Out, "--failed-points-ok"}, s.Options...)
}

func (s *Sweep) mergeArgs(more ...string) []string {
	return append([]string{"merge", s.Out}, more...)
}

// share returns in words which parts task i has.
func (s *Sweep) share() string {
	switch s.Tasks {
	case 1:
		return "one task computes all parts"
	case 2:
		return "each of 2 tasks computes every other part"
	}
	n := strconv.Itoa(s.Tasks)
	suffix := "th"
	if last := s.Tasks % 10; last >= 1 && last <= 3 && s.Tasks/10%10 != 1 {
		suffix = []string{"st", "nd", "rd"}[last-1]
	}
	return "each of " + n + " tasks computes every " + n + suffix + " part"
}

var notInJobs = regexp.MustCompile(`[^a-z0-9]+`)

// JobName makes a name that every batch system takes: at most 40 small letters,
// digits and single hyphens, a letter first.
func JobName(text string) string {
	name := strings.Trim(notInJobs.ReplaceAllString(strings.ToLower(text), "-"), "-")
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		name = strings.TrimRight("sweep-"+name, "-")
	}
	return strings.TrimRight(name[:min(len(name), 40)], "-")
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// quoted is a word as a shell reads it.
func quoted(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// command is a line of a shell script, continued where an option begins.
func command(program string, args []string) string {
	var b strings.Builder
	b.WriteString(quoted(program))
	for _, a := range args {
		if strings.HasPrefix(a, "--") {
			b.WriteString(" \\\n ")
		}
		b.WriteString(" " + quoted(a))
	}
	return b.String()
}
