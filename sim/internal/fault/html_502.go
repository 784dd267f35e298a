package fault

import "net/http"

// badGateway is the page of an nginx whose upstream has failed. That proxies in
// front of the platform answer so is a belief.
const badGateway = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n" +
	"<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"

// html502 answers as a proxy does that can't reach the platform: none of the
// platform's headers come along.
var html502 = Kind{
	Name:     "html_502",
	Doc:      "502 Bad Gateway with an HTML page, as proxies send",
	delivers: Altered,
	status:   http.StatusBadGateway,
	deliver: func(_ Plan, d delivery, _ Answer) Delivered {
		return altered(d.send(Answer{
			Status: http.StatusBadGateway, Header: http.Header{"Content-Type": {"text/html"}, "Server": {"nginx"}}, Body: []byte(badGateway),
		}))
	},
}
