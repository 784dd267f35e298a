package main

import (
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// narrator shows calls on their way, for call --verbose.
type narrator struct {
	app  *app
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (n *narrator) RoundTrip(r *http.Request) (*http.Response, error) {
	n.app.notef("> %s %s", r.Method, r.URL)
	for _, key := range slices.Sorted(maps.Keys(r.Header)) {
		n.app.notef(">   %s: %s", key, printable(strings.Join(r.Header[key], ", ")))
	}
	if r.GetBody != nil {
		body, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		data, _ := io.ReadAll(body) // from memory
		form, _ := url.ParseQuery(string(data))
		for _, key := range slices.Sorted(maps.Keys(form)) {
			n.app.notef(">   %s = %s", key, printable(strings.Join(form[key], ",")))
		}
	}
	resp, err := n.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	n.app.notef("< %s %s", resp.Proto, resp.Status)
	for _, key := range slices.Sorted(maps.Keys(resp.Header)) {
		n.app.notef("<   %s: %s", key, printable(strings.Join(resp.Header[key], ", ")))
	}
	return resp, nil
}
