package top

import (
	"fmt"
	"slices"
	"strings"

	"github.com/topsim/topsim/sim/internal/wire"
)

// Row is one line of the table of errors. A "%s" in Msg, SubCode or SubMsg is
// filled in by the check or method that answers with the row.
type Row struct {
	Key     string // its name in scenarios, lists and the journal
	Code    int    // top-level code; 0: a business error, 50 or 15 by dialect
	Msg     string
	SubCode string
	SubMsg  string
	// Captured is the sub_msg where real answers showed another text than the
	// pages print.
	Captured string
	When     string // what provokes it
	Evidence Evidence
	Source   string // document or assumption
	// Injected marks a row that only a scenario answers with: the platform has
	// the error, the simulator by itself never does.
	Injected bool
}

// Args returns how many %s the row has, so what a Fault with its key must
// bring.
func (r Row) Args() int { return strings.Count(r.Msg+r.SubCode+r.SubMsg, "%s") }

const remote = "Remote service error"

// SystemRows are the gateway's own errors, in the order of their codes: the
// wire column of top-protocol.md §5.2.
var SystemRows = []Row{
	{Key: "upload-fail", Code: 3, Msg: "Upload fail", When: "the body is too large or no readable multipart", Evidence: Code, Source: "A-028, A-121"},
	{Key: "app-quota-exceeded", Code: 7, Msg: "App Call Limited", SubCode: "accesscontrol.limited-by-app-access-count",
		SubMsg: "This ban will last for %s more seconds", When: "more calls than the app may make a day, or a second", Evidence: Seen, Source: "top-protocol.md §9, A-158"},
	{Key: "api-call-limited", Code: 7, Msg: "App Call Limited", SubCode: "accesscontrol.limited-by-api-access-count",
		SubMsg: "This ban will last for %s more seconds", When: "more calls of the method than all apps may make a second", Evidence: Seen, Source: "top-protocol.md §9, A-015"},
	{Key: "app-call-limited", Code: 7, Msg: "App Call Limited", SubCode: "accesscontrol.limited-by-app-api-access-count",
		SubMsg: "This ban will last for %s more seconds", When: "more calls of one method than the app may make a second", Evidence: Seen, Source: "top-protocol.md §9, A-015"},
	{Key: "http-action-not-allowed", Code: 9, Msg: "Http action not allowed", When: "a verb other than GET and POST", Evidence: Code, Source: "A-028"},
	{Key: "service-unavailable", Code: 10, Msg: "Service currently unavailable", SubCode: "isp.top-remote-unknown-error", When: "a fault of the simulator itself; its log says which", Evidence: Code, Source: "A-122"},
	{Key: "package-limit", Code: 11, Msg: "Insufficient isv permissions", SubCode: "isv.permission-api-package-limit",
		SubMsg: "scope ids is %s", When: "the app has not the method's permission package", Evidence: Seen, Source: "top-protocol.md §5.2"},
	{Key: "ip-whitelist-limit", Code: 11, Msg: "Insufficient isv permissions", SubCode: "isv.permission-ip-whitelist-limit",
		SubMsg: "The appkey %s is only allowed to call from %s, but your ip is %s", When: "the caller is not on the app's IP list", Evidence: Seen, Source: "top-protocol.md §5.2"},
	{Key: "subuser-no-permission", Code: 12, Msg: "Insufficient user permissions", SubCode: "subuser.has-no-permission",
		SubMsg: "该子帐号无此操作权限%s, 请通过主帐号设置开通相应权限(权限组)!", When: "the main account has not granted the method to the sub-account", Evidence: Seen, Source: "refund-domain.md §4.2, A-070"},
	{Key: "missing-method", Code: 21, Msg: "Missing method", SubMsg: "http传入的参数加入method字段", When: "no method", Evidence: Seen, Source: "G1"},
	{Key: "invalid-method", Code: 22, Msg: "Invalid method", When: "a method that does not exist", Evidence: Seen, Source: "G3"},
	{Key: "invalid-format", Code: 23, Msg: "Invalid format", When: "a format other than xml and json", Evidence: Code, Source: "A-028, A-029"},
	{Key: "missing-signature", Code: 24, Msg: "Missing signature", When: "no sign", Evidence: Code, Source: "A-028"},
	{Key: "invalid-signature", Code: 25, Msg: "Invalid signature", When: "a sign that is not the request's, or an unknown sign_method", Evidence: Seen, Source: "G4, A-024, A-025, A-029"},
	{Key: "missing-session", Code: 26, Msg: "Missing session", When: "no session, for a method that needs one", Evidence: Seen, Source: "A-011"},
	{Key: "invalid-session", Code: 27, Msg: "Invalid session", SubCode: "invalid-sessionkey", SubMsg: "SessionKey非法", When: "an unknown, expired or another app's session", Evidence: Seen, Source: "A-012"},
	{Key: "missing-app-key", Code: 28, Msg: "Missing app key", When: "no app_key", Evidence: Seen, Source: "G5"},
	{Key: "invalid-app-key", Code: 29, Msg: "Invalid app Key", SubCode: "isv.appkey-not-exists", When: "an unknown app_key", Evidence: Seen, Source: "G6"},
	{Key: "missing-timestamp", Code: 30, Msg: "Missing timestamp", When: "no timestamp", Evidence: Code, Source: "A-028"},
	{Key: "invalid-timestamp", Code: 31, Msg: "Invalid timestamp", When: "an unreadable timestamp, or one outside --timestamp-window", Evidence: Code, Source: "A-026, A-028"},
	{Key: "missing-version", Code: 32, Msg: "Missing version", When: "no v", Evidence: Code, Source: "A-028"},
	{Key: "invalid-version", Code: 33, Msg: "Invalid version", When: "v is not a number", Evidence: Code, Source: "A-029"},
	{Key: "unsupported-version", Code: 34, Msg: "Unsupported version", When: "v is a number other than 2.0", Evidence: Page, Source: "A-029"},
	{Key: "missing-arguments", Code: 40, Msg: "Missing required arguments:%s", When: "a required parameter is absent or empty", Evidence: Seen, Source: "A-044"},
	{Key: "invalid-arguments", Code: 41, Msg: "Invalid arguments:%s", When: "a parameter is not of its type or not in its range", Evidence: Seen, Source: "A-044"},
	{Key: "w2-expired", Code: 53, Msg: "Insufficient session permissions", SubCode: "isv.w2-security-authorize-invalid", When: "the authorisation for advanced writes (W2) is too old", Evidence: Code, Source: "A-013"},
	{Key: "world-not-found", Msg: remote, SubCode: "isv.topsim-world-not-found", SubMsg: "%s", When: "the path names a world that does not exist", Evidence: Inference, Source: "A-123"},
	{Key: "scenario-not-found", Msg: remote, SubCode: "isv.topsim-scenario-not-found", SubMsg: "%s", When: "the header X-Topsim-Scenario names a scenario that does not exist", Evidence: Inference, Source: "A-150"},
}

