package sim

// reasons is a set: why the policy must be asked at the next close at which nothing is open.
type reasons uint8

const (
	askFlow    reasons = 1 << iota // money came, or is to go
	askTargets                     // the owner has new targets
	askListing                     // an asset is listed, whose share waits in cash
	askOwed                        // what is owed has to be raised
	askBatch                       // queued orders may go out
	askRelease                     // the batch is to go as a whole, at this close or when orders let it
	askWaiting                     // what waits may be bought now

	mustSee = askFlow | askTargets | askListing | askOwed // a policy sees these even where it does not look
)

// has reports whether there is any of some reasons.
func (r reasons) has(some reasons) bool { return r&some != 0 }

// add and drop change the set.
func (r *reasons) add(some reasons)  { *r |= some }
func (r *reasons) drop(some reasons) { *r &^= some }
