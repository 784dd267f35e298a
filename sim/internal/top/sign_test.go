package top_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/top"
)

// batchBody is the body of V10 and V11.
const batchBody = "method=taobao.refund.get&fields=refund_id%2Cstatus&refund_id=1\r\n-S-\r\nmethod=taobao.refund.get&fields=refund_id%2Cstatus&refund_id=2"

// The parameters of the vectors of top-protocol.md §4.5.
var (
	v1 = params("method", "taobao.item.seller.get", "app_key", "12345678", "session", "test", "timestamp", "2016-01-01 12:00:00",
		"format", "json", "v", "2.0", "sign_method", "md5", "fields", "num_iid,title,nick,price,num", "num_iid", "11223344")
	v2 = params("method", "taobao.user.seller.get", "app_key", "test", "session", "test", "timestamp", "2013-05-06 13:52:03",
		"format", "xml", "v", "2.0", "fields", "nick", "sign_method", "md5")
	v3 = params("method", "taobao.user.get", "app_key", "test", "timestamp", "2011-07-01 13: 52:03", "format", "xml", "v", "2.0",
		"fields", "nick,location.state,location.city", "nick", "商家测试帐号17", "sign_method", "md5")
	v4 = params("a", "1", "b", "2", "c", "✔\ufe0f")
	v5 = params("method", "taobao.rp.refunds.agree", "app_key", "12345678", "session", "c-sub", "timestamp", "2026-01-01 12:00:00",
		"format", "json", "v", "2.0", "sign_method", "md5", "refund_infos", "43234234|20000|1409294148714,3123123|12000|1409294148715")
	v10 = params("app_key", "12345678", "format", "json", "session", "c-sub", "sign_method", "md5", "timestamp", "2026-01-01 12:00:00", "v", "2.0")
)

var vectors = []struct {
	id, secret string
	params     map[string]string
	body       string
	method     string
	sign       string
}{
	{"V1", "helloworld", v1, "", top.MD5, "66987CB115214E59E6EC978214934FB8"},
	{"V1h", "helloworld", with(v1, "sign_method", "hmac"), "", top.HMAC, "D56D7858309C31B6251083A874D48273"},
	{"V1s", "helloworld", with(v1, "sign_method", "hmac-sha256"), "", top.HMACSHA256, "04DB15AD0774D5CFCE2C837DE43E3FCEA9011ED74F3038FB6AB5F3C4CEA119E8"},
	{"V1x", "helloworld", with(v1, "format", "xml"), "", top.MD5, "8A8180553AE650F3ADAF27F8EC7AAED4"},
	{"V2", "test", v2, "", top.MD5, "72CB4D809B375A54502C09360D879C64"},
	{"V3", "test", v3, "", top.MD5, "990FD28323F67A1EEC29336EDF373C0E"},
	{"V4", "sandbox01eff1e5ac77cf3d078982e6e", v4, "", top.MD5, "3250EADEB3D5F9B453F4F0B95FA4B160"},
	{"V4 without variation selector", "sandbox01eff1e5ac77cf3d078982e6e", with(v4, "c", "✔"), "", top.MD5, "5DEF6510842151282F7C7D26102DE6AD"},
	{"V5", "helloworld", v5, "", top.MD5, "147E3A8459095477A8131240FF9D2407"},
	{"V6", "helloworld", with(v5, "sign_method", "hmac"), "", top.HMAC, "053F2F4A2B36EBDB5E59D2DF42D4F342"},
	{"V7", "helloworld", with(v5, "sign_method", "hmac-sha256"), "", top.HMACSHA256, "1F7AD347949175BDA42A242759E3A7C0073679ACDFBA988ED27881C76E6436A4"},
	{"V8", "helloworld", with(v5, "code", ""), "", top.MD5, "773BF6A1B55BE6437CEC22BC8EBDA4BC"},
	{"V9", "helloworld", with(v5, "timestamp", "1767240000000"), "", top.MD5, "4034F3C459C4A1ED37C689549E0F3CF9"},
	{"V10", "helloworld", v10, batchBody, top.MD5, "8E27B4ADA4A31197850BDD805479D2E5"},
	{"V12", "helloworld", params("app_key", "12345678", "group_name", "default", "timestamp", "1767240000000"), "", top.MD5, "1AA0EE1FED62D27E32FEF321F6140608"}, // the message channel's
	{"V11", "helloworld", with(v10, "sign_method", "hmac-sha256"), batchBody, top.HMACSHA256, "70B09B013D08E45F641712C8F5BB5FEDED8B40428A1A8227316B049ADAAEB586"},
}

func params(pairs ...string) map[string]string {
	p := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		p[pairs[i]] = pairs[i+1]
	}
	return p
}

func with(p map[string]string, name, value string) map[string]string {
	p = maps.Clone(p)
	p[name] = value
	return p
}

func TestSignVectors(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.id, func(t *testing.T) {
			got, known := top.Sign(v.method, v.secret, top.BaseString(v.params, []byte(v.body)))
			if !known || got != v.sign {
				t.Errorf("got  %s\nwant %s", got, v.sign)
			}
			if again, _ := top.Sign(v.method, v.secret, top.BaseString(with(v.params, "sign", v.sign), []byte(v.body))); again != got {
				t.Error("the sign signs itself")
			}
		})
	}
	if _, known := top.Sign("sha1", "helloworld", ""); known {
		t.Error("sha1 is known")
	}
}

