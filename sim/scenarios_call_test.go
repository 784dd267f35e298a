package sim_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/client/partner"
	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/scenario"
)

// Who calls where a step does not say: the demo world's first app, as one of
// its sub-accounts.
const demoApp, demoSession = "12345678", "c-sub"

// patience is how long a caller that is to meet no answer waits for one after
// its call was dealt with.
const patience = 100 * time.Millisecond

// call makes the call of a step and returns what the caller met.
func (p *player) call(step scenario.Step) met {
	fill := strings.NewReplacer("${code}", p.code, "${version}", p.version, "${fee}", p.fee)
	params := map[string]string{}
	for name, value := range step.Params {
		params[name] = fill.Replace(string(value))
	}
	p.seq = p.last().Seq
	ctx, hangUp := context.WithCancel(context.Background())
	defer hangUp()
	if step.Expect != nil && step.Expect.Transport == "timeout" {
		go p.loseHeart(ctx, hangUp)
	}
	if step.Call == "partner" {
		return p.callPartner(ctx, params)
	}
	format := client.JSON
	if p.xml {
		format = client.XML
	}
	app := p.app(cmp.Or(string(step.App), demoApp))
	c := client.New(p.world.GatewayURL, app.AppKey, app.AppSecret, client.WithFormat(format), client.WithHTTPClient(p.http),
		client.WithSession(p.world.Sessions[cmp.Or(string(step.Session), demoSession)]))
	body, err := c.Call(ctx, step.Call, params)
	return met{body: body, err: err, xml: p.xml, rooted: true}
}

// loseHeart hangs up on a call that was dealt with and is not answered.
func (p *player) loseHeart(ctx context.Context, hangUp func()) {
	defer hangUp()
	query := control.JournalQuery{After: p.seq, Wait: control.MaxWait}
	if _, err := p.control.Journal(ctx, p.world.Name, query); err != nil {
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(patience):
	}
}

// app returns the world's own credentials for an app of the fixture.
func (p *player) app(key string) control.AppAccess {
	for _, app := range p.world.Apps {
		if app.Fixture == key {
			return app
		}
	}
	p.t.Fatalf("the demo world has no app %s", key)
	return control.AppAccess{}
}

// callPartner calls the partner gateway. A sign or timestamp of the step's own
// is sent as it is.
func (p *player) callPartner(ctx context.Context, params map[string]string) met {
	now, err := p.control.Clock(ctx, p.world.Name)
	must(p.t, err)
	at, err := time.Parse(time.RFC3339, now.Now)
	must(p.t, err)
	door := p.world.Partner
	all := map[string]string{"appid": door.AppID, "sysid": door.SysIDs[0], "timestamp": strconv.FormatInt(at.Unix(), 10)}
	form := url.Values{}
	for name, value := range params {
		all[name] = value
	}
	if all["sign"] == "" {
		all["sign"] = partner.Sign(door.Secret, all)
	}
	for name, value := range all {
		form.Set(name, value)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, door.URL, strings.NewReader(form.Encode()))
	must(p.t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := p.http.Do(request)
	if err != nil {
		return met{err: err}
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = &client.HTTPError{StatusCode: answer.StatusCode, Status: answer.Status}
	}
	return met{body: body, err: err}
}

// met is what a caller met: an answer, or something else.
type met struct {
	body        []byte
	err         error
	xml, rooted bool
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
