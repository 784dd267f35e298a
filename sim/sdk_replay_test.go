package sim_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/topsim/topsim/sim"
)

// replay is one recorded request and what its sender must get.
type replay struct {
	file string // SDK/name
	sign func(r *recorded, secret string) string
	want []string
}

// replays are all files of testdata/sdk. Their app, sessions and refunds are
// those of the demo world; the dialect is the documented one.
var replays = []replay{
	{"java-2012/agree.http", rightSign, []string{`"code":50`, "isv.invalid-permission:not_sub_user"}},
	{"java-2012/render.http", rightSign, []string{`"address_list":{"address":[{"address_id":112233,`}},
	{"java-2012/multipart.http", rightSign, []string{"<refund_id>54324331233</refund_id>", "<company_name>示例快递</company_name>"}},
	{"java-2017/agree.http", rightSign, []string{"isv.invalid-parameter:code.invalid"}},
	{"java-2017/hmac-sha256.http", md5Anyway, []string{`"code":25`}},
	{"java-2021/agree.http", rightSign, []string{`"msg_code":"SEND_CODE_SUCC"`, `{"refund_id":"43234234","succ":true},{"refund_id":"3123123","succ":true}`}},
	{"java-2021/batch.http", rightSign, []string{`"refund_id":"43234234"`, "not_sub_user", "退款单不存在"}},
	{"java-2021/body-json.http", rightSign, []string{`"refund_id":"43234234"`}},
	{"java-2021/body-xml.http", rightSign, []string{`"refund_id":"43234234"`}},
	{"java-2021/httpdns.http", rightSign, []string{`"code":22`}},
	{"java-2021/multipart.http", rightSign, []string{`"title":"示例商品A"`}},
	{"java-2021/simplify.http", rightSign, []string{`"address_list":[{"address_id":112233,`}},
	{"java-2021/xml.http", rightSign, []string{"<has_good_return>false</has_good_return>", "<refund_version>1409294148714</refund_version>"}},
	{"net-2015/agree.http", oneSided, []string{"<msg_code>SEND_CODE_SUCC</msg_code>"}},
	{"net-2023/agree.http", rightSign, []string{"<msg_code>SOME_OP_SUCC</msg_code>", "<refund_id>43234234</refund_id><succ>true</succ>", "<refund_id>3123123</refund_id><succ>false</succ>"}},
	{"net-2023/get.http", rightSign, []string{"<has_good_return>true</has_good_return>", "<exist_timeout>true</exist_timeout>"}},
	{"net-2023/multipart.http", rightSign, []string{"<refund_id>43234234</refund_id>"}},
	{"net-2023/simplify.http", rightSign, []string{`"reason_list":[{"reason_id":112233,`}},
	{"net-2023/submit.http", rightSign, []string{"<success>false</success>", "<error_code>DisputeInSelleFundOnlyCanReturnAll</error_code>"}},
	{"php-2015/agree.http", rightSign, []string{"<msg_code>SEND_CODE_SUCC</msg_code>"}},
	{"php-2015/get.http", rightSign, []string{"<title>示例商品A</title>"}},
	{"php-2015/httpdns.http", rightSign, []string{"<code>22</code>"}},
	{"php-2015/multipart.http", rightSign, []string{"<refund_id>43234234</refund_id>"}},
	{"php-new/agree.http", rightSign, []string{`"msg_code":"OP_SUCC"`}},
	{"php-new/multipart.http", rightSign, []string{`"refund_id":"43234234"`}},
	{"php-new/not-ignored.http", rightSign, []string{`"msg_code":"SEND_CODE_SUCC"`}},
	{"php-new/submit.http", rightSign, []string{`"success":true`, `"dispute_id":"10000001"`, `"out_biz_id":"php/1"`}},
	{"python-2018/agree.http", rightSign, []string{`"msg_code":"OP_SUCC"`}},
	{"python-2018/dict.http", rightSign, []string{`"code":41`}},
	{"python-2018/multipart.http", rightSign, []string{`"title":"示例商品A"`}},
	{"go-2024/agree.http", rightSign, []string{`{"succ":true,"results":[{`, `"msg_code":"OP_SUCC"`}},
	{"go-2024/render.http", rightSign, []string{`"reason_list":[{"reason_id":112233,`}},
	{"node/agree.http", rightSign, []string{`"msg_code":"OP_SUCC"`}},
	{"node/file.http", rightSign, []string{`"refund_id":"43234234"`}},
	{"node/get.http", rightSign, []string{`<code>21</code>`}},
	{"node/submit.http", rightSign, []string{`"success":true`}},
	{"npm-topsdk/agree.http", rightSign, []string{`"msg_code":"OP_SUCC"`}},
	{"npm-topsdk/buffer.http", bufferLeftOut, []string{`"code":25`}},
	{"npm-topsdk/get.http", rightSign, []string{`"refund_id":"43234234"`}},
	{"npm-topsdk/object.http", objectObject, []string{`"code":25`}},
	{"c-2015/get.http", rightSign, []string{`"refund_id":"43234234"`}},
	{"alibaba-top-2013/get.http", rightSign, []string{`"refund_id":"43234234"`}},
	{"ihipop-topclient/render.http", rightSign, []string{`"address_list":[{"address_id":112233,`}},
	{"opentaobao/agree.http", rightSign, []string{`"msg_code":"SOME_OP_SUCC"`, `"refund_id":"88824002297127635","succ":true`, `"refund_id":"88824002297127636","succ":false`}},
}

