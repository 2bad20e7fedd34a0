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
	{BadSyntax, "bad syntax", "the text is not the YAML of experiments", ExitConfig, false, ""},
	{UnknownWord, "unknown word", "an unknown key, word or path", ExitConfig, false, ""},
	{KeyTwice, "key twice", "a key is given twice in one map", ExitConfig, false, ""},
	{BadValue, "bad value", "a value of the wrong kind, or outside its bounds", ExitConfig, false, ""},
	{NotFinite, "not finite", "a number that is not finite", ExitConfig, false, ""},
	{EmptyValue, "empty value", "a key without a value, or an empty value", ExitConfig, false, ""},
	{Separators, "separators", "a number with thousands separators or a decimal comma", ExitConfig, false, ""},
	{NotPlain, "not plain", "not one plain UTF-8 document of at most 1 MiB, or more findings than are listed", ExitConfig, false, ""},
	{BackwardPeriod, "backward period", "a period that ends before it begins", ExitConfig, false, ""},
	{OutsideData, "outside the data", "a date or a period outside the sessions of the data", ExitConfig, false, ""},
	{WeightSum, "weight sum", "target weights that do not sum to 1", ExitConfig, false, ""},
	{BadWeight, "bad weight", "a target weight below 0 or above 1", ExitConfig, false, ""},
	{BadBand, "bad band", "a limit outside its bounds, or one that no weight can leave", ExitConfig, false, ""},
	{BadRail, "bad rail", "an inner rail that does not suit its band", ExitConfig, false, ""},
	{BadSchedule, "bad schedule", "an unknown frequency", ExitConfig, false, ""},
	{BadCost, "bad cost", "a cost or a tax rate outside its bounds, or keys of a cost that do not suit one another", ExitConfig, false, ""},
	{BadMoney, "bad money", "an amount of money or shares outside its bounds", ExitConfig, false, ""},
	{TooManyPoints, "too many points", "a sweep of more than 1,000,000 points", ExitConfig, false, ""},
	{BadSweep, "bad sweep", "an axis, a point or a constraint of a sweep that makes no sense", ExitConfig, false, ""},
	{BadTargets, "bad targets", "targets that are missing, given twice or too many; settings that their data do not use", ExitConfig, false, ""},
	{KeyMissing, "key missing", "a required key that is missing", ExitConfig, false, ""},
	{DoubtfulSetting, "doubtful setting", "a setting that is allowed but rarely intended", ExitConfig, true, ""},
	{UnusualPeriods, "unusual periods", "sessions with an unusual number of periods per year", ExitConfig, true, ""},

	{NoFile, "no file", "a file of data cannot be opened", ExitData, false, ""},
	{EmptyFile, "empty file", "a file or a table without content", ExitData, false, ""},
	{OtherFormat, "other format", "a file whose content does not match its name, or has no known format", ExitData, false, ""},
	{CutShort, "cut short", "a file whose end is missing", ExitData, false, ""},
	{Damaged, "damaged", "a file whose content contradicts itself", ExitData, false, ""},
	{OtherBytes, "other bytes", "a file whose SHA-256 differs from the expected one, or that changed during use", ExitData, false, ""},
	{NoDecoder, "no decoder", "encryption, compression or encodings that are not supported", ExitData, false, ""},
	{OutOfProportion, "out of proportion", "a file that claims far more content than its size allows", ExitData, false, ""},
	{Pointer, "pointer", "a Git LFS pointer in the place of the data", ExitData, false, ""},
	{Unsorted, "unsorted", "rows that are not in the order of their dates", ExitData, false, "rows may come in any order: only a program that asks for sorted ones is told"},
	{RowTwice, "row twice", "two rows with the same date and symbol", ExitData, false, ""},
	{EmptyDate, "empty date", "a row without a date", ExitData, false, ""},
	{MixedTimes, "mixed times", "times of day or time zones that do not give one session per date", ExitData, false, ""},
	{FarDate, "far date", "a date before 1700 or after 2261", ExitData, false, ""},
	{NoColumn, "no column", "a required column that is missing", ExitData, false, ""},
	{BadCell, "bad cell", "a cell that is not a number, date or word of its column", ExitData, false, ""},
	{NoFlatType, "no flat type", "a column of lists, maps or other types that cannot be prices", ExitData, false, ""},
	{ColumnTwice, "column twice", "two columns with the same name", ExitData, false, ""},
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
	{NoRate, "no rate", "a required exchange rate that is missing", ExitData, false, ""},
	{OtherCurrency, "other currency", "rates or prices in other units than the experiment says", ExitData, false, ""},
	{Returns, "returns", "values that look like returns, not prices", ExitData, false, ""},
	{BadCSV, "bad CSV", "a text that can be read in two ways", ExitData, false, ""},
	{BadSymbol, "bad symbol", "a symbol that is empty or has characters not allowed in symbols", ExitData, false, ""},
	{RepeatedRow, "repeated row", "rows in which all prices repeat: a closed market", ExitData, true, ""},
	{NotAdjusted, "not adjusted", "a step that looks like a split that the closes are not adjusted for", ExitData, false, ""},
	{DoubtfulRates, "doubtful rates", "yearly rates that are probably those of a day or a month, or end early", ExitData, true, ""},

	{FolderTaken, "folder taken", "the output folder or file contains something else", ExitOutput, false, ""},
	{NotWritten, "not written", "the output cannot be written", ExitOutput, false, ""},
	{DiskFull, "disk full", "no space is left on the disk", ExitOutput, false, "it takes a full disk: tests of the output folder and of sweeps make one fail in turn at every call"},
	{LinkInTheWay, "link in the way", "a link is in the place of the output", ExitOutput, false, ""},
	{DamagedOutput, "damaged output", "an output that differs from its manifest", ExitOutput, false, ""},
	{PartsMissing, "parts missing", "a sweep that is missing or incomplete", ExitOutput, false, ""},

	{FolderBusy, "folder busy", "another process writes into the output folder", ExitBusy, false, ""},

	{MemoryLimit, "memory limit", "more memory needed than allowed", ExitLimit, false, ""},
	{TimeLimit, "time limit", "a file or a point of a sweep takes longer than allowed; such a point fails", ExitLimit, false, ""},
	{BooksLimit, "books limit", "an account too large for the books", ExitLimit, false, ""},

	{PointsFailed, "points failed", "some points of a sweep failed; the others are complete", ExitPoints, false, ""},

	{NoEngine, "no engine", "the commands of a batch system are not installed on this machine", ExitEngine, false, ""},
	{EngineRefused, "engine refused", "a batch system refused the job", ExitEngine, false, ""},
	{ArrayTooLarge, "array too large", "a batch system accepts no array of so many tasks", ExitEngine, false, ""},
}

// KindOf is the kind of a code; not ok for a text that is none.
func KindOf(code string) (k Kind, ok bool) {
	i, ok := slices.BinarySearchFunc(Kinds, code, func(k Kind, code string) int { return cmp.Compare(k.Code, code) })
	if !ok {
		return Kind{}, false
	}
	return Kinds[i], true
}
