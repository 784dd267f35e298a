package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/topsim/topsim/sim"
)

// quietStart is how long a start may take before it says how far it is.
const quietStart = 500 * time.Millisecond

// loading is the bar that a terminal shows while large files are loaded. It
// knows nothing of the terminal but how to write a line again.
type loading struct {
	out   io.Writer // nil: nobody watches
	since func() time.Duration

	mu    sync.Mutex
	shown int // per cent; 0 for no bar
	ended bool
}

func (a *app) loading() *loading {
	began := time.Now()
	l := &loading{since: func() time.Duration { return time.Since(began) }}
	if isTerminal(a.err) {
		l.out = a.err
	}
	return l
}

func (l *loading) option() []sim.Option {
	if l.out == nil {
		return nil
	}
	return []sim.Option{sim.WithProgress(l.tell)}
}

// barWidth is that of the bar without its brackets.
const barWidth = 40

func (l *loading) tell(done, total int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	percent := int(100 * done / max(total, 1))
	if l.ended || percent <= l.shown || l.since() < quietStart {
		return
	}
	l.shown = percent
	full := percent * barWidth / 100
	_, _ = fmt.Fprintf(l.out, "\rloading fixtures [%s%s] %3d%%", strings.Repeat("#", full), strings.Repeat(".", barWidth-full), percent)
}

// end wipes the bar off; what is told later, when files are read again, is not
// shown.
func (l *loading) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	if l.shown > 0 {
		_, _ = fmt.Fprintf(l.out, "\r%s\r", strings.Repeat(" ", len("loading fixtures [] 100%")+barWidth))
	}
}
