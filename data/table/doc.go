// Package table holds what is asked of files and what they answer, whatever their
// format: prices become a panel, other files tables of dates and columns. Who knows
// formats implements Reader; who reads experiments uses it.
package table