// TestSDKReplays sends each recorded request over a bare connection, then once
// more signed with another secret, on the same connection as SDKs do. Every
// answer must be one that its sender can read (sdk_rules_test.go), in either
// dialect.
func TestSDKReplays(t *testing.T) {
	for _, dialect := range []string{"documented", "captured"} {
		t.Run(dialect, func(t *testing.T) {
			s := sim.Run(t, sim.WithClock(frozen), sim.WithTimestampWindow(10*time.Minute), sim.WithAdminAddr("off"), sim.WithDialect(dialect))
			for _, p := range replays {
				t.Run(strings.TrimSuffix(p.file, ".http"), func(t *testing.T) {
					must(t, s.Control().ResetWorld(ctx, sim.DefaultWorld))
					p.play(t, s.URL(), dialect)
				})
			}
		})
	}
}

func (p replay) play(t *testing.T, gateway, dialect string) {
	t.Helper()
	r := readRecorded(t, p.file)
	connection := dial(t, gateway)
	good := connection.ask(t, r, p.sign(r, "helloworld"))
	good.mustBeReadable(t)
	if dialect == "documented" { // the other one has its members in alphabetical order
		wants(t, good.body, p.want...)
	}
	if r.header.Get("Connection") == "close" {
		connection = dial(t, gateway)
	}
	bad := connection.ask(t, r, p.sign(r, "not the secret"))
	bad.mustBeReadable(t)
	if strings.Contains(r.text, signMark) != regexp.MustCompile(`"code":25,|<code>25<`).MatchString(bad.body) { // one SDK loses its sign
		t.Errorf("signed with another secret: %s", bad.body)
	}
}

// mustBeReadable holds each part of the answer against every rule for its
// form.
func (a *answer) mustBeReadable(t *testing.T) {
	t.Helper()
	for _, part := range a.parts() {
		for _, r := range readable {
			if r.applies(part) && !r.holds(part) {
				t.Errorf("%s: breaks %s\n%s\n%v\n%s", r.name, strings.Join(r.breaks, ", "), part.status, part.header, part.body)
			}
		}
	}
}

// parts are the answers inside a batch's; any other answer has one.
func (a *answer) parts() []*answer {
	var parts []*answer
	for body := range strings.SplitSeq(a.body, "\r\n-S-\r\n") {
		part := *a
		part.body = body
		parts = append(parts, &part)
	}
	return parts
}

// TestSDKReplaysAreComplete: every file is played, and every SDK that a rule
// protects has one.
func TestSDKReplaysAreComplete(t *testing.T) {
	var played, sdks []string
	for _, p := range replays {
		sdk, _, _ := strings.Cut(p.file, "/")
		played, sdks = append(played, p.file), append(sdks, sdk)
	}
	must(t, fs.WalkDir(os.DirFS(sdkDir), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".http" && !slices.Contains(played, path) {
			t.Errorf("%s is not in the table", path)
		}
		return err
	}))
	for _, r := range readable {
		for _, sdk := range r.breaks {
			if !slices.Contains(sdks, sdk) {
				t.Errorf("rule %q: no file of %s", r.name, sdk)
			}
		}
	}
}
