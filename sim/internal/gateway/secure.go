package gateway

import "net/http"

// secure waits until what the call has done will outlive the process. If it
// will not, the caller gets no answer: none would be true after a restart.
func (g *gateway) secure(x *exchange) {
	if x.world.Safe == nil {
		return
	}
	if err := x.world.Safe(); err != nil {
		g.log.Error("the call gets no answer, because it can't be kept", "world", x.world.Name, "error", err)
		panic(http.ErrAbortHandler)
	}
}
