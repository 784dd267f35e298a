package sim_test

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim"
)

// described returns an address in front of the one at base: what passes must fit
// the description.
func described(t *testing.T, base string, describe func() (*plane, error)) string {
	t.Helper()
	p, err := describe()
	must(t, err)
	target, err := url.Parse(base)
	must(t, err)
	type sentKey struct{}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Header.Set("Accept-Encoding", "identity")
		},
		ModifyResponse: func(resp *http.Response) error {
			answer, err := io.ReadAll(resp.Body)
			if err != nil {
				return err
			}
			resp.Body = io.NopCloser(bytes.NewReader(answer))
			r := resp.Request
			if err := p.check(r, r.Context().Value(sentKey{}).([]byte), resp.StatusCode, resp.Header, answer); err != nil {
				t.Errorf("%s %s, status %d, does not fit its description: %v", r.Method, r.URL, resp.StatusCode, err)
			}
			return nil
		},
	}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(sent))
		proxy.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), sentKey{}, sent)))
	}))
	t.Cleanup(front.Close)
	return front.URL
}

// Every route answers as it is described, with or without what it asks for.
func TestEveryRouteFitsItsDescription(t *testing.T) {
	p, err := adminPlane()
	must(t, err)
	s := sim.Run(t, sim.WithClock(frozen))
	base := described(t, s.AdminURL(), adminPlane)
	places := strings.NewReplacer("{world}", "default", "{id}", "43234234", "{request_id}", "nobody", "{name}", "agree.sms.challenge", "{file}", "app.js")
	paths := child(p.doc, "paths")
	for _, template := range slices.Sorted(maps.Keys(paths)) {
		for _, verb := range slices.Sorted(maps.Keys(paths[template].(object))) {
			if verb == "parameters" {
				continue
			}
			req, err := http.NewRequestWithContext(ctx, strings.ToUpper(verb), base+places.Replace(template), nil)
			must(t, err)
			resp, err := http.DefaultClient.Do(req)
			must(t, err)
			must(t, resp.Body.Close())
			if resp.StatusCode == http.StatusMethodNotAllowed || resp.StatusCode >= 500 {
				t.Errorf("%s %s: got %d", verb, template, resp.StatusCode)
			}
		}
	}
}
