// Package top is the protocol core of the Taobao Open Platform: what a request
// says, how it is signed, the checks in their order, the table of errors, the
// registry of methods, and the way from text parameters to a typed struct.
//
// It knows neither HTTP types nor refunds. A [Request] comes in, an [Answer]
// goes out; [Dispatcher.Dispatch] is the walk between. It is the only importer
// of validator.
package top
