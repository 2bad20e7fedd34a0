package main

import (
	"fmt"
	"regexp"
	"strings"
)

// command is a subcommand as the program's own help shows it.
type command struct {
	path  []string // names below the program's
	args  []string // what it takes, as its usage line says: FILE, IN, OUT, DIR..., RUN...
	flags []option
}

// option is a flag. Its kind is what the help says of its value: string, int, strings ...;
// a flag without a value has none.
type option struct{ name, short, kind string }

var (
	optionLine = regexp.MustCompile(`^ +(?:-([a-z]), )? *--([a-z0-9-]+)(?: ([a-zA-Z]+))?(?:  .*)?$`)
	useLine    = regexp.MustCompile(`(?m)^Usage:\n  (.*)$`)
)

// commandTree asks the program for all its subcommands and their flags.
func commandTree(p program, dir string, path ...string) ([]command, error) {
	help := p.run(dir, append(path[:len(path):len(path)], "--help")...)
	if ill := help.wellAnswered([]int{0}); ill != "" {
		return nil, fmt.Errorf("evenkeel %s --help: %s", strings.Join(path, " "), ill)
	}
	list := []command{{path: path, args: argumentsOf(help.out, len(path)), flags: optionsOf(help.out)}}
	if len(path) > 0 && path[0] == "help" {
		return list, nil // what follows are names of commands
	}
	names := p.run(dir, append(append([]string{"__complete"}, path...), "")...)
	for line := range strings.Lines(names.out) {
		name, _, is := strings.Cut(line, "\t")
		if !is || name == "" {
			continue // not a subcommand: an answer to "which value?"
		}
		below, err := commandTree(p, dir, append(path[:len(path):len(path)], name)...)
		if err != nil {
			return nil, err
		}
		list = append(list, below...)
	}
	return list, nil
}

// often returns how many times a command stands in the draw: those that read and write
// files more often than those that print.
func (c *command) often() int {
	if len(c.args) > 0 || len(c.flags) > 3 {
		return 8
	}
	return 1
}

// argumentsOf reads the words behind a command's name in its usage line.
func argumentsOf(help string, depth int) []string {
	m := useLine.FindStringSubmatch(help)
	if m == nil {
		return nil
	}
	var args []string
	for _, word := range strings.Fields(m[1])[1+depth:] {
		if word != "[flags]" && word != "[command]" {
			args = append(args, word)
		}
	}
	return args
}

// optionsOf reads the flags of a help text.
func optionsOf(help string) []option {
	var list []option
	_, below, _ := strings.Cut(help, "\nFlags:\n")
	for line := range strings.Lines(below) {
		m := optionLine.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m == nil {
			break
		}
		list = append(list, option{m[2], m[1], m[3]})
	}
	return list
}
