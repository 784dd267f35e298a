package oauth

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"sync"
	"time"
)

// Client is a registered app as OAuth sees it.
type Client struct {
	Key          string    // its canonical app_key: codes and tokens belong to it
	Secret       string    // client_secret
	RedirectURIs []string  // where codes may go, besides to loopback addresses
	Accounts     []Account // who may authorise the app
}

// Account is somebody who can authorise an app.
type Account struct {
	Shop      string // seller nick, the main account
	Sub       string // sub-account name; "" is the main account
	UserID    string // of the main account
	SubUserID string // of the sub-account
}

// Name returns kingdo or kingdo:cs01.
func (a Account) Name() string {
	if a.Sub == "" {
		return a.Shop
	}
	return a.Shop + ":" + a.Sub
}

// id returns the user id at the end of the account's tokens: a sub-account's
// is its own, as in a published pair of 2013.
func (a Account) id() string {
	if a.Sub == "" {
		return a.UserID
	}
	return a.SubUserID
}

// UserID makes up the user id of a nick that the fixture gives none: 13
// digits, the same in every world.
func UserID(nick string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(nick))
	return fmt.Sprintf("22%011d", h.Sum64()%100_000_000_000)
}

// openUID is what an app may know a user by: other apps get another one. The
// published ones are 24 characters that begin with AA.
func openUID(appKey, nick string) string {
	sum := sha256.Sum256([]byte(appKey + "\x00" + nick))
	return "AA" + base64.RawURLEncoding.EncodeToString(sum[:])[:22]
}

// Policy says how long what is good for, from the moment it is handed out.
// Fixtures set each of these.
type Policy struct {
	Code           time.Duration
	Access         time.Duration // expires_in
	Refresh        time.Duration // re_expires_in; 0: the app's tokens can't be refreshed
	R1, R2, W1, W2 time.Duration // security levels: reads and writes, basic and advanced
	Sessions       int           // session keys that an app may hold of one account
	KeepW2         bool          // refreshing does not renew W2
}

// DefaultPolicy has a code's documented half hour, an app's documented day
// while it is tested, with a refresh token that ends with it as in published
// tokens, and a W2 that is shorter, as the pages say.
func DefaultPolicy() Policy {
	const day = 24 * time.Hour
	return Policy{
		Code: 30 * time.Minute, Access: day, Refresh: day, R1: day, R2: day, W1: day, W2: 30 * time.Minute, Sessions: 1000,
	}
}

// IDs hands out codes and the beginnings of tokens.
type IDs interface {
	AuthorizeCode() string
	SessionKey() string
}

// Authority is one world's authorisation server. It is safe for concurrent
// use.
type Authority struct {
	find   func(clientID string) (Client, bool)
	ids    IDs
	policy Policy

	mu      sync.Mutex
	codes   map[string]code     // that were not used yet
	issued  []string            // the last codes, the oldest first, used ones among them
	tokens  map[string]Token    // by access token
	refresh map[string]string   // refresh token -> access token
	held    map[holder][]string // access tokens
}

// holder is whose session keys are counted.
type holder struct{ app, account string }

// New returns an authority that has handed out nothing yet.
func New(find func(clientID string) (Client, bool), ids IDs, policy Policy) *Authority {
	return &Authority{
		find: find, ids: ids, policy: policy,
		codes: map[string]code{}, tokens: map[string]Token{}, refresh: map[string]string{}, held: map[holder][]string{},
	}
}

// Token returns what an access token stands for, also after its time; a token
// that was refreshed away is unknown.
func (a *Authority) Token(access string) (Token, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t, ok := a.tokens[access]
	return t, ok
}
