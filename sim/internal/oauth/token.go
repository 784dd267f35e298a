package oauth

import (
	"net/url"
	"time"

	"github.com/topsim/topsim/sim/internal/wire"
)

// Token is an access token, which is a session key, with its refresh token.
type Token struct {
	Access, Refresh string
	AppKey          string // canonical
	Account         Account
	Issued          time.Time
	Expires         time.Time // of the access token
	RefreshUntil    time.Time
	R1, R2, W1, W2  time.Time // until when the security levels are good
}

// Effect says for the journal what the token is, without saying it.
func (t Token) Effect() string {
	return "session key for " + t.Account.Name() + " until " + wire.FormatDate(t.Expires)
}

// JSON returns the token as /token answers it and token_result has it: the
// members in the order of the published ones, epoch milliseconds and seconds,
// ids as Strings, nicks URL-encoded (top-protocol.md §8, G20). A sub-account's
// taobao_user_* are its main account's.
func (t Token) JSON() []byte {
	type member = wire.Member
	valid := func(until time.Time) wire.Node { return wire.Int(until.UnixMilli()) }
	in := func(until time.Time) wire.Node { return wire.Int(max(int64(until.Sub(t.Issued)/time.Second), 0)) }
	text := wire.Str
	forSub := func(value string) wire.Node {
		if t.Account.Sub == "" {
			return wire.Node{}
		}
		return text(value)
	}
	return render(wire.Obj(
		member{Name: "w1_expires_in", Value: in(t.W1)},
		member{Name: "refresh_token_valid_time", Value: valid(t.RefreshUntil)},
		member{Name: "taobao_user_nick", Value: text(url.QueryEscape(t.Account.Shop))},
		member{Name: "re_expires_in", Value: in(t.RefreshUntil)},
		member{Name: "expire_time", Value: valid(t.Expires)},
		member{Name: "token_type", Value: text("Bearer")},
		member{Name: "sub_taobao_user_id", Value: forSub(t.Account.SubUserID)},
		member{Name: "access_token", Value: text(t.Access)},
		member{Name: "taobao_open_uid", Value: text(openUID(t.AppKey, t.Account.Shop))},
		member{Name: "w1_valid", Value: valid(t.W1)},
		member{Name: "refresh_token", Value: text(t.Refresh)},
		member{Name: "w2_expires_in", Value: in(t.W2)},
		member{Name: "sub_taobao_user_nick", Value: forSub(url.QueryEscape(t.Account.Name()))},
		member{Name: "w2_valid", Value: valid(t.W2)},
		member{Name: "r1_expires_in", Value: in(t.R1)},
		member{Name: "r2_expires_in", Value: in(t.R2)},
		member{Name: "r2_valid", Value: valid(t.R2)},
		member{Name: "r1_valid", Value: valid(t.R1)},
		member{Name: "taobao_open_sub_uid", Value: forSub(openUID(t.AppKey, t.Account.Name()))},
		member{Name: "taobao_user_id", Value: text(t.Account.UserID)},
		member{Name: "expires_in", Value: in(t.Expires)},
	))
}

// JSON returns the body of the refusal.
func (e *Error) JSON() []byte {
	return render(wire.Obj(
		wire.Member{Name: "error", Value: wire.Str(e.Name())},
		wire.Member{Name: "error_description", Value: wire.Str(e.Description())},
	))
}

func render(body wire.Node) []byte { return wire.Document{Body: body}.Render(wire.Form{JSON: true}) }
