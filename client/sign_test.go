package client_test

import (
	"maps"
	"testing"

	"github.com/topsim/topsim/client"
)

// with returns base plus pairs of key and value.
func with(base map[string]string, pairs ...string) map[string]string {
	all := maps.Clone(base)
	for i := 0; i < len(pairs); i += 2 {
		all[pairs[i]] = pairs[i+1]
	}
	return all
}

// The vectors of the protocol's reference; V1, V2, V3 and V4 were published by others.
func TestSignVectors(t *testing.T) {
	v1 := map[string]string{
		"method": "taobao.item.seller.get", "app_key": "12345678", "session": "test", "timestamp": "2016-01-01 12:00:00",
		"format": "json", "v": "2.0", "sign_method": "md5", "fields": "num_iid,title,nick,price,num", "num_iid": "11223344",
	}
	v2 := map[string]string{
		"method": "taobao.user.seller.get", "app_key": "test", "session": "test", "timestamp": "2013-05-06 13:52:03",
		"format": "xml", "v": "2.0", "fields": "nick", "sign_method": "md5",
	}
	v3 := map[string]string{
		"method": "taobao.user.get", "app_key": "test", "timestamp": "2011-07-01 13: 52:03", "format": "xml", "v": "2.0",
		"fields": "nick,location.state,location.city", "nick": "商家测试帐号17", "sign_method": "md5",
	}
	v4 := map[string]string{"a": "1", "b": "2", "c": "\u2714\ufe0f"}
	v5 := map[string]string{
		"method": "taobao.rp.refunds.agree", "app_key": "12345678", "session": "c-sub", "timestamp": "2026-01-01 12:00:00",
		"format": "json", "v": "2.0", "sign_method": "md5",
		"refund_infos": "43234234|20000|1409294148714,3123123|12000|1409294148715",
	}
	for _, tt := range []struct {
		name   string
		digest client.Digest
		secret string
		params map[string]string
		want   string
	}{
		{"V1", client.MD5, "helloworld", v1, "66987CB115214E59E6EC978214934FB8"},
		{"V1h", client.HMAC, "helloworld", with(v1, "sign_method", "hmac"), "D56D7858309C31B6251083A874D48273"},
		{"V1s", client.HMACSHA256, "helloworld", with(v1, "sign_method", "hmac-sha256"),
			"04DB15AD0774D5CFCE2C837DE43E3FCEA9011ED74F3038FB6AB5F3C4CEA119E8"},
		{"V1x", client.MD5, "helloworld", with(v1, "format", "xml"), "8A8180553AE650F3ADAF27F8EC7AAED4"},
		{"V2", client.MD5, "test", v2, "72CB4D809B375A54502C09360D879C64"},
		{"V3", client.MD5, "test", v3, "990FD28323F67A1EEC29336EDF373C0E"},
		{"V4", client.MD5, "sandbox01eff1e5ac77cf3d078982e6e", v4, "3250EADEB3D5F9B453F4F0B95FA4B160"},
		{"V4 without variation selector", client.MD5, "sandbox01eff1e5ac77cf3d078982e6e", with(v4, "c", "\u2714"),
			"5DEF6510842151282F7C7D26102DE6AD"},
		{"V5", client.MD5, "helloworld", v5, "147E3A8459095477A8131240FF9D2407"},
		{"V6", client.HMAC, "helloworld", with(v5, "sign_method", "hmac"), "053F2F4A2B36EBDB5E59D2DF42D4F342"},
		{"V7", client.HMACSHA256, "helloworld", with(v5, "sign_method", "hmac-sha256"),
			"1F7AD347949175BDA42A242759E3A7C0073679ACDFBA988ED27881C76E6436A4"},
		{"V8 empty value", client.MD5, "helloworld", with(v5, "code", ""), "773BF6A1B55BE6437CEC22BC8EBDA4BC"},
		{"V9 epoch", client.MD5, "helloworld", with(v5, "timestamp", "1767240000000"), "4034F3C459C4A1ED37C689549E0F3CF9"},
		{"sign is not signed", client.MD5, "helloworld", with(v5, "sign", "X"), "147E3A8459095477A8131240FF9D2407"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := client.Sign(tt.digest, tt.secret, tt.params)
			if err != nil || got != tt.want {
				t.Errorf("Sign = %s, %v, want %s", got, err, tt.want)
			}
		})
	}
	t.Run("ErrDigest", func(t *testing.T) {
		if got, err := client.Sign("sha1", "helloworld", v5); err == nil {
			t.Errorf("Sign = %s, want an error", got)
		}
	})
}

// V10 and V11: the body stands behind the sorted parameters of the query.
func TestSignBodyVectors(t *testing.T) {
	const body = "method=taobao.refund.get&fields=refund_id%2Cstatus&refund_id=1\r\n-S-\r\nmethod=taobao.refund.get&fields=refund_id%2Cstatus&refund_id=2"
	query := map[string]string{
		"app_key": "12345678", "format": "json", "session": "c-sub", "sign_method": "md5", "timestamp": "2026-01-01 12:00:00", "v": "2.0",
	}
	for digest, want := range map[client.Digest]string{
		client.MD5:        "8E27B4ADA4A31197850BDD805479D2E5",                                 // V10
		client.HMACSHA256: "70B09B013D08E45F641712C8F5BB5FEDED8B40428A1A8227316B049ADAAEB586", // V11
	} {
		got, err := client.SignBody(digest, "helloworld", with(query, "sign_method", string(digest), "sign", "X"), []byte(body))
		if err != nil || got != want {
			t.Errorf("SignBody = %s, %v, want %s", got, err, want)
		}
	}
	if got, err := client.SignBody("sha1", "helloworld", query, []byte(body)); err == nil {
		t.Errorf("SignBody = %s, want an error", got)
	}
}

func TestBaseString(t *testing.T) {
	got := client.BaseString(map[string]string{"foo": "1", "bar": "2", "foo_bar": "3", "foobar": "4", "sign": "X"})
	if want := "bar2foo1foo_bar3foobar4"; got != want {
		t.Errorf("BaseString = %q, want %q", got, want)
	}
	if got := client.BaseString(nil); got != "" {
		t.Errorf("BaseString(nil) = %q", got)
	}
}
