package sim

import (
	"maps"
	"slices"
	"strings"

	"github.com/topsim/topsim/sim/internal/journal"
	"github.com/topsim/topsim/sim/internal/scenario"
)

// masked returns the parameters and the body of a call without what opens a
// session: keys, codes and tokens that were sent, and those that were handed
// out.
func masked(e journal.Entry) (params map[string]string, body string) {
	params, body = maps.Clone(e.Params), e.Body
	for _, name := range slices.Sorted(maps.Keys(e.Params)) { // one value may be a part of another
		if !scenario.Secret(e.Method, name) {
			continue
		}
		value := params[name]
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
