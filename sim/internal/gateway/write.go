package gateway

import (
	"bytes"
	"compress/gzip"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/topsim/topsim/sim/internal/fault"
	"github.com/topsim/topsim/sim/internal/wire"
)

// The host that every answer names, as a captured one did: in headers and in
// the XML comment (top-protocol.md §6.2, A-030).
const (
	hostToken   = "top011008055196.na61"
	hostAddress = "11.8.55.196"
)

var zippers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// pack makes an answer ready to be sent. The status is 200 whatever the answer
// says, and it is compressed only if the client asks for it.
func pack(r *http.Request, contentType string, body []byte) fault.Answer {
	values := [...]string{contentType, strconv.Itoa(wire.Length(body)), hostAddress, hostToken, "Accept-Encoding"}
	value := func(i int) []string { return values[i : i+1 : i+1] }
	h := http.Header{
		"Content-Type": value(0), "Top-Bodylength": value(1), "Application-Host": value(2), "Location-Host": value(3), "Vary": value(4),
	}
	if acceptsGzip(r.Header.Values("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		body = zip(body)
	}
	return fault.Answer{Status: http.StatusOK, Header: h, Body: body}
}

// write sends an answer as it should be.
func write(w http.ResponseWriter, a fault.Answer) {
	maps.Copy(w.Header(), a.Header)
	w.Header().Set("Content-Length", strconv.Itoa(len(a.Body)))
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // a caller that has gone needs no answer
}

func zip(body []byte) []byte {
	var out bytes.Buffer
	z := zippers.Get().(*gzip.Writer)
	defer zippers.Put(z)
	z.Reset(&out)
	_, _ = z.Write(body) // writing to memory cannot fail
	_ = z.Close()
	return out.Bytes()
}

func acceptsGzip(headers []string) bool {
	for _, header := range headers {
		for coding := range strings.SplitSeq(header, ",") {
			name, quality, _ := strings.Cut(strings.TrimSpace(coding), ";")
			if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
				continue
			}
			weight, weighed := strings.CutPrefix(strings.ReplaceAll(quality, " ", ""), "q=")
			q, err := strconv.ParseFloat(weight, 64)
			return !weighed || err == nil && q > 0
		}
	}
	return false
}
