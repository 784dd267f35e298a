package gateway

import (
	"bytes"
	"html/template"

	"github.com/topsim/topsim/sim/internal/oauth"
)

// pages are what people see at /authorize. html/template escapes every value
// for the place where it stands; nothing is loaded from elsewhere.
var pages = template.Must(template.New("").Parse(`
{{define "head"}}<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>topsim: {{.}}</title></head>
<body>
{{end}}
{{define "choice"}}{{template "head" "authorise an app"}}<h1>Who authorises the app {{.App}}?</h1>
<p>This is a simulator: nobody logs in. The browser goes on to <code>{{.Redirect}}</code>.</p>
<ul>
{{range .Accounts}}<li><a href="{{.Query}}">{{.Name}}</a> ({{.Kind}})</li>
{{else}}<li>No account has a session with this app in the world's fixtures.</li>
{{end}}</ul>
</body>
</html>
{{end}}
{{define "failure"}}{{template "head" "refused"}}<h1>{{.Name}}</h1>
<p>{{.Description}}</p>
{{with .Redirect}}<p>It was <code>{{.}}</code>, and no browser was sent there.</p>
{{end}}{{with .Hint}}<p>{{.}}</p>
{{end}}</body>
</html>
{{end}}`))

type choice struct {
	App, Redirect string
	Accounts      []accountLink
}

type accountLink struct{ Name, Kind, Query string }

// choicePage lists the accounts as links to the same request, so that it also
// works below /w/{world}.
func choicePage(consent oauth.Consent, params map[string]string) []byte {
	data := choice{App: params[oauth.ClientIDParam], Redirect: params[oauth.RedirectURIParam]}
	for _, account := range consent.Client.Accounts {
		kind := "main account"
		if account.Sub != "" {
			kind = "sub-account"
		}
		data.Accounts = append(data.Accounts, accountLink{account.Name(), kind, choiceQuery(params, account.Name())})
	}
	return fill("choice", data)
}

type failure struct{ Name, Description, Redirect, Hint string }

// hints tell what would have been right.
var hints = map[oauth.Reason]string{
	oauth.UnknownClient:  "client_id is the app_key of an app of this world.",
	oauth.UnknownAccount: "Leave the parameter account out to see who can.",
	oauth.Callback: "Registered for every app are http://127.0.0.1, http://localhost and http://[::1] with any port and path; " +
		"others stand in the fixture, apps[].redirect_uris, and must be the same to the letter.",
}

func failurePage(e *oauth.Error, params map[string]string) []byte {
	data := failure{Name: e.Name(), Description: e.Description(), Hint: hints[e.Reason]}
	if e.Reason == oauth.Callback {
		data.Redirect = params[oauth.RedirectURIParam]
	}
	return fill("failure", data)
}

func fill(name string, data any) []byte {
	var page bytes.Buffer
	if err := pages.ExecuteTemplate(&page, name, data); err != nil {
		panic(err) // recover answers it
	}
	return page.Bytes()
}
