// Package admin is the control plane over HTTP: one route table over
// [control.Control]. A handler decodes, calls Control and encodes; what an
// operation means stands elsewhere.
package admin
