package main

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

func TestLintPrintsWhatToDoInstead(t *testing.T) {
	s := newStub(t).on("GET /lint", 200, `{"ok":false,"dropped":3,"findings":[{"rule":"blind-retry","what":"sent the same write again","advice":"read the refund first",
		"evidence":"refund-domain 7","app_key":"12345678","refund_ids":["43234234"],"request_ids":["r1","r2"]}]}`)
	s.topsim("", "lint").want(t, exitCheckFailed,
		"BLIND-RETRY  sent the same write again\n", "do instead   read the refund first\n", "refunds      43234234\n", "calls        r1, r2\n",
		"3 older calls were dropped")
	s.topsim("", "lint", "--json").want(t, exitCheckFailed, `"rule": "blind-retry"`)
	s.on("GET /lint", 200, `{"ok":true,"findings":[]}`)
	s.topsim("", "lint").want(t, exitOK, "no mistakes found\n")
}

func TestInvariantsCountAttemptsOnlyWhenAsked(t *testing.T) {
	const attempt = `{"invariant":"paid-once","refund_id":"1","detail":"agreed again","request_id":"r1"}`
	s := newStub(t).on("GET /invariants", 200, `{"ok":true,"refunds":10,"orders":5,"paid":4800,"violations":[],"attempts":[`+attempt+`]}`)
	s.topsim("", "invariants").want(t, exitOK, "10 refunds, 5 orders, 4800 fen paid: it adds up\n", "ATTEMPT    REFUND", "paid-once  1 ", "!VIOLATION")
	s.topsim("", "invariants", "--attempts").want(t, exitCheckFailed)
	s.topsim("", "invariants", "--attempts", "--json").want(t, exitCheckFailed, `"paid": 4800`)
	s.on("GET /invariants", 409, `{"ok":false,"refunds":1,"violations":[`+attempt+`],"attempts":[]}`)
	s.topsim("", "invariants").want(t, exitCheckFailed, "it does not add up", "VIOLATION  REFUND")
	s.on("GET /invariants", 200, `{"ok":true,"violations":[],"attempts":[]}`)
	s.topsim("", "invariants", "--attempts").want(t, exitOK)
}

func TestVerifyPrintsAReasonALine(t *testing.T) {
	s := newStub(t)
	status, answer, sent := 409, `{"ok":false,"reasons":["calls[0]: want 1, got 2","order: a came after b"],"dropped":0}`, ""
	s.answers["POST /verify"] = func(_ *http.Request, body string) (int, string) {
		sent = body
		return status, answer
	}
	const expected = `{"calls":[{"method":"taobao.refund.get","count":1}]}`
	s.topsim(expected, "verify", "-").want(t, exitCheckFailed, "calls[0]: want 1, got 2\norder: a came after b\n")
	if sent != expected {
		t.Errorf("sent %s", sent)
	}
	s.topsim(expected, "verify", "-", "--json").want(t, exitCheckFailed, `"ok": false`)
	status, answer = 200, `{"ok":true,"reasons":[],"dropped":7}`
	s.topsim(expected, "verify", "-").want(t, exitOK, "all expectations hold\n", "7 older calls were dropped")
	s.topsim("", "verify", "nosuch.yaml").want(t, exitUsage, "open nosuch.yaml")
	s.topsim("{", "verify", "-").want(t, exitUsage, "standard input")
}

func TestSnapshotKeepsItsBytes(t *testing.T) {
	const world = "# 晴天旗舰店\nseed: 1\n"
	s := newStub(t).on("GET /snapshot", 200, world)
	var sent string
	s.answers["PUT /snapshot"] = func(_ *http.Request, body string) (int, string) {
		sent = body
		return 200, `{"ok":true}`
	}
	file := filepath.Join(t.TempDir(), "world.yaml")
	s.topsim("", "snapshot", "save", file).want(t, exitOK, "world default is saved to "+file)
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v: want a file for its owner alone", info, err)
	}
	if r := s.topsim("", "snapshot", "save"); r.out != world {
		t.Errorf("printed %q", r.out)
	}
	s.topsim("", "snapshot", "save", "--json").want(t, exitUsage, "save it to a FILE")
	s.topsim("", "snapshot", "save", filepath.Join(file, "x")).want(t, exitFailed, "topsim: open "+file)
	s.topsim("", "snapshot", "load", file).want(t, exitOK, "world default is as "+file+" has it")
	if sent != world {
		t.Errorf("sent %q", sent)
	}
	s.topsim("", "snapshot", "load", file+".not").want(t, exitUsage, "open ")
}

func TestReadinessProblemsAreNotes(t *testing.T) {
	s := newStub(t).on("GET /readyz", 200, `{"status":"ok","problems":["mine.yaml:3:1: no shop"]}`)
	r := s.topsim("", "health")
	r.want(t, exitOK, "ready: "+s.url)
	if want := "topsim: mine.yaml:3:1: no shop\n"; r.err != want {
		t.Errorf("standard error %q, want %q", r.err, want)
	}
	if r := s.topsim("", "wait-ready"); r.code != exitOK || r.out != "" || r.err != "topsim: mine.yaml:3:1: no shop\n" {
		t.Errorf("%+v", r)
	}
	s.topsim("", "wait-ready", "-v").want(t, exitOK, "ready: "+s.url+", after ")
}

func TestWaitReadyAsksUntilTheServerIs(t *testing.T) {
	s := newStub(t)
	asked := 0
	s.answers["GET /readyz"] = func(*http.Request, string) (int, string) {
		if asked++; asked < 3 {
			return 503, `{"error":{"code":"unavailable","message":"starting"}}`
		}
		return 200, `{"status":"ok"}`
	}
	s.topsim("", "wait-ready").want(t, exitOK)
	if asked != 3 {
		t.Errorf("asked %d times", asked)
	}
	asked = 0
	s.topsim("", "wait-ready", "--timeout", "0s").want(t, exitFailed, "not ready within 0s: starting")
	s.topsim("", "wait-ready", "--timeout=-1s").want(t, exitUsage, "negative")
	s.topsim("", "wait-ready", "--timeout", "0s", "--admin", "127.0.0.1:1").want(t, exitFailed, "no topsim answers at http://127.0.0.1:1")
}
