package fault

import (
	"cmp"
	"slices"
)

// The codes of findings: E1xx the experiment file, E3xx the data, E4xx the output, E5xx
// busy, E6xx limits, E7xx points of a sweep, E8xx a batch system. A code is never given
// another meaning.
const (
	NoExperiment    = "E101"
	BadSyntax       = "E102"
	UnknownWord     = "E103"
	KeyTwice        = "E104"
	BadValue        = "E105"
	NotFinite       = "E106"
	EmptyValue      = "E107"
	Separators      = "E108"
	NotPlain        = "E109"
	BackwardPeriod  = "E110"
	OutsideData     = "E111"
	WeightSum       = "E120"
	BadWeight       = "E121"
	BadBand         = "E122"
	BadRail         = "E123"
	BadSchedule     = "E125"
	BadCost         = "E126"
	BadMoney        = "E127"
	TooManyPoints   = "E128"
	BadSweep        = "E129"
	BadTargets      = "E130"
	KeyMissing      = "E132"
	DoubtfulSetting = "E133"
	UnusualPeriods  = "E134"

	NoFile          = "E301"
	EmptyFile       = "E302"
	OtherFormat     = "E303"
	CutShort        = "E304"
	Damaged         = "E305"
	OtherBytes      = "E306"
	NoDecoder       = "E307"
	OutOfProportion = "E308"
	Pointer         = "E309"
	Unsorted        = "E310"
	RowTwice        = "E311"
	EmptyDate       = "E312"
	MixedTimes      = "E313"
	FarDate         = "E315"
	NoColumn        = "E316"
	BadCell         = "E317"
	NoFlatType      = "E318"
	ColumnTwice     = "E319"
	UnknownAsset    = "E320"
	EmptyBeside     = "E321"
	OutOfRange      = "E322"
	Jump            = "E323"
	Stale           = "E324"
	Hole            = "E325"
	ListedLate      = "E326"
	EndedEarly      = "E327"
	NoPrice         = "E328"
	HundredTimes    = "E329"
	NoRate          = "E330"
	OtherCurrency   = "E331"
	Returns         = "E332"
	BadCSV          = "E334"
	BadSymbol       = "E335"
	RepeatedRow     = "E336"
	NotAdjusted     = "E337"
	DoubtfulRates   = "E338"

	FolderTaken   = "E401"
	NotWritten    = "E402"
	DiskFull      = "E403"
	LinkInTheWay  = "E404"
	DamagedOutput = "E405"
	PartsMissing  = "E406"

	FolderBusy = "E501"

	MemoryLimit = "E601"
	TimeLimit   = "E602"
	BooksLimit  = "E603"

	PointsFailed = "E703"

	NoEngine      = "E801"
	EngineRefused = "E802"
	ArrayTooLarge = "E803"
)

// Kind is what a code stands for.
type Kind struct {
	Code    string
	Name    string
	Meaning string
	Exit    int    // of the program, where such a finding stops it
	Odd     bool   // only ever a warning
	Inside  string // why no command can be made to say it; "": a script does
}

