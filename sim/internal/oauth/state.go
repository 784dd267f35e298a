package oauth

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// State is everything that an authority has handed out and still remembers.
type State struct {
	Codes  []Code  // the oldest first
	Tokens []Token // by app and account; those of one in the order of their issue
}

// Code is an authorize code that was handed out.
type Code struct {
	Text        string
	Used        bool // the members below are empty
	AppKey      string
	Account     Account
	RedirectURI string
	Expires     time.Time
}

// State returns what a later authority goes on with, see [Authority.Resume].
func (a *Authority) State() State {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out State
	for _, text := range a.issued {
		c, waiting := a.codes[text]
		out.Codes = append(out.Codes, Code{
			Text: text, Used: !waiting, AppKey: c.app, Account: c.account, RedirectURI: c.redirectURI, Expires: c.expires,
		})
	}
	holders := slices.SortedFunc(maps.Keys(a.held), func(x, y holder) int {
		return cmp.Or(strings.Compare(x.app, y.app), strings.Compare(x.account, y.account))
	})
	for _, who := range holders {
		for _, access := range a.held[who] {
			out.Tokens = append(out.Tokens, a.tokens[access])
		}
	}
	return out
}

// Resume takes over what another authority has handed out. It is meant for one
// that has handed out nothing yet.
func (a *Authority) Resume(s State) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, c := range s.Codes {
		a.issued = append(a.issued, c.Text)
		if !c.Used {
			a.codes[c.Text] = code{c.AppKey, c.Account, c.RedirectURI, c.Expires}
		}
	}
	for _, t := range s.Tokens {
		a.keep(t)
	}
}
