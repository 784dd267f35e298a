package fault

import "cmp"

// wrongContentType puts a wrong label on the answer.
var wrongContentType = Kind{
	Name:     "wrong_content_type",
	Doc:      "the whole answer, labelled text/html or as content_type says",
	Members:  []string{"content_type"},
	delivers: Altered,
	deliver: func(p Plan, d delivery, a Answer) Delivered {
		return altered(d.send(a.relabelled(cmp.Or(p.ContentType, "text/html;charset=UTF-8"))))
	},
}

// relabelled returns the answer with another Content-Type.
func (a Answer) relabelled(contentType string) Answer {
	a.Header = copied(a.Header)
	a.Header.Set("Content-Type", contentType)
	return a
}
