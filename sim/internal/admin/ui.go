package admin

import (
	"embed"
	"net/http"
	"path"

	"github.com/topsim/topsim/sim/control"
)

// files are the dashboard. It is a caller of the routes below /admin like any
// other, so its files need no token.
//
//go:embed ui
var files embed.FS

// contentTypes are set here because the table of package mime depends on the
// machine. A file of another kind is not served.
var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
}

// policy lets the dashboard load and call this server only. Data that looks
// like a script stays data.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// asset is one file of the dashboard.
type asset struct {
	contentType string
	body        []byte
}

func page(name string) (any, error) {
	contentType, known := contentTypes[path.Ext(name)]
	body, err := files.ReadFile("ui/" + name)
	if err != nil || !known {
		return nil, control.NotFound("no file %q", name)
	}
	return asset{contentType, body}, nil
}

// ServeHTTP implements http.Handler.
func (a asset) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Content-Security-Policy", policy)
	_, _ = w.Write(a.body) // a caller that has gone needs no answer
}
