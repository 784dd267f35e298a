package main

import (
	"net/http"
	"strings"
)

// scenarioHeader names the scenario that bends a single call.
const scenarioHeader = "X-Topsim-Scenario"

// header reads the flags about headers; the last of a name counts.
func (f *callFlags) header() (http.Header, error) {
	headers := http.Header{}
	for _, line := range f.headers {
		name, value, ok := strings.Cut(line, ":")
		if name = strings.TrimSpace(name); !ok || name == "" || strings.ContainsAny(line, "\r\n") || strings.ContainsAny(name, " \t") {
			return nil, usagef("--header: %q: want Name: value", line)
		}
		headers.Set(name, strings.TrimSpace(value))
	}
	if f.scenario != "" {
		headers.Set(scenarioHeader, f.scenario)
	}
	return headers, nil
}

// bearer puts headers on every request.
type bearer struct {
	headers http.Header
	next    http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (b *bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context()) // a transport leaves its request as it is
	for name, values := range b.headers {
		if name == "Host" { // no header to package http
			r.Host = values[0]
			continue
		}
		r.Header[name] = values
	}
	return b.next.RoundTrip(r)
}
