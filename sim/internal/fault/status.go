package fault

import "net/http"

// status answers with another HTTP status.
var status = Kind{
	Name:     "status",
	Doc:      "the answer with another HTTP status, or with body in its place",
	Members:  []string{"status", "body", "content_type"},
	needs:    []string{"status"},
	delivers: Altered,
	check: func(s Spec, report Report) {
		if s.Status == http.StatusNoContent || s.Status == http.StatusResetContent || s.Status == http.StatusNotModified {
			report("status", "HTTP %d has no body", s.Status)
		}
	},
	deliver: func(p Plan, d delivery, a Answer) Delivered {
		if p.Body != nil { // neither compressed nor counted
			a.Header, a.Body = copied(a.Header), []byte(*p.Body)
			a.Header.Del("Content-Encoding")
			a.Header.Del("top-bodylength")
		}
		if p.ContentType != "" {
			a = a.relabelled(p.ContentType)
		}
		a.Status = p.Status
		return altered(d.send(a))
	},
}
