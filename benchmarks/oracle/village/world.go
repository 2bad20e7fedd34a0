package village

import "time"

// World is everything a run depends on: prices, villages, what their members do, the pool,
// costs and rules. Sessions count from 0, the opening. Malformed input panics: the callers
// are tests.
type World struct {
	Assets   []string
	Prices   [][]Rat     // closes by session and asset, above 0
	Dates    []time.Time // of each session; nil where no rule counts days or months
	Villages []Village
	Flows    []Flow // in the order of the file
	Actions  []Action
	Pool     *Pool // nil: none
	Costs    []Cost
	Rules    Rules
}

// Village is one account with its members. Targets are by asset and sum to 1.
type Village struct {
	Name     string
	Targets  []Rat
	Changes  []Change
	TaxAware bool           // who sells is chosen by 4.13
	Tax      *Tax           // nil: no lots are kept
	Lock     map[string]int // members whose shares are not sold before a session
	Month    map[string][]int
}

// Change is new targets from a session on (SPEC 2.6): it forces a look.
type Change struct {
	Session int
	Targets []Rat
}

// Segment is how villages of a size look (SPEC 2.1): the first counts whose NAV is reached
// at the look. Pause is in months after the last rebalance.
type Segment struct {
	NAV   Rat
	Pause int
}

// Tax says when a gain is long: when a lot is held for more than so many sessions, or days.
type Tax struct {
	LongAfter int
	InDays    bool
	Lots      string // fifo (""), lifo, highest_cost: of own orders
}

// Flow is what a member brings (+) or takes (-) at a session: money, or with an asset
// shares. All: he leaves.
type Flow struct {
	Session   int
	Village   string
	Member    string
	Shares    bool
	Asset     int // with Shares
	Amount    Rat
	All       bool
	Announced int // session; used by forecasts alone
}

// Action is a corporate action at the start of a session: shares after it for one before
// (Split), cash a share (Dividend), or the end of an asset at a price a share (End).
type Action struct {
	Session, Asset int
	Split          Rat
	Dividend       Rat
	End            Rat
}

// Pool has money and shares of its own (4.8).
type Pool struct {
	Cash        Rat
	Held        []Rat
	Reserve     Rat // money; nil: 0
	ReservePart Rat // of its NAV, in place of Reserve; nil: none
	Limit       Rat // a company's largest part of its NAV; nil: none
	Spread      Rat // basis points; nil: 0
	Priority    string
	Order       []string // villages, with the priority listed
	Flows       []PoolFlow
}

// PoolFlow is money that comes into (+) or leaves (-) the pool.
type PoolFlow struct {
	Session int
	Amount  Rat
}

// Cost is one component of what trading on the market costs: basis points of the value, or
// a fixed amount a part.
type Cost struct {
	Name  string // as in the output
	Rate  Rat    // basis points; nil: 0
	Fixed Rat    // money; nil: 0
	Side  string // buy, sell, "" for both
}

// Rules is the policy, the market and what is forbidden.
type Rules struct {
	Look       []int
	Segments   []Segment // the largest first; nil: no pauses
	Money      Rat       // |deviation| must exceed it; nil: 0
	PerNAV     Rat       // the money limit is for so much NAV; nil: as it is
	Percent    Rat       // |relative| must exceed it
	Scope      string
	Mini       *Mini
	Funding    string // self_financing (""), flows_only, contributions_first, reduction, growth
	Minimum    Rat
	Batch      *Batch
	SameClose  bool
	Settle     int      // sessions until a sale is paid; exchanges settle at once
	Bridge     bool     // unsettled proceeds pay for purchases; else purchases wait for them
	Routes     []string // nil: cross, exchange, pool, market as far as there is a pool
	Capacity   Rat      // money a company, side and session on the market; nil: no limit
	CrossFee   Rat      // basis points a side; nil: 0
	Forbidden  []Restriction
	Alert      Rat // |relative| beyond it is an alert; nil: none
	AlertDrift Rat // half the sum beyond it is an alert; nil: none
}

// Mini is a mini-rebalance between the looks (4.12).
type Mini struct {
	Look             []int
	Deviation, Major Rat
	Largest          int
}

// Batch collects orders below the minimum (4.10). Urgent nil: nothing is.
type Batch struct {
	Release []int
	Urgent  Rat
}

// Restriction forbids a side on sessions From to Until, both included (Until < 0: for good).
// Empty lists mean all.
type Restriction struct {
	Assets      []int
	Rule        string // no_sell, no_buy, hold
	From, Until int
	Routes      []string
	Villages    []string
	Members     []string // then it is for their own orders alone
}
