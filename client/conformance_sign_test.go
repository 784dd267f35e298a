package client_test

import (
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

const signed = "helloworld"

// flaw is a way to get a signature wrong: it returns the sign to send, and may change what is sent after signing.
type flaw struct {
	name string
	code int // 0: it is none
	sign func(d client.Digest, sent map[string]string) string
}

func rightly(d client.Digest, secret string, params map[string]string) string {
	sign, err := client.Sign(d, secret, params)
	if err != nil {
		panic(err)
	}
	return sign
}

// changedTo signs what is sent, then changes it.
func changedTo(name, value string) func(client.Digest, map[string]string) string {
	return func(d client.Digest, sent map[string]string) string {
		sign := rightly(d, signed, sent)
		sent[name] = value
		return sign
	}
}

// without signs all but one parameter, as a client does that forgets it.
func without(name string) func(client.Digest, map[string]string) string {
	return func(d client.Digest, sent map[string]string) string {
		some := maps.Clone(sent)
		delete(some, name)
		return rightly(d, signed, some)
	}
}

// over signs a text that is not the base string.
func over(text func(sent map[string]string) string) func(client.Digest, map[string]string) string {
	return func(d client.Digest, sent map[string]string) string {
		sign, err := client.SignBody(d, signed, nil, []byte(text(sent)))
		if err != nil {
			panic(err)
		}
		return sign
	}
}

var flaws = []flaw{
	{"none", 0, func(d client.Digest, sent map[string]string) string { return rightly(d, signed, sent) }},
	{"wrong secret", 25, func(d client.Digest, sent map[string]string) string { return rightly(d, "helloworld ", sent) }},
	{"no secret", 25, func(d client.Digest, sent map[string]string) string { return rightly(d, "", sent) }},
	{"another digest", 25, func(d client.Digest, sent map[string]string) string {
		return rightly(digests[(slices.Index(digests, d)+1)%len(digests)], signed, sent)
	}},
	{"unknown digest", 25, changedTo("sign_method", "sha1")},
	{"digest changed afterwards", 25, func(d client.Digest, sent map[string]string) string {
		sign := rightly(d, signed, sent)
		sent["sign_method"] = string(digests[(slices.Index(digests, d)+1)%len(digests)])
		return sign
	}},
	{"secret on one side", 25, func(_ client.Digest, sent map[string]string) string {
		return fmt.Sprintf("%X", md5.Sum([]byte(signed+client.BaseString(sent))))
	}},
	{"lower case", 25, func(d client.Digest, sent map[string]string) string { return strings.ToLower(rightly(d, signed, sent)) }},
	{"cut", 25, func(d client.Digest, sent map[string]string) string { return rightly(d, signed, sent)[1:] }},
	{"blank behind", 25, func(d client.Digest, sent map[string]string) string { return rightly(d, signed, sent) + " " }},
	{"session not signed", 25, without("session")},
	{"empty parameter not signed", 25, without("code")},
	{"amount changed", 25, changedTo("refund_infos", "110045054952563058|4801|1618830739396")},
	{"parameter added", 25, changedTo("simplify", "maybe")},
	{"not sorted", 25, over(func(sent map[string]string) string {
		names := slices.Sorted(maps.Keys(sent))
		slices.Reverse(names)
		var text strings.Builder
		for _, name := range names {
			text.WriteString(name + sent[name])
		}
		return text.String()
	})},
	{"values escaped", 25, over(func(sent map[string]string) string {
		escaped := map[string]string{}
		for name, value := range sent {
			escaped[name] = url.QueryEscape(value)
		}
		return client.BaseString(escaped)
	})},
	{"query string signed", 25, over(func(sent map[string]string) string {
		values := url.Values{}
		for name, value := range sent {
			values.Set(name, value)
		}
		return values.Encode()
	})},
	{"empty sign", 24, func(client.Digest, map[string]string) string { return "" }},
}

// TestWrongSignatures: whatever the form, the digest and the way that the parameters travel, a flawed signature moves no
// money and sends no SMS.
func TestWrongSignatures(t *testing.T) {
	s := conformanceSim(t, 0, "documented")
	pool := pooled(t)
	calls := 0
	for _, form := range forms3 {
		for _, digest := range digests {
			for _, carrier := range carriers {
				t.Run(fmt.Sprintf("%s/%s/%s", form, digest, carrier.name), func(t *testing.T) {
					c := caller(s, append([]client.Option{pool, client.WithFormat(form)}, carrier.opts...)...)
					for _, f := range flaws {
						if code := send(t, c, form, digest, f); code != f.code {
							t.Errorf("%s: code %d, want %d", f.name, code, f.code)
						}
						calls++
					}
				})
			}
		}
	}
	t.Logf("%d forms × %d digests × %d carriers × %d flaws = %d calls", len(forms3), len(digests), len(carriers), len(flaws), calls)
	if r := s.Refund("110045054952563058"); r.Status != waits || len(r.Timeline) != 1 {
		t.Errorf("the refund has moved: %+v", r)
	}
	journal, err := s.Control().Journal(context.Background(), sim.DefaultWorld, control.JournalQuery{Outcome: "error"})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range journal.Entries {
		if e.Check != "sign" {
			t.Errorf("refused by the check %q: %+v", e.Check, e)
		}
	}
	if sent := len(s.SMS("kingdo")); sent != calls/len(flaws) {
		t.Errorf("%d SMS, want one for each flawless call", sent)
	}
}

// send makes one flawed call and returns the code of the refusal, 0 if there is none.
func send(t *testing.T, c *client.Client, form client.Format, d client.Digest, f flaw) int {
	t.Helper()
	const method = "taobao.rp.refunds.agree"
	params := map[string]string{
		"method": method, "app_key": "12345678", "session": "c-sub", "timestamp": noon, "v": "2.0", "sign_method": string(d),
		"format": "json", "refund_infos": "110045054952563058|4800|1618830739396", "code": "",
	}
	switch form {
	case client.XML:
		params["format"] = "xml"
	case client.SimplifiedJSON:
		params["simplify"] = "true"
	}
	params["sign"] = f.sign(d, params)
	body, err := c.Call(context.Background(), method, params)
	if err != nil {
		t.Fatal(err)
	}
	var result client.AgreeResult
	err = client.Decode(method, body, &result)
	var refusal *client.Error
	switch {
	case errors.As(err, &refusal):
		return refusal.Code
	case err != nil:
		t.Fatal(err)
	case !result.ChallengeSent():
		t.Errorf("%s: %s", f.name, body)
	}
	return 0
}
