package top

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Check is one step of the gateway. The first that refuses ends the call.
type Check struct {
	Name      string
	Skippable bool // may be named in --skip-checks
	Own       bool // belongs to TOP's own door: left out for a vouched identity
	Whole     bool // concerns a batch as a whole as well, beside those of its own
	run       func(*Dispatcher, *Call) *Fault
}

// Checks is the chain of top-protocol.md §5.4, as data so that it can
// be put right.
var Checks = []Check{
	{Name: "verb", Own: true, run: checkVerb},
	{Name: "body", Whole: true, run: checkBody},
	{Name: "method", run: checkMethod},
	{Name: "app_key", Whole: true, run: checkApp},
	{Name: "timestamp", Own: true, Skippable: true, run: checkTimestamp},
	{Name: "version", Own: true, Skippable: true, run: checkVersion},
	{Name: "format", Own: true, run: checkFormat},
	{Name: "sign", Own: true, Skippable: true, run: checkSign},
	{Name: "known", run: checkKnown},
	{Name: "package", Skippable: true, run: checkPackage},
	{Name: "ip", Skippable: true, run: checkIP},
	{Name: "rate", Skippable: true, run: checkRate},
	{Name: "session", run: checkSession, Skippable: true},
	{Name: "permission", Skippable: true, run: checkPermission},
	{Name: "w2", Skippable: true, run: checkW2},
}

// SkippableChecks returns the names that may be skipped.
func SkippableChecks() []string {
	var names []string
	for _, c := range Checks {
		if c.Skippable {
			names = append(names, c.Name)
		}
	}
	return names
}

func checkVerb(_ *Dispatcher, c *Call) *Fault {
	if c.Verb != "GET" && c.Verb != "POST" {
		return Refuse("http-action-not-allowed")
	}
	return nil
}

func checkBody(_ *Dispatcher, c *Call) *Fault {
	if c.Broken {
		return Refuse("upload-fail")
	}
	return nil
}

func checkMethod(_ *Dispatcher, c *Call) *Fault {
	if c.Request.Method() == "" {
		return Refuse("missing-method")
	}
	return nil
}

func checkApp(d *Dispatcher, c *Call) *Fault {
	key := c.AppKey()
	if c.Vouched != nil {
		key = c.Vouched.AppKey
	}
	if key == "" {
		return Refuse("missing-app-key")
	}
	app, ok := d.Directory.App(key)
	if !ok {
		return Refuse("invalid-app-key")
	}
	c.App = app
	return nil
}

func checkTimestamp(d *Dispatcher, c *Call) *Fault {
	text := c.Params[pTimestamp]
	if text == "" {
		return Refuse("missing-timestamp")
	}
	sent, ok := ParseTimestamp(text)
	if !ok {
		return Refuse("invalid-timestamp")
	}
	if d.Window > 0 && c.Now.Sub(sent).Abs() > d.Window {
		return Refuse("invalid-timestamp")
	}
	return nil
}

var number = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]*)?$`)

func checkVersion(_ *Dispatcher, c *Call) *Fault {
	switch text := c.Params[pVersion]; {
	case text == "":
		return Refuse("missing-version")
	case text == "2.0":
		return nil
	case number.MatchString(text):
		return Refuse("unsupported-version")
	}
	return Refuse("invalid-version")
}

func checkFormat(_ *Dispatcher, c *Call) *Fault {
	switch c.Params[pFormat] {
	case "", "xml", "json":
		return nil
	}
	return Refuse("invalid-format")
}

func checkSign(_ *Dispatcher, c *Call) *Fault {
	if c.Params[pSign] == "" {
		return Refuse("missing-signature")
	}
	if !signedBy(c.Request, c.App.Secret) {
		return Refuse("invalid-signature")
	}
	return nil
}

func checkKnown(d *Dispatcher, c *Call) *Fault {
	m, ok := d.Registry.Find(c.Request.Method())
	switch {
	case ok:
		c.Method = m
	case d.Script != nil && d.Script.Answers(c):
		c.Method = foreign(c.Request.Method())
	default:
		return Refuse("invalid-method")
	}
	return nil
}

// scopeIDs are the numbers that the refusal names instead of a package; the
// platform's own are not published, these are from a captured body.
var scopeIDs = map[string]string{"refund": "11022", "procurement": "11600", "idle": "11863"}

// Packages lists the permission packages that apps have or lack.
func Packages() []string { return slices.Sorted(maps.Keys(scopeIDs)) }

func checkPackage(_ *Dispatcher, c *Call) *Fault {
	if !c.App.may(c.Method.Package) {
		return Refuse("package-limit", scopeIDs[c.Method.Package])
	}
	return nil
}

func checkIP(_ *Dispatcher, c *Call) *Fault {
	if len(c.App.IPs) > 0 && !slices.Contains(c.App.IPs, c.IP) {
		return Refuse("ip-whitelist-limit", c.App.Key, strings.Join(c.App.IPs, ","), c.IP)
	}
	return nil
}

func checkRate(d *Dispatcher, c *Call) *Fault {
	l, left := d.rates.take(d.limits(c.App, c.Method.Name, c.Now), c.Now)
	if left > 0 {
		return Refuse(l.row, strconv.Itoa(seconds(left))).Because("%s: %d are allowed", l.what, l.calls)
	}
	return nil
}

// checkSession finds out who calls. A session that is given must be good even
// where none is needed.
func checkSession(d *Dispatcher, c *Call) *Fault {
	key := c.sessionKey()
	if key == "" {
		if c.Method.Session {
			return Refuse("missing-session")
		}
		return nil
	}
	s, ok := d.Directory.Session(key)
	if !ok || s.AppKey != c.App.Key || !s.Expires.IsZero() && !c.Now.Before(s.Expires) {
		return Refuse("invalid-session")
	}
	c.Session = s
	return nil
}

func (c *Call) sessionKey() string {
	if c.Vouched != nil {
		return c.Vouched.Session
	}
	return c.Params[pSession]
}

func checkPermission(_ *Dispatcher, c *Call) *Fault {
	if c.Session.denies(c.Method.Name) {
		return Refuse("subuser-no-permission", c.Method.Name)
	}
	return nil
}

func checkW2(_ *Dispatcher, c *Call) *Fault {
	if until := c.Session.W2Until; c.Method.W2 && !until.IsZero() && !c.Now.Before(until) {
		return Refuse("w2-expired")
	}
	return nil
}
