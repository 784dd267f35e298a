package top

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"hash"
	"slices"
	"strings"
)

// BaseString is what gets signed: every text parameter but sign, empty ones
// included, sorted by name, name and value run together (top-protocol.md §4.1,
// A-025), then a raw body if there is one (§4.3).
func BaseString(params map[string]string, body []byte) string {
	names := make([]string, 0, len(params))
	size := len(body)
	for name, value := range params {
		if name != pSign {
			names = append(names, name)
			size += len(name) + len(value)
		}
	}
	slices.Sort(names)
	var base strings.Builder
	base.Grow(size)
	for _, name := range names {
		base.WriteString(name)
		base.WriteString(params[name])
	}
	base.Write(body)
	return base.String()
}

// The values of sign_method.
const (
	MD5        = "md5"
	HMAC       = "hmac" // HMAC-MD5
	HMACSHA256 = "hmac-sha256"
)

// Sign returns the upper-case hex signature of a base string, or false for an
// unknown sign_method.
func Sign(method, secret, base string) (string, bool) {
	switch method {
	case MD5:
		return upperHex(digest(md5.New(), secret, base, secret)), true
	case HMAC:
		return upperHex(digest(hmac.New(md5.New, []byte(secret)), base)), true
	case HMACSHA256:
		return upperHex(digest(hmac.New(sha256.New, []byte(secret)), base)), true
	}
	return "", false
}

func digest(h hash.Hash, parts ...string) []byte {
	for _, part := range parts {
		h.Write([]byte(part))
	}
	return h.Sum(nil)
}

func upperHex(sum []byte) string { return strings.ToUpper(hex.EncodeToString(sum)) }

// signedBy reports whether the request's sign was made with the secret. Lower
// case is wrong. Without sign_method it may be md5, or the md5 with the
// secret on one side only that the .NET SDK of 2015 sends.
func signedBy(r *Request, secret string) bool {
	base := BaseString(r.Params, r.Body)
	sent := r.Params[pSign]
	method, given := r.Params[pSignMethod]
	if !given {
		oneSided := upperHex(digest(md5.New(), secret, base))
		if same(sent, oneSided) {
			return true
		}
	}
	if method == "" {
		method = MD5
	}
	want, known := Sign(method, secret, base)
	return known && same(sent, want)
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
