// Package table is the interface between experiments and files of any format: prices
// become a panel, other files become tables of dates and columns. Packages that read
// formats implement Reader; packages that read experiments use it.
package table
