package sim

import (
	"github.com/topsim/topsim/sim/internal/journal"
	"github.com/topsim/topsim/sim/internal/top"
)

// keptEntry is a call of the journal. Its request stands beside it, because the
// journal does not know what kind of thing it is.
type keptEntry struct {
	Entry   journal.Entry
	Request *keptRequest
}

// keptRequest is a top.Request that is over: nobody asks its functions any more.
type keptRequest struct {
	Verb           string
	Params         map[string]string
	Order          []string
	Files          map[string]top.File
	Body           []byte
	IP             string
	Broken, Unbent bool
	Vouched        *top.Voucher
}

func keepEntry(e journal.Entry) keptEntry {
	out := keptEntry{Entry: e}
	if r, is := e.Request.(*top.Request); is {
		out.Request = &keptRequest{r.Verb, r.Params, r.Order, r.Files, r.Body, r.IP, r.Broken, r.Unbent, r.Vouched}
	}
	out.Entry.Request = nil
	return out
}

func (k keptEntry) entry() journal.Entry {
	e := k.Entry
	if r := k.Request; r != nil {
		e.Request = &top.Request{
			Verb: r.Verb, Params: r.Params, Order: r.Order, Files: r.Files, Body: r.Body, IP: r.IP, Broken: r.Broken, Unbent: r.Unbent,
			Vouched: r.Vouched,
		}
	}
	return e
}
