package top

import (
	"iter"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/topsim/topsim/sim/internal/wire"
)

// build is one way to build a base string.
type build struct {
	name, advice, text string
	shown              string // the text without what the caller never sent, if that differs
}

func (b build) show() string {
	if b.shown != "" {
		return b.shown
	}
	return b.text
}

// waysToBuild lists the wrong ones.
func waysToBuild(r *Request, suspects Suspects) []build {
	var list []build
	add := func(name, advice, text string) { list = append(list, build{name: name, advice: advice, text: text}) }
	if len(r.Body) > 0 {
		add("body_left_out", "a raw body is signed behind the parameters", BaseString(r.Params, nil))
	}
	add("unsorted", "the parameters must be sorted by name; they were signed in the order of sending", inOrder(r, r.Order))
	for i := range Escapes("") {
		add("url_encoded_values", "values are signed before they are URL-encoded", each(r, func(v string) string { return Escapes(v)[i] }))
	}
	add("separators", "names and values follow one another without = and &", withSeparators(r))
	add("empty_values_left_out", "parameters that are sent empty are signed as well (or not sent)", BaseString(without(r.Params, func(_, v string) bool { return v == "" }), r.Body))
	add("gbk", "the text must be signed as UTF-8; it was signed as GBK", each(r, toGBK))
	add("gbk", "the text must be sent as UTF-8; it was signed as UTF-8 and sent as GBK", each(r, fromGBK))
	list = append(list, filesSigned(r)...)
	list = append(list, otherSessions(r, suspects)...)
	return append(list, changedLater(r, suspects)...)
}

// Escapes returns the URL-encoded forms of a value: a blank as + and as %20
// (RFC 3986), each with upper-case and lower-case hex.
func Escapes(value string) []string {
	plus := url.QueryEscape(value)
	strict := strings.ReplaceAll(plus, "+", "%20")
	return []string{plus, strict, lowerHex(plus), lowerHex(strict)}
}

// lowerHex puts every %XX into lower case.
func lowerHex(escaped string) string {
	out := []byte(escaped)
	for i := range out {
		if out[i] == '%' {
			copy(out[i+1:], strings.ToLower(escaped[i+1:i+3]))
		}
	}
	return string(out)
}

// maxFiles is up to how many files each is tried by itself.
const maxFiles = 16

// filesSigned are the texts with the files in them, all of them or one.
func filesSigned(r *Request) []build {
	if len(r.Files) == 0 {
		return nil
	}
	var list []build
	sets := [][]string{slices.Sorted(maps.Keys(r.Files))}
	if n := len(r.Files); n > 1 && n <= maxFiles {
		for _, name := range sets[0] {
			sets = append(sets, []string{name})
		}
	}
	for i, set := range sets {
		content, names, which := maps.Clone(r.Params), maps.Clone(r.Params), ""
		for _, name := range set {
			content[name], names[name] = string(r.Files[name].Data), r.Files[name].Name
		}
		if i > 0 {
			which = " of " + set[0] + " alone"
		}
		const mistake, advice = "file_signed", "file parts are not signed; "
		list = append(list,
			build{name: mistake, advice: advice + "the content" + which + " was", text: BaseString(content, r.Body)},
			build{name: mistake, advice: advice + "the file's name" + which + " was", text: BaseString(names, r.Body)})
	}
	return list
}

// otherSessions are the texts with a session that was not sent. It is shown
// masked: a caller may read its own keys only.
func otherSessions(r *Request, suspects Suspects) []build {
	if suspects.Lower {
		return nil // the partner gateway has no sessions
	}
	name, advice := "session_not_sent", "a session was signed and not sent"
	sent, given := r.Params[pSession]
	if given {
		name, advice = "other_session", "another session was signed than sent"
	}
	var list []build
	before, behind := around(r, pSession)
	with := func(key string) string { return before + pSession + key + behind }
	for _, key := range append([]string{""}, suspects.Sessions...) {
		switch {
		case given && key == sent:
		case key == "":
			list = append(list, build{name: name, advice: advice + ": an empty one", text: with("")})
		default:
			list = append(list, build{name: name, advice: advice, text: with(key), shown: with(Mask(key))})
		}
	}
	return list
}

// Mask keeps the first two characters of a key.
func Mask(key string) string {
	if chars := []rune(key); len(chars) > 2 {
		return string(chars[:2]) + "***"
	}
	return "***"
}

// changedLater are texts in which a public parameter has another likely value:
// it was set after signing.
func changedLater(r *Request, suspects Suspects) []build {
	var list []build
	set := func(name, value string) {
		if value != r.Params[name] {
			list = append(list, changed(r, name, value))
		}
	}
	if !suspects.Lower {
		for _, format := range []string{"json", "xml"} {
			set(pFormat, format)
		}
		for _, method := range []string{MD5, HMAC, HMACSHA256} {
			set(pSignMethod, method)
		}
	}
	if sent, ok := ParseTimestamp(r.Params[pTimestamp]); ok {
		set(pTimestamp, wire.FormatDate(sent))
		set(pTimestamp, strconv.FormatInt(sent.UnixMilli(), 10))
		set(pTimestamp, strconv.FormatInt(sent.Unix(), 10))
	}
	return list
}

func changed(r *Request, name, value string) build {
	before, behind := around(r, name)
	return changedTo(name, value, before, behind)
}

func changedTo(name, value, before, behind string) build {
	return build{
		name: "changed_after_signing", advice: name + " was " + value + " when it was signed", text: before + name + value + behind,
	}
}

// maxLeftOut is up to how many parameters each is tried without.
const maxLeftOut = 60

// oneByOne are the texts in which one parameter is missing.
func oneByOne(r *Request) iter.Seq[build] {
	return func(yield func(build) bool) {
		if len(r.Params) > maxLeftOut {
			return
		}
		for _, name := range slices.Sorted(maps.Keys(r.Params)) {
			if name == pSign {
				continue
			}
			before, behind := around(r, name)
			advice := name + " was sent and not signed; every parameter but sign is signed"
			if !yield(build{name: "left_out_" + name, advice: advice, text: before + behind}) {
				return
			}
		}
	}
}

// otherTimes are the texts with a timestamp that was made anew, the nearest
// first: ten minutes either way for a date, two for epoch seconds, less in
// texts that are long.
func otherTimes(r *Request, size int) iter.Seq[build] {
	text := r.Params[pTimestamp]
	sent, ok := ParseTimestamp(text)
	write, reach := wire.FormatDate, 600
	switch len(text) {
	case len(wire.DateLayout):
	case 10:
		write, reach = func(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }, 120
	default: // by the millisecond there are too many
		ok = false
	}
	reach = min(reach, effort/8/max(size, 1))
	return func(yield func(build) bool) {
		if !ok {
			return
		}
		before, behind := around(r, pTimestamp)
		for s := range reach {
			for _, by := range []time.Duration{-time.Second, time.Second} {
				if !yield(changedTo(pTimestamp, write(sent.Add(time.Duration(s+1)*by)), before, behind)) {
					return
				}
			}
		}
	}
}

// around returns the right text up to a parameter and behind it, whether or
// not it was sent.
func around(r *Request, name string) (before, behind string) {
	return BaseString(without(r.Params, func(n, _ string) bool { return n >= name }), nil),
		BaseString(without(r.Params, func(n, _ string) bool { return n <= name }), r.Body)
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
