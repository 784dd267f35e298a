package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// remote is the control plane of a simulator in another process.
type remote struct {
	base, token string
	http        *http.Client
}

// Dial returns the Control of the simulator whose admin address is base, such
// as http://127.0.0.1:8621; it connects with the first call. token is the
// --admin-token, "" if there is none.
func Dial(base, token string) Control {
	return &remote{base: strings.TrimRight(base, "/"), token: token, http: &http.Client{}}
}

func (r *remote) call(ctx context.Context, method, path string, query url.Values, in, out any) error {
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("encode request: %w", err)
		}
		body = bytes.NewReader(data)
	}
	target := r.base + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		return err
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	resp, err := r.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	if resp.StatusCode >= http.StatusBadRequest {
		return asError(resp.StatusCode, data)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(data, out); err != nil {
		return fmt.Errorf("%s is not topsim's admin address: %w", r.base, err)
	}
	return nil
}

// asError reads the error body; whatever else came back is quoted.
func asError(status int, data []byte) error {
	var body struct {
		Error *Error `json:"error"`
	}
	if err := json.Unmarshal(data, &body); err != nil || body.Error == nil {
		return errors.New("HTTP " + strconv.Itoa(status) + ": " + strings.TrimSpace(string(data)))
	}
	return body.Error
}

func worldPath(world string, parts ...string) string {
	path := "/admin/worlds/" + url.PathEscape(world)
	for _, part := range parts {
		path += "/" + url.PathEscape(part)
	}
	return path
}

// filled leaves out what is empty.
func filled(pairs ...string) url.Values {
	query := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" && pairs[i+1] != "0" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	return query
}

func (r *remote) Ready(ctx context.Context) error {
	return r.call(ctx, http.MethodGet, "/readyz", nil, nil, nil)
}

func (r *remote) Worlds(ctx context.Context) (worlds []World, err error) {
	err = r.call(ctx, http.MethodGet, "/admin/worlds", nil, nil, &worlds)
	return worlds, err
}

func (r *remote) CreateWorld(ctx context.Context, spec WorldSpec) (access WorldAccess, err error) {
	err = r.call(ctx, http.MethodPost, "/admin/worlds", nil, spec, &access)
	return access, err
}

func (r *remote) ResetWorld(ctx context.Context, world string) error {
	return r.call(ctx, http.MethodPost, worldPath(world, "reset"), nil, nil, nil)
}

func (r *remote) DropWorld(ctx context.Context, world string) error {
	return r.call(ctx, http.MethodDelete, worldPath(world), nil, nil, nil)
}

func (r *remote) Refunds(ctx context.Context, world string, q RefundQuery) (refunds []Refund, err error) {
	err = r.call(ctx, http.MethodGet, worldPath(world, "refunds"), filled("shop", q.Shop, "status", q.Status), nil, &refunds)
	return refunds, err
}

func (r *remote) Refund(ctx context.Context, world, id string) (refund Refund, err error) {
	err = r.call(ctx, http.MethodGet, worldPath(world, "refunds", id), nil, nil, &refund)
	return refund, err
}

func (r *remote) CreateRefund(ctx context.Context, world string, in NewRefund) (refund Refund, err error) {
	err = r.call(ctx, http.MethodPost, worldPath(world, "refunds"), nil, in, &refund)
	return refund, err
}

func (r *remote) Act(ctx context.Context, world, id string, e Event) (refund Refund, err error) {
	err = r.call(ctx, http.MethodPost, worldPath(world, "refunds", id, "events"), nil, e, &refund)
	return refund, err
}

func (r *remote) SMS(ctx context.Context, world string, q SMSQuery) (messages []SMS, err error) {
	query := filled("to", q.To, "refund_id", q.RefundID, "after", strconv.FormatInt(q.After, 10))
	if q.Wait != 0 {
		query.Set("wait", q.Wait.String())
	}
	err = r.call(ctx, http.MethodGet, worldPath(world, "sms"), query, nil, &messages)
	return messages, err
}

func (r *remote) Clock(ctx context.Context, world string) (clock Clock, err error) {
	err = r.call(ctx, http.MethodGet, worldPath(world, "clock"), nil, nil, &clock)
	return clock, err
}

func (r *remote) MoveClock(ctx context.Context, world string, m ClockMove) (clock Clock, err error) {
	err = r.call(ctx, http.MethodPost, worldPath(world, "clock"), nil, m, &clock)
	return clock, err
}

func (r *remote) Journal(ctx context.Context, world string, q JournalQuery) (journal Journal, err error) {
	query := filled("method", q.Method, "refund_id", q.RefundID, "outcome", q.Outcome,
		"after", strconv.FormatInt(q.After, 10), "limit", strconv.Itoa(q.Limit))
	err = r.call(ctx, http.MethodGet, worldPath(world, "journal"), query, nil, &journal)
	return journal, err
}

func (r *remote) JournalEntry(ctx context.Context, world, requestID string) (entry Entry, err error) {
	err = r.call(ctx, http.MethodGet, worldPath(world, "journal", requestID), nil, nil, &entry)
	return entry, err
}

func (r *remote) Explain(ctx context.Context, world, requestID string) (explanation Explanation, err error) {
	err = r.call(ctx, http.MethodGet, worldPath(world, "explain", requestID), nil, nil, &explanation)
	return explanation, err
}

func (r *remote) ClearJournal(ctx context.Context, world string) error {
	return r.call(ctx, http.MethodDelete, worldPath(world, "journal"), nil, nil, nil)
}
