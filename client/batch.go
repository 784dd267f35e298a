package client

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// MaxBatch is how many calls [Client.Batch] sends at once.
const MaxBatch = 20

const (
	batchSeparator  = "\r\n-S-\r\n"
	separatorHeader = "top-api-separator"
	publicSegment   = "#PUBLIC#"
	emptySegment    = "N"
)

// BatchCall is one call of a [Client.Batch].
type BatchCall struct {
	Request Request
	Reply   any    // as for [Client.Execute]: a pointer to a struct, which no other call may share, or nil
	Session string // "" stands for the client's
}

// Batch sends 1 to [MaxBatch] calls in one request to /router/batch, in order, and decodes each answer into its call's
// Reply (top-protocol.md §7). Calls are independent: one that is refused does not stop the next, and none is ever
// repeated. Format, digest, app and partner_id are the client's. The public parameters travel in the query, with the
// client's session, and so may show up in access logs; [WithQuery] and [WithMultipart] change nothing.
//
// If the answers came, err is nil and errs has one error for each call, in order, nil where Reply is filled: [*Error] if
// the platform refused that call, [*UnknownOutcomeError] if it is a write whose answer can't be read, for a read that
// failure as it is.
//
// Otherwise errs is nil, every Reply is empty and err speaks for the whole batch: [*Error] if the platform refused it
// as a whole (that of a batch of one can't be told from its call's and stands in errs), [*UnknownOutcomeError] if there
// is a write among the calls and no answer came, or not as many as there are calls; if there are only reads that failure
// as it is; anything else was noticed before sending.
func (c *Client) Batch(ctx context.Context, calls ...BatchCall) (errs []error, err error) {
	segments, separator, err := segmentsOf(calls)
	if err != nil {
		return nil, fmt.Errorf("batch: %w", err)
	}
	req, err := c.batchRequest(ctx, []byte(strings.Join(segments, separator)), separator)
	if err != nil {
		return nil, fmt.Errorf("batch: %w", err)
	}
	body, err := c.roundTrip(req)
	var answers []string
	if err == nil {
		answers, err = splitAnswers(string(body), separator, len(calls))
	}
	if err != nil {
		onlyReads := !slices.ContainsFunc(calls, func(call BatchCall) bool { return !readOnly(call.Request) })
		return nil, afterSending("batch", onlyReads, err)
	}
	errs = make([]error, len(calls))
	for i, call := range calls {
		method := call.Request.Method()
		if err := decode(method, []byte(answers[i]), c.format == SimplifiedJSON, call.Reply); err != nil {
			errs[i] = afterSending(method, readOnly(call.Request), err)
			continue
		}
		noteAsked(call.Request, call.Reply)
	}
	return errs, nil
}

// batchRequest signs the public parameters and body, and puts them into an HTTP request.
func (c *Client) batchRequest(ctx context.Context, body []byte, separator string) (*http.Request, error) {
	query, err := c.public()
	if err != nil {
		return nil, err
	}
	if query["sign"], err = SignBody(c.digest, c.secret, query, body); err != nil {
		return nil, err
	}
	req, err := c.request(ctx, http.MethodPost, c.beside(batchPath)+"?"+encodeForm(query), "text/plain;charset=UTF-8", body)
	if err != nil {
		return nil, err
	}
	if separator != batchSeparator {
		req.Header.Set(separatorHeader, separator)
	}
	return req, nil
}

// segmentsOf clears the replies and writes the calls: first what all share, if that is anything, then what is left of
// each. A session stays with its call; only there is it known to be allowed.
func segmentsOf(calls []BatchCall) (segments []string, separator string, err error) {
	all, err := batchParams(calls)
	if err != nil {
		return nil, "", err
	}
	shared := map[string]string{}
	if len(all) > 1 {
		maps.Copy(shared, all[0])
		delete(shared, "session")
		for _, params := range all[1:] {
			maps.DeleteFunc(shared, func(name, value string) bool {
				own, found := params[name]
				return !found || own != value
			})
		}
	}
	if len(shared) > 0 {
		segments = append(segments, publicSegment+segment(shared, nil))
	}
	for _, params := range all {
		segments = append(segments, segment(params, shared))
	}
	return segments, separatorFor(segments, all), nil
}

// separatorFor returns the default, unless a value has it: the answer may repeat that as it is, though the request
// escapes it. A header can't hold line breaks, and no text holds its own digest.
func separatorFor(segments []string, all []map[string]string) string {
	for _, params := range all {
		for _, value := range params {
			if strings.Contains(value, batchSeparator) {
				sum := sha256.Sum256([]byte(strings.Join(segments, "&")))
				return "-S-" + hex.EncodeToString(sum[:20]) + "-S-"
			}
		}
	}
	return batchSeparator
}

// batchParams returns the parameters of each call with its method and own session, and clears its reply.
func batchParams(calls []BatchCall) ([]map[string]string, error) {
	if len(calls) == 0 || len(calls) > MaxBatch {
		return nil, fmt.Errorf("%d calls, want 1 to %d", len(calls), MaxBatch)
	}
	all := make([]map[string]string, len(calls))
	replies := map[any]bool{}
	for i, call := range calls {
		if call.Request == nil {
			return nil, fmt.Errorf("call %d: no request", i+1)
		}
		method := call.Request.Method()
		if err := clearReply(call.Reply); err != nil {
			return nil, fmt.Errorf("call %d, %s: %w", i+1, method, err)
		}
		if call.Reply != nil && replies[call.Reply] {
			return nil, fmt.Errorf("call %d, %s: an earlier call has the same reply", i+1, method)
		}
		replies[call.Reply] = true
		business, err := call.Request.Params()
		if err != nil {
			return nil, fmt.Errorf("call %d, %s: %w", i+1, method, err)
		}
		all[i] = map[string]string{}
		for name, value := range map[string]string{"method": method, "session": call.Session} {
			if value != "" {
				all[i][name] = value
			}
		}
		maps.Copy(all[i], business)
	}
	return all, nil
}

// segment writes the parameters that shared does not hold: urlencoded, sorted by name, the method first.
func segment(params, shared map[string]string) string {
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(params)), func(name string) bool {
		_, found := shared[name]
		return found || name == "method"
	})
	if _, found := shared["method"]; params["method"] != "" && !found {
		names = slices.Insert(names, 0, "method")
	}
	if len(names) == 0 {
		return emptySegment
	}
	pairs := make([]string, len(names))
	for i, name := range names {
		pairs[i] = url.QueryEscape(name) + "=" + url.QueryEscape(params[name])
	}
	return strings.Join(pairs, "&")
}

// splitAnswers returns one answer for each call. A single one for several calls is a refusal of the batch, or it tells
// nothing.
func splitAnswers(body, separator string, calls int) ([]string, error) {
	answers := strings.Split(body, separator)
	if len(answers) == calls {
		return answers, nil
	}
	count := fmt.Errorf("%d answers to %d calls", len(answers), calls)
	if len(answers) > 1 {
		return nil, count
	}
	tree, err := parse([]byte(body))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", count, err)
	}
	if refusal, found := tree.member(errorRoot); found {
		return nil, decodeError(refusal)
	}
	return nil, count
}
