package sim

import (
	"maps"
	"strings"

	"github.com/topsim/topsim/sim/internal/journal"
)

// masked returns the parameters and the body of a call without what opens a
// session: keys, codes and tokens that were sent, and those that were handed
// out. An SMS code opens none, and testers need it.
func masked(e journal.Entry) (params map[string]string, body string) {
	names := []string{"session", "client_secret", "access_token", "refresh_token"}
	if e.Door == "oauth" || strings.HasPrefix(e.Method, "taobao.top.auth.token.") {
		names = append(names, "code")
	}
	params, body = maps.Clone(e.Params), e.Body
	for _, name := range names {
		value, sent := params[name]
		if !sent {
			continue
		}
		params[name] = mask(value)
		if len(value) >= shortestSecret { // a refusal may repeat it
			body = strings.ReplaceAll(body, value, mask(value))
		}
	}
	for _, secret := range e.Secrets {
		body = strings.ReplaceAll(body, secret, mask(secret))
	}
	return params, body
}

// shortestSecret is below every real one: what is shorter may be a word of the
// body by chance.
const shortestSecret = 8

// mask keeps the first two characters of a session key.
func mask(key string) string {
	if len(key) <= 2 {
		return key
	}
	return key[:2] + "***"
}
