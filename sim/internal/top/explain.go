package top

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"iter"
	"maps"
	"slices"
	"strings"
)

// Suspects is what a signature may have been made with instead.
type Suspects struct {
	Secrets  map[string]string // of the other apps, by app_key
	Sessions []string          // of the app; those that were not sent are shown masked
	Lower    bool              // the door wants lower-case MD5 whatever sign_method says, as the partner gateway does
}

// Explanation says how a signature should have been made and, if a known
// mistake reproduces the received one, how it was made. It adds no secret and
// no session to what the call itself sent; whoever shows it masks those.
type Explanation struct {
	Method   string // digest that was asked for
	Received string
	Expected string
	Right    bool
	Base     string // what should have been signed
	Signed   string // what was signed instead, "" if no known mistake fits
	Mistake  string // name of the mistake, "" if the signature is right or none fits
	Advice   string
}

// effort bounds the bytes that one explanation digests: some 50 ms.
const effort = 32 << 20

// Judge says what a request's signature should be and whether it is.
func Judge(r *Request, secret string, lower bool) Explanation {
	method := r.Params[pSignMethod]
	if method == "" || lower {
		method = MD5
	}
	e := Explanation{Method: method, Received: r.Params[pSign], Base: BaseString(r.Params, r.Body)}
	e.Expected, _ = Sign(method, secret, e.Base)
	if lower {
		e.Expected = strings.ToLower(e.Expected)
	}
	e.Right = e.Received != "" && (same(e.Received, e.Expected) || !lower && signedBy(r, secret))
	return e
}

// Explain looks for the mistake behind a signature: it tries every known way
// to build the base string with every known way to sign it, the likely ones
// first, and stops at the first that gives the received sign.
func Explain(r *Request, secret string, suspects Suspects) Explanation {
	e := Judge(r, secret, suspects.Lower)
	switch {
	case e.Received == "":
		e.Mistake, e.Advice = "missing", "the call has no sign parameter"
		return e
	case e.Right:
		return e
	}
	left := effort
	for b, s := range tries(r, e, secret, suspects) {
		if left -= len(b.text); left < 0 {
			break
		}
		if same(s.sign(b.text), e.Received) {
			e.Signed, e.Mistake, e.Advice = b.show(), join(" and ", b.name, s.name), join("; ", b.advice, s.advice)
			return e
		}
	}
	e.Advice = "no known mistake gives this sign: either the secret is another one, or a parameter was changed after signing"
	if left < 0 {
		e.Advice += "; the text is too long to try everything"
	}
	return e
}

// tries yields what may have been signed and how. One mistake is likelier than
// two: wrong signing of the right text, then right signing of a wrong text,
// then both. Texts of which there are many are only signed rightly.
func tries(r *Request, e Explanation, secret string, suspects Suspects) iter.Seq2[build, signing] {
	return func(yield func(build, signing) bool) {
		signings := waysToSign(e.Method, secret, suspects)
		for _, s := range signings[1:] {
			if !yield(build{text: e.Base}, s) {
				return
			}
		}
		bases := waysToBuild(r, suspects)
		bases = slices.DeleteFunc(bases, func(b build) bool { return b.text == e.Base })
		for _, list := range []iter.Seq[build]{slices.Values(bases), oneByOne(r), otherTimes(r, len(e.Base))} {
			for b := range list {
				if !yield(b, signings[0]) {
					return
				}
			}
		}
		for _, b := range bases {
			for _, s := range signings[1:] {
				if !yield(b, s) {
					return
				}
			}
		}
	}
}

// join leaves out what is empty: the right way has neither name nor advice.
func join(between string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), between)
}

// signing is one way to sign a text.
type signing struct {
	name, advice string
	sign         func(base string) string
}

// waysToSign lists them, the right one first.
func waysToSign(method, secret string, suspects Suspects) []signing {
	cased, otherCase, caseName := strings.ToUpper, strings.ToLower, "upper"
	if suspects.Lower {
		cased, otherCase, caseName = strings.ToLower, strings.ToUpper, "lower"
	}
	with := func(method, secret string) func(string) string {
		return func(base string) string {
			sum, _ := Sign(method, secret, base)
			return cased(sum)
		}
	}
	right := with(method, secret)
	list := []signing{
		{"", "", right},
		{"wrong_case", "the sign must be " + caseName + "-case hex", func(b string) string { return otherCase(right(b)) }},
	}
	for _, other := range []string{MD5, HMAC, HMACSHA256} {
		if other != method {
			list = append(list, signing{"other_digest", "it was made with " + other + ", sign_method says " + method, with(other, secret)})
		}
	}
	list = append(list, secretsMisplaced(secret, cased)...)
	for _, key := range slices.Sorted(maps.Keys(suspects.Secrets)) {
		list = append(list, signing{"other_apps_secret", "it was made with the secret of app " + key, with(method, suspects.Secrets[key])})
	}
	return append(list,
		signing{"wrong_secret", "there is a line end behind the secret", with(method, secret+"\n")},
		signing{"wrong_secret", "there is a line end behind the secret", with(method, secret+"\r\n")},
		signing{"wrong_secret", "there is a blank behind the secret", with(method, secret+" ")},
		signing{"wrong_secret", "it was made with an empty secret", with(method, "")},
		signing{"wrong_secret", "it was made with the secret in upper case", with(method, strings.ToUpper(secret))},
	)
}

// secretsMisplaced are the digests with the secret at the wrong ends.
func secretsMisplaced(secret string, cased func(string) string) []signing {
	const advice = "md5 wants the secret before and behind the text: "
	return []signing{
		{"one_sided_secret", advice + "it stood only before it", func(b string) string { return cased(upperHex(digest(md5.New(), secret, b))) }},
		{"one_sided_secret", advice + "it stood only behind it", func(b string) string { return cased(upperHex(digest(md5.New(), b, secret))) }},
		{"no_secret", advice + "it stood nowhere", func(b string) string { return cased(upperHex(digest(md5.New(), b))) }},
		{"hmac_and_secrets", "hmac wants the secret as its key only, not around the text as well", func(b string) string {
			return cased(upperHex(digest(hmac.New(md5.New, []byte(secret)), secret, b, secret)))
		}},
		{"hmac_and_secrets", "hmac-sha256 wants the secret as its key only, not around the text as well", func(b string) string {
			return cased(upperHex(digest(hmac.New(sha256.New, []byte(secret)), secret, b, secret)))
		}},
		{"plain_sha256", "it is a plain sha256 with the secret on both sides, which the platform does not know", func(b string) string {
			return cased(upperHex(digest(sha256.New(), secret, b, secret)))
		}},
	}
}
