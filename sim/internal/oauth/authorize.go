package oauth

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Names of the parameters (top-protocol.md §8); account is ours.
const (
	ClientIDParam     = "client_id"
	RedirectURIParam  = "redirect_uri"
	ResponseTypeParam = "response_type"
	StateParam        = "state"
	ViewParam         = "view"
	AccountParam      = "account"

	pClientSecret = "client_secret"
	pGrantType    = "grant_type"
	pCode         = "code"
	pRefreshToken = "refresh_token"
)

// maxCodes bounds how many of the last codes a world remembers.
const maxCodes = 1000

// code is a consent that waits to be traded for a token.
type code struct {
	app         string
	account     Account
	redirectURI string
	expires     time.Time
}

// Consent is what /authorize answers: a choice of accounts, or, if the request
// names one, where the browser goes with the code.
type Consent struct {
	Client   Client
	Account  Account
	Location string // "" while nobody is chosen
}

// Authorize serves an authorisation request. Until the redirect_uri is known
// to be the app's, nobody is sent there: refusals are for a page.
func (a *Authority) Authorize(now time.Time, params map[string]string) (Consent, error) {
	client, err := a.client(params)
	if err != nil {
		return Consent{}, err
	}
	redirect := params[RedirectURIParam]
	if redirect == "" {
		return Consent{}, refuse(Missing, RedirectURIParam)
	}
	target, ok := client.registered(redirect)
	if !ok {
		return Consent{}, refuse(Callback, "")
	}
	switch params[ResponseTypeParam] {
	case "code":
	case "":
		return Consent{}, refuse(Missing, ResponseTypeParam)
	default: // also token, whose top_sign is not known well enough
		return Consent{}, refuse(ResponseType, "")
	}
	consent := Consent{Client: client}
	name := params[AccountParam]
	if name == "" {
		return consent, nil
	}
	i := slices.IndexFunc(client.Accounts, func(account Account) bool { return account.Name() == name })
	if i < 0 {
		return Consent{}, refuse(UnknownAccount, name)
	}
	consent.Account = client.Accounts[i]
	text := a.issue(code{client.Key, consent.Account, redirect, now.Add(a.policy.Code)})
	consent.Location = location(target, text, params[StateParam])
	return consent, nil
}

// client finds the app that a request names.
func (a *Authority) client(params map[string]string) (Client, error) {
	id := params[ClientIDParam]
	if id == "" {
		return Client{}, refuse(Missing, ClientIDParam)
	}
	client, ok := a.find(id)
	if !ok {
		return Client{}, refuse(UnknownClient, "")
	}
	return client, nil
}

// issue hands out a code and forgets the oldest ones.
func (a *Authority) issue(c code) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	text := a.ids.AuthorizeCode()
	for slices.Contains(a.issued, text) { // a world may have been handed codes of another one
		text = a.ids.AuthorizeCode()
	}
	a.codes[text] = c
	a.issued = append(a.issued, text)
	if excess := len(a.issued) - maxCodes; excess > 0 {
		for _, old := range a.issued[:excess] {
			delete(a.codes, old)
		}
		a.issued = slices.Delete(a.issued, 0, excess)
	}
	return text
}

// registered reads a redirect_uri that the app may use: any port and path of
// this machine over http, or one of its own to the letter. Whatever
// tools could read in two ways, such as user:password@ or a fragment, is none.
func (c Client) registered(redirect string) (*url.URL, bool) {
	u, ok := ParseRedirect(redirect)
	if !ok {
		return nil, false
	}
	if slices.Contains(c.RedirectURIs, redirect) {
		return u, true
	}
	host := strings.ToLower(u.Hostname())
	return u, u.Scheme == "http" && (host == "127.0.0.1" || host == "localhost" || host == "::1")
}

// ParseRedirect reads an address that a code can be sent to: absolute, http or
// https, without user and fragment.
func ParseRedirect(text string) (*url.URL, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || strings.Contains(text, "#") {
		return nil, false
	}
	return u, true
}

// location puts code and state behind what the address has already.
func location(target *url.URL, code, state string) string {
	query := "code=" + url.QueryEscape(code)
	if state != "" {
		query += "&state=" + url.QueryEscape(state)
	}
	to := *target
	if to.RawQuery != "" {
		query = escaped(to.RawQuery) + "&" + query
	}
	to.RawQuery = query
	return to.String()
}

// escaped writes what no URL may have bare, and clients send all the same.
func escaped(query string) string {
	var out strings.Builder
	for _, b := range []byte(query) {
		if b <= ' ' || b >= 0x7f || strings.IndexByte("\"<>\\^`{|}", b) >= 0 {
			fmt.Fprintf(&out, "%%%02X", b)
			continue
		}
		out.WriteByte(b)
	}
	return out.String()
}
