package sim

import "github.com/topsim/topsim/sim/internal/strict"

// partnerCall are the parameters of the partner gateway (refund-domain.md §6.1).
func partnerCall() strict.Value {
	words := func(text string) strict.Value { return obj("type", "string", "description", text) }
	return obj("type", "object", "required", []string{"appid", "timestamp", "tb_seller_nick", "sysid", "refund_infos", "sign"}, "properties", obj(
		"appid", words("the partner"),
		"timestamp", obj("type", "string", "pattern", `^\d{10}$`, "description", "Unix seconds"),
		"tb_seller_nick", words("the shop"),
		"sysid", words("the partner's application"),
		"refund_infos", words("as of "+agreeMethod),
		"code", words("the SMS code"),
		"sign", words("see the description of the call"),
	))
}

// partnerReply is a success with the reply of TOP, or a refusal.
func partnerReply() strict.Value {
	return obj("oneOf", list(
		obj("type", "object", "required", []string{"code", "message", "data"}, "properties", obj(
			"code", obj("const", 0), "message", obj("const", "ok"), "data", ref("schemas", agreeMethod+".response"))),
		obj("type", "object", "required", []string{"code", "message"}, "properties", obj(
			"code", obj("type", "integer", "not", obj("const", 0)), "message", obj("type", "string"))),
	))
}

// tokenCall are the parameters of /token.
func tokenCall() strict.Value {
	words := obj("type", "string")
	grant := func(kind string, needs ...string) strict.Value {
		properties := strict.Members{member("grant_type", obj("const", kind))}
		for _, name := range needs {
			properties = append(properties, member(name, words))
		}
		return obj("type", "object", "required", append([]string{"grant_type"}, needs...), "properties", properties)
	}
	return obj("oneOf", list(
		grant("authorization_code", "client_id", "client_secret", "code", "redirect_uri"),
		grant("refresh_token", "client_id", "client_secret", "refresh_token"),
	))
}
