package play

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/client/partner"
	"github.com/topsim/topsim/sim/control"
)

// Who calls where a step does not say: the demo world's first app, as one of
// its sub-accounts.
const demoApp, demoSession = "12345678", "c-sub"

// patience is how long a caller that is to meet no answer waits for one after
// its call was dealt with.
const patience = 100 * time.Millisecond

// sender is an http.RoundTripper.
type sender func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f sender) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// named adds the header that names a scenario.
func (p *Player) named(r *http.Request) (*http.Response, error) {
	if p.Header != "" {
		r = r.Clone(r.Context())
		r.Header.Set("X-Topsim-Scenario", p.Header)
	}
	return p.wire.RoundTrip(r)
}

// makeCall makes the call of a step and holds it against what is expected.
func (p *Player) makeCall(ctx context.Context, step control.Step, r *Result) error {
	last, err := p.last(ctx)
	if err != nil {
		return err
	}
	p.seq = last.Seq
	got, err := p.call(ctx, step)
	if err != nil {
		return err
	}
	r.came("%s", got)
	if step.Expect == nil {
		return nil
	}
	return p.expectCall(ctx, *step.Expect, got, r)
}

// call makes the call of a step and returns what the caller met.
func (p *Player) call(ctx context.Context, step control.Step) (met, error) {
	fill := strings.NewReplacer("${code}", p.code, "${version}", p.version, "${fee}", p.fee)
	params := map[string]string{}
	for name, value := range step.Params {
		params[name] = fill.Replace(value)
	}
	ctx, hangUp := context.WithCancel(ctx)
	defer hangUp()
	if step.Expect != nil && step.Expect.Transport == "timeout" {
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			p.loseHeart(ctx, hangUp)
		}()
		defer func() { hangUp(); <-gone }()
	}
	if step.Call == "partner" {
		return p.callPartner(ctx, params)
	}
	app, err := p.app(cmp.Or(step.App, demoApp))
	if err != nil {
		return met{}, err
	}
	format := client.JSON
	if p.XML {
		format = client.XML
	}
	c := client.New(p.world.GatewayURL, app.AppKey, app.AppSecret, client.WithFormat(format), client.WithHTTPClient(p.http),
		client.WithSession(p.world.Sessions[cmp.Or(step.Session, demoSession)]))
	body, err := c.Call(ctx, step.Call, params)
	return met{body: body, err: err, xml: p.XML, rooted: true}, nil
}

// loseHeart hangs up on a call that was dealt with and is not answered.
func (p *Player) loseHeart(ctx context.Context, hangUp func()) {
	query := control.JournalQuery{After: p.seq, Wait: control.MaxWait}
	if _, err := p.control.Journal(ctx, p.world.Name, query); err != nil {
		hangUp()
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(patience):
		hangUp()
	}
}

// app returns the world's own credentials for an app of the fixture.
func (p *Player) app(key string) (control.AppAccess, error) {
	for _, app := range p.world.Apps {
		if app.Fixture == key {
			return app, nil
		}
	}
	return control.AppAccess{}, fmt.Errorf("the world %s has no app %s", p.world.Name, key)
}

// callPartner calls the partner gateway. A sign or timestamp of the step's own
// is sent as it is.
func (p *Player) callPartner(ctx context.Context, params map[string]string) (met, error) {
	door := p.world.Partner
	if door == nil {
		return met{}, fmt.Errorf("the world %s has no partner", p.world.Name)
	}
	now, err := p.control.Clock(ctx, p.world.Name)
	if err != nil {
		return met{}, err
	}
	at, err := time.Parse(time.RFC3339, now.Now)
	if err != nil {
		return met{}, err
	}
	all := map[string]string{"appid": door.AppID, "sysid": door.SysIDs[0], "timestamp": strconv.FormatInt(at.Unix(), 10)}
	for name, value := range params {
		all[name] = value
	}
	if all["sign"] == "" {
		all["sign"] = partner.Sign(door.Secret, all)
	}
	form := url.Values{}
	for name, value := range all {
		form.Set(name, value)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, door.URL, strings.NewReader(form.Encode()))
	if err != nil {
		return met{}, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := p.http.Do(request)
	if err != nil {
		return met{err: err}, nil
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = &client.HTTPError{StatusCode: answer.StatusCode, Status: answer.Status}
	}
	return met{body: body, err: err}, nil
}

// last returns the newest call of the journal.
func (p *Player) last(ctx context.Context) (control.Entry, error) {
	journal, err := p.control.Journal(ctx, p.world.Name, control.JournalQuery{Limit: 1})
	if err != nil || len(journal.Entries) == 0 {
		return control.Entry{}, err
	}
	return journal.Entries[0], nil
}

// refusal makes a no of the control plane a problem; other errors stay.
func refusal(err error, r *Result) error {
	var refused *control.Error
	if !errors.As(err, &refused) {
		return err
	}
	r.wrong("%v", refused)
	return nil
}
