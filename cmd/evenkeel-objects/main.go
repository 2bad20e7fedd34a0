// Command evenkeel-objects runs sweeps whose inputs and results are in object
// storage: S3 (s3://), Google Cloud Storage (gs://), Azure Blob Storage (az://), or a
// folder (file://). It moves objects and starts evenkeel, which reads only files.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	_ "gocloud.dev/blob/azureblob"
	_ "gocloud.dev/blob/fileblob"
	_ "gocloud.dev/blob/gcsblob"
	_ "gocloud.dev/blob/s3blob"
)

const help = `evenkeel-objects runs sweeps whose inputs and results lie in object storage.

  evenkeel-objects pull URL DIR             copy what lies below URL into DIR
  evenkeel-objects push DIR URL             copy the files of DIR to below URL, manifest.json last
  evenkeel-objects sweep URL/FILE OUT ...   run the experiment FILE of the folder URL, or a shard
                                            of it, and put each part below OUT as it is finished;
                                            ... goes to "evenkeel sweep"
  evenkeel-objects merge OUT ...            merge what the shards left below OUT

URL and OUT name a folder of a bucket: s3://bucket/folder, gs://bucket/folder,
az://container/folder, file:///folder; what follows a ? chooses region, endpoint and so on
(s3://bucket/folder?region=eu-west-1). Who may do what is up to the environment, as the
command lines of the three services have it.

Files are kept in a folder of their own below EVENKEEL_SCRATCH, or that for temporary files,
and removed. evenkeel is found in PATH, or named by EVENKEEL_PROGRAM. Exit codes are those of
evenkeel (evenkeel help exit-codes); 4 is storage that cannot be read or written, 75 a sweep
that was stopped: the same command goes on with it.
`

// Exit codes that are not passed on.
const (
	exitUsage   = 1
	exitStorage = 4
)

func main() { os.Exit(program(os.Args[1:], os.Stdout, os.Stderr)) }

// program runs one command line and returns the exit code.
func program(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	w := &worker{out: stdout, err: stderr}
	command := ""
	if len(args) > 0 {
		command, args = args[0], args[1:]
	}
	var err error
	switch {
	case command == "pull" && len(args) == 2:
		err = w.pull(ctx, args[0], args[1])
	case command == "push" && len(args) == 2:
		err = w.push(ctx, args[0], args[1])
	case command == "sweep" && len(args) >= 2:
		err = w.sweep(ctx, args[0], args[1], args[2:])
	case command == "merge" && len(args) >= 1:
		err = w.merge(ctx, args[0], args[1:])
	case command == "help" || command == "--help" || command == "-h":
		fmt.Fprint(stdout, help)
	default:
		fmt.Fprint(stderr, help)
		return exitUsage
	}
	return code(err, stderr)
}

// code is the exit code of an error: evenkeel's own is passed on, and has been
// explained.
func code(err error, stderr io.Writer) int {
	var child *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &child) && child.ExitCode() > 0:
		return child.ExitCode()
	}
	fmt.Fprintf(stderr, "error: %v\n", err)
	return exitStorage
}
