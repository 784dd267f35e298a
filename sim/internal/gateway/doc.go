// Package gateway is the data plane: gin, the doors of the platform, of its
// authorisation server and of the partner gateway, reading bodies, writing
// answers, spoiled where a scenario wants it, and the pages of /authorize. It
// picks the world of a call, takes time and request id once, and leaves a
// journal entry; what the call means is decided behind the doors.
package gateway
