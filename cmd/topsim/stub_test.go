package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// stub is a control plane with made-up answers, for what a real one gives
// rarely or never. A request without an answer fails the test.
type stub struct {
	t       *testing.T
	url     string
	answers map[string]func(r *http.Request, body string) (status int, answer string)
}

func newStub(t *testing.T) *stub {
	t.Helper()
	s := &stub{t: t, answers: map[string]func(*http.Request, string) (int, string){}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// on answers a request, such as "GET /readyz", always the same way. Paths
// below /admin/worlds/default are given without it.
func (s *stub) on(request string, status int, answer string) *stub {
	s.answers[request] = func(*http.Request, string) (int, string) { return status, answer }
	return s
}

// ServeHTTP implements http.Handler.
func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	request := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/admin/worlds/default")
	answer := s.answers[request]
	if answer == nil {
		s.t.Errorf("the command asked for %s", request)
		return
	}
	status, text := answer(r, string(body))
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

// result is what a command printed and how it ended.
type result struct {
	code     int
	out, err string
}

// topsim runs a command against the stub.
func (s *stub) topsim(stdin string, args ...string) result {
	var out, errOut bytes.Buffer
	code := run(args, []string{"TOPSIM_ADMIN=" + s.url}, strings.NewReader(stdin), &out, &errOut)
	return result{code, out.String(), errOut.String()}
}

// want checks the exit code and texts that must, or with ! in front must not,
// be printed.
func (r result) want(t *testing.T, code int, texts ...string) {
	t.Helper()
	wrong := r.code != code
	if wrong {
		t.Errorf("exit code %d, want %d", r.code, code)
	}
	for _, text := range texts {
		absent := strings.HasPrefix(text, "!")
		if text = strings.TrimPrefix(text, "!"); strings.Contains(r.out+r.err, text) == absent {
			wrong = true
			t.Errorf("%q is printed: %t, want %t", text, absent, !absent)
		}
	}
	if wrong {
		t.Logf("standard output:\n%s\nstandard error:\n%s", r.out, r.err)
	}
}
