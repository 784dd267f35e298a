package admin_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestWhoMayAskWithoutToken: a browser on this machine may be talked into a
// call (Q5); a container that is reached by its service name may not refuse one.
func TestWhoMayAskWithoutToken(t *testing.T) {
	const loopback, container = "127.0.0.1", "10.89.0.2"
	for name, row := range map[string]struct {
		local, host, origin string
		want                int
	}{
		"by address":                         {loopback, "127.0.0.1:8621", "", 200},
		"by IPv6 address":                    {"::1", "[::1]:8621", "", 200},
		"by localhost":                       {loopback, "localhost:8621", "", 200},
		"the dashboard's own page":           {loopback, "localhost:8621", "http://localhost:8621", 200},
		"a service name":                     {container, "topsim:8621", "", 200},
		"a service name of a cluster":        {container, "topsim.ci.svc.cluster.local:8621", "", 200},
		"the dashboard by its service name":  {container, "topsim:8621", "http://topsim:8621", 200},
		"Err a name bound to loopback":       {loopback, "rebound.example:8621", "", 403},
		"Err a page of another origin":       {loopback, "localhost:8621", "https://evil.example", 403},
		"Err such a page, in a container":    {container, "topsim:8621", "https://evil.example", 403},
		"Err a page of nowhere":              {loopback, "localhost:8621", "null", 403},
		"Err another port of this machine":   {loopback, "localhost:8621", "http://localhost:3000", 403},
		"Err an IPv6 name bound to loopback": {"::1", "rebound.example:8621", "", 403},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/admin/worlds/default/sms", nil)
			r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.ParseIP(row.local), Port: 8621}))
			r.Host = row.host
			if row.origin != "" {
				r.Header.Set("Origin", row.origin)
			}
			if w := serve(stub{}, "", r); w.Code != row.want {
				t.Errorf("got %d %s, want %d", w.Code, w.Body, row.want)
			}
		})
	}
}

// With a token, no name is needed: a page does not know it.
func TestATokenMakesNamesIrrelevant(t *testing.T) {
	r := httptest.NewRequest("GET", "/admin/worlds/default/sms", nil)
	r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8621}))
	r.Host = "topsim.example:8621"
	r.Header.Set("Authorization", "Bearer hush")
	if w := serve(stub{}, "hush", r); w.Code != http.StatusOK {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

// TestOriginIsCheckedWithATokenAsWell: a name may be any then, a page may not.
func TestOriginIsCheckedWithATokenAsWell(t *testing.T) {
	for origin, want := range map[string]int{"": 200, "http://any.example:8621": 200, "https://evil.example": 403, "null": 403} {
		r := httptest.NewRequest("GET", "/admin/worlds/default/sms", nil)
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8621}))
		r.Host = "any.example:8621"
		r.Header.Set("Authorization", "Bearer s3cret")
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		if w := serve(stub{}, "s3cret", r); w.Code != want {
			t.Errorf("origin %q: got %d %s, want %d", origin, w.Code, w.Body, want)
		}
	}
}

// TestStrangersSeeNoLinesOfFiles: /readyz needs no token.
func TestStrangersSeeNoLinesOfFiles(t *testing.T) {
	for authorization, want := range map[string]bool{"": false, "Bearer wrong": false, "Bearer s3cret": true} {
		r := httptest.NewRequest("GET", "/readyz", nil)
		r.Header.Set("Authorization", authorization)
		w := serve(stub{problems: []string{"a.yaml:1:1: secret: TOPSECRET"}}, "s3cret", r)
		if shown := strings.Contains(w.Body.String(), "TOPSECRET"); w.Code != 200 || shown != want || !strings.Contains(w.Body.String(), "problems") {
			t.Errorf("with %q: got %d %s", authorization, w.Code, w.Body)
		}
	}
}
