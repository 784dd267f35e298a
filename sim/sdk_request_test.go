package sim_test

import (
	"bufio"
	"compress/gzip"
	"crypto/md5"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/topsim/topsim/client"
)

// recorded is a request as an SDK sends it, byte for byte, but for the
// signature: {{sign}} stands in its place.
type recorded struct {
	file   string
	text   string
	header http.Header
	params map[string]string // what is signed
	body   string            // a raw body, signed behind the parameters
}

const (
	signMark = "{{sign}}"
	sdkDir   = "testdata/sdk"
)

// readRecorded takes a file apart by rules of its own: it must not read a
// request the way the simulator does.
func readRecorded(t *testing.T, file string) *recorded {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(sdkDir, file))
	must(t, err)
	r := &recorded{file: file, text: string(data), params: map[string]string{}, header: http.Header{}}
	head, body, ok := strings.Cut(r.text, "\r\n\r\n")
	if !ok {
		t.Fatalf("%s: no blank line behind the headers; were the line ends changed?", file)
	}
	lines := strings.Split(head, "\r\n")
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		r.header.Set(name, value)
	}
	_, query, _ := strings.Cut(strings.Fields(lines[0])[1], "?")
	r.addForm(t, query)
	kind, options, _ := mime.ParseMediaType(r.header.Get("Content-Type"))
	switch {
	case body == "":
	case kind == "application/x-www-form-urlencoded":
		r.addForm(t, body)
	case kind == "multipart/form-data":
		r.addParts(body, options["boundary"])
	default:
		r.body = body
	}
	return r
}

func (r *recorded) addForm(t *testing.T, form string) {
	t.Helper()
	values, err := url.ParseQuery(form)
	must(t, err)
	for name := range values {
		r.params[name] = values.Get(name)
	}
}

var partName = regexp.MustCompile(`name="([^"]*)"`)

// addParts reads text parts only: files are not signed.
func (r *recorded) addParts(body, boundary string) {
	for part := range strings.SplitSeq("\r\n"+strings.TrimPrefix(body, "\r\n"), "\r\n--"+boundary) {
		head, value, ok := strings.Cut(part, "\r\n\r\n")
		if name := partName.FindStringSubmatch(head); ok && name != nil && !strings.Contains(head, "filename=") {
			r.params[name[1]] = value
		}
	}
}

// rightSign is the signature by the platform's rule.
func rightSign(r *recorded, secret string) string {
	base := client.BaseString(r.params) + r.body
	sign, err := client.Sign(client.Digest(r.params["sign_method"]), secret, map[string]string{"": base})
	if err != nil {
		return "unsigned"
	}
	return sign
}

// oneSided is how the .NET SDK of 2015 signs.
func oneSided(r *recorded, secret string) string {
	return fmt.Sprintf("%X", md5.Sum([]byte(secret+client.BaseString(r.params))))
}

// md5Anyway is what the Java SDK of 2017 sends as hmac-sha256.
func md5Anyway(r *recorded, secret string) string {
	sign, _ := client.Sign(client.MD5, secret, r.params)
	return sign
}

// objectObject is what npm's topsdk signs for a parameter that is an object.
func objectObject(r *recorded, secret string) string {
	params := map[string]string{}
	for name, value := range r.params {
		if strings.HasPrefix(value, "{") && value != signMark {
			value = "[object Object]"
		}
		params[name] = value
	}
	sign, _ := client.Sign(client.MD5, secret, params)
	return sign
}

// bufferLeftOut is npm's topsdk with a file that has no name.
func bufferLeftOut(r *recorded, secret string) string {
	params := map[string]string{}
	for name, value := range r.params {
		if name != "proof" {
			params[name] = value
		}
	}
	sign, _ := client.Sign(client.MD5, secret, params)
	return sign
}

// wire is the request with its signature in place.
func (r *recorded) wire(t *testing.T, sign string) string {
	t.Helper()
	text := strings.Replace(r.text, signMark, sign, 1)
	_, body, _ := strings.Cut(text, "\r\n\r\n")
	if length := r.header.Get("Content-Length"); length != strconv.Itoa(len(body)) && (length != "" || body != "") {
		t.Fatalf("%s: Content-Length is %q, the body has %d bytes; were the line ends changed?", r.file, length, len(body))
	}
	return text
}

// answer is what came back, for the rules to look at.
type answer struct {
	*recorded
	status string
	header http.Header
	body   string // uncompressed
	zipped bool
}

// line is one TCP connection to the gateway.
type line struct {
	net.Conn
	in *bufio.Reader
}

func dial(t *testing.T, gateway string) line {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(gateway, "http://"))
	must(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return line{conn, bufio.NewReader(conn)}
}

// ask sends a request and reads its answer, past any 100 Continue.
func (l line) ask(t *testing.T, r *recorded, sign string) *answer {
	t.Helper()
	_, err := io.WriteString(l, r.wire(t, sign))
	must(t, err)
	for {
		verb, _, _ := strings.Cut(r.text, " ")
		response, err := http.ReadResponse(l.in, &http.Request{Method: verb})
		must(t, err)
		if response.StatusCode == http.StatusContinue {
			continue
		}
		a := &answer{recorded: r, status: response.Proto + " " + response.Status, header: response.Header}
		var from io.Reader = response.Body
		if a.zipped = response.Header.Get("Content-Encoding") == "gzip"; a.zipped {
			from, err = gzip.NewReader(from)
			must(t, err)
		}
		body, err := io.ReadAll(from)
		must(t, err)
		must(t, response.Body.Close())
		a.body = string(body)
		return a
	}
}
