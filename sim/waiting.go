package sim

import (
	"math"
	"strings"
)

// Why describes what keeps money waiting: a set, for the assets of one amount may have
// different reasons.
type Why uint16

const (
	WhyNoBuy      Why = 1 << iota // purchases are restricted
	WhyHole                       // there was no price of the session
	WhyTargets                    // a target change came before the fill
	WhyListing                    // its asset left the targets before its listing
	WhyEnded                      // the asset ended
	WhyNoSell                     // of money owed: sales are restricted
	WhySettlement                 // of money owed: the proceeds have not settled
	WhyOrders                     // of money owed: the sales are not filled yet
	WhyGain                       // of money owed: sales would realise short-term gains
	WhySmall                      // of money owed: minimum, lots or costs leave no sale
	WhyNothing                    // of money owed: nothing is left to sell
)

var whyWords = [...]string{"no_buy", "hole", "target_change", "left_targets", "ended", "no_sell", "settlement", "open_orders", "short_term_gain", "too_small", "nothing_left"}

func (w Why) String() string {
	var words []string
	for k, word := range whyWords {
		if w>>k&1 != 0 {
			words = append(words, word)
		}
	}
	return strings.Join(words, "+")
}

// Waiting is money of a purchase that waits until one of its assets can be bought, or
// money owed that waits until it can be raised.
type Waiting struct {
	Amount Micros
	Since  int32   // session from which it waits
	Why    Why     // what keeps it
	Assets []int16 // ascending, whose purchases it is the money of; of money owed: none
}

// Wait notes in the log that an amount begins to wait, or that another amount of it
// is left; 0 ends it.
type Wait struct {
	Waiting
	Session int32 // from whose close on this holds
	First   int32 // place of the amount's first note in Log.Waits
	Owed    bool  // money owed, not money of a purchase
}

// idle is an amount in the queue of an account.
type idle struct {
	Waiting
	chance int   // first session at which it may be put before the policy
	now    bool  // it is put at the first close at which the policy is asked, with all cash: a target change cancelled its purchases
	note   int32 // place in the log of its first note
}

// queue is the money that waits, the oldest first.
type queue struct {
	idle  []idle
	kept  []float64 // by asset: what the decision at hand could not order, with costs
	owing Wait      // what is owed and cannot be raised
	out   []Waiting // room for the record
}

// reset empties the queue and keeps its room.
func (q *queue) reset() {
	q.idle, q.owing = q.idle[:0], Wait{Owed: true}
	clear(q.kept)
}

// enqueue lets an amount wait from session s on for the assets that are marked in
// a.kept, and clears the marks. now: it is put before the policy at this close.
func (a *account) enqueue(s int, amount Micros, why Why, now bool) {
	q := &a.queue
	if n := len(q.idle); n < cap(q.idle) {
		q.idle = q.idle[:n+1] // with the assets' room of an earlier one
	} else {
		q.idle = append(q.idle, idle{})
	}
	w := &q.idle[len(q.idle)-1]
	*w = idle{Waiting: Waiting{Amount: amount, Since: int32(s), Why: why, Assets: w.Assets[:0]}, note: -1}
	for i, x := range q.kept {
		if x > 0 {
			w.Assets = append(w.Assets, int16(i))
		}
	}
	clear(q.kept)
	if amount <= 0 || len(w.Assets) == 0 {
		q.idle = q.idle[:len(q.idle)-1]
		return
	}
	w.chance, w.now = s, now
	if !now {
		a.await(w, s+1)
	} else {
		a.add(askWaiting)
	}
	a.noteWait(s, w)
}

// await finds the first session from s on at which an amount can be put before the
// policy, as things are: new targets may change it.
func (a *account) await(w *idle, s int) {
	for w.chance = s; w.chance < a.end; w.chance++ {
		if a.canPut(w, w.chance) {
			a.event = min(a.event, w.chance)
			return
		}
	}
	w.chance = math.MaxInt
}

// canPut reports whether an amount can be put before the policy at a session after it began
// to wait: one of its assets can be bought, or is gone, ended or out of the targets.
func (a *account) canPut(w *idle, s int) bool {
	for _, i := range w.Assets {
		if a.given[i] == 0 || a.canBuy(s, int(i)) || a.hasEnded(s, int(i)) {
			return true
		}
	}
	return false
}

// reconsider looks for the chances of all that waits under the new targets of session s.
func (a *account) reconsider(s int) {
	for k := range a.queue.idle {
		if w := &a.queue.idle[k]; !w.now && int(w.Since) < s {
			a.await(w, s)
		}
	}
}

// canBuy reports whether asset i has a price of session s and no restriction keeps it from
// being bought.
func (a *account) canBuy(s, i int) bool {
	if !a.panel.Fresh(s, i) {
		return false
	}
	for _, r := range a.mandate.Terms.Rules {
		if r.Asset == i && s >= r.From && s < r.Until && (r.Rule == NoBuy || r.Rule == Hold) {
			return false
		}
	}
	return true
}

// markRoom makes room for what decisions cannot order.
func (a *account) markRoom() []float64 {
	if len(a.queue.kept) != a.panel.Assets() {
		a.queue.kept = make([]float64, a.panel.Assets())
	}
	return a.queue.kept
}

// ripen notes that a chance has come at session s.
func (a *account) ripen(s int) {
	for k := range a.queue.idle {
		if a.queue.idle[k].chance <= s {
			a.add(askWaiting)
		}
	}
}

// nextChance is the next session after s at which something of the queue may be put.
func (a *account) nextChance(s int) int {
	next := math.MaxInt
	for k := range a.queue.idle {
		if c := a.queue.idle[k].chance; c > s {
			next = min(next, c)
		}
	}
	return next
}

