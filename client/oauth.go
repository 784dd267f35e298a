package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

const (
	authorizePath = "/authorize"
	tokenPath     = "/token"
)

// OAuthError is a refusal of /token, which comes with HTTP status 400 (top-protocol.md §8).
type OAuthError struct {
	Code        string // error, e.g. "invalid_client"
	Description string // error_description, e.g. "authorize code expire"; it may repeat the code that was sent, never a token
}

// Error prints code and description.
func (e *OAuthError) Error() string { return e.Code + ": " + e.Description }

// AuthorizeURL returns the address where an account authorises the app in a browser: /authorize at the client's url, which
// in production is "https://oauth.taobao.com" and for a simulator its base. The browser then goes to
// redirectURI?code=…&state=…, which must be registered for the app. Choose a state that nobody can guess and compare it
// with the one that comes back; "" is not sent. A bad url of [New] is an error.
func (c *Client) AuthorizeURL(redirectURI, state string) (string, error) {
	if c.err != nil {
		return "", fmt.Errorf("authorize url: %w", c.err)
	}
	query := map[string]string{"response_type": "code", "client_id": c.appKey, "redirect_uri": redirectURI, "view": "web"}
	if state != "" {
		query["state"] = state
	}
	return c.beside(authorizePath) + "?" + encodeForm(query), nil
}

// ExchangeCode trades the code that came to redirectURI for a token: POST /token at the client's url, see
// [Client.AuthorizeURL]. It is sent once.
//
// Errors: [*OAuthError] if the platform refused; [*UnknownOutcomeError] if no usable answer came, so that the code may be
// used up; anything else was noticed before sending. None shows a token or the app's secret.
func (c *Client) ExchangeCode(ctx context.Context, code, redirectURI string) (*Token, error) {
	return c.grant(ctx, map[string]string{"grant_type": "authorization_code", "code": code, "redirect_uri": redirectURI})
}

// ExchangeRefreshToken trades a refresh token for a new pair, like [Client.TokenRefresh] but at /token. Errors as for
// [Client.ExchangeCode].
func (c *Client) ExchangeRefreshToken(ctx context.Context, refreshToken string) (*Token, error) {
	return c.grant(ctx, map[string]string{"grant_type": "refresh_token", "refresh_token": refreshToken})
}

func (c *Client) grant(ctx context.Context, form map[string]string) (*Token, error) {
	if c.err != nil {
		return nil, fmt.Errorf("token: %w", c.err)
	}
	form["client_id"], form["client_secret"] = c.appKey, c.secret
	req, err := c.request(ctx, http.MethodPost, c.beside(tokenPath), formType, []byte(encodeForm(form)))
	if err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	body, err := c.roundTrip(req)
	var token Token
	if err == nil {
		err = decodeGrant(body, &token)
	}
	if err == nil {
		return &token, nil
	}
	var status *HTTPError
	if errors.As(err, &status) && status.StatusCode == http.StatusBadRequest {
		if refusal, ok := grantRefusal(body); ok {
			return nil, fmt.Errorf("token: %w", refusal)
		}
	}
	return nil, &UnknownOutcomeError{Method: tokenPath, Err: err}
}

// decodeGrant reads an answer of /token. Its errors do not quote the body.
func decodeGrant(body []byte, token *Token) error {
	tree, err := parseJSON(body)
	if err == nil {
		err = bindReply(token, tree)
	}
	if err == nil && token.AccessToken == "" {
		err = errNoToken
	}
	if err != nil {
		return fmt.Errorf("unreadable answer of %d bytes: %w", len(body), err)
	}
	return nil
}

// grantRefusal reads a refusal of /token; ok is false for a body that is none.
func grantRefusal(body []byte) (refusal *OAuthError, ok bool) {
	var wire struct {
		Error       string `top:"error"`
		Description string `top:"error_description"`
	}
	tree, err := parseJSON(body)
	if err == nil {
		err = bindReply(&wire, tree)
	}
	return &OAuthError{Code: wire.Error, Description: wire.Description}, err == nil && wire.Error != ""
}
