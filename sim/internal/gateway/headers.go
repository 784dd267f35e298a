package gateway

import "github.com/gin-gonic/gin"

// policy lets an answer load and run nothing. It is that of the pages as well.
const policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// The values of harmless, which all answers share. Nobody changes them.
var (
	noSniffing = []string{"nosniff"}
	noLoading  = []string{policy}
	noFraming  = []string{"DENY"}
)

// harmless keeps a browser that was led to a door from taking an answer, which
// repeats what callers and scenarios say, for more than data. The platform sends
// no such headers; clients pass over them.
func harmless(c *gin.Context) {
	h := c.Writer.Header()
	h["X-Content-Type-Options"], h["Content-Security-Policy"], h["X-Frame-Options"] = noSniffing, noLoading, noFraming
}