// put takes out of the queue what is put before the policy at session s: new is of
// purchases that a target change has cancelled since the policy was last asked, like a
// deposit; old has waited,
// and is at most the cash that is free. What was not ripe in spite of its chance waits
// for the next one.
func (a *account) put(s int) (new, old Micros) {
	q := &a.queue
	n := 0
	for k := range q.idle {
		w := &q.idle[k]
		switch {
		case w.chance > s:
		case w.now:
			new += w.Amount
			w.Amount = 0
		case a.canPut(w, s):
			old += w.Amount
			w.Amount = 0
		default:
			a.await(w, s+1)
		}
		if w.Amount == 0 {
			a.noteWait(s, w)
			continue
		}
		q.idle[n], q.idle[k] = q.idle[k], q.idle[n]
		n++
	}
	q.idle = q.idle[:n]
	return new, max(0, min(old, a.unclaimed()-new-ToMicros(a.view.toPay)))
}

// cancelled is the money of purchases that a target change has cancelled since the policy
// was last asked. What is bought for a listing before it is asked takes of it first.
func (a *account) cancelled() (sum Micros) {
	for k := range a.idle {
		if a.idle[k].now {
			sum += a.idle[k].Amount
		}
	}
	return sum
}

// spendCancelled takes what the orders just placed set aside out of that money, and
// returns what it took.
func (a *account) spendCancelled(s int) (took Micros) {
	spent := Micros(0)
	for j := range a.orders {
		if o := &a.orders[j]; o.Units > 0 && o.State == StatePending {
			spent += ToMicros(a.outgoing(s, j, a.orders[j].left))
		}
	}
	n := 0
	for k := range a.idle {
		w := &a.idle[k]
		if w.now && spent > 0 {
			x := min(spent, w.Amount)
			spent -= x
			took += x
			w.Amount -= x
			a.noteWait(s, w)
		}
		if w.Amount > 0 {
			a.idle[n], a.idle[k] = a.idle[k], a.idle[n]
			n++
		}
	}
	a.idle = a.idle[:n]
	return took
}

// endWaits ends the waiting of all that waits: a decision has traded.
func (a *account) endWaits(s int) {
	for k := range a.queue.idle {
		w := &a.queue.idle[k]
		w.Amount = 0
		a.noteWait(s, w)
	}
	a.queue.idle = a.queue.idle[:0]
	a.drop(askWaiting)
}

// fitWaits cuts what waits to the cash that payments have left, the latest first.
func (a *account) fitWaits(s int) {
	over := a.inQueue() - max(0, a.cash+a.unsettled-a.newDeposits)
	for k := len(a.idle) - 1; k >= 0 && over > 0; k-- {
		w := &a.idle[k]
		x := min(over, w.Amount)
		w.Amount -= x
		over -= x
		a.noteWait(s, w)
		if w.Amount == 0 {
			a.idle = a.idle[:k]
		}
	}
}

// inQueue is all that waits.
func (a *account) inQueue() (sum Micros) {
	for k := range a.idle {
		sum += a.idle[k].Amount
	}
	return sum
}

// unclaimed is the cash that nothing has a claim to.
func (a *account) unclaimed() Micros {
	return a.cash + a.unsettled - a.claims() - a.reserve.Plus(a.pendingWithdrawals).Plus(a.taxOwed).Plus(a.newDeposits)
}

// noteWait logs what is left of an amount.
func (a *account) noteWait(s int, w *idle) {
	if a.log == nil {
		return
	}
	l := a.log
	at := int32(len(l.Waits))
	if w.note < 0 {
		w.note = at
	}
	from := len(l.assets)
	l.assets = append(l.assets, w.Assets...)
	x := Wait{Waiting: w.Waiting, Session: int32(s), First: w.note}
	x.Assets = l.assets[from:len(l.assets):len(l.assets)]
	l.Waits = append(l.Waits, x)
}

// waitsLeft is what still waits, for the record: at most the cash that is there, the
// oldest first.
func (a *account) waitsLeft() []Waiting {
	a.queue.out = a.queue.out[:0]
	cash := a.cash + a.unsettled
	for k := range a.queue.idle {
		w := a.queue.idle[k].Waiting
		if w.Amount = min(w.Amount, cash); w.Amount <= 0 {
			continue
		}
		cash -= w.Amount
		a.queue.out = append(a.queue.out, w)
	}
	return a.queue.out
}

// offer puts before the policy what came in, and what waited and can be bought now. It
// returns the latter.
func (a *account) offer(s int, v *View) Micros {
	new, old := Micros(0), Micros(0)
	if a.has(askTargets) && a.before != nil {
		a.unlist(s, v)
	}
	if a.drop(askWaiting); len(a.idle) > 0 {
		new, old = a.put(s)
	}
	clear(a.kept)
	v.Changed, v.Deposit = a.has(askTargets), (a.newDeposits + new + old).Money()
	v.Idle = old > 0 && a.newDeposits == 0 && new == 0
	return new + old
}

// wait ends the waiting that a decision ends, and begins that of what it could not
// order.
func (a *account) wait(s int, v *View, verdict *Verdict, put Micros, traded, quiet bool) {
	alone := v.Idle && !verdict.Act // nothing but what was put was spent
	if traded && !alone && len(a.idle) > 0 {
		a.endWaits(s)
	}
	switch {
	case quiet || !verdict.Act && verdict.Cause == CauseNone:
		clear(a.kept)
	case alone:
		a.keep(s, put, false, verdict.Funding)
	default:
		a.keepAll(s, verdict.Funding)
	}
}
