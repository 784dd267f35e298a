package top

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/topsim/topsim/sim/internal/wire"
)

// Suspects is what a signature may have been made with instead.
type Suspects struct {
	Secrets  map[string]string // of the other apps, by app_key
	Sessions []string
	Lower    bool // the door wants lower-case MD5, as the partner gateway does
}

// Explanation says how a signature should have been made and, if a known
// mistake reproduces the received one, how it was made. It holds no secret.
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

// Explain looks for the mistake behind a signature: it tries every known way
// to build the base string with every known way to sign it, the likely ones
// first, and stops at the first that gives the received sign.
func Explain(r *Request, secret string, suspects Suspects) Explanation {
	method := r.Params[pSignMethod]
	if method == "" {
		method = MD5
	}
	e := Explanation{Method: method, Received: r.Params[pSign], Base: BaseString(r.Params, r.Body)}
	e.Expected, _ = Sign(method, secret, e.Base)
	if suspects.Lower {
		e.Expected = strings.ToLower(e.Expected)
	}
	switch {
	case e.Received == "":
		e.Mistake, e.Advice = "missing", "the call has no sign parameter"
		return e
	case e.Received == e.Expected || !suspects.Lower && signedBy(r, secret):
		e.Right = true
		return e
	}
	signings := waysToSign(method, secret, suspects)
	bases := waysToBuild(r, suspects)
	// One mistake is likelier than two: wrong signing of the right text, then
	// right signing of a wrong text, then both.
	for _, try := range [][2]int{{1, len(signings)}, {len(bases), 1}, {len(bases), len(signings)}} {
		for _, b := range bases[:try[0]] {
			for _, s := range signings[:try[1]] {
				if s.sign(b.text) == e.Received {
					e.Signed, e.Mistake, e.Advice = b.text, join(" and ", b.name, s.name), join("; ", b.advice, s.advice)
					return e
				}
			}
		}
	}
	e.Advice = "no known mistake gives this sign: either the secret is another one, or a parameter was changed after signing"
	return e
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

// build is one way to build a base string.
type build struct{ name, advice, text string }

// waysToBuild lists them, the right one first.
func waysToBuild(r *Request, suspects Suspects) []build {
	list := []build{{"", "", BaseString(r.Params, r.Body)}}
	add := func(name, advice, text string) { list = append(list, build{name, advice, text}) }
	if len(r.Body) > 0 {
		add("body_left_out", "a raw body is signed behind the parameters", BaseString(r.Params, nil))
	}
	add("unsorted", "the parameters must be sorted by name; they were signed in the order of sending", inOrder(r, r.Order))
	add("url_encoded_values", "values are signed before they are URL-encoded", each(r, url.QueryEscape))
	add("url_encoded_values", "values are signed before they are URL-encoded", each(r, url.PathEscape))
	add("separators", "names and values follow one another without = and &", withSeparators(r))
	add("empty_values_left_out", "parameters that are sent empty are signed as well (or not sent)", BaseString(without(r.Params, func(_, v string) bool { return v == "" }), r.Body))
	add("gbk", "the text must be signed as UTF-8; it was signed as GBK", each(r, toGBK))
	add("gbk", "the text must be sent as UTF-8; it was signed as UTF-8 and sent as GBK", each(r, fromGBK))
	list = append(list, filesSigned(r)...)
	return append(list, changedLater(r, suspects)...)
}

func filesSigned(r *Request) []build {
	if len(r.Files) == 0 {
		return nil
	}
	content, names := maps.Clone(r.Params), maps.Clone(r.Params)
	for name, file := range r.Files {
		content[name], names[name] = string(file.Data), file.Name
	}
	const advice = "file parts are not signed"
	return []build{
		{"file_signed", advice + "; the content was", BaseString(content, r.Body)},
		{"file_signed", advice + "; the file's name was", BaseString(names, r.Body)},
	}
}

// changedLater are texts in which one parameter is missing, additional, or has
// another likely value: it was set after signing.
func changedLater(r *Request, suspects Suspects) []build {
	var list []build
	for _, name := range slices.Sorted(maps.Keys(r.Params)) {
		if name != pSign {
			left := without(r.Params, func(n, _ string) bool { return n == name })
			list = append(list, build{"left_out_" + name, name + " was sent and not signed; every parameter but sign is signed", BaseString(left, r.Body)})
		}
	}
	set := func(name, value, mistake, advice string) {
		other := maps.Clone(r.Params)
		other[name] = value
		list = append(list, build{mistake, advice, BaseString(other, r.Body)})
	}
	for _, session := range suspects.Sessions {
		set(pSession, session, "other_session", "another session was signed than sent")
	}
	for _, format := range []string{"json", "xml"} {
		set(pFormat, format, "changed_after_signing", "format was "+format+" when it was signed")
	}
	for _, method := range []string{MD5, HMAC, HMACSHA256} {
		set(pSignMethod, method, "changed_after_signing", "sign_method was "+method+" when it was signed")
	}
	if sent, err := wire.ParseDate(r.Params[pTimestamp]); err == nil {
		for s := time.Duration(1); s <= 120; s++ {
			for _, t := range []time.Time{sent.Add(-s * time.Second), sent.Add(s * time.Second)} {
				stamp := wire.FormatDate(t)
				set(pTimestamp, stamp, "changed_after_signing", "timestamp was "+stamp+" when it was signed")
			}
		}
	}
	return list
}

func without(params map[string]string, drop func(name, value string) bool) map[string]string {
	left := maps.Clone(params)
	maps.DeleteFunc(left, drop)
	return left
}

// each changes every value before it is signed.
func each(r *Request, change func(string) string) string {
	params := maps.Clone(r.Params)
	for name, value := range params {
		params[name] = change(value)
	}
	return BaseString(params, r.Body)
}

func toGBK(text string) string {
	if out, err := simplifiedchinese.GBK.NewEncoder().String(text); err == nil {
		return out
	}
	return text
}

func fromGBK(text string) string {
	if out, err := simplifiedchinese.GBK.NewDecoder().String(text); err == nil {
		return out
	}
	return text
}

// inOrder joins the parameters in the given order.
func inOrder(r *Request, names []string) string {
	var base strings.Builder
	for _, name := range names {
		if name != pSign {
			base.WriteString(name + r.Params[name])
		}
	}
	base.Write(r.Body)
	return base.String()
}

func withSeparators(r *Request) string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(r.Params)) {
		if name != pSign {
			pairs = append(pairs, name+"="+r.Params[name])
		}
	}
	return strings.Join(pairs, "&") + string(r.Body)
}
