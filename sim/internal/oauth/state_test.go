package oauth_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim/internal/oauth"
)

// TestResume: an authority that takes over knows every code and token, and
// hands out none of them again.
func TestResume(t *testing.T) {
	first := newScene(t, nil)
	used := first.mustAuthorize()
	token := first.mustRedeem(trading(used))
	waiting := first.mustAuthorize("account", "kingdo")
	other := first.mustRedeem(trading(first.mustAuthorize("client_id", "2"), "client_id", "2", "client_secret", "other"))

	state := first.State()
	second := newScene(t, nil) // begins to count at 1 again
	second.Resume(state)
	if diff := cmp.Diff(state, second.State()); diff != "" {
		t.Error(diff)
	}
	if len(state.Codes) != 3 || !state.Codes[0].Used || state.Codes[1].Used || state.Codes[1].Text != waiting || len(state.Tokens) != 2 {
		t.Errorf("got %+v", state)
	}
	for _, want := range []oauth.Token{token, other} {
		if got, ok := second.Token(want.Access); !ok || got != want {
			t.Errorf("got %+v, %t, want %+v", got, ok, want)
		}
	}
	_, err := second.Redeem(second.now, trading(used))
	refused(t, err, "invalid_client", "authorize code "+used+" invalidate,please authorize again.")

	if code := second.mustAuthorize(); code == used || code == waiting {
		t.Errorf("the code %s is handed out twice", code)
	}
	main := second.mustRedeem(trading(waiting))
	if _, again := first.Token(main.Access); again {
		t.Errorf("the key %s is handed out twice", main.Access)
	}
	second.now = second.now.Add(time.Hour)
	renewed := second.mustRedeem(refreshing(token.Refresh))
	if _, there := second.Token(token.Access); there || renewed.Account != sub {
		t.Errorf("refreshing leaves the old key or gives %+v", renewed)
	}
}

// TestResumeKeepsTheLimit: keys that were taken over are counted.
func TestResumeKeepsTheLimit(t *testing.T) {
	few := func(p *oauth.Policy) { p.Sessions = 1 }
	first := newScene(t, few)
	first.mustRedeem(trading(first.mustAuthorize()))
	second := newScene(t, few)
	second.Resume(first.State())
	if _, err := second.Redeem(second.now, trading(second.mustAuthorize())); err == nil {
		t.Error("one key more than allowed")
	}
}
