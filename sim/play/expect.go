package play

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"syscall"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim/control"
)

// met is what a caller met: an answer, or something else.
type met struct {
	body        []byte
	err         error
	xml, rooted bool
}

// String tells it in words, or as it came.
func (m met) String() string {
	if transport := m.transport(); transport != "" {
		return "no answer: " + transport
	}
	return string(m.body)
}

// transport names what was met in place of an answer, "" if it was one.
func (m met) transport() string {
	var status *client.HTTPError
	switch {
	case errors.Is(m.err, context.Canceled):
		return "timeout"
	case errors.Is(m.err, syscall.ECONNRESET):
		return "reset"
	case errors.Is(m.err, io.ErrUnexpectedEOF):
		return "truncated"
	case errors.Is(m.err, io.EOF):
		return "empty"
	case errors.Is(m.err, gzip.ErrHeader):
		return "garbage" // under the header that announces gzip
	case errors.As(m.err, &status) && status.StatusCode == http.StatusBadGateway:
		return "html"
	case errors.As(m.err, &status):
		return "status"
	case m.err != nil:
		return m.err.Error()
	case !m.xml && !json.Valid(m.body):
		return "garbage"
	}
	return ""
}

// expectCall holds what the caller met, and what the journal has of it,
// against what the step says.
func (p *Player) expectCall(ctx context.Context, want control.StepExpect, got met, r *Result) error {
	if transport := got.transport(); transport != want.Transport {
		r.wrong("met %q, want %q: %v, %s", transport, want.Transport, got.err, got.body)
		return nil
	}
	entry, err := p.last(ctx)
	if err != nil {
		return err
	}
	if entry.Seq == p.seq {
		r.wrong("the call is not in the journal")
		return nil
	}
	if want.Outcome != "" && want.Outcome != entry.Outcome {
		r.wrong("outcome %s, want %s: %s", entry.Outcome, want.Outcome, got.body)
	}
	if want.Rule != nil && *want.Rule != entry.Rule {
		r.wrong("decided by %q, want %q", entry.Rule, *want.Rule)
	}
	if got.err == nil {
		expectBody(want, got, r)
	}
	return nil
}

// expectBody holds an answer against what a step says.
func expectBody(want control.StepExpect, got met, r *Result) {
	tree, err := got.tree()
	if err != nil {
		r.wrong("the answer can't be read: %v: %s", err, got.body)
		return
	}
	if want.Code != nil && show(at(tree, "code")) != strconv.Itoa(*want.Code) {
		r.wrong("code %s, want %d: %s", show(at(tree, "code")), *want.Code, got.body)
	}
	if want.SubCode != nil && show(at(tree, "sub_code")) != *want.SubCode {
		r.wrong("sub_code %s, want %s: %s", show(at(tree, "sub_code")), *want.SubCode, got.body)
	}
	if got.xml { // texts only, and lists are flat
		return
	}
	for _, path := range slices.Sorted(maps.Keys(want.Answer)) {
		if value := inJSON(at(tree, path)); value != want.Answer[path] {
			r.wrong("%s is %s, want %s: %s", path, value, want.Answer[path], got.body)
		}
	}
}

// inJSON writes a value as JSON, its kind included; what is absent is null.
func inJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}
