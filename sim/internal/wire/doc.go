// Package wire holds the one response tree of the simulator and the three
// forms it takes: XML (the platform's default), JSON and simplified JSON.
//
// A reply struct becomes a [Node] tree through an [Encoder]; a [Document] adds
// the root name and the request_id and renders itself in a [Form]. Nothing
// outside this room writes reply bytes, so the byte rules of the platform
// (top-protocol.md §6) stand here and nowhere else.
//
// The room knows neither HTTP nor refunds and must never import another room.
package wire
