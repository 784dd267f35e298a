package oauth

import (
	"crypto/subtle"
	"slices"
	"strconv"
	"time"
)

// Redeem serves a request of /token. The app is proved first, then what it
// brings; a refused request leaves the code as it was.
func (a *Authority) Redeem(now time.Time, params map[string]string) (Token, error) {
	client, err := a.client(params)
	if err != nil {
		return Token{}, err
	}
	needed := func(names ...string) error {
		for _, name := range names {
			if params[name] == "" {
				return refuse(Missing, name)
			}
		}
		return nil
	}
	if err := needed(pClientSecret); err != nil {
		return Token{}, err
	}
	if subtle.ConstantTimeCompare([]byte(params[pClientSecret]), []byte(client.Secret)) != 1 {
		return Token{}, refuse(WrongSecret, "")
	}
	switch params[pGrantType] {
	case "":
		return Token{}, refuse(Missing, pGrantType)
	case "authorization_code":
		if err := needed(pCode, RedirectURIParam); err != nil {
			return Token{}, err
		}
		redirect := params[RedirectURIParam]
		return a.exchange(now, client.Key, params[pCode], &redirect)
	case "refresh_token":
		if err := needed(pRefreshToken); err != nil {
			return Token{}, err
		}
		return a.Refresh(now, client.Key, params[pRefreshToken])
	}
	return Token{}, refuse(GrantType, "")
}

// Create trades an app's code for a token, once: taobao.top.auth.token.create,
// which takes no redirect_uri.
func (a *Authority) Create(now time.Time, appKey, code string) (Token, error) {
	return a.exchange(now, appKey, code, nil)
}

func (a *Authority) exchange(now time.Time, appKey, text string, redirect *string) (Token, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c, ok := a.codes[text]
	switch {
	case !ok || c.app != appKey: // a used one is as unknown as one that never was
		return Token{}, refuse(CodeInvalid, text)
	case !now.Before(c.expires):
		return Token{}, refuse(CodeExpired, "")
	case redirect != nil && *redirect != c.redirectURI:
		return Token{}, refuse(Redirect, "")
	}
	who := holder{appKey, c.account.Name()}
	a.sweep(now, who)
	if len(a.held[who]) >= a.policy.Sessions {
		return Token{}, refuse(TooManyKeys, strconv.Itoa(a.policy.Sessions))
	}
	delete(a.codes, text)
	t := a.newToken(now, appKey, c.account)
	a.keep(t)
	return t, nil
}

// Refresh trades an app's refresh token for a new pair; the old pair is gone
// at once, access token included.
func (a *Authority) Refresh(now time.Time, appKey, refreshToken string) (Token, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	old, ok := a.tokens[a.refresh[refreshToken]]
	if !ok || old.AppKey != appKey {
		return Token{}, refuse(RefreshInvalid, "")
	}
	if !now.Before(old.RefreshUntil) {
		return Token{}, refuse(RefreshExpired, "")
	}
	t := a.newToken(now, appKey, old.Account)
	if a.policy.KeepW2 {
		t.W2 = old.W2
	}
	a.forget(old)
	a.keep(t)
	return t, nil
}

// newToken dates every security level, though only W2 is ever enforced.
func (a *Authority) newToken(now time.Time, appKey string, account Account) Token {
	p := a.policy
	return Token{
		Access: a.sessionKey(account), Refresh: a.sessionKey(account),
		AppKey: appKey, Account: account,
		Issued: now, Expires: now.Add(p.Access), RefreshUntil: now.Add(p.Refresh),
		R1: now.Add(p.R1), R2: now.Add(p.R2), W1: now.Add(p.W1), W2: now.Add(p.W2),
	}
}

// sessionKey makes a key that is not in use: a world may have been handed keys
// of another one.
func (a *Authority) sessionKey(account Account) string {
	for {
		key := a.ids.SessionKey() + account.id()
		if _, used := a.tokens[key]; !used && a.refresh[key] == "" {
			return key
		}
	}
}

func (a *Authority) keep(t Token) {
	who := holder{t.AppKey, t.Account.Name()}
	a.tokens[t.Access], a.refresh[t.Refresh] = t, t.Access
	a.held[who] = append(a.held[who], t.Access)
}

func (a *Authority) forget(t Token) {
	who := holder{t.AppKey, t.Account.Name()}
	delete(a.tokens, t.Access)
	delete(a.refresh, t.Refresh)
	a.held[who] = slices.DeleteFunc(a.held[who], func(access string) bool { return access == t.Access })
}

// sweep forgets the holder's tokens that are good for nothing any more.
func (a *Authority) sweep(now time.Time, who holder) {
	for _, access := range slices.Clone(a.held[who]) {
		if t := a.tokens[access]; !now.Before(t.Expires) && !now.Before(t.RefreshUntil) {
			a.forget(t)
		}
	}
}
