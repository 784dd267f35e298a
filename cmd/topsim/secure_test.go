package main

import (
	"io"
	"testing"

	"github.com/spf13/pflag"
)

// TestServeListensToThisMachineOnly: unless somebody says otherwise.
func TestServeListensToThisMachineOnly(t *testing.T) {
	a := &app{env: map[string]string{}, out: io.Discard, err: io.Discard, badEnv: map[*pflag.Flag]error{}}
	serve, _, err := a.root().Find([]string{"serve"})
	if err != nil {
		t.Fatal(err)
	}
	for flag, want := range map[string]string{"addr": "127.0.0.1:8620", "admin-addr": "127.0.0.1:8621"} {
		if got := serve.Flags().Lookup(flag).DefValue; got != want {
			t.Errorf("--%s is %q", flag, got)
		}
	}
}
