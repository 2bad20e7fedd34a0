// Command evenkeel replays price history through portfolio rebalancing policies
// and shows what each would have earned, cost and traded.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"evenkeel/data/fault"
)

func main() { os.Exit(program(os.Args[1:], os.Stdout, os.Stderr)) }

// program runs one command line and returns the exit code. Nothing escapes it:
// findings, errors, interrupts and panics all end as a message and a code.
func program(args []string, stdout, stderr io.Writer) (code int) {
	c := newConsole(stdout, stderr)
	defer func() {
		if what := recover(); what != nil {
			code = c.crashed(what, debug.Stack())
		}
	}()
	ctx, stop := interruptible()
	defer stop()

	root, started := newRoot(c)
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if err != nil && !*started {
		err = usage(cmd, counted(cmd, err))
	}
	if err == nil {
		err = c.writeError()
	}
	return c.failed(ctx, err)
}

// counted explains a wrong number of arguments.
func counted(cmd *cobra.Command, err error) error {
	if cmd == nil || !strings.Contains(err.Error(), "arg(s)") {
		return err
	}
	given := "nothing was given"
	if args := cmd.Flags().Args(); len(args) > 0 {
		given = "got " + strings.Join(quoted(args), " ")
	}
	return fmt.Errorf("want %s; %s", strings.TrimSuffix(cmd.UseLine(), " [flags]"), given)
}

func quoted(all []string) (out []string) {
	for _, s := range all {
		out = append(out, fault.Quote(s))
	}
	return out
}

// interruptible is a context that the first interrupt ends; the second one ends
// the process.
func interruptible() (context.Context, func()) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// newRoot is the tree of commands. started tells whether a command's own code
// began: an error before that is a matter of usage.
func newRoot(c *console) (root *cobra.Command, started *bool) {
	started = new(bool)
	root = &cobra.Command{
		Use:   "evenkeel",
		Short: "Replay prices through rebalancing policies",
		Long: `Evenkeel replays price history through portfolio rebalancing policies and shows
what each would have earned, cost and traded.

An experiment is one YAML file; a run writes reports, tables and a manifest to
one folder. "evenkeel demo" makes an example of everything.`,
		Example: `  evenkeel demo                       # an example: prices, experiment, report
  evenkeel run experiment.yaml        # run an experiment of your own
  evenkeel data inspect prices.parquet`,
		Args:          noSuchCommand,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if err := errors.Join(bounded(cmd), cmd.ValidateFlagGroups()); err != nil {
				return err
			}
			*started = true
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetOut(c.out)
	root.SetErr(c.err)
	root.AddGroup(&cobra.Group{ID: "work", Title: "Run experiments:"},
		&cobra.Group{ID: "look", Title: "Look things up:"},
		&cobra.Group{ID: "file", Title: "Work with files:"})
	root.SetCompletionCommandGroupID("look")
	root.SetHelpCommandGroupID("look")
	root.AddCommand(
		newDemo(c), newRun(c), newSweep(c), newMerge(c), newSubmit(c), newValidate(c),
		newList(c), newDescribe(c), newSchema(c), newVersion(c), exitCodesTopic(), newCompare(c), newReport(c),
		newData(c), newConvert(c), newVerify(c),
	)
	return root, started
}

// noSuchCommand refuses what is not a command of cmd, with the nearest names.
func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	what := fmt.Sprintf("unknown command %s for %q", fault.Quote(args[0]), cmd.CommandPath())
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		what += "; did you mean " + strings.Join(near, " or ") + "?"
	}
	return errors.New(what)
}

// usageError is a command line that cannot be understood.
type usageError struct {
	err  error
	path string // the command it was meant for
}

func (u *usageError) Error() string { return u.err.Error() }
func (u *usageError) Unwrap() error { return u.err }

func usage(cmd *cobra.Command, err error) error {
	path := "evenkeel"
	if cmd != nil {
		path = cmd.CommandPath()
	}
	return &usageError{err, path}
}

// failed prints an error as its reader needs it and returns the exit code.
func (c *console) failed(ctx context.Context, err error) int {
	var wrong *usageError
	var broken *workerPanic
	var otherwise *ended
	if c.out.failed != nil && errors.Is(err, c.out.failed) {
		err = c.writeError()
	}
	switch {
	case err == nil:
		return fault.ExitOK
	case errors.As(err, &otherwise):
		return c.endedAs(otherwise)
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		say(c.err, "interrupted\n")
		return fault.ExitInterrupted
	case errors.As(err, &wrong):
		say(c.err, "%s %s\nSee \"%s --help\".\n", c.red("usage:"), wrong.err, wrong.path)
		return fault.ExitUsage
	case errors.As(err, &broken):
		return c.crashed(broken, broken.stack)
	case fault.Of(err) == nil:
		say(c.err, "%s %s\nThis is a bug in the program, not in your files. Please report it with the line below.\n%s\n",
			c.red("bug:"), err, versionLine())
		return fault.ExitBug
	}
	c.findings(fault.Of(err))
	return fault.Exit(err)
}

// crashed prints what a panic said and where it happened.
func (c *console) crashed(what any, stack []byte) int {
	say(c.err, "%s %v\nThis is a bug in the program, not in your files; the output is not complete. Please report it with everything below.\n%s\n%s",
		c.red("bug:"), what, versionLine(), stack)
	return fault.ExitBug
}
