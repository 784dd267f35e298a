package client

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// Digest is a value of the public parameter sign_method.
type Digest string

// The three digests of the platform. HMAC is HMAC-MD5.
const (
	MD5        Digest = "md5"
	HMAC       Digest = "hmac"
	HMACSHA256 Digest = "hmac-sha256"
)

// BaseString returns the text that a signature covers: every parameter except sign, sorted by key in byte order, key and
// value joined without separators. Values are the decoded ones, in UTF-8; empty values take part with their key. The
// secret is not in it.
func BaseString(params map[string]string) string {
	keys := make([]string, 0, len(params))
	for key := range params {
		if key != "sign" {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	var b strings.Builder
	for _, key := range keys {
		b.WriteString(key)
		b.WriteString(params[key])
	}
	return b.String()
}

// Sign returns the signature of params in upper-case hex: for [MD5] the digest of secret + [BaseString] + secret, for
// [HMAC] and [HMACSHA256] the keyed digest of BaseString. It signs with the digest it is given, whatever
// params["sign_method"] says. An unknown digest is an error.
func Sign(digest Digest, secret string, params map[string]string) (string, error) {
	return SignBody(digest, secret, params, nil)
}

// SignBody is [Sign] for a request whose raw body is signed too, such as a batch: the body's bytes stand behind
// [BaseString], for [MD5] before the second secret (top-protocol.md §4.3). params are those of the query alone.
func SignBody(digest Digest, secret string, params map[string]string, body []byte) (string, error) {
	base := BaseString(params) + string(body)
	var sum []byte
	switch digest {
	case MD5:
		s := md5.Sum([]byte(secret + base + secret))
		sum = s[:]
	case HMAC:
		h := hmac.New(md5.New, []byte(secret))
		h.Write([]byte(base))
		sum = h.Sum(nil)
	case HMACSHA256:
		h := hmac.New(sha256.New, []byte(secret))
		h.Write([]byte(base))
		sum = h.Sum(nil)
	default:
		return "", fmt.Errorf("sign: unknown sign_method %q, want md5, hmac or hmac-sha256", digest)
	}
	return strings.ToUpper(hex.EncodeToString(sum)), nil
}
