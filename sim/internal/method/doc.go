// Package method holds the TOP methods, one file each: parameters, reply,
// rules of the wire, errors. registry.go lists them, errmap.go gives the
// refusals of the domain and of the authorisation server their rows.
//
// A method parses what the platform packs into its parameters, runs one
// operation of package refund, and words the result. It decides nothing about
// refunds itself.
package method
