package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	var o options
	flag.IntVar(&o.n, "n", 10_000, "cases of each kind")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of all cases")
	flag.StringVar(&o.out, "out", "attack-out", "folder of the counts, which a later run resumes, and of inputs that broke something")
	flag.IntVar(&o.memory, "memory", 4096, "address space of a worker in MiB")
	only := flag.String("kind", "", "one kind alone: "+strings.Join(names(), ", "))
	from := flag.Int("from", 0, "a worker's first case (the command starts workers itself)")
	worker := flag.Bool("worker", false, "run cases here and print their outcomes")
	flag.Parse()
	chosen := kinds
	if *only != "" {
		i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == *only })
		if i < 0 {
			fmt.Fprintf(os.Stderr, "no kind %q: %s\n", *only, strings.Join(names(), ", "))
			os.Exit(1)
		}
		chosen = kinds[i : i+1]
	}
	if *worker {
		if err := work(chosen[0], o, *from, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	faults := 0
	for _, k := range chosen {
		t, err := attack(k, o)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		t.print(os.Stdout, k)
		faults += t.Faults()
	}
	if faults > 0 {
		fmt.Printf("%d faults: their inputs are in %s\n", faults, filepath.Join(o.out, "faults"))
		os.Exit(1)
	}
}

func names() (list []string) {
	for _, k := range kinds {
		list = append(list, k.name)
	}
	return list
}
