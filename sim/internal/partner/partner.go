// Package partner is the partner gateway 蜂巢 (partner-refund-agree.txt,
// refund-domain.md §6): a translator in front of TOP. It proves the caller by
// its own signature, translates the names, has TOP's dispatcher do the work,
// and puts the answer into its own envelope. It never reaches the refunds by
// itself.
package partner

import (
	"crypto/md5"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/topsim/topsim/sim/internal/top"
	"github.com/topsim/topsim/sim/internal/wire"
)

// Partner is one registered partner.
type Partner struct {
	AppID  string
	Secret string
	SysIDs []string
	AppKey string            // the TOP app that the gateway calls with
	Shops  map[string]string // seller nick -> stored session key
}

// Gateway is one world's partner gateway.
type Gateway struct {
	Find     func(appID string) (Partner, bool)
	Dispatch func(r *top.Request, now time.Time, requestID string) top.Answer
	Skip     map[string]bool // names of checks that are left out: sign, timestamp
}

// ContentType of every answer.
const ContentType = "application/json;charset=UTF-8"

// AppIDParam is the parameter that tells partners apart.
const AppIDParam = "appid"

// window is how far a timestamp may be off.
const window = 10 * time.Minute

// refusal is an error of the gateway's own. No list of codes is published, so
// the numbers are ours.
type refusal struct {
	check   string
	code    int
	message string
	signed  bool // the signature was looked at and is right
}

// Agree serves POST /gateway/taobao/refund/agree: the answer as TOP gave it,
// for the journal, and the bytes to send.
func (g *Gateway) Agree(r *top.Request, now time.Time, requestID string) (top.Answer, []byte) {
	p, refused := g.check(r, now)
	if refused != nil {
		answer, body := refuse(refused.check, refused.code, refused.message)
		answer.Signed = refused.signed
		return answer, body
	}
	params := map[string]string{"method": "taobao.rp.refunds.agree"} // ignore_code is not offered
	for _, name := range []string{"refund_infos", "code"} {
		if value, sent := r.Params[name]; sent {
			params[name] = value
		}
	}
	answer := g.Dispatch(&top.Request{
		Verb: r.Verb, Params: params, IP: r.IP, Header: r.Header, Wait: r.Wait, Unbent: r.Unbent,
		Vouched: &top.Voucher{AppKey: p.AppKey, Session: p.Shops[r.Params["tb_seller_nick"]], Reviews: true},
	}, now, requestID)
	answer.Signed = !g.Skip["sign"]
	if answer.Error != nil {
		return answer, Failure(answer.Error)
	}
	// No trace_id beside them.
	data := answer.Document.Body.With("request_id", wire.Str(requestID)).Sorted()
	return answer, render(wire.Obj(
		wire.Member{Name: "code", Value: wire.Int(0)},
		wire.Member{Name: "message", Value: wire.Str("ok")},
		wire.Member{Name: "data", Value: data},
	))
}

// check proves the caller; the first test that fails refuses.
func (g *Gateway) check(r *top.Request, now time.Time) (Partner, *refusal) {
	if r.Verb != "POST" || r.Broken {
		return Partner{}, &refusal{check: "verb", code: 400, message: "only POST with a form body is accepted"}
	}
	p, known := g.Find(r.Params[AppIDParam])
	if !known {
		return p, &refusal{check: "appid", code: 405, message: "appid不存在"}
	}
	if !g.Skip["sign"] && !signedBy(r.Params, p.Secret) {
		return p, &refusal{check: "sign", code: 401, message: "签名错误"}
	}
	signed := !g.Skip["sign"]
	if !g.Skip["timestamp"] && !fresh(r.Params["timestamp"], now) {
		return p, &refusal{"timestamp", 402, "timestamp无效或已过期", signed}
	}
	if !slices.Contains(p.SysIDs, r.Params["sysid"]) {
		return p, &refusal{"sysid", 404, "sysid无效", signed}
	}
	if p.Shops[r.Params["tb_seller_nick"]] == "" {
		return p, &refusal{"shop", 403, "店铺未授权", signed}
	}
	return p, nil
}

// Sign returns the gateway's signature: lower-case hex MD5 of the parameters
// but sign, sorted, empty ones included, between two secrets (refund-domain.md
// §6.2, A-117).
func Sign(params map[string]string, secret string) string {
	sum := md5.Sum([]byte(secret + top.BaseString(params, nil) + secret))
	return hex.EncodeToString(sum[:])
}

func signedBy(params map[string]string, secret string) bool {
	return subtle.ConstantTimeCompare([]byte(params["sign"]), []byte(Sign(params, secret))) == 1
}

// fresh reads Unix seconds.
func fresh(text string, now time.Time) bool {
	seconds, err := strconv.ParseInt(text, 10, 64)
	return err == nil && now.Sub(time.Unix(seconds, 0)).Abs() <= window
}

// describe words a TOP error as the FAQ shows it: sub_code, then its hint
//
func describe(e *top.Error) string {
	if e.SubCode == "" && e.SubMsg == "" {
		return e.Msg
	}
	return strings.Trim(e.SubCode+":"+e.SubMsg, ":")
}

// refuse returns an answer of the gateway's own, with HTTP status 200 like
// every other.
func refuse(check string, code int, message string) (top.Answer, []byte) {
	return top.Answer{
		Outcome: top.Errored, Check: check, Error: &top.Error{Key: "partner-" + check, Code: code, Msg: message},
	}, failure(code, message)
}

// Failure returns the envelope of a TOP error.
func Failure(e *top.Error) []byte { return failure(e.Code, describe(e)) }

func failure(code int, message string) []byte {
	return render(wire.Obj(
		wire.Member{Name: "code", Value: wire.Int(int64(code))},
		wire.Member{Name: "message", Value: wire.Str(message)},
	))
}

func render(body wire.Node) []byte {
	return wire.Document{Body: body}.Render(wire.Form{JSON: true})
}
