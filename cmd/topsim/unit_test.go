package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestTableAlignsByDisplayWidth(t *testing.T) {
	table := newTable("SHOP", ">FEN", "NOTE")
	table.add("晴天旗舰店", "4900", "a\tb\nc")
	table.add("kingdo", "12", "\x1b[31mred")
	table.add("é", "1", "")
	var out bytes.Buffer
	table.print(&out)
	want := "" +
		"SHOP         FEN  NOTE\n" +
		"晴天旗舰店  4900  a b c\n" +
		"kingdo        12  \uFFFD[31mred\n" +
		"é" + strings.Repeat(" ", 14) + "1\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

func TestCommandToPaste(t *testing.T) {
	const hash = "d1b9d812e41b12086ec86df052104aec3360b8e2e0e5df4efa334c96abb0218a"
	tests := map[string]struct{ executable, want string }{
		"go run":        {"/tmp/go-build443133144/b001/exe/topsim", "go run ./cmd/topsim"},
		"go run again":  {"/var/cache/go/d1/" + hash + "-d/topsim", "go run ./cmd/topsim"},
		"installed":     {"/usr/local/bin/topsim", "topsim"},
		"a test binary": {"/tmp/go-build1/b001/topsim.test", "topsim"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := command(test.executable); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestNearest(t *testing.T) {
	words := []string{"refund_fee", "refund_phase", "shop", "sid"}
	tests := map[string]string{
		"refund_fe": "refund_fee", "refnd_phase": "refund_phase", "shpo": "shop", "SHOP": "shop",
		"colour": "", "x": "", "": "",
	}
	for word, want := range tests {
		t.Run(word, func(t *testing.T) {
			if got, _ := nearest(word, words); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestShellQuote(t *testing.T) {
	tests := map[string]string{
		"c-sub": "c-sub", "http://127.0.0.1:8620/w/x": "http://127.0.0.1:8620/w/x",
		"": "''", "a|b": "'a|b'", "it's": `'it'\''s'`, "$HOME": "'$HOME'", "a b": "'a b'",
	}
	for word, want := range tests {
		if got := shellQuote(word); got != want {
			t.Errorf("shellQuote(%q) = %s, want %s", word, got, want)
		}
	}
}

func TestEveryServeFlagHasAVariable(t *testing.T) {
	a := &app{env: environment([]string{"TOPSIM_ADMIN_ADDR=off", "TOPSIM_LIMITS="})}
	flags := a.serve().Flags()
	for _, name := range []string{
		"addr", "admin-addr", "admin-token", "fixtures", "seed", "clock", "skip-checks", "timestamp-window", "dialect", "limits",
		"journal-size", "log-format", "log-level", "scenario", "watch", "data",
	} {
		flag := flags.Lookup(name)
		if flag == nil {
			t.Errorf("no flag --%s", name)
			continue
		}
		if !strings.HasSuffix(flag.Usage, " [$"+variable(name)+"]") {
			t.Errorf("--%s: the help does not name %s: %s", name, variable(name), flag.Usage)
		}
	}
	if got := flags.Lookup("admin-addr").Value.String(); got != "off" {
		t.Errorf("--admin-addr is %q, want the variable's value", got)
	}
	if got := flags.Lookup("limits").Value.String(); got != "current" {
		t.Errorf("--limits is %q, want the default for an empty variable", got)
	}
}

// One run in process, as a program that embeds the command line would.
func TestRunWritesWhereItIsTold(t *testing.T) {
	var out, errOut bytes.Buffer
	in := strings.NewReader("c-sub\n")
	code := run([]string{"sign", "taobao.refund.get", "session=@-", "-q"}, []string{"TOPSIM_SEED=abc"}, in, &out, &errOut)
	if code != exitOK || len(strings.TrimSpace(out.String())) != 64 || errOut.Len() > 0 {
		t.Errorf("exit code %d, output %q, errors %q", code, out.String(), errOut.String())
	}
	out.Reset()
	if code := run([]string{"nosuch"}, nil, in, &out, &errOut); code != exitUsage || out.Len() > 0 || errOut.Len() == 0 {
		t.Errorf("exit code %d, output %q, errors %q", code, out.String(), errOut.String())
	}
}
