package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/data/columnar"
	"evenkeel/data/fault"
	"evenkeel/data/store"
)

// commandsOf are a command's own and all below it, without cobra's.
func commandsOf(root *cobra.Command) (all []*cobra.Command) {
	for _, c := range root.Commands() {
		if c.Name() != "help" && c.Name() != "completion" {
			all = append(append(all, c), commandsOf(c)...)
		}
	}
	return all
}

func commandTable() string {
	root, _ := newRoot(newConsole(&bytes.Buffer{}, &bytes.Buffer{}))
	b := "| command | |\n|---|---|\n"
	for _, c := range commandsOf(root) {
		if c.Runnable() && c.Name() != "data" {
			b += fmt.Sprintf("| `%s` | %s |\n", strings.ReplaceAll(strings.TrimSuffix(c.UseLine(), " [flags]"), "|", "\\|"), c.Short)
		}
	}
	return b
}

func cell(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.TrimSpace(s), "|", "\\|"), "\n", " ")
}

func measureTable() string {
	b := "| measure | unit | definition |\n|---|---|---|\n"
	for _, p := range measures() {
		text := p.Doc
		if p.Details != "" {
			text += ": " + p.Details
		}
		b += fmt.Sprintf("| `%s` | %s | %s |\n", p.Name, p.Unit, cell(text))
	}
	return b
}

func plugReference(kind string) string {
	b := ""
	for _, p := range only(everything(), kind)[0].Plugs {
		b += fmt.Sprintf("### `%s`\n\n%s.\n\n%s\n\n", p.Name, strings.ToUpper(p.Doc[:1])+p.Doc[1:], strings.ReplaceAll(p.Details, "\n", "\n\n"))
		if len(p.Keys) > 0 {
			b += "| key | default | takes | |\n|---|---|---|---|\n"
			for _, k := range p.Keys {
				b += fmt.Sprintf("| `%s` | %s | %s | %s |\n", k.Name, code(k.Default), cell(k.Takes), cell(k.Doc))
			}
			b += "\n"
		}
		if p.Example != "" {
			b += fenced("yaml", p.Example) + "\n"
		}
	}
	for strings.Contains(b, "\n\n\n") {
		b = strings.ReplaceAll(b, "\n\n\n", "\n\n")
	}
	return b
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + cell(s) + "`"
}

// property is a key of the JSON Schema, in the order of the schema.
type property struct {
	path  string
	about struct {
		Description string `json:"description"`
		Default     any    `json:"default"`
		Ref         string `json:"$ref"`
		Type        any    `json:"type"`
		Enum        []any  `json:"enum"`
		Required    []string
	}
}

// properties are the keys below an object of the schema, deeper ones after
// their parents.
func properties(path string, object json.RawMessage) (all []property) {
	var o struct {
		Properties json.RawMessage `json:"properties"`
	}
	if json.Unmarshal(object, &o) != nil || o.Properties == nil {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(o.Properties))
	_, _ = d.Token()
	for d.More() {
		name, _ := d.Token()
		var value json.RawMessage
		_ = d.Decode(&value)
		p := property{path: strings.TrimPrefix(path+"."+name.(string), ".")}
		_ = json.Unmarshal(value, &p.about)
		all = append(all, p)
		if p.path != "policies" && p.path != "sweep" {
			all = append(all, properties(p.path, value)...)
		}
	}
	return all
}

func keyReference() string {
	b := "| key | default | takes | |\n|---|---|---|---|\n"
	for _, p := range properties("", experiment.Schema()) {
		def := ""
		if p.about.Default != nil && p.path != "name" {
			def = code(fmt.Sprint(p.about.Default))
			if f, ok := p.about.Default.(float64); ok {
				def = code(grouplessNumber(f))
			}
		}
		b += fmt.Sprintf("| `%s` | %s | %s | %s |\n", p.path, def, shapeWord(p), cell(p.about.Description))
	}
	return b
}

func grouplessNumber(f float64) string { return strings.TrimSuffix(fmt.Sprintf("%.6f", f), ".000000") }

func shapeWord(p property) string {
	switch {
	case p.about.Ref != "":
		return "a " + strings.ReplaceAll(strings.TrimPrefix(p.about.Ref, "#/$defs/"), "_", " ")
	case p.about.Enum != nil:
		var words []string
		for _, w := range p.about.Enum {
			words = append(words, fmt.Sprintf("`%v`", w))
		}
		return strings.Join(words, ", ")
	}
	switch p.about.Type {
	case "object":
		return "a map"
	case "array":
		return "a list"
	case "string":
		return "a text"
	case "number":
		return "a number"
	case "integer":
		return "a whole number"
	case "boolean":
		return "`true`, `false`"
	}
	return ""
}

// tableReference lists the columns of every table of a run, from the tables'
// own metadata.
func tableReference(t *testing.T, report string) string {
	files, err := filepath.Glob(filepath.Join(report, "*.parquet"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	b := ""
	for _, f := range files {
		table, err := columnar.ReadTable(context.Background(), f, columnar.TableOptions{})
		require.NoError(t, err)
		b += fmt.Sprintf("### `%s`\n\n%s\n\n| column | type | |\n|---|---|---|\n", filepath.Base(f), table.Meta["table"])
		for _, c := range table.Columns {
			doc := table.Meta["column:"+c.Name]
			require.NotEmpty(t, doc, "%s: column %s does not say what it is", f, c.Name)
			b += fmt.Sprintf("| `%s` | %s | %s |\n", c.Name, c.Type, cell(doc))
		}
		b += "\n"
	}
	return b
}

// outputList are the files of the demo's report and which report makes them.
func outputList(t *testing.T, report string) string {
	b, err := os.ReadFile(filepath.Join(report, store.ManifestName))
	require.NoError(t, err)
	var m struct {
		Files []store.File `json:"files"`
	}
	require.NoError(t, json.Unmarshal(b, &m))
	var names []string
	for _, f := range m.Files {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	return fenced("text", strings.Join(append(names, store.ManifestName, store.RunInfoName), "\n"))
}

// codeTable is the table of the codes of findings.
func codeTable() string {
	var b strings.Builder
	b.WriteString("| code | name | what it says | exit code |\n|---|---|---|---|\n")
	for _, k := range fault.Kinds {
		exit := strconv.Itoa(k.Exit)
		if k.Odd {
			exit = "only a warning"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", k.Code, k.Name, k.Meaning, exit)
	}
	return b.String()
}
