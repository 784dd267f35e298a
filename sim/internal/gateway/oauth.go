package gateway

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/topsim/topsim/sim/internal/oauth"
	"github.com/topsim/topsim/sim/internal/top"
)

// Paths and name of the two doors of OAuth (top-protocol.md §8).
const (
	authorizePath = "/authorize"
	tokenPath     = "/token"
	oauthDoor     = "oauth"
)

// oauthJSON is the Content-Type of /token.
const oauthJSON = "application/json;charset=UTF-8"

// arriveOAuth picks the world by the client_id.
func (g *gateway) arriveOAuth(c *gin.Context, x *exchange, method string) {
	clientID := x.request.Params[oauth.ClientIDParam]
	x.arrive(c, func() *World { return g.worlds.ByAppKey(clientID) })
	x.entry.Method, x.entry.AppKey = method, printable(clientID)
}

// refusedAtDoor tells what is wrong before anybody reads the parameters.
func (x *exchange) refusedAtDoor(verb string) error {
	switch {
	case x.request.Verb != verb:
		return &oauth.Error{Reason: oauth.Verb, Arg: verb}
	case x.request.Broken:
		return &oauth.Error{Reason: oauth.Broken}
	}
	return nil
}

// serveAuthorize shows who can authorise the app, or sends the browser on if
// the request says who does.
func (g *gateway) serveAuthorize(c *gin.Context, x *exchange) {
	g.arriveOAuth(c, x, "authorize")
	var consent oauth.Consent
	err := x.refusedAtDoor(http.MethodGet)
	if err == nil {
		consent, err = x.world.OAuth.Authorize(x.entry.At, x.request.Params)
	}
	if err != nil {
		g.refuseOAuth(c, x, err)
		return
	}
	if consent.Location == "" {
		body := choicePage(consent, x.request.Params)
		g.leave(x, top.Answer{Outcome: top.OK}, body)
		writePage(c.Writer, http.StatusOK, body)
		return
	}
	x.entry.Status = http.StatusFound
	g.leave(x, top.Answer{
		Outcome: top.OK, Session: top.Session{Shop: consent.Account.Shop, Sub: consent.Account.Sub},
		Committed: true, Effects: []string{"authorize code for " + consent.Account.Name()},
	}, nil)
	c.Writer.Header().Set("Location", consent.Location)
	writeOAuth(c.Writer, http.StatusFound, "", nil)
}

// serveToken trades a code or a refresh token for a token.
func (g *gateway) serveToken(c *gin.Context, x *exchange) {
	g.arriveOAuth(c, x, "token")
	var token oauth.Token
	err := x.refusedAtDoor(http.MethodPost)
	if err == nil {
		token, err = x.world.OAuth.Redeem(x.entry.At, x.request.Params)
	}
	if err != nil {
		g.refuseOAuth(c, x, err)
		return
	}
	body := token.JSON()
	g.leave(x, top.Answer{
		Outcome: top.OK, Session: top.Session{Shop: token.Account.Shop, Sub: token.Account.Sub},
		Committed: true, Effects: []string{token.Effect()}, Secrets: []string{token.Access, token.Refresh},
	}, body)
	writeOAuth(c.Writer, http.StatusOK, oauthJSON, body)
}

// pageStatus are the statuses of pages that say no; 400 for other reasons, as
// /token answers whatever it refuses.
var pageStatus = map[oauth.Reason]int{
	oauth.Verb: http.StatusMethodNotAllowed, oauth.UnknownWorld: http.StatusNotFound, oauth.Fault: http.StatusInternalServerError,
}

// refuseOAuth answers with a page at /authorize, with JSON at /token. Nobody is
// redirected with an error, because the address may be the error.
func (g *gateway) refuseOAuth(c *gin.Context, x *exchange, err error) {
	var refused *oauth.Error
	if !errors.As(err, &refused) {
		refused = &oauth.Error{Reason: oauth.Fault}
		g.log.Error("fault of the simulator", "error", err)
	}
	atToken := strings.HasSuffix(c.Request.URL.Path, tokenPath)
	status, body := http.StatusBadRequest, refused.JSON()
	if !atToken {
		status, body = cmp.Or(pageStatus[refused.Reason], status), failurePage(refused, x.request.Params)
	}
	if x.entry.RequestID != "" {
		x.entry.Status = status
		g.leave(x, top.Answer{Outcome: top.Errored, Check: string(refused.Reason), Error: &top.Error{
			Key: "oauth-" + string(refused.Reason), Code: status, SubCode: refused.Name(), Msg: refused.Description(),
		}}, body)
	}
	if atToken {
		writeOAuth(c.Writer, status, oauthJSON, body)
		return
	}
	writePage(c.Writer, status, body)
}

// oauthFault puts a refusal of the gateway itself into the words of OAuth.
func oauthFault(f *top.Fault) error {
	if f.Key == "world-not-found" {
		return &oauth.Error{Reason: oauth.UnknownWorld, Arg: strings.Join(f.Args, " ")}
	}
	return &oauth.Error{Reason: oauth.Fault}
}

// writePage sends a page that can neither load nor run anything.
func writePage(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Referrer-Policy", "no-referrer")
	writeOAuth(w, status, "text/html;charset=UTF-8", body)
}

// writeOAuth sends what nobody may keep.
func writeOAuth(w http.ResponseWriter, status int, contentType string, body []byte) {
	h := w.Header()
	if contentType != "" {
		h.Set("Content-Type", contentType)
	}
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // a caller that has gone needs no answer
}

// choiceQuery is the same request with an account chosen.
func choiceQuery(params map[string]string, account string) string {
	query := url.Values{oauth.AccountParam: {account}}
	for _, name := range []string{oauth.ResponseTypeParam, oauth.ClientIDParam, oauth.RedirectURIParam, oauth.StateParam, oauth.ViewParam} {
		if value, sent := params[name]; sent {
			query.Set(name, value)
		}
	}
	return "?" + query.Encode()
}