// Kinds is the table of all codes, in their order.
var Kinds = []Kind{
	{NoExperiment, "no experiment", "the experiment file cannot be read", ExitConfig, false, ""},
	{BadSyntax, "bad syntax", "the text is not the YAML that experiments are written in", ExitConfig, false, ""},
	{UnknownWord, "unknown word", "a key, a word or a path that is not known here", ExitConfig, false, ""},
	{KeyTwice, "key twice", "a key is given twice in one map", ExitConfig, false, ""},
	{BadValue, "bad value", "a value of the wrong kind, or outside its bounds", ExitConfig, false, ""},
	{NotFinite, "not finite", "a number that is not finite", ExitConfig, false, ""},
	{EmptyValue, "empty value", "a key or a value with nothing written", ExitConfig, false, ""},
	{Separators, "separators", "a number with thousands separators or a decimal comma", ExitConfig, false, ""},
	{NotPlain, "not plain", "not one plain UTF-8 document of at most 1 MiB, or more findings than are listed", ExitConfig, false, ""},
	{BackwardPeriod, "backward period", "a period that ends before it begins", ExitConfig, false, ""},
	{OutsideData, "outside the data", "a date or a period that the sessions do not reach", ExitConfig, false, ""},
	{WeightSum, "weight sum", "target weights that do not sum to 1", ExitConfig, false, ""},
	{BadWeight, "bad weight", "a target weight below 0 or above 1", ExitConfig, false, ""},
	{BadBand, "bad band", "a limit outside its bounds, or one that no weight can leave", ExitConfig, false, ""},
	{BadRail, "bad rail", "an inner rail that does not suit its band", ExitConfig, false, ""},
	{BadSchedule, "bad schedule", "a frequency that is not known", ExitConfig, false, ""},
	{BadCost, "bad cost", "a cost or a tax rate outside its bounds, or keys of a cost that do not suit one another", ExitConfig, false, ""},
	{BadMoney, "bad money", "an amount of money or shares outside its bounds", ExitConfig, false, ""},
	{TooManyPoints, "too many points", "a sweep of more than 1,000,000 points", ExitConfig, false, ""},
	{BadSweep, "bad sweep", "an axis, a point or a constraint of a sweep that makes no sense", ExitConfig, false, ""},
	{BadTargets, "bad targets", "targets that are missing, given twice or too many; settings that their data do not use", ExitConfig, false, ""},
	{KeyMissing, "key missing", "a key that must be there", ExitConfig, false, ""},
	{DoubtfulSetting, "doubtful setting", "a setting that is allowed and seldom meant", ExitConfig, true, ""},
	{UnusualPeriods, "unusual periods", "sessions that make an unusual number of periods a year", ExitConfig, true, ""},

	{NoFile, "no file", "a file of data cannot be opened", ExitData, false, ""},
	{EmptyFile, "empty file", "a file or a table with nothing in it", ExitData, false, ""},
	{OtherFormat, "other format", "a file that is not of the format of its name, or of none", ExitData, false, ""},
	{CutShort, "cut short", "a file whose end is missing", ExitData, false, ""},
	{Damaged, "damaged", "a file whose content contradicts itself", ExitData, false, ""},
	{OtherBytes, "other bytes", "a file with another SHA-256 than it is named with, or that changed while it was used", ExitData, false, ""},
	{NoDecoder, "no decoder", "encryption, compression or encodings that are not read", ExitData, false, ""},
	{OutOfProportion, "out of proportion", "a file that claims to hold far more than its size", ExitData, false, ""},
	{Pointer, "pointer", "a Git LFS pointer in the place of the data", ExitData, false, ""},
	{Unsorted, "unsorted", "rows that are not in the order of their dates", ExitData, false, "rows may come in any order: only a program that asks for sorted ones is told"},
	{RowTwice, "row twice", "two rows of one date, and of one symbol", ExitData, false, ""},
	{EmptyDate, "empty date", "a row without a date", ExitData, false, ""},
	{MixedTimes, "mixed times", "times of day or zones that do not tell one session a date", ExitData, false, ""},
	{FarDate, "far date", "a date before 1700 or after 2261", ExitData, false, ""},
	{NoColumn, "no column", "a column that is needed and not there", ExitData, false, ""},
	{BadCell, "bad cell", "a cell that is no number, date or word of its column", ExitData, false, ""},
	{NoFlatType, "no flat type", "a column of lists, maps or other types that are no prices", ExitData, false, ""},
	{ColumnTwice, "column twice", "two columns of one name", ExitData, false, ""},
	{UnknownAsset, "unknown asset", "a symbol that the prices or the targets do not have", ExitData, false, ""},
	{EmptyBeside, "empty beside", "opens, volumes or spreads that are missing", ExitData, false, ""},
	{OutOfRange, "out of range", "a price, rate, split or dividend outside its bounds", ExitData, false, ""},
	{Jump, "jump", "a price that jumps", ExitData, true, ""},
	{Stale, "stale", "a price that does not change for weeks", ExitData, true, ""},
	{Hole, "hole", "a price that is missing inside a series", ExitData, false, ""},
	{ListedLate, "listed late", "a series that begins after the first session", ExitData, false, ""},
	{EndedEarly, "ended early", "a series that ends before the last session", ExitData, false, ""},
	{NoPrice, "no price", "an asset without any price", ExitData, false, ""},
	{HundredTimes, "hundred times", "prices that go by a hundred and back: pence for pounds", ExitData, true, ""},
	{NoRate, "no rate", "an exchange rate that is needed and not there", ExitData, false, ""},
	{OtherCurrency, "other currency", "rates or prices in other units than the experiment says", ExitData, false, ""},
	{Returns, "returns", "values that look like returns, not prices", ExitData, false, ""},
	{BadCSV, "bad CSV", "a text that can be read in two ways", ExitData, false, ""},
	{BadSymbol, "bad symbol", "a symbol that is empty or has signs that no symbol has", ExitData, false, ""},
	{RepeatedRow, "repeated row", "rows in which all prices repeat: a closed market", ExitData, true, ""},
	{NotAdjusted, "not adjusted", "a step that looks like a split that the closes are not adjusted for", ExitData, false, ""},
	{DoubtfulRates, "doubtful rates", "yearly rates that are probably those of a day or a month, or end early", ExitData, true, ""},

	{FolderTaken, "folder taken", "the output folder, or file, holds something else", ExitOutput, false, ""},
	{NotWritten, "not written", "the output cannot be written", ExitOutput, false, ""},
	{DiskFull, "disk full", "no room is left on the disk", ExitOutput, false, "it takes a full disk: tests of the output folder and of sweeps make one fail in turn at every call"},
	{LinkInTheWay, "link in the way", "a link stands where the output would be written", ExitOutput, false, ""},
	{DamagedOutput, "damaged output", "an output that is not as it was written", ExitOutput, false, ""},
	{PartsMissing, "parts missing", "a sweep that is not there, or not complete", ExitOutput, false, ""},

	{FolderBusy, "folder busy", "another process writes into the output folder", ExitBusy, false, ""},

	{MemoryLimit, "memory limit", "more memory would be needed than is allowed", ExitLimit, false, ""},
	{TimeLimit, "time limit", "a file or a point of a sweep takes longer than it may; such a point is a failed one", ExitLimit, false, ""},
	{BooksLimit, "books limit", "an account that outgrows what the books can hold", ExitLimit, false, ""},

	{PointsFailed, "points failed", "some points of a sweep failed; the others are complete", ExitPoints, false, ""},

	{NoEngine, "no engine", "the commands of a batch system are not on this machine", ExitEngine, false, ""},
	{EngineRefused, "engine refused", "a batch system refused the job", ExitEngine, false, ""},
	{ArrayTooLarge, "array too large", "a batch system takes no array of so many tasks", ExitEngine, false, ""},
}

// KindOf is the kind of a code; not ok for a text that is none.
func KindOf(code string) (k Kind, ok bool) {
	i, ok := slices.BinarySearchFunc(Kinds, code, func(k Kind, code string) int { return cmp.Compare(k.Code, code) })
	if !ok {
		return Kind{}, false
	}
	return Kinds[i], true
}
