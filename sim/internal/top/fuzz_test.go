package top_test

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"hash"
	"sort"
	"testing"

	"github.com/topsim/topsim/sim/internal/top"
)

// FuzzSign signs any request by an implementation of its own: the gateway must
// accept it, and refuse it as soon as one byte more is sent.
func FuzzSign(f *testing.F) {
	f.Add("helloworld", "refund_infos", "43234234|20000|1409294148714", "code", "", []byte(nil), uint8(0))
	f.Add("test", "nick", "商家测试帐号17", "sign_method", "", []byte(batchBody), uint8(1))
	f.Add("", "", "", "a", "\xff&=+%", []byte{0}, uint8(2))
	f.Add("s", "sign", "X", "Sign", "✔\ufe0f", []byte("{}"), uint8(3))
	f.Fuzz(func(t *testing.T, secret, name1, value1, name2, value2 string, body []byte, kind uint8) {
		s := newScene(t)
		s.app(func(a *top.App) { a.Secret = secret })
		p := s.request.Params
		methods := []string{"md5", "hmac", "hmac-sha256", ""}
		method := methods[int(kind)%len(methods)]
		own := map[string]bool{"sign": true, "sign_method": true, "count": true, "do": true}
		for name := range p {
			own[name] = true
		}
		for name, value := range map[string]string{name1: value1, name2: value2} {
			if !own[name] {
				p[name] = value
			}
		}
		p["sign_method"] = method
		s.request.Body = body

		s.sign = func(string) string { return independentSign(method, secret, p, body) }
		s.mustKey(t, "")
		good := p["sign"]
		s.sign = func(string) string { return good }
		p["partner_id"] += "x"
		s.mustKey(t, "invalid-signature")
		p["partner_id"] = p["partner_id"][:len(p["partner_id"])-1]
		s.request.Body = append([]byte("x"), body...)
		s.mustKey(t, "invalid-signature")
	})
}

// independentSign follows top-protocol.md §4.1 in its own words.
func independentSign(method, secret string, p map[string]string, body []byte) string {
	var pairs []string
	for name := range p {
		if name != "sign" {
			pairs = append(pairs, name)
		}
	}
	sort.Strings(pairs)
	text := ""
	for _, name := range pairs {
		text += name + p[name]
	}
	text += string(body)
	var h hash.Hash
	switch method {
	case "hmac":
		h = hmac.New(md5.New, []byte(secret))
	case "hmac-sha256":
		h = hmac.New(sha256.New, []byte(secret))
	default:
		h = md5.New()
		text = secret + text + secret
	}
	_, _ = fmt.Fprint(h, text)
	return fmt.Sprintf("%X", h.Sum(nil))
}