// Table is the whole table of errors by key.
type Table map[string]Row

// NewTable joins rows into a table; a key that stands twice is an error.
func NewTable(groups ...[]Row) (Table, error) {
	table := Table{}
	for _, rows := range groups {
		for _, row := range rows {
			if _, twice := table[row.Key]; twice {
				return nil, fmt.Errorf("error row %q stands twice", row.Key)
			}
			table[row.Key] = row
		}
	}
	return table, nil
}

// Fault is a refusal on its way to the wire: a row's key and what fills the
// row's %s, in order.
type Fault struct {
	Key    string
	Args   []string
	Detail string // why, for the journal; never on the wire
}

// Refuse returns a Fault.
func Refuse(key string, args ...string) *Fault { return &Fault{Key: key, Args: args} }

// Because adds the reason that the journal shows.
func (f *Fault) Because(format string, args ...any) *Fault {
	f.Detail = fmt.Sprintf(format, args...)
	return f
}

func (f *Fault) Error() string { return strings.Join(append([]string{f.Key}, f.Args...), " ") }

// Error is a refusal as the platform words it.
type Error struct {
	Key     string
	Code    int
	Msg     string
	SubCode string
	SubMsg  string
}

// Word gives a fault the words of its row in a dialect. A key without a row
// is a bug and answers as "service-unavailable".
func (t Table) Word(f *Fault, d Dialect) Error {
	row, ok := t[f.Key]
	if !ok {
		row = t["service-unavailable"]
	}
	e := Error{Key: row.Key, Code: row.Code, Msg: row.Msg, SubCode: row.SubCode, SubMsg: row.SubMsg}
	if d == Captured && row.Captured != "" {
		e.SubMsg = row.Captured
	}
	if e.Code == 0 {
		e.Code = d.businessCode()
	}
	args := slices.Clone(f.Args)
	for _, text := range []*string{&e.Msg, &e.SubCode, &e.SubMsg} {
		for strings.Contains(*text, "%s") && len(args) > 0 {
			*text = strings.Replace(*text, "%s", args[0], 1)
			args = args[1:]
		}
	}
	return e
}

// Document returns the error_response body.
func (e Error) Document(requestID string) wire.Document {
	members := []wire.Member{{Name: "code", Value: wire.Int(int64(e.Code))}, {Name: "msg", Value: wire.Str(e.Msg)}}
	if e.SubCode != "" { // always a JSON string, even 2101
		members = append(members, wire.Member{Name: "sub_code", Value: wire.Str(e.SubCode)})
	}
	if e.SubMsg != "" {
		members = append(members, wire.Member{Name: "sub_msg", Value: wire.Str(e.SubMsg)})
	}
	return wire.Document{Root: "error_response", Body: wire.Obj(members...), RequestID: requestID, Fault: true}
}

// Dialect says which of two sources a body follows where pages and captures
// differ.
type Dialect string

// The dialects, the default first.
const (
	Documented Dialect = "documented"
	Captured   Dialect = "captured"
)

func (d Dialect) businessCode() int {
	if d == Captured {
		return 15
	}
	return 50
}
