package main

import (
	"github.com/spf13/cobra"
)

// exitCodesTopic is a help topic: a command without code of its own.
func exitCodesTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "exit-codes",
		Short: "What the exit codes mean",
		Long: `Every command ends with one of these codes:

    0  success
    1  the command line is wrong
    2  the experiment file is wrong (E1xx)
    3  the data are wrong (E3xx)
    4  the output cannot be written, or is damaged (E4xx)
    5  the output folder is in use (E501)
    6  a limit of memory or time would be exceeded (E6xx)
    7  some points of a sweep failed; the others are complete (E7xx)
    8  a batch system is missing, or refused the job (E8xx)
   70  a bug in the program: please report it
   75  a sweep was stopped: run the same command again to resume
  130  interrupted

Errors name a code, the file, the place, what was found, the rule and a remedy.
A check reports all findings at once. If there are several kinds, the first error
decides the code. Warnings never change it.`,
	}
}
