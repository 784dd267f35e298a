package strict

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// maxMended bounds how often a text with bad syntax is parsed again without the bad part, and how large
// such a text may be.
const (
	maxMended      = 20
	maxMendedBytes = 1 << 20
)

// parse builds the tree. Where the syntax is bad, it reports that, leaves out the top-level entry at fault
// and goes on, so that a forgotten quote does not hide twenty misspelt keys; the file is broken then.
func (f *File) parse() {
	text := f.blankDirectives(f.text)
	for round := 0; ; round++ {
		docs, err := compose(text)
		if len(docs) == 2 && !f.broken {
			f.report(markOf(docs[1]), "", "a second document starts here; a file holds one")
		}
		if len(docs) > 0 {
			f.root = docs[0].Content[0]
		}
		if err == nil {
			return
		}
		fault := f.explain(err)
		if !fault.echo {
			f.report(fault.at, "", fault.message)
		}
		f.broken = true
		mended, ok := mend(text, fault.line)
		if len(docs) > 0 || !ok || round == maxMended || len(text) > maxMendedBytes {
			return
		}
		text = mended
	}
}

// compose returns the first document of a text, and the second if there is one.
func compose(text string) (docs []*yaml.Node, err error) {
	defer func() { // the library panics where it finds itself inconsistent
		if r := recover(); r != nil {
			err = fmt.Errorf("the YAML parser failed: %v", r)
		}
	}()
	limits := loaderlimits.New(loaderlimits.DepthValue(maxDepth), loaderlimits.AliasNone())
	loader, err := yaml.NewLoader(strings.NewReader(text), yaml.WithPlugin(limits))
	if err != nil {
		return nil, err
	}
	for len(docs) < 2 {
		var doc yaml.Node
		err := loader.Load(&doc)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return docs, err
		}
		docs = append(docs, &doc)
	}
	return docs, nil
}

// fault is a syntax error in our words.
type fault struct {
	at      mark
	line    int // where the part at fault begins
	message string
	echo    bool // only there because an earlier fault was left out
}

// sayings translates the library's messages. Where atStart is set, the fault is shown where the unfinished
// thing began and not where the parser gave up.
var sayings = []struct {
	said    string
	atStart bool
	say     string
}{
	{"violates indentation", false, "a tab cannot indent YAML; use spaces"},
	{"where an indentation space is expected", false, "a tab cannot indent YAML; use spaces"},
	{"found unexpected end of stream", true, "this quote is never closed"},
	{"found unexpected document indicator", true, "this quote is never closed"},
	{"did not find expected ',' or ']'", true, `this "[" is not closed, or a "," is missing`},
	{"did not find expected ',' or '}'", true, `this "{" is not closed, or a "," is missing`},
	{"could not find expected ':'", true, `expected "key: value", found no ": "`},
	{"mapping values are not allowed", false,
		`unexpected ":"; check the indentation, and quote a text that contains ": "`},
	{"block sequence entries are not allowed", false, `unexpected "- "; a list starts on a line of its own`},
	{"did not find expected key", false, "expected a key; check the indentation and the quotes"},
	{"did not find expected '-' indicator", false, `expected "- "; check the indentation`},
	{"did not find expected node content", false, "expected a value"},
	{"exceeded max depth", false, fmt.Sprintf("nested deeper than %d levels", maxDepth)},
	{"unknown escape character", false, `unknown escape; write "\\" for a backslash, or use single quotes`},
}

// explain turns an error of the library into a fault.
func (f *File) explain(err error) fault {
	var cause *yaml.LoadError
	if !errors.As(err, &cause) {
		return fault{at: mark{1, 1}, line: 1, message: err.Error()}
	}
	at := mark{max(cause.Mark.Line, 1), max(cause.Mark.Column, 1)}
	out := fault{at: f.clamp(at), line: at.line, message: cause.Message}
	var name string
	if n, _ := fmt.Sscanf(cause.Message, "unknown anchor '%s", &name); n == 1 {
		name = strings.TrimSuffix(name, "'")
		out.message = fmt.Sprintf("unknown alias %s: no &%s stands before it", clip(name), bare(name))
		out.echo = f.broken && strings.Contains(f.text, "&"+name)
	}
	if strings.Contains(cause.Message, "cannot start any token") {
		out.message = f.badStart(at)
	}
	for _, s := range sayings {
		if !strings.Contains(cause.Message, s.said) {
			continue
		}
		out.message = s.say
		if s.atStart && cause.ContextMark.Line > 0 {
			out.at = mark{cause.ContextMark.Line, cause.ContextMark.Column}
			out.line = out.at.line
		}
		break
	}
	return out
}

// badStart names the character that cannot begin a value.
func (f *File) badStart(at mark) string {
	for i, r := range []rune(f.line(at.line)) {
		if i == at.col-1 && r == '\t' {
			return "a tab cannot indent YAML; use spaces"
		}
		if i == at.col-1 {
			return fmt.Sprintf("a value cannot start with %q; quote it", string(r))
		}
	}
	return "expected a value"
}

// clamp moves a place behind the end of the text to the end of its last line that is not empty.
func (f *File) clamp(at mark) mark {
	for at.line > 1 && strings.TrimSpace(f.line(at.line)) == "" {
		at = mark{at.line - 1, 1 << 30}
	}
	return mark{at.line, min(at.col, utf8.RuneCountInString(f.line(at.line))+1)}
}
