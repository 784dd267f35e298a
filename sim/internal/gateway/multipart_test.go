package gateway_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/top"
)

// picture is a file with all that could confuse a reader of parts.
const picture = "\x89PNG\r\n--b\r\n\r\n--\x00\xff退\r\n"

// layout is how one SDK writes a multipart body (top-protocol.md §3.4).
type layout struct {
	sdk         string
	inBody      bool // the public parameters too
	contentType string
	text        string // NAME and VALUE are replaced
	file        string // NAME and DATA are replaced
	filesFirst  bool
	end         string
	filename    string
}

var layouts = []layout{
	{"Java", false, "multipart/form-data;charset=UTF-8;boundary=1234567890123",
		"\r\n--1234567890123\r\nContent-Disposition:form-data;name=\"NAME\"\r\nContent-Type:text/plain\r\n\r\nVALUE",
		"\r\n--1234567890123\r\nContent-Disposition:form-data;name=\"NAME\";filename=\"a.png\"\r\nContent-Type:image/png\r\n\r\nDATA",
		false, "\r\n--1234567890123--\r\n", "a.png"},
	{".NET", true, "multipart/form-data;charset=utf-8;boundary=8D3C4F5E6A7B8C9",
		"\r\n--8D3C4F5E6A7B8C9\r\nContent-Disposition:form-data;name=\"NAME\"\r\nContent-Type:text/plain\r\n\r\nVALUE",
		"\r\n--8D3C4F5E6A7B8C9\r\nContent-Disposition:form-data;name=\"NAME\";filename=\"退款.png\"\r\nContent-Type:application/octet-stream\r\n\r\nDATA",
		false, "\r\n--8D3C4F5E6A7B8C9--\r\n", "退款.png"},
	{"old PHP", false, "multipart/form-data; boundary=-------------5f1e2d3c4b5a6",
		"---------------5f1e2d3c4b5a6\r\nContent-Disposition: form-data; name=\"NAME\"\r\n\r\nVALUE\r\n",
		"---------------5f1e2d3c4b5a6\r\nContent-Disposition: form-data; name=\"NAME\"; filename=\"NAME\" \r\nContent-Type: image/png\r\n\r\nDATA\r\n",
		false, "---------------5f1e2d3c4b5a6--", "proof"},
	{"new PHP", false, "multipart/form-data; boundary=-------------5f1e2d3c4b5a6",
		"---------------5f1e2d3c4b5a6\r\nContent-Disposition: form-data; name=\"NAME\"\r\n\r\nVALUE\r\n",
		"---------------5f1e2d3c4b5a6\r\nContent-Disposition: form-data; name=\"NAME\"; filename=\"topfile\" \r\nContent-Type: application/octet-stream\r\n\r\nDATA\r\n",
		false, "---------------5f1e2d3c4b5a6--", "topfile"},
	{"PHP through curl", false, "multipart/form-data; boundary=------------------------d74496d66958873e",
		"--------------------------d74496d66958873e\r\nContent-Disposition: form-data; name=\"NAME\"\r\n\r\nVALUE\r\n",
		"--------------------------d74496d66958873e\r\nContent-Disposition: form-data; name=\"NAME\"; filename=\"a.png\"\r\nContent-Type: application/octet-stream\r\n\r\nDATA\r\n",
		false, "--------------------------d74496d66958873e--\r\n", "a.png"},
	{"Python", false, "multipart/form-data; boundary=PYTHON_SDK_BOUNDARY",
		"--PYTHON_SDK_BOUNDARY\r\nContent-Disposition: form-data; name=\"NAME\"\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\nVALUE\r\n",
		"--PYTHON_SDK_BOUNDARY\r\nContent-Disposition: file; name=\"NAME\"; filename=\"a.png\"\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: binary\r\n\r\nDATA\r\n",
		false, "--PYTHON_SDK_BOUNDARY--\r\n", "a.png"},
	{"Go", false, "multipart/form-data; boundary=5a3f0c9e1b7d",
		"--5a3f0c9e1b7d\r\nContent-Disposition: form-data; name=\"NAME\"\r\n\r\nVALUE\r\n",
		"--5a3f0c9e1b7d\r\nContent-Disposition: form-data; name=\"NAME\"; filename=\"file\"\r\nContent-Type: application/octet-stream\r\n\r\nDATA\r\n",
		false, "--5a3f0c9e1b7d--\r\n", "file"},
	{"Node", true, "multipart/form-data; boundary=--------------------------515890814546601021194782",
		"----------------------------515890814546601021194782\r\nContent-Disposition: form-data; name=\"NAME\"\r\n\r\nVALUE\r\n",
		"----------------------------515890814546601021194782\r\nContent-Disposition: form-data; name=\"NAME\"; filename=\"NAME\"\r\nContent-Type: application/octet-stream\r\n\r\nDATA\r\n",
		true, "----------------------------515890814546601021194782--\r\n", "proof"},
}

