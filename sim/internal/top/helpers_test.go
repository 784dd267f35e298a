package top_test

import (
	"errors"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/top"
	"github.com/topsim/topsim/sim/internal/wire"
)

const requestID = "14ibtxvb4vqjh"

// now is the instant of V5 and V9.
var now = time.Date(2026, 1, 1, 12, 0, 0, 0, wire.Zone)

type accounts struct {
	apps     map[string]top.App
	sessions map[string]top.Session
}

func (a *accounts) App(key string) (top.App, bool)         { app, ok := a.apps[key]; return app, ok }
func (a *accounts) Session(key string) (top.Session, bool) { s, ok := a.sessions[key]; return s, ok }

// app changes the app of the scene's request.
func (a *accounts) app(change func(*top.App)) {
	app := a.apps["12345678"]
	change(&app)
	a.apps["12345678"] = app
}

// session changes the session of the scene's request.
func (a *accounts) session(change func(*top.Session)) {
	s := a.sessions["c-sub"]
	change(&s)
	a.sessions["c-sub"] = s
}

// scene is a dispatcher, its accounts and one good request, to be spoilt.
type scene struct {
	top.Dispatcher
	*accounts
	request top.Request
	now     time.Time
	sign    func(good string) string // what is sent instead of a good sign
	before  int                      // how often the request was sent already
}

// The methods of the scene. The first needs a session, W2 and an id.
const (
	actMethod  = "taobao.t.act"
	readMethod = "taobao.t.read"
)

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{
		accounts: &accounts{
			apps: map[string]top.App{
				"12345678": {Key: "12345678", Secret: "helloworld", Packages: []string{"idle", "refund"}, DefaultSession: "c-main"},
				"23456789": {Key: "23456789", Secret: "nopackage", AllPackages: true},
			},
			sessions: map[string]top.Session{
				"c-sub":   {Key: "c-sub", AppKey: "12345678", Shop: "kingdo", Sub: "cs01"},
				"c-main":  {Key: "c-main", AppKey: "12345678", Shop: "kingdo"},
				"foreign": {Key: "foreign", AppKey: "23456789", Shop: "kingdo"},
			},
		},
		request: top.Request{Verb: "POST", IP: "127.0.0.1", Params: map[string]string{
			"method": actMethod, "app_key": "12345678", "session": "c-sub", "timestamp": "2026-01-01 12:00:00", "v": "2.0",
			"format": "json", "sign_method": "hmac-sha256", "id": "7", "partner_id": "top-sdk-java-20210716",
		}},
		now: now,
	}
	s.Dispatcher = top.Dispatcher{Registry: mustRegistry(t, act(t), read(t)), Directory: s.accounts, Skip: map[string]bool{}}
	return s
}

type actParams struct {
	ID    *int64 `top:"id" validate:"required" doc:"what to act on; below 0: only in part"`
	Count *int64 `top:"count"`
	Do    string `top:"do"`
}

type actReply struct {
	ID int64 `wire:"id"`
}

func (r actReply) Outcome() top.Outcome {
	if r.ID < 0 {
		return top.Partial
	}
	return top.OK
}

func act(t *testing.T) top.Method {
	return mustDefine(t, top.Spec{Name: actMethod, Package: "refund", Session: true, W2: true, Errors: []string{"t-refused"}},
		func(c *top.Call, p actParams) (actReply, error) {
			c.Effects, c.RefundIDs = append(c.Effects, "acted"), append(c.RefundIDs, "7")
			switch p.Do {
			case "refuse":
				return actReply{}, top.Refuse("t-refused", "x", "y")
			case "refuse without a row":
				return actReply{}, top.Refuse("no-such-row", "x")
			case "break":
				return actReply{}, errors.New("out of paper")
			}
			return actReply{*p.ID}, nil
		})
}

func read(t *testing.T) top.Method {
	type reply struct {
		Account string `wire:"account"`
	}
	return mustDefine(t, top.Spec{Name: readMethod, Package: "refund"}, func(c *top.Call, _ struct{}) (reply, error) {
		return reply{c.Session.Account()}, nil
	})
}

// ownRows are the rows beside the gateway's.
var ownRows = []top.Row{
	{Key: "t-refused", Msg: "Remote service error", SubCode: "isv.invalid-permission:%s", SubMsg: "必须%s", Captured: "必须为%s", Evidence: top.Inference, Source: "A-000"},
}

func mustRegistry(t *testing.T, methods ...top.Method) *top.Registry {
	t.Helper()
	table, err := top.NewTable(top.SystemRows, ownRows)
	if err != nil {
		t.Fatal(err)
	}
	r, err := top.NewRegistry(table, methods...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func mustDefine[P, R any](t *testing.T, spec top.Spec, run func(*top.Call, P) (R, error)) top.Method {
	t.Helper()
	m, err := top.Define(spec, run)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// send signs the request and returns what becomes of it.
func (s *scene) send() top.Answer {
	if s.request.Vouched == nil {
		base, secret := top.BaseString(s.request.Params, s.request.Body), s.apps["12345678"].Secret
		good, known := top.Sign(s.request.Params["sign_method"], secret, base)
		if !known {
			good, _ = top.Sign(top.MD5, secret, base)
		}
		if s.sign != nil {
			good = s.sign(good)
		}
		s.request.Params["sign"] = good
	}
	for range s.before {
		s.Dispatch(&s.request, s.now, requestID)
	}
	return s.Dispatch(&s.request, s.now, requestID)
}

func (s *scene) set(name, value string) { s.request.Params[name] = value }
func (s *scene) drop(name string)       { delete(s.request.Params, name) }

// mustAnswer sends the request and holds the answer against an error, or
// against success if want is the zero Error.
func (s *scene) mustAnswer(t *testing.T, want top.Error) top.Answer {
	t.Helper()
	answer := s.send()
	var got top.Error
	if answer.Error != nil {
		got = *answer.Error
	}
	if got != want {
		t.Fatalf("got  %+v\nwant %+v", got, want)
	}
	return answer
}

// mustKey is mustAnswer for the row's key alone; "" is success.
func (s *scene) mustKey(t *testing.T, want string) top.Answer {
	t.Helper()
	answer := s.send()
	got := ""
	if answer.Error != nil {
		got = answer.Error.Key
	}
	if got != want {
		t.Fatalf("answered with %q, want %q", got, want)
	}
	return answer
}
