package journal

import (
	"time"

	"github.com/topsim/topsim/sim/internal/pack"
)

// packed is an entry as the ring keeps it: in a fifth of the room, and with next
// to nothing for the collector to look for. Its place tells its number.
type packed struct {
	at      time.Time
	request any
	rest    string
}

// pack returns the entry packed, and the room that it was packed in.
func (e *Entry) pack(room []byte) (packed, []byte) {
	w := pack.Writer(room)
	e.walk(&w)
	return packed{at: e.At, request: e.Request, rest: string(w.Bytes())}, w.Bytes()
}

// entry returns the entry with a number.
func (p packed) entry(seq int64) Entry {
	e := Entry{Seq: seq, At: p.at, Request: p.request}
	w := pack.Reader(p.rest)
	e.walk(&w)
	return e
}

// walk goes over what is not in packed itself.
func (e *Entry) walk(w *pack.Walk) {
	for _, s := range [...]*string{
		&e.RequestID, &e.Door, &e.Verb, &e.Path, &e.Method, &e.AppKey, &e.Account, &e.Outcome, &e.Check, &e.ErrorKey, &e.SubCode, &e.Detail,
		&e.Body, &e.Delivered, &e.Fault, &e.Rule, &e.Missed,
	} {
		pack.Text(w, s)
	}
	pack.Texts(w, &e.Params)
	pack.Number(w, &e.Code)
	pack.Number(w, &e.Status)
	pack.Flag(w, &e.Committed)
	pack.Flag(w, &e.Signed)
	for _, list := range [...]*[]string{&e.Files, &e.Effects, &e.RefundIDs, &e.Secrets} {
		pack.Items(w, list, pack.Text[string])
	}
	pack.Items(w, &e.Refusals, func(w *pack.Walk, r *Refusal) {
		pack.Text(w, &r.RefundID)
		pack.Text(w, &r.Reason)
		pack.Text(w, &r.Detail)
	})
}
