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
	data, contentType, err := encoded(in)
	if err != nil {
		return err
	}
	target := r.base + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(data))
	if err != nil {
		return err
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	resp, err := r.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err = io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	if report, ok := out.(report); ok && resp.StatusCode == http.StatusConflict && json.Unmarshal(data, report) == nil && report.failed() {
		return nil // the answer is no, which is not a failure of the call
	}
	if resp.StatusCode >= http.StatusBadRequest {
		return asError(resp.StatusCode, data)
	}
	switch out := out.(type) {
	case nil:
		return nil
	case *[]byte:
		*out = data
		return nil
	}
	if err := json.Unmarshal(data, out); err != nil {
		return fmt.Errorf("%s is not topsim's admin address: %w", r.base, err)
	}
	return nil
}

// report is an answer whose no comes with status 409, so that curl -f notices.
type report interface{ failed() bool }

func (v *Verification) failed() bool { return !v.OK && len(v.Reasons) > 0 }
func (v *Invariants) failed() bool   { return !v.OK && len(v.Violations) > 0 }

// encoded turns what is to be sent into a body: bytes as they are, anything
// else as JSON.
func encoded(in any) (data []byte, contentType string, err error) {
	switch in := in.(type) {
	case nil:
		return nil, "", nil
	case []byte:
		return in, "application/yaml", nil
	}
	if data, err = json.Marshal(in); err != nil {
		return nil, "", fmt.Errorf("encode request: %w", err)
	}
	return data, "application/json", nil
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

func (r *remote) Ready(ctx context.Context) (ready Readiness, err error) {
	err = r.call(ctx, http.MethodGet, "/readyz", nil, nil, &ready)
	return ready, err
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
	if q.Wait != 0 {
		query.Set("wait", q.Wait.String())
	}
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

func (r *remote) Scenarios(ctx context.Context, world string) (list []Scenario, err error) {
	err = r.call(ctx, http.MethodGet, worldPath(world, "scenarios"), nil, nil, &list)
	return list, err
}

func (r *remote) Scenario(ctx context.Context, world, name string) (scenario Scenario, err error) {
	err = r.call(ctx, http.MethodGet, worldPath(world, "scenarios", name), nil, nil, &scenario)
	return scenario, err
}

func (r *remote) UseScenario(ctx context.Context, world, name string, definition []byte) (scenario Scenario, err error) {
	err = r.call(ctx, http.MethodPut, worldPath(world, "scenarios", name), nil, definition, &scenario)
	return scenario, err
}

func (r *remote) StopScenario(ctx context.Context, world, name string) error {
	return r.call(ctx, http.MethodDelete, worldPath(world, "scenarios", name), nil, nil, nil)
}

func (r *remote) StopScenarios(ctx context.Context, world string) error {
	return r.call(ctx, http.MethodDelete, worldPath(world, "scenarios"), nil, nil, nil)
}

func (r *remote) AddRule(ctx context.Context, world string, rule []byte) (added Rule, err error) {
	err = r.call(ctx, http.MethodPost, worldPath(world, "rules"), nil, rule, &added)
	return added, err
}

func (r *remote) Verify(ctx context.Context, world string, want Expectations) (check Verification, err error) {
	err = r.call(ctx, http.MethodPost, worldPath(world, "verify"), nil, want, &check)
	return check, err
}

func (r *remote) Lint(ctx context.Context, world string) (report LintReport, err error) {
	err = r.call(ctx, http.MethodGet, worldPath(world, "lint"), nil, nil, &report)
	return report, err
}

func (r *remote) Invariants(ctx context.Context, world string) (report Invariants, err error) {
	err = r.call(ctx, http.MethodGet, worldPath(world, "invariants"), nil, nil, &report)
	return report, err
}

func (r *remote) Snapshot(ctx context.Context, world string) (snapshot []byte, err error) {
	err = r.call(ctx, http.MethodGet, worldPath(world, "snapshot"), nil, nil, &snapshot)
	return snapshot, err
}

func (r *remote) Restore(ctx context.Context, world string, snapshot []byte) error {
	return r.call(ctx, http.MethodPut, worldPath(world, "snapshot"), nil, snapshot, nil)
}
