package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// A bar shows once a start takes long, never goes back, and is wiped off.
func TestLoadingBar(t *testing.T) {
	var out bytes.Buffer
	var since time.Duration
	l := &loading{out: &out, since: func() time.Duration { return since }}
	l.tell(10, 100)
	if out.Len() > 0 {
		t.Errorf("a quick start shows %q", &out)
	}
	since = quietStart
	l.tell(50, 100)
	l.tell(50, 100)
	l.tell(20, 100)
	bar := "\rloading fixtures [" + strings.Repeat("#", 20) + strings.Repeat(".", 20) + "]  50%"
	if out.String() != bar {
		t.Errorf("got %q, want %q", &out, bar)
	}
	out.Reset()
	l.end()
	if want := "\r" + strings.Repeat(" ", len(bar)-1) + "\r"; out.String() != want {
		t.Errorf("at the end got %q, want %q", &out, want)
	}
	out.Reset()
	l.tell(100, 100)
	if out.Len() > 0 {
		t.Errorf("files that are read again show %q", &out)
	}
}

// Who has not seen a bar sees nothing of its end.
func TestLoadingInSilence(t *testing.T) {
	var out bytes.Buffer
	l := &loading{out: &out, since: func() time.Duration { return 0 }}
	l.end()
	if out.Len() > 0 {
		t.Errorf("got %q", &out)
	}
	if a := (&app{err: &out}); a.loading().option() != nil {
		t.Error("what is no terminal gets a bar")
	}
}