// write puts parameters and a file, if there is one, into the layout.
func (l layout) write(params map[string]string, file string) string {
	var texts, files strings.Builder
	for name, value := range params {
		texts.WriteString(strings.NewReplacer("NAME", name, "VALUE", value).Replace(l.text))
	}
	if file != "" {
		files.WriteString(strings.NewReplacer("NAME", "proof", "DATA", file).Replace(l.file))
	}
	if l.filesFirst {
		return files.String() + texts.String() + l.end
	}
	return texts.String() + files.String() + l.end
}

func TestMultipartLayouts(t *testing.T) {
	app := map[string]string{"content": "退款 a=b&c=d;%\r\n--", "empty": ""}
	for _, l := range layouts {
		for name, file := range map[string]string{"with file": picture, "without": ""} {
			t.Run(l.sdk+"/"+name, func(t *testing.T) {
				all := call("content", app["content"], "empty", "")
				query, body := maps.Clone(all), app
				maps.DeleteFunc(query, func(name, _ string) bool { _, isApp := app[name]; return isApp })
				if l.inBody {
					query, body = nil, all
				}
				got := newHouse(t).mustEcho(t, message("POST", "/router/rest?"+encode(query), l.write(body, file), "Content-Type", l.contentType))
				if !maps.Equal(got.Params, all) {
					t.Errorf("got  %q\nwant %q", got.Params, all)
				}
				want := top.File{Name: l.filename, Data: []byte(file)}
				part, sent := got.Files["proof"]
				if sent != (file != "") || sent && (part.Name != want.Name || string(part.Data) != file) || len(got.Files) > 1 {
					t.Errorf("files = %q, want %q", got.Files, want)
				}
			})
		}
	}
}

// A multipart body without any part has no parameters and is not broken.
func TestEmptyMultipart(t *testing.T) {
	for _, body := range []string{"", "--b--", "--b--\r\n", "\r\n--b--\r\n", "\r\n--b--"} {
		raw := message("POST", "/router/rest?"+encode(call()), body, "Content-Type", "multipart/form-data; boundary=b")
		if got := newHouse(t).mustEcho(t, raw); len(got.Params) != len(call()) || got.Files != nil || got.Body != nil {
			t.Errorf("%q: %+v", body, got)
		}
	}
}

// A body that is no readable multipart is error 3.
func TestErrMultipart(t *testing.T) {
	const part = "--b\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\nx"
	for name, c := range map[string]struct{ contentType, body string }{
		"no boundary":         {"multipart/form-data", part + "\r\n--b--\r\n"},
		"empty boundary":      {"multipart/form-data; boundary=", part + "\r\n--b--\r\n"},
		"another boundary":    {"multipart/form-data; boundary=c", part + "\r\n--b--\r\n"},
		"no multipart at all": {"multipart/form-data; boundary=b", "content=x"},
		"cut in a value":      {"multipart/form-data; boundary=b", part},
		"cut in the end":      {"multipart/form-data; boundary=b", part + "\r\n--b"},
		"cut in a header":     {"multipart/form-data; boundary=b", part + "\r\n--b\r\nContent-Disp"},
		"broken header":       {"multipart/form-data; boundary=b", "--b\r\nno header\r\n\r\nx\r\n--b--\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			raw := message("POST", "/router/rest?"+encode(call()), c.body, "Content-Type", c.contentType)
			h.mustSay(t, raw, `{"error_response":{"code":3,"msg":"Upload fail",`)
			if e := h.entries("default"); len(e) != 1 || e[0].Check != "body" || e[0].Params["method"] != "taobao.t.echo" {
				t.Errorf("journal = %+v", e)
			}
		})
	}
}

// Names that stand twice: the first wins. Parts without a readable
// disposition are no parameters.
func TestOddParts(t *testing.T) {
	parts := strings.NewReplacer("PART", "--b\r\nContent-Disposition: form-data; name=").Replace(
		"PART\"content\"\r\n\r\nfirst\r\nPART\"content\"\r\n\r\nsecond\r\nPART\"method\"\r\n\r\nother\r\n" +
			"PART\"f\"; filename=\"1\"\r\n\r\none\r\nPART\"f\"; filename=\"2\"\r\n\r\ntwo\r\nPART\"e\"; filename=\"\"\r\n\r\n\r\n" +
			"--b\r\nContent-Type: text/plain\r\n\r\nlost\r\n--b\r\nContent-Disposition: form-data; name=x; name=y\r\n\r\nlost\r\n" +
			"--b\r\nContent-Disposition: attachment; name=\"plain\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=3Db\r\n--b--\r\n")
	all := call("content", "first", "plain", "a=3Db")
	query := maps.Clone(all)
	delete(query, "content")
	delete(query, "plain")
	got := newHouse(t).mustEcho(t, message("POST", "/router/rest?"+encode(query), parts, "Content-Type", "multipart/form-data; boundary=b"))
	if !maps.Equal(got.Params, all) {
		t.Errorf("got  %q\nwant %q", got.Params, all)
	}
	if len(got.Files) != 2 || string(got.Files["f"].Data) != "one" || got.Files["e"].Name != "" {
		t.Errorf("files = %q", got.Files)
	}
}