// The gateway accepts each vector and none of the neighbours' signs. V4, V10
// and V11 are no calls of one method.
func TestGatewayAcceptsVectors(t *testing.T) {
	for _, v := range vectors {
		if v.params["method"] == "" {
			continue
		}
		for _, other := range vectors {
			s := newScene(t)
			s.apps[v.params["app_key"]] = top.App{Key: v.params["app_key"], Secret: v.secret}
			s.Skip["timestamp"] = true // V3 has a blank in it
			s.request = top.Request{Verb: "POST", Params: with(v.params, "sign", other.sign), Body: []byte(v.body)}
			want := "invalid-signature"
			if other.id == v.id {
				want = "invalid-method" // none of them is a method here, which is looked at after the sign
			}
			if answer := s.Dispatch(&s.request, now, requestID); answer.Error.Key != want {
				t.Errorf("%s with the sign of %s: %s", v.id, other.id, answer.Error.Key)
			}
		}
	}
}

func TestBaseString(t *testing.T) {
	for _, c := range []struct{ name, want, got string }{
		{"the documentation's", "bar2foo1foo_bar3foobar4", top.BaseString(params("foo", "1", "bar", "2", "foo_bar", "3", "foobar", "4"), nil)},
		{"V5", "app_key12345678formatjsonmethodtaobao.rp.refunds.agreerefund_infos43234234|20000|1409294148714,3123123|12000|1409294148715sessionc-subsign_methodmd5timestamp2026-01-01 12:00:00v2.0", top.BaseString(v5, nil)},
		{"names of empties stay", "ab1c", top.BaseString(params("c", "", "b", "1", "a", ""), nil)},
		{"ordinal order", "A1Z2_3a4é5退6", top.BaseString(params("退", "6", "é", "5", "a", "4", "_", "3", "Z", "2", "A", "1"), nil)},
		{"body after the parameters", "a1{}", top.BaseString(params("a", "1", "sign", "X"), []byte("{}"))},
		{"nothing", "", top.BaseString(nil, nil)},
		{"bytes that are no UTF-8", "a\xff", top.BaseString(params("a", "\xff"), nil)},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
}

// One good request, signed in the ways that clients do, and mistake.
func TestSignForms(t *testing.T) {
	sum := func(text string) string { sign, _ := top.Sign(top.MD5, "", text); return sign }
	by := func(method, secret string) func(string) string {
		return func(base string) string { sign, _ := top.Sign(method, secret, base); return sign }
	}
	oneSided := func(base string) string { return sum("helloworld" + base) }
	for _, c := range []struct {
		name, method string
		unsigned     string // a parameter that is sent but not signed
		sign         func(base string) string
		want         string
	}{
		{"md5", "md5", "", by(top.MD5, "helloworld"), ""},
		{"hmac", "hmac", "", by(top.HMAC, "helloworld"), ""},
		{"hmac-sha256", "hmac-sha256", "", by(top.HMACSHA256, "helloworld"), ""},
		{"hmac-sha256 named hmac", "hmac", "", by(top.HMACSHA256, "helloworld"), "invalid-signature"},
		{"md5 named hmac-sha256", "hmac-sha256", "", by(top.MD5, "helloworld"), "invalid-signature"}, // the Java SDK of 2017
		{"upper-case method", "MD5", "", by(top.MD5, "helloworld"), "invalid-signature"},
		{"empty sign_method is md5", "", "", by(top.MD5, "helloworld"), ""},
		{"empty sign_method, one-sided", "", "", oneSided, "invalid-signature"}, // only where it is absent
		{"empty sign_method is not hmac", "", "", by(top.HMAC, "helloworld"), "invalid-signature"},
		{"one-sided though named md5", "md5", "", oneSided, "invalid-signature"},
		{"one-sided, secret behind", "", "", func(base string) string { return sum(base + "helloworld") }, "invalid-signature"},
		{"empty parameter not signed", "md5", "code", by(top.MD5, "helloworld"), "invalid-signature"},
		{"sign_method not signed", "md5", "sign_method", by(top.MD5, "helloworld"), "invalid-signature"},
		{"partner_id not signed", "md5", "partner_id", by(top.MD5, "helloworld"), "invalid-signature"},
		{"other secret", "md5", "", by(top.MD5, "nopackage"), "invalid-signature"},
		{"no secret", "md5", "", by(top.MD5, ""), "invalid-signature"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t)
			s.set("sign_method", c.method)
			s.set("code", "")
			signed := maps.Clone(s.request.Params)
			delete(signed, c.unsigned)
			s.sign = func(string) string { return c.sign(top.BaseString(signed, nil)) }
			s.mustKey(t, c.want)
		})
	}
}

// Without sign_method it is md5, two-sided or, as the .NET SDK of 2015 has it,
// one-sided.
func TestSignWithoutMethod(t *testing.T) {
	for _, c := range []struct{ name, after, want string }{{"two-sided", "helloworld", ""}, {"one-sided", "", ""}, {"other", "x", "invalid-signature"}} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t)
			s.drop("sign_method")
			sign, _ := top.Sign(top.MD5, "", "helloworld"+top.BaseString(s.request.Params, nil)+c.after)
			s.sign = func(string) string { return sign }
			s.mustKey(t, c.want)
			s.sign = func(string) string { return strings.ToLower(sign) }
			s.mustKey(t, "invalid-signature")
		})
	}
}

// File parts are never signed; a raw body is.
func TestSignOfBodies(t *testing.T) {
	s := newScene(t)
	s.request.Files = map[string]top.File{"refuse_proof": {Name: "a.png", Data: []byte("png")}}
	s.mustKey(t, "")
	s = newScene(t)
	s.request.Body = []byte(`{"a":1}`)
	s.mustKey(t, "")
	good := s.request.Params["sign"]
	s.request.Body = []byte(`{"a":2}`)
	s.sign = func(string) string { return good }
	s.mustKey(t, "invalid-signature")
}
