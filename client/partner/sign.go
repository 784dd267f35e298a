package partner

import (
	"crypto/md5"
	"encoding/hex"

	"github.com/topsim/topsim/client"
)

// Sign returns the gateway's signature of params: MD5 of secret + [client.BaseString] + secret, in lower-case hex. Empty
// values that are sent are signed; a sign in params is left out.
func Sign(secret string, params map[string]string) string {
	return md5Hex(secret + client.BaseString(params) + secret)
}

// PushToken returns the token with which a partner opens the gateway's push channel: MD5 of secret + appid + secret, in
// lower-case hex.
func PushToken(appid, secret string) string { return md5Hex(secret + appid + secret) }

func md5Hex(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}
