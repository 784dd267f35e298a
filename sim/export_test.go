package sim

import "net/http"

// Gateway returns the data plane's handler without a connection before it.
func (s *Server) Gateway() http.Handler { return s.gateway.Load().server.Handler }
