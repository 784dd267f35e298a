package method_test

import (
	"testing"

	"github.com/topsim/topsim/sim/internal/top"
)

// A token that was made is a change that is kept; a refusal leaves none.
func TestTokensAreCommitted(t *testing.T) {
	demo, err := plain()
	must(t, err)
	w := newWorld(t, testCase{world: demo}, top.Documented)
	code := map[string]string{"code": w.authorize("kingdo:cs01")}
	created := w.send("taobao.top.auth.token.create", code)
	if !created.Committed || len(created.Secrets) != 2 {
		t.Fatalf("created: %+v", created)
	}
	refresh := map[string]string{"refresh_token": created.Secrets[1]}
	if refreshed := w.send("taobao.top.auth.token.refresh", refresh); !refreshed.Committed {
		t.Errorf("refreshed: %+v", refreshed)
	}
	for name, params := range map[string]map[string]string{"taobao.top.auth.token.create": code, "taobao.top.auth.token.refresh": refresh} {
		if again := w.send(name, params); again.Committed || again.Error == nil {
			t.Errorf("%s, used: %+v", name, again)
		}
	}
}
