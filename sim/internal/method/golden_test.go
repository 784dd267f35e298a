package method_test

// Each folder testdata/<method>/<case>/ is one case:
//
//	request.txt         what is sent, see below
//	world.yaml          optional: a fixture laid over the demo world
//	reply.xml           the reply, byte for byte, in the three forms
//	reply.json
//	reply.simple.json
//	state.txt           how each step ended, and what became of the refunds
//
// Every form is asked for in a world of its own, frozen on 2026-01-01 at noon,
// with the ids of seed 1 and without the checks of sign and timestamp. The
// same is then asked in the dialect "captured". If that answers other bytes
// they stand in testdata/<method>/<case>.captured/, whose request.txt only
// names the case that it repeats.
//
// request.txt is read line by line. Blank lines and lines that begin with "#"
// say nothing.
//
//	app: 34567890              the calling app; default 12345678
//	session: c-sub             the session of every call; default none
//	limits: 2023               the world's limits profile; default current
//	door: partner              the calls come through a door that vouches for
//	                           the session and reviews Tmall refunds
//	before: call               a call of the same method, with the parameters
//	  refund_infos=…           that are indented below it
//	before: call taobao.x.y    the same, of another method
//	before: event 43234234 buyer_modify refund_fee=1500
//	                           the other side acts on a refund
//	before: authorize kingdo:cs01
//	                           the account authorises the app; its code, the
//	                           first of seed 1, stands in state.txt
//	before: advance 10m        the clock moves on
//	code=839212                a parameter of the call; a value in double
//	                           quotes is read as a Go string
//	also: code=840002          the call with this parameter instead must
//	                           answer, and do, exactly the same
//
// go test ./sim/internal/method -update writes all files but a case's own
// request.txt and world.yaml; review the difference like code.

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/top"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const testdata = "testdata"

// twin is what the folder of the other dialect adds to a case's name.
const twin = ".captured"

// forms are the files of a case and the parameters that ask for each.
var forms = map[string]map[string]string{
	"reply.xml":         {},
	"reply.json":        {"format": "json"},
	"reply.simple.json": {"format": "json", "simplify": "true"},
}

func TestGoldens(t *testing.T) {
	for _, dir := range cases(t) {
		t.Run(filepath.ToSlash(strings.TrimPrefix(dir, testdata+string(filepath.Separator))), func(t *testing.T) {
			t.Parallel()
			c := readCase(t, dir)
			documented := c.documented(t)
			for name, body := range documented {
				golden(t, filepath.Join(dir, name), body)
			}
			c.checkVariants(t, documented)
			checkTwin(t, dir, documented, c.captured(t))
		})
	}
}

// cases lists the folders, without those of the other dialect.
func cases(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join(testdata, "*", "*"))
	must(t, err)
	return slices.DeleteFunc(dirs, func(dir string) bool { return strings.HasSuffix(dir, twin) })
}

// documented runs the case in every form, each in its own world, and returns
// the golden files by name.
func (c testCase) documented(t *testing.T) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for name, ask := range forms {
		doc, state := c.run(t, top.Documented, ask, nil)
		files[name] = render(doc, top.Documented, ask)
		if known, ok := files["state.txt"]; ok && !bytes.Equal(known, state) {
			t.Errorf("%s: the state differs from another form's:\n%s\n%s", name, state, known)
		}
		files["state.txt"] = state
	}
	return files
}

// captured does the same in the other dialect; as the form does not matter for
// what happens, one world is enough.
func (c testCase) captured(t *testing.T) map[string][]byte {
	t.Helper()
	doc, state := c.run(t, top.Captured, nil, nil)
	files := map[string][]byte{"state.txt": state}
	for name, ask := range forms {
		files[name] = render(doc, top.Captured, ask)
	}
	return files
}

// checkVariants holds the variants of a case against what the case itself
// does; one form is enough for them, too.
func (c testCase) checkVariants(t *testing.T, files map[string][]byte) {
	t.Helper()
	const form = "reply.json"
	for _, variant := range c.also {
		doc, state := c.run(t, top.Documented, forms[form], variant)
		body := render(doc, top.Documented, forms[form])
		if !bytes.Equal(body, files[form]) || done(state) != done(files["state.txt"]) {
			t.Errorf("also %v: got\n%s\n%s\nwant\n%s\n%s", variant, body, state, files[form], files["state.txt"])
		}
	}
}

// done drops the refunds from a state file that stayed as they were, because a
// variant may name others.
func done(state []byte) string {
	var kept []string
	for line := range strings.Lines(string(state)) {
		if !strings.HasPrefix(line, "refund ") || strings.Contains(line, "->") || strings.Contains(line, ": new,") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

// checkTwin holds the answers of the other dialect against its folder, which
// must not be there if the dialects agree. What happens never depends on the
// dialect.
func checkTwin(t *testing.T, dir string, documented, captured map[string][]byte) {
	t.Helper()
	if got, want := captured["state.txt"], documented["state.txt"]; !bytes.Equal(got, want) {
		t.Errorf("state differs between the dialects:\n%s\n%s", got, want)
	}
	differs := false
	for name := range forms {
		differs = differs || !bytes.Equal(documented[name], captured[name])
	}
	if !differs {
		if _, err := os.Stat(dir + twin); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s%s is there although the dialects do not differ", dir, twin)
		}
		return
	}
	golden(t, filepath.Join(dir+twin, "request.txt"), []byte("# "+filepath.Base(dir)+" in the dialect\ndialect: captured\n"))
	for name := range forms {
		golden(t, filepath.Join(dir+twin, name), captured[name])
	}
}

// golden compares with a file, or writes it.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, got, 0o644))
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Errorf("%v (-update writes it)", err)
		return
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s:\ngot  %s\nwant %s", path, got, want)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
