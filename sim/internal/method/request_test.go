package method_test

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/fixture"
)

// testCase is a request.txt that was read, with the world.yaml beside it.
type testCase struct {
	method      string
	app, limits string
	vouched     bool
	steps       []step // the last one is the call that is answered
	also        []map[string]string
	world       *fixture.World
	text        string // both files
}

// step is a call, an event or an advance of the clock.
type step struct {
	kind    string
	method  string
	params  map[string]string // of a call, or of an event
	refund  int64
	event   string
	account string
	advance time.Duration
}

func readCase(t *testing.T, dir string) testCase {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "request.txt"))
	must(t, err)
	r := &reader{c: testCase{method: filepath.Base(filepath.Dir(dir))}}
	r.call = step{kind: "call", method: r.c.method, params: map[string]string{}}
	for i, line := range strings.Split(string(text), "\n") {
		if err := r.line(line); err != nil {
			t.Fatalf("%s/request.txt:%d: %v", dir, i+1, err)
		}
	}
	r.c.steps = append(r.c.steps, r.call)
	for _, s := range r.c.steps {
		if _, own := s.params["session"]; s.kind == "call" && r.session != "" && !own {
			s.params["session"] = r.session
		}
	}
	overlay, err := os.ReadFile(filepath.Join(dir, "world.yaml"))
	switch {
	case err == nil:
		r.c.world, err = load(overlay)
	case errors.Is(err, fs.ErrNotExist):
		r.c.world, err = plain()
	}
	must(t, err)
	r.c.text = string(text) + string(overlay)
	return r.c
}

// reader is where the reading of a request.txt stands.
type reader struct {
	c       testCase
	call    step              // the one under test
	session string            // of every call that names none itself
	indent  map[string]string // parameters of the call that stands above, nil if none does
}

func (r *reader) line(line string) error {
	switch {
	case strings.TrimSpace(line) == "" || line[0] == '#':
		return nil
	case strings.HasPrefix(line, "  "):
		if r.indent == nil {
			return errors.New("nothing stands above that takes a parameter")
		}
		return setParam(r.indent, line[2:])
	}
	r.indent = nil
	name, value, isHeader := strings.Cut(line, ": ")
	if !isHeader || strings.Contains(name, "=") {
		return setParam(r.call.params, line)
	}
	switch name {
	case "app":
		r.c.app = value
	case "limits":
		r.c.limits = value
	case "session":
		r.session = value
	case "door":
		r.c.vouched = value == "partner"
	case "also":
		variant := map[string]string{}
		r.c.also = append(r.c.also, variant)
		return setParam(variant, value)
	case "before":
		return r.before(strings.Fields(value))
	default:
		return fmt.Errorf("unknown header %q", name)
	}
	return nil
}

func (r *reader) before(words []string) error {
	s := step{kind: words[0], params: map[string]string{}}
	args := words[1:]
	switch {
	case s.kind == "call" && len(args) <= 1:
		s.method = cmp.Or(strings.Join(args, ""), r.c.method)
		r.indent = s.params
	case s.kind == "authorize" && len(args) == 1:
		s.account = args[0]
	case s.kind == "advance" && len(args) == 1:
		var err error
		if s.advance, err = time.ParseDuration(args[0]); err != nil {
			return err
		}
	case s.kind == "event" && len(args) >= 2:
		id, err := strconv.ParseInt(args[0], 10, 64)
		if err != nil {
			return err
		}
		s.refund, s.event = id, args[1]
		for _, arg := range args[2:] {
			if err := setParam(s.params, arg); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("unknown step %q", words)
	}
	r.c.steps = append(r.c.steps, s)
	return nil
}

// setParam reads name=value. Blanks belong to the value.
func setParam(params map[string]string, text string) error {
	name, value, ok := strings.Cut(text, "=")
	if !ok {
		return fmt.Errorf("want name=value, got %q", text)
	}
	if strings.HasPrefix(value, `"`) {
		var err error
		if value, err = strconv.Unquote(value); err != nil {
			return fmt.Errorf("value of %s: %w", name, err)
		}
	}
	params[name] = value
	return nil
}
