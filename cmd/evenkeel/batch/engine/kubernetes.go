package engine

import (
	_ "embed"
	"encoding/json"
	"strconv"
	"strings"
	"text/template"
)

// Kubernetes is a sweep as an indexed Job and a Job that waits for its parts and
// merges them.
type Kubernetes struct {
	Sweep
	Image     string
	Namespace string // "": that of whoever applies the manifest
	Claim     string // the PersistentVolumeClaim that all pods share
	Mount     string // where they find it
	CPUs      string // of a pod, as Kubernetes writes quantities: 4, 500m
	Memory    string // likewise: 4Gi
	AtOnce    int    // pods that run at the same time; 0: all
	Retries   int    // of a shard that failed for a reason that may pass
	Wait      string // how long the merge waits for the parts, as Go writes durations
}

//go:embed kubernetes.yaml.tmpl
var kubernetesText string

var kubernetesTemplate = template.Must(template.New("kubernetes").Funcs(template.FuncMap{"json": inJSON}).Parse(kubernetesText))

// pod is one of the two kinds of pods.
type pod struct {
	*Kubernetes
	Container string
	Args      []string
	CPU       string
	Shards    string // of the sweep's pods; Kubernetes does not tell them
}

// Manifest is both Jobs as YAML. Which exit codes end a shard, and which start it
// again, stands in podFailurePolicy.
func (x *Kubernetes) Manifest() string {
	y := *x
	if y.AtOnce <= 0 || y.AtOnce > y.Tasks {
		y.AtOnce = y.Tasks
	}
	var b strings.Builder
	err := kubernetesTemplate.Execute(&b, map[string]any{
		"Job":   &y,
		"Share": y.share(),
		"Sweep": pod{&y, "sweep", y.sweepArgs(), y.CPUs, strconv.Itoa(y.Tasks)},
		"Merge": pod{&y, "merge", y.mergeArgs("--wait", y.Wait), "1", ""},
	})
	if err != nil {
		panic(err) // the template is part of the program
	}
	return b.String()
}

// inJSON writes a value as JSON, which YAML takes for one of its own.
func inJSON(v any) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}
